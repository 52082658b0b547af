"""Qualification: the criteria of a framework, the fit with the target profile, the verdict."""

from __future__ import annotations

import sqlite3

from funnelcli.actions import answers, qualification, standing
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.day import interview
from funnelcli.cli.declaring import Option
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.params import At, DealRef
from funnelcli.cli.system_words import told
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns import words
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.types import COMING_DATE, one_of
from funnelcli.pages.qualification import (
    PRINTED,
    percent,
    qualification_data,
    qualification_page,
)
from funnelcli.plain import NamedTuple
from funnelcli.queries import catalogue_names
from funnelcli.render import Changed, Page
from funnelcli.typed import Annotated, Any
from funnelcli.values import daytext
from funnelcli.values.days import AHEAD

Score = Annotated[
    list[str] | None,
    Option("--score", metavar="KEY=N", help=N_("A score from 0 to 5; may be repeated.")),
]


VERDICT = one_of("VERDICT", words.VERDICT)


class _Said(NamedTuple):
    """What was said to both sheets, and the verdict with what goes with it."""

    framework: dict[str, interview.Entry]
    profile: dict[str, interview.Entry]
    verdict: str | None
    reason: str | None
    until: str | None
    broken_off: bool = False


@gives(PRINTED)
@examples(
    "funnel deal qualify 12",
    "funnel deal qualify 12 --framework bant --answer budget=80k --score budget=4",
    "funnel deal qualify 12 --profile industry=5 --profile size=3 --verdict pursue",
    'funnel deal qualify 12 --verdict park --reason "budget only next year" --until 2027-01-15',
)
def qualify(
    deal: DealRef,
    framework: Annotated[
        str | None,
        Option(
            "--framework", metavar="FRAMEWORK", help=N_("short, bant, meddic, spin or your own.")
        ),
    ] = None,
    answer: interview.Answer = None,
    score: Score = None,
    evidence: Annotated[
        list[str] | None,
        Option("--evidence", metavar="KEY=TEXT", help=N_("What shows it; may be repeated.")),
    ] = None,
    profile: Annotated[
        list[str] | None,
        Option(
            "--profile",
            metavar="KEY=N",
            help=N_("How well they meet the target profile, 0 to 5; may be repeated."),
        ),
    ] = None,
    verdict: Annotated[
        str | None, Option("--verdict", metavar=VERDICT, help=N_("pursue, park or drop."))
    ] = None,
    reason: Annotated[
        str | None, Option("--reason", metavar="TEXT", help=N_("Why; park and drop need it."))
    ] = None,
    lost_reason: Annotated[
        str,
        Option(
            "--lost-reason",
            metavar="REASON",
            help=N_("What a dropped deal is lost for: poor_fit, or another key."),
        ),
    ] = "poor_fit",
    until: Annotated[
        str | None,
        Option("--until", metavar=COMING_DATE, help=N_("When a parked deal comes back.")),
    ] = None,
    every: Annotated[bool, Option("--all", help=N_("Ask what is answered already, too."))] = False,
    at: At = None,
) -> Changed | tuple[Changed, int] | Page:
    """Qualify a deal."""
    call = current()
    told = any(value for value in (answer, score, evidence, profile, verdict))
    with call.open() as conn:
        asks = not told and call.interactive and call.output.format is None
        deal_id = call.find(conn, DEAL, deal, write=told or asks)
        sheets = qualification.sheets(conn, deal_id, framework)
        if told:
            said = _told(
                call,
                sheets,
                answer=answer,
                score=score,
                evidence=evidence,
                profile=profile,
                verdict=_verdict(verdict),
                reason=reason,
                until=until,
            )
        elif asks:
            said = _asked(call, conn, deal_id, sheets, every=every)
        else:
            return qualification_page(conn, deal_id, sheets)
        with call.change(conn):
            instant = call.when(conn, at, deal_id)
            changed = interview.put(conn, deal_id, sheets.framework, said.framework, instant)
            changed += interview.put(conn, deal_id, sheets.profile, said.profile, instant)
            decided = None
            if said.verdict is not None:
                decided = qualification.decide(
                    conn,
                    deal_id,
                    said.verdict,
                    instant,
                    reason=said.reason,
                    framework=sheets.framework.key,
                    fit=qualification.fit(conn, deal_id, sheets).percent,
                    until=said.until,
                    lost_reason=lost_reason,
                )
        result = _result(conn, deal_id, sheets, changed, decided)
        return interview.ended(result, broken_off=said.broken_off)


def _verdict(text: str | None) -> str | None:
    return None if text is None else words.choose(words.VERDICT, text, "--verdict")


def _told(
    call: Invocation,
    sheets: qualification.Sheets,
    *,
    answer: list[str] | None,
    score: list[str] | None,
    evidence: list[str] | None,
    profile: list[str] | None,
    verdict: str | None,
    reason: str | None,
    until: str | None,
) -> _Said:
    """What a script says."""
    if verdict in ("park", "drop"):
        reason = call.need(reason, "--reason", _("Why?"))
    if verdict == "park":
        until = call.need(until, "--until", _("Until when?"))
    return _Said(
        interview.entries(
            call,
            sheets.framework,
            said=interview.pairs(answer, "--answer"),
            scores=interview.pairs(score, "--score"),
            evidence=interview.pairs(evidence, "--evidence"),
        ),
        interview.entries(call, sheets.profile, scores=interview.pairs(profile, "--profile")),
        verdict,
        reason,
        call.date(until, AHEAD),
    )


def _asked(
    call: Invocation,
    conn: sqlite3.Connection,
    deal_id: int,
    sheets: qualification.Sheets,
    *,
    every: bool,
) -> _Said:
    """What a person says, question by question; what was answered before is not asked again."""
    found = []
    for sheet in sheets:
        questions = list(sheet.questions)
        if not every:
            questions = answers.missing(conn, deal_id, sheet)
        entries, whole, broken_off = interview.ask(call, sheet, questions)
        found.append(entries)
        if broken_off and not any(found):
            raise KeyboardInterrupt
        if not whole:
            profile = found[1] if len(found) > 1 else {}
            return _Said(found[0], profile, None, None, None, broken_off)
    try:
        verdict, reason, until = _ask_verdict(call)
    except KeyboardInterrupt:
        if not any(found):
            raise
        return _Said(found[0], found[1], None, None, None, broken_off=True)
    return _Said(found[0], found[1], verdict, reason, until)


def _ask_verdict(call: Invocation) -> tuple[str | None, str | None, str | None]:
    from funnelcli.render import message

    while True:
        typed = call.ask(_("Verdict: pursue, park or drop? Enter leaves it open."))
        if typed in ("", interview.STOP):
            return None, None, None
        try:
            verdict = words.choose(words.VERDICT, typed, "--verdict")
            break
        except Usage as error:
            message(call.output, told(error))
    reason = call.ask(_("Why?")) or None
    while verdict != "pursue" and reason is None:
        reason = call.ask(_("To park or drop a deal needs a reason. Why?")) or None
    until = None
    while verdict == "park" and until is None:
        try:
            until = call.date(call.ask(_("Until when?"), "+30d"), AHEAD)
        except Usage as error:
            message(call.output, told(error))
    return verdict, reason, until


def _result(
    conn: sqlite3.Connection,
    deal_id: int,
    sheets: qualification.Sheets,
    changed: int,
    decided: qualification.Decided | None,
) -> Changed:
    deal = standing.state(conn, deal_id)
    record = qualification_data(conn, deal_id, sheets)
    text = ngettext("{title}: {n} answer", "{title}: {n} answers", changed).format(
        title=deal.title, n=changed
    )
    lines = [f"{text}, {_scores(record)}"]
    if decided is not None:
        lines.append(_decided(conn, deal, decided))
    return Changed(lines, record, id=deal_id)


def _scores(record: dict[str, Any]) -> str:
    return _("{framework} {score}, fit {fit}").format(
        framework=record["name"],
        score=percent(record["score"]),
        fit=percent(record["fit"]),
    )


def _decided(
    conn: sqlite3.Connection, deal: standing.DealState, decided: qualification.Decided
) -> str:
    if decided.lost is not None:
        reason = catalogue_names(conn, "lost_reason")[decided.lost.reason]
        return _("{title}: dropped, lost for {reason}").format(title=deal.title, reason=reason)
    if decided.until is not None:
        return _("{title}: parked until {day}").format(
            title=deal.title, day=daytext.beside(decided.until)
        )
    return _("{title}: pursued").format(title=deal.title)
