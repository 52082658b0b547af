"""Encryption at rest: whether a database file is encrypted, and how it is opened with its key.

An encrypted file is SQLCipher's: AES-256 of every page, with a check of its own (HMAC-SHA512). Its
first sixteen bytes, the salt, are plain. A key of 256 bits is used as it is, and goes with a salt,
by which the keyring finds it again, wherever the file and its copies lie; of a passphrase SQLCipher
derives a key (PBKDF2 with HMAC-SHA512, 256,000 rounds) with the salt of each file.

SQLCipher brings an SQLite of its own. Two in one process would let go of each other's locks on one
file, so that a process uses one or the other: :func:`take` puts it in the place of Python's before
that is loaded.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from functools import cache

from funnelcli.errors import Failed, FunnelError, reason
from funnelcli.i18n import _

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

EXTRA = "pip install 'funnelcli[encryption]'"
_PLAIN = b"SQLite format 3\0"
_SALT = 16
_PAGE = 4096
# Of 4,096 bytes of chance nearly every of the 256 values is one; in a page of text or of a
# database, whole or damaged, hardly half of them are.
_VALUES = 240
_SERVICE = "funnelcli"
_RAW_LENGTH = 64
_DIGITS = frozenset("0123456789abcdefABCDEF")
_TRIES = 3
LEAST = 8
"""Characters that a passphrase has at least."""
# The keys and passphrases that have opened a file in this process, the latest first.
_proven: list[str] = []
# The files that this process has opened, each as its file system knows it, whatever its name.
_opened: set[tuple[int, int]] = set()


def is_encrypted(path: str) -> bool:
    """Whether the file at ``path`` is there and looks like an encrypted database: whole pages, the
    first and last of which look like chance."""
    try:
        with open(path, "rb") as file:
            if file.read(_SALT) == _PLAIN or os.fstat(file.fileno()).st_size % _PAGE:
                return False
            pages = []
            for at in (0, -_PAGE):
                file.seek(at, os.SEEK_END if at else os.SEEK_SET)
                pages.append(len(set(file.read(_PAGE))))
            return min(pages) > _VALUES
    except (OSError, ValueError):
        return False


def is_plain(path: str) -> bool:
    """Whether the file at ``path`` is there and begins as SQLite's do."""
    try:
        with open(path, "rb") as file:
            return file.read(_SALT) == _PLAIN
    except (OSError, ValueError):
        return False


def is_installed() -> bool:
    """Whether this installation has what encryption takes."""
    try:
        import sqlcipher3  # noqa: F401
    except ImportError:
        return False
    return True


def take() -> bool:
    """Let this process use SQLCipher's SQLite, if it is installed and Python's is not in use yet;
    whether it does."""
    if "sqlite3" not in sys.modules:
        from contextlib import suppress

        with suppress(ImportError):
            import _sqlite3

            from sqlcipher3 import dbapi2

            for name in dir(_sqlite3):
                # The codes that it has no names for are those of every SQLite.
                if name.startswith("SQLITE_") and not hasattr(dbapi2, name):
                    setattr(dbapi2, name, getattr(_sqlite3, name))
            sys.modules["sqlite3"] = sys.modules["sqlite3.dbapi2"] = dbapi2
    return taken()


def taken() -> bool:
    """Whether this process uses SQLCipher's SQLite."""
    return getattr(sys.modules.get("sqlite3"), "__name__", "").startswith("sqlcipher3")


def open_file(
    path: str,
    *,
    place: str = "",
    like: str = "",
    ask: bool = True,
    **options: Any,
) -> sqlite3.Connection:
    """A connection to the database file at ``path`` that begins no transactions by itself; with
    the key of that file, or, for a new one, of the file ``like``.

    ``place`` is how SQLite is told of the file where that is not its path, ``options`` are those of
    :func:`sqlite3.connect`. Raises Failed when no key opens the file; unless ``ask``, nobody is
    asked for one. Nothing else is known of the file then: that it is a database shows when it is
    read.
    """
    before = _identity(path)
    conn: sqlite3.Connection = _connect()(place or path, isolation_level=None, **options)
    # One that another takes the place of meanwhile is not the one that is there afterwards.
    if (identity := before or _identity(path)) is not None:
        _opened.add(identity)
    if not taken():
        return conn
    try:
        if is_encrypted(like or path):
            unlock(conn, key_of(like or path, ask=ask))
    except BaseException:
        conn.close()
        raise
    return conn


def is_another(path: str) -> bool:
    """Whether the file at ``path`` is none that this process has opened: another one has taken the
    place of that."""
    found = _identity(path)
    return found is not None and found not in _opened


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino


def _connect() -> Callable[..., sqlite3.Connection]:
    """What opens a database with the SQLite that this process uses. Who has none yet completes a
    word or prints a prompt, and does without what :mod:`sqlite3` adds for days and times: to load
    the calendar for it is a tenth of what they take."""
    if "sqlite3" in sys.modules:
        import sqlite3

        return sqlite3.connect
    import _sqlite3

    return _sqlite3.connect


def key_of(path: str, *, ask: bool = True) -> str:
    """What opens the file at ``path``, as SQLCipher takes it; empty for a plain one. Raises
    Failed."""
    return spelt(secret(path, ask=ask), salt_of(path)) if is_encrypted(path) else ""


def spelt(secret: str, salt: str) -> str:
    """A key or passphrase as SQLCipher takes it; ``salt`` in hexadecimal, empty for a new one."""
    return f"x'{secret}{salt}'" if is_raw(secret) else secret


def unlock(conn: sqlite3.Connection, key: str) -> None:
    """Tell a connection the key of its file, as :func:`spelt` gives it, before anything is read."""
    # A pragma takes no parameter.
    literal = key.replace("'", "''")
    conn.execute("PRAGMA cipher_log_level = NONE")
    conn.execute(f"PRAGMA key = '{literal}'")


def is_raw(secret: str) -> bool:
    """Whether that is a key of 256 bits, in hexadecimal, and no passphrase."""
    return len(secret) == _RAW_LENGTH and set(secret) <= _DIGITS


def salt_of(path: str) -> str:
    """The salt of an encrypted file, in hexadecimal; empty for a file with nothing in it."""
    try:
        with open(path, "rb") as file:
            return file.read(_SALT).hex()
    except OSError:
        return ""


def secret(path: str, *, ask: bool = True) -> str:
    """The key or passphrase of the encrypted file at ``path``: of those that are known, in the key
    file or in the keyring the one that opens it, else what the person types. Raises Failed."""
    for found in _candidates(path, ask):
        if opens(path, found):
            remember(found)
            return found
    told = [
        (_("{file} does not fit") if os.path.exists(file) else _("{file} is not there")).format(
            file=file
        )
        for file in key_files()
    ]
    raise Failed(
        _("No key opens {path}: {reasons}.").format(path=path, reasons="; ".join(told))
        if told
        else _("No key opens {path}.").format(path=path),
        _(
            "Name its file (`funnel config set key_file FILE`), unlock the keyring, or run the"
            " command on a terminal, where the passphrase is asked for."
        ),
    )


def remember(secret: str) -> None:
    """Let what was chosen anew open files without being asked for again."""
    _proven.insert(0, secret)


def _candidates(path: str, ask: bool) -> Iterator[str]:
    from contextlib import suppress

    yield from tuple(_proven)
    for file in key_files():
        with suppress(Failed):
            yield read_key(file)
    if (from_keyring := _from_keyring(salt_of(path))) is not None:
        yield from_keyring
    if ask and sys.stderr is not None and sys.stderr.isatty():
        for _try in range(_TRIES):
            yield _typed(_("Passphrase of {name}: ").format(name=os.path.basename(path)))


def opens(path: str, secret: str) -> bool:
    """Whether this key or passphrase opens the file at ``path``."""
    import sqlite3

    # As it lies there: to try a key leaves nothing beside the file.
    conn = sqlite3.connect(as_it_lies(path), uri=True, isolation_level=None)
    try:
        unlock(conn, spelt(secret, salt_of(path)))
        conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_NOTADB:
            raise
        return False
    finally:
        conn.close()
    return True


def as_it_lies(path: str) -> str:
    """How SQLite is told to read a file and to leave nothing beside it."""
    whole = os.path.abspath(path).replace(os.sep, "/")
    drive = whole.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return f"file:///{drive.lstrip('/')}?mode=ro&immutable=1"


def key_files() -> list[str]:
    """The files that the settings name for keys, one after the other to be tried."""
    from funnelcli import config

    return [file for file in str(config.get("key_file") or "").split(os.pathsep) if file]


def read_key(path: str) -> str:
    """The key or passphrase in the first line of a file. Raises Failed."""
    has = _("A key file has 64 hexadecimal digits, or a passphrase of eight characters and more.")
    found = _first_line(path, has)
    if len(found) < LEAST:
        raise Failed(_("There is no key in {path}.").format(path=path), has)
    return found


def read_passphrase(path: str) -> str:
    """The passphrase in the first line of a file. Raises Failed."""
    has = _("The first line of the file is the passphrase, of eight characters and more.")
    found = _first_line(path, has)
    if not found:
        raise Failed(_("There is no passphrase in {path}.").format(path=path), has)
    if len(found) < LEAST:
        raise Failed(_("The passphrase in {path} is too short.").format(path=path), has)
    return found


def _first_line(path: str, has: str) -> str:
    """The first line of a file, which should have what ``has`` says. Raises Failed."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.readline(1024).strip()
    except (OSError, ValueError) as error:
        why = _("it is no text") if isinstance(error, ValueError) else reason(error)
        text = _("{path} cannot be read: {error}.").format(path=path, error=why)
        raise Failed(text, has) from error


@cache
def _from_keyring(salt: str) -> str | None:
    """The key that the keyring has for a salt; None where it has none, or there is no keyring."""
    from contextlib import suppress

    with suppress(ImportError):
        import keyring
        from keyring.errors import KeyringError

        with suppress(KeyringError):
            found: str | None = keyring.get_password(_SERVICE, salt)
            return found
    return None


def store(salt: str, key: str) -> None:
    """Put the key of the files with this salt into the keyring. Raises Failed."""
    problem: Exception
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        raise missing() from None
    try:
        keyring.set_password(_SERVICE, salt, key)
        _from_keyring.cache_clear()
        if _from_keyring(salt) == key:
            return
        problem = ValueError(_("it does not give the key back"))
    except KeyringError as error:
        problem = error
    raise Failed(
        _("The keyring does not take the key: {error}.").format(error=str(problem).split(".")[0]),
        _("Keep it in a file (--key-file FILE), or choose a passphrase (--passphrase)."),
    )


def typed_twice(instead: str = "") -> str:
    """A new passphrase, as the person types it twice. Raises Failed where there is no terminal,
    with what to do ``instead`` (by default: keep a key in a file)."""
    if sys.stderr is None or not sys.stderr.isatty():
        raise Failed(
            _("A passphrase can only be chosen on a terminal."),
            instead or _("Keep the key in a file: --key-file FILE."),
        )
    for _try in range(_TRIES):
        first = _typed(_("New passphrase: "))
        if len(first) < LEAST:
            sys.stderr.write(_("That is shorter than eight characters.") + "\n")
        elif _typed(_("Once more: ")) == first:
            return first
        else:
            sys.stderr.write(_("The two are not the same.") + "\n")
    raise Failed(_("No passphrase was chosen."), _("Nothing was changed."))


def _typed(question: str) -> str:
    from getpass import getpass

    try:
        return getpass(question).replace("\0", "")
    except EOFError:
        raise KeyboardInterrupt from None


def missing(path: str = "") -> FunnelError:
    """The sentence for an installation that knows nothing of encryption; where there is a ``path``,
    for the file there that may be encrypted."""
    return Failed(
        _("{path} is encrypted, which this installation cannot read.").format(path=path)
        if path
        else _("This installation cannot encrypt."),
        _("Install what it takes: {command}").format(command=EXTRA),
    )
