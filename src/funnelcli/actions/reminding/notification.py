"""Notifications of the desktop. What is told goes to a program as arguments, or in its environment,
and through no shell."""

from __future__ import annotations

import base64
import os
import shlex
import sys
from html import escape

from funnelcli import config
from funnelcli.actions.reminding.programs import run
from funnelcli.errors import Failed, Usage
from funnelcli.i18n import _
from funnelcli.text import printed

_OSASCRIPT = (
    *("-e", "on run argv"),
    *("-e", "display notification (item 2 of argv) with title (item 1 of argv)"),
    *("-e", "end run"),
)
# What is told stands in variables: a text in the script itself would be a part of the script.
_TOAST = """
$null = [Windows.UI.Notifications.ToastNotificationManager, Windows.UI.Notifications,
    ContentType = WindowsRuntime]
$kind = [Windows.UI.Notifications.ToastTemplateType]::ToastText02
$toast = [Windows.UI.Notifications.ToastNotificationManager]::GetTemplateContent($kind)
$texts = $toast.GetElementsByTagName('text')
$null = $texts.Item(0).AppendChild($toast.CreateTextNode($env:FUNNEL_TITLE))
$null = $texts.Item(1).AppendChild($toast.CreateTextNode($env:FUNNEL_TEXT))
$shown = [Windows.UI.Notifications.ToastNotification]::new($toast)
$id = '{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}\\WindowsPowerShell\\v1.0\\powershell.exe'
[Windows.UI.Notifications.ToastNotificationManager]::CreateToastNotifier($id).Show($shown)
"""


def notify(title: str, text: str) -> None:
    """Show a notification. Raises Failed where that cannot be done."""
    title, text = printed(title), printed(text)
    told = {"FUNNEL_TITLE": title, "FUNNEL_TEXT": text}
    run(command(title, text), _failed, environment={**environment(), **told})


def command(title: str, text: str) -> list[str]:
    """The words that show a notification: those of the setting ``notify_command``, or the
    platform's."""
    own = str(config.get("notify_command") or "")
    if own:
        try:
            words = shlex.split(own, posix=os.name != "nt")
        except ValueError as error:
            raise Usage(
                _("{variable} cannot be read: {error}.").format(
                    variable="notify_command", error=error
                ),
                _("Write it like: gotify push --title"),
            ) from error
        return [*words, title, text]
    if sys.platform == "darwin":
        return ["osascript", *_OSASCRIPT, title, text]
    if sys.platform == "win32":
        script = base64.b64encode(_TOAST.encode("utf-16-le")).decode()
        return ["powershell", "-NoProfile", "-NonInteractive", "-EncodedCommand", script]
    # It takes markup in its text.
    return ["notify-send", "--app-name=funnel", "--", title, escape(text, quote=False)]


def environment() -> dict[str, str]:
    """The environment of a notification: cron knows nothing of the desktop's bus, which lies where
    systemd puts it."""
    found = dict(os.environ)
    if sys.platform == "linux" and "DBUS_SESSION_BUS_ADDRESS" not in found:
        bus = f"/run/user/{os.getuid()}/bus"
        if os.path.exists(bus):
            found["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={bus}"
    return found


def _failed(program: str, why: str) -> Failed:
    return Failed(
        _("The notification could not be shown: {program}: {error}.").format(
            program=program, error=why
        ),
        _("Name a program of your own: funnel config set notify_command PROGRAM"),
    )
