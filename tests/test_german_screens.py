"""What a German-speaking user reads: times beside days, settings, the words above columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import Clock, Run
from funnelcli import config

GERMAN = {"NO_COLOR": "1", "FUNNEL_LANGUAGE": "de", "FUNNEL_LOCALE": "de_DE"}


@pytest.fixture
def appointment(funnel: Run, clock: Clock) -> Run:
    """A deal whose next step is a call tomorrow at ten."""
    clock.set("2026-11-28 09:00")
    funnel("contact add 'Uwe Kern' --phone '0561 5550111'")
    funnel("deal add Dach -c 1 -p funnel --value 5000 --at 2026-10-01")
    funnel("next 1 Rückruf --due 'tomorrow 10:00'")
    return funnel


@pytest.mark.parametrize("command", ["step list", "deal show 1", "guide 1", "contact show 1"])
def test_an_appointment_has_its_time_beside_its_day(appointment: Run, command: str) -> None:
    shown = appointment(command, tty=True, width=160, env=GERMAN)
    assert "So 29.11. 10:00 (morgen)" in shown


@pytest.mark.parametrize("command", ["step list", "deal show 1", "guide 1", "contact show 1"])
def test_a_pipe_has_the_time_in_a_field_of_its_own(appointment: Run, command: str) -> None:
    found = appointment(command).rows
    row = [row for row in found if "Rückruf" in row and "2026-11-29" in row][-1]
    assert row[row.index("2026-11-29") + 1] == "10:00"


def test_a_report_and_a_story_tell_the_time_of_a_step(appointment: Run) -> None:
    appointment("visit add 1 --agreed '- [ ] Muster schicken, bis 3.12. 14 Uhr'", env=GERMAN)
    assert "Do 03.12. 14:00" in appointment("visit show 1", tty=True, width=160, env=GERMAN)
    story = appointment("deal show 1", tty=True, width=160, env=GERMAN)
    assert "fällig So 29.11. 10:00" in story


def test_every_setting_is_told_in_german(funnel: Run) -> None:
    shown = funnel("config list", env=GERMAN).rows
    english = {setting.name: setting.help for setting in config.SETTINGS}
    assert [row[0] for row in shown if row[-1] == english[row[0]]] == []
    page = funnel("config list", tty=True, width=160, env=GERMAN)
    assert "Vorgabe" in page
    assert "default" not in page


def test_columns_say_what_they_hold(funnel: Run) -> None:
    funnel("rate set hour 60")
    funnel("overhead add 500 --source fair --period 2026-10")
    rates = funnel("rate list", tty=True, width=120, env=GERMAN).lines[0].split()
    assert rates == ["Kennung", "Art", "Satz", "Gültig", "ab"]
    overheads = funnel("overhead list", tty=True, width=120, env=GERMAN).lines[0].split()
    assert "Bis" in overheads
    assert "Nach" not in overheads


def test_the_editor_has_the_words_and_days_of_its_user_and_reads_them_back(
    appointment: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    appointment("visit add 1 --at '2026-11-27 10:00' --goal-reached partly --set 'expenses=12,50'")
    kept = tmp_path / "kept.md"
    script = tmp_path / "editor"
    script.write_text(
        f"#!/bin/sh\ncp \"$1\" {kept}\nsed -e 's/^Kanal:.*/Kanal: Telefon/'"
        ' -e \'s/^Datum:.*/Datum: 26.11.2026 11:30/\' "$1" > "$1.new"\nmv "$1.new" "$1"\n'
    )
    script.chmod(0o755)
    german = {**GERMAN, "VISUAL": str(script), "EDITOR": str(script)}
    appointment("visit edit 1", tty=True, env=german)
    written = kept.read_text(encoding="utf-8")
    header = written.split("---")[1]
    assert "# them" not in header
    assert "Datum: 27.11.2026 10:00\n" in header
    assert "Art: Folgebesuch\nKanal: vor Ort\nErgebnis: angetroffen\n" in header
    assert "Ziel erreicht: teilweise\n" in header
    found = appointment("visit show 1 --json").json
    assert (found["happened_on"], found["starts"]) == ("2026-11-26", "11:30")
    assert (found["type"], found["channel"], found["outcome"]) == ("follow_up", "phone", "met")


@pytest.mark.parametrize("locale", ["de_DE", "en_US", "en_GB"])
def test_a_header_that_is_left_as_it_is_changes_nothing(appointment: Run, locale: str) -> None:
    appointment("visit add 1 --at '2026-11-27 10:00'")
    same = {"FUNNEL_LANGUAGE": locale[:2], "FUNNEL_LOCALE": locale, "VISUAL": "true"}
    before = appointment("visit show 1 --json")
    appointment("visit edit 1", tty=True, env=same)
    assert appointment("visit show 1 --json") == before


@pytest.mark.parametrize(
    ("command", "choices"),
    [
        ("visit add 1 --set mood=gut", "Stimmung"),
        ("visit add 1 --set kilometres=weit", "Kilometer"),
        ("visit add 1 --channel Brieftaube", "vor Ort, Telefon"),
        ("lose 1 --reason Wetter", "kein Budget"),
        ("deal edit 1 --source Wetter", "Empfehlung"),
        ("deal list source:Wetter", "Empfehlung"),
    ],
)
def test_what_cannot_be_is_told_with_german_names(
    appointment: Run, command: str, choices: str
) -> None:
    assert choices in appointment(command, env=GERMAN, exit=2).stderr


def test_names_are_taken_with_blanks_or_underscores(appointment: Run) -> None:
    appointment("lose 1 --reason kein_budget", env=GERMAN)
    assert appointment("deal show 1 --json").json["lost_reason"] == "no_budget"
    appointment("contact add Neu --source cold-visit")
    assert appointment("contact show 2 --json").json["source"] == "cold_visit"


@pytest.mark.parametrize(
    ("word", "ids"),
    [("wert:>4000", ["1"]), ("stufe:kundenbesuch", ["1"]), ("quelle:none", ["1"]), ("wert:<1", [])],
)
def test_a_filter_takes_what_stands_above_the_column(
    appointment: Run, word: str, ids: list[str]
) -> None:
    assert [row[0] for row in appointment("deal", "list", word, env=GERMAN).rows] == ids


SWISS = {"NO_COLOR": "1", "FUNNEL_LANGUAGE": "de", "FUNNEL_LOCALE": "de_CH"}


def test_german_in_switzerland_has_ss_its_tax_its_currency_and_its_signs(funnel: Run) -> None:
    funnel("deal add Dach --value 12500,50", env=SWISS)
    shown = funnel("deal list", tty=True, width=120, env=SWISS)
    assert "CHF 12’500.50" in shown
    for command in (
        "config list",
        "offer line --help",
        "import deals --help",
        "care remove --help",
    ):
        assert "ß" not in funnel(command, tty=True, width=120, env=SWISS)
    assert "MWST" in funnel("product add --help", env=SWISS)
    assert "USt." not in funnel("product add --help", env=SWISS)
    refused = funnel("deal add Tor --value viel", env=SWISS, exit=2).stderr
    assert "12’500.50 CHF" in refused or "12’500.50" in refused
    assert "12.500,50" not in refused


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("de_DE", ["USt.", "Mit freundlichen Grüßen", "Damen und Herren,", "12.500,00", "1 Jahr"]),
        ("de_AT", ["USt.", "Mit freundlichen Grüßen", "UID-Nr.", "1 Jahr"]),
        ("de_CH", ["MWST", "Freundliche Grüsse", "Damen und Herren\n", "12’500.00", "1 Jahr"]),
    ],
)
def test_a_letter_is_written_as_where_the_sender_is(
    funnel: Run, locale: str, words: list[str]
) -> None:
    env = {
        **GERMAN,
        "FUNNEL_LOCALE": locale,
        "FUNNEL_SENDER_TAX_ID": "ATU12345678",
        "FUNNEL_SENDER_NAME": "X",
    }
    funnel("deal add Dach --value 12500", env=env)
    funnel("offer add 1", env=env)
    funnel("offer line 1 --text Dach --price 12500 --vat 8 --discount 0", env=env)
    funnel("offer line 1 --text Wartung --price 190 --vat 8 --unit Jahr", env=env)
    letter = str(funnel("offer print 1 --md", env=env)) + str(
        funnel("offer print 1 --html", env=env)
    )
    for word in words:
        assert word in letter, letter
    assert "1 Jahre" not in letter
    assert "1 Jahre" not in funnel("offer show 1", tty=True, width=120, env=env)


def test_a_workbook_and_a_page_have_names_where_data_have_keys(appointment: Run) -> None:
    appointment("deal edit 1 --source cold_visit")
    appointment("lose 1 --reason no_budget --at 2026-11-27")
    page = appointment("deal list --columns title,source,lost_reason,process --html", env=GERMAN)
    for name in ("Kaltbesuch", "kein Budget", "Vertriebstrichter"):
        assert name in page
    data = appointment("deal list --csv=source,lost_reason,process", env=GERMAN)
    assert data.lines[1] == "cold_visit,no_budget,funnel"


@pytest.mark.parametrize("word", ["j", "ja", "y", "yes", "J"])
def test_a_question_takes_yes_in_both_languages(appointment: Run, word: str) -> None:
    appointment("deal add Tor")
    asked = appointment("deal remove 1 2", tty=True, stdin=f"{word}\n", env=GERMAN)
    assert "[j/N]" in asked.stderr
    assert appointment("deal list").rows == []


def test_one_is_told_as_one(appointment: Run) -> None:
    said = appointment("next 1 Wartung --due 1.12. --every 1y", env=GERMAN)
    assert "jedes Jahr" in said
    assert "jeden Monat" in appointment("next 1 Anruf --due 1.12. --every monatlich", env=GERMAN)
    appointment("win 1 --value 100 --at 2026-11-27")
    for report in ("snapshot", "win-rate", "cycle", "velocity", "cost", "losses"):
        told = appointment(f"report {report} --explain", tty=True, width=160, env=GERMAN)
        assert "1 Geschäfte" not in told
        assert "1 Tage " not in told


def test_what_the_system_says_of_a_file_is_told_in_german(funnel: Run) -> None:
    said = funnel("process check missing.toml", env=GERMAN, exit=1).stderr
    assert "gibt es nicht" in said
    assert "No such file" not in said
    assert "No such file" in funnel("process check missing.toml", exit=1).stderr


def test_what_others_say_is_told_in_german(funnel: Run, tmp_path: Path) -> None:
    german = {"FUNNEL_LANGUAGE": "de"}
    file = tmp_path / "x.toml"
    file.write_text("a = 1\n[[x")
    said = funnel("process", "check", file, exit=2, env=german).stderr
    assert "es fehlt „]]“ (am Ende)" in said
    file.write_text("ab")
    said = funnel("catalogue", "check", file, exit=2, env=german).stderr
    assert "hinter einem Schlüssel fehlt „=“ (Zeile 1, Spalte 3)" in said or "am Ende" in said
    assert "NOMEN kann nicht" in funnel("field add x y", exit=2, env=german).stderr
    assert "ART kann nicht" in funnel("catalogue add x y", exit=2, env=german).stderr
    deals = tmp_path / "g.csv"
    deals.write_text("Geschäft;Wert\nA;500\nB;600\n", "utf-8")
    funnel("import", "deals", deals, env=german)
    assert funnel("deal list --json=title").json == [{"title": "B"}, {"title": "A"}]
