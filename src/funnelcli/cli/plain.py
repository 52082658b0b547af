"""A command line that is written as its command has it, read without Typer.

Typer takes longer to load than such a command to run. It reads what else people type, says what is
wrong with a line, and helps; it is never asked about a line that is plain, for both readers go by
the same declarations (:mod:`.declaring`), and a test holds them equal over every command and every
option.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from funnelcli.cli.coercion import KEPT, is_any_id
from funnelcli.cli.commands import HELP, MINUS, find, function_of, with_verb
from funnelcli.cli.declaring import GIVEN, Argument, Parameter, parameters
from funnelcli.cli.hinting import hinted
from funnelcli.cli.invocation import Invocation
from funnelcli.cli.params import misspelt, negates, shared
from funnelcli.cli.taking import Declared
from funnelcli.cli.tree import TREE, Verb, Verbs
from funnelcli.plain import NamedTuple
from funnelcli.typed import Any
from funnelcli.values.whole import whole


class Line(NamedTuple):
    """A line that was read: the command's function with the values of its parameters, those of the
    shared options in the order in which they stand, what the command is called in the journal and
    in settings, and the words."""

    function: Callable[..., Any]
    values: dict[str, Any]
    shared: list[tuple[str, Any]]
    verb: str
    called: str
    words: list[str]

    def carry_out(self, call: Invocation) -> Any:
        """What the command gives."""
        call.verb, call.list = self.verb, self.called
        with hinted(lambda: self.words):
            for name, value in self.shared:
                call.take(name, value)
            call.check_output()
            return self.function(**self.values)


class _Other(Exception):
    """The line is not plain."""


class _Flag(NamedTuple):
    """What a way to write an option is of: its ``name`` in ``values``, where it has a value of its
    ``kind`` behind it, or ``value`` itself; a number lies between ``least`` and ``most``."""

    values: dict[str, Any]
    name: str
    kind: type
    many: bool = False
    value: bool = True
    least: int | None = None
    most: int | None = None


def read(args: list[str]) -> Line | None:
    """The line; None where it is not plain. Nothing is done by reading it."""
    try:
        return _read(args)
    except _Other:
        return None


def _read(args: list[str]) -> Line:
    before, args = _apart(args)
    verb, typed, called, rest = _named(args)
    function = function_of(verb)
    several = "several" in function.__dict__
    if rest[:1] and rest[0].lower() in HELP:
        raise _Other
    if several and any(":" in arg and negates(arg) for arg in rest):
        raise _Other
    arguments: list[Parameter] = []
    flags: dict[str, _Flag] = {}
    values: dict[str, Any] = {}
    for one in parameters(function):
        if isinstance(one, str):
            values[GIVEN] = _of_data(flags, function.__dict__.get("takes", ()))
            continue
        declared = one.declared
        if isinstance(declared, Argument):
            arguments.append(one)
        else:
            flag = _Flag(values, one.name, one.kind, one.many, True, declared.min, declared.max)
            _add(flags, declared.flags, flag)
        if one.default is not ...:
            values[one.name] = one.default
    general = _of_data(flags, shared(verb.shares))
    minus = function.__dict__.get("minus") or any(one.name == "words" for one in arguments)
    words: list[str] = []
    for flag, value in _split(rest, flags, words, minus=bool(minus)):
        _put(flag, value)
    if before:
        general = _before(before, shared(verb.shares), general) | general
    if several and any(":" in word or word[:1] in "@(" or word[:2] == "-@" for word in words):
        raise _Other
    values |= _placed(arguments, words)
    if any(one.default is ... and one.name not in values for one in arguments):
        raise _Other
    return Line(function, values, [*general.items()], typed, called, args)


def _apart(args: list[str]) -> tuple[list[str], list[str]]:
    """The options before the command of a line, and the line from the command on."""
    if not args or args[0][:1] != "-":
        return [], args
    from funnelcli.cli.leading_options import leading

    _check_text(args)
    before = leading(args)
    return before, args[len(before) :]


def _before(args: list[str], taken: Iterable[Declared], behind: dict[str, Any]) -> dict[str, Any]:
    """The values of the options before a command: the program's own, which the command takes as
    well (they are among ``taken``), and which do not stand ``behind`` it once more."""
    from funnelcli.cli.leading_options import OWN

    if any(arg[:1] == "-" and arg[1:2] != "-" and len(arg) > 2 for arg in args):
        # Several letters may be meant for the command.
        raise _Other
    flags: dict[str, _Flag] = {}
    values = _of_data(flags, shared(OWN))
    words: list[str] = []
    for flag, value in _split(args, flags, words, minus=False):
        _put(flag, value)
    if words or not values.keys() <= {option.name for option in taken} - behind.keys():
        raise _Other
    return values


def _of_data(flags: dict[str, _Flag], options: Iterable[Declared]) -> dict[str, Any]:
    """Where the values of options that are taken from data will be."""
    values: dict[str, Any] = {}
    for option in options:
        kind = bool if option.flag else str
        _add(flags, option.flags, _Flag(values, option.name, kind, option.many))
    return values


def _named(args: list[str]) -> tuple[Verb, str, str, list[str]]:
    """The command that a line names, what it is called in the journal and in settings, and the
    words behind it."""
    if not args:
        return _verb(TREE["today"]), "today", "", []
    _check_text(args)
    name, entry = find(TREE, args[0]) or ("", None)
    if entry is None:
        raise _Other
    if isinstance(entry, Verb):
        return entry, name, name, args[1:]
    first, *rest = with_verb(entry, args[1:]) or [""]
    verb, found = find(entry.verbs, first) or ("", None)
    return _verb(found), f"{name} {first}", f"{name}-{verb}", rest


def _verb(entry: Verb | Verbs | None) -> Verb:
    if not isinstance(entry, Verb):
        raise _Other
    return entry


def _check_text(args: Sequence[str]) -> None:
    """Leave bytes that are no text, which come as surrogates, to what says so."""
    try:
        "".join(args).encode()
    except UnicodeEncodeError:
        raise _Other from None


def _add(flags: dict[str, _Flag], ways: Iterable[str], flag: _Flag) -> None:
    for written in ways:
        on, _slash, off = written.partition("/")
        flags[on] = flag
        if off:
            flags[off] = flag._replace(value=False)


def _split(
    args: Sequence[str], flags: dict[str, _Flag], words: list[str], *, minus: bool
) -> Iterator[tuple[_Flag, Any]]:
    """The options of a line with their values, in their order; the other words go to ``words``."""
    left = iter(args)
    for arg in left:
        if arg == "--":
            words += left
        elif arg[:1] != "-" or arg == "-":
            words.append(arg)
        elif arg[:2] == "--":
            written, equals, value = arg.partition("=")
            flag = _known(flags, written)
            if flag.kind is not bool:
                yield flag, _of_kind(flag, value if equals else _next(left))
            elif equals:
                raise _Other
            else:
                yield flag, flag.value
        elif minus and negates(arg):
            if misspelt(arg, flags):
                raise _Other
            words.append(MINUS + arg[1:])
        else:
            yield from _short(arg, flags, left)


def _short(arg: str, flags: dict[str, _Flag], left: Iterator[str]) -> Iterator[tuple[_Flag, Any]]:
    """The options of a word with one minus: letters without values, and one that may have its value
    in the same word."""
    for at, letter in enumerate(arg[1:], 1):
        flag = _known(flags, f"-{letter}")
        if flag.kind is not bool:
            yield flag, _of_kind(flag, arg[at + 1 :] or _next(left))
            return
        yield flag, flag.value


def _known(flags: dict[str, _Flag], written: str) -> _Flag:
    flag = flags.get(written)
    if flag is None:
        raise _Other
    return flag


def _next(left: Iterator[str]) -> str:
    for value in left:
        return value
    raise _Other


def _of_kind(flag: _Flag, text: str) -> Any:
    return _number(text, flag.least, flag.most) if flag.kind is int else text


def _number(text: str, least: int | None = None, most: int | None = None) -> int:
    number = whole(text)
    if number is None:
        raise _Other
    if (least is not None and number < least) or (most is not None and number > most):
        raise _Other
    return number


def _put(flag: _Flag, value: Any) -> None:
    if not flag.many:
        flag.values[flag.name] = value
    elif flag.values.get(flag.name) is None:
        flag.values[flag.name] = [value]
    else:
        flag.values[flag.name].append(value)


def _placed(arguments: Sequence[Parameter], words: list[str]) -> dict[str, Any]:
    """The words by the arguments in whose places they stand."""
    values: dict[str, Any] = {}
    for at, one in enumerate(arguments):
        if not words:
            break
        behind = len(arguments) - at - 1
        if one.many:
            if len(words) <= behind:
                raise _Other
            values[one.name] = words[: len(words) - behind]
            words = words[len(words) - behind :]
        else:
            values[one.name] = words.pop(0)
            if at and _is_kept(one) and is_any_id(values[one.name]):
                # "next 3 4" is two deals rather than a step that is called 4.
                raise _Other
        if one.kind is int:
            placed = values[one.name]
            values[one.name] = [*map(_number, placed)] if one.many else _number(placed)
    if words:
        raise _Other
    return values


def _is_kept(one: Parameter) -> bool:
    return str(one.declared.metavar).strip("[]") in KEPT
