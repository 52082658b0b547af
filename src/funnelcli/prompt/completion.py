"""Tab completion: ``funnel __complete -- WORD...``, answered before the program is loaded.

The words are those of the command line behind ``funnel``; the last one is being completed and
may be empty. One candidate a line, ``value<TAB>description``; the line ``:files`` tells the shell
to complete file names itself. Where there is nothing to say, nothing is said: completion never
prints an error, and never creates, migrates or changes a database.

What the commands take is read from ``_options.py``, which ``tools/generate.py`` writes: importing
the command tree alone takes longer than all of this. :mod:`.line` reads the words,
:mod:`.suggestions` knows what a value could be, :mod:`.records` and :mod:`.work` what is on file.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from funnelcli.prompt import _options as known
from funnelcli.prompt.line import Line, alone, below, commands, read, takes_words


def candidates(line: Line) -> list[tuple[str, str]]:
    """What the last word of ``line`` could become, with descriptions in the user's language."""
    from funnelcli.prompt.suggestions import Suggestions

    word = line.word
    offers = Suggestions(line)
    if line.waiting:
        return offers.of_option(line.waiting, word)
    if not line.plain and word.startswith("-"):
        line.path = alone(line.path)
        name, equals, value = word.partition("=")
        option = line.long(name)
        if equals and line.kind(option) != "":
            return offers.of_option(option, value, before=f"{name}=")
        found = offers.described(o for o in line.options() if o[0].startswith(word))
        found += offers.own_options(word)
        known_so = any(value in line.command[6] for value, _text in found) if line.command else True
        if not known_so and len(word) > 3:
            found += offers.other_options(word, [option for option, _text in line.options()])
        if line.path == "config set" and line.args:
            found += offers.of("VALUE", word)
        if line.noun and word[1:2] not in ("", "-"):
            found += offers.filters(word[1:], before="-")
        return found
    if line.command is None:
        verbs = offers.described(commands(line.path, word))
        verbs += offers.aliases(word) if not line.path else []
        path = alone(line.path)
        if not takes_words(path):
            return verbs
        # A record that is called like a verb has to stand behind one.
        records = offers.of(known.COMMANDS[path][5][0].removesuffix("..."), word)
        return verbs + [pair for pair in records if below(line.path, pair[0]) is None]
    kinds = line.command[5]
    last = kinds[-1] if kinds and kinds[-1].endswith("...") else ""
    kind = kinds[len(line.args)] if len(line.args) < len(kinds) else last
    if kind:
        found = offers.of(kind.removesuffix("..."), word)
        if line.plain or line.filters:
            return found
        if line.noun and word and not (line.args or found):
            # In the place of a record, where none is called so: a shell goes on typing what all
            # that is offered begins with.
            return offers.filters(word)
        # A word that begins with a minus would be read as an option.
        return [offer for offer in found if not offer[0].startswith("-")]
    if line.noun and word and any(":" in arg for arg in line.args):
        return offers.filters(word)
    return [] if word else offers.described(line.options())


def answer(argv: Sequence[str]) -> int:
    """Print the candidates for the command line ``argv``, which follows "--"; always 0."""
    words = argv[1:] if argv[:1] == ["--"] else argv
    # Whatever is wrong - the settings, the database, the pipe - a person who pressed Tab must
    # not read about it amid the line that they are typing.
    try:
        line = read(words)
        found = candidates(line) if line is not None else []
        lines = [f"{value}\t{text}\n" if text else f"{value}\n" for value, text in found]
        # Bytes, because the shells expect UTF-8 and Windows would write another encoding.
        sys.stdout.buffer.write("".join(lines).encode("utf-8", "surrogateescape"))
        sys.stdout.flush()
    except OSError:
        from funnelcli.prompt.pipes import abandon_stdout

        abandon_stdout()
    except Exception:
        return 0
    return 0
