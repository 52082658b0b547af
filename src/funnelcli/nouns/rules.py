"""Rules of the pipeline in SQL, for whoever asks about them.

Aliases of tables as in ``queries/deals.sql``: d(eal), s(tage); p(lan) for care. ``:today`` is a
plain date in the user's zone, ``:now`` UTC seconds. This module imports nothing: the status line
of a prompt, which has a few milliseconds, reads it too.
"""

# Somebody was spoken to at the visit v; an attempt is no contact.
SPOKEN = "v.outcome IN ('met', 'phone_instead')"
LAST_CONTACT = (
    f"(SELECT max(v.happened_at) FROM visit AS v WHERE {SPOKEN}"
    " AND (v.deal_id = d.id OR (v.deal_id IS NULL AND v.contact_id = d.contact_id)))"
)
# The last day on which somebody was spoken to, the contact of a care plan p or a person of it. NULL
# where there was none.
LAST_TALK = (
    "nullif(max(coalesce((SELECT max(v.happened_on) FROM visit AS v"
    f" WHERE v.contact_id = p.contact_id AND {SPOKEN}), ''),"
    " coalesce((SELECT max(v.happened_on) FROM contact AS m JOIN visit AS v ON v.contact_id = m.id"
    f" WHERE m.organisation_id = p.contact_id AND {SPOKEN}), '')), '')"
)
NO_STEP = (
    "d.status = 'open' AND (d.snoozed_until IS NULL OR d.snoozed_until <= :today)"
    " AND NOT EXISTS (SELECT 1 FROM step AS n WHERE n.deal_id = d.id AND n.status = 'open')"
)
# Rule 5: no contact and no move for longer than the stage allows, and no next step still to come.
ROTTEN = (
    "d.status = 'open' AND s.rot_days IS NOT NULL"
    # The stage's own clock is asked first: it needs no other table, and settles most deals.
    " AND d.stage_since < :now - s.rot_days * 86400"
    " AND (d.snoozed_until IS NULL OR d.snoozed_until <= :today)"
    " AND NOT EXISTS (SELECT 1 FROM step AS n WHERE n.deal_id = d.id AND n.status = 'open'"
    " AND n.due >= :today)"
    f" AND coalesce({LAST_CONTACT}, 0) < :now - s.rot_days * 86400"
)
# Aliases as in ``queries/steps.sql``: a deal that rests until a day asks for nothing before.
AWAKE = "(d.id IS NULL OR d.snoozed_until IS NULL OR d.snoozed_until <= :today)"
