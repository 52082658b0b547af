"""What was tried against the page for the phone, and what came of it (docs/security.md)."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from conftest import Clock, Run
from funnelcli.phone import devices, files, guard
from funnelcli.phone.guard import Denied, Guard
from funnelcli.phone.place import base_of, place_of

BASE = "https://laptop.example.ts.net:8635"
HOST = "laptop.example.ts.net:8635"
PLACE = place_of(BASE, 8635, tls=True, hosts=["192.168.1.20"])
PATHS = {"/": "GET", "/api/day": "GET", "/api/brief/": "GET", "/api/notes": "POST"}
PATHS |= {"/api/pair": "POST"}
KEY = "a-right-key-of-forty-three-letters-or-so..."
Headers = list[tuple[bytes, bytes]]


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def code(self) -> str:
        """The code of a refusal."""
        return str(json.loads(self.body)["error"]["code"])


class Holder(NamedTuple):
    """Who has a key."""

    id: int = 3


async def _owner(key: str) -> Holder | None:
    if key == KEY[::-1]:
        raise Denied("withdrawn")
    return Holder() if key == KEY else None


async def _inner(scope: Any, _receive: Any, send: Any) -> None:
    body = scope.get("body", b"")
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"in:" + body})


class Door:
    """The guard before an application that answers everything."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.guard = Guard(_inner, PLACE, PATHS, _owner, self.log.append)

    def __call__(
        self,
        path: str = "/api/day",
        method: str = "GET",
        *,
        host: str | None = HOST,
        key: str | None = KEY,
        body: bytes = b"",
        pieces: int = 1,
        more: Headers | None = None,
        kind: str = "application/json",
        query: bytes = b"",
        never: bool = False,
    ) -> Answer:
        """What is answered to a request."""
        headers = [] if host is None else [(b"host", host.encode())]
        headers += [(b"authorization", f"Bearer {key}".encode())] if key is not None else []
        headers += [(b"content-type", kind.encode())] if method == "POST" else []
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query,
            "headers": headers + (more or []),
            "client": ("192.0.2.7", 999),
        }
        size = max(1, len(body) // pieces)
        parts = [body[at : at + size] for at in range(0, len(body), size)] or [b""]
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            if never:
                await asyncio.sleep(60)
            return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

        async def send(message: Any) -> None:
            sent.append(message)

        asyncio.run(self.guard(scope, receive, send))
        found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        assert len(found) == len(sent[0]["headers"]), "a header stands there twice"
        return Answer(sent[0]["status"], found, sent[1]["body"])


@pytest.fixture
def door() -> Door:
    """A guard of its own for a test."""
    return Door()


def test_who_has_a_key_is_answered_with_every_header(door: Door) -> None:
    found = door()
    assert (found.status, found.body) == (200, b"in:")
    assert found.headers["cache-control"] == "no-store"
    assert set(guard.HEADERS) <= set(found.headers)
    assert "'unsafe" not in found.headers["content-security-policy"]
    assert found.headers["content-security-policy"].startswith("default-src 'none';")
    assert found.headers["strict-transport-security"] == "max-age=31536000"
    # Another server may answer at the same address, or on this computer, without TLS.
    assert "strict-transport-security" not in door(host="localhost:8635").headers
    assert door(key=None, path="/").status == 200
    assert door.log == []


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [
        ({"key": None}, 401, "key"),
        ({"key": "wrong-key-of-forty-three-letters-or-so....."}, 401, "key"),
        ({"key": KEY[:20]}, 401, "key"),
        ({"key": KEY * 9}, 401, "key"),
        ({"key": KEY[::-1]}, 401, "withdrawn"),
        ({"host": "evil.example"}, 421, "host"),
        ({"host": "laptop.example.ts.net"}, 421, "host"),
        ({"host": "localhost"}, 421, "host"),
        ({"host": None}, 421, "host"),
        ({"more": [(b"host", HOST.encode())]}, 400, "malformed"),
        ({"more": [(b"authorization", b"Bearer x")]}, 400, "malformed"),
        ({"more": [(b"origin", b"https://evil.example")]}, 403, "origin"),
        ({"more": [(b"origin", b"null")]}, 403, "origin"),
        ({"more": [(b"sec-fetch-site", b"cross-site")]}, 403, "origin"),
        ({"more": [(b"sec-fetch-site", b"same-site")]}, 403, "origin"),
        ({"path": "/../pyproject.toml"}, 404, "missing"),
        ({"path": "/app.py"}, 404, "missing"),
        ({"path": "//etc/passwd"}, 404, "missing"),
        ({"path": "/api/"}, 404, "missing"),
        ({"path": "/api/day/"}, 404, "missing"),
        ({"path": "/api/brief/" + "x" * 300}, 404, "missing"),
        ({"query": b"q=" + b"x" * 3000}, 404, "missing"),
        ({"method": "POST"}, 405, "method"),
        ({"method": "TRACE"}, 405, "method"),
        ({"method": "DELETE", "path": "/"}, 405, "method"),
        ({"path": "/api/notes", "method": "POST", "kind": "text/plain"}, 415, "type"),
        ({"path": "/api/notes", "method": "POST", "body": b"x" * 262_145}, 413, "large"),
        ({"more": [(b"x-long", b"x" * 20_000)]}, 413, "large"),
        ({"path": "/api/notes", "method": "POST", "body": b"x" * 262_145, "pieces": 50}, 413,
         "large"),
        ({"path": "/api/notes", "method": "POST",
          "more": [(b"content-length", b"99999999999999999999")]}, 413, "large"),
    ],
)  # fmt: skip
def test_what_is_refused_is_logged_without_what_was_sent(
    door: Door, wrong: dict[str, Any], status: int, code: str
) -> None:
    found = door(**wrong)
    assert (found.status, found.code) == (status, code)
    assert found.headers["cache-control"] == "no-store"
    assert set(guard.HEADERS) <= set(found.headers)
    (line,) = door.log
    assert f"refused {code} " in line
    for secret in (KEY[:20], "evil", "passwd", "pyproject", "xxxxx", "wrong-key"):
        assert secret not in line


def test_the_right_origin_is_let_in(door: Door) -> None:
    for origin, host in ((BASE, HOST), ("https://192.168.1.20:8635", "192.168.1.20:8635")):
        found = door(host=host, more=[(b"origin", origin.encode()),
                                      (b"sec-fetch-site", b"same-origin")])  # fmt: skip
        assert found.status == 200


def test_a_body_that_never_ends_is_given_up(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "PATIENCE", 0.01)
    found = door("/api/notes", "POST", never=True)
    assert (found.status, found.code) == (408, "slow")


def test_wrong_keys_are_slowed_down_and_the_right_one_is_not() -> None:
    door = Door()

    async def clock() -> None:
        wrong = [door.guard.wrong.take("address", 5.0) for _ in range(300)]
        assert wrong == [True] * 10 + [False] * 290
        assert door.guard.wrong.take("address", 66.0)
        assert door.guard.wrong.take("another", 5.0)

    asyncio.run(clock())
    codes = [door(key="wrong-key-of-forty-three-letters-or-so.....").code for _ in range(12)]
    assert codes[:10] == ["key"] * 10
    assert codes[11] == "rate"
    assert door().status == 200


def test_what_goes_wrong_inside_says_nothing_of_what_was_sent(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_scope: Any, _receive: Any, _send: Any) -> None:
        raise ValueError("Petra Müller, +49 171 2345678")

    monkeypatch.setattr(door.guard, "app", broken)
    found = door()
    assert (found.status, found.code) == (500, "failed")
    assert "Petra" not in door.log[0] + found.body.decode()
    assert "ValueError" in door.log[0]


def test_a_websocket_is_closed(door: Door) -> None:
    sent = []

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(door.guard({"type": "websocket"}, send, send))
    assert sent == [{"type": "websocket.close", "code": 1008}]


@pytest.mark.parametrize(
    "url",
    ["laptop", "ftp://laptop", "https://", "https://a/b", "https://u@a", "https://a:b", "http://a?q",
     "https://a#k"],
)  # fmt: skip
def test_an_address_that_is_none_is_said(funnel: Run, url: str) -> None:
    assert "is no address of a server" in funnel("phone", "pair", "--url", url, exit=2).stderr


def test_addresses_are_written_as_browsers_do() -> None:
    assert base_of("https://Laptop.Example:443/") == "https://laptop.example"
    assert base_of("http://localhost:8635") == "http://localhost:8635"
    assert base_of("http://[::1]:8635") == "http://[::1]:8635"


@pytest.fixture
def here(funnel: Run, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> str:
    """The database, with the settings of the test in this process too."""
    monkeypatch.setenv("FUNNEL_CONFIG_DIR", environment["FUNNEL_CONFIG_DIR"])
    return environment["FUNNEL_DB"]


@pytest.fixture
def paired(here: str) -> str:
    """The key of a phone of the test's database."""
    return devices.pair(here, devices.pairing_key(here), "Anna's\n\x1b[31m iPhone")


def test_a_pairing_key_is_good_once_and_for_ten_minutes(here: str, clock: Clock) -> None:
    code = devices.pairing_key(here)
    assert devices.holder(here, code) is None, "it lets nobody in by itself"
    with pytest.raises(devices.Refused):
        devices.pair(here, code[:-1] + "x", "phone")
    key = devices.pair(here, code, "one")
    with pytest.raises(devices.Refused):
        devices.pair(here, code, "two")
    old, new = devices.pairing_key(here), devices.pairing_key(here)
    with pytest.raises(devices.Refused):
        devices.pair(here, old, "three")
    clock.advance(minutes=10)
    with pytest.raises(devices.Refused):
        devices.pair(here, new, "four")
    found = devices.holder(here, key)
    assert found is not None
    assert found.name == "one"
    assert [device.name for device in devices.listed(here)] == ["one"]


def test_no_key_is_kept(here: str, paired: str) -> None:
    with open(devices.path(), "rb") as file:
        data = file.read()
    assert paired.encode() not in data
    assert b"iPhone" in data
    assert Path(devices.path()).stat().st_mode & 0o077 == 0


def test_the_code_is_drawn_with_its_link(funnel: Run, here: str) -> None:
    pytest.importorskip("segno", reason="segno comes with the extra phone")
    assert "Nobody has served the page yet" in funnel("phone pair", exit=2).stderr
    plain = {"NO_COLOR": "1"}
    *drawn, said, link = funnel("phone", "pair", "--url", f"{BASE}/", tty=True, env=plain).lines
    assert len(drawn) > 15
    assert {*"".join(drawn)} == {*" ▀▄█"}
    assert "within ten minutes" in said
    base, code = link.split("/#k=")
    assert base == BASE
    assert devices.pair(here, code, "phone")


@pytest.mark.sqlite("copies of the file")
def test_a_phone_is_revoked_for_good(funnel: Run, here: str, paired: str) -> None:
    copy = f"{here}.kept"
    funnel("contact add Eva")
    funnel("backup", copy)
    (row,) = funnel("phone devices --json").json
    assert row["name"] == "Anna's \x1b[31m iPhone"
    assert row["state"] == "paired"
    assert "let in no longer" in funnel("phone revoke 1")
    for words in (["undo"], ["restore", copy, "-y"]):
        funnel(*words)
        found = devices.holder(here, paired)
        assert found is not None
        assert found.revoked_at is not None
    assert funnel("phone devices --json").json[0]["state"] == "revoked"
    assert "There is no phone 7" in funnel("phone revoke 7", exit=4).stderr


def test_a_key_is_good_for_its_own_database_alone(here: str, paired: str) -> None:
    assert devices.holder(here, paired) is not None
    assert devices.holder(f"{here}.other", paired) is None


def test_without_the_extra_it_says_what_installs_it(
    funnel: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "segno", None)
    for line in ("phone pair", "phone --port 0"):
        found = funnel(line, exit=1)
        assert "pip install 'funnelcli[phone]' installs it." in found.stderr


def test_which_phone_is_meant_is_said_by_id_or_name(funnel: Run, here: str) -> None:
    for name in ("iPhone", "iPhone", "Pixel"):
        devices.pair(here, devices.pairing_key(here), name)
    assert "fits 2 records" in funnel("phone revoke iphone", exit=5).stderr
    assert "Pixel (phone 3)" in funnel("phone revoke PIXEL")
    funnel("phone revoke 1")
    # Of two of one name the one is meant that is still let in.
    assert "iPhone (phone 2)" in funnel("phone revoke iPhone")
    assert {row["state"] for row in funnel("phone devices --json").json} == {"revoked"}
    german = {"FUNNEL_LANGUAGE": "de"}
    assert "entzogen" in funnel("phone devices", env=german, tty=True, width=120)


def test_only_a_certificate_with_its_key_is_taken(funnel: Run, tmp_path: Path) -> None:
    pytest.importorskip("starlette", reason="starlette comes with the extra phone")
    pytest.importorskip("segno", reason="segno comes with the extra phone")
    assert "go together" in funnel("phone --cert cert.pem", exit=2).stderr
    nothing = tmp_path / "cert.pem"
    nothing.write_text("-----BEGIN CERTIFICATE-----\n", encoding="utf-8")
    found = funnel("phone", "--cert", nothing, "--key", nothing, exit=1)
    assert "are no certificate and its key" in found.stderr
    found = funnel("phone", "--cert", tmp_path / "no", "--key", tmp_path / "no", exit=1)
    assert "and its key: No such file or directory." in found.stderr


def test_the_page_makes_no_markup_of_texts_and_asks_nobody_else() -> None:
    folder = Path(files.FOLDER)
    for path in folder.glob("*.js"):
        text = path.read_text("utf-8")
        found = re.findall(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc"
            r"|DOMParser|createContextualFragment|\.cssText",
            text,
        )
        assert found == [], path.name
    page = (folder / "index.html").read_text("utf-8")
    assert re.findall(r"<style|\sstyle=|\son\w+=|javascript:|<iframe|<form", page) == []
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))
    for link in re.findall(r"(?:src|href)=\"?([^\" >]+)", page):
        assert not link.startswith(("http:", "https:", "//")), link
