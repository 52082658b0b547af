"""What was due and did not close."""

from __future__ import annotations

import sqlite3

from funnelcli.i18n import _
from funnelcli.render.model import Column
from funnelcli.reports import pieces
from funnelcli.reports.asking import ask
from funnelcli.reports.backtest import ENDS
from funnelcli.reports.model import Report
from funnelcli.reports.pieces import Row, ratio, share
from funnelcli.reports.scope import Scope

SLIPPAGE = (
    Column("due", "Due", "int"),
    Column("won", "Won", "int"),
    Column("lost", "Lost", "int"),
    Column("slipped", "Not closed", "int"),
    share("rate", "Slipped", "slipped", "due"),
    Column("value", "Value due", "money", drop=1),
    Column("slipped_value", "Value slipped", "money", drop=1),
    Column("pushes", "Pushes", "int", drop=2),
    Column("pushed_days", "Days pushed", "int", drop=2),
    Column("currency", "Currency", table=False),
)


def slippage(conn: sqlite3.Connection, scope: Scope) -> Report:
    """Due in the period as known at its start, not closed by its end / all due."""
    found = ask(conn, scope, "slippage")
    pushed = {row[0]: row[1:] for row in ask(conn, scope, "pushes")}
    blank = pieces.blank_currency(conn, scope)
    # In a slice there may be pushes and nothing due.
    pushed_only = pushed.keys() - {row[0] for row in found}
    found += [(key, None, blank, 0, 0) for key in pushed_only]
    slices = pieces.grouped(conn, scope, found)
    rows: list[Row] = []
    for key, name, group in slices:
        pushes, _deals, days = pushed.get(key, (0, 0, 0))
        for number, currency in enumerate(sorted({row[2] for row in group}) or [blank]):
            here = [row for row in group if row[2] == currency]
            of = {end: [row for row in here if row[1] == end] for end in ENDS}
            due = sum(row[3] for row in here)
            slipped = sum(row[3] for row in of["open"])
            row_made = {
                "due": due,
                "won": sum(row[3] for row in of["won"]),
                "lost": sum(row[3] for row in of["lost"]),
                "slipped": slipped,
                "rate": ratio(slipped, due),
                "value": sum(row[4] for row in here),
                "slipped_value": sum(row[4] for row in of["open"]),
                # Pushes are counted a slice, not a currency.
                "pushes": 0 if number else pushes,
                "pushed_days": 0 if number else days,
                "currency": currency,
                "_cell": {"cell_currency": currency},
            }
            rows.append(pieces.sliced(scope, key, name, row_made))
    columns = (*pieces.slice_columns(scope), *SLIPPAGE)
    total = pieces.add_up(columns, rows)
    total["rate"] = ratio(total["slipped"], total["due"])
    here_only = "currency = :cell_currency"
    made = pieces.report(
        scope,
        "slippage",
        _("Slippage"),
        rule=_(
            "Deals that were open at the period's first instant and due in it as known then:"
            " slipped are those still open at its end. Pushes: changes of the expected close to a"
            " later day, made in the period."
        ),
        n=total["due"],
        columns=columns,
        rows=rows,
        total=total if len(rows) > 1 else None,
        keys=pieces.keys_of(scope, "currency"),
        compared=("due", "slipped", "rate"),
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
            share=pieces.share_text(total["slipped"], total["due"]) or "–",
        )
    ]
    return made
