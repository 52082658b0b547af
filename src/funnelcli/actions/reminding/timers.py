"""What has a system run ``funnel remind`` every few minutes: text to be put where it says."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from funnelcli import config
from funnelcli.db.server import is_address
from funnelcli.i18n import _

MINUTES = 5
NAME = "funnel-remind"


def program() -> list[str]:
    """The words that call this program."""
    called = os.path.abspath(sys.argv[0])
    if os.path.basename(called).startswith("funnel") and os.access(called, os.X_OK):
        return [called]
    return [sys.executable, "-m", "funnelcli"]


def variables() -> dict[str, str]:
    """What it has to find in its environment there, which is another one: where settings and the
    database are, where that was said, and the language."""
    found = {
        name: place if is_address(place) else os.path.abspath(place)
        for name in ("FUNNEL_CONFIG_DIR", "FUNNEL_DB")
        if (place := os.environ.get(name))
    }
    for name in ("language", "locale"):
        found[f"FUNNEL_{name.upper()}"] = str(config.get(name))
    return found


def text(words: Sequence[str]) -> str:
    """How a timer is set up on this platform that runs these words."""
    if sys.platform == "win32":
        return _windows(words)
    if sys.platform == "darwin":
        return f"{_launchd(words, variables())}\n{_crontab(words, variables())}"
    return f"{_systemd(words, variables())}\n{_crontab(words, variables())}"


def _said(line: str) -> str:
    return f"# {line}\n"


def _systemd(words: Sequence[str], environment: Mapping[str, str]) -> str:
    folder = "~/.config/systemd/user"
    return "\n".join(
        [
            _said(_("systemd: {path}").format(path=f"{folder}/{NAME}.service"))
            + "[Unit]\nDescription=funnel remind\n",
            "[Service]\nType=oneshot",
            *(f"Environment={_unit(f'{name}={value}')}" for name, value in environment.items()),
            f"ExecStart={' '.join(map(_unit, words))}",
            "",
            _said(_("systemd: {path}").format(path=f"{folder}/{NAME}.timer"))
            + "[Unit]\nDescription=funnel remind\n",
            f"[Timer]\nOnCalendar=*:0/{MINUTES}\nPersistent=true\n",
            "[Install]\nWantedBy=timers.target\n",
            _said(_("To begin:"))
            + _said("systemctl --user daemon-reload")
            + _said(f"systemctl --user enable --now {NAME}.timer"),
        ]
    )


def _unit(word: str) -> str:
    """A word as a unit file has it: quoted, with nothing that systemd would put in."""
    quoted = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{quoted}"' if quoted != word or not word.isascii() or " " in word else word


def _crontab(words: Sequence[str], environment: Mapping[str, str]) -> str:
    line = [*(f"{name}={shlex.quote(value)}" for name, value in environment.items())]
    line += map(shlex.quote, words)
    # cron ends a command at a per cent sign.
    command = " ".join(line).replace("%", "\\%")
    return _said(_("Or cron, by `crontab -e`:")) + f"*/{MINUTES} * * * * {command}\n"


def _launchd(words: Sequence[str], environment: Mapping[str, str]) -> str:
    label = "org.funnelcli.remind"
    arguments = "".join(f"    <string>{escape(word)}</string>\n" for word in words)
    variables_ = "".join(
        f"    <key>{name}</key><string>{escape(value)}</string>\n"
        for name, value in environment.items()
    )
    path = f"~/Library/LaunchAgents/{label}.plist"
    return (
        f"<!-- launchd: {path}; launchctl load -w {path} -->\n"
        '<plist version="1.0">\n<dict>\n'
        f"  <key>Label</key><string>{label}</string>\n"
        f"  <key>ProgramArguments</key>\n  <array>\n{arguments}  </array>\n"
        f"  <key>EnvironmentVariables</key>\n  <dict>\n{variables_}  </dict>\n"
        f"  <key>StartInterval</key><integer>{MINUTES * 60}</integer>\n</dict>\n</plist>\n"
    )


def _windows(words: Sequence[str]) -> str:
    import subprocess

    task = subprocess.list2cmdline(words).replace('"', '\\"')
    return f'schtasks /Create /TN {NAME} /SC MINUTE /MO {MINUTES} /TR "{task}"\n'
