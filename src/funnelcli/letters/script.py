"""The script of a list of calls: a template of the user's own, filled in with who is called.

Text or Markdown, with ``{{ name }}`` and the other names of :data:`NAMES` in it, and Jinja's ``if``
and ``for``; it gets texts alone, in the sandbox that letters have.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping

from funnelcli import config, letters
from funnelcli.errors import Usage
from funnelcli.i18n import _, language
from funnelcli.letters.greeting import Addressee, addressee, greeting
from funnelcli.nouns.contact import CONTACT
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.extending import own_texts
from funnelcli.patterns import re
from funnelcli.queries import catalogue_names
from funnelcli.queries.contacts import visits
from funnelcli.queries.lists import one
from funnelcli.typed import Any, TypeVar
from funnelcli.values import daytext
from funnelcli.values.money import format_money

T = TypeVar("T")
LONGEST = 64 * 1024
"""Bytes of a script."""
_OF_CONTACT = (
    *("name", "first_name", "last_name", "academic_title", "organisation", "job_title", "street"),
    *("postcode", "town", "region", "country", "industry", "website", "notes"),
)
NAMES = (
    *_OF_CONTACT,
    *("greeting", "phone", "email", "birthday", "source"),
    *("deal", "value", "stage", "last_day", "last_said", "list", "me", "company", "fields"),
)
"""What a script can name: texts, "" for what is not known; ``fields`` has the fields of one's own
by their keys."""


def check(text: str) -> None:
    """Raises Usage for a text that is no script: too long, a mistake in it, a name that there is
    not."""
    from jinja2 import meta

    if len(text.encode()) > LONGEST:
        raise Usage(
            _("The script is longer than {n} KB.").format(n=LONGEST // 1024),
            _("A script is what is said in one call."),
        )
    made = _environment()
    named: set[str] = _tried(lambda: meta.find_undeclared_variables(made.parse(text)))
    unknown = sorted(named.difference(NAMES))
    if unknown:
        raise Usage(
            _("The script names {name}, which there is not.").format(name=unknown[0]),
            _("There are: {names}.").format(names=", ".join(NAMES)),
        )
    filled(text, {**dict.fromkeys(NAMES, ""), "fields": {}})


def filled(text: str, values: Mapping[str, Any]) -> str:
    """The script as it is said. Raises Usage for a mistake that shows only now."""
    from funnelcli.letters.bounds import bounded

    def render() -> str:
        with bounded():
            return str(_environment().from_string(text).render(values))

    # A line that was nothing but an if or a for leaves no gap.
    return re.sub(r"\n\s*\n", "\n\n", _tried(render)).strip()


def _environment() -> Any:
    from jinja2 import ChainableUndefined

    from funnelcli.letters.bounds import Sandbox

    # A field of one's own that somebody has no value in is left blank.
    return Sandbox(undefined=ChainableUndefined)


def _tried(make: Callable[[], T]) -> T:
    from jinja2 import TemplateSyntaxError

    from funnelcli.letters.bounds import MISTAKES

    try:
        return make()
    except MISTAKES as error:
        line = f", {error.lineno}" if isinstance(error, TemplateSyntaxError) else ""
        raise Usage(
            _("The script cannot be used{line}: {error}.").format(line=line, error=error),
            _("Mend the file, and give it again: funnel filter edit NAME --script FILE"),
        ) from error


def values(
    conn: sqlite3.Connection, contact_id: int, deal_id: int | None, called_from: str
) -> dict[str, Any]:
    """What a script gets to know of a contact, the deal that the call is about, and whoever
    calls."""
    locale = str(config.get("locale"))
    contact = one(conn, CONTACT, contact_id)
    found: dict[str, Any] = dict.fromkeys(NAMES, "")
    found |= {name: getattr(contact, name) or "" for name in _OF_CONTACT}
    person = addressee(contact) if contact.kind == "person" else Addressee(contact.name)
    last = next(iter(visits(conn, contact_id, spoken=True, limit=1)), None)
    found |= {
        "greeting": greeting(person, letters.texts(language())).rstrip(","),
        "phone": next(iter(contact.phones), ""),
        "email": next(iter(contact.emails), ""),
        "birthday": daytext.day(contact.birthday) if contact.birthday else "",
        "source": catalogue_names(conn, "source").get(contact.source or "", contact.source or ""),
        "last_day": daytext.day(last.happened_on) if last else "",
        "last_said": (last.said or "") if last else "",
        "list": called_from,
        "me": config.get("sender_person") or "",
        "company": config.get("sender_name") or "",
        "fields": {column.key: text for column, text in own_texts(contact, locale)},
    }
    if deal_id is not None:
        deal = one(conn, DEAL, deal_id)
        found |= {"deal": deal.title, "stage": deal.stage_name}
        if deal.value is not None:
            found["value"] = format_money(deal.value, deal.currency, locale)
    return found
