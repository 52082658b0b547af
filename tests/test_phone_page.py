"""The page on the phone, as files: its words, its scripts, and the page that needs no server."""

from __future__ import annotations

import hashlib
import json
import os
import re
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import pytest

import funnelcli
from conftest import Run
from funnelcli import i18n
from funnelcli.phone.words import WORDS, both

STATIC = Path(funnelcli.__file__).parent / "phone" / "static"
SCRIPTS = sorted(STATIC.glob("*.js"))
DAY = {"language": "de", "today": [], "briefs": {"1": {"name": "Wörlitz </script><b>"}}}


def test_the_page_says_every_word_that_it_has_and_has_every_word_that_it_says() -> None:
    scripts = "\n".join(script.read_text(encoding="utf-8") for script in SCRIPTS)
    quoted = {*re.findall(r'"(\w+)"', scripts)}
    # Of what is counted there are two, and a report's state is said by its key.
    assert {re.sub("^state_|_(?:one|many)$", "", key) for key in WORDS} <= quoted
    assert {*re.findall(r'(?<!\w)say\("(\w+)"', scripts)} <= set(WORDS)
    assert {f"{key}_many" for key in re.findall(r'sayMany\("(\w+)"', scripts)} <= set(WORDS)


def test_the_page_speaks_both_languages_wherever_it_is() -> None:
    i18n.use("de")
    try:
        words = both()
    finally:
        i18n.use("en")
    assert words["language"] == "de"
    english, german = words["en"], words["de"]
    assert isinstance(english, dict)
    assert isinstance(german, dict)
    assert (english["outbox"], german["outbox"]) == ("Outbox", "Ausgang")
    for key, text in english.items():
        assert re.findall(r"\{\w+\}", text) == re.findall(r"\{\w+\}", german[key])


def test_no_text_of_a_person_is_ever_markup_and_nothing_comes_from_elsewhere() -> None:
    for file in [*SCRIPTS, STATIC / "index.html", STATIC / "app.css"]:
        text = file.read_text(encoding="utf-8")
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            assert word not in text, (file.name, word)
        assert not re.search(r"https?://\w", text), file.name
        assert not re.search(r"\s(?:on\w+|style)=", text), file.name


def opened(sealed: dict[str, Any], passphrase: str) -> Any:
    """What is sealed in a page, opened by another program than the one that sealed it."""
    aead = pytest.importorskip("cryptography.hazmat.primitives.ciphers.aead")
    key = hashlib.pbkdf2_hmac(
        "sha256", passphrase.encode(), b64decode(sealed["salt"]), sealed["rounds"]
    )
    plain = aead.AESGCM(key).decrypt(b64decode(sealed["nonce"]), b64decode(sealed["data"]), None)
    return json.loads(plain)


@pytest.fixture
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """A passphrase is made a key in no time; how long it takes stands in the module."""
    sealed_page = pytest.importorskip("funnelcli.phone.sealed_page")
    assert sealed_page.ROUNDS >= 600_000
    monkeypatch.setattr(sealed_page, "ROUNDS", 10)


@pytest.mark.usefixtures("_quickly")
def test_a_page_without_a_server_is_whole_and_tells_nothing_without_its_passphrase() -> None:
    pytest.importorskip("cryptography")
    from funnelcli.phone import sealed_page

    page = sealed_page.page(DAY, "korrekt Pferd")
    assert "Wörlitz" not in page
    sealed, words = embedded(page)
    assert opened(sealed, "korrekt Pferd") == DAY
    assert words == both()
    # The policy names this script and this style, and lets the page ask nobody.
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert "connect-src" not in policy[1]
    assert policy[1].startswith("default-src 'none';")
    for element in ("style", 'script type="module"'):
        (text,) = re.findall(rf"<{element}>(.*?)</{element.split()[0]}>", page, re.DOTALL)
        digest = b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy[1]
    assert not re.search(r"^(?:import|export) ", page, re.MULTILINE)
    markup = re.sub("<script.*?</script>", "", page, flags=re.DOTALL)
    assert not re.search(r'(?:src|href)="(?!data:|#)', markup)
    # Another page is sealed with another salt and another nonce.
    other, _words = embedded(sealed_page.page(DAY, "korrekt Pferd"))
    assert other["salt"] != sealed["salt"]
    assert other["nonce"] != sealed["nonce"]


def embedded(page: str) -> tuple[Any, Any]:
    """What is sealed in a page, and its words."""
    found = re.findall(r'<script type="application/json" id="(\w+)">(.*?)</script>', page)
    return tuple(json.loads(dict(found)[name]) for name in ("sealed", "words"))


def test_the_code_for_a_phone_is_drawn_on_a_terminal_alone(funnel: Run) -> None:
    pytest.importorskip("segno")
    pair = ("phone", "pair", "--url", "https://laptop.example.ts.net")
    drawn = funnel(*pair, tty=True)
    assert "\x1b[97;40m" in drawn
    assert "␛" not in drawn
    plain = funnel(*pair, "--no-color", tty=True)
    assert "█" in plain
    assert "\x1b" not in plain
    piped = funnel(*pair)
    assert piped.splitlines()[-1].startswith("https://laptop.example.ts.net/#k=")
    assert "█" not in piped
    assert "\x1b" not in piped


@pytest.mark.usefixtures("_quickly")
def test_a_page_is_written_with_the_day_and_noted_as_given_away(
    funnel: Run, tmp_path: Path
) -> None:
    pytest.importorskip("cryptography")
    funnel("contact", "add", "Petra Müller")
    funnel("contact", "add", "Nobody")
    funnel("next", "--contact", 1, "call", "--due", "today")
    file, passphrase = tmp_path / "day.html", tmp_path / "passphrase"
    write = ("phone", "--page", file, "--passphrase-file", passphrase)
    funnel(*write, exit=1)
    passphrase.write_text("short\n")
    assert "The passphrase in" in funnel(*write, exit=1).stderr
    passphrase.write_text("\n")
    assert "There is no passphrase in" in funnel(*write, exit=1).stderr
    assert not file.exists()
    passphrase.write_text("four words nobody says\n")
    said = funnel(*write).stderr
    assert said == f"{file} has the day and the brief on 1 contact, encrypted.\n"
    sealed, _words = embedded(file.read_text("utf-8"))
    day = opened(sealed, "four words nobody says")
    assert [item["contact"] for item in day["today"]] == ["Petra Müller"]
    assert [brief["name"] for brief in day["briefs"].values()] == ["Petra Müller"]
    (line,) = json.loads(funnel("export", "log", "--json"))
    assert (line["path"], line["contacts"]) == (str(file), 1)
    # Without a terminal a passphrase has to stand in a file; the server's options have no say.
    refused = funnel("phone", "--page", file, exit=1)
    assert "--passphrase-file" in refused.stderr
    assert "--lan" in funnel("phone", "--page", file, "--lan", exit=2).stderr
    assert "--port" in funnel("phone", "--page", file, "--port", 80, exit=2).stderr
    funnel("phone", "--passphrase-file", passphrase, exit=2)


# As the recipes in docs/phone.md make them: name, and what is in it.
RECIPES = {
    "2026-11-20 1430 Petra Müller.txt": (
        "Contact: Petra Müller\nDate: 2026-11-20 14:30\n\nmet, wants a second offer, send it by fri"
    ),
    "2026-11-20 1600 Müller.txt": (
        "Kontakt: Petra Müller\nDatum: 20.11.2026 16:00\n\nnicht angetroffen, Montag anrufen"
    ),
    "2026-11-21 Müller.txt": "\ufeffmet her,\r\nsend the plan by fri\r\n",
}


def test_the_files_that_the_recipes_make_are_filed(funnel: Run, tmp_path: Path) -> None:
    funnel("contact", "add", "Petra Müller")
    folder = tmp_path / "notes"
    folder.mkdir()
    for name, text in RECIPES.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
        os.utime(folder / name, (1_700_000_000, 1_700_000_000))
    found = json.loads(funnel("inbox", folder, "--json"))
    assert [(row["file"], row["state"]) for row in found] == [(name, "filed") for name in RECIPES]
    outcomes = [(row["happened_on"], row["outcome"]) for row in found]
    assert outcomes == [
        ("2026-11-20", "met"),
        ("2026-11-20", "not_met"),
        ("2026-11-21", "met"),
    ]
    assert all(row["steps"] for row in found)
