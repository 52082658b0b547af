"""The command line: the lazy tree, and the one place where errors become words and exit codes."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from typing import Any

from funnelcli import config, i18n
from funnelcli.cli import invocation
from funnelcli.errors import INTERRUPTED, Ambiguous, Failed, FunnelError, Usage
from funnelcli.i18n import _
from funnelcli.prompt.pipes import abandon_stdout
from funnelcli.render import Changed, complain, emit, message, reading, unwritable
from funnelcli.values import dates, days, reader
from funnelcli.values.dayorder import month_first

# Characters of a sentence about what is wrong.
_LONGEST = 1000


def run(args: Sequence[str]) -> int:
    """Run one command; the exit code."""
    call = invocation.start(args)
    if next((word for word in args if word[:1] != "-"), "") == "config":
        config.tolerate()
    try:
        i18n.use(config.get("language"), config.get("locale"))
        dates.set_zone(config.get("timezone"))
        dates.set_parts(lambda part: dates.parse_time(config.get(part)))
        days.set_order(lambda: month_first(config.get("locale")))
        call.output.locale = config.get("locale")
        reader.use(lambda: reading(call.output))
        if not config.get("color"):
            call.output.color = False
        _tell_problems(call)
        try:
            return _dispatch(call, list(args))
        finally:
            _tell_problems(call)
    except FunnelError as error:
        if call.stored:
            error.hint = " ".join(filter(None, (error.hint, _stands())))
        _report(call, error)
        _let_go(call)
        return error.exit_code
    except KeyboardInterrupt:
        if call.stored:
            message(call.output, _("Interrupted. {rest}").format(rest=_stands()))
        else:
            message(call.output, _("Interrupted; nothing was changed."))
        return INTERRUPTED
    except BrokenPipeError:
        abandon_stdout()
        return 0


def _tell_problems(call: invocation.Invocation) -> None:
    """Warn of settings that were wrong and passed over."""
    for problem in config.problems():
        message(call.output, _("Warning: {text}").format(text=problem))


def _stands() -> str:
    """What is true of a call that has stored something before it ended otherwise than well."""
    return _("What was done until then is stored: `funnel history` lists it.")


def unwritten(error: OSError) -> int:
    """Say that standard output did not take an answer that was given without the command line;
    the exit code."""
    call = invocation.start([])
    i18n.use(config.get("language"), config.get("locale"))
    if isinstance(error, BrokenPipeError):
        abandon_stdout()
        return 0
    failure = unwritable(error)
    _report(call, failure)
    _let_go(call)
    return failure.exit_code


def _let_go(call: invocation.Invocation) -> None:
    """Give up what standard output does not take: the flush at exit would fail on it again, with
    a complaint and an exit code of Python's own."""
    try:
        call.output.stdout.flush()
    except OSError:
        abandon_stdout()


def _dispatch(call: invocation.Invocation, args: list[str]) -> int:
    from typer import Abort, TyperException

    try:
        try:
            return _carried_out(call, args)
        finally:
            call.end()
    except TyperException as error:
        raise _usage(error) from error
    except Abort as error:
        raise KeyboardInterrupt from error
    except sqlite3.Error as error:
        from funnelcli.db.refusing import unusable

        raise unusable(call.path, error) from error
    except (OverflowError, RecursionError, MemoryError) as error:
        from funnelcli.db.refusing import too_much

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


def _carried_out(call: invocation.Invocation, args: list[str]) -> int:
    """Run the command and show what it hands back; the exit code."""
    from funnelcli.cli.root import root

    call.root = root()
    result = call.root.main(_spelled_out(args), prog_name="funnel", standalone_mode=False)
    if isinstance(result, int):
        # The library swallows Ctrl-C and returns the code; the person is owed a word.
        if result == INTERRUPTED:
            raise KeyboardInterrupt
        return result
    exit_code = 0
    if isinstance(result, tuple):
        result, exit_code = result
    usual = config.columns(call.list)
    if call.columns is not None or usual:
        from funnelcli.render.choosing import columns_chosen

        result = columns_chosen(result, call.output, call.columns, usual)
    if isinstance(result, Changed):
        result.undo = call.entered
        if call.dry_run:
            result.lines.append(_("Dry run: nothing was changed."))
    emit(result, call.output)
    return exit_code


def _spelled_out(args: list[str]) -> list[str]:
    """``--json`` alone means every field; Click knows no option with a value left out."""
    from funnelcli.cli.params import OPTIONAL_VALUE

    end = args.index("--") if "--" in args else len(args)
    return [f"{arg}=" if arg in OPTIONAL_VALUE else arg for arg in args[:end]] + args[end:]


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


def _cut(text: str) -> str:
    """The two ends of a sentence that repeats more of what was given than anybody reads."""
    if len(text) <= _LONGEST:
        return text
    return f"{text[: _LONGEST // 2]} … {text[-_LONGEST // 4 :]}"


def _report(call: invocation.Invocation, error: FunnelError) -> None:
    """Print an error: one sentence of what is wrong, one of what to do."""
    from funnelcli.cli.system_words import in_words

    error.message = _cut(error.message)
    # A hint may be long by itself, as the help of a group is, but no word of it.
    if any(len(word) > _LONGEST for word in error.hint.split()):
        error.hint = _cut(error.hint)
    if call.json:
        import json

        body: dict[str, Any] = {
            "code": error.code,
            "message": error.message,
            "hint": error.hint,
        }
        if isinstance(error, Ambiguous):
            body["candidates"] = [
                {"id": candidate.id, "label": candidate.label} for candidate in error.candidates
            ]
        complain(call.output, json.dumps({"error": body}, ensure_ascii=False))
        return
    lines = [_("Error: {text}").format(text=in_words(error.message))]
    if isinstance(error, Ambiguous):
        lines += [f"{candidate.id:>6}  {candidate.label}" for candidate in error.candidates]
    if error.hint:
        lines.append(error.hint)
    message(call.output, "\n".join(lines))
