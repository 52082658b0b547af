"""How tables and columns that no noun declares are called, for pages that show what is stored."""

from __future__ import annotations

from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns import words
from funnelcli.nouns.counted import GONE

# Columns that no noun has, as people call them.
HEADS = {
    "again": N_("Again"),
    "answered_at": N_("Answered"),
    "became": N_("Became"),
    "channel": N_("Channel"),
    "entered_at": N_("Entered"),
    "fit": N_("Fit"),
    "folder": N_("Folder"),
    "framework": N_("Framework"),
    "given_on": N_("Given on"),
    "how": N_("How"),
    "left_at": N_("Left"),
    "personal_contact": N_("Personal contact"),
    "provenance": N_("Provenance"),
    "question": N_("Question"),
    "questionnaire": N_("Questionnaire"),
    "reason": N_("Reason"),
    "said_on": N_("Said on"),
    "sender": N_("Sender"),
    "ticked_at": N_("Ticked"),
    "valid_from": N_("Valid from"),
    "valid_on": N_("Valid on"),
    "valid_to": N_("Valid to"),
    "verdict": N_("Verdict"),
    "was": N_("Was"),
    "withdrawn_on": N_("Withdrawn on"),
}
# How the keys of such columns read.
KEYS = {
    "provenance": words.PROVENANCE,
    "verdict": words.VERDICT,
    "role": words.DEAL_ROLE,
    "contact_consent.channel": words.CONSENT_CHANNEL,
    "terms.status": words.STATUS,
    "stage.phase": words.PHASE,
    "stage.kind": words.STAGE_KIND,
}
# What the columns of what is set up are called.
SET_UP = {
    "description": N_("Description"),
    "guidance": N_("Guidance"),
    "name": N_("Name"),
    "note_required": N_("With a note"),
    "probability": N_("Probability"),
    "required": N_("Required"),
    "rot_days": N_("Days until it rots"),
    "text": N_("Text"),
    "words": N_("Other words"),
    "withdrawal_begins": N_("Withdrawal period from"),
    "withdrawal_days": N_("Days of the withdrawal period"),
    "withdrawal_holidays": N_("Holidays of the withdrawal period"),
    "withdrawal_uninstructed_months": N_("Months without an instruction"),
    "weight": N_("Weight"),
}
# What people call one row of a table.
TITLES = {
    "answer": N_("Answer"),
    "attachment": N_("File"),
    "business_answer": N_("Answer about the business"),
    "care_plan": N_("Care plan"),
    "catalogue": N_("Entry of a catalogue"),
    "complaint": N_("Complaint"),
    "contact": N_("Contact"),
    "contact_consent": N_("Consent"),
    "contact_email": N_("E-mail"),
    "contact_former": N_("Merged"),
    "contact_phone": N_("Phone"),
    "contact_tag": N_("Tag"),
    "contract": N_("Contract"),
    "correction": N_("Correction"),
    "criterion_tick": N_("Exit criterion"),
    "deal": N_("Deal"),
    "deal_contact": N_("Person of the deal"),
    "deal_former": N_("Merged"),
    "deal_tag": N_("Tag"),
    "effort": N_("Effort"),
    "exchange_rate": N_("Exchange rate"),
    "farewell": N_("Farewell"),
    "field": N_("Field of one's own"),
    "field_choice": N_("Choice"),
    "field_value": N_("Value"),
    "inbox_note": N_("Note of the inbox"),
    "member": N_("User"),
    "message": N_("E-mail"),
    "milestone": N_("Milestone"),
    "milestone_template": N_("Milestone"),
    "note": N_("Note"),
    "objection": N_("Objection"),
    "offer": N_("Offer"),
    "offer_line": N_("Line"),
    "overhead": N_("Overhead"),
    "process": N_("Process"),
    "product": N_("Product"),
    "product_price": N_("Price"),
    "questionnaire": N_("Questionnaire"),
    "questionnaire_question": N_("Question"),
    "rate": N_("Rate"),
    "referral": N_("Referral"),
    "satisfaction": N_("Score"),
    "saved_filter": N_("Saved filter"),
    "stage": N_("Stage"),
    "stage_exit": N_("Exit criterion"),
    "stage_question": N_("Question"),
    "stay": N_("Stage"),
    "step": N_("Next step"),
    "target": N_("Target"),
    "terms": N_("Agreed"),
    "tray_note": N_("Note in the tray"),
    "verdict": N_("Verdict"),
    "visit": N_("Visit"),
}
_HAPPENED = {"changed": N_("changed"), "new": N_("new"), "removed": N_("removed")}


def happened(change: str) -> str:
    """What became of a record, in a word: "changed", "new" or "removed"."""
    return _(_HAPPENED[change])


def title(table: str) -> str:
    """What people call one row of a table."""
    if table in TITLES:
        return _(TITLES[table])
    return ngettext(*GONE[table], 1).format(n="").strip() if table in GONE else table
