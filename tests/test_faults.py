"""Whatever happens to a command at whatever call, it has done all or nothing, and says which."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

import every_command
from faults import KINDS, PARTLY, WRITING, Faults, compiler

pytestmark = [
    pytest.mark.sqlite("faults of the file system"),
    pytest.mark.skipif(
        compiler() is None, reason="faults are injected by a library for Linux, and cc is not there"
    ),
]


@pytest.fixture(scope="module")
def faults(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Faults]:
    """The process that runs commands with faults."""
    made = Faults(sample, tmp_path_factory.mktemp("faults"))
    yield made
    made.close()


def _tried(faults: Faults, path: str, times: int) -> None:
    line = every_command.lines(path)[0]
    usual = faults.run([*path.split(), *every_command.words(line)])
    assert usual.code in (0, PARTLY), usual.said
    changes = faults.stored(path)
    chance = random.Random(path)  # noqa: S311 - the same calls at every run
    for name, kind in KINDS.items():
        calls = range(1, usual.calls + 1)
        for at in chance.sample(calls, min(times, usual.calls)):
            wrong = faults.wrong(path, line, at, kind, changes=changes)
            assert not wrong, f"{path} {line}, {name} at call {at} of {usual.calls}: {wrong}"


@pytest.mark.parametrize("path", ["win", "contact remove", "restore", "import deals"])
def test_faults(faults: Faults, path: str) -> None:
    _tried(faults, path, 2)


@pytest.mark.long
@pytest.mark.parametrize("path", WRITING)
def test_faults_in_every_writing_command(faults: Faults, path: str) -> None:
    _tried(faults, path, 3)
