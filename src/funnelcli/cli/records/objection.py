"""Objections: record, answer, list, and suggest what to say."""

from __future__ import annotations

from funnelcli.actions import objections
from funnelcli.cli.changing import changing
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument
from funnelcli.cli.entries import read
from funnelcli.cli.invocation import current
from funnelcli.cli.listing import lister
from funnelcli.cli.params import At, DealRef
from funnelcli.cli.removing import removing
from funnelcli.cli.results import changed, unless_same
from funnelcli.cli.taking import Given, takes
from funnelcli.i18n import N_, _
from funnelcli.nouns import naming
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.objection import OBJECTION
from funnelcli.nouns.types import OBJECTION_KIND
from funnelcli.pages.objection import objection_page
from funnelcli.queries.lists import one
from funnelcli.render import Changed, Column, Listing, Page
from funnelcli.typed import Annotated

ANSWERS: tuple[Column, ...] = (
    Column("kind", "Kind", table=False),
    Column("text", "Answer", flex=True),
    Column("times", "Resolved", "int", drop=2),
    Column("deal", "Deal", flex=True, drop=1),
    Column("objection_id", "Objection", "id", table=False),
)
_KIND = Argument(metavar=OBJECTION_KIND, help=N_("A kind of the catalogue, or what was said."))
KindRef = Annotated[str, _KIND]
KindOrAsked = Annotated[str | None, _KIND]
Ref = Annotated[
    str,
    Argument(metavar="OBJECTION", help=N_("Its id, its kind, or words of its deal's name.")),
]


@takes(OBJECTION.options("add"))
@gives(OBJECTION)
@examples(
    'funnel objection add 12 price "too expensive next to Roof & Sun"',
    'funnel objection add mueller "muss ich besprechen" --pretext',
    'funnel objection add 12 risk --answer "trial of three months" --resolved',
)
def add(
    deal: DealRef,
    kind: KindOrAsked = None,
    wording: Annotated[str | None, Argument(metavar="[WORDING]", help=N_("What was said."))] = None,
    at: At = None,
    *,
    given: Given,
) -> Changed:
    """Record an objection."""
    call = current()
    with call.open() as conn:
        deal_id = call.find(conn, DEAL, deal)
        kind = call.need(
            kind,
            "KIND",
            _("What was the objection? ({keys})").format(
                keys=naming.catalogue_names(conn, "objection")
            ),
        )
        key = objections.kind_of(conn, kind)
        if wording is None and objections.in_words(conn, key, kind):
            wording = kind
        fields = read(call, conn, OBJECTION, given)
        instant = call.when(conn, at, deal_id)
        with call.change(conn):
            objection_id = objections.add(
                conn,
                deal_id,
                key,
                instant,
                wording=call.long_text(wording),
                genuine=bool(fields.get("genuine", True)),
                answer=fields.get("answer"),
                resolved=bool(fields.get("resolved")),
            )
        found = one(conn, OBJECTION, objection_id)
        line = _("Objection {id}: {kind}, {standing}, for {deal}").format(
            id=objection_id, kind=found.kind_name, standing=found.standing, deal=found.deal
        )
        return changed(conn, OBJECTION, objection_id, [line])


@takes(OBJECTION.options("answer"))
@gives(OBJECTION)
@examples(
    'funnel objection answer 4 "pays for itself in 26 months" --resolved',
    "funnel objection answer price --resolved --at yesterday",
    "funnel objection answer 4 --unresolved",
)
def answer(
    objection: Ref,
    text: Annotated[
        str | None,
        Argument(metavar="[ANSWER]", help=N_("What was answered; - reads standard input.")),
    ] = None,
    at: At = None,
    *,
    given: Given,
) -> Changed:
    """Record what was answered, and whether that settled it."""
    call = current()
    with call.open() as conn:
        resolved = given.get("resolved")
        only = "" if resolved is False else "open"
        objection_id = call.find(conn, OBJECTION, objection, only=only)
        if text is None and resolved is None:
            text = call.need(None, "ANSWER", _("What was answered?"))
        instant = call.when(conn, at)
        with call.change(conn):
            objections.answer(conn, objection_id, instant, call.long_text(text), resolved=resolved)
        found = one(conn, OBJECTION, objection_id)
        line = _("{deal}: {kind} answered, {standing}").format(
            deal=found.deal, kind=found.kind_name, standing=found.standing
        )
        return changed(conn, OBJECTION, objection_id, [unless_same(call, line)])


list_ = lister(
    OBJECTION,
    "funnel objection list is:open is:genuine",
    "funnel objection list kind:price raised:this-quarter",
    "funnel objection list mueller --json",
)


@gives(OBJECTION)
@examples("funnel objection show 4")
def show(objection: Ref) -> Page:
    """Show an objection."""
    call = current()
    with call.open() as conn:
        found = one(conn, OBJECTION, call.find(conn, OBJECTION, objection, write=False))
    return objection_page(found)


edit = changing(
    OBJECTION,
    objections.edit,
    "funnel objection edit 4 --kind budget",
    "funnel objection edit 4 --pretext",
    ref=Ref,
    name=lambda objection: objection.kind_name,
)


@gives(ANSWERS)
@examples(
    "funnel objection suggest price",
    'funnel objection suggest "das ist mir zu teuer"',
    "funnel objection suggest info_stall --json",
)
def suggest(
    kind: KindRef,
) -> Listing:
    """What to answer: what worked for you before, then what others say."""
    call = current()
    with call.read() as conn:
        key = objections.kind_of(conn, kind)
        rows = [found._asdict() for found in objections.suggest(conn, key)]
    return Listing(ANSWERS, rows, empty=_("No answers to {kind} yet.").format(kind=key))


remove = removing(OBJECTION, objections.remove, "funnel objection remove 4", help=N_("Their ids."))
