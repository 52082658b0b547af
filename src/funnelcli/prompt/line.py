"""The command line before the word that is being completed, read as the program would.

Read by what ``_options.py`` knows of the commands.
"""

from __future__ import annotations

from collections.abc import Sequence

from funnelcli.i18n import N_
from funnelcli.prompt import _options as known

# What fields of one's own can be of.
OWN_NOUNS = ("contact", "deal", "visit", "product")
_HELP = ("--help", N_("Show this message and exit."))


class Line:
    """The command line before the word that is being completed.

    ``path`` is the command ("", "deal", "deal list"), ``args`` its arguments, ``given`` the values
    of its options by their long names, ``waiting`` the option whose value comes next, ``plain``
    whether "--" has ended the options.
    """

    __slots__ = ("args", "given", "path", "plain", "waiting", "word")

    def __init__(self, word: str) -> None:
        self.word = word
        self.path = ""
        self.args: list[str] = []
        self.given: dict[str, list[str]] = {}
        self.waiting = ""
        self.plain = False

    @property
    def command(self) -> known.Command | None:
        """The command's row in the table; None for a group of commands."""
        return known.COMMANDS.get(self.path)

    @property
    def noun(self) -> str:
        """Whose filters the command takes as its words, or in the place of a record."""
        return self.command[3] if self.command else ""

    @property
    def filters(self) -> bool:
        """Whether the command takes filter words, some of which begin with a minus."""
        return self.command is not None and "FILTER..." in self.command[5]

    def kind(self, option: str) -> str | None:
        """What an option's value is: "" for a flag, None for no option of this command."""
        own = self.command[6] if self.command else {}
        if option in own:
            return own[option][1]
        return known.SHARED[option][2] if option in self._shared() else None

    def long(self, name: str) -> str:
        """The option's long name."""
        own = self.command[6] if self.command else {}
        for option, (short, *_rest) in own.items():
            if name == short:
                return option
        return next((o for o in self._shared() if known.SHARED[o][1] == name), name)

    def options(self) -> list[tuple[str, str]]:
        """The options that may still come, with their help."""
        own = self.command[6] if self.command else {}
        found = [
            (name, help_)
            for name, (_short, _kind, help_, repeats) in own.items()
            if repeats or name not in self.given
        ]
        found += [(n, known.SHARED[n][3]) for n in self._shared() if n not in self.given]
        return [*found, _HELP]

    def _shared(self) -> list[str]:
        if self.path in known.GROUPS:
            return []
        letters = set(self.command[2] if self.command else "r")
        return [
            name
            for name, (of, *_rest) in known.SHARED.items()
            if not of or letters.intersection(of)
        ]


def noun_of(path: str) -> str:
    """The noun of whose own fields a command takes options; "" where it takes none."""
    if path == "log":
        return "visit"
    noun, _blank, verb = path.partition(" ")
    return noun if noun in OWN_NOUNS and verb in ("add", "edit") else ""


def read(words: Sequence[str]) -> Line | None:
    """Read a command line up to its last word, by what it means where it is a guess; None where no
    command is called so."""
    return _read(words) or _read_alias(words) or _guessed(words)


def _read_alias(words: Sequence[str]) -> Line | None:
    """A command line that begins with a command of one's own, as what that stands for; its places
    for words are arguments like others."""
    from funnelcli.prompt.bare import Settings

    aliases = Settings().table("alias")
    line, seen = list(words), set[str]()
    while len(line) > 1 and line[0] in aliases and line[0] not in seen:
        import shlex

        seen.add(line[0])
        line = [*shlex.split(aliases[line[0]]), *line[1:]]
    return _read(line) if seen else None


def _guessed(words: Sequence[str]) -> Line | None:
    from funnelcli.prompt import guesses

    tree = {
        name: [verb for verb, _help in commands(name, "")] if name in known.GROUPS else ()
        for name in known.ORDER
    }
    lines = guesses.commands(words[:-1], tree)
    if len(lines) != 1:
        return None
    noun, *rest = lines[0]
    # Behind a noun alone come its verbs, or filter words.
    if len(words) == 2 and rest == ["list"] and commands(noun, words[-1]):
        rest = []
    return _read([noun, *rest, words[-1]])


def _read(words: Sequence[str]) -> Line | None:
    line = Line(words[-1] if words else "")
    for word in words[:-1]:
        if line.waiting:
            line.given.setdefault(line.waiting, []).append(word)
            line.waiting = ""
        elif not line.plain and word == "--":
            line.plain = True
            line.path = alone(line.path)
        elif not line.plain and word.startswith("-") and len(word) > 1:
            _option(line, word)
        elif line.command is not None:
            line.args.append(word)
        else:
            name = next((name for name, _help in commands(line.path, word) if name == word), word)
            path = below(line.path, name)
            if path is None:
                path = alone(line.path)
                if not takes_words(path):
                    return None
                line.args.append(word)
            line.path = path
    return line


def alone(path: str) -> str:
    """The command that a group's name alone stands for; ``path`` itself where it is none."""
    verb = known.ALONE.get(path)
    return path if verb is None else f"{path} {verb}"


def takes_words(path: str) -> bool:
    """Whether a command takes arguments."""
    return path in known.COMMANDS and bool(known.COMMANDS[path][5])


def _option(line: Line, word: str) -> None:
    line.path = alone(line.path)
    if line.filters and (word == "-(" or (len(word) > 2 and word[1] != "-")):
        line.args.append(word)
        return
    name, equals, value = word.partition("=")
    option = line.long(name)
    if equals:
        line.given.setdefault(option, []).append(value)
    elif line.kind(option) and option not in known.OPTIONAL_VALUE:
        line.waiting = option
    elif line.kind(option) is None and name[:2] == "--" and noun_of(line.path):
        # That of a field of one's own, which the database knows.
        line.waiting = option
    else:
        line.given.setdefault(option, [])


def below(path: str, name: str) -> str | None:
    """The path of the command or group that ``name`` is below ``path``, by name or alias."""
    below = f"{path} {name}".lstrip()
    if below in known.COMMANDS or below in known.GROUPS:
        return below
    for command, (_help, aliases, *_rest) in known.COMMANDS.items():
        if name in aliases and command.rpartition(" ")[0] == path:
            return command
    return None


def commands(path: str, word: str) -> list[tuple[str, str]]:
    """The commands below ``path`` that begin with ``word``; an alias only where no name does."""
    if path:
        rows = [
            (command.rpartition(" ")[2], row)
            for command, row in known.COMMANDS.items()
            if command.rpartition(" ")[0] == path
        ]
        found = [(name, row[0]) for name, row in rows]
        aliases = [(alias, row[0]) for _name, row in rows for alias in row[1]]
    else:
        found = [
            (name, known.GROUPS[name] if name in known.GROUPS else known.COMMANDS[name][0])
            for name in known.ORDER
        ]
        aliases = []
    fitting = [pair for pair in found if pair[0].startswith(word)]
    return fitting or [pair for pair in aliases if pair[0].startswith(word)]
