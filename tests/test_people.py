"""What people are called: the parts of a name, where they go, and how a letter greets by them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Clock, Run
from funnelcli.values import names

GERMAN = {"FUNNEL_LANGUAGE": "de"}


# The parts of a name --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "name", "first", "last"),
    [
        ("Hans Müller", "Hans Müller", "Hans", "Müller"),
        ("Hans Peter Müller", "Hans Peter Müller", "Hans Peter", "Müller"),
        ("Müller, Hans", "Hans Müller", "Hans", "Müller"),
        ("von der Leyen, Ursula", "Ursula von der Leyen", "Ursula", "von der Leyen"),
        ("Leyen, Ursula von der", "Ursula von der Leyen", "Ursula", "von der Leyen"),
        ("García Márquez, Ana", "Ana García Márquez", "Ana", "García Márquez"),
        ("Vincent van Gogh", "Vincent van Gogh", "Vincent", "van Gogh"),
        ("Ludwig Van Beethoven", "Ludwig Van Beethoven", "Ludwig", "Van Beethoven"),
        ("Van Morrison", "Van Morrison", "Van", "Morrison"),
        ("María de la Cruz", "María de la Cruz", "María", "de la Cruz"),
        ("Otto Graf Lambsdorff", "Otto Graf Lambsdorff", "Otto", "Graf Lambsdorff"),
        ("Karl Freiherr von und zu Au", "Karl Freiherr von und zu Au", "Karl", None),
        ("Martin King, Jr.", "Martin King, Jr.", "Martin", "King"),
        ("Martin King III", "Martin King III", "Martin", "King"),
        ("Suharto", "Suharto", None, "Suharto"),
        ("von Goethe", "von Goethe", None, "von Goethe"),
        ("Roof & Sun", "Roof & Sun", None, ""),
        ("Hans und Eva Müller", "Hans und Eva Müller", None, ""),
        ("Metall Huber GmbH", "Metall Huber GmbH", None, ""),
        ("eva@example.com", "eva@example.com", None, ""),
        ("King, Martin, of Atlanta", "King, Martin, of Atlanta", None, ""),
        ("Hans Huber MSc", "Hans Huber MSc", "Hans", "Huber"),
        ("Hans Huber, M.Sc.", "Hans Huber, M.Sc.", "Hans", "Huber"),
        ("Huber, Hans, MSc", "Hans Huber, MSc", "Hans", "Huber"),
        ("Hans Huber, BA, MA", "Hans Huber, BA, MA", "Hans", "Huber"),
        ("Hans Huber Jr., MBA", "Hans Huber Jr., MBA", "Hans", "Huber"),
        ("Eva Roth MA", "Eva Roth MA", "Eva", "Roth"),
        ("Eva Roth, LL.M. (WU)", "Eva Roth, LL.M. (WU)", "Eva", "Roth"),
        ("Yo-Yo Ma", "Yo-Yo Ma", "Yo-Yo", "Ma"),
        ("YO MA", "YO MA", "YO", "MA"),
        ("DI MARCO", "DI MARCO", "DI", "MARCO"),
        ("Anna Di Bari", "Anna Di Bari", "Anna", "Di Bari"),
    ],
)
def test_the_parts_of_a_name(
    funnel: Run, written: str, name: str, first: str | None, last: str | None
) -> None:
    funnel("contact", "add", written)
    contact = funnel("contact show 1 --json").json
    if last is None:
        last = name.removeprefix(f"{first} ")
    assert (contact["name"], contact["first_name"]) == (name, first)
    assert contact["last_name"] == (last or None)


@pytest.mark.parametrize(
    ("written", "name", "salutation", "title"),
    [
        ("Herr Hans Müller", "Hans Müller", "mr", None),
        ("Mr. Hans Müller", "Hans Müller", "mr", None),
        ("Frau Roth", "Roth", "ms", None),
        ("Herr Dr. Hans Müller", "Hans Müller", "mr", "Dr."),
        ("Frau Prof. Dr. med. Eva Roth", "Eva Roth", "ms", "Prof. Dr. med."),
        ("Dr. h. c. Max Au", "Max Au", None, "Dr. h. c."),
        ("Dipl.-Ing. (FH) Jo Lang", "Jo Lang", None, "Dipl.-Ing. (FH)"),
        ("Herr Müller, Dr. Hans", "Hans Müller", "mr", "Dr."),
        ("Dr. Müller, Hans", "Hans Müller", None, "Dr."),
        ("Hans Huber, Dr.", "Hans Huber", None, "Dr."),
        ("Huber, Hans, Dr. med.", "Hans Huber", None, "Dr. med."),
        ("Huber, Dr.", "Huber", None, "Dr."),
        ("Frau Anna Berg-Klein, Prof. Dr.", "Anna Berg-Klein", "ms", "Prof. Dr."),
        ("Prof. Dr. Anna Berg-Klein", "Anna Berg-Klein", None, "Prof. Dr."),
        ("Hans Dr. Huber", "Hans Huber", None, "Dr."),
        ("Hans Huber Mag.", "Hans Huber", None, "Mag."),
        ("DI (FH) Hans Huber", "Hans Huber", None, "DI (FH)"),
        ("Hr. DI Dr. Hans Huber, MBA", "Hans Huber, MBA", "mr", "DI Dr."),
        ("MMag. Dr. Eva Roth, LL.M. (WU)", "Eva Roth, LL.M. (WU)", None, "MMag. Dr."),
        ("ao. Univ.-Prof. Dr. Eva Roth", "Eva Roth", None, "ao. Univ.-Prof. Dr."),
        ("Mag. FH Hans Huber", "Hans Huber", None, "Mag. FH"),
        ("Dr.Eva Roth", "Eva Roth", None, "Dr."),
        ("Dr.med. Eva Roth", "Eva Roth", None, "Dr.med."),
        ("Dr. Huber GmbH", "Dr. Huber GmbH", None, None),
        ("Mrs Eva Roth", "Eva Roth", "Mrs", None),
        ("Herr und Frau Huber", "Herr und Frau Huber", None, None),
        ("Dr.", "Dr.", None, None),
        ("Frau", "Frau", None, None),
    ],
)
def test_salutation_and_title_go_into_their_fields(
    funnel: Run, written: str, name: str, salutation: str | None, title: str | None
) -> None:
    said = funnel("contact", "add", written)
    contact = funnel("contact show 1 --json").json
    assert contact["name"] == name
    assert (contact["salutation"], contact["academic_title"]) == (salutation, title)
    assert ("Recognised:" in said) == bool(salutation or title)
    assert (f"--salutation {salutation}" in said) == bool(salutation)


# Words of every kind that names are read by, in any order.
WORDS = (
    "Herr Frau Mrs. Dr. Prof. med. h. c. (FH) Hans Eva Müller Roth von van der de und y Graf Jr."
    " III PhD GmbH AG & St. Ärztin X , MSc M.A. MA DI (WU) FH HANS"
)


@given(st.lists(st.sampled_from(WORDS.split()), min_size=1, max_size=8))
def test_no_word_of_a_name_is_lost(words: list[str]) -> None:
    written = " ".join(words)
    parts = names.read(written)
    plain = sorted(written.replace(",", " ").split())
    kept = f"{parts.salutation} {parts.title} {parts.name}"
    assert sorted(kept.replace(",", " ").split()) == plain
    if parts.last:
        whole = " ".join((parts.first, parts.last, parts.suffix))
        assert whole.split() == parts.name.replace(",", " ").split()
    if "," not in words:
        # In their order, but for titles that stood between or behind.
        left = iter(written.split())
        assert all(word in left for word in f"{parts.salutation} {parts.name}".split())
    assert names.parts_of(parts.name, None, parts.last or None)[1] == parts.last


@given(st.text(max_size=30))
def test_any_text_has_parts_or_none(text: str) -> None:
    parts = names.read(text)
    assert bool(parts.name) == bool(text.split())
    assert sorted("".join(filter(None, parts[:3])).replace(",", "").replace(" ", "")) == sorted(
        "".join(text.split()).replace(",", "")
    )


def test_the_parts_follow_the_name(funnel: Run) -> None:
    def parts() -> tuple[str, str, str]:
        contact = funnel("contact show 1 --json").json
        return contact["name"], contact["first_name"], contact["last_name"]

    funnel("contact", "add", "Hans Müller")
    funnel("contact edit 1 --name 'Hans Peter Schmidt'")
    assert parts() == ("Hans Peter Schmidt", "Hans Peter", "Schmidt")
    # What the name says already is no correction.
    funnel("contact edit 1 --last-name Schmidt --first-name 'Hans Peter'")
    funnel("contact edit 1 --name 'Schulz, Hans'")
    assert parts() == ("Hans Schulz", "Hans", "Schulz")


def test_a_part_that_was_set_stays(funnel: Run) -> None:
    def parts() -> tuple[str, str]:
        contact = funnel("contact show 1 --json").json
        return contact["first_name"], contact["last_name"]

    funnel("contact", "add", "Ana García Márquez")
    assert parts() == ("Ana García", "Márquez")
    funnel("contact edit 1 --last-name 'García Márquez'")
    assert parts() == ("Ana", "García Márquez")
    assert "stays García Márquez" in funnel("contact edit 1 --name 'Ana Sofía Ruiz'").stderr
    assert parts() == ("Ana Sofía", "García Márquez")
    funnel("contact edit 1 --last-name none")
    assert parts() == ("Ana Sofía", "Ruiz")
    funnel("undo")
    assert parts() == ("Ana Sofía", "García Márquez")


def test_a_new_name_is_read_like_the_first(funnel: Run) -> None:
    funnel("contact", "add", "Eva Roth")
    said = funnel("contact edit 1 --name 'Frau Dr. Eva Brandt'")
    assert "--salutation ms" in said
    assert "--academic-title Dr." in said
    contact = funnel("contact show 1 --json").json
    assert (contact["name"], contact["salutation"]) == ("Eva Brandt", "ms")
    # What is given holds before what the name says.
    funnel("contact edit 1 --name 'Herr Eva Brandt' --salutation none")
    assert funnel("contact show 1 --json").json["salutation"] == "none"


def test_a_name_of_its_parts_alone(funnel: Run) -> None:
    funnel("contact add --first-name Eva --last-name 'Lang Roth' --salutation Frau")
    contact = funnel("contact show 1 --json").json
    assert (contact["name"], contact["last_name"]) == ("Eva Lang Roth", "Lang Roth")
    assert contact["salutation"] == "ms"


def test_organisations_have_no_parts(funnel: Run) -> None:
    assert "Recognised" not in funnel("contact", "add", "Dr. Oetker", "-O")
    contact = funnel("contact show 1 --json").json
    assert contact["name"] == "Dr. Oetker"
    assert {contact[name] for name in ("first_name", "last_name", "academic_title")} == {None}
    assert "is an organisation" in funnel("contact edit 1 --last-name Oetker", exit=3).stderr
    funnel("contact add Sunny -O --salutation mr", exit=3)


def test_a_contact_of_an_older_database_has_parts_too(funnel: Run, db: str) -> None:
    funnel("contact", "add", "Eva Roth")
    with closing(sqlite3.connect(db)) as conn, conn:
        conn.execute("UPDATE contact SET name = 'Frau Dr. Eva von Au'")
    assert funnel("contact show 1 --json").json["last_name"] == "von Au"


# Asking for people ----------------------------------------------------------------------------


def test_people_by_last_name(funnel: Run) -> None:
    for name in ("Zoe Adler", "Anna Zander", "Jo von Berg", "Al Adler", "c@example.com"):
        funnel("contact", "add", name)
    funnel("contact add 'Bauhaus' -O")

    def found(*args: str) -> list[str]:
        return [row["name"] for row in funnel("contact", "list", *args, "--json").json]

    order = ["Al Adler", "Zoe Adler", "Bauhaus", "c@example.com", "Jo von Berg", "Anna Zander"]
    assert found("--sort", "last-name") == order
    assert found("--sort", "-last_name") == order[::-1]
    assert found("last_name:adler") == ["Al Adler", "Zoe Adler"]
    assert found("first_name:jo,anna") == ["Anna Zander", "Jo von Berg"]
    assert found("last_name:none") == ["Bauhaus", "c@example.com"]


def test_people_by_salutation_title_language(funnel: Run) -> None:
    funnel("contact add 'Frau Dr. Eva Brandt' --language Deutsch")
    funnel("contact add 'Hans Müller' --salutation Herr --language en-gb")
    funnel("contact add 'Kim Lee' --salutation none --website https://kim.example")
    funnel("contact add 'Jo Huber' --salutation Familie")

    def found(*args: str) -> list[str]:
        return [row["name"] for row in funnel("contact", "list", *args, "--json").json]

    assert found("salutation:ms") == ["Eva Brandt"]
    assert "Eva Brandt" in funnel("contact", "list", "salutation:Frau", env=GERMAN)
    assert found("salutation:ms,mr") == ["Eva Brandt", "Hans Müller"]
    assert found("salutation:none") == ["Kim Lee"]
    assert found("salutation:familie") == ["Jo Huber"]
    assert "no choice" in funnel("contact list salutation:lord", exit=2).stderr
    assert found("academic_title:dr") == found("dr", "brandt") == ["Eva Brandt"]
    assert found("language:de") == ["Eva Brandt"]
    assert found("language:en") == ["Hans Müller"]
    assert found("website:kim") == ["Kim Lee"]
    assert funnel("contact show 'dr brandt' --json").json["language"] == "de"
    assert funnel("contact show 2 --json").json["language"] == "en-GB"
    assert "is no language" in funnel("contact edit 1 --language '???'", exit=2).stderr
    funnel("contact edit 1 --salutation ''")
    assert funnel("contact show 1 --json").json["salutation"] is None


def test_birthdays(funnel: Run, clock: Clock) -> None:
    clock.set("2026-12-20 09:00")
    for name, day in {
        "Ann": "24.12.1980",
        "Bob": "24.12.",
        "Cem": "--01-02",
        "Dee": "2 March 1975",
        "Eli": "29.2.",
        "Fay": "19.12.2000",
        "Gus": "1.5.68",
    }.items():
        funnel("contact", "add", name, "--birthday", day)
    kept = funnel("contact list --json=name,birthday --sort birthday").json
    assert [(row["name"], row["birthday"]) for row in kept] == [
        ("Ann", "1980-12-24"),
        ("Bob", "--12-24"),
        ("Cem", "--01-02"),
        ("Eli", "--02-29"),
        ("Dee", "1975-03-02"),
        ("Gus", "1968-05-01"),
        ("Fay", "2000-12-19"),
    ]

    def found(*args: str) -> list[str]:
        return [row["name"] for row in funnel("contact", "list", *args, "--json").json]

    assert found("birthday:2026-12-24") == ["Ann", "Bob"]
    assert found("birthday:2026-12-20..2027-01-10") == ["Ann", "Bob", "Cem"]
    assert found("birthday:2027-03-01") == ["Eli"]
    assert found("born:..1979") == ["Dee", "Gus"]
    assert found("born:none") == ["Bob", "Cem", "Eli"]
    clock.set("2026-12-24 09:00")
    assert found("birthday:today") == ["Ann", "Bob"]
    for bad in ("tomorrow", "31.2.", "2027-01-01", "x"):
        funnel("contact", "edit", "1", "--birthday", bad, exit=2)
    funnel("contact edit 1 --birthday none")
    assert found("birthday:none") == ["Ann"]


def test_a_page_in_german_says_them_all(funnel: Run) -> None:
    funnel(
        "contact add 'Frau Dr. Eva Brandt' --language de --website eva.example --industry Solar"
        " --birthday 17.5.1980"
    )
    page = funnel("contact show 1 --md", env=GERMAN)
    lines = [" ".join(line.replace("*", "").replace(":", "").split()) for line in page.lines]
    said = (
        "Anrede Frau|Akad. Titel Dr.|Vorname Eva|Nachname Brandt|Geburtstag 1980-05-17"
        "|Branche Solar|Webseite eva.example|Sprache Deutsch"
    )
    for line in said.split("|"):
        assert any(line in found for found in lines), line


# Letters --------------------------------------------------------------------------------------

WHOLE = "Eva Brandt"
GREETINGS = [
    # salutation, title, German, English
    ("", "", "Guten Tag Eva Brandt,", "Dear Eva Brandt,"),
    ("none", "", "Guten Tag Eva Brandt,", "Dear Eva Brandt,"),
    ("ms", "", "Sehr geehrte Frau Brandt,", "Dear Ms Brandt,"),
    ("mr", "", "Sehr geehrter Herr Brandt,", "Dear Mr Brandt,"),
    ("Mx", "", "Guten Tag Mx Brandt,", "Dear Mx Brandt,"),
    ("", "Dr.", "Guten Tag Dr. Eva Brandt,", "Dear Dr Brandt,"),
    ("none", "Dr.", "Guten Tag Dr. Eva Brandt,", "Dear Dr Brandt,"),
    ("ms", "Dr.", "Sehr geehrte Frau Dr. Brandt,", "Dear Dr Brandt,"),
    ("mr", "Dr. med.", "Sehr geehrter Herr Dr. Brandt,", "Dear Dr Brandt,"),
    ("Mx", "Dr.", "Guten Tag Mx Dr. Brandt,", "Dear Dr Brandt,"),
    ("ms", "Prof. Dr.", "Sehr geehrte Frau Prof. Brandt,", "Dear Professor Brandt,"),
    ("", "Prof.", "Guten Tag Prof. Eva Brandt,", "Dear Professor Brandt,"),
    ("mr", "Mag.", "Sehr geehrter Herr Mag. Brandt,", "Dear Mr Brandt,"),
]


@pytest.fixture
def offer(funnel: Run) -> Run:
    """An offer to a person of whom only the name is known."""
    funnel("contact", "add", WHOLE)
    funnel("deal add Roof -c 1")
    funnel("offer add 1")
    return funnel


def letter(funnel: Run, *args: str) -> list[str]:
    return funnel("offer", "print", "2026-0001", "--md", *args).replace("\\", "").splitlines()


@pytest.mark.parametrize(("salutation", "title", "german", "english"), GREETINGS)
def test_a_letter_greets(
    offer: Run, salutation: str, title: str, german: str, english: str
) -> None:
    if salutation or title:
        offer("contact", "edit", 1, "--salutation", salutation, "--academic-title", title)
    assert german in letter(offer, "--lang", "de")
    assert english in letter(offer, "--lang", "en")


def test_a_letter_without_a_last_name_greets_by_the_whole(offer: Run) -> None:
    offer("contact edit 1 --name eva@example.com --salutation ms")
    assert "Guten Tag eva@example.com," in letter(offer, "--lang", "de")


def test_a_letter_to_an_organisation_greets_nobody_in_particular(funnel: Run) -> None:
    funnel("contact add 'Dr. Oetker' -O")
    funnel("deal add Roof -c 1")
    funnel("offer add 1")
    assert "Sehr geehrte Damen und Herren," in letter(funnel, "--lang", "de")
    assert "Dear Sir or Madam," in letter(funnel, "--lang", "en")


def test_the_address_names_them_whole(offer: Run) -> None:
    offer("contact edit 1 --name 'Herr Prof. Dr. Hans Müller' --street 'Ring 1'")
    assert "Herrn Prof. Dr. Hans Müller" in letter(offer, "--lang", "de")
    assert "Prof. Dr. Hans Müller" in letter(offer, "--lang", "en")
    offer("contact edit 1 --academic-title none")
    assert "Mr Hans Müller" in letter(offer, "--lang", "en")


def test_the_address_ends_in_a_country_that_is_not_ones_own(offer: Run) -> None:
    def under_the_town(country: str, lang: str) -> str:
        offer("contact", "edit", 1, "--town", "Bern", "--country", country)
        lines = letter(offer, "--lang", lang)
        return lines[lines.index("Bern") + 1]

    offer("config set region DE")
    assert under_the_town("CH", "de") == "SCHWEIZ"
    assert under_the_town("ch", "en") == "SWITZERLAND"
    assert under_the_town("Schweiz", "en") == "SCHWEIZ"
    assert under_the_town("Phantasien", "de") == "PHANTASIEN"
    # However it is written.
    assert [under_the_town(own, "de") for own in ("DE", "de", "Deutschland", "Germany")] == [""] * 4


def test_a_name_with_its_title_in_it_is_greeted_the_same(offer: Run, db: str) -> None:
    with closing(sqlite3.connect(db)) as conn, conn:
        conn.execute("UPDATE contact SET name = 'Frau Dr. Eva Brandt'")
    assert "Sehr geehrte Frau Dr. Brandt," in letter(offer, "--lang", "de")
    assert "Frau Dr. Eva Brandt" in letter(offer, "--lang", "de")


def test_a_letter_speaks_the_language_of_who_gets_it(offer: Run) -> None:
    assert "Dear Eva Brandt," in letter(offer)
    offer("contact edit 1 --language de-AT")
    assert "Guten Tag Eva Brandt," in letter(offer)
    assert "Dear Eva Brandt," in letter(offer, "--lang", "en")
    # Letters do not speak it.
    offer("contact edit 1 --language fr")
    assert "Dear Eva Brandt," in letter(offer)


# Imports --------------------------------------------------------------------------------------


@pytest.fixture
def import_people(funnel: Run, tmp_path: Path) -> Run:
    """Import a file of deals with these columns and rows, a line each."""

    def run(text: str, *args: str, **more: object) -> str:
        file = tmp_path / "people.csv"
        file.write_text(text, encoding="utf-8")
        return funnel("import", "deals", file, "--yes", *args, **more)

    return run


def test_people_in_columns_of_their_own(funnel: Run, import_people: Run) -> None:
    said = import_people(
        "Produkt;Anrede;Titel;Vorname;Nachname;Firma;Sprache;Webseite;Geburtstag\n"
        "Dach;Frau;Dr.;Eva;Lang Roth;Sonne;Deutsch;sonne.example;17.05.1980\n"
        "Tor;Herr;;Hans;Müller;;de-AT;;24.12.\n"
        "Tür;;;;Metall;;;;\n"
    )
    assert "academic_title=Titel" in said.stderr
    assert "title=Titel" not in said.stderr.replace("academic_title=Titel", "")
    found = {row["name"]: row for row in funnel("contact list --json").json}
    eva, hans = found["Eva Lang Roth"], found["Hans Müller"]
    assert (eva["salutation"], eva["academic_title"]) == ("ms", "Dr.")
    assert (eva["first_name"], eva["last_name"]) == ("Eva", "Lang Roth")
    assert (eva["language"], eva["birthday"], eva["website"]) == ("de", "1980-05-17", None)
    assert found["Sonne"]["website"] == "sonne.example"
    assert (hans["salutation"], hans["birthday"]) == ("mr", "--12-24")
    assert hans["language"] == "de-AT"
    assert found["Metall"]["last_name"] == "Metall"
    # What the name says is no correction: it follows the name.
    funnel("contact edit 'hans müller' --name 'Hans Schmidt'")
    assert funnel("contact show 'hans schmidt' --json").json["last_name"] == "Schmidt"


def test_a_title_without_people_is_the_deals(funnel: Run, import_people: Run) -> None:
    import_people("Titel;Kontakt\nDach;Herr Dr. Hans Müller\nTor;Müller, Hans\nTür;Hans Müller\n")
    assert {deal["title"] for deal in funnel("deal list --json").json} == {"Dach", "Tor", "Tür"}
    (hans,) = funnel("contact list --json").json
    assert (hans["name"], hans["salutation"]) == ("Hans Müller", "mr")


def test_name_beside_vorname_is_the_last_name(funnel: Run, import_people: Run) -> None:
    import_people("Produkt;Name;Vorname\nDach;Roth;Eva\n")
    assert [row["name"] for row in funnel("contact list --json").json] == ["Eva Roth"]


def test_columns_are_mapped_to_the_parts(funnel: Run, import_people: Run) -> None:
    import_people(
        "Product,A,B,C\nRoof,Eva,Roth,Frau\n",
        *("--map", "first_name=A", "--map", "last_name=B", "--map", "salutation=C"),
    )
    (eva,) = funnel("contact list --json").json
    assert (eva["name"], eva["salutation"]) == ("Eva Roth", "ms")
    said = import_people("Product,A\nRoof,Eva\n", "--map", "frist_name=A", exit=2).stderr
    assert "Did you mean first_name?" in said


def test_what_is_on_file_is_completed_and_kept(funnel: Run, import_people: Run) -> None:
    funnel("contact add 'Frau Eva Roth' --language en --email eva@example.com")
    text = (
        "ID,Title,Contact,Email,Salutation,Language,Birthday,First name,Last name\n"
        "1,Roof,E. Roth,eva@example.com,Mr,de,1980-05-17,Eva,Roth\n"
    )
    import_people(text, "--key", "ID")
    (eva,) = funnel("contact list --json").json
    assert (eva["salutation"], eva["language"], eva["birthday"]) == ("ms", "en", "1980-05-17")
    assert (eva["name"], eva["first_name"]) == ("Eva Roth", "Eva")
    assert "1 unchanged" in import_people(text, "--key", "ID")


def test_a_contact_that_kept_its_title_is_found_again(
    funnel: Run, import_people: Run, db: str
) -> None:
    funnel("contact", "add", "Eva Roth")
    with closing(sqlite3.connect(db)) as conn, conn:
        conn.execute("UPDATE contact SET name = 'Dr. Eva Roth', search = 'dr. eva roth'")
    import_people("Title,Contact\nRoof,Dr. Eva Roth\n")
    assert len(funnel("contact list --json").json) == 1


def test_cells_that_are_no_birthday_or_language_hand_the_row_back(
    funnel: Run, import_people: Run
) -> None:
    said = import_people(
        "Title,Contact,Birthday,Language\n"
        "Roof,Ann,1980-05-17,de\nGate,Bob,2999-01-01,de\nDoor,Cem,1980-05-18,???\n",
        exit=6,
    )
    assert "2 rejected" in said
    assert [row["name"] for row in funnel("contact list --json").json] == ["Ann"]


def test_a_field_is_filtered_by_under_the_name_of_its_option(funnel: Run) -> None:
    funnel("contact add 'Jo von Berg'")
    funnel("contact add 'Anna Zander'")
    named = funnel("contact list last-name:berg --json").json
    assert [row["name"] for row in named] == ["Jo von Berg"]
    assert [row["name"] for row in funnel("contact list -last-name:berg --json").json] == [
        "Anna Zander"
    ]
    # What is no field is a word to look for.
    assert funnel("contact list late-name:berg --json").json == []
