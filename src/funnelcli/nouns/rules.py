"""Rules of the pipeline in SQL, for whoever asks about them.

Aliases of tables as in ``queries/deals.sql``: d(eal), s(tage), v(isit); p(lan) for care.
``:today`` is a plain date in the user's zone, ``:now`` UTC seconds. This module imports nothing:
the status line of a prompt, which has a few milliseconds, reads it too.
"""

# The keys of a catalogue (objection, lost_reason, source, unit, visit_type, effort_kind) and of
# processes, with their names; of a catalogue all of them, or those that are offered.
CATALOGUE = "SELECT key, name_en, name_de FROM catalogue WHERE kind = '{}' ORDER BY position"
OFFERED = (
    "SELECT key, name_en, name_de FROM catalogue WHERE kind = '{}' AND hidden = 0 ORDER BY position"
)
PROCESSES = "SELECT key, name_en, name_de FROM process ORDER BY id"
# The id of the customer that a contact c is, or buys for: the organisation where there is one.
CUSTOMER = "coalesce(CASE c.kind WHEN 'person' THEN c.organisation_id END, c.id)"
# A stage s in which no deal has to stand yet.
BEFORE_DEALS = "s.phase = 'preparation' AND s.kind = 'outside'"
# Somebody was spoken to at the visit v; an attempt is no contact. Whoever says on the phone that
# they are not interested was spoken to; who turns a visit away was not.
SPOKEN = (
    "(v.outcome IN ('met', 'phone_instead')"
    " OR coalesce(v.call_outcome, '') IN ('not_interested', 'do_not_call'))"
)
# A visit v that was a call: by phone, or by phone instead.
CALL = "(v.channel = 'phone' OR v.outcome = 'phone_instead')"
# A call v that nobody answered.
UNANSWERED = (
    "(v.call_outcome = 'no_answer'"
    " OR (v.call_outcome IS NULL AND v.channel = 'phone' AND v.outcome = 'not_met'))"
)
# A visit about a deal d: one with the deal, or one that names no deal, with the deal's contact or,
# of an organisation, with its people: whoever :func:`counted_for` has. The plus keeps the index of
# deals away from the many visits that name none.
ABOUT_DEAL = (
    "(v.deal_id = d.id OR (+v.deal_id IS NULL AND v.contact_id = d.contact_id)"
    " OR (+v.deal_id IS NULL AND v.contact_id IN (SELECT q.id FROM contact AS q"
    " WHERE q.organisation_id = d.contact_id AND q.kind = 'person')))"
)
# An e-mail w about a deal d, by the same rule.
MAIL_ABOUT_DEAL = ABOUT_DEAL.replace("v.", "w.")
# When somebody was last spoken to about a deal d, or wrote about it (UTC seconds), NULL where
# neither was. What we write ourselves ends no silence.
LAST_CONTACT = (
    "(SELECT max(t.at) FROM ("
    f"SELECT max(v.happened_at) AS at FROM visit AS v WHERE {SPOKEN} AND {ABOUT_DEAL}"
    " UNION ALL SELECT max(w.happened_at) FROM message AS w"
    f" WHERE w.direction = 'in' AND {MAIL_ABOUT_DEAL}) AS t)"
)


def counted_for(contact: str) -> str:
    """Whose deals, talks and care count for a contact (the SQL of its id), as a table m of ids: its
    own and, of an organisation, its people's. What is joined to it is joined with CROSS JOIN, for
    there are few of these and an index finds theirs."""
    return (
        f"(SELECT {contact} AS id UNION ALL SELECT q.id FROM contact AS q"
        f" WHERE q.organisation_id = {contact} AND q.kind = 'person') AS m"
    )


# A contact q has a part in a deal d: it is the deal's contact, or has a row.
TAKES_PART = (
    "(q.id = d.contact_id"
    " OR q.id IN (SELECT y.contact_id FROM deal_contact AS y WHERE y.deal_id = d.id))"
)
# A deal d has somebody in a role: by what the deal says of it, else in their organisation.
HAS_ROLE = (
    "EXISTS (SELECT 1 FROM contact AS q"
    " LEFT JOIN deal_contact AS x ON x.deal_id = d.id AND x.contact_id = q.id"
    f" WHERE {TAKES_PART} AND coalesce(x.role, q.role) = {{}})"
)
DECIDER_KNOWN = HAS_ROLE.format("'decider'")
# How many people have a part in a deal d, their names, as search keys, and their ids.
PEOPLE = f"(SELECT count(*) FROM contact AS q WHERE {TAKES_PART})"
PEOPLE_NAMES = f"(SELECT group_concat(q.search, ' · ') FROM contact AS q WHERE {TAKES_PART})"
PEOPLE_IDS = f"SELECT q.id FROM contact AS q WHERE {TAKES_PART}"


# A consent x was given, and is not withdrawn yet.
CONSENT_STANDS = "x.given_on <= :today AND (x.withdrawn_on IS NULL OR x.withdrawn_on > :today)"
# Of a contact c: when somebody was last spoken to, or wrote (UTC seconds), NULL where nobody did.
LAST_SPOKEN = (
    f"(SELECT max(t.at) FROM (SELECT max(v.happened_at) AS at FROM {counted_for('c.id')}"
    f" CROSS JOIN visit AS v ON v.contact_id = m.id WHERE {SPOKEN}"
    f" UNION ALL SELECT max(w.happened_at) FROM {counted_for('c.id')}"
    " CROSS JOIN message AS w ON w.contact_id = m.id WHERE w.direction = 'in') AS t)"
)
# The last day on which somebody was spoken to for a care plan p. NULL where there was none.
LAST_TALK = (
    f"(SELECT max(v.happened_on) FROM {counted_for('p.contact_id')}"
    f" CROSS JOIN visit AS v ON v.contact_id = m.id WHERE {SPOKEN})"
)


def consents(contact: str) -> str:
    """The channels (post, phone, email) for which a contact's consent stands (the SQL of its id),
    joined by U+001F; NULL for none."""
    return (
        "(SELECT group_concat(y.channel, char(31)) FROM (SELECT DISTINCT x.channel"
        f" FROM contact_consent AS x WHERE x.contact_id = {contact} AND {CONSENT_STANDS}"
        " ORDER BY x.channel) AS y)"
    )


# The last day on which the law keeps a contract k, or an offer o of a won deal d: so many years, by
# the settings, from the end of the year in which it ended, was signed, decided or sent.
KEPT_CONTRACT_UNTIL = (
    "date(coalesce(k.ends_on, k.signed_on), 'start of year',"
    " '+' || (:keep_contracts + 1) || ' years', '-1 day')"
)
KEPT_OFFER_UNTIL = (
    "date(coalesce(o.decided_at, o.sent_at), 'unixepoch', 'start of year',"
    " '+' || (:keep_offers + 1) || ' years', '-1 day')"
)
KEPT_OFFER = "d.status = 'won' AND o.status IN ('sent', 'accepted')"
# Nothing is to be done for a contact c, nothing was since :since (UTC seconds, and :since_day), and
# the law keeps nothing of it.
STALE = (
    f"max(c.created_at, coalesce({LAST_SPOKEN}, 0)) < :since AND c.name <> '# ' || c.id"
    f" AND NOT EXISTS (SELECT 1 FROM {counted_for('c.id')}"
    " CROSS JOIN deal AS d ON d.contact_id = m.id"
    " WHERE d.status = 'open' OR coalesce(d.closed_at, d.opened_at) >= :since)"
    f" AND NOT EXISTS (SELECT 1 FROM {counted_for('c.id')}"
    " CROSS JOIN deal_contact AS x ON x.contact_id = m.id CROSS JOIN deal AS d ON d.id = x.deal_id"
    " WHERE d.status = 'open' OR coalesce(d.closed_at, d.opened_at) >= :since)"
    f" AND NOT EXISTS (SELECT 1 FROM {counted_for('c.id')}"
    " CROSS JOIN step AS n ON n.contact_id = m.id WHERE n.status = 'open')"
    f" AND NOT EXISTS (SELECT 1 FROM {counted_for('c.id')}"
    " CROSS JOIN note AS x ON x.contact_id = m.id WHERE x.happened_at >= :since)"
    f" AND NOT EXISTS (SELECT 1 FROM {counted_for('c.id')}"
    " CROSS JOIN message AS w ON w.contact_id = m.id WHERE w.happened_at >= :since)"
    f" AND NOT EXISTS (SELECT 1 FROM {counted_for('c.id')}"
    " CROSS JOIN deal AS d ON d.contact_id = m.id CROSS JOIN contract AS k ON k.deal_id = d.id"
    f" WHERE {KEPT_CONTRACT_UNTIL} >= :today)"
    f" AND NOT EXISTS (SELECT 1 FROM {counted_for('c.id')}"
    " CROSS JOIN deal AS d ON d.contact_id = m.id CROSS JOIN offer AS o ON o.deal_id = d.id"
    f" WHERE {KEPT_OFFER} AND {KEPT_OFFER_UNTIL} >= :today)"
)
# A deal that rests until a day asks for nothing before; true too where there is no deal.
AWAKE = "(d.snoozed_until IS NULL OR d.snoozed_until <= :today)"
# What has a day of its own behind that one is asked for all the same: a step n, an offer o.
STEP_AWAKE = AWAKE.replace(":today", "max(:today, n.due)")
OFFER_AWAKE = AWAKE.replace(":today", "max(:today, o.valid_until)")
# Whoever a step n, or without one a deal d, is for may be contacted.
REACHABLE = (
    "NOT EXISTS (SELECT 1 FROM contact AS x WHERE x.id = coalesce(n.contact_id, d.contact_id)"
    " AND x.do_not_contact = 1)"
)
DEAL_REACHABLE = REACHABLE.replace("coalesce(n.contact_id, d.contact_id)", "d.contact_id")
# A step n for a deal d: one of the deal, or one that names no deal, of the deal's contact; to whom
# there is more to do than about a deal that is lost. The plus keeps the index of deals away from
# the many steps that name none.
_OF_DEAL, _OF_CONTACT = "n.deal_id = d.id", "+n.deal_id IS NULL AND n.contact_id = d.contact_id"
FOR_DEAL = f"({_OF_DEAL} OR ({_OF_CONTACT} AND d.status <> 'lost'))"
# One that is still to be done. That it is open is asked last: an index of all open steps would be
# read through for every deal.
OPEN_FOR_DEAL = f"{FOR_DEAL} AND +n.status = 'open'"
# The contact of a deal d was forgotten: nobody is left to do something for.
FORGOTTEN = (
    "EXISTS (SELECT 1 FROM contact AS x WHERE x.id = d.contact_id AND x.name = '# ' || x.id)"
)
# An open deal, awake, for which nothing is to be done. Asked of every open deal, each of both kinds
# of steps is looked for along its own index.
NO_STEP = (
    f"d.status = 'open' AND {AWAKE}"
    + "".join(
        f" AND NOT EXISTS (SELECT 1 FROM step AS n WHERE {of} AND n.status = 'open')"
        for of in (_OF_DEAL, _OF_CONTACT)
    )
    + f" AND NOT {FORGOTTEN}"
)
# A deal d has been in its stage s for longer than that allows, and nobody was spoken to, or wrote,
# since.
# The stage's own clock is asked first: it needs no other table, and settles most deals.
_STOOD_LONG = "s.rot_days IS NOT NULL AND d.stage_since < :now - s.rot_days * 86400"
# Whether there was a contact since then, which an index answers sooner than when the last was.
_UNTALKED = (
    f"NOT EXISTS (SELECT 1 FROM visit AS v WHERE {SPOKEN} AND {ABOUT_DEAL}"
    " AND v.happened_at >= :now - s.rot_days * 86400)"
    f" AND NOT EXISTS (SELECT 1 FROM message AS w WHERE w.direction = 'in' AND {MAIL_ABOUT_DEAL}"
    " AND w.happened_at >= :now - s.rot_days * 86400)"
)
GONE_QUIET = f"{_STOOD_LONG} AND {_UNTALKED}"
# Rule 5: no contact and no move for longer than the stage allows, and no next step: one whose day
# has passed is overdue, which is said elsewhere. A deal whose contact is not to be contacted asks
# for no talk.
ROTTEN = f"{_STOOD_LONG} AND {NO_STEP} AND {_UNTALKED} AND {DEAL_REACHABLE}"
# The ids of the steps that may have to be left in peace, as a deal rests or a person is not to be
# contacted; they are few, and the others need not be asked.
PERHAPS_IN_PEACE = (
    "SELECT q.id FROM deal AS z CROSS JOIN step AS q ON q.deal_id = z.id"
    " WHERE z.snoozed_until > :today"
    " UNION SELECT q.id FROM contact AS x CROSS JOIN step AS q ON q.contact_id = x.id"
    " WHERE x.do_not_contact = 1"
    " UNION SELECT q.id FROM contact AS x CROSS JOIN deal AS z ON z.contact_id = x.id"
    " CROSS JOIN step AS q ON q.deal_id = z.id WHERE x.do_not_contact = 1"
)
# A won deal that its customer can withdraw from. Goods that were not received have no last day yet.
# The plus has SQLite read the few that have such a period, not all that were won.
REVOCABLE = (
    "+d.status = 'won' AND d.withdrawal_from IS NOT NULL"
    " AND (d.revocable_until IS NULL OR d.revocable_until >= :today)"
)
# One whose period ends within 21 days, or waits for the receipt of the goods.
REVOCABLE_SOON = (
    "+d.status = 'won' AND d.withdrawal_from IS NOT NULL AND (d.revocable_until IS NULL OR"
    " (d.revocable_until >= :today AND d.revocable_until <= date(:today, '+21 days')))"
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
UNDECIDED = ("draft", "sent", "expired")
"""The status of an offer that nobody has decided."""
MILESTONE_LATE = "m.done_on IS NULL AND m.due < :today AND +d.status = 'won'"
# When the contact of a care plan p is to be spoken to next; and the same of a row k of
# ``queries/care_plans.sql``, which has the last talk already.
# A month later than the 31st is the last day of a shorter month, of the two the earlier.
_NEXT_TALK = (
    "(SELECT CASE WHEN {plan}.every_months IS NULL"
    " THEN date(z.day, '+' || {plan}.every_days || ' days')"
    " ELSE min(date(z.day, '+' || {plan}.every_months || ' months'), date(z.day, 'start of month',"
    " '+' || ({plan}.every_months + 1) || ' months', '-1 day')) END"
    " FROM (SELECT coalesce({last}, {plan}.starts_on) AS day) AS z)"
)
NEXT_TALK = _NEXT_TALK.format(plan="p", last=LAST_TALK)
CARE_NEXT = _NEXT_TALK.format(plan="k", last="k.last_on")
CARE_DUE = f"{CARE_NEXT} <= :today"
# An entry of effort e has time or kilometres for which its day's rates p have no price.
UNRATED = "((e.minutes > 0 AND p.hour IS NULL) OR (e.kilometres > 0 AND p.km IS NULL))"


def _exchange(one: str, of: str) -> str:
    """An e-mail belongs to the exchange of another, by their aliases: the same thread, with the
    same customer, whoever of them wrote."""
    return (
        f"{one}.thread = {of}.thread AND (SELECT {CUSTOMER} FROM contact AS c"
        f" WHERE c.id = {one}.contact_id) = (SELECT {CUSTOMER} FROM contact AS c"
        f" WHERE c.id = {of}.contact_id)"
    )


# An e-mail g waits for an answer, ours or theirs: it is the last of its exchange (of one to several
# of a customer the first row is), nobody has said that it needs none, nobody was spoken to since,
# its deal is not lost, and its contact may be contacted.
OWED = (
    "g.settled_at IS NULL"
    f" AND NOT EXISTS (SELECT 1 FROM message AS y WHERE {_exchange('y', 'g')}"
    " AND (y.happened_at > g.happened_at OR (y.happened_at = g.happened_at AND y.id <> g.id"
    " AND CASE WHEN y.message_id = g.message_id THEN y.id < g.id ELSE y.id > g.id END)))"
    " AND NOT EXISTS (SELECT 1 FROM visit AS v"
    f" WHERE {SPOKEN} AND v.happened_at > g.happened_at AND (v.contact_id = g.contact_id"
    " OR v.contact_id = (SELECT q.organisation_id FROM contact AS q WHERE q.id = g.contact_id)))"
    " AND NOT EXISTS (SELECT 1 FROM deal AS x WHERE x.id = g.deal_id AND x.status = 'lost')"
    " AND NOT EXISTS (SELECT 1 FROM contact AS x WHERE x.id = g.contact_id"
    " AND x.do_not_contact = 1)"
)
# When the first e-mail of the exchange of g was written that has no answer yet (UTC seconds).
OWED_SINCE = (
    f"(SELECT min(y.happened_at) FROM message AS y WHERE {_exchange('y', 'g')}"
    " AND y.direction = g.direction AND y.happened_at > coalesce((SELECT max(u.happened_at)"
    f" FROM message AS u WHERE {_exchange('u', 'g')}"
    " AND (u.direction <> g.direction OR u.settled_at IS NOT NULL)), -1))"
)

# The deals whose opening is not known: nobody has said it, and it stands on the day of the first
# close, or after it, because that is all that is known.
UNKNOWN_OPENINGS = """SELECT o.deal_id FROM terms AS o
        WHERE
            o.provenance = 'estimated'
            AND o.valid_on >= (
                SELECT min(c.valid_on) FROM terms AS c
                WHERE c.deal_id = o.deal_id AND c.status <> 'open'
            )"""

# The stage that effort e counts for: the one its deal was in when it happened, the first one for
# what was done before the deal was opened, none without a deal.
EFFORT_STAGE = """coalesce(e.stage_id, (
            SELECT y.stage_id FROM stay AS y WHERE y.deal_id = e.deal_id
            ORDER BY y.entered_at, y.id LIMIT 1
        ))"""

# Where the stage s of the deal d stands in its process, and where others of that process do.
STAGE_PLACE = (
    "s.position",
    "(SELECT {most}(x.position) FROM stage AS x WHERE x.process_id = s.process_id"
    " AND x.key IN ({keys}))",
)


def with_organisation(contact: str) -> str:
    """SQL for the folded name of a contact, by its alias, and of the organisation that it belongs
    to: what is asked by the name of a contact is asked of the people of an organisation."""
    return (
        f"({contact}.search || coalesce(char(31) || (SELECT z.search FROM contact AS z"
        f" WHERE z.id = {contact}.organisation_id), ''))"
    )


def ids_of(names: str) -> str:
    """SQL for the ids of the records whose folded names an expression yields: that of one alias, or
    what :func:`with_organisation` makes. Empty for any other."""
    if contact := contact_of(names):
        return f"{contact}.id, {contact}.organisation_id"
    alias = names.partition(".")[0]
    return f"{alias}.id" if names == f"{alias}.search" else ""


def contact_of(names: str) -> str:
    """The alias of the contact of whom :func:`with_organisation` makes this SQL; empty for any
    other."""
    alias = names.removeprefix("(").partition(".")[0]
    return alias if names == with_organisation(alias) else ""


def among_contacts(contact: str) -> tuple[tuple[str, str], ...]:
    """Where a word is looked for in what :func:`with_organisation` makes, without asking it record
    by record: each the folded names of other rows, and the condition that one of them, in whose
    place there are braces, is that of the contact with the id ``contact``, SQL too."""
    return (
        ("sc.search", f"{contact} IN (SELECT sc.id FROM contact AS sc WHERE {{}})"),
        (
            "so.search",
            f"{contact} IN (SELECT sc.id FROM contact AS sc"
            " JOIN contact AS so ON so.id = sc.organisation_id WHERE {})",
        ),
    )
