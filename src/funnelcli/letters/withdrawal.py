"""What a withdrawal instruction says, as its templates get it: the model of the law, filled in by
its own notes (annexes 1 and 2 to article 246a of the EGBGB), with the model withdrawal form.

The numbers in brackets are those of the notes. A model that is filled in correctly counts as a
correct instruction (article 246a § 1 II 2 EGBGB), so nothing is added to it and nothing left out.
"""

from __future__ import annotations

import os
import sqlite3

from funnelcli import config, letters, toml
from funnelcli.actions import standing, withdrawal
from funnelcli.errors import Refused
from funnelcli.i18n import _
from funnelcli.letters import templates
from funnelcli.letters.offer import day_text, frame
from funnelcli.typed import Any
from funnelcli.values import dates

_BEGINS = {"contract": "services", "receipt": "goods"}
# The statutory period, where the deal's process gives none.
_DAYS = 14
_NEEDED = ("name", "street", "town", "phone", "email")


def values(
    conn: sqlite3.Connection,
    deal_id: int,
    lang: str,
    subject: str | None = None,
    sender: dict[str, str] | None = None,
) -> dict[str, Any]:
    """The values of the instruction for a deal in ``lang``, about a ``subject``, one of
    words.SUBJECT; without it, what the deal's period begins with says whether it is of services or
    goods. It is from the ``sender`` of the settings, or another.

    Raises Refused for a deal that gives no right of withdrawal while no subject is named, and where
    the settings do not say who is to be told of a withdrawal.
    """
    deal = standing.state(conn, deal_id)
    now = withdrawal.standing_of(conn, deal_id)
    rule = withdrawal.rule_of(conn, deal.process_id)
    begins = now.begins if now is not None and now.begins in _BEGINS else rule and rule.begins
    if subject is None:
        if begins is None:
            raise Refused(
                _("The deal {title} gives no right of withdrawal.").format(title=deal.title),
                _("For a customer who has it nevertheless, say what is sold: --of goods"),
            )
        subject = _BEGINS[begins]
    said = sender or letters.sender()
    missing = [f"sender_{name}" for name in _NEEDED if not said[name]]
    if missing:
        raise Refused(
            _("An instruction says whom a withdrawal is sent to; missing: {names}.").format(
                names=", ".join(missing)
            ),
            _('funnel config set {name} "…"').format(name=missing[0]),
        )
    t = letters.texts(lang)
    law = toml.load(os.path.join(templates.FOLDER, "withdrawal.toml"))[lang]
    (contact_id,) = conn.execute("SELECT contact_id FROM deal WHERE id = ?", (deal_id,)).fetchone()
    today = day_text(dates.today(), letters.locale_for(lang))
    return {
        **frame(conn, contact_id, t, lang),
        "facts": [
            {"label": label, "text": text}
            for label, text in ((t["date"], today), (t["contact"], said["person"]))
            if text
        ],
        "title": law["title"],
        "number": law["title"],
        "deal": deal.title,
        "date": today,
        "subject": subject,
        "sections": _sections(law, said, subject, _DAYS if rule is None else rule.days),
        "form": _form(law["form"], said),
    }


def _sections(
    law: dict[str, Any], said: dict[str, str], subject: str, days: int
) -> list[dict[str, Any]]:
    number = "fourteen" if days == _DAYS else "days"
    words = {
        "period": law[number].format(n=days),
        "periods": law[f"{number}_dative"].format(n=days),
        "from": law["from"][subject],
        "trader": ", ".join(
            f"{law['phone']}: {said[name]}" if name == "phone" else said[name] for name in _NEEDED
        ),
    }
    right = [law[f"right_{number}"].format(**words) for number in range(1, 5)]
    effects = [law["effects_1"]]
    if subject == "services":
        effects.append(law["services_begun"])
    elif config.get("withdrawal_return") == "pickup":
        effects += [law["pickup"], law["loss"]]
    else:
        effects[0] += " " + law["withhold"]
        paid = f"{config.get('withdrawal_return')}_pays"
        effects += [law["send_back"], law[paid], law["loss"]]
    return [
        {"title": law["right"], "texts": right},
        {"title": law["effects"], "texts": effects},
    ]


def _form(law: dict[str, str], said: dict[str, str]) -> dict[str, Any]:
    to = "\n".join([said["name"], said["street"], said["town"], said["email"]])
    blank = ("declaration", "dates", "name", "address", "signature", "date")
    fields = [{"label": law["to"], "text": to}]
    fields += [{"label": law[name], "text": ""} for name in blank]
    return {"title": law["title"], "note": law["note"], "choice": law["choice"], "fields": fields}
