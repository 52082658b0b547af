"""Settings: whatever stands in them, in the file or around it, is said, and nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Run, process_environment
from funnelcli import toml

GERMAN = {"FUNNEL_LANGUAGE": "de"}


@pytest.fixture
def file(environment: dict[str, str]) -> Path:
    """The settings file, in its folder, not there yet."""
    folder = Path(environment["FUNNEL_CONFIG_DIR"])
    folder.mkdir()
    return folder / "config.toml"


@given(st.text(), st.sampled_from(["sender_name", "columns.deal-list"]))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_can_be_read_again(tmp_path: Path, text: str, key: str) -> None:
    path = tmp_path / "x.toml"
    path.write_text("# mine\ncurrency = 'CHF' # Swiss\n\n[columns]\n# deals\nx = 'y'\n")
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    toml.change(str(path), key, text)
    read = toml.load(str(path))
    table, _point, name = key.rpartition(".")
    assert (read[table] if table else read)[name] == text
    assert "currency = 'CHF' # Swiss\n" in path.read_text(encoding="utf-8")
    toml.change(str(path), key, None)
    assert toml.load(str(path)) == {"currency": "CHF", "columns": {"x": "y"}}


# Pieces of which settings are written, and what can go wrong between them.
PIECES = (
    *("currency", "a-b", "b", "=", " ", "\n", "\r\n", "\r", "\t", "[columns]", "[[a]]", "{", "}"),
    *('"CHF"', "'x'", '"a b" # c', '"', '""', '"""', "'", "'''", "\\", "#", "# c", ".", "-", "_"),
    *("[", "]", "🙂", "ü"),
    *("1", "0", "01", "1_0", "+1", "١", "true", "false", "\u202e", "\u00a0", "\x00", "\x7f"),
    *('a = "x"\n', "b = 2\n", "c = true # y\n", "\n[a]\n", "d = 'e'\n"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=9).map("".join))
def test_what_is_read_line_by_line_is_what_python_reads(text: str) -> None:
    try:
        meant = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        with pytest.raises(ValueError, match=r"."):
            toml.loads(text)
    else:
        assert repr(toml.loads(text)) == repr(meant)


def test_comments_stay(funnel: Run, file: Path) -> None:
    text = "# mine\ncurrency = 'CHF'   # Swiss\n\n# the end\n"
    file.write_text(text)
    funnel("config", "set", "sender_name", 'A\x01\x7f\r\n"\\')
    funnel("contact add Eva")
    assert file.read_text().startswith("# mine\ncurrency = 'CHF'   # Swiss\n")
    funnel("config unset sender_name")
    assert [line for line in file.read_text().splitlines() if line] == (
        [line for line in text.splitlines() if line]
    )


def test_a_byte_order_mark_is_no_mistake(funnel: Run, file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbfcurrency = 'CHF' # Swiss\r\nvat = '8.1'\r\n")
    read = funnel("config get currency")
    assert (read.strip(), read.stderr) == ("CHF", "")
    assert funnel("config set vat 7.7").stderr == ""
    assert "currency = 'CHF' # Swiss" in file.read_text()
    assert tomllib.loads(file.read_text()) == {"currency": "CHF", "vat": "7.7"}


@pytest.mark.parametrize("said", ["europe/berlin", "EUROPE/BERLIN", "berlin"])
def test_a_time_zone_is_known_by_its_name_however_it_is_written(funnel: Run, said: str) -> None:
    assert "timezone = Europe/Berlin" in funnel("config", "set", "timezone", said)


def test_a_process_that_the_settings_name_and_the_database_has_not_is_said_to_be_theirs(
    funnel: Run, file: Path
) -> None:
    file.write_text("process = 'roofs'")
    for line in ("deal add Roof", "show", "process show"):
        said = funnel(line, exit=4).stderr
        assert "There is no process roofs, which the setting process names." in said, line
        assert "`funnel config set process …` names another." in said, line
    assert "setting" not in funnel("deal add Roof --process solar", exit=4).stderr


# What stands in the file, and what is said of it.
BROKEN = {
    "no TOML": ("currency = = 3", "cannot be read: Invalid value"),
    "no text": (b"currency = '\xff'", "cannot be read: "),
    "tables without end": ("x = " + "[" * 5000, "cannot be read: it is nested too deeply."),
    "digits without end": (
        "offer_days = " + "9" * 5000,
        "cannot be read: a number in it has too many digits.",
    ),
    "more than anybody writes": ("#" * (toml.MOST_CHARACTERS + 1), "cannot be read: it is longer"),
    "a setting that there is not": ("curency = 'EUR'", "has an unknown setting: curency."),
    "a list": ("currency = ['EUR']", "currency is no single value."),
    "a table": ("[currency]\nx = 1", "currency is no single value."),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_is_said_and_mended(funnel: Run, file: Path, kind: str) -> None:
    text, told = BROKEN[kind]
    data = text if isinstance(text, bytes) else text.encode()
    file.write_bytes(data)
    error = funnel("contact list", exit=None)
    assert error.exit_code in (1, 2)
    assert told in error.stderr
    assert str(file) in error.stderr
    listed = funnel("config list")
    assert told in listed.stderr
    assert listed.rows[0][0] == "db"
    changed = funnel("config set vat 19")
    kept = f"{file}.broken"
    assert f"Warning: What could not be read is kept: {kept}\n" in changed.stderr
    assert Path(kept).read_bytes() == data
    assert tomllib.loads(file.read_text()) == {"vat": "19"}
    assert funnel("contact list").stderr == ""


def test_a_pipe_is_not_waited_for(funnel: Run, file: Path) -> None:
    os.mkfifo(file)
    assert "cannot be read: it is no file." in funnel("contact list", exit=1).stderr
    funnel("status --short", exit=None)
    funnel("config set vat 19")


WRONG = [
    ("FUNNEL_LOCALE", "xx_YY", "xx_YY is no locale. Used instead: en_US."),
    ("FUNNEL_TIMEZONE", "Mars/Base", "Mars/Base is no time zone. Used instead: the system's."),
    ("FUNNEL_LANGUAGE", "fr", "fr is no language that funnel speaks. Used instead: en."),
    ("FUNNEL_COLOR", "blue", "blue is neither true nor false. Used instead: True."),
]


@pytest.mark.parametrize(("variable", "value", "told"), WRONG)
def test_a_wrong_setting_is_named_and_passed_over(
    funnel: Run, file: Path, environment: dict[str, str], variable: str, value: str, told: str
) -> None:
    name = variable.removeprefix("FUNNEL_").lower()
    funnel("contact add Eva")
    said = funnel("contact list", env={variable: value})
    assert said.stderr == f"Warning: {variable}: {told}\n"
    assert "Eva" in said
    environment.pop(variable, None)
    file.write_text(f'{name} = "{value}"\n')
    assert funnel("contact list").stderr == f"Warning: config.toml: {told}\n"
    assert value in funnel("config", "set", name, value, exit=2).stderr


def test_what_amounts_depend_on_is_refused_and_named(funnel: Run, file: Path) -> None:
    file.write_text('currency = "nope"\n')
    told = funnel("deal add Roof --value 3", exit=2).stderr
    assert told.startswith("Error: config.toml: There is no currency “nope”.")
    listed = funnel("config list --json")
    assert "config.toml: There is no currency" in listed.stderr
    assert [row["value"] for row in listed.json if row["name"] == "currency"] == ["nope"]


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("TZ", "Mars/Base", "TZ: Mars/Base is no time zone. Used instead: UTC."),
        ("TZ", "CET-1CEST", ""),
        ("TZ", ":Europe/Rome", ""),
        ("LC_ALL", "xx_YY.UTF-8", "LC_ALL: xx_YY is no locale. Used instead: en_US."),
        ("LANG", "zz_DE.UTF-8@euro", "LANG: zz_DE is no locale. Used instead: en_US."),
        ("LC_ALL", "fr_FR.UTF-8", ""),
        ("LC_ALL", "C.UTF-8", ""),
    ],
)
def test_what_the_system_says_wrongly_is_named(
    funnel: Run, environment: dict[str, str], variable: str, value: str, told: str
) -> None:
    for name in ("LANGUAGE", "LOCALE", "TIMEZONE"):
        del environment[f"FUNNEL_{name}"]
    system = {"LC_ALL": "", "LC_MESSAGES": "", "LANG": "", variable: value}
    said = funnel("contact list", env=system).stderr
    assert said.partition(": ")[2] == (f"{told}\n" if told else "")


def test_settings_changed_at_the_same_time_are_all_there(
    environment: dict[str, str], file: Path
) -> None:
    changes = {"sender_name": "A", "vat": "19", "offer_days": "12", "copies_daily": "3"}
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "funnelcli", "config", "set", *change],
            env=process_environment(environment),
            stdout=subprocess.DEVNULL,
        )
        for change in changes.items()
    ]
    assert [one.wait(60) for one in running] == [0] * len(changes)
    read = tomllib.loads(file.read_text())
    assert {name: str(value) for name, value in read.items()} == changes
    assert file.stat().st_mode & 0o777 == 0o600
