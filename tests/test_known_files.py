"""Small files of the shape of real exports, whose figures can be worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import Run, rows

PIPELINE = """\
opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value
A1,Ann,GTX Pro,Acme,Won,2017-01-02,2017-03-01,1000
A2,Ann,GTXPro,Acme,Won,2017-01-10,2017-03-02,500
A3,Bob,MG Special,Bolt,Won,2017-02-01,2017-04-10,55
A4,Bob,GTX Pro,Bolt,Lost,2017-02-01,2017-02-15,0
A5,Ann,MG Special,Acme,Lost,2017-02-03,2017-04-04,0
A6,Ann,GTX Pro,,Engaging,2017-03-01,,
A7,Bob,MG Special,Bolt,Engaging,2017-03-20,,
A8,Bob,GTX Pro,,Prospecting,,,
"""

LEADS = """\
Lead Number,Lead Source,Converted
1,Google,1
2,Google,0
3,Google,0
4,Direct,1
5,,0
"""

OPPORTUNITIES = """\
OpportunityID,OpportunityStage,EstimatedValue,CloseDate
O1,Negotiation,1637.83,2025-07-21
O2,Closed Won,100.10,2025-07-22
O3,Closed Lost,99.99,2025-07-23
O4,Closed Won,0.01,2025-08-01
"""


@pytest.fixture
def seller(funnel: Run, tmp_path: Path) -> Run:
    """The deals of a seller of computers."""
    file = tmp_path / "pipeline.csv"
    file.write_text(PIPELINE, encoding="utf-8")
    funnel(
        f"import deals '{file}' --key opportunity_id --process cycle"
        " --map title=opportunity_id --map organisation=account"
        " --map product=product --map tags=sales_agent --map stage=deal_stage"
        " --map value=close_value --map opened=engage_date"
        " --map closed=close_date --map reason==price --decimal ."
        " --map-stage Prospecting=qualification --map-stage Engaging=needs"
        " --map-stage Won=won --map-stage Lost=lost"
        " --opened-default 2017-12-31 --yes"
    )
    return funnel


def test_won_lost_and_worth(seller: Run) -> None:
    (row,) = rows(seller, "win-rate")
    assert (row["won"], row["lost"], row["rate"]) == (3, 2, 0.6)
    assert (row["won_value_minor"], row["average_minor"], row["median_minor"]) == (
        155500,
        51833,
        50000,
    )
    months = {
        row["slice"]: row["won_value_minor"] for row in rows(seller, "win-rate", "--by", "month")
    }
    assert months == {"2017-02": 0, "2017-03": 150000, "2017-04": 5500}
    agents = {row["slice"]: row["won"] for row in rows(seller, "win-rate", "--by", "tag")}
    assert agents == {"Ann": 2, "Bob": 1}
    products = {row["slice"]: row["won"] for row in rows(seller, "win-rate", "--by", "product")}
    assert products == {"GTX Pro": 1, "GTXPro": 1, "MG Special": 1}


def test_days_from_engagement_to_close(seller: Run) -> None:
    found = {row["outcome"]: row for row in rows(seller, "cycle")}
    assert found["won"]["median"] == 58
    assert found["won"]["mean"] == pytest.approx((58 + 51 + 68) / 3)
    assert (found["lost"]["shortest"], found["lost"]["longest"]) == (14, 60)
    assert (found["closed"]["p25"], found["closed"]["p75"]) == (51, 60)


def test_what_stands_where(seller: Run) -> None:
    found = {row["stage"]: row for row in rows(seller, "snapshot")}
    assert (found["qualification"]["open"], found["needs"]["open"]) == (1, 2)
    accounts = {row["slice"]: row for row in rows(seller, "sources", "--by", "organisation")}
    assert (accounts["Acme"]["deals"], accounts["Acme"]["converted"]) == (3, 2 / 3)
    assert accounts[None]["open"] == 2


def test_the_age_of_open_deals_on_a_past_day(seller: Run) -> None:
    found = {row["stage"]: row for row in rows(seller, "ageing", "--as-of", "2017-12-31")}
    needs = found["needs"]
    assert (needs["deals"], needs["youngest"], needs["oldest"], needs["mean"]) == (
        2,
        286,
        305,
        295.5,
    )


def test_leads_by_source(funnel: Run, tmp_path: Path) -> None:
    file = tmp_path / "leads.csv"
    file.write_text(LEADS, encoding="utf-8")
    funnel(
        f"import deals '{file}' --key 'Lead Number' --process funnel"
        " --map 'title=Lead Number' --map 'tags=Lead Source' --map value==0"
        " --map status=Converted --map reason==price --map-stage 1=won"
        " --map-stage 0=lost --opened-default 2026-01-02"
        " --closed-default 2026-01-03 --yes"
    )
    found = {row["slice"]: row for row in rows(funnel, "win-rate", "--by", "tag")}
    assert (found["Google"]["decided"], found["Google"]["rate"]) == (3, 1 / 3)
    assert (found["Direct"]["won"], found[None]["won"]) == (1, 0)
    assert rows(funnel, "win-rate")[0]["rate"] == 0.4


def test_opportunities_to_the_cent(funnel: Run, tmp_path: Path) -> None:
    file = tmp_path / "opportunities.csv"
    file.write_text(OPPORTUNITIES, encoding="utf-8")
    funnel(
        f"import deals '{file}' --key OpportunityID --process cycle"
        " --map title=OpportunityID --map value=EstimatedValue --decimal ."
        " --map stage=OpportunityStage --map closed=CloseDate"
        " --map reason==price --map-stage Negotiation=negotiation"
        " --map-stage 'Closed Won=won' --map-stage 'Closed Lost=lost'"
        " --opened-default 2025-01-01 --yes"
    )
    (row,) = rows(funnel, "win-rate")
    assert (row["won_value_minor"], row["lost_value_minor"], row["rate"]) == (10011, 9999, 2 / 3)
    open_ = {row["stage"]: row["value_minor"] for row in rows(funnel, "snapshot") if row["open"]}
    assert open_ == {"negotiation": 163783}


def test_the_names_that_hubspot_numbers(funnel: Run, tmp_path: Path) -> None:
    file = tmp_path / "deals.csv"
    file.write_text(
        "Record ID,Deal Name,Amount,Associated Company,Associated Contact,Associated Company IDs\n"
        "1,Roof,800,Acme Inc. (2210),Eva Roth (7001);Ole Vogt (7002),2210\n"
        "2,Barn,900,Bolt (Essen) (2211),,2211\n"
        "3,Door,700,,Eva Roth (7001),\n",
        encoding="utf-8",
    )
    said = funnel(
        "import", "deals", file, "--key", "Record ID", "--map", "title={Associated Company}"
    )
    assert (
        "Columns not taken (filled cells): Deal Name (3), Associated Company IDs (2)" in said.stderr
    )
    found = funnel("deal list --json=title,contact,organisation --sort id").json
    assert [(deal["title"], deal["contact"], deal["organisation"]) for deal in found] == [
        ("Acme Inc.", "Eva Roth", "Acme Inc."),
        ("Bolt (Essen)", "Bolt (Essen)", None),
        ("Eva Roth", "Eva Roth", "Acme Inc."),
    ]
