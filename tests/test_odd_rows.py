"""Rows of another program that mean nothing: they are shown, and hinder nobody."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from conftest import Run

FAR = 99_999_999_999_999_999


def put(db: str, statement: str) -> None:
    """Another program writes."""
    with closing(sqlite3.connect(db)) as conn, conn:
        conn.execute(statement)


@pytest.mark.sqlite("another program's SQL in a file")
@pytest.mark.parametrize("args", ["x", "{}", "[1]", '["deal"', ""])
def test_a_command_that_is_no_words_is_shown_as_it_stands(funnel: Run, db: str, args: str) -> None:
    funnel("deal add Roof --value 10k")
    put(db, f"INSERT INTO command (at, verb, args) VALUES ({FAR}, 'deal edit', '{args}')")
    shown = funnel("history --json").json
    assert len(shown) == 2
    assert args in shown[0]["command"]
    assert shown[0]["at"].startswith("9999-12-31")
    funnel("deal edit 1 --value 12k")
    assert "Undone: funnel deal edit" in funnel("undo")
    assert funnel("deal list --json=value").json == [{"value": 10000}]
    assert "9999" in funnel("history", tty=True)


@pytest.mark.sqlite("another program's SQL in a file")
@pytest.mark.parametrize("moment", [FAR, -FAR])
def test_a_moment_of_no_calendar_is_shown_at_its_end(funnel: Run, db: str, moment: int) -> None:
    funnel("deal add Roof --value 10k")
    put(db, f"UPDATE deal SET opened_at = {moment}")
    year = "9999" if moment > 0 else "0001"
    assert funnel("deal list --json").json[0]["opened_at"].startswith(year)
    assert "Roof" in funnel("deal show 1", tty=True)
    assert "Roof" in funnel("deal list", tty=True)
    for report in ("velocity", "flow", "all"):
        funnel("report", report)
