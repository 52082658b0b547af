"""Contacts: people and organisations."""

from __future__ import annotations

from funnelcli.i18n import N_, NN_
from funnelcli.nouns import words
from funnelcli.nouns.dated import Dated
from funnelcli.nouns.field import Ask, Option, derived, field, notes, owner, owner_id, tags
from funnelcli.nouns.noun import Naming, Noun, Says, noted
from funnelcli.nouns.record import Record
from funnelcli.nouns.rules import CONSENT_STANDS, LAST_SPOKEN, counted_for
from funnelcli.nouns.types import (
    BIRTHDAY,
    CHANNELS,
    CODE,
    CONTACT_NAME,
    COUNT,
    DATE,
    FLAG,
    ID,
    INSTANT,
    LANGUAGE,
    LIST,
    SALUTATION,
    SOURCE,
    TEXT,
    one_of,
    record,
)

# The parts of a person's name: as they were set, else as the name says.
_FIRST = "CASE WHEN c.kind = 'person' THEN first_name_of(c.name, c.first_name, c.last_name) END"
_LAST = "CASE WHEN c.kind = 'person' THEN last_name_of(c.name, c.first_name, c.last_name) END"
# Few have a title, and a function costs more than to look.
_TITLE = "CASE WHEN {0}.academic_title IS NULL THEN '' ELSE search_key({0}.academic_title) END"
# The next birthday, today's included; that of a 29 February is kept on 1 March in other years.
_THIS_YEAR = "date(substr(:today, 1, 4) || substr(c.birthday, -6), '+0 days')"
_NEXT_YEAR = (
    "date((CAST(substr(:today, 1, 4) AS INTEGER) + 1) || substr(c.birthday, -6), '+0 days')"
)


class Contact(Record):
    """A contact as lists and ``--json`` show it. An organisation has no parts of a name."""

    id: int = field("Id", ID, "c.id")
    public_id: str = field("Public id", table=False)
    kind: str = field(
        "Kind",
        one_of("KIND", words.CONTACT_KIND),
        Ask("c.kind"),
        table=False,
        heard="kind, contact kind, art",
    )
    name: str = field(
        "Name",
        CONTACT_NAME,
        Ask("c.search", sort="c.search", folded=True),
        option=Option("--name", N_("Their name."), on="edit"),
        flex=True,
        heard="name, full name, contact name, person name, display name, contact, contact person,"
        " lead name, kontakt, kontaktperson, ansprechpartner, vollständiger name, anzeigename",
    )
    salutation: str | None = field(
        "Salutation",
        SALUTATION,
        Ask("c.salutation"),
        option=Option("--salutation", N_("mr, ms, none for none, or your own words.")),
        table=False,
        heard="salutation, form of address, person salutation, contact salutation, anrede",
    )
    academic_title: str | None = field(
        "Academic title",
        ask=Ask("c.academic_title"),
        option=Option("--academic-title", N_("Dr., Prof. Dr. and so on.")),
        table=False,
        heard="academic title, name prefix, akademischer titel, akad. titel, akad titel",
    )
    set_first_name: str | None
    set_last_name: str | None

    @derived(
        "First name",
        ask=Ask(_FIRST, sort=f"search_key({_FIRST})"),
        option=Option("--first-name", N_("Where the name does not say it; none for what it says.")),
        table=False,
        heard="first name, firstname, given name, person first name, contact first name, vorname",
    )
    def first_name(self) -> str | None:
        """As it was set, else as the name says."""
        return self._parts()[0] or None

    @derived(
        "Last name",
        ask=Ask(_LAST, sort=f"search_key(coalesce({_LAST} || ' ', '') || c.name)"),
        option=Option("--last-name", N_("Where the name does not say it; none for what it says.")),
        table=False,
        heard="last name, lastname, surname, family name, person last name, contact last name,"
        " nachname, familienname, zuname",
    )
    def last_name(self) -> str | None:
        """As it was set, else as the name says."""
        return self._parts()[1] or None

    def _parts(self) -> tuple[str, str]:
        if self.kind != "person":
            return "", ""
        from funnelcli.values.names import parts_of

        return parts_of(self.name, self.set_first_name, self.set_last_name)

    organisation_id: int | None = field(
        "Organisation id",
        record("CONTACT", "contact"),
        option=Option("--organisation --org", N_("Where a person belongs.")),
        table=False,
    )
    organisation: str | None = field(
        "Organisation",
        CONTACT_NAME,
        Ask("o.search", sort="o.search", folded=True),
        flex=True,
        drop=3,
        heard="organisation, organization, company, company name, account, account name,"
        " associated company,"
        " organization name, organisation name, organization 1 name, employer, firma, unternehmen,"
        " firmenname",
    )
    role: str | None = field(
        "Role",
        one_of("ROLE", words.ROLE),
        Ask("c.role"),
        option=Option("--role", N_("decider, user, billing or influencer.")),
        table=False,
    )
    job_title: str | None = field(
        "Job title",
        option=Option("--job-title", N_("Their position.")),
        table=False,
        heard="job title, person job title, contact job title, position, berufsbezeichnung,"
        " funktion",
    )
    birthday: str | None = field(
        "Birthday",
        BIRTHDAY,
        Ask(
            f"CASE WHEN {_THIS_YEAR} >= :today THEN {_THIS_YEAR} ELSE {_NEXT_YEAR} END",
        ),
        option=Option("--birthday", N_("Like 17.5.1980; without the year 17.5.")),
        table=False,
        heard="birthday, birth date, birthdate, date of birth, geburtstag, geburtsdatum",
    )
    industry: str | None = field(
        "Industry",
        ask=Ask("c.industry", sort="search_key(c.industry)"),
        option=Option("--industry", N_("What line of business they are in.")),
        table=False,
        heard="industry, account industry, company industry, organization industry, sector,"
        " branche, wirtschaftszweig",
    )
    phones: list[str] = field(
        "Phone",
        LIST.called("NUMBER"),
        Ask(
            "(SELECT group_concat(e.phone) FROM contact_phone AS e WHERE e.contact_id = c.id)",
            "phone",
            sort="-",
        ),
        option=Option(
            "--phone",
            N_("May be repeated."),
            many=True,
            off="--no-phone",
            off_help=N_("Take a number off."),
        ),
        drop=2,
        heard="phone, phones, phone number, person phone, contact phone, telephone, telefon,"
        " telefonnummer",
    )
    emails: list[str] = field(
        "E-mail",
        LIST.called("ADDRESS"),
        Ask(
            "(SELECT group_concat(e.email) FROM contact_email AS e WHERE e.contact_id = c.id)",
            "email",
            sort="-",
        ),
        option=Option(
            "--email -e",
            N_("May be repeated."),
            many=True,
            off="--no-email",
            off_help=N_("Take an address off."),
        ),
        flex=True,
        drop=4,
        heard="email, emails, e mail, email address, e mail address, person email, contact email,"
        " emailadresse, e mail adresse",
    )
    website: str | None = field(
        "Website",
        TEXT.called("URL"),
        Ask("c.website"),
        option=Option("--website", N_("Their website.")),
        table=False,
        heard="website, web site, web, homepage, url, company website, webseite, internet",
    )
    language: str | None = field(
        "Language",
        LANGUAGE,
        Ask("c.language"),
        option=Option("--language", N_("The language they are written to: de, en, de-AT …")),
        table=False,
        heard="language, preferred language, locale, sprache, korrespondenzsprache",
    )
    street: str | None = field(
        "Street",
        option=Option("--street", N_("Street and number.")),
        table=False,
        heard="street, street address, address, mailing street, billing street, business street,"
        " address 1 street, home street, strasse, strasse geschäftlich, adresse, anschrift",
    )
    postcode: str | None = field(
        "Postcode",
        CODE,
        Ask("c.postcode"),
        option=Option("--postcode", N_("Postcode.")),
        table=False,
        heard="postcode, postal code, zip, zip code, mailing zip/postal code, business postal code,"
        " address 1 postal code, home postal code, plz, postleitzahl, postleitzahl geschäftlich",
    )
    town: str | None = field(
        "Town",
        TEXT,
        "c.town",
        option=Option("--town", N_("Town.")),
        drop=5,
        heard="town, city, mailing city, billing city, business city, address 1 city, home city,"
        " ort, stadt, wohnort, ort geschäftlich",
    )
    region: str | None = field(
        "Region",
        option=Option("--region", N_("Region.")),
        table=False,
        heard="region, state, province, state/region, mailing state/province, mailing state,"
        " business state, address 1 region, home state, bundesland, kanton,"
        " bundesland/kanton geschäftlich, region geschäftlich",
    )
    country: str | None = field(
        "Country",
        ask=Ask("c.country"),
        option=Option("--country", N_("Country.")),
        table=False,
        heard="country, country/region, mailing country, billing country, business country,"
        " business country/region, address 1 country, home country, land,"
        " land/region geschäftlich, land/region",
    )
    source: str | None = field(
        "Source",
        SOURCE,
        Ask("c.source"),
        option=Option("--source", N_("How you met.")),
        table=False,
        heard="source, lead source, contact source, original source, quelle, herkunft",
    )
    referred_by_id: int | None = field(
        "Referred by",
        record("CONTACT", "contact"),
        option=Option("--referred-by", N_("Who named them.")),
        table=False,
    )
    referred_by: str | None
    do_not_contact: bool = field(
        "Do not contact",
        FLAG,
        option=Option(
            "--do-not-contact/--may-contact",
            N_("Whether they want to hear nothing at all."),
            on="edit",
        ),
        table=False,
    )
    lifecycle: str = field("Is", one_of("KIND", words.LIFECYCLE))
    open_deals: int = field("Open", COUNT, drop=6)
    last_contact_at: int | None = field(
        "Last contact",
        INSTANT,
        Ask(LAST_SPOKEN, "contacted"),
        drop=6,
    )
    tags: list[str] = tags(
        "contact",
        "c",
        heard="categories, group membership, kategorien, gruppen",
    )
    notes: str | None = notes(
        heard="notes, note, description, background, comment, comments,"
        " notizen, notiz, bemerkung, bemerkungen, beschreibung"
    )
    owner_id: int | None = owner_id()
    owner: str | None = owner(
        "c",
        "owner, contact owner, account owner, company owner, lead owner, person owner,"
        " organization owner, assigned to, verantwortlich, verantwortlicher, besitzer, inhaber,"
        " zuständig, betreuer",
    )
    external_origin: str | None = field("Origin", table=False)
    external_id: str | None = field("External id", table=False)
    consent: list[str] = field(
        "Consent",
        CHANNELS,
        Ask(
            "EXISTS (SELECT 1 FROM contact_consent AS x WHERE x.contact_id = c.id"
            f" AND {CONSENT_STANDS} AND x.channel = {{param}})",
            "consent",
            sort="-",
        ),
        shown=lambda contact: CHANNELS.names(contact.consent),
        drop=6,
        heard="consents, einwilligungen",
    )
    created_at: int = field("Created", INSTANT, Ask("c.created_at", "created"), table=False)


_DEALS = (
    f"EXISTS (SELECT 1 FROM {counted_for('c.id')}"
    " CROSS JOIN deal AS d ON d.contact_id = m.id WHERE +d.status = '{}')"
)

CONTACT = Noun(
    "contact",
    Contact,
    query="contacts",
    alias="c",
    order="c.search, c.id",
    dated=[
        Dated(
            "birthday",
            N_("birthday: {what}"),
            whom=(),
            key="birthday",
            yearly=True,
            show="contact show",
        )
    ],
    named=Naming(
        "r.search",
        "r.name || coalesce(' · ' || (SELECT o.name FROM contact AS o"
        " WHERE o.id = r.organisation_id), '') || coalesce(' · ' || r.town, '')",
        _TITLE.format("r"),
        keyed="name",
    ),
    says=Says(
        N_("No contact is called {name}."),
        N_("No contacts. `funnel contact add` adds one."),
        N_("Removed contact {id}: {name}"),
        NN_("Remove {n} contact?", "Remove {n} contacts?"),
        absent=N_("There is no contact {name}."),
    ),
    asks=[
        Ask(
            "CASE WHEN c.birthday NOT LIKE '--%' THEN c.birthday END",
            "born",
            type=DATE,
            title=N_("Born"),
        )
    ],
    flags={
        "customer": _DEALS.format("won"),
        "open": _DEALS.format("open"),
        "blocked": "c.do_not_contact = 1",
    },
    search=[
        "c.search",
        "replace(replace(coalesce((SELECT group_concat(e.email, ' ') FROM contact_email AS e"
        " WHERE e.contact_id = c.id), ''), '-', ' '), char(39), '')",
    ],
    beside=[
        ("so.search", "c.organisation_id IN (SELECT so.id FROM contact AS so WHERE {})"),
        (
            "nt.search",
            "c.id IN (SELECT coalesce(nt.contact_id, nd.contact_id) FROM note AS nt"
            " LEFT JOIN deal AS nd ON nd.id = nt.deal_id"
            " WHERE coalesce(nt.contact_id, nd.contact_id) IS NOT NULL AND ({}))",
        ),
        ("search_key(c.academic_title)", "(c.academic_title IS NOT NULL AND ({}))"),
        noted("c.notes"),
    ],
)

# What a merge can take from another contact; the others of its fields have rules of their own.
TAKEN = ("kind", *(name for name in CONTACT.editable if name not in ("do_not_contact", "notes")))
