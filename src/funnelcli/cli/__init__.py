"""The command line: the lazy tree, and the one place where errors become words and exit codes."""

from __future__ import annotations

from collections.abc import Sequence

from funnelcli import config, i18n
from funnelcli.cli import invocation
from funnelcli.cli.telling import body, in_own_words
from funnelcli.errors import INTERRUPTED, Ambiguous, FunnelError
from funnelcli.i18n import _
from funnelcli.prompt.pipes import abandon_stdout
from funnelcli.render import Changed, complain, emit, message, reading, unwritable
from funnelcli.typed import TYPE_CHECKING, Any
from funnelcli.values import dates, days, reader
from funnelcli.values.dayorder import month_first

if TYPE_CHECKING:
    from sqlite3 import Connection

    from funnelcli.cli.hooking import Watch

# Characters of a sentence about what is wrong.
_LONGEST = 1000


def _watching(call: invocation.Invocation, conn: Connection, command_id: int) -> Watch | None:
    from funnelcli.actions.hooks.found import named

    hooks = named()
    if not hooks:
        return None
    from funnelcli.cli.hooking import Watch

    return Watch(call, conn, command_id, hooks)


def _rooted() -> Any:
    from funnelcli.cli.root import root

    return root()


invocation.watched_by(_watching)
invocation.rooted_by(_rooted)


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
        if call.declined and not call.stored:
            message(call.output, _("Nothing was changed."))
        elif call.stored:
            message(call.output, _("Interrupted. {rest}").format(rest=_stands()))
        elif call.left:
            message(call.output, _("Interrupted. {rest}").format(rest=call.left))
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
    with in_own_words(call):
        try:
            return _carried_out(call, args)
        finally:
            call.end()


def _carried_out(call: invocation.Invocation, args: list[str]) -> int:
    """Run the command and show what it hands back; the exit code."""
    from funnelcli.cli import params, plain

    args = params.spelled_out(args)
    line = plain.read(args)
    if line is not None:
        result = line.carry_out(call)
    else:
        result = call.root.main(args, prog_name="funnel", standalone_mode=False)
        if isinstance(result, int):
            # The library swallows Ctrl-C and returns the code; the person is owed a word.
            if result == INTERRUPTED:
                raise KeyboardInterrupt
            return result
    exit_code = 0
    if isinstance(result, tuple):
        result, exit_code = result
    usual = config.of_list(config.COLUMNS, call.list)
    if call.columns is not None or usual:
        from funnelcli.render.choosing import columns_chosen

        if call.columns is not None and "@" in call.columns:
            from funnelcli.cli.list_columns import of_sets, with_sets

            said, call.columns = call.columns, with_sets(call.list, call.columns)
            with of_sets(call.list, said):
                result = columns_chosen(result, call.output, call.columns, usual)
        else:
            result = columns_chosen(result, call.output, call.columns, usual)
    if isinstance(result, Changed):
        result.undo = call.entered
        if call.dry_run:
            result.lines.append(_("Dry run: nothing was changed."))
    path = call.output.path
    if path is None or path == "-" or isinstance(result, Changed):
        emit(result, call.output)
        return exit_code
    from funnelcli.cli.disclosing import Watch, note

    watch = Watch(call, result)
    emit(result, call.output)
    call.end()
    note(call, path, watch.members)
    return exit_code


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

        complain(call.output, json.dumps({"error": body(error)}, ensure_ascii=False))
        return
    lines = [_("Error: {text}").format(text=in_words(error.message))]
    if isinstance(error, Ambiguous):
        lines += [f"{candidate.id:>6}  {candidate.label}" for candidate in error.candidates]
    if error.hint:
        lines.append(error.hint)
    message(call.output, "\n".join(lines))
