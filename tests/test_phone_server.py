"""The server of the page for the phone, spoken to over the network as a phone does, and by whoever
means no good."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pytest

pytest.importorskip("starlette", reason="starlette comes with the extra phone")
pytest.importorskip("uvicorn", reason="uvicorn comes with the extra phone")
pytest.importorskip("segno", reason="segno comes with the extra phone")

from funnelcli.phone.place import lan_address
from funnelcli.phone.serving import EACH

pytestmark = pytest.mark.long

FUNNEL = (sys.executable, "-m", "funnelcli")


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of a refusal."""
        return str(self.json["error"]["code"])


class Server:
    """``funnel phone`` in a process of its own."""

    def __init__(
        self, folder: Path, *options: str, host: str = "localhost", trust: str | None = None
    ) -> None:
        self.environment = {
            **{name: text for name, text in os.environ.items() if not name.startswith("FUNNEL_")},
            "FUNNEL_DB": str(folder / "funnel.db"),
            "FUNNEL_CONFIG_DIR": str(folder / "config"),
            "FUNNEL_LANGUAGE": "en",
            "FUNNEL_LOCALE": "en_US",
            "FUNNEL_TIMEZONE": "Europe/Berlin",
        }
        self.folder, self.options = folder, options
        self.trust = None if trust is None else ssl.create_default_context(cafile=trust)
        self.process: subprocess.Popen[str] | None = None
        self.said: list[str] = []
        self.host = host
        with closing(socket.create_server(("127.0.0.1", 0))) as free:
            self.port = free.getsockname()[1]
        self.key = ""
        self.start()

    def start(self) -> None:
        """Begin to serve."""
        options = [option.replace("PORT", str(self.port)) for option in self.options]
        line = [*FUNNEL, "phone", "--port", str(self.port), *options]
        self.process = subprocess.Popen(
            line, env=self.environment, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
        )
        assert self.process.stderr is not None
        for text in self.process.stderr:
            self.said.append(text)
            if found := re.search(r"The page is at (\S+)", text):
                self.base = found[1]
                break
        else:
            raise AssertionError("".join(self.said))
        threading.Thread(target=self._listen, args=(self.process.stderr,), daemon=True).start()

    def _listen(self, stream: Any) -> None:
        with suppress(ValueError):
            self.said.extend(stream)

    def end(self, how: int = signal.SIGTERM) -> int:
        """End it; its exit code."""
        assert self.process is not None
        self.process.send_signal(how)
        code = self.process.wait(30)
        assert self.process.stderr is not None
        self.process.stderr.close()
        return code

    def funnel(self, *words: str) -> str:
        """What a command prints meanwhile."""
        done = subprocess.run(
            [*FUNNEL, *words], env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    def code(self) -> str:
        """A pairing key."""
        return self.funnel("phone", "pair").splitlines()[-1].partition("#k=")[2]

    def pair(self, name: str = "phone") -> str:
        """The key of a phone that was paired just now."""
        answer = self("POST", "/api/pair", {"code": self.code(), "name": name}, key="")
        assert answer.status == 200, answer
        self.key = answer.json["key"]
        return self.key

    def connection(self) -> http.client.HTTPConnection:
        """A connection to it, as to its host, wherever a name server would find that."""
        made: Any
        if self.trust is not None:
            made = http.client.HTTPSConnection(self.host, self.port, context=self.trust, timeout=30)
        else:
            made = http.client.HTTPConnection(self.host, self.port, timeout=30)
        made._create_connection = lambda _at, *more: socket.create_connection(
            ("127.0.0.1", self.port), *more
        )
        return made  # type: ignore[no-any-return]

    def __call__(
        self,
        method: str,
        path: str,
        data: Any = None,
        *,
        key: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """What it answers."""
        said = dict(headers or {})
        if key != "":
            said["Authorization"] = f"Bearer {key or self.key}"
        body = data if isinstance(data, bytes) or data is None else json.dumps(data).encode()
        if body is not None:
            said.setdefault("Content-Type", "application/json")
        with closing(self.connection()) as to:
            to.request(method, path, body, said)
            answer = to.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, found, answer.read())

    def raw(self, data: bytes, wait: float = 15) -> bytes:
        """What it answers to bytes, until it closes the connection."""
        with closing(socket.create_connection(("localhost", self.port), wait)) as to:
            to.sendall(data)
            parts = []
            with suppress(TimeoutError, ConnectionError):
                while part := to.recv(65536):
                    parts.append(part)
            return b"".join(parts)


def sample(folder: Path) -> None:
    """The sample database of ``funnel demo``."""
    subprocess.run(
        [*FUNNEL, "demo", "--into", str(folder / "funnel.db")],
        env={**os.environ, "FUNNEL_CONFIG_DIR": str(folder / "config")},
        capture_output=True,
        check=True,
    )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of the sample, with a phone."""
    folder = tmp_path_factory.mktemp("phone")
    sample(folder)
    made = Server(folder, "--log", str(folder / "refused.log"))
    made.pair("Anna's iPhone")
    yield made
    assert made.end(signal.SIGINT) == 0
    assert made.process is not None


def test_the_day_is_answered(server: Server) -> None:
    found = server("GET", "/api/day")
    assert found.headers["cache-control"] == "no-store"
    assert "server" not in found.headers
    day = found.json
    assert (day["language"], day["device"]) == ("en", "Anna's iPhone")
    (one,) = [item for item in day["today"] if item["what"] == "send the revised offer"]
    brief = day["briefs"][one["contactId"]]
    assert brief["name"] == one["contact"] == "Petra Brandt"
    assert brief["phones"][0]["tel"].startswith("+49")
    assert {"label": "Deal", "text": brief["facts"][0]["text"]} == brief["facts"][0]
    assert server("GET", f"/api/brief/{one['contactId']}").json == brief
    assert [number["label"] for number in day["numbers"]][:3] == ["Due", "Late", "Rotten"]
    assert server("GET", "/api/brief/01ARZ3NDEKTSV4RRFFQ69G5FAV").code == "missing"
    assert server("GET", "/api/brief/1").code == "missing"
    assert server("HEAD", "/api/day").body == b""


def test_the_day_is_of_now(server: Server) -> None:
    assert "call the mayor" not in server("GET", "/api/day").body.decode()
    server.funnel("step", "add", "1", "call the mayor", "--due", "today")
    assert "call the mayor" in server("GET", "/api/day").body.decode()
    assert server("GET", "/api/day").json["today"] == server("GET", "/api/day").json["today"]
    server.funnel("undo")
    assert "call the mayor" not in server("GET", "/api/day").body.decode()


def test_what_is_searched_for_is_found(server: Server) -> None:
    hits = server("GET", "/api/search?q=brandt").json["hits"]
    assert {"kind": "contact", "title": "Petra Brandt"}.items() <= hits[0].items()
    assert server("GET", f"/api/brief/{hits[0]['contactId']}").json["name"] == "Petra Brandt"
    assert server("GET", "/api/search?q=").json == {"hits": []}
    assert server("GET", "/api/search?q=%22%27%29%20OR%201%3D1%00%FF%2A").json == {"hits": []}


def test_what_a_note_says_is_shown_and_nothing_written(server: Server) -> None:
    before = server.funnel("history", "--json")
    text = "met, 45 min, budget 20k, too expensive, send offer by fri"
    found = server("POST", "/api/recognise", {"text": text, "contact_id": None, "outcome": None})
    facts = {one["label"]: one["text"] for one in found.json["facts"]}
    assert facts["Outcome"] == "met"
    assert facts["Next step"].startswith("send offer, ")
    assert {"Duration", "Objection", "Budget"} <= set(facts)
    odd = server("POST", "/api/recognise", {"text": "call back on Tuesday, 2 December 2026"}).json
    assert odd["warnings"]
    assert "--" not in "".join(odd["warnings"])
    said = server("POST", "/api/recognise", {"text": "not there", "outcome": "met"}).json
    assert said["facts"][0] == {"label": "Outcome", "text": "met"}
    for wrong in ({"text": 7}, {"text": "x" * 20_001}, {"text": "a", "outcome": "won"}, [], {}):
        assert server("POST", "/api/recognise", wrong).code == "malformed"
    assert server.funnel("history", "--json") == before


def test_files_of_the_page_come_with_a_tag(server: Server) -> None:
    found = server("GET", "/", key="")
    assert found.headers["content-type"] == "text/html; charset=utf-8"
    assert found.headers["cache-control"] == "no-cache"
    tag = found.headers["etag"]
    assert server("GET", "/", key="", headers={"If-None-Match": tag}).status == 304
    words = server("GET", "/words.json", key="").json
    assert words["de"]["today"] == "Heute"
    # What anybody may see has nothing of anybody in it.
    for path in ("/", "/words.json"):
        assert b"Brandt" not in server("GET", path, key="").body
    for path in ("/../shown.py", "/%2e%2e/shown.py", "/..%2fshown.py", "/static/index.html",
                 "/index.html/..", "//index.html", "/app.py", "/funnel.db"):  # fmt: skip
        assert server("GET", path, key="").code == "missing", path


@pytest.mark.parametrize(
    "head",
    [
        "GET /api/day HTTP/1.1\r\n",
        "GET /api/day HTTP/1.1\r\nHost: localhost:PORT\r\nHost: localhost:PORT\r\n",
        "GET /api/day HTTP/1.1\r\nHost: evil.example\r\n",
        "GET http://evil.example/api/day HTTP/1.1\r\nHost: evil.example\r\n",
        "GET /api/day HTTP/1.0\r\n",
        "GET /api/day HTTP/9\r\nHost: localhost:PORT\r\n",
        "GET /api/day\x00 HTTP/1.1\r\nHost: localhost:PORT\r\n",
        "POST /api/notes HTTP/1.1\r\nHost: localhost:PORT\r\nContent-Length: -1\r\n",
        "POST /api/notes HTTP/1.1\r\nHost: localhost:PORT\r\nContent-Length: 5\r\n"
        "Transfer-Encoding: chunked\r\n",
        "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n",
        "GET /api/day HTTP/1.1\r\nHost: localhost:PORT\r\nX: " + "x" * 70_000 + "\r\n",
        "GET /" + "x" * 70_000 + " HTTP/1.1\r\nHost: localhost:PORT\r\n",
    ],
)
def test_requests_that_no_browser_makes_are_refused(server: Server, head: str) -> None:
    said = head.replace("PORT", str(server.port)) + f"Authorization: Bearer {server.key}\r\n\r\n"
    answer = server.raw(said.encode("latin-1"), 5)
    assert re.match(rb"HTTP/1\.[01] 4\d\d ", answer) or answer == b"", answer[:200]
    assert b"briefs" not in answer
    assert server("GET", "/api/day").status == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"notes"',
        b'{"notes": {}}',
        b'{"notes": NaN}',
        b"\xff\xfe",
        b'{"notes": "\xed\xa0\x80"}',
        b"[" * 100_000,
        b'{"a":' * 40_000,
    ],
)
def test_what_is_no_sound_json_is_refused(server: Server, body: bytes) -> None:
    found = server("POST", "/api/notes", body)
    assert (found.status, found.code) == (400, "malformed")
    assert server("POST", "/api/recognise", body).code == "malformed"


def test_more_than_is_taken_is_refused_before_it_is_read(server: Server) -> None:
    assert server("POST", "/api/notes", b" " * 262_145).code == "large"
    head = (
        f"POST /api/notes HTTP/1.1\r\nHost: localhost:{server.port}\r\n"
        f"Authorization: Bearer {server.key}\r\nContent-Type: application/json\r\n"
    )
    endless = f"{head}Transfer-Encoding: chunked\r\n\r\n".encode()
    endless += b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    answer = server.raw(endless + (b"10000\r\n" + b" " * 0x10000 + b"\r\n") * 5, 5)
    assert b" 413 " in answer.partition(b"\r\n")[0]
    assert b" 413 " in server.raw(f"{head}Content-Length: 99999999\r\n\r\n".encode(), 5)


def test_a_head_that_never_ends_is_closed(server: Server) -> None:
    begun = time.monotonic()
    assert server.raw(b"GET /api/day HTTP/1.1\r\nHost: localhost", 20) == b""
    assert time.monotonic() - begun < 15


def test_other_methods_and_types_are_refused(server: Server) -> None:
    for method in ("PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"):
        found = server(method, "/api/day")
        assert (found.status, found.code) == (405, "method")
    assert server("GET", "/api/notes").code == "method"
    found = server("POST", "/api/notes", b"{}", headers={"Content-Type": "text/plain"})
    assert (found.status, found.code) == (415, "type")
    found = server("GET", "/api/day", headers={"Origin": "http://evil.example"})
    assert (found.status, found.code) == (403, "origin")
    own = f"http://localhost:{server.port}"
    assert server("GET", "/api/day", headers={"Origin": own}).status == 200
    assert "access-control-allow-origin" not in found.headers


def test_a_pairing_code_lets_one_phone_in(server: Server) -> None:
    code, own = server.code(), server.key
    answers: list[Answer] = []

    def pair() -> None:
        answers.append(server("POST", "/api/pair", {"code": code, "name": "two"}, key=""))

    threads = [threading.Thread(target=pair) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status for answer in answers) == [200, 401, 401, 401]
    assert server("GET", "/api/day", key=code).code == "key"
    for wrong in ({}, {"code": 7}, {"code": "x", "name": []}, {"code": "", "name": "y" * 2000}):
        assert server("POST", "/api/pair", wrong, key="").status in (400, 401)
    (other,) = [answer.json["key"] for answer in answers if answer.status == 200]
    # One of two phones is revoked in the middle of what it does; the other goes on.
    assert server("GET", "/api/day", key=other).status == 200
    number = next(
        row["id"]
        for row in json.loads(server.funnel("phone", "devices", "--json"))
        if row["name"] == "two"
    )
    server.funnel("phone", "revoke", str(number))
    found = server("GET", "/api/day", key=other)
    assert (found.status, found.code) == (401, "withdrawn")
    assert server("GET", "/api/day", key=own).status == 200


def test_what_was_refused_is_logged_without_what_was_sent(server: Server) -> None:
    server("GET", "/api/search?q=Geheimnis", key="wrong-key-of-forty-three-letters-or-so.....")
    server("GET", "/Mustermann/../x", key="")
    text = (server.folder / "refused.log").read_text("utf-8")
    assert (server.folder / "refused.log").stat().st_mode & 0o077 == 0
    assert re.search(r"Z refused key GET /api/search from=127\.0\.0\.1$", text, re.MULTILINE)
    for word in ("Geheimnis", "Mustermann", "wrong-key", server.key, "Brandt"):
        assert word not in text
    assert "refused withdrawn GET /api/day from=127.0.0.1" in text


def test_what_is_written_down_comes_back_as_text(server: Server) -> None:
    name = '<script>alert("1")</script> & \u202eEva\x1b[31m'
    server.funnel("contact", "add", name)
    server.funnel("step", "add", "--contact", "alert", "<img src=x onerror=1>", "--due", "today")
    found = server("GET", "/api/day")
    assert found.headers["content-type"] == "application/json"
    assert found.headers["x-content-type-options"] == "nosniff"
    (item,) = [one for one in found.json["today"] if "onerror" in one["what"]]
    assert item["what"] == "<img src=x onerror=1>"
    assert "<script>" in item["contact"]


def test_while_another_program_writes_the_day_is_answered(server: Server) -> None:
    with closing(sqlite3.connect(server.environment["FUNNEL_DB"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert server("GET", "/api/day").status == 200
        other.execute("ROLLBACK")


def report(number: int, **said: Any) -> dict[str, Any]:
    """A note as the page makes it, with somebody new."""
    made = {"id": str(UUID(int=number)), "made_at": "2026-11-24T07:30:00.000Z"}
    return {**made, "text": "met, likes it", "prospect": {"name": f"Person{number} Neu"}, **said}


def test_a_note_is_filed_once_whoever_sends_it(server: Server) -> None:
    own = server.key
    other = server.pair("another")
    sent = {"notes": [report(1), report(2)]}
    states = []

    def send(key: str) -> None:
        found = server("POST", "/api/notes", sent, key=key)
        states.extend(one["state"] for one in found.json["results"])

    threads = [threading.Thread(target=send, args=(key,)) for key in (own, other, own, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    server.key = own
    assert sorted(states) == ["before"] * 6 + ["filed"] * 2
    (entry, *_rest) = json.loads(server.funnel("history", "--json"))
    assert entry["command"].startswith("funnel phone ")
    server.funnel("undo")
    names = {row["name"] for row in json.loads(server.funnel("contact", "list", "--json"))}
    assert ("Person1 Neu" in names, "Person2 Neu" in names) == (True, False)


def test_killed_in_the_middle_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    sample(tmp_path)
    server = Server(tmp_path)
    server.pair()
    notes = [report(number) for number in range(100, 160)]
    before = server.funnel("visit", "list", "--json").count('"id":')
    for delay in (0.05, 0.15, 0.3):
        killer = threading.Timer(delay, server.end, (signal.SIGKILL,))
        killer.start()
        with suppress(OSError, http.client.HTTPException):
            server("POST", "/api/notes", {"notes": notes})
        killer.join()
        server.start()
    found = server("POST", "/api/notes", {"notes": notes}).json["results"]
    assert {one["state"] for one in found} <= {"filed", "before"}
    visits = server.funnel("visit", "list", "--json").count('"id":')
    names = [row["name"] for row in json.loads(server.funnel("contact", "list", "--json"))]
    assert visits - before == len(notes)
    assert sorted(name for name in names if name.endswith(" Neu")) == sorted(
        note["prospect"]["name"] for note in notes
    )
    assert json.loads(server.funnel("doctor", "--json")) == []
    # While another program writes for long, the phone is told to come again.
    with closing(sqlite3.connect(server.environment["FUNNEL_DB"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        busy = server("POST", "/api/notes", {"notes": [report(900)]})
        assert (busy.status, busy.code) == (503, "busy")
        assert busy.headers["retry-after"]
        assert server("GET", "/api/day").status == 200
        other.execute("ROLLBACK")
    (again,) = server("POST", "/api/notes", {"notes": [report(900)]}).json["results"]
    assert again["state"] in ("filed", "before")
    server.end()


def test_it_is_at_this_computer_alone(server: Server) -> None:
    own = lan_address()
    if own.startswith("127."):
        pytest.skip("this machine is in no network")
    with closing(socket.socket()) as to:
        to.settimeout(2)
        assert to.connect_ex((own, server.port)) != 0


def certified(trustme: Any, folder: Path, name: str) -> tuple[str, str, str]:
    """The files of an authority, of a certificate by it for a name, and of its key."""
    trusted, cert, key = (str(folder / file) for file in ("ca.pem", "cert.pem", "key.pem"))
    authority = trustme.CA()
    authority.cert_pem.write_to_path(trusted)
    made = authority.issue_cert(name)
    made.private_key_pem.write_to_path(key)
    for number, part in enumerate(made.cert_chain_pems):
        part.write_to_path(cert, append=number > 0)
    return trusted, cert, key


def test_a_certificate_that_phones_would_not_take_is_told_of(tmp_path: Path) -> None:
    from funnelcli.phone.certificates import Certificate, Renewal, problem

    trustme = pytest.importorskip("trustme", reason="trustme makes the certificate")
    _trusted, cert, key = certified(trustme, tmp_path, "laptop.example")
    made = Certificate(cert, key)
    assert problem(made, "laptop.example") == ""
    assert "laptop.example.org" in problem(made, "laptop.example.org")
    used = made.context()
    renewal = Renewal(made, used)
    before = shown(used)
    old = trustme.CA().issue_cert(
        "laptop.example",
        not_before=datetime(2020, 1, 1, tzinfo=UTC),
        not_after=datetime(2020, 2, 1, tzinfo=UTC),
    )
    old.cert_chain_pems[0].write_to_path(cert)
    renewal.look()
    assert shown(used) == before, "the key does not fit yet"
    old.private_key_pem.write_to_path(key)
    os.utime(key, (1, 1))
    renewal.look()
    assert shown(used) != before
    assert "expired" in problem(made, "laptop.example")


def shown(used: ssl.SSLContext) -> bytes:
    """The certificate that a server shows."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    asks = client.wrap_bio(back, there)
    answers = used.wrap_bio(there, back, server_side=True)
    for side in (asks, answers, asks):
        with suppress(ssl.SSLWantReadError):
            side.do_handshake()
    found = asks.getpeercert(binary_form=True)
    assert found is not None
    return found


NGINX = """
daemon off; master_process off; pid FOLDER/pid; error_log stderr;
events {}
http {
  access_log off; client_body_temp_path FOLDER; proxy_temp_path FOLDER; fastcgi_temp_path FOLDER;
  uwsgi_temp_path FOLDER; scgi_temp_path FOLDER;
  server {
    listen 127.0.0.1:FRONT ssl; ssl_certificate FOLDER/cert.pem; ssl_certificate_key FOLDER/key.pem;
    location / { proxy_pass http://127.0.0.1:PORT; proxy_set_header Host $http_host; }
  }
}
"""


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")
def test_a_phone_works_behind_a_reverse_proxy(tmp_path: Path) -> None:
    trustme = pytest.importorskip("trustme", reason="trustme makes the certificate")
    name = "phone.example.com"
    trusted, _cert, _key = certified(trustme, tmp_path, name)
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        front = free.getsockname()[1]
    sample(tmp_path)
    server = Server(tmp_path, "--url", f"https://{name}:{front}")
    text = NGINX.replace("FOLDER", str(tmp_path)).replace("FRONT", str(front))
    (tmp_path / "nginx.conf").write_text(text.replace("PORT", str(server.port)), encoding="utf-8")
    nginx = subprocess.Popen(["nginx", "-p", tmp_path, "-c", tmp_path / "nginx.conf"])
    try:
        server.host, server.port = name, front
        server.trust = ssl.create_default_context(cafile=trusted)
        for _try in range(50):
            with suppress(OSError):
                server("GET", "/", key="")
                break
            time.sleep(0.1)
        server.pair()
        own = {"Origin": f"https://{name}:{front}"}
        found = server("POST", "/api/notes", {"notes": [report(1)]}, headers=own)
        assert found.json["results"][0]["state"] == "filed"
        assert found.headers["strict-transport-security"]
        assert server("GET", "/api/day", headers={"Origin": "https://evil.example"}).status == 403
    finally:
        nginx.terminate()
        nginx.wait(10)
        server.end()


def test_a_phone_works_over_tls_with_a_certificate_that_it_verifies(tmp_path: Path) -> None:
    trustme = pytest.importorskip("trustme", reason="trustme makes the certificate")
    name = "laptop.tail1234.ts.net"
    trusted, cert, key = certified(trustme, tmp_path, name)
    sample(tmp_path)
    files = ("--cert", cert, "--key", key)
    server = Server(
        tmp_path, *files, "--lan", "--url", f"https://{name}:PORT", host=name, trust=trusted
    )
    try:
        base = f"https://{name}:{server.port}"
        assert server.base == base
        assert "Warning" not in "".join(server.said)
        assert server.funnel("phone", "pair").splitlines()[-1].startswith(f"{base}/#k=")
        server.pair()
        found = server("GET", "/api/day", headers={"Origin": base})
        assert (found.status, found.json["language"]) == (200, "en")
        assert found.headers["strict-transport-security"] == "max-age=31536000"
        # A phone that does not trust the authority, or means another server, gets nowhere.
        for trust, host in (
            (ssl.create_default_context(), name),
            (ssl.create_default_context(cafile=trusted), "other.tail1234.ts.net"),
        ):
            server.trust, server.host = trust, host
            with pytest.raises(ssl.SSLCertVerificationError):
                server("GET", "/api/day")
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.load_verify_locations(trusted)
        old.set_ciphers("DEFAULT:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            old.maximum_version = ssl.TLSVersion.TLSv1_1
        server.trust, server.host = old, name
        with pytest.raises(ssl.SSLError):
            server("GET", "/api/day")
        # Plain http at the port of TLS says nothing.
        plain = server.raw(f"GET / HTTP/1.1\r\nHost: {name}:{server.port}\r\n\r\n".encode(), 3)
        assert b"200" not in plain
    finally:
        server.end()
    wrong = subprocess.run(
        [*FUNNEL, "phone", "--cert", cert, "--key", trusted],
        env=server.environment, capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip
    assert wrong.returncode == 1
    assert "are no certificate and its key" in wrong.stderr


def _is_open(to: socket.socket) -> bool:
    """Whether the other side has not closed a connection."""
    to.setblocking(False)
    try:
        return to.recv(1) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def test_over_plain_http_it_says_what_will_not_work(tmp_path: Path) -> None:
    sample(tmp_path)
    server = Server(tmp_path, "--lan")
    try:
        time.sleep(0.3)
        said = " ".join("".join(server.said).split())
        assert "everybody in this network can read along" in said
        assert "cannot be used without network" in said
        server.pair()
        found = server("GET", "/api/day")
        assert "strict-transport-security" not in found.headers
        # Whoever holds many connections open holds up nobody else.
        own = lan_address()
        if not own.startswith("127."):
            held = [socket.create_connection((own, server.port), 5) for _ in range(60)]
            try:
                time.sleep(0.3)
                assert sum(_is_open(one) for one in held) == EACH
                assert server("GET", "/api/day").status == 200
            finally:
                for one in held:
                    one.close()
        again = subprocess.run(
            [*FUNNEL, "phone", "--port", str(server.port)],
            env=server.environment, capture_output=True, text=True, check=False, timeout=30,
        )  # fmt: skip
        assert again.returncode == 1
        assert f"Port {server.port} cannot be used" in again.stderr
    finally:
        server.end()
