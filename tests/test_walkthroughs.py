"""The tutorial and the recipes: what they have one type works and prints what they show."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import walkthrough

NEEDS_FLOCK = pytest.mark.skipif(shutil.which("flock") is None, reason="its script needs flock")


def pages() -> Iterator[Any]:
    """Each page in each language."""
    for name in walkthrough.PAGES:
        for language, folder in (("en", ""), ("de", "de")):
            marks = [NEEDS_FLOCK] if name == "recipes" else []
            # Most of its time goes to the shell, which the other language has tried.
            marks += [pytest.mark.long] if (name, language) == ("recipes", "de") else []
            page = walkthrough.ROOT / "docs" / folder / f"{name}.md"
            yield pytest.param(page, language, id=f"{name}-{language}", marks=marks)


@pytest.mark.skipif(not walkthrough.SAMPLES.exists(), reason="the docs are not beside the tests")
@pytest.mark.parametrize(("page", "language"), [*pages()])
def test_a_page_does_and_prints_what_it_shows(page: Path, language: str, tmp_path: Path) -> None:
    typed, shown, wrong = 0, 0, []
    for one, printed, code, expected in walkthrough.told(page, language, tmp_path):
        typed += 1
        shown += any(line.strip() for line in one.shown)
        if code != expected or not walkthrough.is_shown(one.shown, printed):
            screen = "\n  ".join(printed)
            wrong.append(f"{page.name}:{one.line}: $ {one.command}\n  {screen}\n  exit {code}")
    assert not wrong, "python tests/walkthrough.py PAGE writes what is printed: " + "\n".join(wrong)
    assert typed >= 10
    assert shown >= 8
