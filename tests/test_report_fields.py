"""What ``--csv=FIELDS`` and ``--json=FIELDS`` of each report choose from, and its options."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys

import pytest

from conftest import Run, some
from funnelcli.cli.tree import TREE, Verbs
from funnelcli.prompt.completion import candidates
from funnelcli.prompt.line import read
from funnelcli.reports.declarations import REPORTS
from funnelcli.reports.fields import data_fields, row_fields

# Each report as it is, and under each option that changes its columns: (options on the line, what
# they are to the declarations).
SHAPES: list[tuple[str, tuple[str, ...], dict[str, object]]] = [
    *((name, (), {}) for name in REPORTS),
    ("conversion", ("--rule", "any"), {"rule": "any"}),
    ("conversion", ("--rule", "strict"), {"rule": "strict"}),
    ("win-rate", ("--cohort",), {"cohort": True}),
    ("time-in-stage", ("--per-deal",), {"per_deal": True}),
    ("forecast", ("--backtest",), {"backtest": True}),
    ("movement", ("--due", "2026-Q4"), {"due": "2026-Q4"}),
]


@pytest.fixture
def filled(funnel: Run, demo: str) -> Run:
    """A database with deals, visits, effort, a target, an objection, scores and losses."""
    funnel("target add 2026-Q4 250k")
    return funnel


def offered(funnel: Run, *args: str) -> tuple[str, ...]:
    """The fields that the program names where one is asked for that there is not."""
    said = funnel(*args, exit=2).stderr
    found = re.search(r"The fields are: ([\w, ]+)\.", said)
    assert found is not None, said
    return tuple(found[1].split(", "))


@pytest.mark.parametrize("name", some(REPORTS))
def test_the_fields_of_rows_are_the_declared_ones(filled: Run, name: str) -> None:
    checked = 0
    for report, options, given in SHAPES:
        if report != name:
            continue
        for by in (None, *REPORTS[name].slices):
            for compare in (False, True):
                args = ["report", name, *options, "--period", "2026-11"]
                args += [] if by is None else ["--by", by]
                args += ["--compare"] if compare else []
                declared = row_fields(
                    name, by=() if by is None else (by,), compare=compare, options=given
                )
                header = next(csv.reader(io.StringIO(filled(*args, "--csv"))))
                assert tuple(header) == declared, args
                assert offered(filled, *args, "--csv=qqqq") == declared, args
                checked += 1
    assert checked >= 14 - 2 * REPORTS[name].bounded


@pytest.mark.parametrize("name", some(REPORTS))
def test_the_fields_of_a_report_are_the_declared_ones(filled: Run, name: str) -> None:
    for report, options, _given in SHAPES:
        if report != name:
            continue
        for explain in (False, True):
            for compare in (False, True):
                args = ["report", name, *options, "--period", "2026-11"]
                args += ["--compare"] if compare else []
                args += ["--explain"] if explain else []
                declared = data_fields(compare=compare, explain=explain)
                assert tuple(filled(*args, "--json").json) == declared, args
                assert offered(filled, *args, "--json=qqqq") == declared, args
                chosen = filled(*args, f"--json={','.join(reversed(declared))}").json
                assert tuple(chosen) == declared[::-1]


def test_all_reports_of_one_page_have_the_same_fields(filled: Run) -> None:
    for args in ((), ("--compare",), ("--explain",), ("--compare", "--explain")):
        declared = data_fields(compare="--compare" in args, explain="--explain" in args)
        for report in filled("report", "all", *args, "--json").json:
            assert tuple(report) == declared, (report["report"], args)


def test_a_report_of_nothing_has_its_fields_all_the_same(funnel: Run) -> None:
    for name in REPORTS:
        assert tuple(funnel("report", name, "--json").json) == data_fields()
        header = next(csv.reader(io.StringIO(funnel("report", name, "--csv"))))
        assert tuple(header) == row_fields(name)


def test_behind_a_cell_are_the_fields_of_deals(filled: Run) -> None:
    of_deals = filled("deal", "list", "--csv").lines[0]
    assert filled("report", "sources", "--deals", "all", "--csv").lines[0] == of_deals


def test_completion_offers_the_fields_of_each_report() -> None:
    def offers(line: str) -> set[str]:
        found = read(line.split(" "))
        assert found is not None
        return {value for value, _text in candidates(found)}

    for name in REPORTS:
        rows, whole = row_fields(name), data_fields()
        assert offers(f"report {name} --csv=") == {f"--csv={field}" for field in rows}
        assert offers(f"report {name} --tsv=") == {f"--tsv={field}" for field in rows}
        assert offers(f"report {name} --json=") == {f"--json={field}" for field in whole}
        assert offers(f"report {name} --by ") == {*REPORTS[name].slices}
    assert offers("report all --json=") == {f"--json={field}" for field in data_fields()}
    assert offers("report all --csv=") == set()
    assert offers("report conversion --rule ") == {"reached", "any", "strict"}


def test_the_verbs_are_the_declared_reports() -> None:
    noun = TREE["report"]
    assert isinstance(noun, Verbs)
    assert list(noun.verbs) == [*REPORTS, "all"]
    for name, report in REPORTS.items():
        assert noun.verbs[name].help == report.help


@pytest.mark.parametrize("name", [*REPORTS, "all"])
def test_every_example_is_a_command(filled: Run, name: str) -> None:
    lines = [line.strip() for line in filled("report", name, "--help").lines]
    shown = [line for line in lines if line.startswith(f"funnel report {name}")]
    assert shown
    for line in shown:
        if "-o " not in line and "--deals" not in line:
            filled(*line.split()[1:])


def test_what_a_report_cannot_be_asked(filled: Run) -> None:
    for args in (
        ("movement", "--by", "month"),
        ("movement", "--period", "all"),
        ("conversion", "--rule", "most"),
        ("forecast", "--since", "2026-10-31", "--backtest"),
        ("sources", "--by", "colour"),
        ("sources", "--rule", "any"),
        ("all", "--by", "source"),
    ):
        assert filled("report", *args, exit=2).stderr.startswith("Error: ")


def test_the_declarations_load_nothing() -> None:
    """Completion, help and the command tree read them."""
    code = (
        "import sys, typing, collections.abc, funnelcli.i18n, funnelcli.plain;"
        "before = set(sys.modules); import funnelcli.reports.declarations;"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["funnelcli.reports", "funnelcli.reports.declarations"]
