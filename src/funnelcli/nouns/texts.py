"""What :mod:`funnelcli.queries.find` finds: every table that holds texts, in one line each."""

from __future__ import annotations

from funnelcli.db.textindex import Part, Texts
from funnelcli.i18n import N_
from funnelcli.nouns import words
from funnelcli.nouns.types import one_of
from funnelcli.plain import NamedTuple


class Kind(NamedTuple):
    """A kind of records that is found. ``title`` is what one is called (an English message id),
    ``texts`` what it is found by, ``label`` SQL for what it is called as row ``r``; without one it
    is what it is about. ``day`` is SQL for its day (ISO text) or instant (UTC seconds), ``command``
    the command that opens it, of whose record ``opens`` is SQL for the id."""

    title: str
    texts: Texts
    label: str
    day: str
    command: str
    opens: str = "r.id"


_DEAL = "(SELECT d.title FROM deal AS d WHERE d.id = r.deal_id)"
_CONTACT = "(SELECT c.name FROM contact AS c WHERE c.id = r.contact_id)"
_EITHER = f"coalesce({_DEAL}, {_CONTACT})"
_REPORT = (
    "met occasion goal said agreed needs products_shown objections competitor budget decider"
    " potential result referrals documents complaints"
)


def _own_fields(key: str) -> Part:
    """The values of the user's own fields: texts, and choices by their names."""
    choice = ("choice_id", "field_choice", "name_en name_de")
    return Part("field_value", key, "text", choice)


# The number of a kind stands in indexes that are there: a new one gets the next.
KINDS = {
    "contact": Kind(
        N_("Contact"),
        Texts(
            1,
            "contact",
            "name",
            "job_title town street postcode region industry website notes external_id",
            "organisation",
            (
                Part("contact_email", "contact_id", "email"),
                Part("contact_phone", "contact_id", "phone"),
                Part("contact_tag", "contact_id", "tag"),
                _own_fields("contact_id"),
            ),
        ),
        "r.name",
        "r.created_at",
        "contact show",
    ),
    "deal": Kind(
        N_("Deal"),
        Texts(
            2,
            "deal",
            "title",
            "product competitor lost_note notes external_id",
            "contact",
            (Part("deal_tag", "deal_id", "tag"), _own_fields("deal_id")),
        ),
        "r.title",
        "r.opened_on",
        "deal show",
    ),
    "product": Kind(
        N_("Product"),
        Texts(3, "product", "name sku", "notes", parts=(_own_fields("product_id"),)),
        "r.name",
        "r.recorded_at",
        "product show",
    ),
    "offer": Kind(
        N_("Offer"),
        Texts(
            4,
            "offer",
            "number",
            "intro closing note",
            "deal",
            (Part("offer_line", "offer_id", "text"),),
        ),
        f"r.number || ' · ' || {_DEAL}",
        "r.created_at",
        "offer show",
    ),
    "contract": Kind(
        N_("Contract"),
        Texts(5, "contract", "number", "signed_by document notes", "deal"),
        f"coalesce(r.number || ' · ', '') || {_DEAL}",
        "r.signed_on",
        "contract show",
    ),
    "visit": Kind(
        N_("Visit"),
        Texts(6, "visit", "", _REPORT, "contact deal", (_own_fields("visit_id"),)),
        f"coalesce({_CONTACT}, {_DEAL})",
        "r.happened_on",
        "visit show",
    ),
    "note": Kind(
        N_("Note"),
        Texts(7, "note", "", "text", "contact deal"),
        _EITHER,
        "r.happened_on",
        "note show",
    ),
    "step": Kind(
        N_("Step"),
        Texts(8, "step", "", "what outcome", "contact deal"),
        _EITHER,
        "coalesce(r.due, CAST(r.created_at AS TEXT))",
        "step show",
    ),
    "objection": Kind(
        N_("Objection"),
        Texts(9, "objection", "", "wording answer", "deal"),
        _DEAL,
        "r.raised_on",
        "objection show",
    ),
    "answer": Kind(
        N_("Answer"),
        Texts(10, "answer", "", "question answer evidence", "deal"),
        _DEAL,
        "r.answered_at",
        "deal answers",
        "r.deal_id",
    ),
    "milestone": Kind(
        N_("Milestone"),
        Texts(11, "milestone", "", "name note", "deal"),
        _DEAL,
        "coalesce(r.done_on, r.due, CAST(r.recorded_at AS TEXT))",
        "deal show",
        "r.deal_id",
    ),
    "complaint": Kind(
        N_("Complaint"),
        Texts(12, "complaint", "", "text resolution", "contact deal"),
        _CONTACT,
        "r.raised_on",
        "contact show",
        "r.contact_id",
    ),
    "score": Kind(
        N_("Score"),
        Texts(13, "satisfaction", "", "comment", "contact deal"),
        _CONTACT,
        "r.scored_on",
        "contact show",
        "r.contact_id",
    ),
    "referral": Kind(
        N_("Referral"),
        Texts(14, "referral", "", "note", "deal"),
        "(SELECT c.name FROM contact AS c WHERE c.id = r.referred_id)",
        "r.referred_on",
        "contact show",
        "r.referred_id",
    ),
    "effort": Kind(
        N_("Effort"),
        Texts(15, "effort", "", "note", "contact deal"),
        _EITHER,
        "r.happened_on",
        "",
    ),
    "verdict": Kind(
        N_("Verdict"),
        Texts(16, "verdict", "", "reason", "deal"),
        _DEAL,
        "r.decided_at",
        "deal show",
        "r.deal_id",
    ),
    "criterion": Kind(
        N_("Criterion"),
        Texts(17, "criterion_tick", "", "note", "deal"),
        _DEAL,
        "r.ticked_at",
        "deal show",
        "r.deal_id",
    ),
    "move": Kind(
        N_("Stage move"),
        Texts(18, "stay", "", "reason", "deal"),
        _DEAL,
        "r.entered_at",
        "deal log",
        "r.deal_id",
    ),
    "terms": Kind(
        N_("Change of terms"),
        Texts(19, "terms", "", "note", "deal"),
        _DEAL,
        "r.valid_on",
        "deal log",
        "r.deal_id",
    ),
    "business": Kind(
        N_("Own business"),
        Texts(20, "business_answer", "", "question answer"),
        "r.question",
        "r.answered_at",
        "business show",
        "NULL",
    ),
    "part": Kind(
        N_("Part in a deal"),
        Texts(
            21,
            "deal_contact",
            "",
            "role note",
            "contact deal",
            worded={"role": words.DEAL_ROLE},
        ),
        f"{_CONTACT} || ' · ' || {_DEAL}",
        "(SELECT d.opened_on FROM deal AS d WHERE d.id = r.deal_id)",
        "deal show",
        "r.deal_id",
    ),
    "file": Kind(
        N_("File"),
        Texts(22, "attachment", "", "name note", "contact deal"),
        "r.name",
        "r.recorded_at",
        "file show",
    ),
    "tray": Kind(
        N_("Note in the tray"),
        Texts(
            23,
            "tray_note",
            "",
            "name text subject quoted detail sender sender_name person organisation job_title"
            " phone email street postcode town region country website deal next_step",
        ),
        "r.name",
        "r.happened_on",
        "tray show",
    ),
    "message": Kind(
        N_("E-mail"),
        Texts(24, "message", "", "subject text address", "contact deal"),
        f"{_CONTACT} || coalesce(' · ' || nullif(r.subject, ''), '')",
        "r.happened_on",
        "mail show",
    ),
}
SOURCES = tuple(kind.texts for kind in KINDS.values())
FOUND = one_of("KIND", {name: kind.title for name, kind in KINDS.items()}, offers="FOUND")
"""The kinds, as --kind takes them."""
