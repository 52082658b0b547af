"""A PostgreSQL server of the tests' own, and a database on it for each of them.

It runs from the installed binaries on a socket in a folder that nobody else may enter, does not
wait for the disk, and ends with the process that started it, however that ends. Nothing here is
loaded but for ``pytest --postgres`` and ``pytest -m postgres``.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

# Where whole systems keep what they run, the newest last.
INSTALLED = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")
# An ordinary role, as a person has it: it owns its databases and is nobody else's.
ROLE = "funnel"
TEMPLATE = "new"
# Users in the tests, whose logins somebody has made before.
LOGINS = ("anna", "ben", "rita", "tom")
# In memory, where there is room for some dozens of databases at 12 MiB each.
MEMORY, ROOM = Path("/dev/shm"), 2 << 30  # noqa: S108 - the server's folder in it is private

# Begins a server, or a standby of the one in another folder, and waits for the end of standard
# input, which comes with the end of whoever holds the other end of the pipe.
_KEEPER = """
folder=$0 programs=$1 main=$2 settings=$3
trap 'rm -rf "$folder"' EXIT
if [ -z "$main" ]; then
  "$programs/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C --no-sync
else
  "$programs/pg_basebackup" -D "$folder/data" -h "$main" -U postgres -c fast -R --no-sync
fi >"$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
cat >>"$folder/data/postgresql.conf" <<END
listen_addresses = ''
unix_socket_directories = '$folder'
max_connections = 200
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 4GB
# A template that is being looked after cannot be copied.
autovacuum = off
$settings
END
"$programs/pg_ctl" -D "$folder/data" -l "$folder/log" -w start >/dev/null 2>&1 ||
  { cat "$folder/log"; exit 1; }
echo ready
cat >/dev/null
"$programs/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1
"""


# What a server is told that is to have standbys and logical copies: without what it has written
# before its last checkpoint a standby that was behind then would never go on. And a standby, which
# does not wait for long until it looks for its server again.
WITH_STANDBY = """
wal_level = logical
max_wal_senders = 4
wal_keep_size = 1GB
synchronous_commit = on
"""
AS_STANDBY = f"{WITH_STANDBY}\nwal_retrieve_retry_interval = 100ms\nmax_standby_streaming_delay = 0"


class Missing(Exception):
    """Why no server can be started."""


def _number(folder: Path) -> int:
    found = re.search(r"\d+", str(folder))
    return int(found[0]) if found else 0


def _programs() -> Path:
    """The folder of the newest server. Raises Missing."""
    folders = [found for place in INSTALLED for found in Path("/").glob(place[1:])]
    on_path = shutil.which("initdb")
    folders = [
        *([Path(on_path).resolve().parent] if on_path else []),
        *sorted(folders, key=_number),
    ]
    for folder in reversed(folders):
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise Missing("no PostgreSQL server is installed (on Debian: apt-get install postgresql)")


def _as_whom() -> dict[str, Any]:
    """As whom the server runs, which refuses to as root."""
    if os.getuid() != 0:
        return {}
    import pwd

    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            user = pwd.getpwnam(name)
            return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise Missing("PostgreSQL does not run as root, and there is no user postgres or nobody")


def _folder() -> str:
    with suppress(OSError):
        if shutil.disk_usage(MEMORY).free > ROOM:
            return tempfile.mkdtemp(prefix="funnel-pg-", dir=MEMORY)
    return tempfile.mkdtemp(prefix="funnel-pg-")


class Keeper:
    """What keeps a server running until :meth:`close`, or the end of this process."""

    def __init__(self, settings: str = "", main: Keeper | None = None) -> None:
        """A server of its own, or a standby of ``main``. Raises Missing."""
        try:
            import psycopg  # noqa: F401 - without it there is nothing to talk to a server with
        except ImportError:
            raise Missing("psycopg is not installed: it is in the extra team") from None
        programs, whom = _programs(), _as_whom()
        self.folder = _folder()
        if whom:
            os.chown(self.folder, whom["user"], whom["group"])
        self._process = subprocess.Popen(
            ["sh", "-c", _KEEPER, self.folder, programs, main.folder if main else "", settings],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=self.folder,
            # An interrupt is for the tests, which have to tidy up on the server yet.
            start_new_session=True,
            **whom,
        )
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        if said != "ready\n":
            said += self._process.communicate()[0]
            raise Missing(f"PostgreSQL does not start: {said.strip()[-600:]}")

    def control(self, *words: str) -> None:
        """Have ``pg_ctl`` stop or start the server in between."""
        subprocess.run(
            [
                *(_programs() / "pg_ctl", *words, "-w"),
                *("-D", f"{self.folder}/data", "-l", f"{self.folder}/log"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
            **_as_whom(),
        )

    def close(self) -> None:
        """End the server; its folder goes with it."""
        self._process.communicate()


class Server:
    """A running server, as a process of the tests sees it."""

    def __init__(self, folder: str, fill: Callable[[str], None]) -> None:
        """``fill`` makes a new database of the empty one at an address."""
        self.folder = folder
        self._fill = fill
        self._names: dict[Path, str] = {}
        self._gone: list[str] = []
        self._conn: Any = None
        self._ready = False

    def address(self, name: str, role: str = ROLE) -> str:
        """The address of a database, as ``--db`` takes it."""
        return f"postgresql://{role}@{quote(self.folder, safe='')}/{name}"

    @property
    def admin(self) -> Any:
        """A connection of the server's own superuser, outside of any transaction."""
        if self._conn is None:
            import psycopg

            self._conn = psycopg.connect(self.address("postgres", "postgres"), autocommit=True)
        return self._conn

    def database(self, folder: Path) -> str:
        """The address of the database of the program whose data is in ``folder``; at first it is as
        new."""
        if folder not in self._names:
            self._template()
            name = f"t{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"
            self._make(name, TEMPLATE)
            self._names[folder] = name
        return self.address(self._names[folder])

    def copy(self, source: str, target: str) -> None:
        """Have the database at ``target`` be as the one at ``source``, which nobody has open."""
        name = target.rsplit("/", 1)[1]
        self._drop(name)
        self._make(name, source.rsplit("/", 1)[1])

    def forget(self, folder: Path) -> None:
        """Let the database of ``folder`` go."""
        if name := self._names.pop(folder, None):
            self._gone.append(name)
            # The last connection is still on its way out, which would be waited for. Its
            # predecessor's have all ended.
            while len(self._gone) > 1:
                self._drop(self._gone.pop(0))

    def close(self) -> None:
        """End the connection to it."""
        if self._conn is not None:
            self._conn.close()

    def _make(self, name: str, template: str) -> None:
        # A copy of its files, which for a small database is twice as fast as one through the log.
        self.admin.execute(
            f"CREATE DATABASE {name} OWNER {ROLE} TEMPLATE {template} STRATEGY file_copy"
        )

    def _drop(self, name: str) -> None:
        self.admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _template(self) -> None:
        """Make the database that new ones are copied from, once for all processes of a run."""
        if self._ready:
            return
        admin = self.admin
        admin.execute("SELECT pg_advisory_lock(1)")
        try:
            known = "SELECT 1 FROM pg_database WHERE datname = %s"
            if not admin.execute(known, (TEMPLATE,)).fetchone():
                admin.execute("DROP DATABASE IF EXISTS half WITH (FORCE)")
                admin.execute(f"DROP ROLE IF EXISTS {ROLE}")
                admin.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
                for login in LOGINS:
                    admin.execute(f"DROP ROLE IF EXISTS {login}")
                    admin.execute(f"CREATE ROLE {login} LOGIN")
                admin.execute(f"CREATE DATABASE half OWNER {ROLE}")
                self._fill(self.address("half"))
                # Only what is whole has the name.
                admin.execute(f"ALTER DATABASE half RENAME TO {TEMPLATE}")
            self._ready = True
        finally:
            admin.execute("SELECT pg_advisory_unlock(1)")
