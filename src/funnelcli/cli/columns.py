"""Shim."""

from funnelcli.nouns.contact import CONTACT
from funnelcli.nouns.deal import DEAL, Deal
from funnelcli.nouns.step import STEP
from funnelcli.nouns.visit import VISIT

DEALS, CONTACTS, STEPS, VISITS = DEAL.columns, CONTACT.columns, STEP.columns, VISIT.columns


def deal_note(deal: Deal) -> str:
    return deal.note
