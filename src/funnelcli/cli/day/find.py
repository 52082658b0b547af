"""Looking words up in everything that holds text, and opening what was found."""

from __future__ import annotations

from funnelcli.cli.commands import examples, function_of, gives
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.progress import progress
from funnelcli.cli.results import more_note
from funnelcli.cli.tree import every_command
from funnelcli.errors import Ambiguous, Candidate, NotFound, Usage
from funnelcli.i18n import N_, _
from funnelcli.nouns.texts import FOUND, KINDS
from funnelcli.nouns.words import choose
from funnelcli.render import Column, Listing, Result, message
from funnelcli.text import name_fold
from funnelcli.typed import TYPE_CHECKING, Annotated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from funnelcli.queries.find import Hit, Question

# So many are shown, and offered to choose from, unless --limit says otherwise.
SCREEN = 20
HITS = (
    Column("kind", "Kind", names=FOUND.name),
    Column("id", "Id", "id", table=False, whose=lambda hit: hit.kind),
    Column("title", "Record", flex=True),
    Column("text", "Found", flex=True, shown=lambda hit: _beside(hit)),
    Column("day", "Date", "date", drop=1),
    Column("command", "Opened by", solid=True),
    Column("deal_id", "Deal id", "id", table=False),
    Column("contact_id", "Contact id", "id", table=False),
)
Texts = Annotated[
    list[str],
    Argument(metavar="WORDS...", help=N_("Words, or their beginnings; a name, a number.")),
]
Kinds = Annotated[
    list[str] | None,
    Option("--kind", metavar=FOUND, help=N_("Only these kinds: contact, note, visit …")),
]
Most = Annotated[
    int | None,
    Option(
        "--limit",
        "-n",
        metavar="N",
        min=0,
        help=N_("At most so many rows; 0 for all. A terminal shows 20."),
    ),
]


@gives(HITS)
@examples(
    "funnel find heat pump", "funnel find mueller angebot --kind note,visit", "funnel find 0171 234"
)
def find(texts: Texts, kinds: Kinds = None, limit: Most = None) -> Listing:
    """Find words in everything that holds text."""
    from funnelcli.queries import find as finding
    from funnelcli.queries import lists
    from funnelcli.values.wordsearch import places

    call = current()
    asked = _asked(texts, kinds)
    most = call.rows(limit, SCREEN)
    conn = call.keep(call.open())
    with progress(call, "find") as advance:
        found = call.keep(
            finding.found(conn, asked, None if most is None else most + 1, advance.begin)
        )
    rows, more = lists.only(found, most)

    def marks(line: str) -> list[tuple[int, int]]:
        return [(start, end) for start, end, _number in places(line, asked.words)]

    columns = [
        column._replace(marks=marks) if column.key in ("title", "text") else column
        for column in HITS
    ]
    return Listing(
        columns,
        rows,
        empty=_("Nothing has these words: {words}.").format(words=" ".join(texts)),
        notes=more_note(most) if more else [],
    )


def _asked(texts: Sequence[str], kinds: Sequence[str] | None) -> Question:
    """What is looked for. Raises Usage where there is nothing to look for, or no such kind."""
    from funnelcli.queries.find import question

    each = [one for text in kinds or () for one in text.split(",") if one.strip()]
    asked = question(texts, [choose(FOUND.choices or {}, one, "--kind") for one in each])
    if not asked.words:
        raise Usage(
            _("There is no word to look for in “{text}”.").format(text=" ".join(texts)),
            _("Write a word, a part of a name or a number: funnel find mueller"),
        )
    return asked


@examples("funnel open mueller", "funnel open heat pump --kind note")
def open_(texts: Texts, kinds: Kinds = None) -> Result:
    """Find words, and open what was found."""
    from funnelcli.queries import find as finding

    call = current()
    asked = _asked(texts, kinds)
    with call.open() as conn, progress(call, "find") as advance:
        opened = finding.found(conn, asked, SCREEN + 1, advance.begin)
        with opened as found:
            hits = list(found)
    if not hits:
        raise NotFound(
            _("Nothing has these words: {words}.").format(words=" ".join(texts)),
            _("A part of a word is found by its beginning alone: pump, not ump."),
        )
    return _shown(_one(call, hits, " ".join(texts)))


def _one(call: Invocation, hits: list[Hit], words: str) -> Hit:
    """The record that is meant: the only one, the only one that is called so, or that which the
    person chooses. Raises Ambiguous where nobody can be asked."""
    named = [hit for hit in hits if KINDS[hit.kind].texts.name]
    called = [hit for hit in named if _plain(hit.title) == _plain(words)]
    if len(hits) == 1 or len(called) == 1:
        return (called or hits)[0]
    shown = hits[:SCREEN]
    labels = [
        f"{FOUND.name(hit.kind)}: " + " · ".join(filter(None, (hit.title, _beside(hit))))
        for hit in shown
    ]
    count = f"{SCREEN}+" if len(hits) > SCREEN else str(len(hits))
    fits = _("{name} fits {count} records.").format(name=words, count=count)
    if not call.interactive:
        raise Ambiguous(
            fits,
            _("Add a word, or name the kind (--kind), or open one by its id."),
            [
                Candidate(hit.id, f"{label} · {hit.command}")
                for hit, label in zip(shown, labels, strict=True)
            ],
        )
    lines = [fits, *(f"{place:>4}  {label}" for place, label in enumerate(labels, 1))]
    message(call.output, "\n".join(lines))
    answer = call.ask(_("Which one? Its number in this list:")).strip()
    if not (answer.isdecimal() and 1 <= int(answer) <= len(shown)):
        raise Usage(
            _("{text} is no number of this list.").format(text=answer or "“”"),
            _("Nothing was opened."),
        )
    return shown[int(answer) - 1]


def _beside(hit: Hit) -> str:
    """The piece of text that is shown beside a title; none that only says it again."""
    return "" if hit.text == hit.title else hit.text


def _plain(name: str) -> str:
    return name_fold(name).replace(" ", "")


def _shown(hit: Hit) -> Result:
    """What the command that opens a record shows."""
    _program, noun, verb, *record = hit.command.split()
    shown: Result = function_of(every_command()[f"{noun} {verb}"])(*record)
    return shown
