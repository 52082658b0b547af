"""Batches: many commands, one a line, with one undo."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from conftest import Dump, Result, Run


@pytest.fixture
def batch(funnel: Run, tmp_path: Path) -> Callable[..., Result]:
    """Run lines as a batch."""

    def run(text: str | bytes, *words: str, **more: Any) -> Result:
        file = tmp_path / "lines"
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return funnel("batch", file, *words, **more)

    return run


def results(printed: Result) -> list[dict[str, Any]]:
    """The results, line by line."""
    return [json.loads(line) for line in printed.lines]


def test_every_way_to_write_a_line(
    funnel: Run, batch: Callable[..., Result], state: Callable[[], Dump]
) -> None:
    funnel("contact add Known")
    before = state()
    found = results(
        batch(
            "# people\n\n"
            "funnel contact add 'Eva # Roth' --tag vip  # a comment\n"
            '["contact", "add", "Ada", "--email", "ada@x.example"]\r\n'
            '{"command": "deal add", "args": ["--roof"], "options":'
            ' {"contact": 3, "value": "12k", "tag": ["a", "b"], "close": null}}\n'
            "step add 1 'call back' --due +3d\n"
            "advance 1"
        )
    )
    assert [(one["line"], one["ok"], one["exit"], one["ids"]) for one in found] == [
        (3, True, 0, [2]),
        (4, True, 0, [3]),
        (5, True, 0, [1]),
        (6, True, 0, [1]),
        (7, True, 0, [1]),
    ]
    assert found[2]["message"] == "Deal 1: --roof, in Qualification"
    deal = funnel("deal show 1 --json").json
    assert (deal["title"], deal["tags"]) == ("--roof", ["a", "b"])
    assert funnel("contact list tag:vip --json=name").json == [{"name": "Eva # Roth"}]
    assert len(funnel("history --json").json) == 2
    funnel("undo")
    assert state() == before


@pytest.mark.parametrize(
    ("line", "exit_code", "says"),
    [
        (b"deal show 1", 3, "is no line of a batch"),
        (b"batch", 3, "is no line of a batch"),
        (b"undo", 3, "is no line of a batch"),
        (b"restore x", 3, "is no line of a batch"),
        (b"import x.csv", 3, "is no line of a batch"),
        (b"call", 3, "is no line of a batch"),
        (b"deal add --help", 3, "nobody here to read help"),
        (b"deal", 2, "What is to be done?"),
        (b"funnel", 2, "No command is named."),
        (b"contact add a --db other.db", 2, "one database"),
        (b"note add --contact 1 -", 2, "reads standard input"),
        (b"contact add a | cat", 2, "No shell reads the line"),
        (b'contact add "a', 2, "not closed"),
        (b'{"command": ', 2, "not valid JSON"),
        (b"[" * 100_000, 2, "not valid JSON"),
        (b'{"cmd": "win"}', 2, "needs a member"),
        (b'{"command": "win", "options": [1]}', 2, "is to be an object"),
        (b'["contact", "add", {}]', 2, "is no word of a command"),
        (b"contact add \xff", 2, "not UTF-8"),
        (b"contact add a\0b", 2, "NUL"),
        (b"contact add " + b"x" * (1 << 20), 2, "longer than"),
        (b"advance 99", 4, "There is no deal 99."),
        (b"contact add a --nonsense", 2, "There is no option --nonsense."),
        (b"contact remove 1 2 3", 2, "Remove 3 contacts?"),
    ],
)
def test_a_line_that_cannot_be_done_has_its_reason(
    funnel: Run, batch: Callable[..., Result], line: bytes, exit_code: int, says: str
) -> None:
    text = b"contact add A\ncontact add B\ncontact add C\n" + line + b"\ncontact add D\n"
    said = batch(text, exit=6)
    found = results(said)
    assert [one["line"] for one in found] == [1, 2, 3, 4, 5]
    assert [one["ok"] for one in found] == [True, True, True, False, True]
    assert found[3]["exit"] == exit_code
    assert says in found[3]["error"]["message"]
    assert said.stderr == "4 lines done, 1 not.\n"
    assert len(funnel("contact list --json").json) == 4


def test_atomic_is_all_or_nothing(
    batch: Callable[..., Result], funnel: Run, state: Callable[[], Dump]
) -> None:
    funnel("contact list")
    before = state()
    said = batch("contact add A\nadvance 99\ncontact add B", "--atomic", exit=4)
    assert [(one["ok"], one["exit"], one["ids"]) for one in results(said)] == [
        (False, 3, []),
        (False, 4, []),
        (False, 3, []),
    ]
    assert "another line cannot" in results(said)[0]["error"]["message"]
    assert said.stderr == "1 line cannot be done, so none was.\n"
    assert state() == before
    assert batch("advance 99", exit=4).exit_code == 4
    batch("contact add A\ncontact add B", "--atomic")
    assert len(funnel("history --json").json) == 1


def test_more_than_a_hundred_changes_repeat_the_digest_of_a_dry_run(
    batch: Callable[..., Result], funnel: Run, state: Callable[[], Dump]
) -> None:
    lines = "".join(f"contact add 'Person {n}'\n" for n in range(101))
    funnel("contact add First")
    before = state()
    assert "101 changes at once" in batch(lines, exit=2).stderr
    assert state() == before
    dry = batch(lines, "--dry-run")
    assert results(dry)[100]["ids"] == [102]
    digest = batch(lines, "-n", "-q").strip()
    assert f"--confirm {digest}" in dry.stderr
    assert state() == before
    batch(lines + "contact add More\n", "--confirm", digest, exit=3)
    batch(lines, "--confirm", digest, "--atomic", exit=3)
    funnel("contact add Other")
    batch(lines, "--confirm", digest, exit=3)
    funnel("undo")
    digest = batch(lines, "-n", "-q").strip()
    batch(lines, "--confirm", digest)
    assert len(state()["contact"]) == 102
    batch(lines, "--confirm", digest, exit=3)
    funnel("undo")
    assert state() == before


def test_what_is_reported_is_stored(
    batch: Callable[..., Result], db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from funnelcli.cli.data import batch as module

    monkeypatch.setattr(module, "GROUP", 50)
    stored = []

    def written(result: Any, output: Any) -> None:
        with closing(sqlite3.connect(db)) as conn:
            stored.append(conn.execute("SELECT count(*) FROM contact").fetchone()[0])
        if len(stored) == 2:
            raise KeyboardInterrupt

    lines = "".join(f"contact add 'Person {n}'\n" for n in range(200))
    digest = batch(lines, "-n", "-q").strip()
    monkeypatch.setattr(module, "emit", written)
    said = batch(lines, "--confirm", digest, exit=130)
    assert stored == [50, 100]
    assert "is stored" in said.stderr


def test_a_removal_in_a_batch_tells_of_itself_alone(
    batch: Callable[..., Result], funnel: Run
) -> None:
    funnel("deal add Roof")
    funnel("deal add Wall")
    found = results(batch("step add 1 call\nstep add 2 call\ndeal remove 1\ndeal remove 2\n"))
    assert found[3]["message"].count("1 next step") == 1
    again = results(batch("contact add Ada --town Ulm\ncontact edit ada --town Ulm\n"))
    assert "nothing changed" in again[1]["message"]


def test_standard_input_is_what_is_read_without_a_file(run_process: Callable[..., Any]) -> None:
    done = run_process("batch", stdin="contact add Ada\n")
    assert '"message": "Contact 1: Ada"' in done.stdout
    assert done.returncode == 0
