"""The words by which a note's outcome and next steps are recognised, in both languages.

Words are as people write them and are folded before they are compared. Objections are not here:
theirs are in the catalogue, where users add their own.
"""

from __future__ import annotations

# Phrases of whole words. Longer ones win, so "not met" is never read as "met".
OUTCOMES = {
    "met": (
        "met|met with|spoke to|spoke with|spoken to|spoken with|talked to|talked with|was there"
        "|visited"
        "|caught him|caught her|caught them|got hold of|erwischt|talked for|talked about"
        "|sat down with"
        "|geschnackt|geplaudert|geredet|zusammengesetzt mit|sat with"
        "|good meeting|great meeting|useful meeting|good talk|good chat|short chat|long chat"
        "|quick chat"
        "|good conversation|had a talk|had a chat|had a meeting|good visit|saw him|saw her"
        "|saw them"
        "|kurzes gespräch|gutes gespräch|langes gespräch|nettes gespräch|angenehmes gespräch"
        "|tolles gespräch|gespräch geführt|gespräch vor ort|unterhalten|zusammengesessen"
        "|getroffen|angetroffen|gesprochen|gespräch mit|war da|besucht|zusammengesetzt"
    ),
    "not_met": (
        "not met|not there|wasn't there|was not there|nobody there|no one there|not in"
        "|wasn't in|was not in|nobody in|not home|not at home|nobody home|nobody at home"
        "|no one home|not in the office|out of office|did not meet|didn't meet|missed him"
        "|missed her|missed them|stood me up|in vain"
        "|no-show|didn't show up|did not show up|didn't turn up|did not turn up|locked door"
        "|couldn't reach|could not reach|can't reach|didn't reach|did not reach|not reachable"
        "|didn't answer|did not answer|didn't pick up|did not pick up|not picking up"
        "|doesn't pick up|nobody answered|nobody opened"
        "|couldn't get hold of|didn't get hold of|could not get hold of|not get hold of"
        "|already left"
        "|gone home|schon weg|schon gegangen|bereits weg"
        "|kein durchkommen|getting through|nicht reingekommen|nicht hineingekommen|didn't get in"
        "|did not get in|couldn't get in|not let in|nicht durchgestellt|put me through"
        "|is out|was out|he's out|she's out|couldn't meet"
        "|could not meet|nicht erwischt|nicht sprechen können|konnte ihn nicht sprechen"
        "|konnte sie nicht sprechen|nobody was in|no one was in|nobody at|no one at"
        "|niemand auf|niemand vor ort"
        "|keiner vor ort"
        "|no one in|nobody on site|no one on site|keiner auf der baustelle"
        "|didn't get through|did not get through|couldn't get through|could not get through"
        "|couldn't get past|didn't get past|nicht durchgekommen|kam nicht durch"
        "|nicht da|war nicht da|niemand da|keiner da|niemanden angetroffen|keinen angetroffen"
        "|nicht angetroffen|nicht getroffen|nicht zu hause|nicht zuhause|niemand zu hause"
        "|keiner zu hause|nicht im haus|nicht im büro|niemand im büro|vergeblich"
        "|umsonst hingefahren|umsonst gefahren|außer haus|vor verschlossener tür"
        "|vor verschlossenen türen|nicht daheim|nicht zu sprechen|geht nicht ran|ging nicht ran"
        "|geht nicht dran|ging nicht dran|nimmt nicht ab|nahm nicht ab|hebt nicht ab|hob nicht ab"
        "|nicht ans telefon|niemanden erreicht|keinen erreicht"
    ),
    "phone_instead": (
        "phone instead|phoned instead|called instead|by phone instead|by phone only|only by phone"
        "|on the phone instead|phone call instead"
        "|nur telefonisch|nur telefoniert|stattdessen telefoniert|telefonisch statt"
        "|statt besuch telefoniert|stattdessen telefonisch|telefonat statt besuch|nur am telefon"
    ),
    "declined": (
        "brushed off|brushed me off|fobbed off|fobbed me off|sent packing|sent me packing|"
        "declined to talk|declined to meet|declined the visit|refused to talk|refused to meet"
        "|turned me away|sent me away|threw me out|wouldn't see me|would not see me"
        "|wouldn't talk|would not talk|slammed the door"
        "|besuch abgelehnt|gespräch abgelehnt|abgewiesen|weggeschickt|abgewimmelt|rausgeworfen"
        "|hinausgeworfen|wollte nicht reden|wollte nicht sprechen|will nicht reden"
        "|will nicht sprechen|tür zugeschlagen"
    ),
}
# What decides only when it is all that a clause says: "declined", but not "declined the offer".
WHOLE = {
    "declined": "declined|refused|turned away|abgelehnt|lehnt ab|hat abgelehnt|no entry",
    "not_met": "closed|absent|away|geschlossen|zu|verreist|abwesend|weg",
}
# The same of an attempt, without FILLERS, where a note names no other outcome: "only voicemail",
# "called again, no answer", but not "no answer from the board".
ATTEMPTS = (
    "n e|n a|lm|lvm|vm|vm left|left vm|no ans|no a|nicht erreicht|out|off sick"
    "|away today|all voicemail|no answer|no reply|no response|unanswered"
    "|busy|line busy|engaged|rang out|voicemail"
    "|voice mail"
    "|answering machine|answerphone|left message|left voicemail|unavailable|not available"
    "|not reached|unreachable|no show|no luck|holiday|vacation|on leave|ill|sick|meeting"
    "|cancelled|canceled|postponed|called off|reception|receptionist|secretary|gatekeeper|nobody"
    "|no one"
    "|voicemail full|mailbox full|mailbox voll|box voll|keine antwort|keine reaktion|keine"
    " rückmeldung|kein rückruf|unbeantwortet|besetzt|belegt"
    "|anrufbeantworter|ab|mailbox|band|nachricht hinterlassen|nachricht aufgesprochen"
    "|nicht verfügbar|unerreichbar|kein glück|urlaub|krank|krankgemeldet|besprechung|abgesagt"
    "|sagte ab|verschoben|geplatzt|ausgefallen|versetzt|vorzimmer|empfang|sekretariat|sekretärin"
    "|niemand|keiner|tür zu|kam nicht"
    "|left a message|left him a message|left her a message|left them a message|hung up on me"
    "|mailbox besprochen|ab besprochen|band besprochen|anrufbeantworter besprochen"
    "|nicht angenommen|anruf nicht angenommen|weggedrückt|drückt mich weg|hat mich weggedrückt"
    "|termin fiel aus|fiel aus|ghosted|ghosting|ghosted us|ghosted me|being ghosted|radio silence"
    "|crickets|funkstille|meldet sich nicht|meldet sich nicht mehr|taucht ab"
)
FILLERS = (
    "only just again still unfortunately sorry today yesterday called phoned rang rung tried got"
    " reached went straight to was is were are has have had been he she they him her them it"
    " the a"
    " an my customer client in on at by of and but twice several many times left me"
    " nur wieder erneut leider heute gestern angerufen telefoniert probiert versucht erreicht war"
    " ist waren wurde wurden hat haben hatte er sie es ihn ihr der die das den dem ein eine einen"
    " kunde kundin mich mir im in am auf ans dran ging geht kommt lief läuft immer noch schon mal"
    " mehrmals zweimal dreimal mehrfach kurzfristig und aber dann da nochmal"
    " then phone there telefon leitung"
)
# A date that was to be, and what became of it instead; in one clause they make an attempt.
DATES_MADE = (
    "termin besuch treffen besichtigung verabredung besuchstermin appointment meeting visit"
)
CALLED_OFF = (
    "abgesagt absagte verschoben verlegt geplatzt ausgefallen entfallen storniert vergessen"
    " verschwitzt versäumt cancelled canceled postponed rescheduled forgotten forgot missed fell"
)
# Beside these words what says that somebody was there or was spoken to says the opposite:
# "niemand angetroffen", "met nobody", "auf den Anrufbeantworter gesprochen".
NOBODY = "nobody noone niemand niemanden niemandem keiner"
NO_ONE = "keinen keinem keine kein"
MACHINES = "anrufbeantworter ab mailbox band tonband box voicemail machine answerphone"
# What stands before such a machine that was spoken to, and not before "ab Montag".
TO_MACHINES = "auf aufs ans an nur dem den die der only to on the answering"
# What stands beside NOBODY of somebody who was not there.
PRESENCE = (
    "there here home around present available reached reach answered answer opened open seen"
    " found"
    " spoken talked show appeared came picked"
    " da dort anwesend angetroffen antreffen anzutreffen getroffen treffen erreicht erreichen"
    " gesprochen sprechen gesehen gefunden vorgefunden daheim zuhause hause haus büro geöffnet"
    " aufgemacht rangegangen drangegangen abgenommen abgehoben gekommen erschienen aufgetaucht"
    " gemeldet ran dran rangegangen macht öffnet opens door tür"
)
# The same after a denial, unless one of THINGS was not reached: "Ziel nicht erreicht".
DENIED = (
    "there met reached reach opened picked da daheim zuhause angetroffen antreffen anzutreffen"
    " getroffen erreicht erreichen erreichbar geöffnet aufgemacht rangegangen drangegangen"
    " abgenommen abgehoben erschienen aufgetaucht"
)
NOT_DONE = "haven't hasn't hadn't couldn't can't cannot"
THINGS = "ziel ziele budget umsatz limit angebot muster ware goal target offer sample nobody"

# Words after which, within three, something is denied.
DENIALS = (
    "no not never without isn't wasn't aren't doesn't didn't don't won't"
    " kein keine keinen keinem keiner keinerlei nicht nie ohne nix"
)
# What makes a single word no objection: "price ok", "budget approved", "price list".
SETTLED = (
    "ok okay fine good agreed accepted approved available settled list right"
    " passt stimmt einverstanden akzeptiert freigegeben vorhanden geklärt gut super liste da"
    " egal nebensächlich unwichtig zweitrangig irrelevant"
)
# What is denied behind an objection's words: "zu teuer war es nicht", "price is not an issue".
# Beside a single word the verb goes with a pronoun, for "Budget ist nicht" is an objection.
COPULAS = "war ist wäre sei wars ists fand findet finde was is isn't wasn't seems"
PRONOUNS = "es das dies er sie ihm ihr ihnen it that this"
DENIED_LAST = "nicht not isn't wasn't keineswegs keinesfalls nie"
OBSTACLES = (
    "problem thema hindernis rolle hürde grund einwand punkt frage sorge stört hindert"
    " issue concern obstacle matter worry reason objection question"
)

# First words of what the seller is going to do. Those of the first line say so by themselves;
# the others are nouns as well ("offer too dear"), and count only where a day is named.
CLEAR_STARTS = (
    "explain submit calculate compare verify notify introduce demonstrate measure obtain"
    " organise organize provide resend reschedule rework recalculate requote negotiate upload"
    " discuss"
    " inform forward chase confirm collect finish revise adapt send write prepare bring"
    " arrange schedule ask draft deliver invite remind clarify e-mail"
    " schicke sende rufe melde bringe erstelle mache frage liefere schreibe kalkuliere prüfe"
    " kläre maile"
)
DATED_STARTS = (
    "call phone ring visit offer quote email mail check meet order book show present confirm"
    " get make give drop come go see talk discuss follow appointment meeting callback demo sample"
    " besuche komme angebot termin rückruf anruf muster besuch besprechung vorführung"
    " besichtigung nachfassen wiedervorlage wv wiedervorstellung rücksprache treffen gespräch"
    " retry go shot knock kick-off kickoff try return"
    " aufmaß aufmass ortstermin videocall survey collect fetch pick presentation präsentation"
    " follow-up finish work rundgang workshop erinnerung wiedervorl revisit versuch tour"
    " walkthrough inspection begehung ortsbegehung führung probefahrt einweisung schulung"
    " training inbetriebnahme übergabe webinar anlauf"
    " attempt besprechen remind"
)
# What such a noun may end with: "Beratungstermin", "Vor-Ort-Besuch".
NOUN_ENDS = "termin besuch besichtigung treffen gespräch besprechung anruf rückruf vorführung"
# What may stand before it: "nächster Termin", "a new appointment".
LEADS = (
    "next new another further second first the a an our my then please also scheduled booked"
    " arranged agreed fixed set erneuter erneute erneuten nochmaliger nochmalige folgender"
    " nächster nächste nächstes nächsten neuer neue neues neuen weiterer weiteres weitere zweiter"
    " zweites erster erstes ersten noch 1 one more der die das den ein einen eine unser"
    " mein dann bitte also"
)
# What is said of a date that was made, and of one that was put off to another day.
AGREED = (
    "ist is was vereinbart ausgemacht abgemacht festgemacht steht fix bestätigt gemacht"
    " in agreed fixed booked set arranged scheduled confirmed made"
)
MOVED = (
    "verschoben verlegt vorverlegt vorgezogen wurde wird moved postponed rescheduled pushed"
    " shifted been has"
)
# What is to be done once more, alone or with an infinitive or "hin" at the end.
AGAIN_GERMAN = "nochmal nochmals noch erneut"
AGAIN = f"{AGAIN_GERMAN} again"
DATED_PAIRS = (
    "try again|f up|once more|come again|go again|go back|be back|stop by|swing by|going back"
    "|going again|going there|coming back|back there|touch base|check in|catch up|ring him"
    "|ring her"
    "|test drive|site visit|site tour|ask again|retry|wieder hin|noch einmal|noch mal|wieder"
    " anrufen"
)
DATED_ENDS = (
    "wiederkommen vorbeigehen hingehen hin versuchen probieren nochmal vorbei reinschauen"
    " klingeln wiederholen"
)
# Words that lead up to a day and read badly without it: "verschoben auf Freitag".
DANGLING = (
    "ist is auf für bis zu zum zur ab vom von am um an in im gegen vor nach seit wegen statt"
    " mit und oder"
    " to for from until till by on at before after of with than and or the den der die das"
)
CLEAR_PAIRS = (
    "try again|call back|call again|ring back|phone back|follow up|get back|come back|drop by|set"
    " up"
    "|call him|call her|call them|chase up|send over|work out|write up|draw up|put together"
    "|f u|touch base|circle back|check back|check with|check if|check whether|check stock|find out"
    "|look into|sort out|measure up|pick up|drop off|hand over|write to"
)
# Infinitives that end what the seller is going to do in German.
INFINITIVES = (
    "schicken senden zusenden zuschicken anrufen zurückrufen rufen melden nachfassen nachfragen"
    " vorbeikommen vorbeibringen vorbeifahren vorbeischauen erstellen vorbereiten klären abklären"
    " besuchen bringen mailen schreiben liefern einladen prüfen vereinbaren besprechen rechnen"
    " kalkulieren erinnern bestellen abholen zeigen organisieren bestätigen machen ausarbeiten"
    " ausmessen nachreichen vorstellen präsentieren telefonieren informieren überarbeiten"
    " kontaktieren abgeben einreichen hinfahren fragen anbieten"
)
# What says that the sentence is the customer's, or about what was.
NOT_THE_SELLERS = (
    "wollt wollten wants wanted will möchte wollte wollen möchten kann könnte konnte soll sollen"
    " sie er hat"
    " hatte has had ist war was is zu nicht not kein keine keinen nie never went came got sent"
    " comes arrives goes ends closes starts begins kommt kommen endet beginnt fehlt wurde worden"
    " lag liegt musste mussten hätte würde würden muss müssen müsste dürfen darf"
    " gültig valid gilt läuft expires runs vielleicht eventuell evtl maybe perhaps possibly might"
    " möglicherweise lässt lassen sind seid werden wird waren"
)
# Short names of days are days after "bis" or "by"; those that are everyday words too only
# where nothing follows or they are written like a name.
SHORT_DAYS = "mo di mi do fr sa so tu th mon son sat sun sam don may mar mai"
RISKY_DAYS = "do so son sat sun sam don may mar mai"
NEVER_DAYS = "die mit we"

# Dictation ----------------------------------------------------------------------------------------

# Who begins a new sentence in what was dictated, with what they do; and I, joined with it.
SUBJECTS = "er sie ich wir kunde kundin chef chefin he she i we they"
FIRST_PERSON_JOINED = "i'll we'll i've we've he'll she'll they'll i'd"
FINITE = (
    "will wollte hat hatte ist war muss möchte findet fand sagt meint entscheidet soll braucht"
    " ruf rufe schick schicke melde meld bring bringe mach mache komm komme fahr fahre besuch"
    " besuche überlegt kauft nimmt wants has is was needs must finds found said says decides"
    " likes"
    " thinks need have had want will can should"
)
# Behind these words it is still the same sentence, and behind those of HOLDING a verb is no start.
JOINING = (
    "dass weil wenn ob als wie falls und oder aber denn sondern that because if whether when"
    " while"
    " as and or but so what who where than"
)
HOLDING = (
    "to will would should could can must shall not please may might a an the his her their our my"
    " your no any this that first last next sales phone cold conference follow-up scheduled i"
    " we he she they you it"
    " don't didn't won't let me us him them by of for with"
)
DICTATED_STARTS = "send call email prepare bring arrange schedule"
# The goal of a visit is reached and met like people.
GOALS = "ziel ziele besuchsziel goal goals objective objectives target targets"
# Who may be out while another is spoken to, and the days that are not the visit's.
OTHERS_THERE = (
    "chef chefin boss inhaber owner geschäftsführer geschäftsführerin gf manager md leiter"
    " leiterin"
    " einkäufer einkäuferin buyer director sohn tochter mann frau husband wife partner kollege"
    " kollegin colleague son daughter"
)
OTHER_DAYS = (
    "gestern vorgestern yesterday montag dienstag mittwoch donnerstag freitag samstag monday"
    " tuesday"
    " wednesday thursday friday saturday letzte letzten last"
)

# Steps in dictation, and in the first person ------------------------------------------------------

DICTATED_NOUNS = (
    "angebot muster wiedervorlage wv rückruf termin nachfassen anruf vertrag rechnung datenblatt"
    " unterlagen"
)
# What a thing before a day was done to by somebody else: "will mir ein Angebot bis Freitag".
TO_ME = "mir uns me us"
MEASURES = (
    "km min minuten minutes stunde stunden stunden hour hours euro euros eur std h ok okay gut"
)
DEADLINES = (
    "promised versprochen zugesagt frist deadline due fällig spätestens bis by until till"
    " stichtag termin abgabe"
)
VERB_NOUNS = "call phone ring email e-mail mail text visit book order check show confirm get drop"
OBJECTS = "the him her them his their mr mrs ms back again dr me"
DOCUMENTS = (
    "catalogue catalog pack sheet leaflet flyer studies study katalog prospekt flyer"
    " kalkulation offer quote quotation proposal contract invoice datasheet datasheets"
    " brochure brochures samples"
    " sample documents references plans drawing drawings prices pricing agreement pricelist spec"
    " specs angebot vergleichsangebot gegenangebot vertrag rechnung muster datenblatt unterlagen"
    " vertragsentwurf leasingangebot nachtrag kostenvoranschlag auftragsbestätigung entwurf"
)
MY_VERBS = (
    "ruf rufe schick schicke sende melde meld bring bringe mach mache komm komme fahr fahre"
    " besuche"
    " schreib schreibe liefere erstelle kläre frage frag prüfe kalkuliere kalkulier maile"
    " mail hole"
    " hol gebe geb bespreche telefoniere rechne lade baue stelle organisiere besorge"
)
# What the seller is about to do, where a day is named: "sending it friday".
DOING = (
    "ping nudge trying knocking chasing texting popping driving sending calling ringing visiting"
    " emailing mailing dropping"
    " delivering bringing returning"
)
RESCHEDULED = (
    "rebooked umgebucht neuangesetzt rescheduled moved postponed pushed verschoben verlegt"
    " umgelegt neuer neue new vertagt"
    " adjourned"
)
MOVED_FILLERS = (
    "wir haben uns we have"
    " to for on auf den dem und and zwar nur was wurde has been until bis sondern but nun"
    " jetzt now it"
    " er sie he she the der termin meeting appointment"
)
PARTICLES = "an ab vorbei zurück hin nach nochmal wieder anrufen melden again"
# What ends what is to be done: why, or what for.
TAILS = "wegen weil damit um dass because so since"
BUT = "but aber dafür jedoch however allerdings"
NO_SUBJECT = "he she they"
TITLES = "herr herrn frau hr fr mr mrs ms dr familie"
# What has been sold, where "closed" is no shop.
SOLD = (
    "signed unterschrieben order auftrag abschluss deal net netto contract vertrag sold"
    " verkauft won"
    " bestellt ordered"
)
# Behind these no appointment is made: "if the meeting on monday", "cancelled the meeting on".
NOT_YET = (
    "abgesagt absagt cancelled canceled missed vergessen wenn if vor nach before after until bis"
    " wegen since seit"
)
# With these a German clause begins that hangs on another, and whose verb ends it.
SUBORDINATE = (
    "was wer wie wo weil dass um ohne statt anstatt damit bevor nachdem als ob wenn falls während"
    " obwohl sodass welche welcher welches deren dessen denen womit wobei woran bis"
)
# What both are going to do, where a day is named.
WE_MEET = (
    "wir treffen|wir sehen|wir telefonieren|wir besprechen|treffen uns|sehen uns|treffe ihn"
    "|treffe sie|we meet|we talk|we speak|meeting him|meeting her|meeting them|seeing him"
    "|seeing her|seeing them"
)
# What is said of an appointment that may not be.
DOUBTED = "fraglich unsicher ungewiss wackelt doubtful tentative uncertain unlikely"

# Abbreviations ------------------------------------------------------------------------------------

# What is written short, and the word that is compared instead.
SHORT = {
    "appt": "appointment",
    "apt": "appointment",
    "mtg": "meeting",
    "fup": "follow-up",
    "fu": "follow-up",
    "followup": "follow-up",
    "no-one": "nobody",
    "bdgt": "budget",
    "cust": "customer",
    "mkr": "maker",
    "obj": "objection",
    "spk": "spoke",
    "ang": "angebot",
    "gespr": "gespräch",
    "bespr": "besprechung",
    "kd": "kunde",
    "kdn": "kunden",
    "freundl": "freundlich",
    "einw": "einwand",
    "wettb": "wettbewerber",
    "mitbew": "mitbewerber",
    "entsch": "entscheider",
    "vereinb": "vereinbart",
    "verschob": "verschoben",
    "getr": "getroffen",
    "angetr": "angetroffen",
    "err": "erreicht",
    "rr": "rückruf",
    "untl": "unterlagen",
    "w": "with",
    "msg": "message",
    "mgr": "manager",
    "thurs": "thursday",
    "offert": "angebot",
    "offerte": "angebot",
    "offerten": "angebote",
    "kva": "kostenvoranschlag",
    "devis": "kostenvoranschlag",
}
