"""Whatever is wrong with a file that is brought in, a sentence says so, and nothing is stored."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import Dump, Run
from damage import TABLE, damaged, samples
from funnelcli.errors import FunnelError
from funnelcli.formats import calendar
from funnelcli.formats.tabular import open_table

SAMPLES = samples()
COMMANDS = {"c.ics": "import ics", "m.toml": "import deals", "p.vcf": "import contacts"}
# Workbooks are read by a process of their own; `benchmarks/endurance.py` has the time for more.
NUMBERS = {"d.xls": 60, "d.xlsx": 200, "d.ods": 200, "d.zip": 200}
# More memory than any such file may ask for.
MOST = 300 << 20


def carried_out(funnel: Run, name: str, content: bytes, folder: Path) -> int:
    """Import a file by its command; the exit code, of one that ended with a sentence."""
    path = folder / name
    path.write_bytes(content)
    words: list[str | Path] = [*COMMANDS.get(name, "import deals").split(), path]
    if name == "m.toml":
        table = folder / "t.csv"
        table.write_text(TABLE)
        words[-1:] = [table, "--map-file", path]
    done = funnel(*words, "--json", exit=None)
    assert done.exit_code in (0, 1, 2, 3, 6), done.stderr
    assert "Traceback" not in done.stderr
    assert done.exit_code in (0, 6) or "message" in done.stderr
    return done.exit_code


def read(name: str, path: Path) -> None:
    """Read all that is in a file."""
    if name.endswith(".ics"):
        calendar.read(path.read_bytes())
        return
    with open_table(str(path), cards=True) as table:
        for _row in table.rows():
            pass


def peak() -> int:
    """The most memory that this process has had, in bytes."""
    resource: Any = pytest.importorskip("resource", reason="Windows has no such figures")
    unit = 1 if sys.platform == "darwin" else 1024
    return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) * unit


def imported(
    funnel: Run,
    folder: Path,
    state: Callable[[], Dump],
    name: str,
    dice: random.Random,
    number: int,
) -> None:
    """So many damaged files, each imported whole, in part or not at all, and taken off again."""
    funnel("deal add Roof")
    before = state()
    for _n in range(number):
        if carried_out(funnel, name, damaged(SAMPLES[name], dice), folder) not in (0, 6):
            assert state() == before
        while state() != before:
            funnel("undo")


@pytest.mark.parametrize("name", SAMPLES)
def test_a_damaged_file_is_a_sentence(
    funnel: Run, tmp_path: Path, state: Callable[[], Dump], name: str
) -> None:
    imported(funnel, tmp_path, state, name, random.Random(13), 4)  # noqa: S311


def test_a_number_without_end_is_a_sentence(funnel: Run, tmp_path: Path) -> None:
    """The parser of JSON has ended the process at it."""
    for name in ("d.json", "d.jsonl"):
        for number in ("9" * 4301, "-" + "9" * 900_000):
            content = b'{"title": "Roof", "value": ' + number.encode() + b"}"
            assert carried_out(funnel, name, content, tmp_path) == 2


def test_what_a_card_has_and_nobody_can_read_is_counted(funnel: Run, tmp_path: Path) -> None:
    path = tmp_path / "p.vcf"
    path.write_text('BEGIN:VCARD\nVERSION:3.0\nFN:Eva\nNOTE;A"B=x:tea\nEND:VCARD\n')
    said = funnel("import", "contacts", path).stderr
    assert "NOTE (1)" in said
    assert "vobject" not in said


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name in SAMPLES if not name.endswith(".toml")])
def test_a_thousand_damaged_files_are_read_or_refused(tmp_path: Path, name: str) -> None:
    """Each by a sentence, without more memory than a large file may have."""
    dice = random.Random(1000)  # noqa: S311 - the same files each time
    path = tmp_path / name
    before, refused = peak(), 0
    for _n in range(NUMBERS.get(name, 1000)):
        path.write_bytes(damaged(SAMPLES[name], dice))
        try:
            read(name, path)
        except FunnelError as error:
            assert error.message  # noqa: PT017
            refused += 1
    assert refused > 10
    assert peak() - before < MOST


@pytest.mark.long
@pytest.mark.parametrize("name", SAMPLES)
def test_many_damaged_files_are_imported_or_refused(
    funnel: Run, tmp_path: Path, state: Callable[[], Dump], name: str
) -> None:
    number = 100 if name.endswith(".toml") else 20
    imported(funnel, tmp_path, state, name, random.Random(77), number)  # noqa: S311
