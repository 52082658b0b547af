"""The tutorial and the recipes: what they have one type works and prints what they show."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import walkthrough

PAGES = [
    pytest.param(
        path,
        language,
        id=f"{path.stem}-{language}",
        # Most of its time goes to the shell.
        marks=[pytest.mark.long] if (path.stem, language) == ("recipes", "de") else [],
    )
    for language in ("en", "de")
    for path in (
        walkthrough.ROOT / "docs" / ("de" if language == "de" else "") / f"{name}.md"
        for name in walkthrough.PAGES
    )
]
pytestmark = [
    pytest.mark.skipif(
        not walkthrough.SAMPLES.exists(), reason="the docs are not beside the tests"
    ),
    pytest.mark.skipif(shutil.which("flock") is None, reason="the script needs flock"),
]


@pytest.mark.parametrize(("page", "language"), PAGES)
def test_a_page_does_and_prints_what_it_shows(page: Path, language: str, tmp_path: Path) -> None:
    wrong = []
    for one, printed, code, expected in walkthrough.told(page, language, tmp_path):
        if code != expected or not walkthrough.is_shown(one.shown, printed):
            screen = "\n  ".join(printed)
            wrong.append(f"{page.name}:{one.line}: $ {one.command}\n  {screen}\n  exit {code}")
    assert not wrong, "python tests/walkthrough.py PAGE writes what is printed: " + "\n".join(wrong)
