"""Reminders: what is due now, told once, by notification, mail and a calendar file."""

from __future__ import annotations

import json
import os
import shlex
import socket
import sys
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from threading import Thread
from types import ModuleType, SimpleNamespace

import pytest

from conftest import Clock, Run
from funnelcli.actions.reminding import notification

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="notify-send and shell scripts")


class Programs:
    """Programs of the system that keep what they were given."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.put("notify-send")
        self.put("sendmail")

    def put(self, name: str, script: str = "", kept: bool = True) -> Path:
        """A program that keeps its arguments and its standard input, and then does this."""
        path = self.folder / name
        keep = f"""exec {sys.executable} -c 'import json, sys
with open("{self.folder}/{name}.told", "a") as out:
    out.write(json.dumps([sys.argv[1:], sys.stdin.read()]) + "\\n")' "$@" """
        path.write_text(f"#!/bin/sh\n{script or keep}\n", encoding="utf-8")
        path.chmod(0o700)
        return path

    def told(self, name: str = "notify-send") -> list[tuple[list[str], str]]:
        """What a program was given since the last time."""
        path = self.folder / f"{name}.told"
        if not path.exists():
            return []
        lines = path.read_text(encoding="utf-8").splitlines()
        path.unlink()
        return [(args, text) for args, text in map(json.loads, lines)]


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return Programs(folder)


@pytest.fixture
def work(funnel: Run, clock: Clock) -> Run:
    """Tuesday, nine in the morning; a call at ten, and things without a time of day."""
    funnel("contact", "add", "Hans Müller", "--phone", "+49 221 4711 0815")
    funnel("deal add Dach --contact 1 --value 5k")
    funnel("next Dach 'call <b>back</b>' --kind call --due 'today 10:00'")
    funnel("next Dach --due today -- '-letter'")
    funnel("next Dach 'see the roof' --kind visit --due 'tomorrow 8:00'")
    return funnel


@pytest.mark.long
def test_each_thing_is_told_once_and_in_time(work: Run, clock: Clock, programs: Programs) -> None:
    """What has a time of day a quarter of an hour before it, the rest from the morning on."""
    clock.set("2026-11-24 08:59")
    assert (work("remind"), programs.told()) == ("", [])
    clock.set("2026-11-24 09:00")
    assert [row[4] for row in work("remind").rows] == ["-letter"]
    ((words, _text),) = programs.told()
    assert words == ["--app-name=funnel", "--", "-letter", "Hans Müller · Dach\nfunnel step done 2"]
    clock.set("2026-11-24 09:44")
    assert work("remind") == ""
    clock.advance(minutes=1)
    assert work("remind --dry-run --json").json[0]["phone"] == "+4922147110815"
    work("remind -q")
    ((words, _text),) = programs.told()
    # notify-send takes markup in its text, and none in its title.
    assert words[2:] == [
        "10:00 call <b>back</b>",
        "Hans Müller · Dach · +4922147110815\nfunnel call id:1",
    ]
    assert "Nothing is due now" in work("remind", tty=True)
    # Put off, it is due once more; done, it is not.
    work("step edit 1 --due 'today 11:00'")
    work("step done 2")
    clock.set("2026-11-24 10:50")
    work("remind --ahead 5m")
    assert programs.told() == []
    work("remind")
    assert [words[2] for words, _text in programs.told()] == ["11:00 call <b>back</b>"]
    # Over night, ahead of midnight too; and what fell due meanwhile, late.
    clock.set("2026-11-26 07:00")
    work("remind")
    assert [words[2] for words, _text in programs.told()] == ["Wed Nov 25 08:00 see the roof"]
    work("remind --again")
    assert len(programs.told()) == 2


def test_many_things_are_one_notification(funnel: Run, programs: Programs) -> None:
    """So that a Monday morning is no flood; in German it is told in German."""
    funnel("contact add Eva")
    for number in range(9):
        funnel(f"next --contact Eva 'letter {number}' --due today")
    funnel("remind -q", env={"FUNNEL_LANGUAGE": "de"})
    ((words, _text),) = programs.told()
    assert words[2] == "9 Sachen sind fällig"
    assert words[3].splitlines()[::8] == ["letter 0, Eva", "… und 1 weitere: funnel today"]


def test_a_way_that_fails_is_tried_again_and_keeps_no_other(work: Run, programs: Programs) -> None:
    """What could not be told is not taken to be told."""
    programs.put("notify-send", "echo no bus >&2; exit 1")
    both = ("remind", "-q", "--by", "notification", "--by", "mail")
    mine = {"FUNNEL_MAIL_TO": "me@example.com"}
    failed = work(*both, env=mine, exit=1)
    assert "notify-send: no bus" in failed.stderr
    ((words, text),) = programs.told("sendmail")
    assert words == ["-i", "--", "me@example.com"]
    mail = message_from_bytes(text.encode(), policy=policy.default)
    assert isinstance(mail, EmailMessage)
    assert (mail["Subject"], mail["To"]) == ("funnel: -letter", "me@example.com")
    assert mail.get_content().splitlines() == [
        "-letter",
        "Hans Müller · Dach",
        "funnel step done 2",
    ]
    programs.put("notify-send")
    work(*both, env=mine)
    assert (len(programs.told()), programs.told("sendmail")) == (1, [])
    own = programs.put("own tool")
    command = {"FUNNEL_NOTIFY_COMMAND": shlex.join([str(own), "--title"])}
    work("remind -q --again", env=command)
    assert [words for words, _text in programs.told("own tool")] == [
        ["--title", "-letter", "Hans Müller · Dach\nfunnel step done 2"]
    ]
    for name in ("notify-send", "sendmail"):
        (programs.folder / name).unlink()
    assert "notify_command" in work("remind --again", env={"PATH": "/nowhere"}, exit=1).stderr
    nobody = {"PATH": "/nowhere", "FUNNEL_SENDMAIL": "/nowhere/sendmail"}
    work("remind --again --by mail", env=nobody | mine, exit=1)
    assert "Nobody is named" in work("remind --again --by mail", env=nobody, exit=2).stderr
    odd = mine | {"FUNNEL_MAIL_TO": "a@b.de\nBcc: all@b.de"}
    work("remind --again --by mail", env=odd, exit=2)


class Server:
    """A mail server that keeps one mail; it offers what it is told to."""

    def __init__(self, offers: str = "") -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.offers = offers
        self.lines: list[str] = []
        self.data = b""
        self.thread = Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        connection, _address = self.listener.accept()
        with connection, connection.makefile("rwb", buffering=0) as stream:
            stream.write(b"220 here\r\n")
            while line := stream.readline():
                said = line.decode().strip()
                self.lines.append(said)
                word = said.split(" ")[0].upper()
                if word == "DATA":
                    stream.write(b"354 go\r\n")
                    while (part := stream.readline()) not in (b".\r\n", b""):
                        self.data += part
                answer = f"250-here\r\n250 {self.offers or 'HELP'}" if word == "EHLO" else "250 ok"
                stream.write(b"221 bye\r\n" if word == "QUIT" else f"{answer}\r\n".encode())
                if word == "QUIT":
                    break

    def close(self) -> None:
        """Wait for its end."""
        self.listener.close()
        self.thread.join(5)


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


def test_a_mail_server_gets_the_mail_but_no_password_in_the_clear(
    work: Run, programs: Programs, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Encryption is asked for, and without it nothing goes out that is secret."""
    there = {
        "FUNNEL_MAIL_TO": "me@example.com",
        "FUNNEL_MAIL_FROM": "funnel@example.com",
        "FUNNEL_SMTP_HOST": "127.0.0.1",
        "FUNNEL_SMTP_PORT": str(server.port),
    }
    plain = there | {"FUNNEL_SMTP_SECURITY": "none"}
    work("remind -q --by mail", env=plain | {"FUNNEL_LANGUAGE": "de"})
    server.close()
    # Python's own library has written these in capitals, partly and not at all.
    said = [line.lower() for line in server.lines]
    assert [line for line in said if line.startswith(("mail", "rcpt"))] == [
        "mail from:<funnel@example.com>",
        "rcpt to:<me@example.com>",
    ]
    mail = message_from_bytes(server.data, policy=policy.default)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert programs.told("sendmail") == []
    user = {"FUNNEL_SMTP_USER": "me"}
    refused = work("remind --again --by mail", env=plain | user, exit=3)
    assert "Without encryption no password" in refused.stderr
    # The server here offers no encryption: nothing is sent.
    other = Server()
    keys: dict[tuple[str, str], str] = {}
    keyring = ModuleType("keyring")
    errors = SimpleNamespace(KeyringError=RuntimeError)
    keyring.get_password = lambda service, name: keys.get((service, name))  # type: ignore[attr-defined]
    keyring.set_password = lambda service, name, key: keys.update({(service, name): key})  # type: ignore[attr-defined]
    keyring.errors = errors  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)  # type: ignore[arg-type]
    at = there | user | {"FUNNEL_SMTP_PORT": str(other.port)}
    assert "--set-password" in work("remind --again --by mail", env=at, exit=1).stderr
    monkeypatch.setattr("getpass.getpass", lambda _question: "s3cret")
    assert "terminal" in work("remind --set-password", env=at, exit=2).stderr
    work("remind --set-password", env=at, tty=True)
    assert keys == {("funnel smtp", "me@127.0.0.1"): "s3cret"}
    assert "could not be sent" in work("remind --again --by mail", env=at, exit=1).stderr
    other.close()
    assert not any("AUTH" in line.upper() or "MAIL" in line.upper() for line in other.lines)
    # With it, the password goes to the server and nowhere else.
    spoken = _talk(monkeypatch)
    tls = at | {"FUNNEL_SMTP_SECURITY": "tls", "FUNNEL_SMTP_PORT": "465"}
    work("remind -q --again --by mail", env=tls)
    assert spoken == ["127.0.0.1:465", "login me s3cret", "to me@example.com"]


def _talk(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is said to a server by TLS, whose certificate is checked."""
    spoken: list[str] = []

    class Fake:
        def __init__(self, host: str, port: int, *, timeout: float, context: object) -> None:
            assert context.verify_mode.name == "CERT_REQUIRED"  # type: ignore[attr-defined]
            assert timeout
            spoken.append(f"{host}:{port}")

        def __enter__(self) -> Fake:
            return self

        def __exit__(self, *_error: object) -> None:
            pass

        def login(self, user: str, secret: str) -> None:
            spoken.append(f"login {user} {secret}")

        def send_message(self, message: EmailMessage) -> None:
            spoken.append(f"to {message['To']}")

    monkeypatch.setattr("smtplib.SMTP_SSL", Fake)
    return spoken


@pytest.mark.sqlite("a calendar beside the file")
def test_a_calendar_file_is_kept_fresh(work: Run, tmp_path: Path, clock: Clock, db: str) -> None:
    """It is written when something has changed, whole or not at all, and stands in the log."""
    file = tmp_path / "funnel.ics"
    assert work("remind", "--ics", file, "-q") == ""
    text = file.read_text(encoding="utf-8")
    assert "SUMMARY:see the roof" in text
    before = file.stat().st_ino
    clock.advance(minutes=5)
    work("remind", "--ics", file, "-q")
    assert file.stat().st_ino == before
    work("step edit 3 --due 'tomorrow 9:00'")
    work("remind", "--ics", file, "-q")
    assert file.stat().st_ino != before
    logged = work("export log --json").json
    assert [(one["command"], one["contacts"]) for one in logged] == [("remind", 1)] * 2
    work("remind", "--ics", tmp_path / "none" / "a.ics", exit=1)
    assert "program's own file" in work("remind", "--ics", db, exit=2).stderr


def test_a_timer_is_printed_and_nothing_is_installed(work: Run, tmp_path: Path, db: str) -> None:
    """With the options and the places of this call, quoted as each of them needs it."""
    home = {"HOME": str(tmp_path)}
    text = work("remind", "--install", "--by", "mail", "--ics", "/srv/50% off/f.ics", env=home)
    assert "OnCalendar=*:0/5" in text
    (start,) = (line for line in text.lines if line.startswith("ExecStart="))
    assert start.endswith('remind --quiet --by mail --ics "/srv/50%% off/f.ics"')
    place = "FUNNEL_DB=" + db.replace("%", "%%")
    assert {f"Environment={place}", f'Environment="{place}"'} & {*text.lines}
    assert text.lines[-1].startswith("*/5 * * * * FUNNEL_CONFIG_DIR=")
    assert text.lines[-1].endswith("--ics '/srv/50\\% off/f.ics'")
    assert not (tmp_path / ".config").exists()


def test_other_platforms_get_the_text_as_data(funnel: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a Mac as arguments of a script, on Windows in variables: never as a part of the script."""
    text = "'; rm -rf ~; $(reboot)"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert notification.command(text, text)[-2:] == [text, text]
    monkeypatch.setattr(sys, "platform", "win32")
    words = notification.command(text, text)
    assert words[0] == "powershell"
    assert text not in " ".join(words)


def test_settings_that_cannot_be_are_refused(funnel: Run) -> None:
    """And say what can."""
    for name, value in (
        ("remind_by", "pigeon"),
        ("remind_ahead", "25h"),
        ("smtp_port", "0"),
        ("smtp_security", "some"),
        ("hook_seconds", "21"),
    ):
        funnel("config", "set", name, value, exit=2)
    funnel("config set remind_by E-Mail,notification")
    assert funnel("config get remind_by") == "mail,notification\n"
    funnel("remind --by pigeon", exit=2)
