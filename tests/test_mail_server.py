"""E-mail from a real server: Dovecot, started as anybody may, in a folder of its own."""

from __future__ import annotations

import grp
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from conftest import Clock, Run
from funnelcli import passwords
from funnelcli.formats import imap
from test_mail import ME, PETRA, letter

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        shutil.which("dovecot", path=f"{os.environ.get('PATH')}:/usr/sbin") is None
        or shutil.which("openssl") is None,
        reason="needs dovecot-imapd and openssl",
    ),
]
_SETTINGS = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 0
ssl = yes
ssl_cert = <{home}/cert.pem
ssl_key = <{home}/key.pem
disable_plaintext_auth = no
mail_location = maildir:{home}/mail
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    special_use = \\Sent
    auto = create
  }}
  mailbox Junk {{
    special_use = \\Junk
    auto = create
  }}
}}
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
  }}
}}
"""


def _free() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


class Server:
    """Where it listens, and what is put into it."""

    def __init__(self, home: Path, plain: int, tls: int) -> None:
        self.home = home
        self.plain = plain
        self.tls = tls
        self.source = f"imap://me@firma.example@127.0.0.1:{plain}"

    def put(self, folder: str, data: bytes, flags: str = "") -> None:
        """A message more in a folder."""
        with imaplib.IMAP4("127.0.0.1", self.plain) as conn:
            conn.login("me", "secret")
            conn.create(folder)
            kind, answer = conn.append(folder, flags, imaplib.Time2Internaldate(time.time()), data)
            assert kind == "OK", answer

    def seen(self) -> bytes:
        """How many messages of the inbox are marked as read."""
        with imaplib.IMAP4("127.0.0.1", self.plain) as conn:
            conn.login("me", "secret")
            conn.select("INBOX", readonly=True)
            found: bytes = conn.search(None, "SEEN")[1][0]
            return found


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    # Its sockets have names that may not be long.
    home = Path(tempfile.mkdtemp(prefix="dovecot"))
    root = os.getuid() == 0
    who = pwd.getpwnam("nobody") if root else pwd.getpwuid(os.getuid())
    plain, tls = _free(), _free()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
         str(home / "key.pem"), "-out", str(home / "cert.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
    group = grp.getgrgid(who.pw_gid).gr_name
    (home / "dovecot.conf").write_text(
        _SETTINGS.format(
            home=home, user=who.pw_name, group=group, uid=who.pw_uid, gid=who.pw_gid,
            plain=plain, tls=tls,
        )
    )  # fmt: skip
    if root:
        for path in (home, *home.iterdir()):
            os.chown(path, who.pw_uid, who.pw_gid)
    program = shutil.which("dovecot", path=f"{os.environ.get('PATH')}:/usr/sbin")
    assert program is not None
    process = subprocess.Popen(
        [program, "-F", "-c", str(home / "dovecot.conf")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        for _second in range(100):
            with suppress(OSError, imaplib.IMAP4.error), imaplib.IMAP4("127.0.0.1", plain) as conn:
                conn.login("me", "secret")
                break
            time.sleep(0.1)
        else:
            log = home / "log"
            pytest.skip(f"dovecot does not start: {log.read_text() if log.exists() else ''}")
        yield Server(home, plain, tls)
    finally:
        process.terminate()
        process.wait(10)
        assert process.stderr is not None
        process.stderr.close()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def people(funnel: Run, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(passwords, "read", lambda *_args: "secret")
    funnel("config", "set", "sender_email", ME)
    funnel("contact add 'Petra Müller' --email petra@example.com")
    return funnel


def test_a_mailbox_on_a_server(
    server: Server, people: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.put("INBOX", letter(PETRA, ME, "Roof", "When?", key="a"))
    server.put("INBOX", letter("news@shop.example", ME, "50 %", "Buy!", key="b", List_Id="<x>"))
    server.put("INBOX", letter(PETRA, ME, "Draft", "no", key="c"), "(\\Draft)")
    server.put(
        "Sent", letter("alias@old.example", PETRA, "AW: Roof", "Soon.", key="d", answers="a")
    )
    server.put("Junk", letter(PETRA, ME, "Junk", "no", key="e"))
    big = letter(PETRA, ME, "Plans", "See the plans.", key="f")
    server.put("INBOX", big + b"x" * 30_000_000)
    server.put('"B&APw-ro"', letter(PETRA, ME, "Umlaut", "folder", key="g"))

    rows = people("mail", server.source, "--json").json
    told = {(row["subject"], row["direction"]) for row in rows}
    assert told == {("Roof", "in"), ("AW: Roof", "out"), ("Plans", "in"), ("Umlaut", "in")}
    assert people("mail list plans --json").json[0]["text"].startswith("See the plans.")
    assert server.seen() == b""

    # Again it is quick, and nothing comes twice; what is new alone is asked for.
    assert people("mail", server.source, "--json").json == []
    assert people("mail", server.source, "--again", "--json").json == []
    server.put("INBOX", letter(PETRA, ME, "New", "!", key="h"))
    assert "1 message read" in people("mail", server.source).stderr

    # What is undone comes again; another UIDVALIDITY has all of it looked through again.
    people("undo")
    assert [row["subject"] for row in people("mail", server.source, "--json").json] == ["New"]
    with imaplib.IMAP4("127.0.0.1", server.plain) as conn:
        conn.login("me", "secret")
        conn.delete('"B&APw-ro"')
    time.sleep(1.1)
    server.put('"B&APw-ro"', letter(PETRA, ME, "Umlaut", "folder", key="g"))
    server.put('"B&APw-ro"', letter(PETRA, ME, "Later", "folder", key="i"))
    one = people("mail", f"{server.source}/Büro", "--json").json
    assert [row["subject"] for row in one] == ["Later"]
    since = people("mail", server.source, "--again", "--since", "2026-11-24", "--json").json
    assert since == []


def test_how_it_is_reached(server: Server, people: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    server.put("INBOX", letter(PETRA, ME, "Safe", "!", key="tls"))
    source = f"imaps://me@localhost:{server.tls}/INBOX"
    # A certificate that nobody vouches for.
    refused = people("mail", source, exit=1)
    assert "certificate" in refused.stderr.lower()
    monkeypatch.setenv("SSL_CERT_FILE", str(server.home / "cert.pem"))
    assert "Safe" in people("mail", source)
    monkeypatch.setattr(imap, "_is_near", lambda _host: False)
    near = people("mail", f"imap://me@localhost:{server.plain}/INBOX", "--again")
    assert "taken before" in near.stderr
    closed = f"imaps://me@localhost:{_free()}"
    assert "cannot be read" in people("mail", closed, exit=1).stderr
    assert "cannot be read" in people("mail", f"{source}/Nothing", exit=1).stderr
    monkeypatch.setattr(passwords, "read", lambda *_args: "wrong")
    assert "does not let me in" in people("mail", source, exit=1).stderr


def test_a_connection_that_breaks_off(
    server: Server, people: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "LOT", 3)
    for n in range(8):
        server.put("Many", letter(PETRA, ME, f"m {n}", "!", key=f"m{n}"))
    fetch = imap.Folder.bodies
    calls = []

    def breaks_off(self: imap.Folder, items: list[imap.Item], *, whole: bool = False) -> object:
        calls.extend([len(items)] if items else [])
        if len(calls) == 2:
            self.server.conn.sock.shutdown(socket.SHUT_RDWR)
        return fetch(self, items, whole=whole)

    monkeypatch.setattr(imap.Folder, "bodies", breaks_off)
    source = f"{server.source}/Many"
    broken = people("mail", source, "--json", exit=6)
    assert [row["subject"] for row in broken.json] == ["m 0", "m 1", "m 2"]
    assert "goes on from there" in broken.stderr
    rest = people("mail", source, "--json").json
    assert [row["subject"] for row in rest] == ["m 3", "m 4", "m 5", "m 6", "m 7"]
    people("undo")
    people("undo")
    assert len(people("mail", source, "--json").json) == 8
