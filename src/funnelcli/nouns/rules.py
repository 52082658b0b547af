"""Rules of the pipeline in SQL, for whoever asks about them.

Aliases of tables as in ``queries/deals.sql``: d(eal), s(tage), v(isit); p(lan) for care.
``:today`` is a plain date in the user's zone, ``:now`` UTC seconds. This module imports nothing:
the status line of a prompt, which has a few milliseconds, reads it too.
"""

# Somebody was spoken to at the visit v; an attempt is no contact.
SPOKEN = "v.outcome IN ('met', 'phone_instead')"
# A visit about a deal d: one with the deal, or one with its contact that names no deal.
ABOUT_DEAL = "(v.deal_id = d.id OR (v.deal_id IS NULL AND v.contact_id = d.contact_id))"
# When somebody was last spoken to about a deal d (UTC seconds), NULL where nobody was.
LAST_CONTACT = f"(SELECT max(v.happened_at) FROM visit AS v WHERE {SPOKEN} AND {ABOUT_DEAL})"
# The last day on which somebody was spoken to, the contact of a care plan p or a person of it. NULL
# where there was none.
LAST_TALK = (
    "nullif(max(coalesce((SELECT max(v.happened_on) FROM visit AS v"
    f" WHERE v.contact_id = p.contact_id AND {SPOKEN}), ''),"
    " coalesce((SELECT max(v.happened_on) FROM contact AS m JOIN visit AS v ON v.contact_id = m.id"
    f" WHERE m.organisation_id = p.contact_id AND {SPOKEN}), '')), '')"
)
# A deal that rests until a day asks for nothing before; true too where there is no deal.
AWAKE = "(d.snoozed_until IS NULL OR d.snoozed_until <= :today)"
# An open deal, awake, for which nothing is to be done.
NO_STEP = (
    f"d.status = 'open' AND {AWAKE}"
    " AND NOT EXISTS (SELECT 1 FROM step AS n WHERE n.deal_id = d.id AND n.status = 'open')"
)
# Rule 5: no contact and no move for longer than the stage allows, and no next step: one whose day
# has passed is overdue, which is said elsewhere.
ROTTEN = (
    "s.rot_days IS NOT NULL"
    # The stage's own clock is asked first: it needs no other table, and settles most deals.
    " AND d.stage_since < :now - s.rot_days * 86400"
    f" AND {NO_STEP}"
    # Whether there was a contact since then, which an index answers sooner than when the last was.
    f" AND NOT EXISTS (SELECT 1 FROM visit AS v WHERE {SPOKEN} AND {ABOUT_DEAL}"
    " AND v.happened_at >= :now - s.rot_days * 86400)"
)
# A contract k that ends, or can be cancelled for the last time, within 60 days calls for an answer.
CONTRACT_SOON = (
    "((k.cancel_by >= :today AND k.cancel_by < date(:today, '+60 days'))"
    " OR (k.ends_on >= :today AND k.ends_on < date(:today, '+60 days')))"
)
# A sent offer o whose day has passed is expired, without anybody having said so.
OFFER_STATUS = (
    "CASE WHEN o.status = 'sent' AND o.valid_until < :today THEN 'expired' ELSE o.status END"
)
MILESTONE_LATE = "m.done_on IS NULL AND m.due < :today AND d.status = 'won'"
# Aliases as in ``queries/care_plans.sql``: when a contact is to be spoken to next.
CARE_NEXT = "date(coalesce(k.last_on, k.starts_on), '+' || k.every_days || ' days')"
CARE_DUE = f"{CARE_NEXT} <= :today"
# An entry of effort e has time or kilometres for which its day's rates p have no price.
UNRATED = "((e.minutes > 0 AND p.hour IS NULL) OR (e.kilometres > 0 AND p.km IS NULL))"
