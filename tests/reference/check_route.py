"""The sales route, held to the reference and to the reports that have the same figures."""

from __future__ import annotations

from collections import Counter
from typing import Any

from reference import route as expected
from reference.asked import Asked, opened, ratio, same


def check_route(asked: Asked) -> None:
    for part in asked.parts(asked.report("route", "all"), "route", opened):
        found: Counter[Any] = Counter()
        cost: Counter[Any] = Counter()
        reached: dict[str, int] = {}
        days: dict[str, int | None] = {}
        for row in part.rows:
            for what in ("deals", "value"):
                found[row["part"], row["currency"], what] += row[what]
            cost[row["part"], row["currency"]] += row["cost"]
            reached[row["part"]] = row["reached"]
            days[row["part"]] = row["days"]
            assert row["rate"] == (row["before"] and ratio(row["reached"], row["before"])) or (
                not row["before"] and row["rate"] is None
            )
        same(reached, expected.reached(part.ledger, asked.at))
        same(found, expected.standing(part.ledger, asked.at))
        same(cost, expected.cost(part.ledger, asked.at))
        wanted = expected.days(part.ledger, asked.at)
        assert days == {name: wanted.get(name) for name in days}
        customers = expected.wins_by_customer(part.ledger, asked.at)
        assert {row["before"] for row in part.rows if row["part"] == "retained"} <= {len(customers)}
    if asked.by is None and asked.process_of("route") == asked.process:
        _agrees(asked)


def _agrees(asked: Asked) -> None:
    """The same figures as in the conversion, the cost and the retention, without a period."""
    rows = {row["part"]: row for row in asked.report("route", "all").rows}
    per = asked.report("cost", "all").extra[0] if asked.one_process else None
    for row in per.rows if per is not None else ():
        assert rows[row["part"]]["reached"] == row["deals"]
    if asked.one_process:
        (retention,) = asked.report("retention", "all").rows
        assert rows["retained"]["reached"] == retention["repeated"]
        assert rows["retained"]["before"] == retention["customers"]
