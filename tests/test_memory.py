"""Memory does not grow with the rows: what is long is imported, written, undone and redone in as
much as what is short."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import process_environment

ROWS = 30_000
# Of it the program itself, with the libraries that the largest of these commands needs, takes half.
MOST = 60 * 1024 * 1024


# What a process has had at the most begins with what the one had that started it, so that the one
# that starts the command is a small one.
STARTER = """
import os, subprocess, sys
command = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_pid, status, used = os.wait4(command.pid, 0)
print(os.waitstatus_to_exitcode(status), used.ru_maxrss)
"""


def _peak(environment: dict[str, str], *words: str) -> int:
    """The most memory (bytes) that a command had, as a process of its own."""
    told = subprocess.run(
        [sys.executable, "-c", STARTER, sys.executable, "-m", "funnelcli", *words],
        stdout=subprocess.PIPE,
        check=True,
        env=process_environment(environment),
    )
    code, most = map(int, told.stdout.split())
    assert code == 0, words
    return most * (1 if sys.platform == "darwin" else 1024)


@pytest.mark.long
@pytest.mark.skipif(not hasattr(os, "wait4"), reason="asks Unix how much a process has had")
def test_long_lists_and_imports_take_no_more_memory(
    environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "deals.csv"
    with table.open("w", encoding="utf-8") as file:
        file.write("Id,Title,Contact,Value,Stage\n")
        for n in range(ROWS):
            file.write(f"{n},Deal {n} of a usual length,Person {n} Name,{n + 100},needs\n")
    commands = ["import deals deals.csv --key Id"]
    commands += [f"deal list --{name} -o all.{name}" for name in ("csv", "json", "md", "html")]
    commands += ["deal list --xlsx=id,title,value -o all.xlsx", "contact list --jsonl"]
    commands += ["deal list", "deal list --ids --sort title", "report win-rate -p all --deals all"]
    commands += ["undo", "redo"]
    monkeypatch.chdir(tmp_path)
    peaks = {line: _peak(environment, *line.split()) for line in commands}
    assert not {line: peak for line, peak in peaks.items() if peak > MOST}
