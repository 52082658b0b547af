"""A write that waits for another one says so, and for whom."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import Run
from funnelcli.db import waiting

pytestmark = pytest.mark.sqlite("the lock of the file")

# It holds the lock of the one who writes until it is told to let go.
HOLDER = """
import sqlite3, sys
conn = sqlite3.connect(sys.argv[1], isolation_level=None)
conn.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
conn.execute("ROLLBACK")
conn.close()
"""


@pytest.mark.parametrize(
    "command", ["contact add Bert", "undo", "restore kept.db -y", "db compact"]
)
def test_a_write_that_waits_says_for_whom(
    funnel: Run, db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    funnel("contact add Eva")
    monkeypatch.chdir(tmp_path)
    funnel("backup kept.db")
    monkeypatch.setattr(waiting, "SAID_AFTER", 0.05)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, db], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    say = waiting.say

    def let_go(path: str) -> None:
        say(path)
        holder.stdin.close()  # type: ignore[union-attr]

    monkeypatch.setattr(waiting, "say", let_go)
    told = funnel(*command.split()).stderr
    holder.wait(60)
    holder.stdout.close()
    if os.path.exists("/proc/locks"):
        assert told.startswith("Waiting for -c ")
        assert f"(process {holder.pid}), which writes to {db} …\n" in told
    else:
        assert told.startswith(f"Waiting for another program that writes to {db} …\n")


def test_a_write_that_does_not_wait_says_nothing(funnel: Run, db: str) -> None:
    assert funnel("contact add Eva").stderr == ""
    assert waiting.writer(db) is None
