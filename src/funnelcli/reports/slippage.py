"""What was due and did not close."""

from __future__ import annotations

import sqlite3

from funnelcli.i18n import _
from funnelcli.render.model import Column
from funnelcli.reports import building, slices, wording
from funnelcli.reports.building import share_column
from funnelcli.reports.model import Report, Row
from funnelcli.reports.outcomes import ENDS
from funnelcli.reports.scope import Scope
from funnelcli.reports.statement import ask
from funnelcli.reports.statistics import ratio

SLIPPAGE = (
    Column("due", "Due", "int"),
    Column("won", "Won", "int"),
    Column("lost", "Lost", "int"),
    Column("slipped", "Not closed", "int"),
    share_column("rate", "Slipped", "slipped", "due"),
    Column("value", "Value due", "money", drop=1),
    Column("slipped_value", "Value slipped", "money", drop=1),
    Column("pushes", "Pushes", "int", drop=2),
    Column("pushed_days", "Days pushed", "int", drop=2),
    Column("currency", "Currency", table=False),
)


def slippage(conn: sqlite3.Connection, scope: Scope) -> Report:
    """Due in the period as known at its start, not closed by its end / all due."""
    found = ask(conn, scope, "slippage")
    pushed = {row.slice: row for row in ask(conn, scope, "pushes")}
    blank = building.blank_currency(conn, scope)
    rows: list[Row] = []
    # In a slice there may be pushes and nothing due.
    for key, name, group in slices.grouped(conn, scope, found, also=pushed):
        moved = pushed.get(key)
        for number, currency in enumerate(sorted({row.currency for row in group}) or [blank]):
            here = [row for row in group if row.currency == currency]
            of = {end: [row for row in here if row.became == end] for end in ENDS}
            due = sum(row.deals for row in here)
            slipped = sum(row.deals for row in of["open"])
            row_made = {
                "due": due,
                "won": sum(row.deals for row in of["won"]),
                "lost": sum(row.deals for row in of["lost"]),
                "slipped": slipped,
                "rate": ratio(slipped, due),
                "value": sum(row.value for row in here),
                "slipped_value": sum(row.value for row in of["open"]),
                # Pushes are counted a slice, not a currency.
                "pushes": 0 if number or moved is None else moved.pushes,
                "pushed_days": 0 if number or moved is None else moved.days,
                "currency": currency,
                "_cell": {"cell_currency": currency},
            }
            rows.append(slices.sliced(scope, key, name, row_made))
    columns = (*slices.columns_of(scope), *SLIPPAGE)
    total = building.add_up(columns, rows)
    total["rate"] = ratio(total["slipped"], total["due"])
    here_only = "currency = :cell_currency"
    made = building.report(
        scope,
        "slippage",
        rule=_(
            "Deals that were open at the period's first instant and due in it as known then:"
            " slipped are those still open at its end. Pushes: changes of the expected close to a"
            " later day, made in the period."
        ),
        n=total["due"],
        columns=columns,
        rows=rows,
        total=total if len(rows) > 1 else None,
        keys=slices.keys_of(scope, "currency"),
        facts="slippage",
        cells={
            "": here_only,
            "due": here_only,
            "won": f"{here_only} AND became = 'won'",
            "lost": f"{here_only} AND became = 'lost'",
            "slipped": f"{here_only} AND became = 'open'",
            "rate": f"{here_only} AND became = 'open'",
            "pushes": ("pushes", "1 = 1"),
        },
        left_out=[_("Deals opened in the period, or due in it only by a later change.")],
    )
    if scope.parameters["end_at"] > scope.now:
        made.notes.append(_("The period is not over: not closed means not closed so far."))
    made.explain = [
        _("{slipped} still open / {due} due = {share}").format(
            slipped=total["slipped"],
            due=total["due"],
            share=wording.share_text(total["slipped"], total["due"]) or "–",
        )
    ]
    return made
