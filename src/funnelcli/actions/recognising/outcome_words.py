"""How people say in more than fixed words that somebody was met, was not, or sent them away.

Each way is a pattern over a clause's folded text, looked for only where one of its hints is said.
"""

from __future__ import annotations

from funnelcli.actions.recognising.clauses import Clause, whole_words, word_set

_GOOD_EN = (
    "ok|okay|excellent|superb|enjoyable|fantastic|decent|nice|productive|constructive|positive"
    "|brief|tough|difficult|pleasant|solid|fine"
    "|lovely|fruitful|cracking|friendly|interesting|lively|good|great|useful|short|quick|long"
)
_GOOD_DE = (
    "schön|ausgezeichnet|hervorragend|konstruktiv|offen|freundlich|intensiv|ausführlich|produktiv"
    "|zäh|schwierig|sachlich|interessant"
    "|positiv|herzlich|gut|nett|angenehm|kurz|lang|toll|super|prima|okay|ok|good"
)
# Who is at home where the customer is not.
_HOUSEHOLD = (
    "oma|opa|großmutter|großvater|mutter|vater|schwiegermutter|schwiegervater|kind|kinder|bruder"
    "|schwester|mieter|mieterin|babysitter|haushälterin|gärtner|pflegerin|grandmother|grandma"
    "|granny|grandfather|grandpa|mother|father|kid|kids|child|children|brother|sister|tenant|nanny"
    "|gardener|housekeeper"
)
_HINTS = {
    "met": (
        "with me us meeting chat talk conversation visit sit-down discussion session"
        " gespräch besuch unterhaltung treffen termin"
        " hereingebeten reingebeten hineingebeten hereingelassen reingelassen zeit durch kaffee"
        " jause znüni brotzeit spent beide alle persönlich"
    ),
    "not_met": (
        "hung come dienstreise geschäftsreise reisen montage verreist trip job gate door shop"
        " office shutters shutter tor tür laden rollladen rolladen geschäft let joy"
        " sign anschluss betrieb werk lager geschäft homeoffice niemand keiner praxis about"
        " around site place premises werkstatt"
        " durchgelassen vorgelassen reingelassen hereingelassen eingelassen cancelled canceled"
        " bailed"
        " cried blew ghosted hung aufgelegt legte abgesagt nur only just"
        " store practice surgery branch büro filiale kanzlei reschedule postpone verschieben"
        " absagen"
    ),
    "phone_instead": "statt instead",
    "declined": (
        "tür shrift face door leave lost away abgeblitzt abblitzen hof rausgeschmissen"
        " hinauskomplimentiert nase vertreter reps salespeople callers"
    ),
}
_PATTERNS = {
    "met": (
        r"(?<!he )(?<!she )(?<!they )(?:had|got|grabbed|shared|enjoyed) (?:[^ ]+ ){0,3}?"
        r"(?:brew|cuppa|coffee|tea|lunch|beer|word|chat|natter|sit-down|minutes|mins|min|breakfast"
        r"|drink|catch-up|dinner) with"
        r"|(?:invited|waved|asked|showed|took|ushered) (?:me|us) (?:in|inside|round|around|through)"
        r"|(?:showed|gave) (?:me|us) (?:the|a|their|his|her) (?:[^ ]+ )?(?:tour|site|plant|shop"
        r"|workshop|premises)"
        r"|(?<!he )(?<!she )(?<!they )walked (?:the |through the )[^ ]+ with"
        r"|(?:meeting|chat|talk|conversation|visit|session) (?:went|was|war)"
        rf" (?:very |really |quite |pretty |rather )?(?:well|{_GOOD_EN})"
        rf"|^(?:a |an |very |really |quite )*(?:{_GOOD_EN}) (?:little )?(?:meeting|chat|talk"
        r"|conversation|visit|sit-down|discussion|session)"
        r"|(?:gespräch|besuch|unterhaltung|treffen|termin) (?:war|lief|verlief)"
        rf" (?:sehr |ganz |echt |richtig |recht |eher |wirklich |ziemlich )?(?:{_GOOD_DE})"
        rf"|^(?:ein |sehr |ganz |echt )*(?:{_GOOD_DE})e[sr]? (?:gespräch|treffen|unterhaltung"
        r"|meeting)"
        r"|(?:herein|hinein|rein)(?:gebeten|gelassen)|sich (?:[^ ]+ ){0,3}?zeit (?:für (?:mich|uns)"
        r" )?genommen"
        r"|(?<!he )(?<!she )(?<!they )spent (?:[^ ]+ ){1,4}?with|(?:beide|alle) (?:waren )?da"
        r"|persönlich (?:da|vor ort|dabei|anwesend|empfangen)"
        r"|bin mit (?:[^ ]+ ){1,4}?durch|(?:kaffee|jause|znüni|brotzeit) (?:gekriegt|bekommen"
        r"|getrunken)"
    ),
    "not_met": (
        r"(?:shop|store|office|practice|surgery|workshop|branch|laden|büro|praxis|werkstatt|filiale"
        r"|kanzlei|betrieb) (?:was |is |were |war |ist |hat |hatte )?(?:today |heute |leider |again"
        r" |wieder |noch |all day )*(?:closed|geschlossen|dicht)(?: today| heute)?$"
        r"|(?:laden|büro|praxis|werkstatt|filiale|kanzlei|betrieb|geschäft) (?:war|hatte) (?:heute "
        r"|leider |schon |wieder )*zu$"
        r"|^(?:he |she |they |we |i |er |sie |wir )?(?:had to|musste|mussten) (?:reschedule"
        r"|postpone|(?:den termin |termin )?(?:verschieben|absagen))$"
        r"|(?:gate|door|shop|site|place|premises|office|shutters?|tor|tür|laden|rollladen|rolladen"
        r"|geschäft|praxis|werkstatt)"
        r" (?:was |were |is |war |ist )?(?:locked|shut|down|unten|verschlossen|versperrt)"
        r"|(?:wouldn't|didn't|did not|would not|won't) let (?:me|us) (?:in|past|through|by|near)"
        r"|nicht (?:durchgelassen|vorgelassen|reingelassen|hereingelassen|eingelassen)"
        r"|(?:cancelled|canceled|bailed|cried off|blew me out|ghosted)(?: on)? (?:me|us)"
        r"|hung up(?: on me|$)|^aufgelegt$|hat (?:er |sie |mir |einfach |wieder |direkt |gleich "
        r"|sofort )*aufgelegt|legte (?:einfach |wieder |direkt |gleich |sofort )*auf$"
        r"|^(?:er |sie |kunde |kundin |hat |mir |uns |leider |kurzfristig |heute |wieder )*abgesagt"
        r"(?= weil| wegen|$)|^(?:he |she |they |has |customer |again )*(?:cancelled|canceled)"
        r"(?= because| due to| as (?:he|she|they)|$)"
        rf"|(?:nur|only|just) (?:the |his |her |die |der |den |das |sein |seine |ihr |ihre )?"
        rf"(?:{_HOUSEHOLD})(?: war| waren| was| were)? (?:da|daheim|zuhause|zu hause"
        rf"|am telefon|dran|there|in|home|at home)$"
        r"|(?:wouldn't|didn't) come to the (?:phone|door)"
        r"|(?:war|ist|was|is) (?:[^ ]+ )?(?:auf (?:dienstreise|geschäftsreise|reisen|montage)"
        r"|verreist"
        r"|on a (?:business )?trip|out on a job)"
        r"|no joy|no sign of (?:him|her|them|life|anyone|anybody)|kein anschluss"
        r"|(?:nobody|no one) (?:about|around)"
        r"|nicht im (?:betrieb|werk|lager|laden|geschäft|homeoffice)"
        r"|(?:niemand|keiner) aufg?e?macht|vor ort (?:auch |war |leider )*(?:niemand|keiner)"
    ),
    "phone_instead": (
        r"(?:telefontermin|telefonat|telefonisch|anruf|videocall|videoanruf|call|phone|zoom|teams)"
        r" (?:[^ ]+ )?(?:statt|instead of) (?:[^ ]+ )?(?:besuch|termin|treffen|visit|meeting)"
        r"|statt (?:besuch|vor ort) (?:[^ ]+ )?(?:telefonat|telefonisch|anruf|call|videocall)"
    ),
    "declined": (
        r"tür (?:[^ ]+ ){0,4}?(?:zugemacht|zugeknallt|zugehauen|zugeschlagen)|short shrift"
        r"|door (?:shut |slammed )?in my face|(?:shut|closed|slammed) the door (?:in my face|on me)"
        r"|shown the door|showed me the door(?! [a-z])|told (?:me|us) to (?:get lost|leave(?!"
        r" [a-z])|go away)"
        r"|keine vertreter (?:im haus|an der tür|reinlassen)|no (?:reps|salespeople|cold callers)"
        r"|asked (?:me|us) to leave|abgeblitzt|abblitzen lassen|vom hof gejagt|rausgeschmissen"
        r"|hinauskomplimentiert"
    ),
}
# A talk that is to come, and one that is wished for, has not been.
_TO_COME = (
    "planned next booked scheduled arranged geplant nächstes nächster vereinbart wünscht möchte"
    " wants would will werden könnte before vor letztes last vom"
)
# Whoever answers the door or the phone for somebody else.
_GATEKEEPERS = (
    "helferin sprechstundenhilfe arzthelferin sekretärin sekretariat vorzimmerdame empfangsdame"
    " empfang azubi lehrling praktikant praktikantin pförtner portier putzfrau receptionist"
    " reception secretary gatekeeper apprentice trainee intern cleaner security missus"
)


def said_in_other_words(clause: Clause) -> list[tuple[str, int]]:
    """The outcomes that a clause says in one of these ways, each with where in its text it does."""
    found = []
    for outcome, hints in _HINTS.items():
        if word_set(hints).isdisjoint(clause.said):
            continue
        if outcome == "met" and not word_set(_TO_COME).isdisjoint(clause.said):
            continue
        match = whole_words(_PATTERNS[outcome]).search(clause.folded)
        if match is not None:
            found.append((outcome, match.start()))
    return found


def with_the_household(clause: Clause) -> bool:
    """Whether a clause names somebody who lives or works at the customer's."""
    return not word_set(_HOUSEHOLD.replace("|", " ")).isdisjoint(clause.said)


def with_a_gatekeeper(clause: Clause) -> bool:
    """Whether a clause names somebody who answers for another."""
    return not word_set(_GATEKEEPERS).isdisjoint(clause.said)


_HANDED = "card brochure flyer leaflet karte visitenkarte prospekt"
_HANDED_TO = (
    r"(?:{who}) (?:nahm|nimmt|took|kept|accepted|has)(?: [^ ]+){{0,2}}? (?:{what})"
    r"|(?:{who}) hat (?:[^ ]+ ){{0,2}}?(?:{what}) (?:genommen|angenommen|entgegengenommen)"
    r"|(?:left|dropped|handed|gave) (?:[^ ]+ ){{0,3}}?(?:{what}) (?:[^ ]+ )?(?:with|at|to)"
    r" (?:[^ ]+ )?(?:{who})"
    r"|(?:{what}) (?:beim|bei|am|an|in|im) (?:[^ ]+ )?(?:{who}) (?:abgegeben|gelassen|hinterlassen"
    r"|hinterlegt|dagelassen)"
)


def is_handed_to_a_gatekeeper(clause: Clause) -> bool:
    """Whether a clause says that whoever answers for the customer took what was meant for them:
    "receptionist took my card"."""
    if word_set(_HANDED).isdisjoint(clause.said):
        return False
    pattern = _HANDED_TO.format(
        who=f"{_GATEKEEPERS.replace(' ', '|')}|front desk", what=_HANDED.replace(" ", "|")
    )
    return whole_words(pattern).search(clause.folded) is not None
