"""Retention, referrals and satisfaction, held to the reference."""

from __future__ import annotations

import pytest

from reference import customers as expected
from reference.asked import Asked, same, won

ACTIVE_DAYS = 365


def check_retention(asked: Asked) -> None:
    for part in asked.parts(asked.report("retention"), "retention", won):
        wanted = expected.retention(part.ledger, asked.at, asked.days, ACTIVE_DAYS)
        assert len(part.rows) <= 1
        if not part.rows:
            same({}, wanted)
        for row in part.rows:
            assert {what: row[what] for what in wanted} == wanted


def check_referrals(asked: Asked) -> None:
    for part in asked.parts(asked.report("referrals"), "referrals", won):
        wanted = expected.referrals(part.ledger, asked.at, asked.days)
        assert len(part.rows) <= 1
        if not part.rows:
            same({}, wanted)
        for row in part.rows:
            assert {what: row[what] for what in wanted} == wanted


def check_satisfaction(asked: Asked) -> None:
    for part in asked.parts(asked.report("satisfaction"), "satisfaction"):
        rows = {row["kind"]: row for row in part.rows}
        for kind in ("nps", "csat"):
            wanted = expected.satisfaction(part.ledger, asked.at, part.days, kind)
            if kind not in rows:
                assert wanted["scores"] == 0
                continue
            error = wanted.pop("error")
            assert {what: rows[kind][what] for what in wanted} == wanted
            assert rows[kind]["error"] == (
                None if error is None else pytest.approx(error, rel=1e-12, abs=1e-12)
            )
