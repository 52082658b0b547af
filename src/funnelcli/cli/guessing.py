"""What was meant by a line that is not written as the program has it.

Loaded where a word, an option or one word too many is met that nothing is called by. What can mean
one thing is done, and a person at a terminal is told how it is written; what can mean several is
answered with them. The words themselves stand in :mod:`funnelcli.prompt.guesses`.
"""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from typer import TyperException

from funnelcli.cli import invocation, params
from funnelcli.cli.coercion import help_hint
from funnelcli.cli.tree import TREE, Verbs
from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.nouns.also import flag_names
from funnelcli.prompt import guesses
from funnelcli.render import message
from funnelcli.text import fold
from funnelcli.values.choosing import fitting, plain

HELP = ("--help", "-h")
_NEAR = 0.6
# A word of another program has to be nearer to one before it is taken for it.
_NEARER = 0.8
_LIKE = 0.7


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
    lines = guesses.commands(words, known)
    if len(lines) == 1 and lines[0] != [*words]:
        return lines[0]
    unknown = words[:1] if words[0] not in known else words[:2]
    text = _("There is no command {name}.").format(name=shlex.join(["funnel", *unknown]))
    if len(lines) > 1:
        raise Usage(text, did_you_mean(lines))
    raise Usage(text, _nearest(words, known))


def _nearest(words: Sequence[str], known: guesses.Tree) -> str:
    """The hint that names the commands nearest to a mistyped one, or how to find them."""
    first, *rest = words
    if first not in known:
        near = like(first, known, guesses.beginnings())
        return did_you_mean(
            [*target.split(), *rest] for name in near for target in name.split(" | ")
        ) or _("`{command} --help` lists them.").format(command="funnel")
    word = rest[0]
    near = like(word, _verbs_of(first), guesses.verb_words(known[first]))
    return did_you_mean(
        [[first, name, *rest[1:]] for name in near] or guesses.any_word(words)
    ) or _("`{command} --help` lists them.").format(command=f"funnel {first}")


def _verbs_of(noun: str) -> list[str]:
    """The verbs of a noun, without their aliases."""
    entry = TREE[noun]
    return [*entry.verbs] if isinstance(entry, Verbs) else []


def verbs_like(noun: str, word: str) -> str:
    """The hint that names the verbs of a noun that a word may have been meant for; "" for none."""
    verbs = tree()[noun]
    meant = guesses.verb(word, verbs)
    near = [meant] if meant else like(word, _verbs_of(noun), guesses.verb_words(verbs))
    return did_you_mean([noun, name] for name in near)


def like(word: str, names: Collection[str], stand_ins: Mapping[str, str]) -> list[str]:
    """Those of ``names`` that a mistyped word may have been meant for, by themselves or by a word
    that stands for one; at most three."""
    from difflib import get_close_matches

    return get_close_matches(word, names, 3, _NEAR) or list(
        dict.fromkeys(
            stand_ins[one] for one in get_close_matches(fold(word), stand_ins, 2, _NEARER)
        )
    )


def did_you_mean(lines: Iterable[Sequence[str]]) -> str:
    """The question which of these command lines was meant; "" for none."""
    names = dict.fromkeys(f"`{shlex.join(['funnel', *line])}`" for line in lines)
    return _("Did you mean {name}?").format(name=" / ".join(names)) if names else ""


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


def behind(words: list[str]) -> list[str]:
    """A line that begins with options, with those behind the command that are not the program's own
    before it: ``--help``, and what only some commands take."""
    before = leading(words)
    rest = words[len(before) :]
    if not rest or rest[0] == "--":
        return words
    own = {flag for one in params.shared("r") for flag in one.flags}
    kept: list[str] = []
    moved: list[str] = []
    for word in before:
        goes = word[:1] == "-" and word.partition("=")[0] not in own
        (moved if goes else kept).append(word)
    return [*kept, *rest, *moved]


def leading(words: Sequence[str]) -> list[str]:
    """The options at the beginning of ``words``, with the values of those that every command
    shares."""
    valued = {flag for one in params.shared("rwb") if not one.flag for flag in one.flags}
    valued -= {*params.OPTIONAL_VALUE}
    end = 0
    while end < len(words) and words[end][:1] == "-" and words[end] != "--":
        end += 2 if words[end] in valued else 1
    return list(words[:end])


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
    at = next((n for n, arg in enumerate(args) if arg.partition("=")[0] == name), None)
    if at is None:
        raise error
    flags = {flag: param for param in _options(command, context) for flag in param}
    found = guesses.options(name, flags)
    kinds = {flags[flag][0] for flag in found}
    _name, equals, value = args[at].partition("=")
    if len(kinds) == 1:
        return [*args[:at], f"{found[0]}{equals}{value}", *args[at + 1 :]]
    if kinds:
        raise Usage(
            _("There is no option {name}.").format(name=name),
            _("Did you mean {name}?").format(name=" / ".join(found)),
        )
    filled = guesses.preset(name, flags)
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


def _near(context: Any, name: str, flags: Collection[str]) -> str:
    """The hint on an option that there is not: which command has it, or which option is like it."""
    from difflib import get_close_matches

    path = context.command_path.partition(" ")[2]
    lines = guesses.of_another(path, name)
    near = get_close_matches(name, flags, 3, _LIKE)
    if lines:
        return did_you_mean(lines)
    if near:
        return _("Did you mean {name}?").format(name=" / ".join(near))
    return help_hint(context.command_path)


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
        guesses.options(f"--{wanted}", [f"--{name}"])
    )


def _filter(command: Any, word: str, value: str) -> str | None:
    """The filter word that an option may stand for: ``--stage offer``, ``--open``."""
    noun = command.filters
    if noun is None:
        return None
    flags = fitting(flag_names(noun.flags), word)
    if len(flags) == 1 and plain(word) in map(plain, flag_names(flags)[0]):
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
    path = context.command_path.partition(" ")[2]
    names = guesses.SURPLUS.get(path) or guesses.SURPLUS.get(path.rpartition(" ")[2]) or ""
    flags = {flag: param for param in _options(command, context) for flag in param}
    given = {flags[word][0] for word in args if word in flags}
    free = [name for name in names.split() if name in flags and flags[name][0] not in given]
    hint = phrase([*path.split(), *surplus])
    if hint or len(surplus) > len(free):
        words = " ".join(surplus)
        if not hint and not words.replace(" ", "").isdigit():
            text = _("What belongs together stands in quotes: “{words}”.")
            hint = text.format(words=words)
        hint = hint or help_hint(context.command_path)
        raise Usage(_("Too much was given: {words}.").format(words=words), hint)
    rest = list(args)
    for word in reversed(surplus):
        at = len(rest) - 1 - rest[::-1].index(word)
        del rest[at]
    return [*rest, *(part for pair in zip(free, surplus, strict=False) for part in pair)]


def say(path: str, args: Sequence[str]) -> None:
    """Tell a person at a terminal how what was done is written."""
    call = invocation.current()
    if call.interactive and not call.output.quiet:
        line = shlex.join([*path.split(), *args])
        message(call.output, _("Read as: {command}").format(command=line))
