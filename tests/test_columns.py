"""Deciding how a column's dates are written, and finding columns by name."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funnelcli.errors import Usage
from funnelcli.formats.columns import (
    CellError,
    DateColumn,
    decide_dates,
    find_column,
    is_blank,
    normal,
)

QUICK = settings(max_examples=50, deadline=None)


def one(cell: str, **options: str):
    """What a column of one cell makes of it."""
    return decide_dates([cell], name="Close Date", **options).parse(cell)


@pytest.mark.parametrize(
    ("cell", "pattern"),
    [
        ("2024-03-20", "%Y-%m-%d"),
        ("2024/3/20", "%Y/%m/%d"),
        ("20.03.2024", "%d.%m.%Y"),
        ("20.3.24", "%d.%m.%y"),
        ("20/03/2024", "%d/%m/%Y"),
        ("3/20/2024", "%m/%d/%Y"),
        ("20-03-2024", "%d-%m-%Y"),
        ("03-20-2024", "%m-%d-%Y"),
        ("20240320", "%Y%m%d"),
        ("20 Mar 2024", "%d %b %Y"),
        ("20-Mar-2024", "%d %b %Y"),
        ("20 Mar, 2024", "%d %b %Y"),
        ("Mar 20 2024", "%b %d %Y"),
        ("March 20, 2024", "%b %d %Y"),
        ("20. März 2024", "%d %b %Y"),
        ("20 mrz. 2024", "%d %b %Y"),
    ],
)
def test_dates(cell, pattern):
    decided = decide_dates([cell, "", "  "], name="d")
    assert decided.pattern == pattern
    assert decided.parse(cell) == (date(2024, 3, 20), None, None)
    assert decided.parse(f" {cell} ") == (date(2024, 3, 20), None, None)
    assert decide_dates([cell], name="d", given=pattern).parse(cell)[0] == date(2024, 3, 20)


@pytest.mark.parametrize(
    ("behind", "clock", "offset", "pattern"),
    [
        (" 14:05", time(14, 5), None, " %H:%M"),
        (" 14:05:09", time(14, 5, 9), None, " %H:%M:%S"),
        ("T14:05:09Z", time(14, 5, 9), 0, "T%H:%M:%S%z"),
        ("T14:05:09.95+00:00", time(14, 5, 9, 950_000), 0, "T%H:%M:%S.%f%z"),
        ("T14:05:09.123456789-0530", time(14, 5, 9, 123_456), -330, "T%H:%M:%S.%f%z"),
        (" 14:05 +02", time(14, 5), 120, " %H:%M%z"),
        (" 2:05 PM", time(14, 5), None, " %I:%M %p"),
        (" 12:05 a.m.", time(0, 5), None, " %I:%M %p"),
        (", 9:05", time(9, 5), None, " %H:%M"),
    ],
)
@pytest.mark.parametrize("day", ["2024-03-20", "20.03.2024", "3/20/2024", "20 Mar, 2024"])
def test_times(day, behind, clock, offset, pattern):
    decided = decide_dates([day + behind], name="d")
    assert decided.parse(day + behind) == (date(2024, 3, 20), clock, offset)
    assert decided.pattern.endswith(pattern)


@pytest.mark.parametrize(
    "cell",
    [
        "n/a",
        "2024-13-01",
        "2024-02-30",
        "31.04.2024",
        "32/01/2024",
        "31/04/2024",
        "2024-03-20 25:00",
        "2024-03-20 13:00 PM",
        "2024-03-20 10:00 CET",
        "2024-03-20 10:00+24:00",
        "2024-W01-1",
        "45631",
        "12 Foo 2024",
        "1.2.2024.5",
        "١٢/٠٣/٢٠٢٤",
    ],
)
def test_what_is_no_date(cell):
    with pytest.raises(Usage, match="column Close Date") as caught:
        one(cell)
    assert cell in caught.value.message


def test_two_readings_are_shown_and_settled():
    cells = ["05/05/2024", "03/04/2024", "11/12/2024"]
    with pytest.raises(Usage) as caught:
        decide_dates(cells, name="Close Date")
    assert "03/04/2024 is 2024-04-03 as DD/MM/YYYY" in caught.value.message
    assert "2024-03-04 as MM/DD/YYYY" in caught.value.message
    assert '--date-format "DD/MM/YYYY"' in caught.value.hint
    decided = decide_dates(cells, name="Close Date", given="%d/%m/%Y")
    assert decided.parse("03/04/2024")[0] == date(2024, 4, 3)
    decided = decide_dates(cells, name="Close Date", given="%m/%d/%Y")
    assert decided.parse("03/04/2024")[0] == date(2024, 3, 4)


def test_one_cell_of_many_settles_the_column():
    decided = decide_dates(["03-04-2024"] * 999 + ["31-12-2024"], name="d")
    assert decided.parse("03-04-2024")[0] == date(2024, 4, 3)


def test_no_cell_is_read_another_way_than_its_column():
    decided = decide_dates(["25/01/2024"] * 30 + ["01/25/2024"], name="d")
    with pytest.raises(CellError, match="01/25/2024 is not a date like DD/MM/YYYY"):
        decided.parse("01/25/2024")


def test_days_equal_to_their_months_need_no_answer():
    decided = decide_dates(["05/05/2024", "12/12/2024"], name="d")
    assert decided.parse("05/05/2024")[0] == date(2024, 5, 5)


def test_contradicting_cells_are_refused():
    cells = ["01/02/2024"] * 98 + ["13/01/2024", "01/13/2024"]
    with pytest.raises(Usage, match="two ways"):
        decide_dates(cells, name="d")


def test_a_few_misfits_are_errors_of_their_rows():
    decided = decide_dates(["2024-01-02"] * 9 + ["soon"], name="d")
    assert decided.parse("2024-01-02")[0] == date(2024, 1, 2)
    with pytest.raises(CellError, match="soon"):
        decided.parse("soon")
    with pytest.raises(CellError):
        decided.parse("")


def test_many_misfits_are_refused():
    with pytest.raises(Usage, match=r"YYYY-MM-DD fits 7 of 10 cells.* is soon"):
        decide_dates(["2024-01-02"] * 7 + ["soon", "03/04/2024", "05/04/2024"], name="d")
    with pytest.raises(Usage, match="not all written alike"):
        decide_dates(["13/04/2024", "04/25/2024", "05/05/2024"], name="d")
    with pytest.raises(Usage, match="not all written alike"):
        decide_dates(["13/04/2024", "soon", "later"], name="d")


@pytest.mark.parametrize("wrong", ["soon", "31.02.2024", "2024-02-31", "Q3", "03/04/2024"])
def test_one_bad_cell_of_a_few_is_an_error_of_its_row(wrong):
    decided = decide_dates(["14.01.2024", wrong, "02.03.2024"], name="d")
    assert decided.parse("02.03.2024")[0] == date(2024, 3, 2)
    with pytest.raises(CellError):
        decided.parse(wrong)


@pytest.mark.parametrize(
    ("cells", "pattern", "last"),
    [
        (["12/31/25", "01/02/26"], "%m/%d/%y", date(2026, 1, 2)),
        (["31/12/2025", "01/02/26"], "%d/%m/%Y", date(2026, 2, 1)),
        (["31-12-99", "01-02-05"], "%d-%m-%y", date(2005, 2, 1)),
        (["15-Mar-26", "2-Okt-25"], "%d %b %y", date(2025, 10, 2)),
        (["15. März 26 14:30"], "%d %b %y %H:%M", date(2026, 3, 15)),
    ],
)
def test_years_of_two_digits_are_settled_by_the_column(cells, pattern, last):
    decided = decide_dates(cells, name="d")
    assert decided.pattern == pattern
    assert decided.parse(cells[-1])[0] == last
    # What the command for rejected rows says reads them, too.
    assert decide_dates(cells, name="d", given=decided.pattern).parse(cells[-1])[0] == last


def test_a_column_without_cells():
    assert decide_dates(["", "  "], name="d").pattern == "%Y-%m-%d"


@pytest.mark.parametrize("cell", ["", " ", "0.0.00", "0/0/00", "0000-00-00", "0000-00-00 00:00:00"])
def test_cells_that_stand_for_no_date(cell):
    assert is_blank(cell)
    assert decide_dates([cell, "20.03.2024"], name="d").pattern == "%d.%m.%Y"


def test_serial_numbers_only_when_asked_for():
    assert one("45631.0", given="excel") == (date(2024, 12, 5), None, None)
    assert one("45631,25", given="Excel") == (date(2024, 12, 5), time(6), None)
    assert one("1", given="excel")[0] == date(1900, 1, 1)
    assert one("61", given="excel")[0] == date(1900, 3, 1)
    for wrong in ("60", "0", "-1", "9999999", "2024-01-02", "x"):
        with pytest.raises(Usage, match="excel"):
            one(wrong, given="excel")


@pytest.mark.parametrize(
    ("given_format", "cell"),
    [
        ("DD.MM.YYYY", "20.03.2024"),
        ("tt.mm.jj hh:mm", "20.03.24 10:30"),
        ("MMM D, YYYY", "Mar 20, 2024"),
        ("%y/%m/%d", "24/03/20"),
        ("%m/%d/%y", "3/20/24"),
        ("%d %B %Y", "20 Dezember 2024"),
        ("le %d-%m-%Y", "le 20-03-2024"),
        ("%d of %b %Y", "20 of Mar. 2024"),
        ("%d/%m/%Y %H:%M", "20/03/2024 10:30"),
        ("%y/%m/%d %H:%M", "24/03/20 10:30"),
    ],
)
def test_formats_of_the_users_own(given_format, cell):
    day, clock, _offset = one(cell, given=given_format)
    assert (day.year, day.day) == (2024, 20)
    assert clock == (time(10, 30) if ":" in cell else None)


@pytest.mark.parametrize("wrong", ["", "dd/mm", "%d/%m", "%d/%d/%Y", "%x", "%d.%m.%Y.%y", "%"])
def test_formats_that_are_none(wrong):
    with pytest.raises(Usage, match="not a date format"):
        DateColumn("d", wrong)


def test_the_format_given_fits_no_cell():
    with pytest.raises(Usage, match=r"No cell of column d .* the first is 2024-01-02"):
        decide_dates(["2024-01-02"], name="d", given="%d.%m.%Y")


TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59), st.integers(0, 59))
DAYS = st.dates(date(1970, 1, 1), date(2068, 12, 31))
SPELLINGS = [
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%d.%m.%Y",
    "%d.%m.%y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%Y%m%d",
    "%d %b %Y",
    "%d-%b-%Y",
    "%b %d %Y",
    "%d %b, %Y",
]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def spelt(day: date, pattern: str) -> str:
    """strftime with English months in every locale."""
    return day.strftime(pattern.replace("%b", MONTHS[day.month - 1]))


@QUICK
@given(st.lists(DAYS, min_size=1, max_size=30))
def test_one_table_in_every_spelling_gives_the_same_dates(days):
    # A day after the twelfth makes each spelling certain.
    days = [*days, date(2024, 12, 31)]
    for pattern in SPELLINGS:
        cells = [spelt(day, pattern) for day in days]
        decided = decide_dates(cells, name="d")
        assert [decided.parse(cell)[0] for cell in cells] == days, pattern


@QUICK
@given(st.lists(st.tuples(DAYS, TIMES), min_size=1))
def test_moments_in_every_spelling(moments):
    moments = [datetime.combine(*moment) for moment in [*moments, (date(2024, 12, 31), time())]]
    for pattern in ("%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p"):
        cells = [moment.strftime(pattern) for moment in moments]
        decided = decide_dates(cells, name="d")
        read = [decided.parse(cell) for cell in cells]
        assert [datetime.combine(day, clock or time()) for day, clock, _ in read] == moments


@QUICK
@given(st.lists(DAYS, min_size=1, max_size=30), st.sampled_from(["%d/%m/%Y", "%m-%d-%Y"]))
def test_a_column_is_read_rightly_or_refused(days, pattern):
    cells = [spelt(day, pattern) for day in days]
    try:
        decided = decide_dates(cells, name="d")
    except Usage:
        assert all(day.day <= 12 for day in days)
    else:
        assert [decided.parse(cell)[0] for cell in cells] == days


@QUICK
@given(st.integers(61, 2_900_000))
def test_serial_numbers_count_days(serial):
    if serial <= 2_958_465:
        assert one(str(serial), given="excel")[0] == date(1899, 12, 30) + timedelta(days=serial)


@QUICK
@given(st.lists(st.text(max_size=20), max_size=5))
def test_no_cells_crash(cells):
    with suppress(Usage):
        decided = decide_dates(cells, name="d")
        for cell in cells:
            with suppress(CellError):
                decided.parse(cell)


@pytest.mark.parametrize(
    "header", ["Deal - Title*", " deal_title ", "DEAL\xa0TITLE", "deal--title *", "Deal  Title"]
)
def test_names_for_matching(header):
    assert normal(header) == "deal title"


def test_columns_are_found_by_name():
    header = ["Name", "name", "Deal - Stage (pipeline)", "E-Mail*"]
    assert find_column(header, "name") == 1
    assert find_column(header, "e mail") == 3
    assert find_column(header, "deal stage (pipeline)") == 2
    with pytest.raises(Usage, match="Several columns are called NAME: Name, name"):
        find_column(header, "NAME")
    with pytest.raises(Usage, match="no column E-Mial") as caught:
        find_column(header, "E-Mial")
    assert "Did you mean E-Mail*?" in caught.value.hint
    assert "Name, name, Deal - Stage (pipeline)" in caught.value.hint
    with pytest.raises(Usage) as caught:
        find_column(header, "zzz")
    assert "Did you mean" not in caught.value.hint
