"""What the library, the database and the system complain of, in the program's own words."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from funnelcli.cli import invocation
from funnelcli.errors import Ambiguous, Failed, FunnelError, Usage
from funnelcli.i18n import _
from funnelcli.render import unwritable
from funnelcli.typed import Any


@contextmanager
def in_own_words(call: invocation.Invocation) -> Iterator[None]:
    """Raise what goes wrong in the block as a FunnelError. KeyboardInterrupt stays what it is, and
    so does BrokenPipeError: whoever read has read enough."""
    try:
        yield
    except _complaints("TyperException") as error:
        raise _usage(error) from error
    except _complaints("Abort") as error:
        raise KeyboardInterrupt from error
    except sqlite3.Error as error:
        from funnelcli.db.refusing import unusable

        raise unusable(call.path, error) from error
    except (OverflowError, RecursionError, MemoryError) as error:
        from funnelcli.db.unfit import too_much

        raise too_much(str(error) or type(error).__name__) from error
    except UnicodeError as error:
        from funnelcli.cli.coercion import no_text

        raise no_text() from error
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        # Help and the like are printed by the library; what names a file is not about them.
        if error.filename is None:
            raise unwritable(error) from error
        raise Failed(
            _("{path} cannot be read or written: {error}.").format(
                path=os.fsdecode(error.filename), error=error.strerror
            ),
            _("Check the name and the permissions."),
        ) from error


def _complaints(name: str) -> tuple[Any, ...]:
    """The library's exceptions of that name: none where no line needed the library."""
    library = sys.modules.get("typer")
    return () if library is None else (getattr(library, name),)


def _usage(error: Any) -> Usage:
    """Typer's complaint in the program's own words."""
    from typer import BadParameter

    from funnelcli.cli.coercion import help_hint

    context = getattr(error, "ctx", None)
    verb = invocation.current().verb
    hint = help_hint(context.command_path if context is not None else f"funnel {verb}".rstrip())
    if isinstance(error, BadParameter) and error.param is not None:
        param = error.param
        name = param.metavar if param.opts[0][:1] != "-" else param.opts[0]
        return Usage(_("{name}: {text}").format(name=name, text=error.message), hint)
    # An option that nobody knows is the one complaint that comes with what may have been meant.
    if hasattr(error, "possibilities"):
        if error.possibilities:
            near = " / ".join(sorted(error.possibilities))
            hint = _("Did you mean {name}?").format(name=near)
        else:
            from funnelcli.cli.guessing import setting_hint

            hint = setting_hint(error.option_name) or hint
        return Usage(_("There is no option {name}.").format(name=error.option_name), hint)
    text = error.format_message()
    # The library tells its other complaints apart by their words alone.
    if " requires an argument" in text:
        text = _("{name} needs a value.").format(name=error.option_name)
    elif " does not take a value" in text:
        text = _("{name} takes no value.").format(name=error.option_name)
    elif text.startswith("Got unexpected extra argument"):
        text = _("Too much was given: {words}.").format(words=text.partition("(s) (")[2][:-1])
    return Usage(text, hint)


def body(error: FunnelError) -> dict[str, Any]:
    """An error as programs read it."""
    found: dict[str, Any] = {"code": error.code, "message": error.message, "hint": error.hint}
    if isinstance(error, Ambiguous):
        found["candidates"] = [
            {"id": candidate.id, "label": candidate.label} for candidate in error.candidates
        ]
    return found
