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
        "|good meeting|great meeting|useful meeting|good talk|good chat|short chat|long chat|quick chat"
        "|good conversation|had a talk|had a chat|had a meeting|good visit|saw him|saw her|saw them"
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
    "no answer|no reply|no response|unanswered|busy|line busy|engaged|rang out|voicemail|voice mail"
    "|answering machine|answerphone|left message|left voicemail|unavailable|not available"
    "|not reached|unreachable|no show|no luck|holiday|vacation|on leave|ill|sick|meeting"
    "|cancelled|canceled|postponed|called off|reception|receptionist|secretary|gatekeeper|nobody"
    "|no one"
    "|keine antwort|keine reaktion|keine rückmeldung|kein rückruf|unbeantwortet|besetzt|belegt"
    "|anrufbeantworter|ab|mailbox|band|nachricht hinterlassen|nachricht aufgesprochen"
    "|nicht verfügbar|unerreichbar|kein glück|urlaub|krank|krankgemeldet|besprechung|abgesagt"
    "|sagte ab|verschoben|geplatzt|ausgefallen|versetzt|vorzimmer|empfang|sekretariat|sekretärin"
    "|niemand|keiner|tür zu|kam nicht"
    "|left a message|left him a message|left her a message|left them a message|hung up on me"
    "|mailbox besprochen|ab besprochen|band besprochen|anrufbeantworter besprochen"
    "|nicht angenommen|anruf nicht angenommen|weggedrückt|drückt mich weg|hat mich weggedrückt"
    "|termin fiel aus|fiel aus"
)
FILLERS = (
    "only just again still unfortunately sorry today yesterday called phoned rang rung tried got"
    " reached went straight to was is were are has have had been he she they him her them it the a"
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
    "there here home around present available reached reach answered answer opened open seen found"
    " spoken talked show appeared came picked"
    " da dort anwesend angetroffen antreffen anzutreffen getroffen treffen erreicht erreichen"
    " gesprochen sprechen gesehen gefunden vorgefunden daheim zuhause hause haus büro geöffnet"
    " aufgemacht rangegangen drangegangen abgenommen abgehoben gekommen erschienen aufgetaucht"
    " gemeldet ran dran rangegangen"
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
    "inform forward chase confirm collect finish revise adapt send write prepare bring arrange schedule ask draft deliver invite remind clarify e-mail"
    " schicke sende rufe melde bringe erstelle mache frage liefere schreibe kalkuliere prüfe"
    " kläre maile"
)
DATED_STARTS = (
    "call phone ring visit offer quote email mail check meet order book show present confirm"
    " get make give drop come go see talk discuss follow appointment meeting callback demo sample"
    " besuche komme angebot termin rückruf anruf muster besuch besprechung vorführung"
    " besichtigung nachfassen wiedervorlage wv wiedervorstellung rücksprache treffen gespräch retry"
    " aufmaß aufmass ortstermin videocall survey collect fetch pick presentation präsentation"
    " follow-up finish work rundgang workshop erinnerung wiedervorl revisit"
)
# What such a noun may end with: "Beratungstermin", "Vor-Ort-Besuch".
NOUN_ENDS = "termin besuch besichtigung treffen gespräch besprechung anruf rückruf vorführung"
# What may stand before it: "nächster Termin", "a new appointment".
LEADS = (
    "next new another further second first the a an our my then please also"
    " nächster nächste nächstes nächsten neuer neue neues neuen weiterer weiteres weitere zweiter"
    " zweites erster erstes ersten der die das den ein einen eine unser mein dann bitte also"
)
# What is said of a date that was made, and of one that was put off to another day.
AGREED = (
    "ist is was vereinbart ausgemacht abgemacht festgemacht steht fix bestätigt gemacht"
    " agreed fixed booked set arranged scheduled confirmed made"
)
MOVED = (
    "verschoben verlegt vorverlegt vorgezogen wurde wird moved postponed rescheduled pushed"
    " shifted been has"
)
# What is to be done once more, alone or with an infinitive or "hin" at the end.
AGAIN = "nochmal nochmals noch erneut again"
DATED_PAIRS = (
    "try again|once more|come again|go again|go back|be back|stop by|swing by|going back"
    "|going again|going there|coming back|back there|touch base|check in|catch up|ring him|ring her"
    "|ask again|retry|wieder hin|noch einmal|wieder anrufen"
)
DATED_ENDS = (
    "wiederkommen vorbeigehen hingehen hin versuchen probieren nochmal vorbei reinschauen"
    " klingeln wiederholen"
)
# Words that lead up to a day and read badly without it: "verschoben auf Freitag".
DANGLING = (
    "ist is auf für bis zum zur ab vom von am um an in im gegen vor nach seit wegen statt"
    " mit und oder"
    " to for from until till by on at before after of with than and or the den der die das"
)
CLEAR_PAIRS = (
    "call back|call again|ring back|phone back|follow up|get back|come back|drop by|set up"
    "|call him|call her|call them|chase up|send over|work out|write up|draw up|put together"
    "|touch base|circle back|check back"
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
    "will wants wanted möchte wollte wollen möchten kann könnte konnte soll sollen sie er hat"
    " hatte has had ist war was is zu nicht not kein keine keinen nie never went came got sent"
    " comes arrives goes ends closes starts begins kommt kommen endet beginnt fehlt wurde worden"
    " lag liegt"
)
# What says that a next step follows, whatever its words.
MARKS = "next step next todo to-do nächster schritt nächste schritte next steps nächstes"
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
    " besuche überlegt kauft nimmt wants has is was needs must finds found said says decides likes"
    " thinks need have had want will can should"
)
# Behind these words it is still the same sentence, and behind those of HOLDING a verb is no start.
JOINING = (
    "dass weil wenn ob als wie falls und oder aber denn sondern that because if whether when while"
    " as and or but so what who where than"
)
HOLDING = (
    "to will would should could can must shall not please may might a an the his her their our my"
    " your no any this that first last next sales phone cold conference i we he she they you it"
    " don't didn't won't let me us him them by of for with"
)
DICTATED_STARTS = "send call email prepare bring arrange schedule visit"
# The goal of a visit is reached and met like people.
GOALS = "ziel ziele besuchsziel goal goals objective objectives target targets"
# Who may be out while another is spoken to, and the days that are not the visit's.
OTHERS_THERE = (
    "chef chefin boss inhaber owner geschäftsführer geschäftsführerin gf manager md leiter leiterin"
    " einkäufer einkäuferin buyer director sohn tochter mann frau husband wife partner kollege"
    " kollegin colleague son daughter"
)
OTHER_DAYS = (
    "gestern vorgestern yesterday montag dienstag mittwoch donnerstag freitag samstag monday tuesday"
    " wednesday thursday friday saturday letzte letzten last"
)

# Objections ---------------------------------------------------------------------------------------

# How people say the objections that the catalogue ships with, beside its own words.
OBJECTIONS = {
    "price": (
        "teuer|teurer|zu hoch|nachlass|preisnachlass|rabatt|rabatte|skonto|discount|expensive"
        "|dear|overpriced|dearer|pricier|too much money|too high|zu viel geld|happig|preislich"
        "|billiger wäre|cheaper elsewhere|kostet zuviel|wucher|steep|preisvorstellung|costly"
        "|haggling|feilscht|handelt|drückt den preis|money off|sticker shock"
    ),
    "budget": (
        "kein etat|geld fehlt|geld ist nicht da|kann er sich nicht leisten|not in the budget"
        "|out of budget|over budget|budget ist weg|budget weg|budget erschöpft|budget aufgebraucht"
        "|budget ausgeschöpft|budget gestrichen|budget spent|budget gone|budget is gone"
        "|budget frozen|budget freeze|budget cut|budget eingefroren|no cash|knapp bei kasse"
        "|money is tight|tight on money|budget is tight|budget tight|budget gibt es erst"
        "|nicht im budget|sprengt das budget|no room in the budget|no money left"
    ),
    "need": (
        "kein interesse|keinen bedarf|brauchen sie nicht|braucht er nicht|braucht sie nicht"
        "|braucht es nicht|braucht keine|braucht keinen|brauchen keine|brauchen keinen"
        "|kein thema für uns|see no need|sees no need|no use for|no requirement|isn't interested"
        "|not for us|sieht keinen bedarf|nicht interessiert|uninteressant|no longer interested"
        "|wasn't interested|hat sich erledigt|nicht nötig|not needed"
    ),
    "time": (
        "drüber schlafen|darüber schlafen|überlegt noch|überlegt es sich|überlegt sich|überlegen"
        "|nachdenken|bedenkzeit|sleep on it|think about it|think it over|thinking about it"
        "|still thinking|thinking it over|mull it over|zeit zum nachdenken|needs time|needs more time"
        "|braucht zeit|braucht noch zeit|braucht noch etwas zeit|noch etwas zeit|not this year"
        "|dieses jahr nicht|dieses jahr nicht mehr|heuer nicht|erst nächstes jahr|zu früh"
        "|too early|too soon|not the right time|bad timing|nicht der richtige zeitpunkt"
        "|not a priority|keine priorität|gerade nicht|zur zeit nicht|zurzeit nicht|derzeit nicht"
        "|no capacity|keine kapazität|keine kapazitäten|unentschlossen|undecided"
        "|on hold|auf eis|auf eis gelegt|put it off|putting it off|zögert|hesitant|hesitating"
        "|vertröstet|schiebt es auf|not ready|noch nicht so weit|noch nicht soweit"
    ),
    "trust": (
        "vertraut uns nicht|traut uns nicht|traut dem nicht|misstraut|suspicious|doubts|doubtful"
        "|zweifelt|zweifel|kennt uns nicht|kannte uns nicht|schlechte erfahrungen gemacht"
        "|bad experiences|burned before|burnt before|got burned|wary|not convinced|unconvinced"
        "|nicht überzeugt|gebranntes kind|reingefallen|let down before|doubt"
    ),
    "authority": (
        "mann fragen|not my call|not his call|not her call|not his decision|not her decision"
        "|nicht seine entscheidung|nicht ihre entscheidung|entscheidet er nicht"
        "|entscheidet sie nicht|entscheidet nicht|darf nicht entscheiden|darf er nicht entscheiden"
        "|kann nicht entscheiden|kann er nicht entscheiden|kann sie nicht entscheiden"
        "|can't decide|cannot decide|can't decide alone|has no say|needs approval|needs sign-off"
        "|braucht die freigabe|muss erst freigegeben werden|absprechen|rücksprache halten"
    ),
    "competitor": (
        "schon einen lieferanten|schon einen anbieter|schon versorgt|already covered|already with"
        "|bereits einen anbieter|bereits einen lieferanten|schon jemanden|bereits versorgt"
        "|unter vertrag bei|fest bei|zufrieden mit seinem anbieter|zufrieden mit dem anbieter"
        "|happy with their current|happy with his current|happy with her current"
        "|happy with current supplier|happy with the current|loyal to|has a supplier"
        "|have a supplier|has a provider|have a provider|has someone already|using someone else"
        "|anderweitig vergeben|hat jemanden|already have someone|already has someone"
        "|under contract with|locked in with|stammlieferant|hauslieferant|hauslieferanten"
        "|competitor in house|tied to"
    ),
    "status_quo": (
        "läuft doch alles|tut es noch|tut's noch|tuts noch|reicht ihm|reicht ihr|reicht uns"
        "|funktioniert ja|funktioniert noch|geht doch so|never change|alles beim alten"
        "|bleibt beim alten|works as is|works well enough|does the job|still works|do the job"
        "|if it ain't broke|happy with what they have|happy with what he has|happy with what she has"
        "|zufrieden mit dem alten|alte tut es noch|nichts ändern|nicht umstellen|no reason to change"
        "|happy with the old|why change|warum ändern|haben wir immer so gemacht|läuft noch"
        "|kommt gut klar|kommen gut klar"
    ),
    "product": (
        "fehlt ihm|fehlt ihr|fehlt ihnen|not a fit|doesn't fit|does not fit|zu klein"
        "|zu gross|too small|too big|too slow|zu langsam|zu laut|too loud|too noisy|zu schwer"
        "|too heavy|no integration|keine schnittstelle|schnittstelle fehlt|unausgereift|kann das nicht"
        "|missing features|missing the feature|doesn't support|does not support|unterstützt nicht"
        "|zu umständlich"
    ),
    "risk": (
        "zu lang gebunden|so lange binden|nicht so lange binden|festlegen|lock-in|locked in"
        "|contract is too long|term too long|laufzeit zu lange|laufzeit ist zu lang|laufzeit stört"
        "|zu lange laufzeit|bindet sich nicht|angst vor|afraid of|worried that"
        "|scared of|tie himself down|tie herself down|tie themselves down|nicht festlegen"
    ),
    "info_stall": (
        "schicken sie mal unterlagen|schicken sie mir unterlagen|schicken sie was|schicken sie mir was"
        "|schicken sie mal etwas|schicken sie einfach|just send|send something over"
        "|send me something|send us something|send me an email|send me a brochure|send some info"
        "|send some information|etwas schriftliches|was schriftliches|will erst unterlagen"
        "|leave a brochure|prospekt dalassen|send over some|e-mail me something|email me something"
    ),
    "other": (
        "lieferzeit|lieferzeiten|delivery time|delivery times|lead time|lead times"
        "|lieferung zu spät|lieferung dauert|wartezeit zu lang|delivery too slow|delivery too late"
        "|delivery takes too long|takes too long|dauert zu lange|dauert ihm zu lange"
        "|dauert ihr zu lange|liefertermin|liefertermine"
    ),
}
_PEOPLE_DE = (
    "chefin|chef|frau|mann|sohn|tochter|bruder|schwester|partner|partnerin|eltern|vater|mutter"
    "|steuerberater|kollegen|kollegin|kollege|vorstand|geschäftsführung|geschäftsführer|inhaber"
    "|vorgesetzten|team|beirat|betriebsrat|zentrale|familie|gf|gremium|anwalt"
)
_PEOPLE_EN = (
    "boss|wife|husband|son|daughter|brother|sister|partner|partners|parents|father|mother|accountant"
    "|colleagues|colleague|board|director|management|manager|team|family|hq|head office|superior"
    "|superiors|cfo|ceo|owner|lawyer|dad|mum|mom|committee"
)
# The same where more than words in a row say it.
OBJECTION_PATTERNS = {
    "price": (
        r"\d+ ?(?:%|prozent|percent) (?:off|nachlass|rabatt|weniger|runter|günstiger|billiger|less)"
        r"|(?:cost|costs) (?:him|her|them|us )?(?:way |far )?too much|kostet (?:ihm|ihr|ihnen|uns)? ?zu ?viel"
    ),
    "authority": (
        r"(?:muss|müsse|müssen|will|wollen|möchte|erst|noch|zuerst)(?: [^ ]+){0,4}? mit (?:[^ ]+ ){0,2}?(?:"
        + _PEOPLE_DE
        + r")(?: [^ ]+){0,3}? (?:reden|sprechen|besprechen|abstimmen|absprechen|klären|bereden|beraten)"
        r"|(?:muss|müsse|will|wollen|möchte|soll) (?:[^ ]+ ){0,3}?(?:"
        + _PEOPLE_DE
        + r") (?:fragen|einbeziehen|überzeugen)"
        r"|(?:has|have|needs|wants|want|must|need|got)(?: to)? (?:[^ ]+ ){0,2}?(?:talk|speak|discuss|check|consult|clear|confer|go|run|ask|convince)"
        r"(?: [^ ]+){0,2}?(?: (?:to|with|past|by))? (?:his|her|their|the|a)? ?(?:"
        + _PEOPLE_EN
        + r")"
        r"|(?:run|running|runs) it (?:past|by) (?:his|her|their|the) [^ ]+"
    ),
    "time": (
        r"(?:will|wollen|möchte|möchten|kommt|kauft|erst|erst wieder)(?: [^ ]+)? erst (?:[^ ]+ )?"
        r"(?:im|ab|in|nächste[sn]?|zum) (?:[^ ]+ )?(?:frühjahr|frühling|sommer|herbst|winter|jahr|quartal|monat)"
        r"|not (?:before|until|till) (?:the )?(?:spring|summer|autumn|fall|winter|next year|new year|q[1-4])"
        r"|nicht vor (?:dem )?(?:frühjahr|sommer|herbst|winter|nächstem jahr)"
    ),
}
# Words of the catalogue that are said of anything: they are objections alone, or beside a worry.
WEAK = (
    "price preis preise budget risk risiko competition competitor konkurrenz mitbewerber wettbewerber"
    " later später commitment bindung rücksprache lieferzeit lieferzeiten liefertermin liefertermine"
    " dear steep rabatt rabatte nachlass discount skonto preislich handelt doubt zweifel cheaper"
    " billiger günstiger überlegen nachdenken unsicher teurer dearer"
)
AROUND = (
    "the a an der die das den dem ist is war was and und aber but noch still es it er sie he she his"
    " her ihm ihr mir sein seine zum wegen about of on with mit bei for für only nur again wieder"
    " sehr very auch also just zu im in vom dann then erst first real reason is echter eigentlich"
    " objection einwand einwände pretext vorwand ausrede excuse"
)
WORRIES = (
    "worry worries worried concern concerns concerned problem problems issue issues hoch high zu too"
    " stört bedenken sorge sorgen einwand einwände objection objections hakt knackpunkt nicht not kein"
    " drückt schreckt wegen against dagegen pushback sticking knackt scheitert gescheitert kritisch"
    " complains complained complaining moans moaned jammert beschwert scared too bothered bothers"
    " hesitates zögert wants want will wollen möchte asked asks ask demands demanded forderte fordert"
    " gefordert verlangt verlangte erwartet expects expected braucht needs wünscht pushes pushing"
    " pushed insists besteht lang lange long spät late zweifel fehlt missing sieht sees sprengt"
    " reason grund angst fear afraid wäre were maybe vielleicht doch elsewhere woanders anderswo"
    " deren their lieber rather sonst hart heavy zäh tough frage war immer"
)
HAVING = "has have had hat haben hatte got already schon bereits"
PRETEXTS = "vorwand vorgeschoben vorgeschobener ausrede ausreden pretext pretexts excuse excuses"

# Steps in dictation, and in the first person --------------------------------------------------------

DICTATED_NOUNS = (
    "angebot muster wiedervorlage wv rückruf termin nachfassen anruf vertrag rechnung datenblatt"
    " unterlagen"
)
# What a thing before a day was done to by somebody else: "will mir ein Angebot bis Freitag".
TO_ME = "mir uns me us"
MEASURES = "km min minuten minutes stunde stunden stunden hour hours euro euros eur std h ok okay gut"
DEADLINES = "frist deadline due fällig spätestens bis by until till stichtag termin abgabe"
VERB_NOUNS = "call phone ring email e-mail mail text visit book order check show confirm get drop"
OBJECTS = "the him her them his their mr mrs ms back again dr me"
DOCUMENTS = (
    "offer quote quotation proposal contract invoice datasheet datasheets brochure brochures samples"
    " sample documents references plans drawing drawings prices pricing agreement pricelist spec"
    " specs angebot vergleichsangebot gegenangebot vertrag rechnung muster datenblatt unterlagen"
    " vertragsentwurf leasingangebot nachtrag kostenvoranschlag auftragsbestätigung entwurf"
)
MY_VERBS = (
    "ruf rufe schick schicke sende melde meld bring bringe mach mache komm komme fahr fahre besuche"
    " schreib schreibe liefere erstelle kläre frage frag prüfe kalkuliere kalkulier maile mail hole"
    " hol gebe geb bespreche telefoniere rechne lade baue stelle organisiere besorge"
)
PARTICLES = "an ab vorbei zurück hin nach nochmal wieder anrufen melden again"
# What ends what is to be done: why, or what for.
TAILS = "wegen weil damit um dass because so since"
BUT = "but aber dafür jedoch however allerdings"
NO_SUBJECT = "he she they"
TITLES = " herr herrn frau hr fr mr mrs ms dr familie"
