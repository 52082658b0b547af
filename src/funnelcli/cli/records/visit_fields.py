"""A visit's report on the command line: its fields as options give them."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from funnelcli.actions.report_fields import read_fields
from funnelcli.cli import own_values
from funnelcli.cli.declaring import Option
from funnelcli.cli.invocation import Invocation
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _
from funnelcli.nouns.extending import own_fields
from funnelcli.nouns.types import DURATION, OBJECTION_KIND, PAST
from funnelcli.nouns.visit import TEXTS, VISIT
from funnelcli.typed import Annotated, Any
from funnelcli.values.choosing import exact

Deal = Annotated[
    str | None,
    Option("--deal", "-D", metavar="DEAL", help=N_("The deal it was about; none for none.")),
]
At = Annotated[
    str | None,
    Option("--at", metavar=PAST, help=N_("When it was: yesterday 15:00; now without it.")),
]
Minutes = Annotated[
    str | None,
    Option(
        "--duration", "-t", metavar=DURATION.called("TIME"), help=N_("How long it took: 45m, 1h30.")
    ),
]
ReportField = Annotated[
    list[str] | None,
    Option(
        "--set",
        metavar="FIELD=TEXT",
        help=N_("A field of the report, may be repeated: goal, agreed, needs, mood …"),
    ),
]

Objection = Annotated[
    list[str] | None,
    Option(
        "--objection",
        metavar=OBJECTION_KIND,
        help=N_(
            "An objection, may be repeated; a key of the catalogue like price, or pretext:price;"
            " none for none."
        ),
    ),
]


def report_fields(
    call: Invocation, conn: sqlite3.Connection, given: Mapping[str, str]
) -> dict[str, Any]:
    """The report's columns from what was given; a text that is "-" is read from standard input.
    Raises Usage for what does not fit."""
    return read_fields(
        conn,
        {
            name: (call.long_text(text) or "") if name in TEXTS else text
            for name, text in given.items()
        },
    )


def apart(
    call: Invocation, conn: sqlite3.Connection, given: Mapping[str, Any]
) -> tuple[dict[str, str], list[own_values.Change]]:
    """What was given of the report, and what of fields of one's own, by ``--set`` or their
    options."""
    entries = [(field.key, *field.names) for field in own_fields(conn, VISIT)]
    report: dict[str, str] = {}
    own: dict[str, Any] = {}
    for name, text in given.items():
        key = next(iter(exact(entries, name)), None)
        if key is not None:
            own[own_values.OWN + key] = text
        elif own_values.is_own(name):
            own[name] = text
        else:
            report[name] = text
    return report, own_values.read(call, conn, VISIT, own)


def pairs(field: list[str] | None, options: Mapping[str, str]) -> dict[str, str]:
    """What ``--set`` and the named options say, by the report's column."""
    given: dict[str, str] = {}
    for pair in field or ():
        name, equals, text = pair.partition("=")
        if not equals:
            raise Usage(
                _("{pair} sets nothing.").format(pair=pair),
                _('Write it like --set "agreed=sample by Friday".'),
            )
        given[name.strip().replace("-", "_")] = text
    return {**given, **options}
