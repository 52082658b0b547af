"""Whole commands timed in turn, so that a busy machine slows both sides of a ratio alike."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Pair:
    """Median seconds of two commands and the median of their ratios, run by run."""

    ours: float
    peer: float
    ratio: float


def _once(command: Sequence[str], env: dict[str, str], terminal: bool) -> float:
    """Seconds that one run takes, its output read through a pipe or a pseudo terminal."""
    if not terminal:
        start = time.perf_counter()
        done = subprocess.run(command, env=env, capture_output=True)
        spent = time.perf_counter() - start
        if done.returncode:
            raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr.decode()}")
        return spent
    import pty

    leader, follower = pty.openpty()
    start = time.perf_counter()
    process = subprocess.Popen(command, env=env, stdout=follower, stderr=follower, stdin=follower)
    os.close(follower)
    while True:
        try:
            if not os.read(leader, 1 << 16):
                break
        except OSError:
            break
    code = process.wait()
    spent = time.perf_counter() - start
    os.close(leader)
    if code:
        raise SystemExit(f"{' '.join(command)} failed on a terminal")
    return spent


def compare(
    ours: Sequence[str],
    peer: Sequence[str],
    *,
    env: dict[str, str],
    terminal: bool = False,
    runs: int = 15,
    before: Callable[[], None] = lambda: None,
) -> Pair:
    """Run both commands in turn, ours and the peer's, after one unmeasured run of each; what has to
    happen ``before`` each of ours is not measured."""
    for command, on_terminal in ((ours, terminal), (peer, False)):
        _once(command, env, on_terminal)
    pairs = []
    for _run in range(runs):
        before()
        pairs.append((_once(ours, env, terminal), _once(peer, env, False)))
    return Pair(
        statistics.median(one for one, _other in pairs),
        statistics.median(other for _one, other in pairs),
        statistics.median(one / other for one, other in pairs),
    )
