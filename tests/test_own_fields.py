"""Fields of one's own: declared once, they are fields like the program's."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Dump, Run
from funnelcli.db.connection import connect
from funnelcli.prompt.completion import candidates
from funnelcli.prompt.line import Line, read
from funnelcli.reports.declarations import REPORTS

# Every type with how a value is typed, what JSON has, what a filter finds it by, and what not.
TYPES: dict[str, tuple[str, Any, str, str]] = {
    "text": ("near the river", "near the river", "RIVER", "lake"),
    "number": ("12,5", 12.5, "12..13", ">12.5"),
    "money": ("USD 12k", 12000.0, ">10k", "<10k"),
    "date": ("2026-12-24", "2026-12-24", "2026-12", "2027"),
    "yes_no": ("no", False, "no", "yes"),
    "choice": ("Süd", "sued", "süd", "nord"),
    "choices": ("Süd, nord", ["sued", "nord"], "nord", "west"),
    "link": ("example.org/plan", "https://example.org/plan", "plan", "map"),
    "contact": ("eva", "Eva Roth", "roth", "adam"),
}
GERMAN = {"FUNNEL_LANGUAGE": "de"}
GERMAN_FORMAT = {"FUNNEL_LOCALE": "de_DE"}
CHOICES = ("choice", "choices")
NOUNS = ("contact", "deal", "visit", "product")


def option(kind: str) -> str:
    """The option of a field of that type."""
    return f"--own-{kind.replace('_', '-')}"


def everything() -> str:
    """The options of all fields, with their values."""
    return " ".join(f"{option(kind)} '{typed}'" for kind, (typed, *_rest) in TYPES.items())


def declared(noun: str) -> list[str]:
    """The commands that declare a field of each type, called like it."""
    return [
        f"field add {noun} 'own {kind}' --type {kind}"
        + (" --values Nord,Süd,West" if kind in CHOICES else "")
        for kind in TYPES
    ]


def carry_out(funnel: Run, folder: Path, lines: list[str]) -> None:
    """Run commands, one a line, at once."""
    file = folder / "lines.txt"
    file.write_text("\n".join(lines), "utf-8")
    funnel("batch", file)


@pytest.fixture
def filled(funnel: Run, tmp_path: Path) -> Run:
    """A record of each noun with a value in a field of each type."""
    lines = ['contact add "Eva Roth"', *(line for noun in NOUNS for line in declared(noun))]
    lines += [
        f"contact edit 1 {everything()}",
        f"deal add Roof -c 1 {everything()}",
        f"visit add 1 --at yesterday {everything()}",
        f"product add P1 Panel --price 5 --vat 19 {everything()}",
    ]
    carry_out(funnel, tmp_path, lines)
    return funnel


def own(funnel: Run, noun: str, record: str = "1") -> dict[str, Any]:
    """What a record has in fields of one's own."""
    fields: dict[str, Any] = funnel(noun, "show", record, "--json").json["fields"]
    return fields


@pytest.mark.parametrize("noun", NOUNS)
def test_a_value_of_every_type_is_given_shown_and_found(filled: Run, noun: str) -> None:
    fields = own(filled, noun)
    assert fields == filled(noun, "list", "--json").json[0]["fields"]
    assert {kind: fields[f"own_{kind}"] for kind in TYPES} == {
        kind: value for kind, (_typed, value, *_rest) in TYPES.items()
    }
    assert (fields["own_money_currency"], fields["own_contact_id"]) == ("USD", 1)
    finds = [f"own_{kind}:{finds}" for kind, (*_value, finds, _not) in TYPES.items()]
    finds += [f"own_{kind}:any" for kind in TYPES]
    sorted_by = ",".join(f"-own_{kind}" for kind in TYPES if kind != "choices")
    assert filled(noun, "list", *finds, "--sort", sorted_by, "--ids").lines == ["1"]
    names = "fields.own_choice,fields.own_number"
    assert filled(noun, "list", f"--csv={names}").lines == [names, "sued,12.5"]
    assert filled(noun, "list", "--columns", "own choice,Own number").lines == ["sued\t12.5"]
    page = filled(noun, "show", "1", tty=True, width=120)
    assert "Süd, Nord" in page
    assert "$12,000.00" in page


def test_a_filter_leaves_out_what_it_does_not_mean(filled: Run) -> None:
    for kind, (*_value, not_) in TYPES.items():
        assert filled("deal", "list", f"own_{kind}:{not_}", "--ids").lines == []
        assert filled("deal", "list", f"own-{kind}:none".replace("_", "-"), "--ids").lines == []


def test_undo_and_redo_bring_values_back_and_again(filled: Run, state: Callable[[], Dump]) -> None:
    before = state()
    none = " ".join(f"{option(kind)} none" for kind in TYPES)
    for line in (f"deal edit 1 {none}", "field remove deal own_choices -y", "deal remove 1 -y"):
        filled(line)
        gone = state()
        assert gone != before
        filled("undo")
        assert state() == before
        filled("redo")
        assert state() == gone
        filled("undo")


def test_several_choices_are_added_and_taken_off(filled: Run) -> None:
    filled("deal edit 1 --own-choices west --no-own-choices nord")
    assert own(filled, "deal")["own_choices"] == ["sued", "west"]
    filled("deal edit own_choices:west --own-choices none --yes")
    assert own(filled, "deal")["own_choices"] == []


def test_what_a_field_cannot_hold_is_told_and_nothing_stored(
    filled: Run, state: Callable[[], Dump]
) -> None:
    before = state()
    for kind, text in (
        ("number", "many"),
        ("money", "much"),
        ("date", "someday"),
        ("yes_no", "perhaps"),
        ("choice", "east"),
        ("choices", "nord,east"),
        ("link", "no address"),
        ("link", "javascript:alert(1)"),
        ("contact", "nobody"),
    ):
        refused = filled("deal", "edit", "1", option(kind), text, exit=None)
        assert refused.exit_code in (2, 4), kind
        assert state() == before
    assert "--own-choice" in filled("deal edit 1 --own-choic x", exit=2).stderr


def test_a_key_that_means_something_else_is_refused(funnel: Run) -> None:
    for noun, name in (
        ("deal", "value"),
        ("deal", "stage"),
        ("deal", "next"),
        ("deal", "json"),
        ("contact", "region"),
        ("visit", "mood"),
        ("product", "Number"),
        ("deal", "Wert"),
        ("deal", "help"),
        ("deal", "version"),
        ("contact", "h"),
    ):
        assert "is a field of the program" in funnel("field", "add", noun, name, exit=3).stderr
    assert funnel("field list --json").json == []
    funnel("field add deal region")
    assert "already" in funnel("field add deal region", exit=None).stderr


def test_a_field_has_names_in_both_languages(funnel: Run) -> None:
    funnel(
        "field add deal region --type choice --values north,south --name-de Gebiet"
        " --values-de Nord,Süd"
    )
    funnel("deal add Roof --region Nord")
    shown = funnel("deal list gebiet:nord --columns title,gebiet", tty=True, env=GERMAN)
    assert shown.count("Nord") == 1
    assert "Gebiet" in funnel("deal show 1", tty=True, env=GERMAN)
    assert "Gebiet geändert" in funnel("deal edit 1 --region süd", env=GERMAN)
    assert "Gebiet: Nord, Süd" in funnel("deal edit --help", env=GERMAN)


def test_what_is_no_name_of_a_field_or_a_choice_is_refused(funnel: Run) -> None:
    for name in ("two\nlines", "x" * 61):
        assert "60" in funnel("field", "add", "deal", name, exit=2).stderr
        assert "60" in funnel("field", "add", "deal", "plan", "--name-de", name, exit=2).stderr
    for word in ("none", "Keine", "any"):
        values = ("--type", "choice", "--values", f"flat,{word}")
        refused = funnel("field", "add", "deal", "roof", *values, exit=2).stderr
        assert "whether there is a value" in refused
        funnel("catalogue", "add", "source", "--key", f"s_{word}", "--en", word, exit=2)
    funnel("field add deal size --name-de Größe")
    for names in ("--name Size", "--name Groesse", "--name-de size"):
        assert "size is called" in funnel(f"field add deal other {names}", exit=3).stderr
    funnel("field add deal other")
    assert "size is called" in funnel("field edit deal other --name-de größe", exit=3).stderr
    funnel("field edit deal size --name size")
    assert [row["key"] for row in funnel("field list --json").json] == ["size", "other"]


def test_an_option_has_the_german_name_too_and_batches_know_new_ones(
    funnel: Run, tmp_path: Path
) -> None:
    funnel("field add deal dachflaeche --type Zahl --name 'Roof area' --name-de Dachfläche")
    funnel("field add deal size --type ja/nein --name-de Größe")
    funnel("field add deal kinds --type Mehrfachauswahl --values a,b --name-de Sorten")
    lines = ["deal add Roof --dachfläche 420,5 --größe ja --sorten a --sorten b"]
    lines += ["deal add Barn --dachflaeche 80 --groesse nein", "deal edit 1 --no-sorten a"]
    lines += ["field add deal Neu3", "deal edit 1 --neu3 x", "field edit deal neu3 --hide"]
    carry_out(funnel, tmp_path, lines)
    found = {"dachflaeche": 420.5, "size": True, "kinds": ["b"]}
    assert own(funnel, "deal") == found
    assert funnel("deal list fields.dachflaeche:>100 --columns title").lines == ["Roof"]
    assert "Roof" in funnel("deal edit fields.size:yes --probability 40 --dry-run")
    for asked in ("contact.size:yes", "foo.bar:1", "fields.gone:1", "-fields.neu4:x"):
        assert "There is no field" in funnel("deal", "list", asked, exit=2).stderr
    assert funnel("deal list 10.5:30").lines == []
    report = funnel("report forecast --by dachflaeche", tty=True, width=140, env=GERMAN_FORMAT)
    assert report.index("\n80 ") < report.index("420,5")


def test_lists_go_on_where_a_field_is_gone_or_hidden(funnel: Run) -> None:
    funnel("field add deal roof")
    funnel("deal add Barn --roof flat")
    funnel("filter save up roof:flat")
    funnel("config set sort.deal-list roof")
    funnel("config set columns.deal-list title,roof")
    funnel("config set columns.deal-list@roofs title,roof")
    funnel("field edit deal roof --hide")
    hidden = funnel("deal list @up", exit=2).stderr
    assert "hidden" in hidden
    assert "`funnel field edit deal roof --shown`" in hidden
    for _time in range(2):
        listed = funnel("deal list")
        assert listed.lines == ["Barn"]
        wanted = funnel("deal list --columns @roofs", exit=2).stderr
        assert "funnel config set columns.deal-list@roofs …" in wanted
        assert "funnel config unset sort.deal-list" in listed.stderr
        if not _time:
            funnel("field remove deal roof --yes")


def test_a_field_in_use_goes_only_when_that_is_said(funnel: Run) -> None:
    funnel("field add deal region --type choice --values north,south")
    funnel("deal add Roof --region north")
    asked = funnel("field remove deal region", exit=2).stderr
    assert "1 record" in asked
    assert "--hidden" in asked
    assert "1 record" in funnel("field edit deal region --no-value north", exit=None).stderr
    funnel("field edit deal region --no-value south")
    funnel("field edit deal region --hidden")
    assert "fields" not in funnel("deal show 1 --json").json
    assert "--region" in funnel("deal edit 1 --region north", exit=2).stderr
    funnel("field edit deal region --shown")
    funnel("field edit deal region --shown")
    assert own(funnel, "deal") == {"region": "north"}


def test_a_value_of_a_choice_stands_for_another(filled: Run, state: Callable[[], Dump]) -> None:
    before = state()
    for kind in CHOICES:
        merged = filled(f"field edit deal own_{kind} --merge Süd=nord")
        assert "sued is nord now, in 1 record" in merged
    fields = own(filled, "deal")
    assert (fields["own_choice"], fields["own_choices"]) == ("nord", ["nord"])
    assert filled("field show deal own_choice --json").json["choices"] == ["nord", "west"]
    filled("undo")
    filled("undo")
    assert state() == before
    # A key of another name is a new value that takes the place of the old one.
    filled("field edit deal own_choice --values south --merge sued=south")
    assert own(filled, "deal")["own_choice"] == "south"
    for wrong in ("nord=nord", "nord", "nord=mars"):
        filled(f"field edit deal own_choice --merge {wrong}", exit=2)


def test_a_merge_keeps_both_and_says_what_goes(funnel: Run, tmp_path: Path) -> None:
    lines = ['contact add "Eva Roth"', *declared("deal")]
    lines += ["deal add Roof --own-text mine --own-choices nord", f"deal add Barn {everything()}"]
    carry_out(funnel, tmp_path, lines)
    merged = funnel("deal merge 1 2 --take own_number=2 --yes")
    assert "own text: near the river" in merged
    fields = own(funnel, "deal")
    assert fields["own_text"] == "mine"
    assert fields["own_choices"] == ["nord", "sued"]
    assert fields["own_date"] == "2026-12-24"


def test_what_is_known_of_a_person_is_in_the_dossier_and_forgotten(filled: Run) -> None:
    told = filled("contact dossier 1", tty=True, width=120)
    assert told.count("near the river") >= 3
    filled("contact forget 1 --yes")
    assert not any(own(filled, "contact").values())
    assert own(filled, "deal")["own_text"] == "…"
    assert own(filled, "deal")["own_choice"] == "sued"
    assert own(filled, "product")["own_text"] == "near the river"


VALUES = {
    "text": st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1),
    "number": st.integers(-(10**17), 10**17).map(lambda n: f"{n // 10**6}.{n % 10**6:06}"),
    "money": st.integers(0, 10**12).map(lambda n: f"EUR {n // 100}.{n % 100:02}"),
    "date": st.dates().map(lambda day: day.isoformat()),
    "yes_no": st.sampled_from(["yes", "no"]),
    "choice": st.sampled_from(["nord", "sued", "west"]),
    "choices": st.lists(st.sampled_from(["nord", "sued", "west"]), unique=True).map(",".join),
    "link": st.text("abcdäöü/?=&#.%", min_size=1).map(lambda text: f"https://x.org/{text}"),
    "contact": st.just("1"),
}


@pytest.mark.long
@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(given_=st.fixed_dictionaries(VALUES))
def test_values_are_equal_after_an_archive_undo_and_redo(
    filled: Run, state: Callable[[], Dump], tmp_path: Path, given_: dict[str, str]
) -> None:
    words = [word for kind, text in given_.items() for word in (f"{option(kind)}={text}",)]
    filled("deal", "edit", "1", *words, exit=None)
    fields = own(filled, "deal")
    after = state()
    filled("undo")
    filled("redo")
    assert state() == after
    assert own(filled, "deal") == fields
    for way in ("jsonl", "csv"):
        path = tmp_path / f"{way}.zip"
        path.unlink(missing_ok=True)
        filled("export", "all", path, "--format", way, exit=None)
        other = tmp_path / f"{way}.db"
        for file in tmp_path.glob(f"{way}.db*"):
            if file.is_file():
                file.unlink()
        filled("import", "all", path, "--db", other, "--yes")
        assert filled("deal", "show", "1", "--json", "--db", other).json["fields"] == fields


def test_a_stage_asks_for_a_field_before_a_deal_leaves_it(funnel: Run) -> None:
    funnel("field add deal region --required-in qualification")
    funnel("field add contact tax_id --required-in qualification")
    funnel('contact add "Eva Roth"')
    funnel("deal add Roof -c 1")
    refused = funnel("advance 1 --strict", exit=3).stderr
    assert "Region" in refused
    assert "Tax id" in refused
    guide = funnel("guide 1", tty=True, width=140)
    assert "funnel deal edit 1 --region VALUE" in guide
    assert "funnel contact edit 1 --tax-id VALUE" in guide
    funnel("deal edit 1 --region north")
    funnel("contact edit 1 --tax-id 17")
    assert "Region" not in funnel("advance 1 --strict", exit=3).stderr
    assert "Region" in funnel("process show cycle")
    assert "fields" in funnel("field add visit x --required-in needs", exit=2).stderr


def test_columns_without_a_home_become_fields_by_what_their_cells_hold(
    funnel: Run, tmp_path: Path, state: Callable[[], Dump]
) -> None:
    file = tmp_path / "deals.csv"
    file.write_text(
        "Id,Title,Value,Stage,Region,Floor space,Permit,Site visit,Plan,Owner,Budget,Code,Empty\n"
        "1,Barn,1200,needs,north,120.5,yes,2026-11-20,https://x.example/1,Anna B,€500,0017,\n"
        "2,Shed,900,needs,south,80,no,2026-11-21,https://x.example/2,Ben,€600,0018,\n"
        "3,Roof,900,needs,north,80,no,2026-11-22,https://x.example/3,Anna B,€700.50,0019,\n"
        "4,Hall,900,needs,north,,,,,Anna B,,0020,\n"
        "5,Loft,900,needs,south,,,,,Ben,,0021,\n"
        "6,Farm,900,needs,south,,,,,Ben,,0022,\n",
        "utf-8",
    )
    assert funnel("field list --json").json == []
    before = state()
    funnel("import", "deals", file, "--key", "Id", "--keep-rest", "fields")
    kinds = {field["key"]: field["type"] for field in funnel("field list --json").json}
    assert kinds == {
        "region": "choice",
        "floor_space": "number",
        "permit": "yes_no",
        "site_visit": "date",
        "plan": "link",
        "owner_2": "choice",
        "budget": "money",
        "code": "text",
    }
    assert funnel("deal list region:south --ids").lines == ["6", "5", "2"]
    # `owner:` asks for users, of whom there are none; its title is that of the column all the same.
    assert funnel("deal list owner_2:ben --ids").lines == ["6", "5", "2"]
    assert "Owner" in funnel("deal show 2", tty=True)
    assert "Owner 2" not in funnel("deal show 2", tty=True)
    kept = state()
    again = funnel("import", "deals", file, "--key", "Id")
    assert "6 unchanged" in again
    assert state() == kept
    funnel("undo")
    assert state() == before
    funnel("redo")
    file.write_text(file.read_text("utf-8").replace("Shed,900,needs,south", "Shed,900,needs,west"))
    assert "Region" in funnel("import", "deals", file, "--key", "Id", exit=6).stderr
    assert own(funnel, "deal", "2")["region"] == "south"


def test_a_field_that_the_program_has_got_since_stays_within_reach(
    funnel: Run, db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    funnel("field add deal boss")
    funnel("deal add Roof --boss Ben")
    funnel("deal add Barn")
    # Before there were users, nothing was in the way of such a key.
    with closing(connect(db)) as conn:
        conn.execute("UPDATE field SET key = 'owner', name_en = 'Owner', name_de = 'Besitzer'")
    funnel("user add anna --role owner")
    funnel("deal edit 2 --owner anna")
    assert funnel("deal list owner:anna --ids").lines == ["2"]
    assert funnel("deal list fields.owner:ben --ids").lines == ["1"]
    assert funnel("deal list --sort -fields.owner --ids").lines[0] == "1"
    funnel("deal edit 2 --fields-owner Kim")
    shown = funnel("deal show 2 --json").json
    assert (shown["owner"], shown["fields"]["owner"]) == ("anna", "Kim")
    asked = funnel("sql", "SELECT owner, fields_owner FROM deals ORDER BY id", "--json").json
    assert asked[1] == {"owner": "anna", "fields_owner": "Kim"}
    for page in ("field list", "doctor"):
        told = funnel(page, tty=True, width=120)
        assert "yours is fields.owner: and --fields-owner." in told
    monkeypatch.setenv("FUNNEL_DB", db)
    offered = {name for name, _help in candidates(line("deal", "list", "fiel"))}
    assert "fields.owner:" in offered
    offered = {name for name, _help in candidates(line("deal", "edit", "2", "--fi"))}
    assert "--fields-owner" in offered


@pytest.mark.parametrize("several", [False, True], ids=["one value", "several values"])
def test_many_rows_bring_their_fields_up_at_once(
    funnel: Run, tmp_path: Path, state: Callable[[], Dump], several: bool
) -> None:
    rows = range(1, 1021)
    file = tmp_path / "deals.csv"

    def write(colour: Callable[[int], str], size: Callable[[int], object]) -> None:
        lines = (f"{n};Deal {n};{colour(n)};{size(n)}\n" for n in rows)
        file.write_text("Id;Title;Colour;Size\n" + "".join(lines), "utf-8")

    def told(n: int) -> tuple[Any, Any]:
        fields = own(funnel, "deal", str(n))
        return fields["colour"], fields["size"]

    kind = ("--type", "choices", "--values", "red,blue,green") if several else ()
    red, blue = (["red"], ["blue"]) if several else ("red", "blue")
    funnel("field", "add", "deal", "Colour", *kind)
    funnel("field add deal Size --type number")
    funnel("deal", "add", "Earlier", "--colour", "red")
    nothing = state()
    write(lambda n: "red, blue" if several and n == 7 else "red", lambda n: n)
    funnel("import", "deals", file, "--key", "Id")
    first = state()
    assert told(8) == (["red", "blue"] if several else "red", 7)
    write(lambda n: "blue" if n == 7 else "", lambda n: n if n % 2 else n + 0.5)
    assert "511 updated, 509 unchanged" in funnel("import", "deals", file, "--key", "Id")
    assert told(8) == (blue, 7)
    assert told(9) == (red, 8.5)
    colour = next(one for one in funnel("history 8 --json").json if one["field"] == "fields.colour")
    assert (colour["old"], colour["new"]) == ("red, blue" if several else "red", "blue")
    again = state()
    assert "1020 unchanged" in funnel("import", "deals", file, "--key", "Id")
    for expected, word in ((first, "undo"), (again, "redo"), (first, "undo"), (nothing, "undo")):
        funnel(word)
        assert state() == expected


def test_a_list_of_the_programs_own_makes_the_fields_that_it_has(
    filled: Run, tmp_path: Path
) -> None:
    fields = own(filled, "deal")
    for form in ("csv", "xlsx"):
        file, other = tmp_path / f"list.{form}", tmp_path / f"{form}.db"
        filled("deal", "list", "-o", file)
        filled("--db", other, "import", "deals", file, "--keep-rest", "fields")
        declared = filled("--db", other, "field", "list", "--json").json
        keys = {field["key"] for field in declared}
        assert keys == {f"own_{kind}" for kind in TYPES}
        there = filled("--db", other, "deal", "show", "1", "--json").json["fields"]
        for key in ("own_money", "own_money_currency", "own_date", "own_text"):
            assert there[key] == fields[key]


def test_a_column_of_a_field_can_be_the_key_too(funnel: Run, tmp_path: Path) -> None:
    file = tmp_path / "k.csv"
    file.write_text("Name;Kundennummer\nAnna;K-1\nBert;K-2\n")
    funnel("contact add Anna")
    funnel("field add contact Kundennummer")
    for _again in range(2):
        funnel("import", "contacts", file)
        found = funnel("contact list --json").json
        told = [(one["fields"]["kundennummer"], one["external_id"]) for one in found]
        assert told == [("K-1", "K-1"), ("K-2", "K-2")]


@pytest.mark.parametrize(("noun", "kind"), [("deal", "deals"), ("contact", "contacts")])
@pytest.mark.parametrize("form", ["csv", "jsonl", "xlsx"])
def test_a_list_brings_values_back(
    filled: Run, tmp_path: Path, noun: str, kind: str, form: str
) -> None:
    fields = own(filled, noun)
    file = tmp_path / f"list.{form}"
    filled(noun, "list", "-o", file)
    none = " ".join(f"{option(one)} none" for one in TYPES)
    filled(f"{noun} edit 1 {none}")
    filled("import", kind, file)
    assert own(filled, noun) == fields
    filled(f"{noun} edit 1 --own-number 7 --own-text none")
    filled("import", kind, file, "--prefer", "mine")
    assert own(filled, noun) == fields | {"own_number": 7}


def test_a_price_list_has_fields_too(filled: Run, tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    file.write_text("Number,Name,Price,Own number,Shade\nP1,Panel,5,8.5,West\nP2,Plug,6,9,Süd\n")
    filled("import", "products", file, "--map", "own choice=Shade", "--vat", "19")
    listed = filled("product", "list", "--csv=sku,fields.own_number,fields.own_choice").lines
    assert listed[1:] == ["P1,8.5,west", "P2,9,sued"]


def test_briefs_and_lists_within_pages_have_them(filled: Run) -> None:
    filled("deal add Door -c 1 --own-text 'back door'")
    page = filled("contact show 1 --json").json
    door, roof = page["deals"]
    assert (door["fields"]["own_text"], roof["fields"]["own_choice"]) == ("back door", "sued")
    assert page["visits"][0]["fields"]["own_text"] == "near the river"
    brief = filled("brief Eva --json").json
    assert {one["fields"]["own_text"] for one in brief["deals"]} == {"near the river", "back door"}
    assert brief["contact"]["fields"]["own_choice"] == "sued"
    said = filled("brief Eva", tty=True, width=120)
    assert "Door: back door" in said
    assert "$12,000.00" in said
    (stepless, *_others) = filled("today --json").json["stepless"]
    assert stepless["fields"]["own_text"]


def test_a_saved_map_names_columns_of_fields_and_visits_take_theirs(
    filled: Run, tmp_path: Path
) -> None:
    prices, saved = tmp_path / "prices.csv", tmp_path / "map.toml"
    prices.write_text("Number,Name,Price,Shade,Depth\nP1,Panel,5,West,2.5\nP2,Plug,6,Süd,3\n")
    chosen = ("--map", "own choice=Shade", "--vat", "19")
    filled("import", "products", prices, *chosen, "--keep-rest", "fields", "--save-map", saved)
    assert 'fields.own_choice" = ["Shade"]' in saved.read_text("utf-8")
    assert own(filled, "product")["depth"] == 2.5
    assert "notes is no place" in filled(
        "import", "products", prices, "--keep-rest", "notes", exit=2
    ).stderr.translate({ord("“"): None, ord("”"): None})
    filled("product edit 1 --own-choice sued --depth none")
    filled("import", "products", prices, "--map-file", saved, "--vat", "19")
    assert (own(filled, "product")["own_choice"], own(filled, "product")["depth"]) == ("west", 2.5)
    filled("product edit 1 --own-choice sued")
    filled("import", prices, "--map-file", saved, "-y")
    assert own(filled, "product")["own_choice"] == "west"
    calls = tmp_path / "calls.csv"
    calls.write_text(
        "Id,Type,Subject,Date,Contact,Own number,Mood\n"
        "a1,Call,Roof,2026-11-20,Eva Roth,7,West\n"
        "a2,Note,Roof again,2026-11-21,Eva Roth,8,West\n"
    )
    done = filled(
        "import", "activities", calls, "--map", "own choice=Mood", "--save-map", f"{saved}2"
    )
    assert "1 row became no visit" in done
    (row,) = filled("visit list own_number:7 --json").json
    assert row["fields"]["own_choice"] == "west"
    filled(f"visit edit {row['id']} --own-choice sued")
    filled("import", "activities", calls, "--map-file", f"{saved}2")
    assert own(filled, "visit", str(row["id"]))["own_choice"] == "west"


def test_sql_and_the_schema_know_them(filled: Run) -> None:
    row = filled("sql", "SELECT * FROM deals", "--json").json[0]
    assert {kind: row[f"own_{kind}"] for kind in TYPES} == {
        kind: ", ".join(value) if isinstance(value, list) else value
        for kind, (_typed, value, *_rest) in TYPES.items()
    }
    views = {one["view"]: one["columns"] for one in filled("sql --views --json").json}
    assert [*row] == views["deals"]
    found = filled("sql", "SELECT own_text FROM contacts WHERE own_number > 12").lines
    assert found == ["near the river"]
    for noun in NOUNS:
        fields = filled("schema", noun).json["properties"]["fields"]
        assert [*fields["properties"]] == [*own(filled, noun)]
        assert fields["properties"]["own_choice"]["enum"] == ["nord", "sued", "west", None]


def test_an_import_says_their_titles_and_sql_completes_them(
    filled: Run, tmp_path: Path, db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled("field edit deal own_number --name Depth --name-de Tiefe")
    file = tmp_path / "deals.csv"
    filled("deal", "list", "-o", file)
    filled("deal edit 1 --own-number 3")
    assert "Changed: Depth (1)" in filled("import", "deals", file)
    filled("deal edit 1 --own-number 3")
    kept = filled("import", "deals", file, "--prefer", "mine", env=GERMAN)
    assert "Tiefe (1)" in kept.stderr
    monkeypatch.setenv("FUNNEL_DB", db)
    statement = "SELECT title FROM deals ORDER BY own_mo"
    offered = [value for value, _text in candidates(line("sql", statement))]
    assert [value.split()[-1] for value in offered] == ["own_money", "own_money_currency"]


def test_reports_are_sliced_by_them(filled: Run) -> None:
    filled("deal add Barn --value 7k --own-choice nord --own-number 80 --own-yes-no yes")
    filled("deal edit 1 --value 2k")
    slices = {
        "text": {"near the river", None},
        "number": {"12.5", "80"},
        "date": {"2026-12", None},
        "yes_no": {"yes", "no"},
        "choice": {"nord", "sued"},
        "choices": {"nord", "sued", None},
        "link": {"https://example.org/plan", None},
        "contact": {"Eva Roth", None},
    }
    for kind, keys in slices.items():
        report = filled("report", "forecast", "--by", f"own {kind}", "--json").json
        assert {row["slice"] for row in report["rows"]} == keys, kind
    page = filled("report forecast --by own_choice --by source", tty=True, width=140)
    assert "own choice" in page
    assert "Nord" in page
    assert "choices counts" in filled("report forecast --by own_choices", tty=True, width=140)
    for name in REPORTS:
        filled("report", name, "--by", "own_choice", "--period", "this-year", exit=None)
    refused = filled("report forecast --by own_money", exit=2).stderr
    assert "own choice" in refused


def test_settings_saved_filters_and_words_know_them(
    funnel: Run, db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    funnel(
        "field add deal region --type choice --values north,south --name-de Gebiet"
        " --values-de Nord,Süd"
    )
    funnel("field add deal remark")
    funnel("deal add Roof --region north --remark 'close to the riverbank'")
    funnel("deal add Barn --region south")
    funnel("config set columns.deal-list title,region")
    funnel("config set sort.deal-list -region")
    assert funnel("deal list").lines == ["Barn\tsouth", "Roof\tnorth"]
    funnel("filter save up region:north")
    assert funnel("deal list @up").lines == ["Roof\tnorth"]
    assert funnel("deal list '(region:south or remark:bank) -title:barn'").lines == ["Roof\tnorth"]
    assert "riverbank" in funnel("find riverbank")
    funnel("deal edit 1 --gebiet Süd", env=GERMAN)
    changed = [row for row in funnel("history 1 --json").json if row.get("field") == OWN_REGION]
    assert [(row["old"], row["new"]) for row in changed][:1] == [("north", "south")]
    monkeypatch.setenv("FUNNEL_DB", db)
    offered = [value for value, _text in candidates(line("deal", "merge", "1", "2", "--take", ""))]
    assert "remark=1" in offered
    offered = [value for value, _text in candidates(line("deal", "edit", "1", "--region", ""))]
    assert offered == ["north", "south"]
    assert funnel("doctor --json").json == []
    with closing(connect(db)) as conn:
        conn.execute("UPDATE field_value SET text = 'x', choice_id = NULL WHERE id = 1")
    assert "field_value 1" in funnel("doctor", exit=None)


OWN_REGION = "fields.region"


def line(*words: str) -> Line:
    """A command line whose last word is being completed."""
    found = read(words)
    assert found is not None
    return found


def test_a_field_is_cleared_counted_and_shown_as_people_say_it(funnel: Run) -> None:
    funnel("contact add Eva")
    funnel("field add deal region --type choice --values north,south")
    funnel("field add deal grant --type money")
    funnel("field add deal area --type number")
    funnel("deal add Roof --contact 1 --close 2027-03-01 --region north --grant 100")
    assert funnel("deal list --json --columns region").json == [{"fields.region": "north"}]
    shown = funnel("deal show 1", tty=True)
    assert "Grant" in shown
    assert "Grant, Currency" not in shown
    funnel("deal edit 1 --close keiner --region kein --source keine")
    deal = funnel("deal show 1 --json").json
    assert (deal["expected_close"], deal["fields"]["region"]) == (None, None)
    for value in ("1234567890123", "1.1234567"):
        told = funnel(f"deal edit 1 --area {value}", exit=2).stderr
        assert "at most 12 digits" in told
    assert "like 3" in funnel("deal edit 1 --area wide", exit=2).stderr
    assert funnel("field edit deal region --hide") == "Region: hidden\n"
    assert funnel("field edit deal region --unhide") == "Region: shown again\n"
    assert funnel("field list --ids").split() == ["1", "2", "3"]
    assert "field edit deal area --help" in funnel("field add deal area", exit=3).stderr


def test_what_was_said_no_to_or_read_as_a_page_is_told(funnel: Run, tmp_path: Path) -> None:
    funnel("contact add Eva")
    funnel("deal add Roof --contact 1")
    page = tmp_path / "brief.html"
    assert funnel("brief", "1", "-o", page).stderr == f"Wrote {page}.\n"
    back = funnel("diff 9..2", exit=2).stderr
    assert "ends before it begins" in back
    assert "2..9" in back
    named = [row["name_en"] for row in funnel("catalogue list unit --sort name --json").json]
    assert named == sorted(named, key=str.lower)
    assert "· Eva" not in funnel("find eva", tty=True)
    piped = funnel("config set alias.x 'deal list | head'", exit=2).stderr
    assert "stands for one command" in piped
    ended = funnel("lose 1", tty=True, stdin="", exit=130).stderr
    assert ended.endswith("\nInterrupted; nothing was changed.\n")
    refused = funnel("contact forget 1", tty=True, stdin="n\n", exit=130).stderr
    assert refused.endswith("Nothing was changed.\n")


def test_a_year_has_no_point(funnel: Run) -> None:
    funnel("field add contact 'Born in' --type number")
    german = {"FUNNEL_LOCALE": "de_DE", "COLUMNS": "120"}
    for typed, shown in (("1980", "1980"), ("9999,5", "9999,5"), ("12500", "12.500")):
        funnel("contact", "add", f"Eva {typed}", "--born-in", typed, env=german)
        for command in (("brief",), ("contact", "show")):
            assert shown in funnel(*command, f"Eva {typed}", tty=True, env=german)
