"""A field of a noun: one line that says all of it.

Its type, the title above its column, what is asked of it in filters, the option that sets it, and
the names that it has in other programs' files. What lists, ``--json``, filters, ``--sort``, the
options of ``add`` and ``edit``, completion and ``--map`` know of a field follows from that line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from funnelcli.i18n import N_
from funnelcli.nouns.rules import with_organisation
from funnelcli.nouns.types import CONTACT_NAME, DEAL_NAME, LONG, OWNER, TAGS, TEXT, Type
from funnelcli.plain import NamedTuple
from funnelcli.typed import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from funnelcli.render.model import Column

Value = TypeVar("Value")


class Ask(NamedTuple):
    """What can be asked of records: a filter, and a key to sort by.

    ``sql`` is an expression over the aliases of the noun's query. Without a ``name`` it is the
    field's own. ``sort`` is the SQL to sort by where that differs from ``sql``; "-" forbids it, ""
    is ``sql`` itself. ``folded`` says that the expression yields search keys. Without a ``type``
    it is the field's own. ``filter`` is false for what can only be sorted by. An amount has the SQL
    of its ``currency``, and of the ``day`` whose exchange rate counts, NULL or none for today.
    ``title``, an English message id, is what people call it where that is not the field's title.
    ``place`` is that of a choice among others, as :class:`funnelcli.filters.Field` has it. ``ids``
    is the SQL of the ids, or of the query for them, of the records whose names ``sql`` yields,
    where :func:`funnelcli.nouns.rules.ids_of` does not tell it. A word in a text is looked for
    ``among`` other rows, as :class:`funnelcli.filters.Field` has them, where that asks fewer.
    """

    sql: str
    name: str = ""
    sort: str = ""
    folded: bool = False
    type: Type | None = None
    filter: bool = True
    currency: str = ""
    day: str = ""
    title: str = ""
    place: tuple[str, str] | None = None
    ids: str = ""
    among: tuple[tuple[str, str], ...] = ()


class Option(NamedTuple):
    """The option that sets a field: its flags ("--close", or "--contact -c"), what help says.

    ``on`` is the verb it belongs to, where it is not both add and edit. ``many``: it may be
    repeated; ``off`` then takes a value away again, on edit. Without flags a field is set by
    ``--set`` alone. ``after`` is the field whose day comes before this one's: without its year this
    one is reckoned from there. ``early``: a day that has happened can lie before the one that it
    follows from.
    """

    flags: str
    help: str
    on: str = ""
    many: bool = False
    off: str = ""
    off_help: str = ""
    type: Type | None = None
    after: str = ""
    early: bool = False


class Declared(NamedTuple):
    """An option as a command takes it: ``name`` is its parameter, ``field`` the one it sets, or
    takes values away from."""

    name: str
    flags: tuple[str, ...]
    metavar: str | None
    help: str
    many: bool
    flag: bool
    field: Field


class Field:
    """One field; ``name`` is its attribute, and its name in JSON and CSV: a promise."""

    __slots__ = ("ask", "heard", "look", "name", "option", "title", "type")

    def __init__(
        self,
        title: str,
        type: Type,  # noqa: A002 - the word for it
        ask: Ask | None,
        option: Option | None,
        heard: str,
        look: dict[str, Any],
    ) -> None:
        self.name = ""
        self.title = title
        self.type = type
        self.ask = ask
        self.option = option
        self.heard = heard
        self.look = look

    @property
    def taken(self) -> Type:
        """The type of what its option takes."""
        return (self.option.type if self.option is not None else None) or self.type

    def options(self, verb: str) -> Iterator[Declared]:
        """The options that ``verb`` takes for it."""
        option = self.option
        if option is None or not option.flags or verb not in (option.on or "add edit").split():
            return
        word = self.taken
        flag = word.reads == "flag"
        metavar = None if flag else word
        flags = tuple(option.flags.split())
        yield Declared(self.name, flags, metavar, option.help, option.many, flag, self)
        if option.off and verb == "edit":
            off = (option.off,)
            yield Declared(f"no_{self.name}", off, metavar, option.off_help, True, False, self)

    def column(self) -> Column:
        """How lists show it."""
        from funnelcli.render.model import Column

        look = self.look
        if self.type.choices is not None and "names" not in look:
            look = {"names": self.type.name, **look}
        kind = look.get("kind", self.type.column)
        rest = {key: value for key, value in look.items() if key != "kind"}
        return Column(self.name, self.title, kind, heard=self.heard, **rest)


def field(
    title: str,
    type: Type = TEXT,  # noqa: A002 - the word for it
    ask: Ask | str | None = None,
    *,
    option: Option | None = None,
    heard: str = "",
    **look: Any,
) -> Any:
    """Declare a field of a :class:`~funnelcli.nouns.record.Record`, behind its annotation.

    ``title`` is an English message id. An ``ask`` that is text is the SQL of a filter that can be
    sorted by. ``heard`` are the names that its column has in files of this program and of others,
    with commas between them, as :func:`funnelcli.formats.columns.normal` makes them; of several in
    one file the first counts. ``look`` is what :class:`funnelcli.render.model.Column` takes
    besides: ``table``, ``data``, ``drop``, ``flex``, ``currency``, ``names``, ``shown``, ``style``.
    """
    return Field(title, type, Ask(ask) if isinstance(ask, str) else ask, option, heard, look)


class Derived(property):
    """A field that follows from others of its record."""

    field: Field


def derived(
    title: str,
    type: Type = TEXT,  # noqa: A002 - the word for it
    ask: Ask | str | None = None,
    *,
    option: Option | None = None,
    heard: str = "",
    **look: Any,
) -> Callable[[Callable[[Any], Value]], Value]:
    """Declare a field that a method of the record computes; the rest as for :func:`field`."""

    def declare(method: Callable[[Any], Value]) -> Value:
        made = Derived(method)
        made.field = field(title, type, ask, option=option, heard=heard, **look)
        return made  # type: ignore[return-value]

    return declare


# What lists of every kind call a column of tags.
_TAG_HEADINGS = "tags, labels, label, schlagworte, schlagwörter, schlagwort, stichworte"


def tags(noun: str, alias: str, heard: str = "") -> Any:
    """The tags of a noun, from its table "<noun>_tag"; ``heard`` adds to what all are called by."""
    exists = f"EXISTS (SELECT 1 FROM {noun}_tag AS t WHERE t.{noun}_id = {alias}.id AND t.search"
    return field(
        N_("Tags"),
        TAGS,
        Ask(exists + " = {param})", "tag", sort="-", folded=True),
        option=Option(
            "--tag",
            N_("A tag; may be repeated."),
            many=True,
            off="--untag",
            off_help=N_("Take a tag off."),
        ),
        table=False,
        heard=f"{_TAG_HEADINGS}, {heard}" if heard else _TAG_HEADINGS,
    )


def notes(heard: str = "") -> Any:
    """What is noted about a record, in lines of its own."""
    return field(
        N_("Notes"),
        LONG,
        option=Option("--notes", N_("Notes; - reads standard input.")),
        table=False,
        heard=heard,
    )


def contact_name(**look: Any) -> Any:
    """The contact c that a record is about: the name of an organisation is that of its people,
    too. ``look`` as for :func:`field`."""
    ask = Ask(with_organisation("c"), sort="c.search", folded=True)
    return field(N_("Contact"), CONTACT_NAME, ask, flex=True, **look)


def deal_title(**look: Any) -> Any:
    """The deal d that a record is about; ``look`` as for :func:`field`."""
    return field(N_("Deal"), DEAL_NAME, Ask("d.search", folded=True), flex=True, **look)


def owner_id() -> Any:
    """The id of the user whose a record is; its option takes the user's key."""
    return field(
        N_("Owner"),
        OWNER,
        option=Option("--owner", N_("Whose it is: a user, me, or none.")),
        table=False,
        data=False,
    )


def owner(alias: str, heard: str) -> Any:
    """The key of the user whose a record is; ``alias`` is its table's in the noun's query."""
    key = f"(SELECT w.key FROM member AS w WHERE w.id = {alias}.owner_id)"
    return field(N_("Owner"), OWNER, Ask(key), table=False, drop=6, heard=heard)
