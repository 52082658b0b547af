"""The fields of a report, without making it: of its rows in CSV, of the whole of it in JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module

from funnelcli.render.columns import data_columns
from funnelcli.render.model import Column
from funnelcli.reports.comparison import columns_beside
from funnelcli.reports.declarations import REPORTS, SLICES, slice_keys
from funnelcli.typed import Any

DATA = (
    "report",
    "title",
    "process",
    "rule",
    "period",
    "zone",
    "as_of_at",
    "n",
    "unit",
    "left_out",
    "notes",
    "rows",
    "total",
    "extra",
)
"""What a report is in JSON. Beside it there are ``compared_with`` under ``--compare`` and
``explain`` under ``--explain``."""


def row_fields(
    name: str,
    *,
    by: Sequence[str] = (),
    compare: bool = False,
    options: Mapping[str, Any] | None = None,
) -> tuple[str, ...]:
    """The fields of the rows of the report ``name``, which ``--csv=FIELDS`` chooses from;
    ``options`` are those that the report alone takes, as in :mod:`.declarations`."""
    place, compared = REPORTS[name].shape(by, options or {})
    module, _colon, constant = place.partition(":")
    columns: tuple[Column, ...] = getattr(import_module(f"funnelcli.reports.{module}"), constant)
    sliced = map(Column, slice_keys(by), (SLICES[name] for name in by))
    columns = (*sliced, *columns)
    if compare:
        columns = tuple(columns_beside(columns, compared))
    return tuple(column.key for column in data_columns(columns))


def data_fields(*, compare: bool = False, explain: bool = False) -> tuple[str, ...]:
    """The fields of a report, which ``--json=FIELDS`` chooses from; the same for all of them, and
    for each of ``report all``."""
    return (
        *DATA,
        *(("compared_with",) if compare else ()),
        *(("explain",) if explain else ()),
    )
