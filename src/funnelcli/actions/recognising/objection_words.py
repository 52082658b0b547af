"""The words by which objections are recognised, in both languages, beside those of the catalogue.

They count for the kinds that the catalogue ships with, whether a database had it earlier or has it
new.
"""

from __future__ import annotations

# How people say the objections that the catalogue ships with, beside its own words.
OBJECTIONS = {
    "price": (
        "kostspielig|überteuert|unbezahlbar|too costly|"
        "a lot of money|viel geld|stolzer preis|stolze summe|am teuersten|the dearest|most"
        " expensive|"
        "price-sensitive|price sensitive|preissensibel|preisbewusst|entgegenkommen|darunter"
        "|drunter"
        "|sonderkonditionen|sonderpreis|special terms|special price|for less|für weniger"
        "|günstigeres angebot|billigeres angebot|cheaper quote|cheaper offer|better price"
        "|besserer preis|besseren preis|teuer|teurer|zu hoch|nachlass|preisnachlass|rabatt"
        "|rabatte|skonto|discount|expensive"
        "|dear|overpriced|dearer|pricier|too much money|too high|zu viel geld|happig|preislich"
        "|billiger wäre|cheaper elsewhere|kostet zuviel|wucher|steep|preisvorstellung|costly"
        "|daylight robbery|rip-off|rip off|ripoff|abzocke|wucherpreis|extortionate|a fortune"
        "|schlägt ein"
        "|wegen der kosten|because of the cost|payback too long|too rich|above market|over the odds"
        "|an arm and a leg|haggling|feilscht|handelt|drückt den preis|money off|sticker shock"
    ),
    "budget": (
        "ohne zuschuss|ohne förderung|förderung abgelehnt|grant refused|no grant|geld nein|skint"
        "|strapped|strapped for cash|short of cash|cash-strapped|klamm|geld ist knapp|sparkurs"
        "|geldhahn|hahn zugedreht|sitzt nicht locker|nicht locker|money is short|hard up|keine"
        " kohle"
        "|sparen müssen|sparprogramm|no spare cash|finanzierung steht nicht|finanzierung wackelt"
        "|belt-tightening|investitionsstopp|haushaltssperre|budgetsperre|ausgabenstopp|spending"
        " freeze"
        "|capex freeze"
        "|kein etat|geld fehlt|geld ist nicht da|kann er sich nicht leisten|not in the budget"
        "|out of budget|over budget|budget ist weg|budget weg|budget erschöpft"
        "|budget aufgebraucht"
        "|budget ausgeschöpft|budget gestrichen|budget spent|budget gone|budget is gone"
        "|budget frozen|budget freeze|budget cut|budget eingefroren|no cash|knapp bei kasse"
        "|money is tight|tight on money|budget is tight|budget tight|budget gibt es erst"
        "|nicht im budget|sprengt das budget|no room in the budget|no money left"
    ),
    "need": (
        "not worth it for|not worth his while|not worth her while|"
        "not buying|"
        "no appetite|no demand|brand new|noch ganz neu|erst neu gekauft|brauchen nix|brauchen"
        " nichts|braucht nix|brauch nix|brauche nichts|abgewunken|winkt ab"
        "|winkte ab|no call for it|kann nichts damit anfangen|nichts für uns|nichts für ihn"
        "|nichts für sie|not for him|not for her|not for them|could not care less|nichts mehr"
        " davon wissen|nichts davon wissen|nothing more to do with"
        "|nothing to do with it"
        "|ni|not int|noch nie gebraucht|never needed|kein bedarf mehr|not looking|isn't looking"
        "|nicht auf der suche"
        "|kein interesse|keinen bedarf|brauchen sie nicht|braucht er nicht|braucht sie nicht"
        "|braucht es nicht|braucht keine|braucht keinen|brauchen keine|brauchen keinen"
        "|kein thema für uns|see no need|sees no need|no use for|no requirement|isn't interested"
        "|not for us|sieht keinen bedarf|nicht interessiert|uninteressant|no longer interested"
        "|wasn't interested|hat sich erledigt|nicht nötig|not needed"
    ),
    "time": (
        "too early to switch|too early to change|too early to commit|too early to decide|too soon"
        " to switch|"
        "too early for|won't be ready until|not be ready until|noch nicht fertig|"
        "think on it|thinking on it|too much on|zu viel um die ohren|alle hände voll|timing is"
        " off|timing's off|timing is wrong|timing passt nicht|zu früh dran|wait and see"
        "|abwarten|in no rush|no rush|no hurry|not in a hurry|eilt nicht|keine eile|hat keine eile"
        "|drückt sich|schiebt es hinaus|kommt zu früh|holding off|hold off|sitting on the fence"
        "|on the fence|sitting on it|schlechter zeitpunkt|falscher zeitpunkt|ungünstiger"
        " zeitpunkt|wrong moment|wrong time"
        "|bad moment|bad time|peak season|hochsaison|putting me off|puts me off|putting us off"
        "|swamped|snowed under|kaum zeit|no bandwidth|postponed indefinitely|indefinitely"
        "|rushed off"
        "|auf unbestimmte zeit|zu beschäftigt|viel um die ohren|keinen kopf dafür|needs to think"
        "|wants to think|drüber schlafen|darüber schlafen|überlegt noch|überlegt es sich"
        "|überlegt sich|überlegen"
        "|nachdenken|bedenkzeit|sleep on it|think about it|think it over|thinking about it"
        "|still thinking|thinking it over|mull it over|zeit zum nachdenken|needs time"
        "|needs more time"
        "|braucht zeit|braucht noch zeit|braucht noch etwas zeit|noch etwas zeit|not this year"
        "|dieses jahr nicht|dieses jahr nicht mehr|heuer nicht|erst nächstes jahr"
        "|not the right time|bad timing|nicht der richtige zeitpunkt"
        "|not a priority|keine priorität|gerade nicht|zur zeit nicht|zurzeit nicht|derzeit nicht"
        "|no capacity|keine kapazität|keine kapazitäten|unentschlossen|undecided"
        "|on hold|auf eis|auf eis gelegt|put it off|putting it off|zögert|hesitant|hesitating"
        "|vertröstet|schiebt es auf|not ready|noch nicht so weit|noch nicht soweit"
    ),
    "trust": (
        "once bitten|he's cautious|she's cautious|is cautious|ist vorsichtig|sehr vorsichtig"
        "|vorsichtig geworden|"
        "let down by|been let down|lost faith|been burned|been burnt|abgezockt|über den tisch"
        " gezogen"
        "|it's trust|misstrauen|mistrust|leery|vertraut uns nicht|traut uns nicht|traut dem nicht"
        "|misstraut|suspicious|doubts"
        "|zweifelt|zweifel|kennt uns nicht|kannte uns nicht|schlechte erfahrungen gemacht"
        "|bad experiences|burned before|burnt before|got burned|wary|not convinced|unconvinced"
        "|nicht überzeugt|gebranntes kind|reingefallen|let down before|doubt"
    ),
    "authority": (
        "no authority|keine befugnis|keine vollmacht|darf nichts unterschreiben|goes through head"
        " office|"
        "ohne rücksprache|"
        "entscheidet nicht allein|entscheidet nicht alleine|doesn't decide alone"
        "|nichts entscheiden|nicht ohne seine frau|nicht ohne ihren mann|chef muss zustimmen"
        "|chef muss noch zustimmen|needs permission|need permission|mann fragen|not my call"
        "|not his call|not her call|not his decision|not her decision"
        "|nicht seine entscheidung|nicht ihre entscheidung|entscheidet er nicht"
        "|entscheidet sie nicht|entscheidet nicht|darf nicht entscheiden"
        "|darf er nicht entscheiden"
        "|kann nicht entscheiden|kann er nicht entscheiden|kann sie nicht entscheiden"
        "|can't decide|cannot decide|can't decide alone|has no say|needs approval|needs sign-off"
        "|braucht die freigabe|muss erst freigegeben werden|absprechen|rücksprache halten"
    ),
    "competitor": (
        "bei der konkurrenz|with a competitor|with the competition|zur konkurrenz|"
        "three bids|two bids|bids required|just renewed|just signed|gerade verlängert|eben"
        " verlängert|shopping around|andere firmen"
        "|andere anbieter|weitere anbieter|other quotes|more quotes|other bids|three quotes|two"
        " quotes"
        "|vergleichsangebot|vergleichsangebote|will vergleichen|comparing quotes|compare quotes"
        "|holt angebote|weitere angebote|andere angebote|schon einen lieferanten|schon einen"
        " anbieter|schon versorgt|already covered|already with"
        "|bereits einen anbieter|bereits einen lieferanten|schon jemanden|bereits versorgt"
        "|unter vertrag bei|fest bei|zufrieden mit seinem anbieter|zufrieden mit dem anbieter"
        "|signed with|signed elsewhere|with someone else|with somebody else|with another company"
        "|another supplier|another vendor|another provider|another software|someone else's"
        "|woanders unterschrieben|woanders gekauft|woanders bestellt|loyal to|has a supplier"
        "|have a supplier|has a provider|have a provider|has someone already|using someone else"
        "|anderweitig vergeben|hat jemanden|already have someone|already has someone"
        "|under contract with|locked in with|stammlieferant|hauslieferant|hauslieferanten"
        "|competitor in house|tied to"
    ),
    "status_quo": (
        "no reason to switch|no need to change|does everything they need|does all they need|"
        "old machine is fine|old one is fine|is fine as it is|alte reicht|alte läuft|hat immer so"
        "|bewährt|eingespielt|nichts neues|passt so wie es ist|why fix|läuft doch alles|tut es"
        " noch|tut's noch|tuts noch|reicht ihm|reicht ihr|reicht uns"
        "|funktioniert ja|funktioniert noch|geht doch so|never change|alles beim alten"
        "|bleibt beim alten|works as is|works well enough|does the job|still works|do the job"
        "|if it ain't broke|happy with what they have|happy with what he has"
        "|happy with what she has"
        "|zufrieden mit dem alten|alte tut es noch|nichts ändern|nicht umstellen"
        "|no reason to change"
        "|happy with the old|why change|warum ändern|haben wir immer so gemacht"
        "|kommt gut klar|kommen gut klar"
    ),
    "product": (
        "fehlt ihm|fehlt ihr|fehlt ihnen|not a fit|doesn't fit|does not fit|zu klein"
        "|zu gross|too small|too big|too slow|zu langsam|zu laut|too loud|too noisy|zu schwer"
        "|too heavy|no integration|keine schnittstelle|schnittstelle fehlt|unausgereift"
        "|kann das nicht"
        "|missing features|missing the feature|doesn't support|does not support|unterstützt nicht"
        "|zu umständlich"
    ),
    "risk": (
        "datenschutzbedenken|sicherheitsbedenken|tied in|locked into|tied into|"
        "fears|fürchtet|befürchtet|bammel|schiss|traut sich nicht|scheut|scared|nervous about"
        "|cold feet|kalte füße|zu lang gebunden|so lange binden|nicht so lange binden|festlegen"
        "|lock-in|locked in"
        "|contract is too long|term too long|laufzeit zu lange|laufzeit ist zu lang"
        "|laufzeit stört"
        "|zu lange laufzeit|bindet sich nicht|angst vor|afraid of|worried that"
        "|scared of|tie himself down|tie herself down|tie themselves down|nicht festlegen"
    ),
    "info_stall": (
        "wants a brochure|wants some material|wants information|any literature|some literature"
        "|schicken sie mal unterlagen|schicken sie mir unterlagen"
        "|schicken sie was|schicken sie mir was"
        "|schicken sie mal etwas|schicken sie einfach|just send|send something over"
        "|send me something|send us something|send me an email|send me a brochure|send some info"
        "|send some information|etwas schriftliches|was schriftliches|will erst unterlagen"
        "|leave a brochure|prospekt dalassen|send over some|e-mail me something"
        "|email me something"
    ),
    "other": (
        "lieferzeit|lieferzeiten|delivery time|delivery times|lead time|lead times"
        "|lieferung zu spät|lieferung dauert|wartezeit zu lang|delivery too slow"
        "|delivery too late"
        "|delivery takes too long|takes too long|dauert zu lange|dauert ihm zu lange"
        "|dauert ihr zu lange|liefertermin|liefertermine"
    ),
}
# Each way of OBJECTION_PATTERNS has one of these words.
OBJECTION_HINTS = {
    "other": "lieferung lieferzeit liefertermin montagetermin einbautermin delivery installation",
    "price": (
        "dearer drunter darunter schmeckt schmecken gefällt gefallen passt passen behagt roi"
        " payback"
        " amortisation"
        " break-even cold"
        " am because due wegen über above over more higher teurer off nachlass rabatt skonto"
        " discount weniger runter"
        " günstiger billiger less cheaper much"
        " viel zuviel lower preis preise preisen"
    ),
    "budget": "lacks investitionen ausgaben anschaffungen capex spending spend budget geld mittel"
    " etat"
    " haushalt money funds funding cash",
    "need": (
        "lohnt bedarf interesse need interest requirement braucht brauchen brauch gebraucht"
        " needed used"
    ),
    "trust": (
        "traut trauen vertraut vertrauen erfahrung erfahrungen experience experiences glaubt"
        " glauben glaube believe trust afraid"
        " worried angst sorge"
    ),
    "status_quo": "with mit see sieht noch",
    "competitor": "beim with mit bei anbieter entschieden decided opted plumped",
    "authority": (
        "meinung opinion reviewed checked approved vetted signed muss müsse müssen will wollen"
        " möchte erst noch"
        " zuerst soll has have needs wants want"
        " must"
        " nothing will need got run running runs require requires ohne braucht benötigt brauchen"
        " would won't wouldn't refuses"
    ),
    "time": (
        "until chance nichts nix vor waiting wartet solange investiert unterschreibt kauft erst"
        " not nicht zeit time früh early soon wait warten abwarten wartet"
    ),
    "product": "wir we ours fehlt fehlen lack lacks fit passt missing lacking",
    "risk": (
        "concerns worries uneasy sorgen contract vertrag laufzeit term binden festlegen scared"
        " concerned worried"
        " nervous anxious unsure bedenken angst sorge"
    ),
    "info_stall": (
        "unterlagen info infos prospekt prospekte katalog flyer broschüre broschüren"
        " informationsmaterial infomaterial information material materials brochure documents"
        " something literature"
    ),
}
_PEOPLE_DE = (
    "chefin|chef|frau|mann|sohn|tochter|bruder|schwester|partner|partnerin|eltern|vater|mutter"
    "|steuerberater|kollegen|kollegin|kollege|vorstand|geschäftsführung|geschäftsführer|inhaber"
    "|vermieter|vermieterin|eigentümer|hausverwaltung|vorgesetzten|team|beirat|betriebsrat"
    "|zentrale|familie|gf|gremium|anwalt"
)
_PEOPLE_EN = (
    "boss|wife|husband|son|daughter|brother|sister|partner|partners|parents|father|mother"
    "|accountant"
    "|colleagues|colleague|board|director|management|manager|team|family|hq|head office|superior"
    "|landlord|head of purchasing|superiors|cfo|ceo|owner|lawyer|dad|mum|mom|committee"
)
# The same where more than words in a row say it.
OBJECTION_PATTERNS = {
    "other": (
        r"(?:lieferung|lieferzeit|liefertermin|montagetermin|einbautermin|delivery|installation)"
        r" (?:[^ ]+ ){0,6}?(?:zu spät|zu lang|zu lange|too late|too long|too slow)"
    ),
    "price": (
        r"(?:we're|we are|wir sind|wir liegen) (?:(?!nicht|not|kein)[^ ]+ ){0,3}?(?:dearer|teurer"
        r"|more expensive"
        r"|higher)"
        r"|über (?:seine[rnm]?|ihre[rnm]?|der|deren) (?:[^ ]+ )?(?:vorstellung|vorstellungen"
        r"|schmerzgrenze|erwartung|erwartungen)"
        r"|(?:above|over|beyond) (?:his|her|their) (?:expectation|expectations|number|figure|limit)"
        r"|(?:preis|preise|kosten) (?:[^ ]+ ){0,2}?(?:schmeckt|schmecken|gefällt|gefallen|passt"
        r"|passen"
        r"|behagt) (?:[^ ]+ ){0,3}?nicht"
        r"|(?:roi|payback|amortisation|break-even) (?:[^ ]+ ){0,3}?(?:too slow|too long|zu lang"
        r"|zu lange"
        r"|dauert)"
        r"|cold (?:after|when|once) (?:[^ ]+ ){0,4}?price"
        r"|\d+ ?(?:%|prozent|percent) (?:off|nachlass|rabatt|skonto|discount|weniger|runter"
        r"|günstiger|billiger"
        r"|less|cheaper)"
        r"|(?:cost|costs) (?:him|her|them|us )?(?:way |far )?too much|kostet (?:ihm|ihr|ihnen"
        r"|uns)? ?zu ?viel"
        r"|(?:soll|muss|müsste|müssten|sollte|needs to be|should be"
        r"|must be) (?:[^ ]+ ){0,3}?(?:günstiger|billiger|cheaper)"
        r"|\d+ ?(?:%|prozent|percent) (?:über|above|over|more than|higher than|teurer als)"
        r"|(?:lag|liegt|scheitert|scheiterte|hing|hängt) (?:(?!nicht)[^ ]+ ){0,2}?am preis"
        r"|because of (?:the |our )?price"
        r"|due to (?:the |our )?price|wegen (?:dem |des )?preis(?:es)?"
        r"|(?:a bit|something|some|etwas|was) (?:money )?off"
        r"|\d[\d.,]*k? ?(?:€|eur|euro|euros)? (?:lower|less|cheaper|weniger|drunter|darunter"
        r"|günstiger|billiger)"
        r"|(?:knock|knocked|take|takes|get) (?:[^ ]+ ){1,3}?off(?! (?:the|my|our|his|her) (?:list"
        r"|hands|roof))"
        r"|quoted (?:[^ ]+ ){0,2}?(?:less|lower)|(?:über|unter) (?:seinen|ihren|unseren"
        r"|unserem) preis\w*"
    ),
    "budget": (
        r"(?:hasn't got|haven't got|hasn't|haven't|doesn't have|lacks) (?:the |any |enough"
        r" )?(?:cash|money|funds)|"
        r"(?:investitionen|ausgaben|anschaffungen|capex|spending|spend) (?:[^ ]+ ){0,4}?(?:gestoppt"
        r"|eingefroren|gestrichen|frozen|stopped|on hold)"
        r"|(?:etat|budget) (?:[^ ]+ ){0,3}?(?:ausgegeben|verbraucht|weg)"
        r"|(?:over|above|beyond|exceeds) (?:his|her|their|the) budget"
        r"|über (?:dem|ihrem|seinem) (?:[^ ]+ )?budget|"
        r"(?:budget|etat) (?:[^ ]+ ){0,3}?(?:aufgebraucht|erschöpft|ausgeschöpft|verplant|leer"
        r"|used up|spent"
        r"|gone|exhausted)|(?:fehlt|fehlen|lacks?) (?:[^ ]+ ){0,3}?(?:geld|mittel|budget|money"
        r"|funds|cash)|"
        r"(?:kein|keine|keinen) (?:[^ ]+ ){0,2}?(?:budget|geld|mittel|etat)"
        r"|(?:no|not enough|don't have (?:the|any)?|doesn't have (?:the|any)?|didn't have (?:the"
        r"|any)?)"
        r" (?:[^ ]+ ){0,1}?(?:budget|money|funds|funding|cash)"
        r"|(?:nicht|noch nicht) (?:im|in der) (?:budget|haushalt|etat)"
    ),
    "need": (
        r"lohnt (?:[^ ]+ ){0,4}?nicht|"
        r"(?:kein|keinen|keinerlei) (?:[^ ]+ )?(?:bedarf|interesse)"
        r"|no (?:real |current |immediate |further |present )?(?:need|interest|requirement)"
        r"|(?:braucht|brauchen|brauch) (?:er |sie |es |das |wir |ich )?(?:zur zeit |derzeit "
        r"|gerade |im moment )?nicht"
        r"|(?:noch )?nie gebraucht|never (?:needed|used) (?:it|one|that)"
        r"|(?:don't|doesn't|do not|does not|didn't) (?:really )?need"
    ),
    "trust": (
        r"(?:traut|trauen|vertraut|vertrauen) (?!sich)(?:[^ ]+ ){1,3}?nicht|"
        r"kein(?:e|en) guten? erfahrung(?:en)?|(?:no|not a) good experiences?"
        r"|(?:glaubt|glauben|glaube) (?:uns |mir |er |sie |das |es )?nicht"
        r"|(?:doesn't|don't|didn't) (?:really )?(?:believe|trust)"
        r"|(?:afraid|worried|angst|sorge)(?: that)?(?: dass)? (?:we|wir) [^.]*"
    ),
    "status_quo": (
        r"läuft noch(?! bis)|"
        r"(?:happy|satisfied|content|fine) with (?:their|his|her|the|its)? ?(?:current|existing"
        r"|old|present)"
        r" (?:solution|system|setup|set-up|kit|machine|machines|software|way|process|one)"
        r"|zufrieden mit (?:der|dem|ihrer|ihrem|seiner|seinem) (?:aktuellen|jetzigen|bisherigen"
        r"|alten|bestehenden)"
        r"(?! (?:anbieter|lieferant|dienstleister))"
        r"|(?:doesn't|don't|didn't|does not) see (?:a|any|the) (?:reason|point)"
        r"|sieht keinen (?:grund|anlass)"
        r"|(?:alte|alter|altes|bisherige|jetzige)[^ ]* (?:[^ ]+ )?(?:läuft|tut es|tuts|tut's"
        r"|reicht|hält) noch"
    ),
    "competitor": (
        r"(?:bei|beim) (?!uns)[^ ]+ (?:schon )?(?:gekauft|bestellt|unterschrieben|beauftragt)"
        r"|mit (?:[^ ]+ ){0,2}?[^ ]*(?:anbieter|lieferant|lieferanten|dienstleister)"
        r" (?:[^ ]+ ){0,2}?zufrieden|"
        r"(?<!unser )vertrag (?:mit|bei) (?!uns )(?:[^ ]+ ){1,3}?läuft(?: noch)?"
        r"|(?:schon|bereits|jetzt) für (?:[^ ]+ ){1,3}?entschieden|(?:decided|opted|plumped) for"
        r" (?:a competitor|someone else|another)"
        r"|(?:happy|satisfied|content) with (?:their|his|her|the)? ?(?:current |existing "
        r"|present )?"
        r"(?:supplier|provider|vendor|partner)"
        r"|zufrieden mit (?:[^ ]+ ){0,2}?(?:anbieter|lieferant|lieferanten|dienstleister)"
        r"|(?:schon|bereits) bei (?:[^ ]+ ){1,3}?(?:unterschrieben|bestellt|gekauft"
        r"|abgeschlossen)"
        r"|(?:go|going|went|sign|signed|signing) (?:[^ ]+ ){0,4}?with (?:another|someone else"
        r"|somebody else|a different)"
        r"|(?:nimmt|nehmen|wählt|bevorzugt) (?:[^ ]+ )?ander(?:en|e) anbieter"
    ),
    "authority": (
        r"meinung (?:[^ ]+ ){1,3}?(?:einholen|hören|abwarten)|second opinion|zweite meinung|"
        r"ohne (?:seine[nm]?|ihre[nm]?|den|die) (?:"
        + _PEOPLE_DE
        + r") [^ ]+ (?:[^ ]+ ){1,2}?(?:nichts|nix|nicht)"
        r"|(?:reviewed|checked|approved|vetted|signed off) by (?:his|her|their|the) (?:legal|"
        + _PEOPLE_EN
        + r")|"
        r"nicht ohne (?:seine[nm]?|ihre[nm]?|den|die|ihr|sein) (?:"
        + _PEOPLE_DE
        + r")|(?:"
        + _PEOPLE_EN
        + r") needs (?:convincing|persuading|to be convinced)|(?:"
        + _PEOPLE_DE
        + r") muss (?:[^ ]+ )?überzeugt werden"
        r"|(?:muss|müsse|müssen|will|wollen|möchte|erst|noch"
        r"|zuerst)(?: [^ ]+){0,4}? mit (?:[^ ]+ ){0,2}?(?:"
        + _PEOPLE_DE
        + r")(?: [^ ]+){0,3}? (?:reden|sprechen|besprechen|abstimmen|absprechen|klären|bereden"
        r"|beraten)"
        r"|(?:muss|müsse|will|wollen|möchte|soll) (?:[^ ]+ ){0,3}?(?:"
        + _PEOPLE_DE
        + r") (?:fragen|einbeziehen|überzeugen)"
        r"|(?:has|have|needs|wants|want|must|need|got)(?: to)? (?:[^ ]+ ){0,2}?(?:talk|speak"
        r"|discuss|check|consult|clear|confer|go|run|ask|convince)"
        r"(?: [^ ]+){0,2}?(?: (?:to|with|past|by))? (?:his|her|their|the|a)? ?(?:business )?(?:"
        + _PEOPLE_EN
        + r")"
        r"|(?:run|running|runs) it (?:past|by) (?:his|her|their|the) [^ ]+"
        r"|(?:needs?|requires?) (?:(?!planning"
        r"|building)[^ ]+ ){0,3}?(?<!planning )(?<!building )(?:permission|approval|nod|go-ahead"
        r"|blessing|say-so|sign-off|okay"
        r"|consent|blessing)"
        r"|ohne (?:[^ ]+ ){1,3}?geht (?:nix|nichts|es nicht|gar nichts)"
        r"|nothing (?:happens|goes|moves) without [^ ]+|will review (?:it )?with"
        r"|ohne (?:ihn|sie|[^ ]+ [^ ]+) (?:[^ ]+ )?(?:nichts|nicht) (?:entscheiden|machen"
        r"|unterschreiben)"
        r"|(?:braucht|benötigt|brauchen) (?:[^ ]+ ){0,3}?(?:freigabe|zustimmung|genehmigung|okay"
        r"|segen)"
        r"|(?:"
        + _PEOPLE_DE
        + r") muss (?:[^ ]+ ){0,2}?(?:zustimmen|freigeben|genehmigen|absegnen|entscheiden"
        r"|ja sagen)"
        r"|(?:"
        + _PEOPLE_EN
        + r") (?:won't|wouldn't|refuses to|has yet to) (?:sign|agree|approve|allow|let)"
        r"|(?:"
        + _PEOPLE_EN
        + r") (?:has to|must|needs to|would have to) (?:agree|approve|sign off|decide|okay)"
    ),
    "time": (
        r"(?:can't|cannot|won't) do anything until"
        r"|(?:keine chance|nichts|nix) (?:mehr )?dieses jahr|dieses jahr (?:keine chance|nichts"
        r"|nix)"
        r"|vor (?:weihnachten|ostern|dem sommer|den ferien|jahresende) (?:[^ ]+ ){0,3}?(?:nichts"
        r"|nix"
        r"|nicht)(?: mehr)?|waiting (?:on|for) (?:the |a |his |their |her )?(?:grant|subsidy"
        r"|funding"
        r"|election|merger|audit|outcome)|wartet (?:[^ ]+ ){0,1}?auf (?:die |den |eine"
        r" )?(?:förderung"
        r"|zusage|genehmigung|förderbescheid|bescheid)"
        r"|solange (?:[^ ]+ ){0,3}?(?:keiner|nichts|niemand|nicht)|(?:investiert|unterschreibt"
        r"|kauft)"
        r" (?:[^ ]+ )?(?:keiner|niemand)(?: mehr)?"
        r"|(?:ist|wäre|noch|is|it's|still|far|viel) (?:ihm |ihr |ihnen |uns |es |das )?(?:zu früh"
        r"|too early"
        r"|too soon)|(?:wants?|prefers?|rather|likes?) (?:to )?wait\b(?! (?:for|with))"
        r"|(?:will|möchte|wollen|möchten) (?:[^ ]+ ){0,3}?(?:abwarten|warten)|wartet (?:noch "
        r"|lieber )?ab"
        r"|(?:will|wollen|möchte|möchten|kommt|kauft|erst"
        r"|erst wieder)(?: [^ ]+)? erst (?:[^ ]+ )?"
        r"(?:im|ab|in|nächste[sn]?|zum) (?:[^ ]+ )?(?:frühjahr|frühling|sommer|herbst|winter|jahr"
        r"|quartal|monat)"
        r"|(?:aber |wohl |eher )?erst (?:im |zum |ab )?(?:nächste[snm]?|kommende[snm]?"
        r"|neue[snm]?) (?:jahr|quartal|frühjahr|herbst|monat)"
        r"|not (?:before|until|till) (?:the )?(?:spring|summer|autumn|fall|winter|next year"
        r"|new year|q[1-4])"
        r"|nicht vor (?:dem )?(?:frühjahr|sommer|herbst|winter|nächstem jahr)"
        r"|(?:hat|hatte|haben|hatten) (?:[^ ]+ ){0,2}?(?:kaum|keine|null|wenig) zeit"
        r"|(?:has|had|have) (?:hardly |barely )?(?:no |little |any )time"
    ),
    "product": (
        r"(?<!budget )(?<!geld )(?<!zeit )(?<!bedarf )(?:haben|können|bieten) wir (?:so )?nicht"
        r"|we (?:don't|do not|can't) (?:have|offer|do|support) (?:that|it|this)|ours doesn't|"
        r"(?:fehlt|fehlen) (?:[^ ]+ ){0,2}?(?:api|modul|export|zulassung|zertifikat|schnittstelle"
        r"|schnittstellen|funktion|funktionen"
        r"|anbindung|app|feature)"
        r"|(?:schnittstelle|schnittstellen|funktion|anbindung|interface|feature|features"
        r"|integration)"
        r" (?:is |are |noch )?(?:fehlt|fehlen|missing|lacking)"
        r"|lacks?(?! (?:the |any )?(?:money|funds|cash|budget|time))(?: [^ ]+){0,2}|(?:doesn't"
        r"|does not|won't|don't) fit|passt nicht (?:in|auf|durch"
        r"|zu)(?! [^ ]*budget)"
    ),
    "risk": (
        r"(?:security|privacy|safety|data|legal|technical) (?:concerns|worries)"
        r"|concerns (?:about|over)(?! (?:[^ ]+ ){0,3}?(?:price|prices|cost|costs|preis|preise"
        r"|preises|kosten|budget|lieferzeit|delivery))|"
        r"(?:worried|concerned|uneasy|anxious) (?:the|that|about|it|his|her|their)(?! (?:[^ ]+"
        r" ){0,3}?(?:price|prices|cost|costs|preis|preise|preises|kosten|budget|lieferzeit"
        r"|delivery))(?! we)"
        r"|(?:bedenken|sorge|sorgen|angst) (?:wegen|bezüglich|um|hinsichtlich)(?! (?:[^ ]+"
        r" ){0,3}?(?:price|prices|cost|costs|preis|preise|preises|kosten|budget|lieferzeit"
        r"|delivery))"
        r"|(?:contract|vertrag|laufzeit|term) (?:[^ ]+ ){0,3}?(?:deal breaker|dealbreaker|zu lang)"
        r"|"
        r"(?:worried|concerned|nervous|scared|afraid) (?:about|of)(?! (?:the )?price)(?: [^ ]+)?"
        r"|(?:nicht|ungern|keinesfalls|nicht so) (?:[^ ]+ ){0,3}?(?:binden|festlegen)"
        r"|(?:concerned|worried|nervous|anxious|unsure) (?:about|of) (?:[^ ]+ ){0,3}?(?:risk"
        r"|risks|lock-in|commitment|contract|term)"
        r"|(?:bedenken|angst|sorge) (?:[^ ]+ ){0,3}?(?:laufzeit|bindung|risiko|ausfall)"
    ),
    "info_stall": (
        r"(?:bitte|will|wollen|möchte|wollte|sollen|soll|erst|erstmal|einfach"
        r"|nur) (?:[^ ]+ ){0,2}?"
        r"(?:unterlagen|infos?|prospekte?|katalog|flyer|broschüren?|informationsmaterial"
        r"|infomaterial)"
        r"(?! (?:[^ ]+ ){0,2}?(?:abgegeben|übergeben|dagelassen|hinterlassen|eingeworfen|verteilt))"
        r"(?: (?:[^ ]+ ){0,3}?(?:schicken|senden|zuschicken|zusenden|mailen|haben|dalassen"
        r"|da lassen))?"
        r"|(?:just|asked (?:me|us) to|wants (?:me|us) to|told me to) (?:send|mail|email"
        r"|leave) (?:[^ ]+ ){0,2}?"
        r"(?:info|information|material|materials|brochure|documents|something|literature)"
    ),
}
# Words of the catalogue that are said of anything: they are objections alone, or beside a worry.
WEAK = (
    "price preis preise budget risk risiko competition competitor konkurrenz mitbewerber"
    " wettbewerber"
    " later später commitment bindung rücksprache lieferzeit lieferzeiten liefertermin"
    " liefertermine"
    " dear steep rabatt rabatte nachlass discount skonto preislich handelt doubt zweifel cheaper"
    " billiger günstiger überlegen nachdenken unsicher teurer dearer drunter darunter"
)
AROUND = (
    "the a an der die das den dem ist is war was and und aber but noch still es it er sie he"
    " she his"
    " her ihm ihr mir sein seine zum wegen about of on with mit bei for für only nur again wieder"
    " sehr very auch also just zu im in vom dann then erst first real reason is echter eigentlich"
    " objection einwand einwände pretext vorwand ausrede excuse"
)
WORRIES = (
    "worry worries worried concern concerns concerned problem problems issue issues hoch"
    " high zu too"
    " stört bedenken sorge sorgen einwand einwände objection objections hakt knackpunkt nicht"
    " not kein"
    " drückt schreckt wegen against dagegen pushback sticking knackt scheitert gescheitert"
    " kritisch"
    " complains complained complaining moans moaned jammert beschwert scared too bothered bothers"
    " hesitates zögert wants want will wollen möchte asked asks ask demands demanded"
    " requested requests gewünscht wünscht forderte fordert"
    " gefordert verlangt verlangte erwartet expects expected braucht needs wünscht pushes pushing"
    " pushed insists besteht lang lange long spät late zweifel fehlt missing sieht sees sprengt"
    " reason grund angst fear afraid wäre were gern gerne hätte like maybe vielleicht doch"
    " elsewhere woanders anderswo"
    " deren their lieber rather sonst hart heavy zäh hinges tough frage war immer"
)
HAVING = "went chose picked signed für fur has have had hat haben hatte got already schon bereits"
# What may be asked for without a word of worry.
REDUCTIONS = "rabatt rabatte nachlass discount skonto preisnachlass"
ASKING = "fragt fragte fragen gefragt asks asking nach about"
# What is not known yet is no lack.
OPEN = "klar clear unklar bekannt known fest festgelegt definiert defined decided entschieden"
# What has been accepted, before or behind it, is no objection any more.
ACCEPTED = "accepted akzeptiert hingenommen geschluckt swallowed"
# What says that it was answered.
RESOLVED = (
    "ausräumen ausgeräumt entkräften entkräftet zerstreuen zerstreut widerlegt allayed dispelled"
    " resolved overcame"
)
PRETEXTS = (
    "angeblich allegedly supposedly vorwand vorgeschoben vorgeschobener ausrede ausreden"
    " pretext pretexts excuse excuses"
)
# Whose budget is no objection, and where its denial is one: "Budget ist nicht da".
MINE = "my mein meine meinem our unser"
HAVING_NONE = "da vorhanden reicht ausreichend enough there available allow frei left drin ist"
