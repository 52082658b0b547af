"""Columns that say when a deal came to a stage: "Date entered …", hs_v2_date_entered_…."""

from __future__ import annotations

from funnelcli.actions.importing.fields import Plan
from funnelcli.actions.importing.keys import column_at
from funnelcli.patterns import re, regex
from funnelcli.typed import Protocol

# What says it of whatever stands beside it.
_SAID = regex(
    r"(?:hs_)?(?:v2_)?date_entered_(?P<one>.+)"
    r"|(?:v2 )?date entered(?: stage)?[\s:–-]+(?P<two>.+)"
    r"|(?:datum des eintritts|eintrittsdatum|eintritt|eingetreten)(?: am)?(?: in)?"
    r"(?: (?:die )?phase)?[\s:–-]+(?P<three>.+)",
    "i",
)
# What says it where a stage stands beside it.
_PERHAPS = regex(
    r"(?:(?:date|time|first|last) )?(?:entered|reached)(?: stage)?[\s:–-]+(?P<one>.+)"
    r"|(?P<two>.+?)[\s:–-]+(?:date |stage )?(?:entered|reached)(?: on| at| date)?"
    r"|(?:in )?(?:phase )?(?P<three>.+?)[\s:–-]+(?:erreicht|eingetreten|betreten|seit)(?: am)?",
    "i",
)
_PREFIX = regex(r"^(?:properties|fields)\.", "i")
_QUOTES = " \"'“”„‚‘’«»"
_PIPELINE = regex(r"\s*\([^()]*\)\s*$")
# The stage that the deal is in now, whichever that is.
_PRESENT = ("current stage", "current_stage", "aktuelle phase", "aktueller phase")


class Stages(Protocol):
    """What knows which texts are stages."""

    def knows(self, text: str, /) -> object: ...


def take(planned: Plan, ways: Stages) -> None:
    """Let a plan take the columns that say when a deal came to a stage."""
    for column, at in list(planned.untaken.items()):
        text = _PREFIX.sub("", " ".join(column.split()))
        stage = _stage(_SAID.fullmatch(text))
        if stage and stage.casefold() in _PRESENT:
            if "since" not in planned.reads:
                planned.reads["since"] = column_at(at)
                planned.names["since"] = column
                planned.sources["since"] = [column]
                del planned.untaken[column]
            continue
        if stage:
            stage = _known(stage, ways) or _bare(stage)
        else:
            stage = _known(_stage(_PERHAPS.fullmatch(text)), ways)
        if stage:
            planned.entered.append((stage, column, column_at(at)))
            del planned.untaken[column]


def _stage(match: re.Match[str] | None) -> str:
    """The stage that a column's name has."""
    if match is None:
        return ""
    return next(filter(None, match.groups()), "").strip(_QUOTES)


def _bare(stage: str) -> str:
    """A stage without the pipeline behind it."""
    return _PIPELINE.sub("", stage).strip(_QUOTES)


def _known(stage: str, ways: Stages) -> str:
    """The stage as it is known here, with its pipeline or without; "" where it is not."""
    return next((s for s in (stage, _bare(stage)) if s and ways.knows(s)), "")
