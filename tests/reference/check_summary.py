"""The key figures, each held to the reference of the report that it is taken from."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

from reference import closing, outlook, work
from reference.asked import Asked, ratio, same
from reference.check_stages import middle
from reference.ledger import half_up, midnight
from reference.outlook import FOREVER
from reference.seller import NOW


def check_summary(asked: Asked) -> None:
    # By month each figure has a day of its own: `test_slices_by_month_...` holds those.
    if asked.by == "month":
        return
    end = midnight(asked.days[1])
    standing = end - 1 if asked.as_of is None and end <= NOW else asked.at
    for part in asked.parts(asked.report("summary"), "summary"):
        wanted: Counter[Any] = Counter()
        opened = outlook.forecast(part.ledger, part.ledger, standing, FOREVER)
        for (month, currency, what), n in opened.items():
            if what in ("deals", "value"):
                wanted["open", currency, what] += n
                wanted["overdue", currency, what] += n if month == "overdue" else 0
            wanted["weighted", currency, "value"] += n if what == "weighted" else 0
        closed = closing.win_rate(part.ledger, asked.at, part.days, False)
        ended: Counter[Any] = Counter()
        for key, n in closed.items():
            currency, outcome = key[:2]
            what = "value" if len(key) == 3 else "deals"
            figure = {"won": "won", "withdrawn": "won", "duplicate": None}.get(outcome, "lost")
            wanted[figure, currency, what] += n if figure else 0
            ended[outcome] += n if what == "deals" else 0
        cohort: Counter[Any] = Counter()
        for key, n in work.sources(part.ledger, asked.at, part.days, False).items():
            if key[2] != "cost":
                cohort[key[2]] += n
            if key[2] == "deals":
                wanted["new", key[1], "deals"] += n
        found: Counter[Any] = Counter()
        rates = {}
        for row in part.rows:
            if row["figure"] in ("win_rate", "conversion", "cycle_days"):
                rates[row["figure"]] = row
            elif row["figure"] == "average":
                won = [wanted["won", row["currency"], what] for what in ("value", "deals")]
                assert row["value"] == (half_up(Fraction(*won)) if won[1] else None)
            else:
                for what in ("deals", "value"):
                    # The value of new deals at today's rates is that of no other report.
                    if (row["figure"], what) != ("new", "value"):
                        found[row["figure"], row["currency"], what] += row[what] or 0
        same(found, wanted)
        if not part.rows:
            continue
        won, lost = ended["won"] + ended["withdrawn"], ended["lost"]
        assert (rates["win_rate"]["deals"], rates["win_rate"]["of"]) == (won, won + lost)
        assert rates["win_rate"]["share"] == ratio(won, won + lost)
        won, rated = cohort["won"] + cohort["withdrawn"], cohort["deals"] - cohort["duplicate"]
        assert (rates["conversion"]["deals"], rates["conversion"]["of"]) == (won, rated)
        assert rates["conversion"]["share"] == ratio(won, rated)
        lengths = closing.cycle(part.ledger, asked.at, part.days)["won"]
        assert rates["cycle_days"]["days"] == middle(lengths)
