"""What was meant by a line that is not written as the program has it.

Loaded where a word, an option or one word too many is met that nothing is called by. What can mean
one thing is done, and a person at a terminal is told how it is written; what can mean several is
answered with them. The words themselves stand in :mod:`funnelcli.prompt.guesses`
and :mod:`funnelcli.prompt.option_guesses`.
"""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from typer import TyperException

from funnelcli import config
from funnelcli.cli import invocation
from funnelcli.cli.coercion import help_hint, record_of
from funnelcli.cli.commands import with_verb
from funnelcli.cli.leading_options import leading
from funnelcli.cli.params import OPTIONAL_VALUE
from funnelcli.cli.tree import TREE, Verbs
from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.ids import is_id
from funnelcli.nouns.naming import of_id
from funnelcli.prompt import guesses, option_guesses
from funnelcli.render import message
from funnelcli.text import fold
from funnelcli.values.choosing import exact, fitting
from funnelcli.values.whole import id_of

_LIKE = 0.7
# From so many letters on a word may have two mistakes.
_LONG = 6
# Words of so many letters are too like others for one that takes something away.
_SHORT = 4
# What the words for commands of one's own stand for.
_ALIASES = "config list | config set"
# The arguments of commands that are quantities, which may be written with a minus, if wrongly.
_QUANTITIES = ("amount", "rate", "score", "value")


def tree() -> dict[str, tuple[str, ...]]:
    """Every command with its verbs, their aliases among them."""
    return {
        name: tuple(word for verb, one in entry.verbs.items() for word in (verb, *one.aliases))
        if isinstance(entry, Verbs)
        else ()
        for name, entry in TREE.items()
    }


# Commands -----------------------------------------------------------------------------------------


def command(words: Sequence[str]) -> list[str]:
    """The command line that ``words`` stand for, of which the first or the second is unknown.
    Raises Usage with what they may mean."""
    known = tree()
    moved = _options_behind(words, known)
    if moved is not None:
        return moved
    if len(words) > 1 and guesses.beginnings().get(fold(words[1]), words[1]) == "help":
        return ["help", words[0], *words[2:]]
    if words[0] == "funnel" and len(words) > 1:
        rest = list(words[1:])
        return rest if rest[0] in known else command(rest)
    if words[0] in known and words[1][:1] == "-":
        # The option is the one that is unknown.
        return list(words)
    lines = [] if _mistyped_verb(words, known) else guesses.commands(words, known)
    if len(lines) == 1 and lines[0] != [*words]:
        return lines[0]
    if len(words) > 2 and guesses.beginnings().get(fold(words[0])) == _ALIASES:
        # As one gives a command another name elsewhere.
        lines = [["config", "set", config.ALIAS + words[1], " ".join(words[2:])]]
    unknown = words[:1] if words[0] not in known else words[:2]
    text = _("There is no command {name}.").format(name=shlex.join(["funnel", *unknown]))
    if lines:
        raise Usage(text, did_you_mean(lines))
    raise Usage(text, _nearest(words, known))


def _mistyped_verb(words: Sequence[str], known: guesses.Tree) -> bool:
    """Whether the word behind a noun is no guess, but a verb of it with a slip."""
    first, *rest = words
    if not (known.get(first) and rest) or guesses.verb(rest[0], known[first]):
        return False
    if guesses.phrase([first, *rest]):
        return False
    return bool(like(rest[0], _verbs_of(first), guesses.verb_words(known[first])))


def _nearest(words: Sequence[str], known: guesses.Tree) -> str:
    """The hint that names the commands nearest to a mistyped one, or how to find them."""
    first, *rest = words
    if first not in known:
        own = [name.removeprefix(config.ALIAS) for name in config.in_tables(config.ALIAS)]
        near = like(first, [*known, *own], guesses.beginnings())
        if near and near[0] in own:
            return _("Did you mean {name}?").format(
                name=f"`{shlex.join(['funnel', near[0], *rest])}`"
            )
        return did_you_mean(
            line for name in near for target in name.split(" | ") for line in _with(target, rest)
        ) or _("`{command} --help` lists them.").format(command="funnel")
    word = rest[0]
    near = like(word, _verbs_of(first), guesses.verb_words(known[first]))
    kept, _sure = guesses.recorded([first, "list"], rest)
    return did_you_mean(
        [[first, name, *rest[1:]] for name in near]
        or ([[first, "list", *rest], kept] if kept else guesses.any_word(words))
    ) or _("`{command} --help` lists them.").format(command=f"funnel {first}")


def _verbs_of(noun: str) -> list[str]:
    """The verbs of a noun, without their aliases."""
    entry = TREE[noun]
    return [*entry.verbs] if isinstance(entry, Verbs) else []


def _with(target: str, rest: Sequence[str]) -> list[list[str]]:
    """The lines that a command, or a noun alone, may be with what follows it."""
    found = guesses.commands([*target.split(), *rest], tree()) if rest else []
    return found or [[*target.split(), *rest]]


def verbs_like(noun: str, word: str, rest: Sequence[str] = ()) -> str:
    """The hint that names the verbs of a noun that a word before ``rest`` may have been meant for;
    "" for none."""
    verbs = tree()[noun]
    meant = guesses.verb(word, verbs)
    near = [meant] if meant else like(word, _verbs_of(noun), guesses.verb_words(verbs))
    return did_you_mean([noun, name, *rest] for name in near)


def like(word: str, names: Collection[str], stand_ins: Mapping[str, str]) -> list[str]:
    """Those of ``names`` that a mistyped word may have been meant for, by themselves or by a word
    that stands for one; at most three. A command that takes something away is among them only
    where nothing else is, for one slip by which no letter became another."""
    folded = fold(word)
    if folded in guesses.NO_TYPOS:
        return []
    # A word that stands for something is no slip of many letters.
    most = 2 if len(folded) >= _LONG and folded not in stand_ins else 1
    near: dict[str, int] = {}
    taking: list[str] = []
    for known, target in [*((name, name) for name in names), *stand_ins.items()]:
        apart = _slips(folded, known) if abs(len(known) - len(folded)) <= most else most + 1
        if {*target.split()} & {*guesses.REMOVING}:
            other_letter = len(known) == len(folded) and sorted(known) != sorted(folded)
            if apart == 1 and len(known) > _SHORT and not other_letter:
                taking.append(target)
        elif apart <= most:
            near[target] = min(apart, near.get(target, apart))
    least = min(near.values(), default=0)
    found = [name for name, apart in near.items() if apart == least]
    return (found or list(dict.fromkeys(taking)))[:3]


def _slips(word: str, meant: str) -> int:
    """How many letters were left out, put in, changed or swapped with the next one (the optimal
    string alignment distance)."""
    last: list[int] = []
    before: list[int] = []
    row: list[int] = [*range(len(meant) + 1)]
    for i, letter in enumerate(word, 1):
        last, before, row = before, row, [i]
        for j, other in enumerate(meant, 1):
            cost = min(row[-1] + 1, before[j] + 1, before[j - 1] + int(letter != other))
            if i > 1 and j > 1 and letter == meant[j - 2] and word[i - 2] == other:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]


def did_you_mean(lines: Iterable[Sequence[str]]) -> str:
    """The question which of these command lines was meant; "" for none. A line that its command
    would not take is not offered."""
    names = dict.fromkeys(f"`{shlex.join(['funnel', *line])}`" for line in lines if _parses(line))
    return _("Did you mean {name}?").format(name=" / ".join(names)) if names else ""


def _parses(line: Sequence[str]) -> bool:
    """Whether a command takes the options and the number of words that a line gives it."""
    from typer import Context

    command = invocation.current().root
    context = Context(command)
    words, path = list(line), "funnel"
    while hasattr(command, "noun"):
        args = words if command.noun is None else with_verb(command.noun, words)
        if not args:
            # A noun alone says what its verbs are.
            return True
        command = command.get_command(context, args[0])
        words, path = args[1:], f"{path} {args[0]}"
    if command is None:
        return False
    args = words
    if command.filters is not None:
        # What a minus negates is a filter, and no option of one letter.
        args = [word for word in args if not (len(word) > 2 and word[0] == "-" != word[1])]
    context = Context(command, info_name=path)
    while True:
        try:
            _given, left, _order = command.make_parser(context).parse_args(list(args))
        except TyperException as error:
            if not hasattr(error, "possibilities"):
                return False
            try:
                args = _option(command, context, list(args), error.option_name, error)  # type: ignore[attr-defined]
                continue
            except (Usage, TyperException):
                return False
        return len(left) <= len(_free(command, context, args))


def _options_behind(words: Sequence[str], known: guesses.Tree) -> list[str] | None:
    """The line with the options that stand before its verb behind it; None where none do."""
    first, *rest = words
    entry = TREE.get(first)
    if not isinstance(entry, Verbs) or entry.words or not rest or rest[0][:1] != "-":
        return None
    before = leading(rest)
    if len(before) < len(rest) and rest[len(before)] in known[first]:
        return [first, *rest[len(before) :], *before]
    return None


def phrase(words: Sequence[str]) -> str:
    """The hint what was meant by a command's name and a first word that is none of its own; ""
    where nothing is known."""
    return did_you_mean(guesses.phrase(words))


# Options and words --------------------------------------------------------------------------------


def mended(command: Any, context: Any, args: list[str], error: Exception) -> list[str]:
    """``args`` as they were meant, where the library has refused them with ``error``: an option by
    another name, an argument named like one, a filter written as one, a word that stands for an
    option. Raises Usage with what may have been meant, or the error itself."""
    name = getattr(error, "option_name", "")
    if hasattr(error, "possibilities"):
        return _option(command, context, args, name, error)
    surplus = _surplus(command, context, args)
    if surplus:
        return _surplus_taken(command, context, args, surplus)
    raise error


def _option(command: Any, context: Any, args: list[str], name: str, error: Exception) -> list[str]:
    if taken := _negative(command, args, name):
        return taken
    at = next((n for n, arg in enumerate(args) if arg.partition("=")[0] == name), None)
    if at is None:
        raise error
    flags = {flag: param for param in _options(command, context) for flag in param}
    found = option_guesses.options(name, flags)
    if all(flag.startswith(name) for flag in found) and _having(_path(context), name):
        # It is no short form of this command's, but the whole of a sister's.
        found = []
    found = found or exact(command.own_called, name.lstrip("-").replace("-", " "))
    kinds = {flags[flag][0] for flag in found}
    _name, equals, value = args[at].partition("=")
    follows_value = at + 1 < len(args) and args[at + 1][:1] != "-"
    firm = f"--is-{found[0].removeprefix('--')}" if found else ""
    if len(kinds) == 1 and firm in flags and not equals and not follows_value:
        return [*args[:at], firm, *args[at + 1 :]]
    if len(kinds) == 1:
        # One whose value may be left out is written with what follows it.
        equals = equals or "=" * (found[0] in OPTIONAL_VALUE)
        return [*args[:at], f"{found[0]}{equals}{value}", *args[at + 1 :]]
    if kinds:
        raise Usage(
            _("There is no option {name}.").format(name=name),
            _("Did you mean {name}?").format(name=" / ".join(found)),
        )
    filled = option_guesses.preset(name, flags)
    if filled and not equals:
        return [*args[:at], *filled, *args[at + 1 :]]
    follows = 1 if equals else 2
    if not equals:
        value = args[at + 1] if at + 1 < len(args) else ""
    rest = [*args[:at], *args[at + follows :]]
    word = name.lstrip("-")
    asked = _filter(command, word, value)
    if asked is not None:
        return [*args[:at], asked, *args[at + (1 if asked.startswith("is:") else follows) :]]
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    for place, argument in enumerate(arguments):
        if value[:1] not in ("", "-") and _is_called(argument, word):
            line = [value, *rest] if place == 0 else [*rest, value]
            if not _surplus(command, context, line):
                return line
    raise Usage(_("There is no option {name}.").format(name=name), _near(context, name, flags))


def _negative(command: Any, args: list[str], name: str) -> list[str] | None:
    """``args`` with a negative number, which was read as an option, as the quantity that the
    command's last argument is, so that what is wrong with it can be said; None where it is none.
    Nowhere else is it a value: "undo -1" and "note 3 -5" are slips."""
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    takes_one = bool(arguments) and arguments[-1].name in _QUANTITIES
    if not takes_one or not name[1:2].isdigit() or "--" in args:
        return None
    at = next((n for n, arg in enumerate(args) if arg.startswith(name)), None)
    if at is None or (at + 1 < len(args) and args[at + 1][:1] != "-"):
        return None
    return [*args[:at], *args[at + 1 :], "--", args[at]]


def _near(context: Any, name: str, flags: Collection[str]) -> str:
    """The hint on an option that there is not: which command has it, or which option is like it."""
    from difflib import get_close_matches

    path = _path(context)
    lines = guesses.of_another(path, name)
    near = get_close_matches(name, flags, 3, _LIKE)
    if lines:
        return did_you_mean(lines)
    if having := _having(path, name):
        names = ", ".join(f"`funnel {one}`" for one in having)
        return _("It is an option of {commands}.").format(commands=names)
    if near:
        return _("Did you mean {name}?").format(name=" / ".join(near))
    return setting_hint(name) or help_hint(context.command_path)


def setting_hint(option: str) -> str:
    """The hint that an option is a setting; "" where it is none."""
    name = option.lstrip("-").replace("-", "_")
    for setting in config.SETTINGS:
        if name == setting.name or f"FUNNEL_{name.upper()}" in setting.variables:
            return _("It is a setting: `{command}`, or {variable} for one command.").format(
                command=f"funnel config set {setting.name} …", variable=setting.variables[-1]
            )
    return ""


def _path(context: Any) -> str:
    """The command's path in the tree, as it was typed."""
    return str(context.command_path).partition(" ")[2]


def _having(path: str, option: str) -> list[str]:
    """The commands of the same noun that have the option."""
    from funnelcli.prompt._options import ALONE, COMMANDS

    noun, _space, verb = path.partition(" ")
    return [
        noun if one == f"{noun} {ALONE.get(noun)}" else one
        for one, known in COMMANDS.items()
        if verb and one.startswith(f"{noun} ") and option in known[-1]
    ]


def _options(command: Any, context: Any) -> Iterable[tuple[str, ...]]:
    """The flags of each option of a command, the long ones first."""
    for param in command.get_params(context):
        if param.param_type_name == "option":
            for names in (param.opts, param.secondary_opts):
                if names:
                    yield tuple(sorted(names, key=len, reverse=True))


def _is_called(argument: Any, word: str) -> bool:
    """Whether an option by this name would mean the argument."""
    name = fold(str(argument.word or "")).strip("[].").replace(" ", "-")
    if name in ("", "filter", "words"):
        return False
    wanted = fold(word)
    return wanted in (name, fold(argument.name or "")) or bool(
        option_guesses.options(f"--{wanted}", [f"--{name}"])
    )


def _filter(command: Any, word: str, value: str) -> str | None:
    """The filter word that an option may stand for: ``--stage offer``, ``--open``."""
    noun = command.filters
    if noun is None:
        return None
    flags = exact(noun.flags_called(), word)
    if len(flags) == 1:
        return f"is:{flags[0]}"
    fields = fitting(noun.called(), word)
    return f"{fields[0]}:{value}" if len(fields) == 1 and value[:1] not in ("", "-") else None


def _surplus(command: Any, context: Any, args: list[str]) -> list[str]:
    """The words that are too many."""
    try:
        _options, left, _order = command.make_parser(context).parse_args(list(args))
    except TyperException:
        return []
    return list(left)


def _surplus_taken(command: Any, context: Any, args: list[str], surplus: list[str]) -> list[str]:
    """The words too many as values of the options that they stand for."""
    path = _path(context)
    _without_value(command, context, args)
    free = _free(command, context, args)
    hint = phrase([*path.split(), *surplus])
    if hint or len(surplus) > len(free):
        words = " ".join(surplus)
        hint = hint or _in_quotes(path, args, surplus) or help_hint(context.command_path)
        raise Usage(_("Too much was given: {words}.").format(words=words), hint)
    _no_records(command, path, surplus, free)
    rest = list(args)
    for word in reversed(surplus):
        at = len(rest) - 1 - rest[::-1].index(word)
        del rest[at]
    return [*rest, *(part for pair in zip(free, surplus, strict=False) for part in pair)]


def _no_records(command: Any, path: str, surplus: list[str], free: list[str]) -> None:
    """Raises Usage where a word too many is the id of a record like the one that the command is
    about: "win 3 4" is more likely two deals than a deal that was won for 4."""
    # What an option names is not what the command is about.
    about = (param for param in command.params if param.param_type_name == "argument")
    nouns = [noun for noun in map(record_of, about) if noun is not None]
    if len(nouns) != 1 or not any(id_of(word) or is_id(word) for word in surplus):
        return
    with invocation.current().read() as conn:
        for word, option in zip(surplus, free, strict=False):
            if of_id(conn, nouns[0], word) is not None:
                raise Usage(
                    _("Too much was given: {words}.").format(words=" ".join(surplus)),
                    _(
                        "`funnel {command}` takes one at a time; if {word} is a value, say so:"
                        " `{option} {word}`."
                    ).format(command=path, word=word, option=option),
                )


def _free(command: Any, context: Any, args: Sequence[str]) -> list[str]:
    """The options that words too many are the values of, but for those that were given."""
    names = option_guesses.surplus(_path(context))
    flags = {flag: param for param in _options(command, context) for flag in param}
    given = {flags[word][0] for word in args if word in flags}
    return [name for name in names if name in flags and flags[name][0] not in given]


def _without_value(command: Any, context: Any, args: Sequence[str]) -> None:
    """Raises Usage where an option has taken the next one for its value."""
    valued = {
        flag
        for param in command.get_params(context)
        if param.param_type_name == "option" and not getattr(param, "is_flag", False)
        for flag in param.opts
    }
    for word, value in pairwise(args):
        if word in valued and value[:2] == "--" and len(value) > len("--"):
            raise Usage(
                _("{name} needs a value.").format(name=word), help_hint(context.command_path)
            )


def _in_quotes(path: str, args: Sequence[str], surplus: Sequence[str]) -> str:
    """The hint that the last argument and the words behind it are one in quotes; "" where they are
    not, or the person has set quotes."""
    at = len(args) - len(surplus)
    while at > 0 and list(args[at : at + len(surplus)]) != list(surplus):
        at -= 1
    joined = [*args[at - 1 : at], *surplus]
    if at < 1 or joined[0][:1] == "-" or any(" " in word for word in joined):
        return ""
    if joined[0].isdigit() and len(joined[0]) < _LONG:
        # A record by its id.
        return ""
    line = [*path.split(), *args[: at - 1], " ".join(joined), *args[at + len(surplus) :]]
    text = _("What belongs together stands in quotes: `{command}`.")
    return text.format(command=shlex.join(["funnel", *line]))


def say(path: str, args: Sequence[str]) -> None:
    """Tell a person at a terminal how what was done is written."""
    call = invocation.current()
    if call.interactive and not call.output.quiet:
        line = shlex.join([*path.split(), *args])
        message(call.output, _("Read as: {command}").format(command=line))
