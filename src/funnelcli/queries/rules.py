"""The rules of the trade that reads ask of a deal, in SQL; aliases as in ``deals.sql``."""

from __future__ import annotations

_LAST_CONTACT = (
    "(SELECT max(v.happened_at) FROM visit AS v WHERE v.outcome IN ('met', 'phone_instead')"
    " AND (v.deal_id = d.id OR (v.deal_id IS NULL AND v.contact_id = d.contact_id)))"
)
NO_STEP = (
    "d.status = 'open' AND (d.snoozed_until IS NULL OR d.snoozed_until <= :today)"
    " AND NOT EXISTS (SELECT 1 FROM step AS n WHERE n.deal_id = d.id AND n.status = 'open')"
)
# Rule 5: no contact and no move for longer than the stage allows, and no next step still to come.
# The stage's own clock is asked first: it needs no other table, and settles most deals.
ROTTEN = (
    "d.status = 'open' AND s.rot_days IS NOT NULL"
    " AND d.stage_since < :now - s.rot_days * 86400"
    " AND (d.snoozed_until IS NULL OR d.snoozed_until <= :today)"
    " AND NOT EXISTS (SELECT 1 FROM step AS n WHERE n.deal_id = d.id AND n.status = 'open'"
    " AND n.due >= :today)"
    f" AND coalesce({_LAST_CONTACT}, 0) < :now - s.rot_days * 86400"
)
# A step that is to be done: what a snoozed deal has to do waits. Aliases as in ``steps.sql``.
AWAKE = (
    "n.status = 'open' AND (d.id IS NULL OR d.snoozed_until IS NULL OR d.snoozed_until <= :today)"
)
