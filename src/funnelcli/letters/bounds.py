"""Bounds for a template of somebody else's: what it may take of time and memory.

Jinja's sandbox keeps a template from files and from the program; nothing in it keeps one from
counting for years, or from a text that fills the memory.
"""

from __future__ import annotations

import _thread
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from jinja2 import TemplateError
from jinja2.sandbox import SandboxedEnvironment

from funnelcli.i18n import _
from funnelcli.text import printed
from funnelcli.typed import Any

SECONDS = 10.0
MEMORY = 512 * 1024 * 1024
"""Bytes beyond what the program has already, where the system tells (Linux)."""
LONGEST = 1_000_000
"""Characters or items that a repetition may make."""
LONGEST_LETTER = 5_000_000
"""Characters of a whole letter, of which a page would still be made."""
MISTAKES = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError)
"""What a mistake in a template shows as."""
_HIGHEST_POWER = 1000


class TooMuch(ValueError):
    """What a template asks for is beyond its bounds."""


class Sandbox(SandboxedEnvironment):
    """Jinja's sandbox, without repetitions and powers that no letter needs: one of them is a single
    step, which nothing interrupts. Texts come out as they are printed, without control characters.
    """

    intercepted_binops = frozenset(("*", "**"))

    def __init__(self, **options: Any) -> None:
        super().__init__(finalize=_printed, **options)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """The product or the power. Raises TooMuch."""
        if operator == "**" and isinstance(right, int | float) and abs(right) > _HIGHEST_POWER:
            raise TooMuch(_("a power is too high"))
        for one, times in ((left, right), (right, left)):
            repeated = operator == "*" and isinstance(times, int) and hasattr(one, "__len__")
            if repeated and len(one) * times > LONGEST:
                raise TooMuch(_("a repetition is too long"))
        return super().call_binop(context, operator, left, right)


def _printed(value: Any) -> Any:
    """What a letter has of a value, whatever is in the texts."""
    return printed(value) if isinstance(value, str) else value


@contextmanager
def bounded() -> Iterator[None]:
    """Run a template inside the block. Raises TooMuch where it takes too long, too much memory or
    includes itself without end."""
    over = threading.Event()

    def interrupt() -> None:
        over.set()
        _thread.interrupt_main()

    timer = threading.Timer(SECONDS, interrupt)
    timer.daemon = True
    timer.start()
    try:
        with _memory():
            yield
    except KeyboardInterrupt:
        if not over.is_set():
            raise
        text = _("it takes longer than {n} seconds").format(n=f"{SECONDS:g}")
        raise TooMuch(text) from None
    except MemoryError:
        raise TooMuch(_("it takes too much memory")) from None
    except RecursionError:
        raise TooMuch(_("it includes itself, or goes too deep")) from None
    finally:
        timer.cancel()


@contextmanager
def _memory() -> Iterator[None]:
    """Let the process have so much more inside the block, where Linux says what it has."""
    try:
        import resource

        with open("/proc/self/statm", encoding="ascii") as file:
            pages = int(file.read().split()[0])
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    except (ImportError, OSError):
        yield
        return
    wanted = pages * os.sysconf("SC_PAGE_SIZE") + MEMORY
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
