"""Pages of the docs that tell a story: their commands are run in order, and print what is shown.

A page is run from its top on a database of its own. What a block needs is said in comments, which
no reader sees, before it:

``<!-- clock 2026-11-23 08:10 -->``  what time it is from here on
``<!-- file cards.csv -->``          the block is this file, there from here on; a script can be run
``<!-- exit 6 -->``                  the block's last command ends so

A block marked ``sh`` has commands (``export`` holds for the rest of the page), one marked
``console`` commands behind ``$`` and what they print on a terminal of 80 columns; below a command
of which nothing is shown, anything may stand. A line ``…`` stands for lines that are left out, and
so does nothing where the program says how to take a command back, which it does after every change.

``python tests/walkthrough.py docs/tutorial.md`` writes what is printed into the page, except where
what stands there, with what it leaves out, is right.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from conftest import Clock, forget_settings, process_environment, reset, runner
from funnelcli.render import undo_hint
from funnelcli.values import dates

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "docs" / "samples"
PAGES = ("tutorial", "recipes", "moving")
HOME = "/home/clara"
"""What a page calls the folder in which it is run."""
LEFT_OUT = "…"
# What a shell does more with than part it into words, outside of quotes.
_SHELL = set("|<>&;$`*")
_QUOTED = re.compile(r""" "[^"$`]*" | '[^']*' """, re.VERBOSE)


@dataclass(slots=True)
class Typed:
    """A command, and what a page shows of it: lines ``first`` to ``end`` of the page."""

    command: str
    line: int
    first: int
    end: int
    shown: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Block:
    """A fenced block with what the comments before it say."""

    kind: str
    line: int
    said: dict[str, str]
    lines: list[str] = field(default_factory=list)


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a page."""
    said: dict[str, str] = {}
    block: Block | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if block is not None:
            if line == "```":
                yield block
                block = None
            else:
                block.lines.append(line)
        elif line.startswith("```"):
            block, said = Block(line[3:], number, said), {}
        elif comment := re.fullmatch(r"<!-- (clock|file|exit)\b ?(.*) -->", line):
            said[comment[1]] = comment[2]


def typed(block: Block) -> Iterator[Typed]:
    """The commands of a block."""
    prompt = "$ " if block.kind == "console" else ""
    at = 0
    while at < len(block.lines):
        first = at
        command = block.lines[at].removeprefix(prompt)
        at += 1
        while command.endswith("\\"):
            command = command[:-1] + block.lines[at].strip()
            at += 1
        begin = at
        while prompt and at < len(block.lines) and not block.lines[at].startswith(prompt):
            at += 1
        if command.strip():
            line = block.line + 1
            yield Typed(command, line + first, line + begin, line + at, block.lines[begin:at])


def is_shown(shown: list[str], printed: list[str]) -> bool:
    """Whether what is shown is what was printed, apart from what it leaves out."""
    if not any(line.strip() for line in shown):
        return True
    parts = [re.escape(line.rstrip()) + "\n" if line != LEFT_OUT else "(?:.*\n)*" for line in shown]
    # An empty line before the next command is the page's.
    pattern = "".join(parts).rstrip("\n") + "\n*"
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in printed)) is not None


class Story:
    """A page that is being run, in a folder of its own."""

    def __init__(self, folder: Path, language: str, patch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.clock = Clock()
        self.environment = {
            "FUNNEL_CONFIG_DIR": str(folder / "config"),
            "FUNNEL_DB": str(folder / "funnel.db"),
            "FUNNEL_LANG": language,
            "FUNNEL_LOCALE": {"en": "en_US", "de": "de_DE"}[language],
            "FUNNEL_TIMEZONE": "Europe/Berlin",
            "NO_COLOR": "1",
        }
        self.run = runner(self.environment, patch)
        patch.setattr(dates, "now", self.clock)
        patch.chdir(folder)
        patch.setenv("HOME", str(folder))
        shutil.copytree(SAMPLES, folder / "docs" / "samples")

    def begin(self, block: Block) -> None:
        """Do what the comments before a block say."""
        if "clock" in block.said:
            self.clock.set(block.said["clock"])
        if "file" in block.said:
            file = self.folder / block.said["file"]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("".join(f"{line}\n" for line in block.lines), encoding="utf-8")
            file.chmod(0o755)

    def type(self, command: str) -> tuple[list[str], int]:
        """Type a command; what stands on the screen then, and the exit code."""
        words = shlex.split(command, comments=True)
        if not words:
            return [], 0
        if words[:1] == ["export"]:
            pairs = (word.split("=", 1) for word in words[1:])
            self.environment.update({name: os.path.expanduser(value) for name, value in pairs})
            return [], 0
        if words[0] == "funnel" and _SHELL.isdisjoint(_QUOTED.sub("", command)):
            given = [os.path.expanduser(word) if word[:2] == "~/" else word for word in words[1:]]
            given = given if len(given) != 1 else [shlex.quote(given[0])]
            result = self.run(*given, tty=True, one_screen=True, exit=None)
            text, code = str(result), result.exit_code
        else:
            text, code = self.shell(command)
        text = text.replace(str(self.folder), HOME)
        lines = [line.rstrip() for line in text.splitlines()]
        return [line for line in lines if line != undo_hint()], code

    def shell(self, command: str) -> tuple[str, int]:
        """Run a line of the shell, in which ``funnel`` is the program under the story's clock."""
        tools = self.folder / "bin"
        if not tools.exists():
            tools.mkdir()
            (tools / "mail").write_text('#!/bin/sh\n{ echo "$@"; cat; } >> mailbox\n')
            (tools / "mail").chmod(0o755)
        (tools / "funnel").write_text(
            f"#!/bin/sh\nexec {shlex.quote(sys.executable)} -c 'import sys\n"
            "from funnelcli.__main__ import main\nfrom funnelcli.values import dates\n"
            f'dates.now = lambda: {self.clock.instant}\nsys.exit(main())\' "$@"\n'
        )
        (tools / "funnel").chmod(0o755)
        environment = process_environment(self.environment)
        done = subprocess.run(
            ["sh", "-c", command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            cwd=self.folder,
            env={**environment, "PATH": f"{tools}:{environment['PATH']}"},
            timeout=60,
        )
        return done.stdout, done.returncode


def told(page: Path, language: str, folder: Path) -> Iterator[tuple[Typed, list[str], int, int]]:
    """Run a page: each command with what it prints, its exit code and the one that is said."""
    with pytest.MonkeyPatch.context() as patch:
        forget_settings(patch)
        story = Story(folder, language, patch)
        for block in blocks(page.read_text(encoding="utf-8")):
            story.begin(block)
            if "file" in block.said or block.kind not in ("sh", "console"):
                continue
            commands = list(typed(block))
            for one in commands:
                expected = int(block.said.get("exit", 0)) if one is commands[-1] else 0
                printed, code = story.type(one.command)
                yield one, printed, code, expected
        reset()


def brought_up(shown: list[str], printed: list[str]) -> list[str]:
    """What was printed, with as much left out as before, where that was in one place."""
    gap = [""] if not shown[-1] else []
    kept = shown[: len(shown) - len(gap)]
    if kept.count(LEFT_OUT) == 1:
        at = kept.index(LEFT_OUT)
        behind = len(kept) - at - 1
        if at + behind < len(printed):
            return [*printed[:at], LEFT_OUT, *printed[len(printed) - behind :], *gap]
    return [*printed, *gap]


def write(page: Path) -> None:
    """Write what is printed into a page."""
    lines = page.read_text(encoding="utf-8").splitlines()
    language = "de" if page.parent.name == "de" else "en"
    with tempfile.TemporaryDirectory() as folder:
        done = list(told(page.absolute(), language, Path(folder)))
    for one, printed, code, expected in reversed(done):
        if code != expected:
            print(f"{page}:{one.line}: exit {code}\n", *(f"{line}\n" for line in printed))
        if one.shown and not is_shown(one.shown, printed):
            print(f"{page}:{one.line}: {one.command}")
            lines[one.first - 1 : one.end - 1] = brought_up(one.shown, printed)
    page.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        write(Path(name))
