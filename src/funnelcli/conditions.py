"""Rules of the pipeline as SQL conditions, for whoever asks about them.

Aliases of tables as in ``queries/deals.sql``: d(eal), s(tage). ``:today`` is a plain date in the
user's zone, ``:now`` UTC seconds. This module imports nothing: the status line of a prompt, which
has a few milliseconds, reads it too.
"""

LAST_CONTACT = (
    "(SELECT max(v.happened_at) FROM visit AS v WHERE v.outcome IN ('met', 'phone_instead')"
    " AND (v.deal_id = d.id OR (v.deal_id IS NULL AND v.contact_id = d.contact_id)))"
)
NO_STEP = (
    "d.status = 'open' AND (d.snoozed_until IS NULL OR d.snoozed_until <= :today)"
    " AND NOT EXISTS (SELECT 1 FROM step AS n WHERE n.deal_id = d.id AND n.status = 'open')"
)
# Rule 5: no contact and no move for longer than the stage allows, and no next step still to come.
ROTTEN = (
    "d.status = 'open' AND s.rot_days IS NOT NULL"
    " AND (d.snoozed_until IS NULL OR d.snoozed_until <= :today)"
    f" AND max(d.stage_since, coalesce({LAST_CONTACT}, 0)) < :now - s.rot_days * 86400"
    " AND NOT EXISTS (SELECT 1 FROM step AS n WHERE n.deal_id = d.id AND n.status = 'open'"
    " AND n.due >= :today)"
)
# Aliases as in ``queries/steps.sql``: a deal that rests until a day asks for nothing before.
AWAKE = "(d.id IS NULL OR d.snoozed_until IS NULL OR d.snoozed_until <= :today)"
