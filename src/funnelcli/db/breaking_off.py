"""Ctrl-C in the middle of a statement that SQLite works on for long."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from funnelcli.db.server import on_server

# So many seconds lie between two calls to stop: one that comes before a statement begins is lost.
_AGAIN = 0.05


@contextmanager
def breakable(conn: sqlite3.Connection) -> Iterator[None]:
    """Let Ctrl-C end what the block asks of a file as soon as it is pressed, by KeyboardInterrupt.

    Python looks at signals between its own instructions, and the check of a large file or its
    rewriting is a single one. So a thread hears of the signal and has SQLite stop. A block in
    another thread than the main one, or in a program that has its own way with Ctrl-C, is left as
    it is.
    """
    own = (
        threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )
    if on_server(conn) or not own:
        yield
        return
    heard, told = os.pipe()
    if os.name != "nt":
        os.set_blocking(told, False)
    over = threading.Event()
    pressed = False

    def note(_number: int, _frame: object) -> None:
        # It raises nothing here: that would come in the midst of what is put back below.
        nonlocal pressed
        pressed = True

    def listen() -> None:
        while number := os.read(heard, 1):
            while number[0] == signal.SIGINT and not over.wait(_AGAIN):
                conn.interrupt()

    listener = threading.Thread(target=listen, daemon=True)
    before = signal.signal(signal.SIGINT, note)
    told_before = signal.set_wakeup_fd(told, warn_on_full_buffer=False)
    listener.start()
    try:
        yield
    finally:
        over.set()
        signal.set_wakeup_fd(told_before)
        os.close(told)
        listener.join()
        os.close(heard)
        signal.signal(signal.SIGINT, before)
        if pressed:
            raise KeyboardInterrupt
