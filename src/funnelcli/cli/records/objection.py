"""Objections: record, answer, list, and suggest what to say."""

from __future__ import annotations

import sqlite3
from typing import Annotated

import typer

from funnelcli.actions import objections
from funnelcli.cli.commands import examples, filter_words
from funnelcli.cli.invocation import current
from funnelcli.cli.listing import listing
from funnelcli.cli.notes import edited
from funnelcli.cli.params import At, DealRef, Limit, Sort, Words
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns import naming
from funnelcli.queries import objections as stored
from funnelcli.render import Changed, Column, Facts, Listing, Page


def _standing(objection: stored.Objection) -> str:
    if objection.resolved:
        return _("resolved")
    return _("open") if objection.genuine else _("pretext")


def _style(objection: stored.Objection) -> str:
    if objection.resolved:
        return "good"
    return "warn" if objection.genuine else "dim"


OBJECTIONS: tuple[Column, ...] = (
    Column("id", "Id", "id"),
    Column("public_id", "Public id", table=False),
    Column("raised_on", "Raised", "date", drop=3),
    Column("raised_at", "Raised at", "instant", table=False),
    Column("deal_id", "Deal id", "id", table=False),
    Column("deal", "Deal", flex=True, drop=2),
    Column("contact_id", "Contact id", "id", table=False),
    Column("contact", "Contact", table=False),
    Column("stage", "Stage", drop=5, shown=lambda found: found.stage_name),
    Column("kind", "Kind", shown=lambda found: found.kind_name),
    Column("genuine", "Genuine", "flag", table=False),
    Column("wording", "Wording", flex=True, drop=1),
    Column("answer", "Answer", flex=True, drop=4),
    Column("resolved", "Resolved", "flag", table=False),
    Column("resolved_at", "Resolved at", "instant", table=False),
    Column("standing", "Standing", data=False, shown=_standing, style=_style),
)
ANSWERS: tuple[Column, ...] = (
    Column("kind", "Kind", table=False),
    Column("text", "Answer", flex=True),
    Column("times", "Resolved", "int", drop=2),
    Column("deal", "Deal", flex=True, drop=1),
    Column("objection_id", "Objection", "id", table=False),
)
Ref = Annotated[
    str, typer.Argument(metavar="OBJECTION", help=N_("Its id, or words of its deal's name."))
]
Wording = Annotated[
    str | None,
    typer.Option("--wording", metavar="TEXT", help=N_("What was said; - reads standard input.")),
]
Pretext = Annotated[
    bool | None,
    typer.Option(
        "--pretext/--genuine", help=N_("A pretext (Vorwand), or meant (Einwand); else meant.")
    ),
]
Resolved = Annotated[
    bool | None,
    typer.Option("--resolved/--unresolved", help=N_("Whether the answer settled it.")),
]


def _changed(conn: sqlite3.Connection, objection_id: int, lines: list[str]) -> Changed:
    return Changed(lines, stored.objection(conn, objection_id), OBJECTIONS, id=objection_id)


@examples(
    'funnel objection add 12 price "too expensive next to Roof & Sun"',
    'funnel objection add mueller "muss ich besprechen" --pretext',
    'funnel objection add 12 risk --answer "trial of three months" --resolved',
)
def add(
    deal: DealRef,
    kind: Annotated[
        str | None,
        typer.Argument(metavar="KIND", help=N_("A kind of the catalogue, or what was said.")),
    ] = None,
    wording: Annotated[
        str | None, typer.Argument(metavar="[WORDING]", help=N_("What was said."))
    ] = None,
    pretext: Pretext = None,
    answer: Annotated[
        str | None, typer.Option("--answer", metavar="TEXT", help=N_("What was answered."))
    ] = None,
    resolved: Resolved = None,
    at: At = None,
) -> Changed:
    """Record an objection."""
    call = current()
    with call.open() as conn:
        deal_id = call.find(conn, naming.DEAL, deal)
        kind = call.need(
            kind, "KIND", _("What was the objection? ({keys})").format(keys=_keys(conn))
        )
        key = objections.kind_of(conn, kind)
        if wording is None and _fold_differs(conn, key, kind):
            wording = kind
        instant = call.when(conn, at, deal_id)
        with call.change(conn):
            objection_id = objections.add(
                conn,
                deal_id,
                key,
                instant,
                wording=call.long_text(wording),
                genuine=not pretext,
                answer=call.long_text(answer),
                resolved=bool(resolved),
            )
        found = stored.objection(conn, objection_id)
        line = _("Objection {id}: {kind}, {standing}, for {deal}").format(
            id=objection_id, kind=found.kind_name, standing=_standing(found), deal=found.deal
        )
        return _changed(conn, objection_id, [line])


def _keys(conn: sqlite3.Connection) -> str:
    rows = conn.execute("SELECT key FROM catalogue WHERE kind = 'objection' ORDER BY position")
    return ", ".join(key for (key,) in rows)


def _fold_differs(conn: sqlite3.Connection, key: str, text: str) -> bool:
    """Whether ``text`` was a customer's words rather than the kind's key or name."""
    from funnelcli.text import fold

    names = conn.execute(
        "SELECT key, name_en, name_de FROM catalogue WHERE kind = 'objection' AND key = ?", (key,)
    ).fetchone()
    return not any(fold(name).startswith(fold(text)) for name in names)


@examples(
    'funnel objection answer 4 "pays for itself in 26 months" --resolved',
    "funnel objection answer 4 --resolved --at yesterday",
    "funnel objection answer 4 --unresolved",
)
def answer(
    objection: Ref,
    text: Annotated[
        str | None,
        typer.Argument(metavar="[ANSWER]", help=N_("What was answered; - reads standard input.")),
    ] = None,
    resolved: Resolved = None,
    at: At = None,
) -> Changed:
    """Record what was answered, and whether that settled it."""
    call = current()
    with call.open() as conn:
        objection_id = call.find(conn, naming.OBJECTION, objection)
        if text is None and resolved is None:
            text = call.need(None, "ANSWER", _("What was answered?"))
        instant = call.when(conn, at)
        with call.change(conn):
            objections.answer(conn, objection_id, instant, call.long_text(text), resolved=resolved)
        found = stored.objection(conn, objection_id)
        line = _("{deal}: {kind} answered, {standing}").format(
            deal=found.deal, kind=found.kind_name, standing=_standing(found)
        )
        return _changed(conn, objection_id, [line])


@examples(
    "funnel objection list is:open is:genuine",
    "funnel objection list kind:price raised:this-quarter",
    "funnel objection list mueller --json",
)
def list_(words: Words = None, sort: Sort = None, limit: Limit = None) -> Listing:
    """List objections."""
    return listing(
        OBJECTIONS,
        stored.objections,
        filter_words(words),
        sort,
        limit,
        empty=_("No objections. `funnel objection add` records one."),
    )


@examples("funnel objection show 4")
def show(objection: Ref) -> Page:
    """Show an objection."""
    call = current()
    with call.open() as conn:
        found = stored.objection(conn, call.find(conn, naming.OBJECTION, objection, write=False))
    pairs = [
        (_("Deal"), found.deal),
        (_("Stage"), found.stage_name),
        (_("Raised"), found.raised_on),
        (_("Meant"), _("genuine") if found.genuine else _("pretext")),
        (_("Wording"), found.wording or ""),
        (_("Answer"), found.answer or ""),
        (_("Standing"), _standing(found)),
        (_("Public id"), found.public_id),
    ]
    title = found.kind_name + " · " + _("objection {id}").format(id=found.id)
    data = {column.key: getattr(found, column.key) for column in OBJECTIONS if column.data}
    facts = Facts(title, [pair for pair in pairs if pair[1]])
    return Page([facts], data, Listing(OBJECTIONS, [found]))


@examples("funnel objection edit 4 --kind budget", "funnel objection edit 4 --pretext")
def edit(
    objection: Ref,
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="KIND", help=N_("A kind of the catalogue."))
    ] = None,
    wording: Wording = None,
    pretext: Pretext = None,
) -> Changed:
    """Change an objection."""
    call = current()
    with call.open() as conn:
        objection_id = call.find(conn, naming.OBJECTION, objection)
        changes: dict[str, str | int | None] = {}
        if kind is not None:
            changes["kind"] = objections.kind_of(conn, kind)
        if wording is not None:
            changes["wording"] = None if wording == "none" else call.long_text(wording)
        if pretext is not None:
            changes["genuine"] = int(not pretext)
        if not changes:
            raise Usage(_("Nothing to change."), _("Give --kind, --wording or --pretext."))
        with call.change(conn):
            names = objections.edit(conn, objection_id, changes)
        found = stored.objection(conn, objection_id)
        return _changed(conn, objection_id, [edited(found.kind_name, names)])


@examples(
    "funnel objection suggest price",
    'funnel objection suggest "das ist mir zu teuer"',
    "funnel objection suggest info_stall --json",
)
def suggest(
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help=N_("A kind of the catalogue, or what was said."))
    ],
) -> Listing:
    """What to answer: what worked for you before, then what others say."""
    call = current()
    with call.read() as conn:
        key = objections.kind_of(conn, kind)
        rows = [found._asdict() for found in objections.suggest(conn, key)]
    return Listing(ANSWERS, rows, empty=_("No answers to {kind} yet.").format(kind=key))


@examples("funnel objection remove 4")
def remove(
    objection: Annotated[list[str], typer.Argument(metavar="OBJECTION...", help=N_("Their ids."))],
) -> Changed:
    """Remove objections."""
    call = current()
    with call.open() as conn:
        ids = list(dict.fromkeys(call.find(conn, naming.OBJECTION, text) for text in objection))
        if len(ids) > 2:
            text = ngettext("Remove {n} objection?", "Remove {n} objections?", len(ids))
            call.confirm(text.format(n=len(ids)))
        with call.change(conn):
            objections.remove(conn, ids)
    return Changed([_("Removed objection {id}").format(id=i) for i in ids], ids=ids)
