"""The long runs of what `tests/` tries shortly: commands that are killed or whose disk fails, and
inputs that are made up by what code they reach.

    python benchmarks/endurance.py --minutes 20 [--kills 10000] [--json figures.json]

Half of the time goes to faults in every writing command at random calls (tests/faults.py), until
there were as many kills as asked for; half to inputs: arguments, filters, dates, notes, importers,
TOML, damaged files of every format (tests/damage.py). With atheris installed (``pip install
atheris``) these are guided by coverage; without it they are made up at random, and the table says
so. Whatever is found is printed and counted, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parent.parent / "tests"
sys.path.insert(0, str(TESTS))

KINDS = ("arguments", "filters", "dates", "notes", "tables", "TOML", "files")
# The inputs of one kind run in a process of their own: atheris ends the one that it runs in.
FUZZ = Path(__file__).with_name("fuzz.py")


def faulty(sample: Path, folder: Path, minutes: float, kills: int, seed: int) -> dict[str, Any]:
    """Kill writing commands, and let their disk fail, at random calls; the figures."""
    import every_command
    from faults import KINDS, WRITING, Faults

    chance = random.Random(seed)  # noqa: S311 - the same calls for the same seed
    faults = Faults(sample, folder)
    usual = {}
    for path in WRITING:
        line = every_command.lines(path)[0]
        done = faults.run([*path.split(), *every_command.words(line)])
        usual[path] = line, done.calls, faults.stored(path)
    tried: Counter[str] = Counter()
    found = []
    begun = time.monotonic()
    while time.monotonic() - begun < minutes * 60 and tried["kill"] < kills:
        path = chance.choice(WRITING)
        line, calls, changes = usual[path]
        # Two of three are kills.
        kind = chance.choice([*KINDS, "kill", "kill", "kill"][:5])
        at = chance.randint(1, max(1, calls))
        tried[kind] += 1
        wrong = faults.wrong(path, line, at, KINDS[kind], changes=changes)
        if wrong:
            found.append(f"{path} {line}: {kind} at call {at} of {calls}: {wrong}")
            print(found[-1], file=sys.stderr)
    faults.close()
    return {
        "commands": len(WRITING),
        "faults": dict(tried),
        "violations": found,
        "minutes": round((time.monotonic() - begun) / 60, 1),
    }


def fuzzed(sample: Path, folder: Path, minutes: float, seed: int) -> dict[str, Any]:
    """Give the program inputs of every kind; the figures."""
    import shutil

    guided = find_spec("atheris") is not None
    figures: dict[str, Any] = {"guided by": "atheris" if guided else "chance", "kinds": {}}
    for kind in KINDS:
        work = folder / f"fuzz-{kind}"
        shutil.copytree(sample, work)
        seconds = minutes * 60 / len(KINDS)
        words = [kind, str(seconds), str(int(guided)), str(work), str(seed)]
        ended = subprocess.run([sys.executable, str(FUZZ), *words], capture_output=True, text=True)
        report = folder / f"{kind}.json"
        if report.exists():
            figures["kinds"][kind] = json.loads(report.read_text())
        else:
            trouble = {"input": "", "error": "ended: " + ended.stderr[-2000:]}
            figures["kinds"][kind] = {"cases": 0, "found": [trouble], "longest": 0}
        for one in figures["kinds"][kind]["found"]:
            print(
                f"{kind}: {one['error']} {one['input']!a}\n{one.get('told', '')}", file=sys.stderr
            )
    return figures


def main() -> None:
    """Run both, print the figures as a table, and all of them as JSON into a file."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--kills", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=14)
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()
    import pytest

    import every_command
    from conftest import Clock, forget_settings, reset, runner
    from funnelcli.values import dates

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sample = folder / "sample"
        sample.mkdir()
        here = os.getcwd()
        with pytest.MonkeyPatch.context() as patch:
            forget_settings(patch)
            patch.setattr(dates, "now", Clock())
            patch.chdir(sample)
            every_command.fill(runner(every_command.setting(sample), patch), sample)
            reset()
        os.chdir(here)
        figures = {
            "faults": faulty(sample, folder, options.minutes / 2, options.kills, options.seed),
            "inputs": fuzzed(sample, folder, options.minutes / 2, options.seed),
        }
    faults, inputs = figures["faults"], figures["inputs"]
    print(f"writing commands {faults['commands']:>9}")
    for kind, number in sorted(faults["faults"].items()):
        print(f"{kind:16} {number:>9}")
    print(f"violations       {len(faults['violations']):>9}   in {faults['minutes']} minutes")
    print(f"inputs, guided by {inputs['guided by']}, {options.minutes / 2:g} minutes:")
    for kind, own in inputs["kinds"].items():
        print(f"{kind:16} {own['cases']:>9}   violations {len(own['found'])}"
              f", longest {own['longest']:.1f} s")  # fmt: skip
    if options.json:
        Path(options.json).write_text(json.dumps(figures, indent=2), encoding="utf-8")
    sys.exit(bool(faults["violations"] or any(own["found"] for own in inputs["kinds"].values())))


if __name__ == "__main__":
    main()
