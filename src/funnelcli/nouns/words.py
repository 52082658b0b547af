"""How the fixed keys of the database read to a person. Keys stay keys in data output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from funnelcli.i18n import N_, _, every
from funnelcli.values.choosing import exact, listed, named

STATUS = {"open": N_("open"), "won": N_("won"), "lost": N_("lost")}
STEP_STATUS = {"open": N_("open"), "done": N_("done"), "dropped": N_("dropped")}
# What a user of the database may do.
MEMBER_ROLE = {"owner": N_("owner"), "seller": N_("seller"), "reader": N_("reader")}
PHASE = {
    "preparation": N_("Preparation"),
    "lead": N_("Lead"),
    "opportunity": N_("Opportunity"),
    "customer": N_("Customer"),
    "closing": N_("Closing"),
}
STAGE_KIND = {
    "open": N_("in the funnel"),
    "won": N_("wins the deal"),
    "post": N_("after the sale"),
    "outside": N_("outside the funnel"),
}
LIFECYCLE = {
    "prospect": N_("prospect"),
    "opportunity": N_("opportunity"),
    "customer": N_("customer"),
    "former_customer": N_("former customer"),
}
CONTACT_KIND = {"person": N_("person"), "organisation": N_("organisation")}
ROLE = {
    "decider": N_("decider"),
    "user": N_("user"),
    "billing": N_("billing"),
    "influencer": N_("influencer"),
}
# The part that somebody has in a deal; any other is as it is written.
DEAL_ROLE = {
    "decider": N_("decider"),
    "champion": N_("champion"),
    "user": N_("user"),
    "billing": N_("billing"),
    "blocker": N_("blocker"),
    "influencer": N_("influencer"),
}
# What can be done with the people of a deal.
PEOPLE_VERB = {
    "add": N_("add"),
    "edit": N_("edit"),
    "remove": N_("remove"),
    "list": N_("list"),
}
SALUTATION = {"mr": N_("Mr"), "ms": N_("Ms"), "none": N_("no salutation")}
# In the order in which hooks are run.
HOOK_EVENT = {
    "contact-added": N_("a contact was added"),
    "contact-changed": N_("a contact was changed"),
    "deal-added": N_("a deal was opened"),
    "deal-changed": N_("a deal was changed"),
    "deal-stage-changed": N_("a deal came into another stage"),
    "deal-won": N_("a deal was won"),
    "deal-lost": N_("a deal was lost"),
    "deal-reopened": N_("a won or lost deal is open again"),
    "visit-logged": N_("a visit or a call was recorded"),
    "step-done": N_("a next step was done"),
    "offer-sent": N_("an offer was sent"),
    "offer-accepted": N_("an offer was accepted"),
    "offer-declined": N_("an offer was declined"),
    "import-done": N_("an import has ended"),
}
HOOK_MOMENT = {"before": N_("before"), "after": N_("after")}
REMIND_WAY = {"notification": N_("notification"), "mail": N_("mail")}
PRICES = {"gross": N_("gross"), "net": N_("net")}
LETTER = {
    "offer": N_("offer"),
    "confirmation": N_("order confirmation"),
    "withdrawal": N_("withdrawal instruction"),
}
SUBJECT = {
    "services": N_("services"),
    "goods": N_("goods"),
    "several": N_("several goods, delivered separately"),
    "parts": N_("goods in several deliveries or pieces"),
    "regular": N_("goods delivered regularly"),
}
"""What a contract of a consumer is about, which decides from when a withdrawal period runs."""
PROGRESS = {"bar": N_("a bar"), "json": "JSON", "none": N_("nothing")}
LANGUAGE = {"en": N_("English"), "de": N_("German")}
DEAL_KIND = {
    "new": N_("new business"),
    "repeat": N_("repeat business"),
    "upsell": N_("upsell"),
    "renewal": N_("renewal"),
}
# With what a period of withdrawal begins; "set" where its last day was put by hand.
WITHDRAWAL_BEGIN = {"contract": N_("the contract"), "receipt": N_("the receipt of the goods")}
WITHDRAWAL_FROM = {**WITHDRAWAL_BEGIN, "set": N_("put by hand")}
CHANNEL = {
    "on_site": N_("on site"),
    "phone": N_("phone"),
    "video": N_("video"),
    "email": N_("e-mail"),
    "fair": N_("fair"),
}
OUTCOME = {
    "met": N_("met"),
    "phone_instead": N_("phone instead"),
    "not_met": N_("not met"),
    "declined": N_("declined"),
}
CALL_OUTCOME = {
    "reached": N_("reached"),
    "no_answer": N_("no answer"),
    "callback": N_("callback"),
    "not_interested": N_("not interested"),
    "wrong_number": N_("wrong number"),
    "do_not_call": N_("do not call"),
}
DIRECTION = {"in": N_("received"), "out": N_("sent")}
# Whose turn it is to answer an e-mail.
TURN = {"ours": N_("our turn"), "theirs": N_("their turn")}
STEP_KIND = {"task": N_("task"), "call": N_("call"), "visit": N_("visit")}
GOAL_REACHED = {"yes": N_("yes"), "partly": N_("partly"), "no": N_("no")}
PROVENANCE = {
    "live": "",
    "imported": N_("imported"),
    "estimated": N_("estimated"),
}
OFFER_STATUS = {
    "draft": N_("draft"),
    "sent": N_("sent"),
    "accepted": N_("accepted"),
    "declined": N_("declined"),
    "expired": N_("expired"),
    "revised": N_("revised"),
}
VERDICT = {"pursue": N_("pursue"), "park": N_("park"), "drop": N_("drop")}
SATISFACTION_KIND = {"nps": N_("NPS"), "csat": N_("CSAT")}
QUESTIONNAIRE_KIND = {
    "qualification": N_("qualification"),
    "needs": N_("needs"),
    "profile": N_("target profile"),
}
# What fields of one's own are of, and the types that they can have.
FIELD_NOUN = {
    "contact": N_("contact"),
    "deal": N_("deal"),
    "visit": N_("visit"),
    "product": N_("product"),
}
FIELD_TYPE = {
    "text": N_("text"),
    "number": N_("number"),
    "money": N_("money"),
    "date": N_("date"),
    "yes_no": N_("yes or no"),
    "choice": N_("choice"),
    "choices": N_("several choices"),
    "link": N_("link"),
    "contact": N_("contact"),
}
YES_NO = {"yes": N_("yes"), "no": N_("no")}
# The records that filters are for, by the names of their nouns.
FILTERED = {
    "deal": N_("deals"),
    "contact": N_("contacts"),
    "visit": N_("visits"),
    "step": N_("next steps"),
    "note": N_("notes"),
    "product": N_("products"),
    "offer": N_("offers"),
    "objection": N_("objections"),
    "contract": N_("contracts"),
    "file": N_("files"),
    "tray": N_("notes in the tray"),
    "message": N_("e-mails"),
    "owed": N_("answers that are owed"),
    "milestone": N_("milestones"),
    "plan": N_("care plans"),
    "score": N_("satisfaction scores"),
    "complaint": N_("complaints"),
    "referral": N_("referrals"),
    "effort": N_("effort"),
    "rate": N_("rates"),
    "overhead": N_("overheads"),
    "target": N_("targets"),
    "exchange_rate": N_("exchange rates"),
}
# The catalogues, which people add to.
CATALOGUE = {
    "source": N_("source"),
    "lost_reason": N_("lost reason"),
    "objection": N_("kind of objection"),
    "unit": N_("unit"),
    "visit_type": N_("type of visit"),
    "effort_kind": N_("kind of effort"),
}
# Which win rates a loss counts in.
RATE = {
    "all": N_("narrow and broad"),
    "broad": N_("broad alone"),
    "none": N_("none of them"),
}
# What a rule takes an entry of a catalogue for.
COUNTS_AS = {"flat": N_("flat rate"), "presentation": N_("presentation")}
# The tables whose keys have more names: see :mod:`funnelcli.nouns.also`.
ALSO = {
    "channel": CHANNEL,
    "outcome": OUTCOME,
    "call_outcome": CALL_OUTCOME,
    "deal_role": DEAL_ROLE,
    "people_verb": PEOPLE_VERB,
    "catalogue": CATALOGUE,
    "field_type": FIELD_TYPE,
}
CONSENT_CHANNEL = {"post": N_("post"), "phone": N_("phone"), "email": N_("e-mail")}


def read(table: Mapping[str, str], key: str | None) -> str:
    """The word for ``key`` in the language spoken now; the key itself where there is none."""
    if key is None:
        return ""
    word = table.get(key, key)
    return _(word) if word else ""


def choose(table: Mapping[str, str], text: str, option: str) -> str:
    """The key that ``text`` names, by the key, its word in either language, or a part of
    one that no other has.

    Raises Usage with the choices that there are, or with those that it may be.
    """
    from funnelcli.errors import Usage

    # Most say the key, or the English word; German is looked up for those who do not.
    found = exact(table.items(), text)
    entries = [(key, *every(word or key)) for key, word in table.items()] if not found else []
    key = found[0] if found else named(entries, text, lambda: other_words(table))
    if key is not None:
        return key
    from funnelcli.nouns.placeholders import placeholder

    name = option if option.startswith("--") else placeholder(option)
    raise Usage(
        _("{option} cannot be {value}.").format(option=name, value=text),
        _("Write one of: {keys}.").format(keys=listed(entries)),
    )


def called(table: Mapping[str, str], text: str) -> str | None:
    """The key that ``text`` is as a whole: the key, its word in either language, or another word
    for it; None for none."""
    entries = ((key, *every(word)) for key, word in table.items())
    also = ((key, *more) for key, more in other_words(table).items())
    found = exact(entries, text) or exact(also, text)
    return found[0] if found else None


def other_words(table: Mapping[str, str]) -> Mapping[str, Sequence[str]]:
    """What else the keys of a table are called."""
    from funnelcli.nouns.also import also

    kind = next((kind for kind, known in ALSO.items() if known is table), "")
    return also(kind) if kind else {}
