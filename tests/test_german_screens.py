"""What a German-speaking user reads: times beside days, settings, the words above columns."""

from __future__ import annotations

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
