"""By which channel somebody was spoken or written to, as a note says it."""

from __future__ import annotations

from collections.abc import Iterable

from funnelcli.actions import notewords
from funnelcli.actions.recognising.amounts import beside_length
from funnelcli.actions.recognising.clauses import Clause, whole_words, word_set
from funnelcli.patterns import re, regex

# Each pattern begins at a word. What is written is by one channel, whatever carries it: a text
# message is no visit and no call.
_VIDEO = (
    r"(?:zoom|teams|webex|skype|google meet|facetime|video|online|virtual|virtuelle[rs]?)[ -]?"
    r"(?:call|calls|demo|meeting|session|chat|conference|presentation|appointment|termin|gespräch"
    r"|präsentation|konferenz|besprechung|telefonat|anruf|schalte|vorführung)"
    r"|(?:via|per|over|on|by|über|auf|mit|in) (?:ms |microsoft )?(?:zoom|teams|webex|skype"
    r"|google meet|facetime|video)"
    r"|(?:ms |microsoft )?teams (?:mit|with)|(?:zoom|webex|skype|facetime|google meet)"
    r" (?:mit|with)"
    r"|(?:zoomed|skyped|facetimed|geskypt|gezoomt)"
)
_FAIR = (
    r"(?:at|from) (?:the |our |their )?(?:trade ?(?:fair|show)|fair|expo|booth)"
    r"|auf der (?:[^\W\d_]+)?messe|am messestand|an unserem stand|messe(?:gespräch|kontakt)"
)
_PHONE = (
    r"(?:spoke|talked|chatted|caught up)(?: [^ ]+){0,5}? (?:on|by|over) (?:the )?(?:tele)?phone"
    r"|(?:on|by|over) the (?:tele)?phone|by (?:tele)?phone|phone instead|instead by phone"
    r"|phone ?calls?(?: with| w)?|am telefon|am apparat|telefonisch|per telefon|telefoniert"
    r"|tel\.? (?:mit|gesprochen)|callback from|rückruf von"
    r"|(?:discovery|intro|introductory|sales|follow-up) call"
    r"|telefonat|telefongespräch|anruf (?:bei|mit)|whatsapp[ -](?:call|anruf)"
    r"|(?:left|leave|leaving)(?: [^ ]+){0,3}? (?:voice ?mail|vm|voice message)"
    r"|(?:got|hit|reached|went|straight|only|just) (?:to )?(?:[^ ]+ )?(?:voice ?mail|vm)"
    r"|voice ?mails?(?: only)?|answerphone|answering machine|anrufbeantworter|(?:nur|nur die)"
    r" mailbox"
    r"|(?:nur|auf|auf den|auf dem) ab|(?:auf|auf die|auf der) mailbox"
    r"|(?:did ?n.t|did not|doesn.t|never|not) pick(?:ed|ing)? up(?: the phone)?|no pick ?up"
    r"|hung up(?: on me)?|aufgelegt|nicht (?:ran|rangegangen|drangegangen|dran gegangen"
    r"|abgehoben|abgenommen)|(?:ging|geht|hebt|hob|nahm) nicht (?:ran|dran|ab)"
)
# What the seller did; somebody else did it where somebody else is named before.
_CALLED = (
    r"(?:cold[ -]?)?called|phoned|telephoned|rang|dialled|dialed|buzzed"
    r"|(?:tried )?(?:calling|ringing|phoning)|gave (?:[^ ]+ ){1,3}a (?:call|ring|bell|buzz)"
    r"|had (?:a|another) (?:[^ ]+ )?(?:call|phoner) with"
    r"|(?:quick |short |good |great |long |follow-up |intro |discovery )?call (?:with|w)"
    r"|(?:kurz |heute |eben |gerade |nochmal |noch mal )?(?:angerufen|durchgerufen|zurückgerufen"
    r"|angeklingelt|durchgeklingelt)"
)
_NO_CALL = (
    r"called (?:off|in|round|by|on|at|out|it|for|away|me|us)|rang (?:the (?:door)?bell|at)"
    r"|rang (?:the )?door"
)
_BY_MAIL = r"(?:by|via|per|über) (?:e-?mail|mail|whatsapp|sms|text|linkedin|signal|telegram|dm)"
_MAIL = r"e-?mails?|mails?|whats ?app|sms|text(?: message)?|linkedin(?: message)?|dm|inmail"
_WROTE = (
    r"e-?mailed|mailed|texted|messaged|whats ?apped|dm'?e?d"
    r"|(?:sent|wrote|dropped|shot)(?: [^ ]+){0,4}? (?:" + _MAIL + r")"
    r"|(?:" + _MAIL + r")(?: (?:sent|geschickt|geschrieben|gesendet|verschickt|raus|rausgeschickt))"
    r"|(?:" + _MAIL + r")(?: [^ ]+){1,5} (?:geschickt|geschrieben|gesendet|verschickt"
    r"|rausgeschickt|sent)"
    r"|(?:e-?mail|mail|text|sms|whats ?app): (?:sent|geschickt)"
    r"|gemailt|angemailt|angeschrieben|hingeschrieben|(?:" + _BY_MAIL + r")"
)
# What somebody wrote to the seller: what follows it in the note are their words.
_LETTER = (
    r"(?:e-?mails?|mails?|(?:antwort|rück)mail|whats ?app(?:[ -]?(?:message|nachricht))?"
    r"|sms|text(?: message)?"
    r"|linkedin(?:[ -]?(?:message|nachricht))?|dm|in-?mail|(?:text)?nachricht|message|msg)"
)
_RECEIVED = (
    r"(?:(?:heute|eben|gerade|wieder|noch|und|dann|eine|kurze|lange|neue|nette|weitere|a|an"
    r"|another|short|quick|new|nice|long|just|today|and|then) )*(?:wa|" + _LETTER + r") (?:(?:back"
    r"|zurück|heute|today) )?(?:von|vom|v|from|bekommen|erhalten|gekriegt|eingegangen"
    r"|reingekommen|kam|received|came in|came back)"
    r"|(?:(?:i|we|i've|we've|ich|wir|have|just|today|heute|habe|hab|haben) )*(?:got|received|had"
    r"|bekam|bekamen|erhielt|erhielten) (?:an?|another|eine|noch eine) (?:[^ ]+ ){0,2}?"
    + _LETTER
    + r"(?: (?:back|from|von|vom))?"
)
_THEY_WROTE = (
    r"(?:[^ :]+ ){1,3}(?:emailed|e-mailed|mailed|texted|messaged|wrote|writes|schreibt|schrieb)"
    r"(?: (?:back|zurück|me|us|mir|uns))?"
)
_THEIRS_BY_MAIL = r"(?:[^ :]+ ){1,3}" + _BY_MAIL
_NAMED = _LETTER + r" ?:"
# What was sent went by some mail, as long as the note says nothing of a talk.
_SENT = (
    r"(?:re)?sent (?:him|her|them|over|the|a|an|some|our|across|out|pricing|info|offer|quote"
    r"|proposal|brochure)"
    r"|(?:[^ ]+ ){1,5}(?:geschickt|zugeschickt|gesendet|zugesendet|verschickt|rausgeschickt)"
)
_ON_SITE = (
    r"on[ -]site|vor ort|site visit|visited|besucht|walk(?:ed)? (?:the|through)|dropped (?:in|by)"
    r"|stopped (?:in|by)|swung by|popped (?:in|by)|called (?:in|round|by|at)|vorbeigefahren"
    r"|hingefahren|drove|gefahren|door|doorbell|haustür|geklingelt|macht(?:e)? (?:keiner"
    r" |niemand )?auf|aufgemacht|(?:not|nobody|no one|wasn't|nicht|niemand"
    r"|keiner) (?:was |were |at |is )?"
    r"(?:there|home|in|da|zuhause|daheim|zu hause)|face to face|in person|persönlich getroffen"
    r"|showroom|in (?:his|her|their) office|im büro besucht"
)
# Whatever one of the patterns finds has one of its hints, folded. To make a pattern takes longer
# than to read a note, and most notes have no hint of most of them.
HINTS = {
    _VIDEO: ("zoom", "team", "webex", "skyp", "google", "facetime", "video", "online", "virtu"),
    _FAIR: ("fair", "show", "expo", "booth", "messe", "stand"),
    _PHONE: (
        *("phone", "tel", "apparat", "call", "ruf", "voice", "vm", "answer", "mailbox", " ab"),
        *("pick", "hung", "aufgelegt", "nicht"),
    ),
    _CALLED: ("call", "phon", "rang", "ring", "dial", "buzz", "bell", "gerufen", "klingelt"),
    _NO_CALL: ("called", "rang"),
    _BY_MAIL: ("mail", "whatsapp", "sms", "text", "linkedin", "signal", "telegram", "dm"),
    _WROTE: (
        *("mail", "text", "messag", "whats", "sms", "linkedin", "dm", "schrieben", "signal"),
        "telegram",
    ),
    _RECEIVED: (
        *("mail", "whats", "sms", "text", "linkedin", "dm", "nachricht", "message", "msg", "wa "),
    ),
    _THEIRS_BY_MAIL: (
        *("mail", "whatsapp", "sms", "text", "linkedin", "signal", "telegram", "dm"),
    ),
    _THEY_WROTE: ("mailed", "texted", "messaged", "wrote", "writes", "schreibt", "schrieb"),
    _NAMED: ("mail", "whats", "sms", "text", "linkedin", "dm", "nachricht", "message", "msg"),
    _SENT: ("sent", "schickt", "sendet"),
    _ON_SITE: (
        *("site", "vor ort", "visit", "besucht", "walk", "dropped", "stopped", "swung", "popped"),
        *("called", "gefahren", "drove", "door", "haust", "klingelt", "macht", "not ", "nobody"),
        *("no one", "wasn't", "nicht", "niemand", "keiner", "face", "person", "getroffen"),
        *("showroom", "office"),
    ),
}
# Who speaks of wishes, habits and tools says nothing of today.
_NOT_TODAY = word_set(
    "prefers prefer preferred bevorzugt rather lieber bitte please uses use nutzt nutzen verwendet"
    " usually always immer meist if wenn falls yesterday gestern vorgestern"
    " hasn't haven't forgot vergessen licences licenses lizenzen migration"
)
# Before a channel these say that it is wished for.
_WISHED = word_set(
    "wants want wanted asks asked möchte will bittet soll sollen arbeitet should could would might"
    " wollte willing never nie not nicht"
)
_TO_DO = word_set("will i'll we'll must need needs to muss werde wollen next todo zu need")
_ALLOWED_BEFORE = word_set(
    "i we i've we've ich wir hab habe haben have had just then and so also again finally und dann"
    " nochmal heute eben today gerade kurz kurzer quick briefly tried only nur instead stattdessen"
    " ihn sie ihm ihr den die das herrn frau kunden kundin mr mrs ms mit"
)
_OTHERS = word_set(
    "he she they boss chef chefin er mich mir uns someone somebody jemand man customer"
    " kunde neighbour neighbor nachbar competitor wettbewerb who wer"
)
# A message that is but expected.
_EXPECTED = word_set(
    "abwarten warten ausstehend aussteht fehlt fehlen kommt kommen folgt folgen morgen nicht kein"
    " keine pending due awaited awaiting expected expecting coming follows tomorrow missing not no"
    " address adresse"
)
_MINE = word_set("i we i've we've ich wir")
# What stands before a message is no more than whose it is, or when it came.
_BEFORE_A_MESSAGE = 3


class Way:
    """What the clauses of a note tell of the channel."""

    def __init__(self) -> None:
        self.said: set[str] = set()
        self.sent = False
        self.named: str | None = None
        """The channel that is all of a clause, "Zoom, 30 min"."""
        self.on_site = False
        self.received = False
        """The note begins with what somebody wrote to the seller."""
        self._begun = False

    def receive(self, clause: Clause, *, planned: bool, ahead: bool) -> bool:
        """Whether a clause begins the note with what somebody wrote: "Mail von ihr: passt". Only
        what leads up to their words tells it; ``planned``: the clause has a step, ``ahead``: it
        names a day to come."""
        if self._begun:
            return False
        self._begun = len(clause.words) > _BEFORE_A_MESSAGE
        head, colon, words = clause.folded.partition(":")
        received = (
            _leads(_RECEIVED, clause.folded)
            or _they_wrote(head, colon)
            or (
                not planned
                and _leads(_NAMED, clause.folded)
                # "Mail: ann@example.com", "WhatsApp: 0171 2345678"
                and words.lstrip()[:1].isalpha()
                and "@" not in words
            )
        )
        elsewhen = _EXPECTED | _NOT_TODAY | word_set(notewords.OTHER_DAYS)
        if not received or (ahead and not colon) or not elsewhen.isdisjoint(_words(head)):
            return False
        if _channel_of(head) == "phone":
            # "Nachricht von ihr auf der Mailbox"
            return False
        self.received = self._begun = True
        return True

    def read(self, clause: Clause, *, ahead: bool) -> None:
        """Take what a clause tells that is neither of others, nor of another day; ``ahead``: it
        names a day to come."""
        said = set(clause.said)
        folded = clause.folded.replace("’", "'")
        self.on_site = self.on_site or _search(_ON_SITE, folded) is not None
        if not _NOT_TODAY.isdisjoint(said) or not word_set(notewords.OTHER_DAYS).isdisjoint(said):
            return
        channel = _channel_of(folded) or _machine(clause)
        if channel is None and not ahead:
            channel = _beside_a_length(clause)
        self.named = self.named or (_means(said) if len(clause.said) == 1 else None)
        if channel is not None:
            self.said.add(channel)
        elif _begins(folded, _SENT):
            self.sent = True

    def channel(self, *, talked: bool, travelled: bool) -> str | None:
        """The channel, where it is certain: ``talked`` says that the note tells of a talk,
        ``travelled`` that there was a way to it. A mail beside a call is what followed it."""
        if self.on_site or travelled:
            return None
        spoken = self.said - {"email"}
        if spoken:
            return spoken.pop() if len(spoken) == 1 else None
        if talked and self.named:
            return self.named
        written = bool(self.said) or self.sent or self.received
        return "email" if written and not talked else None


# What was by such a means, where it stands beside how long it took.
_MEANS = {
    "video": "zoom teams webex skype facetime video videocall videokonferenz",
    "phone": "tel telefon phone call anruf telefonat telko telco",
}


def _beside_a_length(clause: Clause) -> str | None:
    """The channel that is but named, with how long it took: "Zoom 8:00-8:40", "Tel. 10 min"."""
    channel = _means(clause.said)
    return channel if channel is not None and _means(beside_length(clause)) == channel else None


def _means(said: Iterable[str]) -> str | None:
    """The channel that one of some words is a means of."""
    for channel, words in _MEANS.items():
        if not word_set(words).isdisjoint(said):
            return channel
    return None


_COUNTED = regex(r"\d{0,2}x|x?\d{1,2}")


def _machine(clause: Clause) -> str | None:
    """The phone, where a clause names nothing but the machine that answered: "Mailbox", "AB x2"."""
    left = [word for word in clause.said if not _COUNTED.fullmatch(word)]
    return "phone" if left in _MACHINES else None


_MACHINES = (["ab"], ["mailbox"], ["vm"], ["vms"], ["mailbox", "voll"])


def _channel_of(folded: str) -> str | None:
    for channel, pattern in (("video", _VIDEO), ("fair", _FAIR), ("phone", _PHONE)):
        found = _search(pattern, folded)
        if found is not None and not _is_to_come(folded[: found.start()]):
            return channel
    if _begins(folded, _CALLED) and _search(_NO_CALL, folded) is None:
        return "phone"
    return "email" if _begins(folded, _WROTE) else None


def _search(pattern: str, folded: str) -> re.Match[str] | None:
    if not any(hint in folded for hint in HINTS[pattern]):
        return None
    return whole_words(pattern).search(folded)


def _they_wrote(head: str, colon: str) -> bool:
    """Whether what leads up to somebody's words says that they wrote them: "Anna emailed: ok"; with
    a ``colon`` also "Kunde per Mail: passt"."""
    found = _search(_THEY_WROTE, head) or (_search(_THEIRS_BY_MAIL, head) if colon else None)
    if found is None or found.span() != (0, len(head.rstrip())):
        return False
    who = _words(head)[:-1]
    return not set(who) <= _ALLOWED_BEFORE and (_MINE | _WISHED | _TO_DO).isdisjoint(who)


def _leads(pattern: str, folded: str) -> bool:
    """Whether a text begins with what a pattern finds."""
    found = _search(pattern, folded)
    return found is not None and found.start() == 0


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", text)


def _is_to_come(before: str) -> bool:
    """Whether the words before a channel say that it is of what is still to be done."""
    return not (_TO_DO | _WISHED).isdisjoint(_words(before))


def _begins(folded: str, pattern: str) -> bool:
    """Whether the seller did what a pattern says, and nobody else."""
    found = _search(pattern, folded)
    if found is None:
        return False
    before = _words(folded[: found.start()])
    if not (_OTHERS | _TO_DO | _WISHED).isdisjoint(before):
        return False
    german = found[0].endswith(("gerufen", "geklingelt", "schrieben", "schickt", "mailt", "sendet"))
    if german:
        return _OTHERS.isdisjoint(_words(found[0]))
    return set(before) <= _ALLOWED_BEFORE or _search(_BY_MAIL, folded) is not None
