"""Long texts in the user's own editor, where nothing that was typed is lost.

The editor works on a file in the folder ``drafts`` beside the database, not on one in a
temporary folder: whatever happens to the editor, to this program or to the machine, the text is
there and can be taken up again. It goes only when what it says is in the database.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from funnelcli import files
from funnelcli.actions import drafts
from funnelcli.cli.invocation import Invocation
from funnelcli.cli.system_words import told
from funnelcli.errors import Failed, FunnelError, NotFound, Refused, Usage, reason
from funnelcli.i18n import _
from funnelcli.render import message
from funnelcli.typed import TypeVar
from funnelcli.values.whole import whole

Read = TypeVar("Read")
_USUAL = ("sensible-editor", "nano", "vi", "notepad")


def editor() -> list[str]:
    """The user's editor with its arguments, from VISUAL or EDITOR, else a usual one.

    The variable is split like a shell would, and no shell is run. Raises Failed without one.
    """
    import shlex
    import shutil

    for variable in ("VISUAL", "EDITOR"):
        text = os.environ.get(variable, "").strip()
        if text:
            try:
                parts = shlex.split(text, posix=os.name != "nt")
            except ValueError as error:
                raise Usage(
                    _("{variable} cannot be read: {error}.").format(variable=variable, error=error),
                    _("Write it like EDITOR='code --wait'."),
                ) from error
            if parts:
                return [part.strip('"') for part in parts] if os.name == "nt" else parts
    for name in _USUAL:
        if shutil.which(name):
            return [name]
    raise Failed(_("There is no editor."), _("Name one in the variable EDITOR."))


def unfinished(call: Invocation, noun: str) -> list[int]:
    """The ids of a noun's records that have an unfinished text."""
    start = os.path.basename(drafts.start(call.path, noun))
    try:
        names = os.listdir(drafts.folder(call.path))
    except OSError:
        return []
    ids = [name.removeprefix(start).removesuffix(".md") for name in names if name.startswith(start)]
    return sorted(number for number in map(whole, ids) if number is not None)


class Draft:
    """A text that is being edited: the file of it, and what it was before."""

    def __init__(self, call: Invocation, noun: str, record_id: int, again: str) -> None:
        self.call = call
        self.again = again
        self.path = f"{drafts.start(call.path, noun)}{record_id}.md"
        self.base = ""

    @property
    def _base_path(self) -> str:
        return self.path.removesuffix(".md") + ".base"

    @property
    def kept(self) -> str:
        """The sentence that says where the text is."""
        return _("Your text is in {path}; `{again}` goes on with it.").format(
            path=self.path, again=self.again
        )

    def begin(self, template: str) -> None:
        """Write the template. Raises Refused when an unfinished text is there already."""
        if os.path.exists(self.path) and self._changed():
            raise Refused(_("There is an unfinished text of this record already."), self.kept)
        try:
            os.makedirs(os.path.dirname(self.path), mode=0o700, exist_ok=True)
            for path in (self._base_path, self.path):
                with files.replacing_text(path) as file:
                    file.write(template)
        except OSError as error:
            self.remove()
            raise Failed(
                _("{path} cannot be written: {error}.").format(path=self.path, error=reason(error)),
                _("Free some space or check the folder; nothing was changed."),
            ) from error
        self.base = template

    def resume(self) -> None:
        """Take up an unfinished text. Raises NotFound when there is none."""
        if not os.path.exists(self.path):
            raise NotFound(
                _("There is no unfinished text of this record."),
                _("Begin one without --continue."),
            )
        with suppress(OSError, UnicodeDecodeError):
            self.base = _read(self._base_path)

    def _changed(self) -> bool:
        try:
            return _read(self.path).strip() not in ("", _read(self._base_path).strip())
        except (OSError, UnicodeDecodeError):
            return True

    def edited(self, check: Callable[[str], Read]) -> Read | None:
        """What the user made of the text, as ``check`` reads it; None when nothing was changed
        or everything was deleted.

        ``check`` raises Usage for a text that does not fit; then the user may go on editing.
        Raises that, or Failed when the editor fails.
        """
        while True:
            self._run()
            try:
                text = _read(self.path)
            except UnicodeDecodeError as error:
                raise Failed(
                    _("The text is not UTF-8."), _("Save it as UTF-8 in your editor.")
                ) from error
            except OSError as error:
                raise Failed(
                    _("{path} cannot be read: {error}.").format(
                        path=self.path, error=reason(error)
                    ),
                    _("Nothing was changed."),
                ) from error
            if text.strip() in ("", self.base.strip()):
                return None
            try:
                return check(text)
            except Usage as error:
                message(self.call.output, told(error))
                if not self.call.agrees(_("Edit again?"), usual=True):
                    raise

    def _run(self) -> None:
        import signal

        command = [*editor(), self.path]
        # An interrupt is the editor's while it runs: it must not take this program away.
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            code = subprocess.run(command, check=False).returncode  # noqa: S603 - the user's own
        except OSError as error:
            raise Failed(
                _("The editor {name} cannot be run: {error}.").format(
                    name=command[0], error=reason(error)
                ),
                _("Name another in the variable EDITOR."),
            ) from error
        finally:
            signal.signal(signal.SIGINT, before)
        if code:
            raise Failed(
                _("The editor {name} ended with an error ({code}); nothing was saved.").format(
                    name=command[0], code=code
                ),
                "",
            )

    def remove(self) -> None:
        """The text is in the database, or was never changed: take the files away."""
        for path in (self.path, self._base_path):
            with suppress(OSError):
                os.remove(path)


@contextmanager
def draft(
    call: Invocation, noun: str, record_id: int, template: str, *, again: str, resume: bool
) -> Iterator[Draft]:
    """A text of a record to be edited and saved inside the ``with``.

    Where the body fails, however it does, the text is kept and the user told where; ``again`` is
    the command that goes on with it.
    """
    if not call.interactive:
        raise Usage(
            _("An editor needs a terminal."),
            _("Say what to change with options; --help lists them."),
        )
    made = Draft(call, noun, record_id, again)
    if resume:
        made.resume()
    else:
        made.begin(template)
    try:
        yield made
    except BaseException as error:
        if not made._changed():
            made.remove()
        elif isinstance(error, FunnelError):
            error.hint = f"{error.hint} {made.kept}".strip()
        else:
            message(call.output, made.kept)
        raise
    made.remove()


def _read(path: str) -> str:
    with open(path, encoding="utf-8-sig") as file:
        return file.read()
