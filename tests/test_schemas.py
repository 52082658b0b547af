"""What the tests keep of a schema from one command to the next leaves no trace."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from conftest import Run
from funnelcli.db import connection

pytestmark = pytest.mark.sqlite("the schema of a file")


def test_who_looks_at_a_folder_finds_what_a_command_alone_leaves(
    funnel: Run, db: str, tmp_path: Path
) -> None:
    funnel("deal add Roof")
    assert os.path.exists(f"{db}-wal")
    assert os.listdir(tmp_path) == [os.path.basename(db)]
    assert not os.path.exists(f"{db}-wal")


def test_a_file_that_is_another_one_now_is_read_anew(funnel: Run, db: str, tmp_path: Path) -> None:
    funnel("deal add Roof")
    shutil.copyfile(db, tmp_path / "before.db")
    with closing(sqlite3.connect(db)) as conn:
        conn.execute("DROP TRIGGER journal_deal_insert")
        conn.commit()
    assert "journal_deal_insert" in funnel("doctor", exit=None)
    os.replace(tmp_path / "before.db", db)
    assert "journal_deal_insert" not in funnel("doctor")


def test_two_connections_at_once_share_nothing(funnel: Run, db: str) -> None:
    funnel("deal add Roof")
    with closing(connection.connect(db)) as one, closing(connection.connect(db)) as other:
        one.execute("BEGIN IMMEDIATE")
        one.execute("UPDATE deal SET title = 'Wall'")
        # Sharing, it would be refused to read what is being written.
        assert other.execute("SELECT title FROM deal").fetchone() == ("Roof",)
        one.execute("ROLLBACK")
