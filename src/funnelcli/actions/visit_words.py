"""What follows from a visit by what was given with options, and for the rest by its words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from funnelcli.actions.recognising.planned import Planned
from funnelcli.actions.recognising.raised import Raised
from funnelcli.actions.remarks import Remark
from funnelcli.actions.report_fields import read_fields
from funnelcli.actions.visit_report import Recorded, left_alone
from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.nouns import naming
from funnelcli.nouns.visit import VISIT
from funnelcli.plain import NamedTuple
from funnelcli.typed import TYPE_CHECKING, Any
from funnelcli.values import dates
from funnelcli.values.dates import Due
from funnelcli.values.nothing import is_nothing

if TYPE_CHECKING:
    from funnelcli.actions.recognise import Recognised


def read_note(conn: sqlite3.Connection, text: str, today: date) -> Recognised:
    """What a note says, by the catalogue's words for objections."""
    # A visit or a call that is recorded without words needs nothing that reads them.
    import json

    from funnelcli.actions.recognise import recognise

    rows = conn.execute(
        "SELECT key, words_en, words_de FROM catalogue WHERE kind = 'objection' AND hidden = 0"
        " ORDER BY position"
    )
    words = [(key, json.loads(english) + json.loads(german)) for key, english, german in rows]
    return recognise(text, words, today, _products(conn, text))


def _products(conn: sqlite3.Connection, text: str) -> list[tuple[str, str]]:
    """Number and name of the products that share a word with a text: of a large catalogue few."""
    from funnelcli.actions.recognising.clauses import WORD
    from funnelcli.actions.recognising.products import forms_of

    said = forms_of(text)
    rows = conn.execute("SELECT sku, name, search FROM product ORDER BY id")
    return [
        (sku, name)
        for sku, name, search in rows
        if not said.isdisjoint(WORD.findall(f"{search} {sku.lower()}"))
    ]


class Followed(NamedTuple):
    """What follows from a visit: next steps and objections, the outcome that its words say, and
    which of the others (steps, objections) they say as well; the rest was given. ``refused`` says
    that by the words somebody does not want to be contacted any more. ``report`` has the fields
    of the report that the words say, as text, ``columns`` what is kept of them, and ``minutes`` how
    long they say that it took, ``channel`` the channel that they say."""

    planned: list[Planned]
    raised: list[Raised]
    outcome: str | None
    read: frozenset[str]
    warnings: list[str]
    refused: bool = False
    report: Mapping[str, str] = {}
    columns: Mapping[str, Any] = {}
    minutes: int | None = None
    channel: str | None = None

    def recognised(self, recorded: Recorded) -> list[str]:
        """What the words said and is on record now, as the options that would have said it."""
        options = [f"--outcome {self.outcome}"] if self.outcome else []
        if self.channel:
            options.append(f"--channel {self.channel}")
        if self.minutes is not None:
            options.append(f"--duration {self.minutes}m")
        if "steps" in self.read:
            new = [step for step in self.planned if step in recorded.planned]
            dated = len(new) > 1 and any(step.due for step in new)
            options += [_step_option(step, dated=dated) for step in new]
        if "objections" in self.read:
            options += [_objection_option(item) for item in recorded.raised]
        return options + [_set_option(name, text) for name, text in self.report.items()]


def follow(
    conn: sqlite3.Connection,
    fields: dict[str, Any],
    *,
    recognise: bool,
    given: Sequence[Planned] | None,
    due: Due | None,
    objections: Iterable[str] | None = None,
    today: date | None = None,
) -> Followed:
    """What was given with options, and for the rest what the words say. An outcome that they
    say goes into ``fields``. ``given`` are the next steps that were given; None leaves them to the
    words, and ``due`` says their day. Days in the words are reckoned from ``today``, the present
    day without it. Raises Usage for --due without a next step, and for objections beside "none".
    """
    told = VISIT.fields["outcome"].type.name
    planned: list[Planned] = []
    raised: list[Raised] = []
    outcome: str | None = None
    read: set[str] = set()
    warnings: list[str] = []
    refused = False
    report: dict[str, str] = {}
    columns: dict[str, Any] = {}
    minutes: int | None = None
    channel: str | None = None
    if given is not None:
        planned = list(given)
    if objections is not None:
        given_kinds = list(objections)
        kinds = [text for text in given_kinds if not is_nothing(text)]
        if kinds and len(kinds) < len(given_kinds):
            raise Usage(
                _("--objection none says that there was no objection."),
                _("Leave it out, or those that were raised."),
            )
        named = [_objection_named(conn, text) for text in kinds]
        raised = [
            Raised(kind, fields.get("objections") or kind, genuine)
            for kind, genuine in dict(named).items()
        ]
    said = fields.get("said")
    if recognise and said:
        found = read_note(conn, said, today or dates.today())
        refused = found.refused
        minutes = found.minutes
        if found.channel is not None and "channel" not in fields:
            fields["channel"] = channel = found.channel
        for name, text in found.report.items():
            if name not in fields:
                columns |= _read_or_nothing(conn, name, text)
                if name in columns:
                    report[name] = text
        if "outcome" not in fields:
            if found.outcome is not None:
                fields["outcome"] = outcome = found.outcome
            elif found.unsure:
                both = _(" and ").join(map(told, found.unsure))
                warnings.append(
                    Remark(
                        _("The words say {outcomes}: set it with --outcome.").format(outcomes=both),
                        _("The words say {outcomes}.").format(outcomes=both),
                    )
                )
        if given is None:
            planned = [step if due is None else Planned(step.what, *due) for step in found.steps]
            warnings += left_alone(found.misdated)
            if due is None:
                warnings += _without_a_day(found)
            warnings += [
                Remark(
                    _(
                        "“{text}” was not taken as a step: say what comes next with --next and"
                        " --due."
                    ).format(text=text),
                    _("“{text}” was not taken as a step.").format(text=text),
                )
                for text in found.untaken
            ]
            read.add("steps")
        if objections is None:
            raised = list(found.objections)
            read.add("objections")
    if due is not None and not planned:
        raise Usage(_("A day is named, and no next step."), _("Say what comes next with --next."))
    fields.update(columns)
    return Followed(
        planned=planned,
        raised=raised,
        outcome=outcome,
        read=frozenset(read),
        warnings=warnings,
        refused=refused,
        report=report,
        columns=columns,
        minutes=minutes,
        channel=channel,
    )


def _read_or_nothing(conn: sqlite3.Connection, name: str, text: str) -> dict[str, Any]:
    """The columns of a field that words say; none where they do not fit, for they are kept in what
    was said anyway."""
    try:
        return read_fields(conn, {name: text})
    except Usage:
        return {}


# How an objection is named that is but put forward: "pretext:time".
_PRETEXT = ("pretext:", "vorwand:")


def _objection_named(conn: sqlite3.Connection, text: str) -> tuple[str, bool]:
    """The key of an objection, and whether it is meant. Raises Usage."""
    for word in _PRETEXT:
        if text.lower().startswith(word):
            return naming.catalogue_key(conn, "objection", text[len(word) :].strip()), False
    return naming.catalogue_key(conn, "objection", text), True


def _without_a_day(found: Recognised) -> list[str]:
    advice = _("“{day}” was left alone, so that the step “{what}” has no day: set it with --due.")
    fact = _("“{day}” was left alone, so that the step “{what}” has no day.")
    return [
        Remark(*(text.format(**alone._asdict()) for text in (advice, fact)))
        for alone in found.undated
    ]


def _objection_option(item: Raised) -> str:
    return f"--objection {'' if item.genuine else 'pretext:'}{item.kind}"


def _set_option(name: str, text: str) -> str:
    import shlex

    return f"--set {shlex.quote(f'{name}={text}')}"


def _step_option(step: Planned, *, dated: bool) -> str:
    """The option of a step; with that of its day where it has one, and where others have."""
    import shlex

    option = f"--next {shlex.quote(step.what)}"
    when = f"{step.due or ''} {step.starts or ''}".strip()
    if not when:
        return f"{option} --due none" if dated else option
    return f"{option} --due {shlex.quote(when)}"
