"""Pages in a browser: on a phone nothing moves sideways, on a desk nothing is cut off."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from conftest import Run

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

# What a page says of itself to the page that it lies in.
_TOLD = """<script>addEventListener("load", () => {
  const title = box => document.getElementById(box.getAttribute("aria-labelledby"))?.textContent;
  parent.postMessage({
    name: NAME, asked: innerWidth, width: document.documentElement.scrollWidth,
    cut: [...document.querySelectorAll(".scroll")].filter(
      box => box.scrollWidth > box.clientWidth).map(title)}, "*");
});</script>"""
_HEARD = """<!doctype html><meta charset="utf-8"><pre id="said"></pre><script>
addEventListener("message", event => {
  document.getElementById("said").textContent += "@" + JSON.stringify(event.data) + "\\n"; });
</script>"""


def measured(pages: dict[str, str], widths: tuple[int, ...], folder: Path) -> list[dict[str, Any]]:
    """Each page at each width as the browser lays it out: how wide it is, which tables are cut."""
    frames = []
    for number, (name, page) in enumerate(pages.items()):
        told = _TOLD.replace("NAME", json.dumps(name))
        (folder / f"{number}.html").write_text(page.replace("</body>", told + "</body>"))
        frames += [
            f'<iframe src="{number}.html" style="border: 0; height: 900px; width: {width}px">'
            "</iframe>"
            for width in widths
        ]
    (folder / "all.html").write_text(_HEARD + "".join(frames))
    options = (
        *("--headless=new", "--no-sandbox", "--disable-gpu", "--dump-dom"),
        *(f"--user-data-dir={folder / 'browser'}", "--virtual-time-budget=20000"),
    )
    shown = subprocess.run(
        [str(CHROMIUM), *options, (folder / "all.html").as_uri()],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    found = [json.loads(unescape(said)) for said in re.findall("@({.*})", shown.stdout)]
    assert len(found) == len(frames)
    return found


@pytest.mark.long
@pytest.mark.skipif(CHROMIUM is None, reason="no browser is installed")
def test_pages_fit_a_phone_and_a_desk(funnel: Run, db: str, tmp_path: Path) -> None:
    funnel("demo", "--into", db)
    german = {"FUNNEL_LANGUAGE": "de", "FUNNEL_LOCALE": "de_DE"}
    asked = {
        "all": "report all -p 2026-Q4 --compare",
        "all at all times": "report all --explain",
        "two slices": "report win-rate -p 2026-Q4 --compare --by source --by tag",
        **{
            name: f"report {name} -p 2026-Q4 --compare --by source"
            for name in ("snapshot", "time-in-stage", "slippage", "sources")
        },
    }
    pages = {name: funnel(f"{line} --html", env=german) for name, line in asked.items()}
    for found in measured(pages, (390, 1000, 1200), tmp_path):
        assert found["width"] <= found["asked"], found
        if found["asked"] >= 1000:
            assert not found["cut"], found


@pytest.mark.long
@pytest.mark.skipif(CHROMIUM is None, reason="no browser is installed")
def test_no_name_however_long_moves_a_phone_sideways(funnel: Run, db: str, tmp_path: Path) -> None:
    funnel("demo", "--into", db)
    name = "Donaudampfschifffahrtsgesellschaft" * 3
    funnel("contact", "add", name)
    funnel("deal", "add", name, "--contact", 1, "--product", name, "--value", 99_999_999)
    funnel("win", "Donau")
    pages = {
        "all": funnel("report", "all", name, "--explain", "--html"),
        "slices": funnel("report win-rate --by product --by contact -p 2026-Q4 --compare --html"),
        "deal": funnel("deal", "show", "Donau", "--html"),
        "deals": funnel("deal list --html"),
    }
    for found in measured(pages, (390,), tmp_path):
        assert found["width"] <= found["asked"], found
