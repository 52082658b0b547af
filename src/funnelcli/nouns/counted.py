"""How records of each table are counted in a sentence: those that go with another record, and
those that stay without it. A test holds both to the foreign keys of the schema."""

from __future__ import annotations

from funnelcli.i18n import NN_

# What a record is made of: it goes with its record, and is none by itself.
PARTS = frozenset(
    (
        *("contact_email", "contact_phone", "contact_tag", "deal_tag", "stay", "terms"),
        *("contact_former", "deal_former", "field_choice", "field_value"),
        *("offer_line", "product_price", "questionnaire_question", "correction"),
        *("stage", "stage_exit", "stage_question", "milestone_template"),
    )
)
GONE = {
    "answer": NN_("{n} answer", "{n} answers"),
    "attachment": NN_("{n} file", "{n} files"),
    "care_plan": NN_("{n} care plan", "{n} care plans"),
    "complaint": NN_("{n} complaint", "{n} complaints"),
    "contact": NN_("{n} contact", "{n} contacts"),
    "contact_consent": NN_("{n} consent", "{n} consents"),
    "contract": NN_("{n} contract", "{n} contracts"),
    "criterion_tick": NN_("{n} ticked exit criterion", "{n} ticked exit criteria"),
    "deal": NN_("{n} deal", "{n} deals"),
    "deal_contact": NN_("{n} part in a deal", "{n} parts in deals"),
    "effort": NN_("{n} entry of effort", "{n} entries of effort"),
    "farewell": NN_("{n} farewell", "{n} farewells"),
    "member": NN_("{n} user", "{n} users"),
    "message": NN_("{n} e-mail", "{n} e-mails"),
    "milestone": NN_("{n} milestone", "{n} milestones"),
    "note": NN_("{n} note", "{n} notes"),
    "objection": NN_("{n} objection", "{n} objections"),
    "offer": NN_("{n} offer", "{n} offers"),
    "referral": NN_("{n} referral", "{n} referrals"),
    "satisfaction": NN_("{n} score", "{n} scores"),
    "saved_filter": NN_("{n} saved filter", "{n} saved filters"),
    "step": NN_("{n} next step", "{n} next steps"),
    "target": NN_("{n} target", "{n} targets"),
    "tray_note": NN_("{n} note in the tray", "{n} notes in the tray"),
    "verdict": NN_("{n} verdict", "{n} verdicts"),
    "visit": NN_("{n} visit", "{n} visits"),
}
# By the column that holds nothing any more.
LEFT = {
    ("answer", "stage_id"): NN_("{n} answer without its stage", "{n} answers without their stage"),
    ("business_answer", "stage_id"): NN_(
        "{n} answer about the business without its stage",
        "{n} answers about the business without their stage",
    ),
    ("complaint", "deal_id"): NN_(
        "{n} complaint without its deal", "{n} complaints without their deal"
    ),
    ("contact", "organisation_id"): NN_(
        "{n} person without an organisation", "{n} people without an organisation"
    ),
    ("contact", "referred_by_id"): NN_(
        "{n} contact without who referred it", "{n} contacts without who referred them"
    ),
    ("contact", "owner_id"): NN_("{n} contact without an owner", "{n} contacts without an owner"),
    ("deal", "owner_id"): NN_("{n} deal without an owner", "{n} deals without an owner"),
    ("step", "owner_id"): NN_("{n} next step without an owner", "{n} next steps without an owner"),
    ("deal", "contact_id"): NN_("{n} deal without a contact", "{n} deals without a contact"),
    ("deal", "previous_deal_id"): NN_(
        "{n} deal without the one before it", "{n} deals without the one before them"
    ),
    ("effort", "deal_id"): NN_(
        "{n} entry of effort without its deal", "{n} entries of effort without their deal"
    ),
    ("field", "stage_id"): NN_(
        "{n} field that no stage asks for", "{n} fields that no stage asks for"
    ),
    ("farewell", "visit_id"): NN_(
        "{n} farewell without its visit", "{n} farewells without their visit"
    ),
    ("inbox_note", "contact_id"): NN_(
        "{n} card of the inbox without its contact", "{n} cards of the inbox without their contact"
    ),
    ("inbox_note", "step_id"): NN_(
        "{n} appointment of the inbox without its next step",
        "{n} appointments of the inbox without their next step",
    ),
    ("inbox_note", "tray_id"): NN_(
        "{n} note of the inbox that is not in the tray any more",
        "{n} notes of the inbox that are not in the tray any more",
    ),
    ("inbox_note", "note_id"): NN_(
        "{n} report of the inbox without its note", "{n} reports of the inbox without their note"
    ),
    ("inbox_note", "visit_id"): NN_(
        "{n} note of the inbox without its visit", "{n} notes of the inbox without their visit"
    ),
    ("message", "deal_id"): NN_("{n} e-mail without its deal", "{n} e-mails without their deal"),
    ("offer_line", "product_id"): NN_(
        "{n} line of an offer without its product", "{n} lines of offers without their product"
    ),
    ("referral", "deal_id"): NN_(
        "{n} referral without its deal", "{n} referrals without their deal"
    ),
    ("satisfaction", "deal_id"): NN_("{n} score without its deal", "{n} scores without their deal"),
    ("step", "visit_id"): NN_(
        "{n} next step without its visit", "{n} next steps without their visit"
    ),
    ("visit", "deal_id"): NN_("{n} visit without its deal", "{n} visits without their deal"),
}
OPEN = NN_("{n} open", "{n} open")
