"""How far a long command is: a bar for who watches, lines of JSON for a program that asks."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from funnelcli.i18n import _
from funnelcli.render import complain
from funnelcli.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from funnelcli.cli.invocation import Invocation
    from funnelcli.formats.table import Table

# Seconds before anything is shown, and between two looks.
_EVERY = 1.0


class Progress:
    """How much is done of a whole, which may not be known yet. Called with how much more is done;
    :meth:`begin` says of how much. ``what`` is the command, ``unit`` what is counted: both are the
    same in every language. It is shown from the first second on, and then once a second."""

    def __init__(self, call: Invocation, what: str, total: int | None, unit: str) -> None:
        self.done = 0
        self.total = total
        self._call = call
        self._what = what
        self._unit = unit
        self._since = time.monotonic()
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._bar: Any = None

    def __call__(self, more: int) -> None:
        self.done += more

    def begin(self, total: int) -> Progress:
        """Count from the beginning, to ``total``."""
        self.done, self.total = 0, total
        return self

    def stands(self) -> dict[str, Any]:
        """How far it is: ``seconds`` since it began, ``rate`` a second, ``left`` seconds to come as
        long as it goes on like that; None for what is not known."""
        seconds = time.monotonic() - self._since
        rate = self.done / seconds if self.done and seconds else None
        left = None
        if rate and self.total is not None:
            left = round(max(0, self.total - self.done) / rate, 1)
        return {
            "progress": self._what,
            "unit": self._unit,
            "done": self.done,
            "total": self.total,
            "seconds": round(seconds, 1),
            "rate": None if rate is None else round(rate, 1),
            "left": left,
        }

    # Shown ------------------------------------------------------------------------------------

    def watch(self, show: Any) -> threading.Thread:
        """Call ``show`` every second until it is over."""

        def look() -> None:
            while not self._over.wait(_EVERY):
                with self._lock:
                    if not self._over.is_set():
                        show()

        thread = threading.Thread(target=look, daemon=True)
        thread.start()
        return thread

    def end(self, thread: threading.Thread) -> None:
        """Show no more."""
        self._over.set()
        self.hide()
        thread.join()

    def say(self, state: str) -> None:
        """A line for a program."""
        import json

        complain(self._call.output, json.dumps({**self.stands(), "state": state}))

    def draw(self) -> None:
        """The bar as it is now."""
        from funnelcli.render.human import number

        locale = self._call.output.locale
        if self._bar is None:
            self._bar = _made(self._call)
            self._bar.start()
        now = self.stands()
        all_done = self.total is not None and self.done >= self.total
        counted = number(self.done, locale)
        if self.total is not None:
            counted += f" / {number(self.total, locale)}"
        rate = "" if now["rate"] is None else _("{n}/s").format(n=number(int(now["rate"]), locale))
        left = ""
        if now["left"] is not None and not all_done:
            minutes, seconds = divmod(int(now["left"]), 60)
            left = _("{time} left").format(time=f"{minutes}:{seconds:02}")
        # What comes behind the last row (indexes, the check of what was written) has no count.
        text = _("Finishing") if all_done else ""
        self._bar.update(
            self._bar.task_ids[0],
            completed=self.done,
            total=None if all_done else self.total,
            counted=counted,
            rate=rate,
            left=left or text,
        )

    def hide(self) -> None:
        """Take the bar away, so that something else can be written; it comes back by itself."""
        with self._lock:
            if self._bar is not None:
                self._bar.stop()
                self._bar = None


def _made(call: Invocation) -> Any:
    from rich import progress
    from rich.console import Console

    console = Console(file=call.output.stderr, no_color=call.output.color is False)
    columns = (
        progress.BarColumn(),
        progress.TextColumn("{task.fields[counted]}", markup=False),
        progress.TextColumn("{task.fields[rate]}", markup=False),
        progress.TextColumn("{task.fields[left]}", markup=False),
    )
    bar = progress.Progress(*columns, console=console, transient=True)
    bar.add_task("", total=None, counted="", rate="", left="")
    return bar


def _how(call: Invocation) -> str:
    """What is asked for; without that a bar where a person watches, and nothing else."""
    if call.progress:
        return call.progress
    output = call.output
    watched = output.stdout.isatty() and output.stderr.isatty()
    return "bar" if watched and not output.quiet and not call.inside else "none"


@contextmanager
def reading(call: Invocation, table: Table) -> Iterator[None]:
    """How far the first reading of a table is, which decides how its columns are written."""
    with progress(call, "read", more=True) as advance:
        table.watched = advance
        try:
            yield
        finally:
            table.watched = None


@contextmanager
def progress(
    call: Invocation,
    what: str,
    total: int | None = None,
    unit: str = "rows",
    *,
    more: bool = False,
) -> Iterator[Progress]:
    """How far a command is, for as long as the block runs; ``more`` of it follows in another.
    Nothing is shown in the first second, nor in a pipe, unless it is asked for."""
    made = Progress(call, what, total, unit)
    how = _how(call)
    if how == "none":
        yield made
        return
    thread = made.watch(made.draw if how == "bar" else lambda: made.say("running"))
    state = "failed"
    try:
        yield made
        state = "running" if more else "done"
    except KeyboardInterrupt:
        state = "interrupted"
        raise
    finally:
        made.end(thread)
        if how == "json":
            made.say(state)
