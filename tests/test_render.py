"""What people and programs see: screens, piped text, records, documents and files."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import stat
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import funnelcli
from funnelcli import i18n
from funnelcli.errors import Failed, Usage
from funnelcli.render import (
    Changed,
    Column,
    Facts,
    Listing,
    Output,
    Page,
    Picture,
    Prose,
    Text,
    bar,
    choose_format,
    emit,
    message,
)
from funnelcli.render.layout import Need, cells, cut, fit, fold
from funnelcli.values import dates

NOON = 1795521600  # 2026-11-24T12:00:00Z, a Tuesday


class Kind(Enum):
    NEW = "new"
    REPEAT = "repeat"


@dataclass
class Deal:
    id: int
    title: str
    stage: str
    value: int | None
    currency: str
    due: date | str | None
    share: float
    created_at: int
    days: int = 3
    minutes: int = 90
    tags: tuple[str, ...] = ()
    open: bool = True
    kind: Kind = Kind.NEW


COLUMNS = [
    Column("id", "ID", "id"),
    Column("title", "Deal", flex=True),
    Column("stage", "Stage", drop=1),
    Column("value", "Value", "money"),
    Column("due", "Next step", "date", drop=2),
    Column("share", "Share", "share", drop=3),
    Column("share", "Bar", "bar", data=False, drop=5),
    Column("days", "Age", "days", drop=4, style=lambda row: "bad" if row.days > 9 else ""),
    Column("tags", "Tags", "tags", drop=6),
    Column("minutes", "Effort", "duration", drop=7),
    Column("created_at", "Created", "instant", drop=8),
    Column("open", "Open", "flag", table=False),
    Column("kind", "Kind", table=False),
]


def deals() -> list[Deal]:
    return [
        Deal(
            1,
            "Packaging line for the plant in Köln",
            "Offer sent",
            1250000,
            "EUR",
            date(2026, 11, 25),
            0.42,
            NOON - 86400,
            tags=("fair", "vip"),
        ),
        Deal(22, "株式会社テスト", "Need known", None, "USD", None, 0.081, NOON, days=12),
    ]


def listing(rows: Any = None, **more: Any) -> Listing:
    return Listing(COLUMNS, iter(deals() if rows is None else rows), **more)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _at_noon(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(dates, "now", lambda: NOON)
    for name in ("NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    zone = dates.zone_name() if dates.zone() else None
    dates.set_zone("UTC")
    yield
    dates.set_zone(zone)
    i18n.use("en")


def on_screen(result: Any, width: int = 80, *, color: bool | None = False, **more: Any) -> str:
    out = Terminal()
    emit(result, Output(stdout=out, width=width, color=color, **more))
    return out.getvalue()


def written(result: Any, form: str | None = None, **more: Any) -> str:
    out = io.StringIO()
    emit(result, Output(stdout=out, format=form, **more))
    return out.getvalue()


# Screens ----------------------------------------------------------------------------------------

AT_40 = """\
Deals
1 Packaging line for the plant in Köln
  Stage: Offer sent · Value:
  €12,500.00 · Next step: Nov 25, 2026 ·
  Share: 42% · Age: 3 d · Tags: fair,
  vip · Effort: 1 h 30 min · Created:
  Nov 23, 2026
22 株式会社テスト
  Stage: Need known · Share: 8.1% · Age:
  12 d · Effort: 1 h 30 min · Created:
  Nov 24, 2026
Together
  Value: €12,500.00
Two deals.
"""

AT_80 = """\
Deals
ID  Deal             Stage            Value  Next step     Share  Bar        Age
────────────────────────────────────────────────────────────────────────────────
 1  Packaging line   Offer sent  €12,500.00  Nov 25, 2026    42%  ███▍       3 d
    for the plant
    in Köln
22  株式会社テスト   Need known                             8.1%  ▋         12 d
────────────────────────────────────────────────────────────────────────────────
    Together                     €12,500.00
No room here for: Tags, Effort, Created.
Two deals.
"""

AT_160 = """\
Deals
ID  Deal                                  Stage            Value  Next step     Share  Bar                    Age  Tags           Effort  Created
────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
 1  Packaging line for the plant in Köln  Offer sent  €12,500.00  Nov 25, 2026    42%  ████████▍              3 d  fair, vip  1 h 30 min  Nov 23, 2026 12:00
22  株式会社テスト                        Need known                             8.1%  █▋                    12 d             1 h 30 min  Nov 24, 2026 12:00
────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    Together                                          €12,500.00
Two deals.
"""  # noqa: E501

SCREENS = {40: AT_40, 80: AT_80, 160: AT_160}


def with_total() -> Listing:
    total = {"title": "Together", "value": 1250000, "currency": "EUR"}
    return listing(title="Deals", notes=["Two deals."], total=total)


@pytest.mark.parametrize("width", [40, 80, 160])
def test_a_table_fits_the_screen(width: int) -> None:
    assert on_screen(with_total(), width) == SCREENS[width]


@given(st.integers(1, 200))
@settings(max_examples=60, deadline=None)
def test_no_line_is_wider_than_the_screen(width: int) -> None:
    page = Page(
        [
            with_total(),
            Facts("A deal", [("Next step", "call back " * 5), ("Wert", "株式会社" * 9)]),
            Prose("Some words, and averyveryverylongoneaswell\n\tindented"),
        ]
    )
    for line in on_screen(page, width).splitlines():
        # A character of two cells has no room in one.
        assert cells(line) <= max(width, 2)


def test_facts_stand_in_two_columns_and_fold() -> None:
    facts = Facts("Köln", [("Next step", "call back about the offer of last week"), ("Stage", "")])
    assert on_screen(Page([facts]), 32) == (
        "Köln\nNext step  call back about the\n           offer of last week\nStage\n"
    )
    assert on_screen(Page([facts]), 14).splitlines()[:3] == ["Köln", "Next step", "  call back"]


def test_an_empty_list_says_so_to_people_only() -> None:
    empty = "No deals yet."
    assert on_screen(listing([], empty=empty)) == "No deals yet.\n"
    assert written(listing([], empty=empty)) == ""
    assert written(listing([], empty=empty), "json") == "[]\n"
    assert written(listing([], empty=empty), "jsonl") == ""
    assert written(listing([], empty=empty), "csv").startswith("id,title,stage,value,currency,")


@pytest.mark.parametrize("place", ["row", "fact", "prose", "changed", "picture", "title"])
def test_user_text_cannot_steer_the_terminal(place: str) -> None:
    bad = "a\x1b[31mb\x07\x9b2J\u202ec\r\nd\x7f\udc80[bold]e[/bold]"
    result: Any = {
        "row": Listing([Column("t", "T")], [{"t": bad}]),
        "fact": Page([Facts("", [(bad, bad)])]),
        "prose": Page([Prose(bad)]),
        "changed": Changed([bad]),
        "picture": Page([Picture(lambda width, colour: [bad, [(bad, "good")]], listing())]),
        "title": listing(title=bad, notes=[bad]),
    }[place]
    shown = on_screen(result, 120)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\ud800-\udfff]", shown)
    assert "a␛[31mb␇�2J" in shown
    assert "[bold]e[/bold]" in shown


def test_control_characters_stay_off_a_terminal_in_every_format() -> None:
    rows = [{"id": 1, "t": "a\x1b]0;x\x07b\x9b"}]
    table = Listing([Column("id", "ID", "id"), Column("t", "T")], rows)
    for form in ("csv", "tsv", "json", "jsonl", "md", "html", "txt"):
        out = Terminal()
        emit(table, Output(stdout=out, format=form))
        assert not re.search("[\x1b\x07\x9b]", out.getvalue()), form


def test_colour_is_asked_for_by_terminals_only(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[31m      12 d\x1b[0m" in on_screen(
        Listing([Column("days", "Long title", "days", style=lambda row: "bad")], deals()[1:]),
        color=None,
    )
    assert "\x1b" in on_screen(listing(), color=None)
    assert "\x1b" not in on_screen(listing(), color=False)
    assert "\x1b" not in written(listing(), color=True)
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b" not in on_screen(listing(), color=None)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in on_screen(listing(), color=None)
    assert "\x1b" in on_screen(listing(), color=True)


def test_a_screen_without_colour_has_the_same_words() -> None:
    plain = on_screen(with_total(), 100, color=False)
    coloured = re.sub("\x1b\\[[0-9]*m", "", on_screen(with_total(), 100, color=True))
    assert [line.rstrip() for line in coloured.splitlines()] == plain.splitlines()


def test_titles_and_words_are_in_the_language_spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    german = {"Deal": "Geschäft", "yes": "ja"}
    monkeypatch.setattr(i18n, "_", lambda text: german.get(text, text))
    table = Listing(
        [Column("title", "Deal"), Column("open", "Open", "flag"), Column("share", "S", "share")],
        deals()[1:],
    )
    shown = on_screen(table, locale="de_DE")
    assert "Geschäft" in shown
    assert shown.split()[-3:] == ["ja", "8,1", "%"]
    assert written(table).endswith("\ttrue\t0.081\n")


def test_names_are_for_people_and_keys_for_programs() -> None:
    column = Column("kind", "Kind", names=lambda kind: {"new": "New business"}[kind.value])
    rows = deals()[1:]
    assert "New business" in on_screen(Listing([column], rows))
    assert written(Listing([column], rows)) == "new\n"
    assert json.loads(written(Listing([column], rows), "json")) == [{"kind": "new"}]


def test_an_old_terminal_gets_ascii() -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii")
    out.isatty = lambda: True  # type: ignore[method-assign]
    emit(listing(), Output(stdout=out, width=160, color=False))
    shown = raw.getvalue().decode("ascii")
    assert "-----" in shown
    assert "########" in shown


@pytest.mark.skipif(os.name == "nt", reason="pseudo terminals are a thing of Unix")
def test_a_real_terminal_says_how_wide_it_is() -> None:
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 40, 0, 0))
    with os.fdopen(theirs, "w", encoding="utf-8") as out:
        emit(with_total(), Output(stdout=out, color=False))
        shown = b""
        while not shown.endswith(b"deals.\r\n"):
            shown += os.read(ours, 10_000)
    os.close(ours)
    assert shown.decode().replace("\r\n", "\n") == AT_40


def test_pictures_are_drawn_on_terminals_and_listed_elsewhere() -> None:
    from rich.text import Text as RichText

    def lines(width: int, colour: bool) -> Any:
        return ["#" * (width // 10), [("half", "good"), (" done", "")]]

    table = Listing([Column("n", "N", "int")], [{"n": 1234}])
    page = Page([Picture(lines, table)], data={"n": 7})
    assert on_screen(page, 50) == "#####\nhalf done\n"
    assert "\x1b[32mhalf\x1b[0m done" in on_screen(page, 50, color=True)
    assert written(page) == "1234\n"
    assert json.loads(written(page, "json")) == {"n": 7}
    rich = Page([Picture(lambda width, colour: RichText("by [i]Rich[/]"), table)])
    assert on_screen(rich) == "by [i]Rich[/]\n"


# Layout -----------------------------------------------------------------------------------------


def test_characters_measured_without_rich_measure_the_same() -> None:
    from rich.cells import cell_len

    for code in range(0x20, 0x3000):
        if chr(code).isprintable():
            assert cells(chr(code)) == cell_len(chr(code)), hex(code)


@given(st.text(), st.integers(1, 40))
@settings(max_examples=150, deadline=None)
def test_cut_and_folded_text_keeps_to_its_width(text: str, width: int) -> None:
    text = text.replace("\n", " ")
    assert cells(cut(text, width)) <= width
    assert all(cells(line) <= max(width, 2) for line in fold(text, width))
    assert "".join("".join(fold(text, width)).split()) == "".join(text.split())


@given(
    st.lists(
        st.builds(
            lambda least, more, drop: Need(least + more, least, drop),
            st.integers(1, 30),
            st.integers(0, 60),
            st.integers(0, 4),
        ),
        min_size=1,
        max_size=9,
    ),
    st.integers(1, 150),
)
@settings(deadline=None)
def test_columns_fit_and_the_first_to_go_are_those_marked_so(needs: list[Need], width: int) -> None:
    fitted = fit(needs, width)
    if fitted is None:
        stay = [need.least for need in needs if not need.drop] or [min(n.least for n in needs)]
        assert sum(stay) + len(stay) - 1 > width or len(stay) == 1
        return
    gap, widths = fitted
    shown = [(need, found) for need, found in zip(needs, widths, strict=True) if found is not None]
    gone = [need for need, found in zip(needs, widths, strict=True) if found is None]
    assert sum(found for _need, found in shown) + gap * (len(shown) - 1) <= width
    assert all(need.least <= found <= need.natural for need, found in shown)
    if sum(need.least for need in needs) + len(needs) - 1 <= width:
        assert not gone
    elif gone:
        assert min(need.drop for need in gone) >= max(1, *(need.drop for need, _found in shown))


SOURCES = Listing(
    (
        Column("source", "Customer source", flex=True),
        Column("month", "Month"),
        Column("won", "Won deals", "int"),
        Column("rate", "Win rate of decided", "share", shown=lambda row: row["rate"]),
        Column("value", "Value won", "money"),
        Column("cost", "Value weighted", "money"),
    ),
    [
        {
            "source": "recommended by a customer",
            "month": "2026-11",
            "won": 3,
            "rate": "2/3",
            "value": 12345600,
            "cost": 1234500,
            "currency": "EUR",
        }
    ],
)


def test_prose_keeps_to_a_readable_width_on_a_wide_screen() -> None:
    words = Prose("so many words " * 30)
    assert 80 < max(map(len, on_screen(Page([words]), 200).splitlines())) <= 100
    assert max(map(len, on_screen(Page([words]), 50).splitlines())) <= 50


@pytest.mark.parametrize("width", [30, 41, 44, 50, 60, 80])
def test_titles_are_folded_before_a_number_or_a_month_is(width: int) -> None:
    shown = on_screen(SOURCES, width)
    assert all(len(line) <= width for line in shown.splitlines())
    for whole in ("2026-11", "2/3", "€123,456.00", "€12,345.00"):
        assert whole in shown


def test_a_folded_title_stands_on_the_rule_above_its_column() -> None:
    assert on_screen(SOURCES, 68).splitlines() == [
        "Customer                   Won  Win rate of                    Value",
        "source          Month    deals      decided    Value won    weighted",
        "─" * 68,
        "recommended by  2026-11      3          2/3  €123,456.00  €12,345.00",
        "a customer",
    ]


def test_where_a_table_has_no_room_each_row_stands_for_itself() -> None:
    assert on_screen(SOURCES, 41).splitlines() == [
        "recommended by a customer",
        "  Month: 2026-11 · Won deals: 3 ·",
        "  Win rate of decided: 2/3 · Value won:",
        "  €123,456.00 · Value weighted:",
        "  €12,345.00",
    ]


@pytest.mark.parametrize(
    ("fraction", "width", "drawn"),
    [
        (0, 8, ""),
        (None, 8, ""),
        (1, 4, "████"),
        (7, 4, "████"),
        (0.5, 4, "██"),
        (0.0001, 4, "▏"),
        (0.9999, 4, "████"),
        (float("nan"), 4, ""),
    ],
)
def test_bars(fraction: float | None, width: int, drawn: str) -> None:
    assert bar(fraction, width) == drawn


def test_ascii_bars() -> None:
    assert bar(0.5, 8, ascii_only=True) == "####"


# Programs ---------------------------------------------------------------------------------------


def test_piped_rows_are_whole_and_plain() -> None:
    assert written(listing()) == (
        "1\tPackaging line for the plant in Köln\tOffer sent\t12500.00\tEUR\t2026-11-25\t0.42\t3"
        "\tfair,vip\t90\t2026-11-23T12:00:00Z\n"
        "22\t株式会社テスト\tNeed known\t\tUSD\t\t0.081\t12\t\t90\t2026-11-24T12:00:00Z\n"
    )


def test_json_keeps_its_promise() -> None:
    assert json.loads(written(listing(), "json"))[0] == {
        "id": 1,
        "title": "Packaging line for the plant in Köln",
        "stage": "Offer sent",
        "value": 12500,
        "value_minor": 1250000,
        "currency": "EUR",
        "due": "2026-11-25",
        "share": 0.42,
        "days": 3,
        "tags": ["fair", "vip"],
        "minutes": 90,
        "created_at": "2026-11-23T12:00:00Z",
        "open": True,
        "kind": "new",
    }
    text = written(listing(), "json")
    assert text.startswith('[\n  {\n    "id": 1,\n    "title": "Packaging line for')
    assert "Köln" in text


def test_fields_choose_and_a_wrong_one_is_named() -> None:
    assert written(listing(), "csv", fields=["value", "id"]) == "value,id\n12500.00,1\n,22\n"
    assert json.loads(written(listing(), "json", fields=["currency"])) == [
        {"currency": "EUR"},
        {"currency": "USD"},
    ]
    with pytest.raises(Usage, match="no field valu") as caught:
        written(listing(), "json", fields=["valu"])
    assert caught.value.hint == "Did you mean value?"
    with pytest.raises(Usage) as caught:
        written(listing(), "json", fields=["zzz"])
    assert "created_at" in caught.value.hint


@pytest.mark.parametrize("form", [None, "json", "jsonl", "csv", "tsv", "ids", "md", "html"])
def test_rows_are_written_as_they_come(form: str | None) -> None:
    out = io.StringIO()
    sizes = []

    def rows() -> Any:
        for number in range(40):
            sizes.append(len(out.getvalue()))
            yield {"id": number}

    emit(Listing([Column("id", "ID", "id")], rows()), Output(stdout=out, format=form))
    assert sizes == sorted(sizes)
    assert sizes[20] < sizes[39]


ANY_ROW = st.fixed_dictionaries(
    {
        "id": st.integers(),
        "text": st.text(),
        "tags": st.lists(st.text(alphabet="abc|\\\t\n", min_size=1)),
        "on": st.booleans() | st.none(),
        "amount": st.integers(-(10**12), 10**12) | st.none(),
        "currency": st.sampled_from(["EUR", "USD"]),
    }
)
ANY_COLUMNS = [
    Column("id", "", "id"),
    Column("text", ""),
    Column("tags", "", "tags"),
    Column("on", "", "flag"),
    Column("amount", "", "money"),
]


def read_back(cell: str) -> str:
    short = {"t": "\t", "n": "\n", "r": "\r", "\\": "\\"}
    return re.sub(
        r"\\(?:([tnr\\])|x(..))",
        lambda found: short[found[1]] if found[1] else chr(int(found[2], 16)),
        cell,
    )


def in_one_cell(tags: list[str]) -> str:
    """Where one has a line end, three colons stand between them, and behind one alone; blanks at
    the end are none of a tag."""
    if "\n" not in "".join(tags):
        return ",".join(tags)
    return " ::: ".join(tags if len(tags) > 1 else [*tags, ""]).rstrip()


def as_text(row: dict[str, Any]) -> list[str]:
    amount = row["amount"]
    sign = "-" if amount is not None and amount < 0 else ""
    return [
        str(row["id"]),
        row["text"],
        in_one_cell(row["tags"]),
        "" if row["on"] is None else str(row["on"]).lower(),
        "" if amount is None else f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02}",
        row["currency"],
    ]


@given(st.lists(ANY_ROW, max_size=4))
@settings(deadline=None)
def test_what_is_written_can_be_read_back(rows: list[dict[str, Any]]) -> None:
    table = Listing(ANY_COLUMNS, rows)
    header = ["id", "text", "tags", "on", "amount", "currency"]
    expected = [as_text(row) for row in rows]

    piped = written(table).split("\n")
    assert piped.pop() == ""
    assert [[read_back(cell) for cell in line.split("\t")] for line in piped] == expected

    tsv = written(table, "tsv").split("\n")[:-1]
    assert [[read_back(cell) for cell in line.split("\t")] for line in tsv] == [header, *expected]

    found = list(csv.reader(io.StringIO(written(table, "csv"), newline="")))
    assert found == [header, *expected]

    in_json = [
        {
            **{key: row[key] for key in ("id", "text", "tags", "on")},
            # Digit for digit what CSV has.
            "amount": cells[4] or None,
            "amount_minor": row["amount"],
            "currency": row["currency"],
        }
        for row, cells in zip(rows, expected, strict=True)
    ]
    kept = [
        json.loads(written(table, "json"), parse_float=str),
        [json.loads(line, parse_float=str) for line in written(table, "jsonl").split("\n")[:-1]],
    ]
    assert kept == [in_json, in_json]
    assert written(table, "ids").split() == [str(row["id"]) for row in rows]


def test_formulas_are_defused_on_request() -> None:
    cells = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "a=1", ""]
    table = Listing([Column("t", "T")], [{"t": cell} for cell in cells])
    found = list(csv.reader(io.StringIO(written(table, "csv", neutralise=True), newline="")))
    assert [row[0] for row in found[1:]] == [*("'" + cell for cell in cells[:6]), "a=1", ""]
    assert written(table, "tsv", neutralise=True).split("\n")[1] == "'=1+1"
    assert "'" not in written(table, "csv")


def test_ids_need_a_column_of_ids() -> None:
    with pytest.raises(Usage, match="no ids"):
        written(Listing([Column("t", "T")], []), "ids")


def test_pages() -> None:
    table = Listing([Column("id", "ID", "id"), Column("at", "At", "instant")], [{"id": 4, "at": 0}])
    blocks = [Facts("Deal", [("Stage", "Offer\tsent")]), Prose("One.\nTwo."), table]
    whole = Page(blocks, data={"deal": Deal(**vars(deals()[0])), "rows": table})
    assert written(whole) == (
        "Deal\nStage\tOffer\\tsent\n\nOne.\nTwo.\n\n4\t1970-01-01T00:00:00Z\n"
    )
    data = json.loads(written(whole, "json"))
    assert data["deal"]["created_at"] == "2026-11-23T12:00:00Z"
    assert data["deal"]["due"] == "2026-11-25"
    assert data["deal"]["kind"] == "new"
    assert data["rows"] == [{"id": 4, "at": "1970-01-01T00:00:00Z"}]
    assert list(json.loads(written(whole, "json", fields=["rows"]))) == ["rows"]
    assert written(whole, "csv") == "id,at\n4,1970-01-01T00:00:00Z\n"
    assert written(Page(blocks, data={}, main=table)) == "4\t1970-01-01T00:00:00Z\n"
    assert written(Page(blocks, data={}, main=table), "jsonl").startswith('{"id": 4,')
    with pytest.raises(Usage):
        written(Page([Prose("Only words.")]), "csv")


def test_what_changed() -> None:
    changed = Changed(
        ["Deal 22 is won."], record=deals()[1], columns=COLUMNS, id=22, warnings=["No contract."]
    )
    err = io.StringIO()
    assert on_screen(changed, stderr=err) == "Deal 22 is won.\nfunnel undo takes it back\n"
    assert err.getvalue() == "Warning: No contract.\n"
    assert written(changed, stderr=err) == "Deal 22 is won.\n"
    assert written(changed, quiet=True, stderr=err) == "22\n"
    assert on_screen(changed, quiet=True, stderr=err) == "22\n"
    assert json.loads(written(changed, "json", stderr=err))["currency"] == "USD"
    assert written(changed, "ids", stderr=err) == "22\n"
    assert written(changed, "csv", fields=["id"], stderr=err) == "id\n22\n"
    many = Changed(["Two are gone."], ids=[1, 2], undo=False)
    assert on_screen(many) == "Two are gone.\n"
    assert written(many, quiet=True) == "1\n2\n"
    assert json.loads(written(many, "json")) == {"changed": ["Two are gone."], "ids": [1, 2]}


def test_text_is_printed_as_it_is() -> None:
    assert written(Text("a\tb\n\n")) == "a\tb\n\n"
    assert written(None) == ""


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_no_character_is_too_much_for_a_pipe(encoding: str) -> None:
    def bytes_of(form: str | None) -> bytes:
        raw = io.BytesIO()
        out = io.TextIOWrapper(raw, encoding=encoding)
        emit(
            Listing([Column("t", "T")], [{"t": "Köln 株 \udc80"}]),
            Output(stdout=out, format=form),
        )
        return raw.getvalue()

    piped = bytes_of(None).decode(encoding)
    assert piped == f"K{'ö' if encoding == 'cp1252' else chr(92) + 'xf6'}ln \\u682a \\udc80\n"
    # JSON is UTF-8 whatever the locale, and half a surrogate pair is an escape that JSON knows.
    assert json.loads(bytes_of("json").decode("utf-8")) == [{"t": "Köln 株 \udc80"}]


@pytest.mark.parametrize("form", [None, "json", "jsonl", "csv", "tsv", "ids"])
def test_output_for_programs_loads_neither_rich_nor_babel(form: str | None) -> None:
    assert not loaded_by(f"Output(format={form!r}, stdout=io.StringIO())")


def test_a_screen_of_english_text_loads_no_rich() -> None:
    assert "rich" not in loaded_by("Output(stdout=Terminal(), width=80, color=True)")


def loaded_by(output: str) -> list[str]:
    script = f"""
import io, sys
from funnelcli.render import Column, Listing, Output, emit
class Terminal(io.StringIO):
    isatty = lambda self: True
columns = [Column("id", "ID", "id"), Column("value", "V", "money"), Column("at", "A", "instant")]
emit(Listing(columns, [{{"id": 1, "value": 5, "currency": "EUR", "at": 0}}]), {output})
heavy = ("rich", "babel", "sqlmodel", "sqlalchemy", "pydantic", "typer")
print(*(name for name in heavy if name in sys.modules))
"""
    source = str(Path(funnelcli.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": source},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


# Documents --------------------------------------------------------------------------------------


def test_markdown_escapes_what_markdown_reads() -> None:
    rows = [{"t": "a|b\n*c* <i> [d](e) `f` \\ &amp;", "n": 1234}]
    table = Listing([Column("t", "Text"), Column("n", "N", "int")], rows, title="All_of_it")
    assert written(table, "md") == (
        "## All\\_of\\_it\n\n"
        "| Text | N |\n"
        "| --- | ---: |\n"
        "| a\\|b<br>\\*c\\* \\<i\\> \\[d\\](e) \\`f\\` \\\\ &amp;amp; | 1,234 |\n"
    )


def test_html_is_one_whole_page() -> None:
    from html.parser import HTMLParser

    class Reader(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.open: list[str] = []
            self.words: list[str] = []

        def handle_starttag(self, tag: str, attrs: Any) -> None:
            assert not any(name in ("src", "href") for name, _ in attrs)
            if tag != "meta":
                self.open.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert self.open.pop() == tag

        def handle_data(self, data: str) -> None:
            self.words.append(data.strip())

    bad = '<script>alert("1")</script> & \x1b'
    total = {"title": "Together"}
    table = Listing(COLUMNS, deals(), title=bad, notes=[bad], total=total)
    page = written(
        Page([table, Facts("F", [(bad, bad)]), Prose(bad), listing([], empty=bad)]), "html"
    )
    reader = Reader()
    reader.feed(page)
    assert not reader.open
    assert reader.words.count('<script>alert("1")</script> & ␛') == 7
    assert '<html lang="en">' in page
    assert '<td data-v="12500.00" class="number">€12,500.00</td>' in page
    assert '<td data-v="12" class="number bad">12 d</td>' in page
    assert "prefers-color-scheme: dark" in page


def test_svg_is_the_same_every_time_and_asks_no_host() -> None:
    import xml.etree.ElementTree as ET

    first = written(with_total(), "svg", width=80)
    assert first == written(with_total(), "svg", width=80)
    assert "url(http" not in first
    assert "@font-face" not in first
    words = "".join(ET.fromstring(first).itertext())  # noqa: S314
    assert "Packaging" in words


def test_a_text_file_cuts_nothing() -> None:
    text = written(listing(), "txt")
    assert "Packaging line for the plant in Köln" in text
    assert "Nov 23, 2026 12:00" in text


# Files ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "form"), [("a/b.JSON", "json"), ("x.y.csv", "csv"), ("x.svg", "svg"), ("x.txt", "txt")]
)
def test_the_ending_names_the_format(path: str, form: str) -> None:
    assert choose_format(path) == form


@pytest.mark.parametrize("path", ["deals", "deals.doc", ".json"])
def test_an_unknown_ending_is_refused(path: str) -> None:
    with pytest.raises(Usage, match=re.escape(path)) as caught:
        choose_format(path)
    assert ".csv" in caught.value.hint


def test_a_file_is_written_whole_and_private(tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    path.write_text("old")
    err = io.StringIO()
    assert written(listing(), path=str(path), stderr=err) == ""
    assert path.read_bytes().startswith(b"id,title,stage,value,currency")
    assert err.getvalue() == f"Wrote 2 rows to {path}.\n"
    assert os.listdir(tmp_path) == ["deals.csv"]
    if os.name != "nt":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert written(listing(), "json", path=str(path), quiet=True, stderr=err) == ""
    assert len(json.loads(path.read_text("utf-8"))) == 2
    assert err.getvalue().count("\n") == 1
    # What the ending does not say is said.
    written(listing(), "json", path=str(path), stderr=err)
    assert f"Warning: {path} holds json" in err.getvalue()


def test_what_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "deals.json"
    path.write_text("old")

    def rows() -> Any:
        yield deals()[0]
        raise OSError(28, "No space left on device")

    with pytest.raises(Failed, match="disk is full"):
        written(listing(rows()), path=str(path))
    with pytest.raises(Usage):
        written(listing(), fields=["nothing"], path=str(path))
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["deals.json"]
    with pytest.raises(Failed, match="no folder"):
        written(listing(), path=str(tmp_path / "none" / "x.csv"))
    (tmp_path / "x.csv").mkdir()
    with pytest.raises(Failed, match="is a folder"):
        written(listing(), path=str(tmp_path / "x.csv"))


@pytest.mark.skipif(os.name == "nt", reason="links and devices of Unix")
def test_links_and_devices_stay_what_they_are(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "link.csv").symlink_to("real.csv")
    written(listing(), path=str(tmp_path / "link.csv"), quiet=True)
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text("utf-8").startswith("id,")
    written(listing(), "csv", path="/dev/null", quiet=True)
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_a_dash_is_standard_output() -> None:
    assert written(listing(), "ids", path="-") == "1\n22\n"


def test_a_full_disk_behind_a_pipe_is_an_error_and_a_closed_pipe_is_not_hidden() -> None:
    class Full(io.StringIO):
        def __init__(self, error: OSError) -> None:
            super().__init__()
            self.error = error

        def flush(self) -> None:
            raise self.error

    with pytest.raises(Failed, match="No space left"):
        emit(listing(), Output(stdout=Full(OSError(28, "No space left on device"))))
    with pytest.raises(BrokenPipeError):
        emit(listing(), Output(stdout=Full(BrokenPipeError(32, "Broken pipe"))))


def test_messages_go_to_standard_error() -> None:
    err = Terminal()
    message(Output(stderr=err), "Bad name \x1b[2J.")
    assert err.getvalue() == "Bad name ␛[2J.\n"
    log = io.StringIO()
    message(Output(stderr=log), "Bad name \x1b[2J\r.\n\u202eWrite 12\xa0€.")
    assert log.getvalue() == "Bad name ␛[2J .\n\ufffdWrite 12\xa0€.\n"


def test_json_is_that_of_the_library_whatever_a_column_holds() -> None:
    columns = [Column(f"{name}%s", "") for name in "abcdefg"]
    cells = {
        "a%s": [None, None, None],
        "b%s": ["x", "100%", 'say "hi"'],
        "c%s": ["x", "%s", "\u2028"],
        "d%s": [1, 2, 3],
        "e%s": [None, "x", 4],
        "f%s": ["\\", "\x1b", "é"],
        "g%s": [1.5, None, True],
    }
    rows = [dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True)]
    assert json.loads(written(Listing(columns, rows), "json")) == rows
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
    assert written(Listing(columns, rows), "jsonl") == "".join(lines)
    nothing = [{"a%s": None}, {"a%s": None}]
    assert json.loads(written(Listing(columns[:1], nothing), "json")) == nothing
