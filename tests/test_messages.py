"""The German catalogue has every message, with its fields, and is compiled as it stands."""

from __future__ import annotations

import ast
import gettext
import subprocess
import sys
from pathlib import Path

import pytest

import funnelcli
from conftest import Run
from funnelcli import i18n

LOCALE = Path(funnelcli.__file__).parent / "locale"
TOOL = Path(__file__).parent.parent / "tools" / "messages.py"
GERMAN = {"FUNNEL_LANGUAGE": "de", "FUNNEL_LOCALE": "de_DE"}


@pytest.mark.skipif(not TOOL.exists(), reason="the tools are not beside the tests")
def test_every_message_is_translated_and_compiled() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(TOOL), "--check"], capture_output=True, text=True
    )
    problems = [line for line in done.stderr.splitlines() if "reserved by GNU" not in line]
    assert problems == []
    assert done.returncode == 0


def test_no_message_is_inside_another_string() -> None:
    """What collects the messages does not look into f-strings; there they would stay English."""
    hidden = [
        f"{path.name}:{call.lineno}"
        for path in sorted(Path(funnelcli.__file__).parent.rglob("*.py"))
        for string in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") in ("_", "ngettext")
        and isinstance(call.args[0], ast.Constant)
    ]
    assert hidden == []


def test_a_message_is_looked_up_as_gettext_reads_it() -> None:
    whole = gettext.translation("funnelcli", str(LOCALE), ["de"])
    assert isinstance(whole, gettext.GNUTranslations)
    known = whole._catalog  # type: ignore[attr-defined]
    i18n.use("de")
    try:
        for message, german in known.items():
            if isinstance(message, tuple):
                singular, form = message
                assert i18n.ngettext(singular, "none", 2 if form else 1) == german
                assert i18n.ngettext(singular, "none", 0) == known[singular, 1]
            elif message:
                assert i18n._(message) == german
        assert i18n._("There is no such message.") == "There is no such message."
        assert i18n.ngettext("no such thing", "no such things", 1.5) == "no such things"
    finally:
        i18n.use("en")


def test_messages_and_errors_are_german(funnel: Run) -> None:
    said = funnel("deal add Dach --value '12.500,00 €'", env=GERMAN)
    assert said == "Geschäft 1: Dach, in Potenzialeinschätzung\n"
    refused = funnel("deal", "show", "99", exit=4, env=GERMAN)
    assert refused.stderr.startswith("Fehler: ")
    assert "`funnel deal list`" in refused.stderr
    assert "Geschäfte" in funnel("--help", env=GERMAN)
    assert "Noch kein Geschäft ist abgeschlossen." in funnel("show", tty=True, env=GERMAN)


def test_keys_in_data_stay_english(funnel: Run) -> None:
    funnel("deal", "add", "Dach", env=GERMAN)
    assert funnel("deal", "list", "--json", env=GERMAN) == funnel("deal", "list", "--json")
