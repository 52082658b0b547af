"""The page in one file, which needs no server: its day is sealed with a passphrase.

What is sealed is AES-256-GCM; the key is made of the passphrase by PBKDF2 with HMAC-SHA-256 and a
salt that each page has for itself, as every browser can do by itself (WebCrypto). The scripts and
the style are those of the page that the server gives, put into the file; a policy in it lets no
other script run, and nothing be asked of any network.
"""

from __future__ import annotations

import json
import os
import unicodedata
from base64 import b64encode
from hashlib import sha256
from importlib import import_module

from funnelcli.patterns import re, regex
from funnelcli.phone.files import FOLDER
from funnelcli.phone.words import both
from funnelcli.typed import Any

ROUNDS = 1_000_000
"""Of PBKDF2: what a guess costs. OWASP advises 600,000 at least; a phone takes about a second."""
_SALT = 16
_NONCE = 12
_IMPORT = regex(r'^import \{([^}]*)\} from "\./(\w+\.js)";\n', "m")
_EXPORT = regex(r"^export (?:async )?(?:const|function|class) (\w+)", "m")


def sealed(data: bytes, passphrase: str, rounds: int) -> dict[str, str | int]:
    """Bytes sealed with a passphrase: the salt, the rounds, the nonce and what is sealed, with its
    tag of 16 bytes at the end; bytes in base64."""
    ciphers: Any = import_module("cryptography.hazmat.primitives.ciphers.aead")
    hashes: Any = import_module("cryptography.hazmat.primitives.hashes")
    derivation: Any = import_module("cryptography.hazmat.primitives.kdf.pbkdf2")
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    derived = derivation.PBKDF2HMAC(hashes.SHA256(), length=32, salt=salt, iterations=rounds)
    # The same letters may be typed in two ways: with accents of their own, or put behind.
    key = derived.derive(unicodedata.normalize("NFC", passphrase).encode())
    closed = ciphers.AESGCM(key).encrypt(nonce, data, None)
    return {
        "salt": _base64(salt),
        "rounds": rounds,
        "nonce": _base64(nonce),
        "data": _base64(closed),
    }


def page(day: dict[str, Any], passphrase: str) -> str:
    """The page with ``day``, what the server answers for it, sealed with ``passphrase``."""
    plain = json.dumps(day, ensure_ascii=False).encode(errors="replace")
    closed = sealed(plain, passphrase, ROUNDS)
    script, style = scripts(), _read("app.css")
    policy = (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}';"
        " img-src data:; base-uri 'none'; form-action 'none'"
    )
    icon = "data:image/svg+xml;base64," + _base64(_read("icon.svg").encode())
    head = (
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n',
        f'<link rel="icon" href="{icon}">\n',
        f"<style>{style}</style>\n",
        _data("words", both()),
        _data("sealed", closed),
        f'<script type="module">{script}</script>\n',
    )
    # The policy comes before what it is about; links to other files have nothing to lead to.
    whole = re.sub(r"<(?:link|script)\b[^\n]*\n", "", _read("index.html"))
    return whole.replace('<meta charset="utf-8">\n', '<meta charset="utf-8">\n' + "".join(head), 1)


def scripts() -> str:
    """The scripts of the page as one: each in a function of its own that hands back what others
    import of it, behind those that it imports itself."""
    found: dict[str, str] = {}

    def add(name: str) -> None:
        if name in found:
            return
        text = _read(name)
        for _names, imported in _IMPORT.findall(text):
            add(imported)
        body = _IMPORT.sub(lambda said: f"const {{{said[1]}}} = {_scope(said[2])};\n", text)
        names = ", ".join(_EXPORT.findall(body))
        body = re.sub("^export ", "", body, flags=re.MULTILINE)
        found[name] = f"const {_scope(name)} = (() => {{\n{body}return {{ {names} }};\n}})();\n"

    add("app.js")
    return "".join(found.values())


def _scope(name: str) -> str:
    return "from_" + name.removesuffix(".js")


def _read(name: str) -> str:
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        return file.read()


def _data(name: str, data: Any) -> str:
    """Data in a page, under a name: what is no script does not run, and cannot end its element."""
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/json" id="{name}">{text}</script>\n'


def _digest(text: str) -> str:
    """How a policy names a script or a style that stands in the page."""
    return "sha256-" + _base64(sha256(text.encode()).digest())


def _base64(data: bytes) -> str:
    return b64encode(data).decode("ascii")
