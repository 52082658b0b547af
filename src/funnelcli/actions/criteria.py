"""Exit criteria: what should be on record before a deal leaves its stage.

A stage names its criteria by key in the process file. Every key below is found out from the
records, whatever the stage is called; any other key is a criterion of the user's own, which is
ticked by hand. Behind them come the fields of one's own that the stage asks for. Each is one query
by an index.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from funnelcli.actions import standing
from funnelcli.errors import NotFound, Refused
from funnelcli.i18n import _, pick
from funnelcli.nouns.placeholders import placeholder
from funnelcli.nouns.rules import ABOUT_DEAL, DECIDER_KNOWN, SPOKEN
from funnelcli.plain import NamedTuple
from funnelcli.render.columns import OWN
from funnelcli.values import dates
from funnelcli.values.choosing import listed, named

_SPOKEN_TO = (
    f"SELECT 1 FROM deal AS d JOIN visit AS v ON {ABOUT_DEAL} WHERE d.id = :deal AND {SPOKEN}"
)
# Every query gives 1 where the criterion is met. :deal and :stage are ids.
EVALUATED = {
    "product_on_file": "SELECT EXISTS (SELECT 1 FROM product)",
    "verdict": "SELECT EXISTS (SELECT 1 FROM verdict WHERE deal_id = :deal)",
    "questions_answered": "SELECT NOT EXISTS (SELECT 1 FROM stage_question AS q"
    " WHERE q.stage_id = :stage AND q.required = 1 AND NOT EXISTS (SELECT 1 FROM answer AS a"
    " WHERE a.deal_id = :deal AND a.key = q.key AND a.stage_id = :stage)"
    " AND NOT EXISTS (SELECT 1 FROM business_answer AS b"
    " WHERE b.key = q.key AND b.stage_id = :stage))",
    "decider_known": "SELECT EXISTS (SELECT 1 FROM deal AS d WHERE d.id = :deal"
    f" AND {DECIDER_KNOWN})",
    "visit_logged": f"SELECT EXISTS ({_SPOKEN_TO})",
    "presentation_held": f"SELECT EXISTS ({_SPOKEN_TO} AND v.type IN"
    " (SELECT k.key FROM catalogue AS k"
    " WHERE k.kind = 'visit_type' AND k.counts_as = 'presentation'))",
    # A revised version was sent all the same, so the status says too little.
    "offer_sent": "SELECT EXISTS (SELECT 1 FROM offer WHERE deal_id = :deal"
    " AND sent_at IS NOT NULL)",
    "objections_resolved": "SELECT NOT EXISTS (SELECT 1 FROM objection WHERE deal_id = :deal"
    " AND genuine = 1 AND resolved_at IS NULL)",
    "decision": "SELECT status <> 'open' FROM deal WHERE id = :deal",
    "contract_or_accepted_offer": "SELECT (SELECT status FROM deal WHERE id = :deal) <> 'won'"
    " OR EXISTS (SELECT 1 FROM contract WHERE deal_id = :deal)"
    " OR EXISTS (SELECT 1 FROM offer WHERE deal_id = :deal AND status = 'accepted')",
    # Due only where the customer can withdraw from the win.
    "withdrawal_instruction": "SELECT (SELECT withdrawal_from FROM deal WHERE id = :deal) IS NULL"
    " OR EXISTS (SELECT 1 FROM contract WHERE deal_id = :deal AND instruction_on IS NOT NULL)",
    "milestones_done": "SELECT NOT EXISTS (SELECT 1 FROM milestone WHERE deal_id = :deal"
    " AND done_on IS NULL)",
    "care_planned": "SELECT EXISTS (SELECT 1 FROM care_plan AS c JOIN deal AS d"
    " ON d.contact_id = c.contact_id WHERE d.id = :deal)"
    " OR EXISTS (SELECT 1 FROM step WHERE deal_id = :deal AND status = 'open'"
    " AND due IS NOT NULL) OR EXISTS (SELECT 1 FROM step AS n JOIN deal AS d"
    " ON d.contact_id = n.contact_id WHERE d.id = :deal AND n.status = 'open'"
    " AND n.due IS NOT NULL)",
    # A visit with nothing said, agreed or come of it is a date and no report.
    "report_written": "SELECT EXISTS (SELECT 1 FROM visit AS v WHERE v.deal_id = :deal"
    " AND coalesce(v.said, v.agreed, v.result, v.needs) IS NOT NULL)",
}
# What to type so that it is met; {id} is the deal's, {contact} its contact's.
COMMANDS = {
    "product_on_file": "funnel product add SKU NAME --price AMOUNT",
    "verdict": "funnel deal qualify {id}",
    "questions_answered": "funnel deal ask {id}",
    "decider_known": "funnel deal people {id} add CONTACT --role decider",
    "visit_logged": "funnel visit add {contact} --deal {id}",
    "presentation_held": "funnel visit add {contact} --deal {id} --type presentation",
    "offer_sent": "funnel offer add {id}",
    "objections_resolved": "funnel objection answer OBJECTION TEXT --resolved",
    "decision": "funnel win {id}",
    "contract_or_accepted_offer": "funnel contract add {id}",
    "withdrawal_instruction": "funnel contract add {id} --instruction-on DATE",
    "milestones_done": "funnel milestone done MILESTONE",
    "care_planned": "funnel care set {contact} --every 90d",
    "report_written": 'funnel farewell {id} --personal-contact "..." --said "..."',
}
# Whether a field of one's own is filled that a stage asks for, of the deal or of its contact.
_FILLED = {
    "deal": "SELECT EXISTS (SELECT 1 FROM field_value WHERE field_id = :field AND deal_id = :deal)",
    "contact": "SELECT EXISTS (SELECT 1 FROM field_value WHERE field_id = :field"
    " AND contact_id = (SELECT contact_id FROM deal WHERE id = :deal))",
}
# What stands before the key of a field of one's own in that of its criterion, by its noun.
_OWN = {"deal": OWN, "contact": f"contact.{OWN}"}


class Criterion(NamedTuple):
    """A criterion of a stage and whether it is met; ``manual`` where it is ticked by hand."""

    key: str
    text_en: str
    text_de: str
    met: bool
    manual: bool

    @property
    def text(self) -> str:
        """What should be on record, in the language spoken now."""
        return pick(self.text_en, self.text_de)


def evaluate(conn: sqlite3.Connection, deal_id: int | None, stage_id: int) -> list[Criterion]:
    """The exit criteria of a stage in their order, as the deal's records have them now; without a
    deal what is said of those holds that ask for nothing of one."""
    rows = conn.execute(
        "SELECT key, text_en, text_de FROM stage_exit WHERE stage_id = ? ORDER BY position",
        (stage_id,),
    ).fetchall()
    found = [
        Criterion(key, en, de, _met(conn, key, deal_id, stage_id), key not in EVALUATED)
        for key, en, de in rows
    ]
    return [*found, *_of_fields(conn, deal_id, stage_id)]


def _of_fields(conn: sqlite3.Connection, deal_id: int | None, stage_id: int) -> Iterator[Criterion]:
    """The fields of one's own that a stage asks for."""
    for field_id, noun, key, en, de in conn.execute(
        "SELECT id, noun, key, name_en, name_de FROM field WHERE stage_id = ? AND hidden = 0"
        " ORDER BY noun DESC, position",
        (stage_id,),
    ).fetchall():
        filled = conn.execute(_FILLED[noun], {"field": field_id, "deal": deal_id}).fetchone()
        yield Criterion(_OWN[noun] + key, en, de, bool(filled[0]), manual=False)


def command(key: str) -> str:
    """What to type so that a criterion is met, as :data:`COMMANDS` has it."""
    for noun, start in _OWN.items():
        if key.startswith(start):
            whom = "{id}" if noun == "deal" else "{contact}"
            flag = key.removeprefix(start).replace("_", "-")
            return f"funnel {noun} edit {whom} --{flag} VALUE"
    return COMMANDS.get(key, "funnel deal tick {id} " + key)


def _met(conn: sqlite3.Connection, key: str, deal_id: int | None, stage_id: int) -> bool:
    query = EVALUATED.get(key)
    values: dict[str, int | str | None] = {"deal": deal_id, "stage": stage_id}
    if query is None:
        query = (
            "SELECT EXISTS (SELECT 1 FROM criterion_tick WHERE deal_id = :deal"
            " AND stage_id = :stage AND key = :key)"
        )
        values["key"] = key
    return bool(conn.execute(query, values).fetchone()[0])


def open_ones(conn: sqlite3.Connection, deal_id: int, stage_id: int) -> list[Criterion]:
    """The criteria of a stage that the deal does not meet."""
    return [one for one in evaluate(conn, deal_id, stage_id) if not one.met]


def check(conn: sqlite3.Connection, deal: standing.DealState, *, strict: bool) -> list[Criterion]:
    """What is missing for ``deal`` to leave the stage it is in.

    Raises Refused naming it where ``strict``.
    """
    missing = open_ones(conn, deal.id, deal.stage_id)
    if missing and strict:
        raise Refused(
            _("{title} cannot leave {stage} yet; missing: {what}.").format(
                title=deal.title, stage=deal.stage, what="; ".join(one.text for one in missing)
            ),
            _("`funnel guide {id}` shows what to do; --no-strict goes on without.").format(
                id=deal.id
            ),
        )
    return missing


def warnings(deal: standing.DealState, missing: list[Criterion]) -> list[str]:
    """The lines that say what was left undone in the stage that ``deal`` has left."""
    if not missing:
        return []
    return [
        _("{stage} was left without: {what}").format(
            stage=deal.stage, what="; ".join(one.text for one in missing)
        )
    ]


def tick(
    conn: sqlite3.Connection, deal_id: int, key: str, at: int, *, note: str | None = None
) -> Criterion:
    """Tick a criterion of the user's own of the deal's stage.

    Raises NotFound for a key that is none of the stage's; Refused for one that follows from the
    records, or is ticked already.
    """
    deal, criterion = _own(conn, deal_id, key)
    if criterion.met:
        raise Refused(
            _("“{text}” is ticked already.").format(text=criterion.text),
            _("--clear takes the tick back."),
        )
    standing.check_opened(conn, deal_id, at)
    conn.execute(
        "INSERT INTO criterion_tick (deal_id, stage_id, key, note, ticked_at, recorded_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (deal_id, deal.stage_id, key, note, at, dates.now()),
    )
    return criterion._replace(met=True)


def untick(conn: sqlite3.Connection, deal_id: int, key: str) -> Criterion:
    """Take a tick back. Raises like :func:`tick`, and Refused where there is none."""
    deal, criterion = _own(conn, deal_id, key)
    if not criterion.met:
        raise Refused(
            _("“{text}” is not ticked.").format(text=criterion.text),
            _("There is nothing to clear."),
        )
    conn.execute(
        "DELETE FROM criterion_tick WHERE deal_id = ? AND stage_id = ? AND key = ?",
        (deal_id, deal.stage_id, key),
    )
    return criterion._replace(met=False)


def _own(conn: sqlite3.Connection, deal_id: int, key: str) -> tuple[standing.DealState, Criterion]:
    deal = standing.state(conn, deal_id)
    found = {one.key: one for one in evaluate(conn, deal_id, deal.stage_id)}
    entries = [(one.key, one.text, one.text) for one in found.values()]
    meant = named(entries, key)
    if meant is None:
        raise NotFound(
            _("{stage} has no exit criterion {key}.").format(stage=deal.stage, key=key),
            _("Its criteria are: {keys}.").format(keys=listed(entries))
            if found
            else _("It has none."),
        )
    key = meant
    if not found[key].manual:
        raise Refused(
            _("“{text}” follows from the records and cannot be ticked.").format(
                text=found[key].text
            ),
            _("`{command}` puts it on record.").format(
                command=placeholder(command(key)).format(id=deal_id, contact=placeholder("CONTACT"))
            ),
        )
    return deal, found[key]
