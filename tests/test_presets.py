"""Exports of the usual programs, recognised by their columns; saved maps; what stages are called
elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Run, Write, writer
from funnelcli.actions.importing import activity_rows, offer_rows, presets, stage_rows
from funnelcli.actions.importing.contact_fields import ALIASES as OF_CONTACTS
from funnelcli.actions.importing.fields import ALIASES as OF_DEALS


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file of its own; its path."""
    return writer(tmp_path, "export.csv")


DEALS = {
    "HubSpot": (
        "Record ID,Deal Name,Amount,Currency,Deal Stage,Pipeline,Close Date,Create Date\n"
        "17,Roof,1200,EUR,presentationscheduled,Sales,2027-01-31 10:00,2026-03-02 09:30\n",
        "Datensatz-ID,Deal-Name,Betrag,Währung,Deal-Phase,Abschlussdatum,Erstellungsdatum\n"
        "17,Roof,1200,EUR,Angebot versendet,2027-01-31,2026-03-02\n",
        '[{"properties": {"hs_object_id": "17", "dealname": "Roof", "amount": "1200",'
        ' "dealstage": "presentationscheduled", "createdate": "2026-03-02T09:30:00Z"}}]',
    ),
    "Pipedrive": (
        "Deal - ID,Deal - Title,Deal - Value,Deal - Currency,Deal - Stage,Deal - Status,"
        "Deal - Deal created,Organization - Name,Person - Name\n"
        "17,Roof,1200,EUR,Proposal Made,Open,2026-03-02 15:55:37,Kurz GmbH,Eva Roth\n",
        "Deal - ID;Deal - Titel;Deal - Wert;Deal - Phase;Deal - Status;Deal - Deal erstellt\n"
        "17;Roof;1200;Angebot erstellt;Offen;2026-03-02\n",
    ),
    "Salesforce": (
        '"Opportunity Name","Account Name","Stage","Amount","Close Date","Opportunity ID",'
        '"Created Date"\n"Roof","Kurz GmbH","Proposal/Price Quote","1200","31/01/2027","17",'
        '"02/03/2026"\n',
        "Id,Name,Amount,CurrencyIsoCode,StageName,CloseDate,OwnerId,AccountId,CreatedDate\n"
        "17,Roof,1200,EUR,Proposal/Price Quote,2027-01-31,005,001,2026-03-02T08:00:00.000Z\n",
    ),
    "Zoho CRM": (
        "Record Id,Deal Name,Amount,Currency,Stage,Closing Date,Account Name,Created Time\n"
        "17,Roof,1200,EUR,Proposal/Price Quote,2027-01-31,Kurz GmbH,2026-03-02 08:00:00\n",
    ),
    "Odoo": (
        "id,name,contact_name,partner_name,email_from,stage_id,expected_revenue,create_date\n"
        "17,Roof,Eva Roth,Kurz GmbH,eva@kurz.example,Proposition,1200,2026-03-02 08:00:00\n",
    ),
    "Bitrix24": (
        "ID;Deal name;Responsible person;Deal stage;Total;Currency;Company;Created on\n"
        "17;Roof;Jo Frey;Quote;1200;EUR;Kurz GmbH;02.03.2026\n",
    ),
    "Close": (
        "id,lead_id,lead_name,contact_name,status_label,status_type,value,value_currency,"
        "value_period,confidence,date_created,note\n"
        "17,l1,Kurz GmbH,Eva Roth,Proposal Sent,active,1200,EUR,one_time,60,2026-03-02,Roof\n",
    ),
    "crm.cli": (
        "id,title,value,stage,contacts,company,expected_close,probability,tags,custom_fields,"
        "created_at,updated_at\n"
        '17,Roof,1200,proposal,"ct_1, ct_2",co_1,2027-01-31,60,q2,{},2026-03-02T08:00:00.000Z,'
        "2026-03-09T08:00:00.000Z\n",
    ),
    "Hermit CRM": (
        "name,slug,website,source,stage,stage_changed,lost_reason,requalify_on,value_eur_month,"
        "product_oneliner,tags,created,updated\n"
        "Kurz GmbH,17,,event,offer,2026-03-04,,,1200,Roof,,2026-03-02T08:00,2026-03-04T08:00\n",
    ),
}


@pytest.mark.parametrize(
    ("title", "text"), [(title, text) for title, texts in DEALS.items() for text in texts]
)
def test_deals_of_a_program_come_in_without_a_word(
    funnel: Run, write: Write, title: str, text: str
) -> None:
    path = write(text)
    words = ("--date-format", "%d/%m/%Y") if "31/01" in text else ()
    done = funnel("import", "deals", path, *words)
    assert f"Recognised: {title}" in done.stderr
    assert "Deals: 1 added" in done
    (roof,) = funnel("deal", "list", "--json").json
    assert (roof["title"], roof["value"], roof["stage"]) == ("Roof", 1200.0, "offer")
    assert (roof["status"], roof["opened_on"]) == ("open", "2026-03-02")
    assert roof["external_id"] == "17"
    again = funnel("import", "deals", path, *words, "--json").json
    assert (again["added"], again["updated"], again["unchanged"]) == (0, 0, 1)


CONTACTS = {
    "HubSpot": (
        "Record ID,First Name,Last Name,Email,Phone Number,Mobile Phone Number,Job Title,"
        "Company Name,City\n17,Eva,Roth,eva@kurz.example,+49 30 901820,+49 171 5550001,Chefin,"
        "Kurz GmbH,Ulm\n"
    ),
    "Pipedrive": (
        "Person - ID,Person - Name,Person - Email (Work),Person - Phone,Person - Job title,"
        "Organization - Name,Person - Postal address\n"
        'k,Eva Roth,eva@kurz.example,"+49 30 901820, +49 171 5550001",Chefin,Kurz GmbH,Ulm\n'
    ),
    "Salesforce": (
        "First Name,Last Name,Account Name,Title,Email,Phone,Mobile,Mailing City\n"
        "Eva,Roth,Kurz GmbH,Chefin,eva@kurz.example,+49 30 901820,+49 171 5550001,Ulm\n"
    ),
    "Zoho CRM": (
        "Contact Id,Contact Owner,First Name,Last Name,Account Name,Title,Email,Phone,Mobile,"
        "Mailing City\n17,Jo,Eva,Roth,Kurz GmbH,Chefin,eva@kurz.example,+49 30 901820,"
        "+49 171 5550001,Ulm\n"
    ),
    "Bitrix24": (
        "ID;First name;Last name;Work phone;Mobile phone;Work e-mail;Company;Position;"
        "Responsible person;City\n17;Eva;Roth;+49 30 901820;+49 171 5550001;eva@kurz.example;"
        "Kurz GmbH;Chefin;Jo Frey;Ulm\n"
    ),
    "Google Contacts": (
        "First Name,Middle Name,Last Name,Name Prefix,File As,Organization Name,"
        "Organization Title,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,"
        "Phone 1 - Value,Phone 2 - Value,Address 1 - City\nEva,,Roth,,,Kurz GmbH,Chefin,"
        "* myContacts ::: VIP,* Work,eva@kurz.example,,+49 30 901820,+49 171 5550001,Ulm\n"
    ),
    "Outlook": (
        "Anrede,Vorname,Weitere Vornamen,Nachname,Firma,Position,Ort geschäftlich,"
        "Telefon geschäftlich,Fax geschäftlich,Mobiltelefon,E-Mail-Adresse,Geburtstag\r\n"
        "Frau,Eva,,Roth,Kurz GmbH,Chefin,Ulm,+49 30 901820,+49 30 9,+49 171 5550001,"
        "eva@kurz.example,0.0.00\r\n"
    ),
    "Outlook (English)": (
        "First Name,Middle Name,Last Name,Title,Suffix,E-mail Address,E-mail 2 Address,"
        "Business Phone,Mobile Phone,Company,Job Title,Business City\nEva,,Roth,Dr.,,"
        "eva@kurz.example,,+49 30 901820,+49 171 5550001,Kurz GmbH,Chefin,Ulm\n"
    ),
    "Hermit CRM": (
        "first_name,last_name,slug,title,linkedin,email,phone,role,company,town\n"
        "Eva,Roth,eva-roth,Chefin,,eva@kurz.example,+49 30 901820 ::: +49 171 5550001,,Kurz GmbH,"
        "Ulm\n"
    ),
    "crm.cli": (
        "id,name,emails,phones,companies,linkedin,x,tags,custom_fields.title,town\n"
        '17,Eva Roth,eva@kurz.example,"+4930901820, +491715550001","Kurz GmbH, Acme, Inc.",,,,'
        "Chefin,Ulm\n"
    ),
}


@pytest.mark.parametrize("title", CONTACTS)
def test_people_of_a_program_come_in_without_a_word(funnel: Run, write: Write, title: str) -> None:
    path = write(CONTACTS[title], encoding="cp1252" if title == "Outlook" else "utf-8")
    done = funnel("import", "contacts", path)
    assert f"Recognised: {title.partition(' (')[0]}" in done.stderr
    assert "Contacts: 1 added" in done
    found: dict[str, dict[str, Any]] = {
        one["name"]: one for one in funnel("contact", "list", "--json").json
    }
    eva = found["Eva Roth"]
    assert (eva["organisation"], eva["job_title"]) == ("Kurz GmbH", "Chefin")
    assert (eva["emails"], eva["phones"]) == (
        ["eva@kurz.example"],
        ["+4930901820", "+491715550001"],
    )
    assert "Ulm" in (eva["town"], eva["street"])
    again = funnel("import", "contacts", path, "--json").json
    assert (again["added"], again["updated"], again["unchanged"]) == (0, 0, 1)


def test_a_close_that_nothing_dates_is_the_last_change(funnel: Run, write: Write) -> None:
    head = "id,title,value,stage,contacts,company,expected_close,created_at,updated_at\n"
    opened = (
        "1,Roof,5,closed-won,,,,2026-03-02,2026-03-09\n2,Door,5,lead,,,,2026-03-02,2026-03-09\n"
    )
    funnel("import", "deals", write(head + opened))
    names = ("title", "status", "closed_on", "expected_close")
    found = {d["title"]: d for d in funnel("deal", "list", f"--json={','.join(names)}").json}
    assert (found["Roof"]["status"], found["Roof"]["closed_on"]) == ("won", "2026-03-09")
    assert (found["Door"]["status"], found["Door"]["expected_close"]) == ("open", None)


def test_connections_of_linkedin_below_their_notes(funnel: Run, write: Write) -> None:
    text = (
        '\ufeffNotes:\n"Some addresses may be missing, for few people share them."\n'
        "\nFirst Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
        "Eva,Roth,https://www.linkedin.com/in/eva,,Kurz GmbH,Chefin,12 Jun 2024\n"
        "Eva,Roth,https://www.linkedin.com/in/eva-2,,Kurz GmbH,Chefin,13 Jun 2024\n"
    )
    done = funnel("import", "contacts", write(text))
    assert "Recognised: LinkedIn, by URL" in done.stderr
    # Two of one name in one organisation, whose pages are two, are two.
    assert "Contacts: 2 added" in done
    people = funnel("contact", "list", "kind:person", "--json").json
    assert {one["source"] for one in people} == {"linkedin"}
    assert people[0]["created_at"][:10] in ("2024-06-12", "2024-06-13")


def test_ids_of_people_and_companies_lead_from_file_to_file(funnel: Run, write: Write) -> None:
    companies = (
        "Record ID,Company name,Company Domain Name,Industry\n1,Kurz GmbH,kurz.example,Bau\n"
    )
    people = (
        "Record ID,First Name,Last Name,Email,Associated Company ID\n"
        "1,Eva,Roth,eva@kurz.example,1\n2,Eva,Roth,eva@kurz.example,1\n"
    )
    deals = (
        "Record ID,Deal Name,Deal Stage,Create Date,Associated Contact IDs,Associated Company IDs\n"
        "1,Roof,contractsent,2026-03-02,2;1,1\n2,Door,qualifiedtobuy,2026-03-02,,1\n"
    )
    funnel("import", "contacts", write(companies, "companies.csv"))
    # What a program has twice is two, under ids of their own.
    assert "Contacts: 2 added" in funnel("import", "contacts", write(people, "people.csv"))
    found = funnel("contact", "list", "kind:person", "--json").json
    assert [one["organisation"] for one in found] == ["Kurz GmbH", "Kurz GmbH"]
    funnel("import", "deals", write(deals, "deals.csv"))
    by_title = {one["title"]: one for one in funnel("deal", "list", "--json").json}
    second = next(one["id"] for one in found if one["external_id"] == "2")
    assert (by_title["Roof"]["contact_id"], by_title["Roof"]["stage"]) == (second, "negotiation")
    assert (by_title["Door"]["contact"], by_title["Door"]["stage"]) == ("Kurz GmbH", "needs")


def test_a_preset_gives_way(funnel: Run, write: Write) -> None:
    path = write(DEALS["HubSpot"][0])
    funnel("import", "deals", path, "--map", "title={Deal Name} ({Pipeline})")
    (deal,) = funnel("deal", "list", "--json").json
    assert (deal["title"], deal["external_origin"]) == ("Roof (Sales)", "hubspot")
    done = funnel("import", "deals", path, "--preset", "none", "--dry-run")
    assert "Recognised" not in done.stderr
    assert "adds every deal once more, unless" in done.stderr
    done = funnel("import", "deals", path, "--preset", "nonsense", exit=2)
    assert "There is no preset nonsense." in done.stderr
    assert "hubspot" in done.stderr


def test_deals_that_came_by_key_before_are_found(funnel: Run, write: Write) -> None:
    path = write(DEALS["HubSpot"][0])
    key = ("--preset", "none", "--key", "Record ID")
    funnel("import", "deals", path, *key)
    again = funnel("import", "deals", path, "--json").json
    assert (again["added"], again["unchanged"]) == (0, 1)


def test_a_map_is_saved_and_taken_again(funnel: Run, write: Write, tmp_path: Path) -> None:
    text = "Nr;Was;Wieviel;Wo steht es;Seit\n7;Dach;1.200,50;Angebotsrunde;02.03.2026\n"
    path, saved = write(text), str(tmp_path / "map.toml")
    maps = ("title=Was", "value=Wieviel", "stage=Wo steht es", "opened=Seit")
    words = [word for one in maps for word in ("--map", one)]
    words += ["--map-stage", "Angebotsrunde=offer", "--key", "Nr", "--origin", "alt"]
    done = funnel("import", "deals", path, *words, "--save-map", saved, "--dry-run")
    assert f"Saved: {saved}" in done.stderr
    assert "Deals: 1 added" in funnel("import", "deals", path, "--map-file", saved)
    (deal,) = funnel("deal", "list", "--json").json
    assert (deal["title"], deal["stage"], deal["value"]) == ("Dach", "offer", 1200.5)
    assert (deal["external_origin"], deal["external_id"]) == ("alt", "7")
    again = funnel("import", "deals", path, "--map-file", saved, "--json").json
    assert again["unchanged"] == 1
    assert (
        "exists already"
        in funnel(*("import", "deals", path, *words, "--save-map", saved), exit=2).stderr
    )
    assert (
        "no map for contacts"
        in funnel("import", "contacts", path, "--map-file", saved, exit=2).stderr
    )
    assert "cannot be read" in funnel("import", "deals", path, "--map-file", path, exit=1).stderr


ODD = {
    "deals": ("odd.csv", "foo,bar,baz,qux\nRoof,100,Offerings,k1\n"),
    "products": ("list.csv", "Art,Bez,VK,Steuer\nA1,Pump,20,19\n"),
    "activities": ("done.csv", "wozu,wie,wem,wann\nTalked,call,Roof,2026-03-06\n"),
    "stages": ("way.csv", "wer,wohin,wann\nRoof,Offerings,2026-03-05\n"),
    "offers": ("bids.csv", "nr,wofür,summe,satz\nQ1,Roof,90,19\n"),
    "steps": ("todo.csv", "was,wem,tag\nCall back,Roof,2030-01-02\n"),
}
MAPS = {
    "deals": ("title=foo", "value=bar", "stage=baz"),
    "products": ("sku=Art", "name=Bez", "price=VK", "vat=Steuer"),
    "activities": ("subject=wozu", "type=wie", "deal=wem", "at=wann"),
    "stages": ("deal=wer", "stage=wohin", "at=wann"),
    "offers": ("number=nr", "deal=wofür", "net=summe", "vat=satz"),
    "steps": ("subject=was", "deal=wem", "at=tag"),
}


def test_every_kind_saves_a_map_and_takes_it_again(
    funnel: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    parts = []
    for kind, (name, text) in ODD.items():
        Path(name).write_text(text)
        words = [word for one in MAPS[kind] for word in ("--map", one)]
        if kind == "deals":
            words += ["--key", "qux", "--opened-default", "2026-03-01"]
        if kind in ("deals", "stages"):
            words += ["--map-stage", "Offerings=offer"]
        done = funnel("import", kind, name, *words, "--save-map", f"{kind}.toml", "--json").json
        assert (done["added"] + done["updated"] + done["unchanged"], done["rejected"]) == (1, 0)
        again = funnel("import", kind, name, "--map-file", f"{kind}.toml", "--json").json
        assert (again["added"], again["updated"], again["unchanged"]) == (0, 0, 1), kind
        parts.append(Path(f"{kind}.toml").read_text())
    Path("whole.toml").write_text("\n".join(parts))
    names = [name for name, _text in ODD.values()]
    maps = ("--map-file", "whole.toml", "--save-map", "2.toml")
    both = funnel("import", *names, *maps, "--json", "-y")
    for one in both.json["files"]:
        assert ODD[one["kind"]][0] == one["file"]
        assert (one["added"], one["updated"], one["unchanged"]) == (0, 0, 1), one["kind"]
    assert "columns by whole.toml" in both.stderr
    saved = Path("2.toml").read_text()
    assert saved.count("[[file]]") == len(ODD)
    assert 'name = "way.csv"' in saved
    # Another name: its columns say what it is.
    Path("odd.csv").rename("march.csv")
    done = funnel("import", "march.csv", "--map-file", "2.toml", "--json", "-y").json
    assert (done["files"][0]["kind"], done["files"][0]["unchanged"]) == ("deals", 1)
    refused = funnel("import", "march.csv", "--save-map", "2.toml", "-y", exit=2)
    assert "exists already" in refused.stderr
    Path("bad.toml").write_text("[[file]]\nkind = 7\n")
    assert "is no map" in funnel("import", "march.csv", "--map-file", "bad.toml", exit=2).stderr


@pytest.mark.parametrize(
    ("text", "stage", "status"),
    [
        *[(one, "qualification", "open") for one in ("Prospecting", "appointmentscheduled")],
        *[(one, "qualification", "open") for one in ("Erstgespräch", "Anfrage")],
        *[(one, "needs", "open") for one in ("qualifiedtobuy", "Bedarfsanalyse")],
        *[(one, "offer", "open") for one in ("Proposal", "Angebot", "Value Proposition")],
        *[(one, "negotiation", "open") for one in ("Negotiation/Review", "Verhandlung")],
        *[(one, "decision", "won") for one in ("closedwon", "Abgeschlossen und gewonnen")],
        *[(one, None, "lost") for one in ("Closed Lost", "Abgeschlossen und verloren", "Absage")],
    ],
)
def test_what_stages_are_called_elsewhere(
    funnel: Run, write: Write, text: str, stage: str | None, status: str
) -> None:
    rows = f"title,stage,value,opened,closed\nRoof,{text},5,2026-03-02,2026-04-01\n"
    funnel("import", "deals", write(rows))
    (deal,) = funnel("deal", "list", "status:any", "--json").json
    assert deal["status"] == status
    assert stage is None or deal["stage"] == stage


def test_unknown_stages_come_with_proposals(funnel: Run, write: Write) -> None:
    rows = "title,stage\nRoof,Angebot nachgefasst\nDoor,Zorp\nGate,Negotation\n"
    path = write(rows)
    done = funnel("import", "deals", path, exit=6)
    assert "--map-stage 'Angebot nachgefasst=offer'" in done.stderr
    assert "--map-stage Negotation=negotiation" in done.stderr
    assert "--map-stage Zorp=STAGE" in done.stderr
    done = funnel("import", "deals", path, tty=True, stdin="\nneeds\n\n")
    assert "What is “Angebot nachgefasst” (1 row)? [offer]" in " ".join(done.stderr.split())
    stages = {one["title"]: one["stage"] for one in funnel("deal", "list", "--json").json}
    assert stages == {"Roof": "offer", "Door": "needs", "Gate": "negotiation"}


def test_presets_name_fields_that_there_are() -> None:
    fields = {
        "deals": OF_DEALS,
        "contacts": OF_CONTACTS,
        "activities": activity_rows.ALIASES,
        "steps": activity_rows.ALIASES,
        "stages": stage_rows.ALIASES,
        "offers": offer_rows.ALIASES,
    }
    for preset in presets.presets():
        assert preset.marks, preset
        unknown = preset.columns.keys() - fields[preset.kind].keys()
        assert not unknown, (preset.title, preset.kind, unknown)


def test_a_column_of_ids_is_found_by_itself(funnel: Run, write: Write) -> None:
    path = write("id,title,value\n1,Roof,10\n2,Door,20\n")
    done = funnel("import", "deals", path)
    assert "Found again by id (--key COLUMN takes another, --preset none none)." in done.stderr
    again = funnel("import", "deals", path, "--json").json
    assert (again["added"], again["unchanged"]) == (0, 2)
    # Another list counts from 1, too: none of its rows takes the place of another deal.
    other = write("id,title,value\n1,Barn,30\n3,Gate,40\n", "other.csv")
    done = funnel("import", "deals", other, exit=6)
    assert "line 2: the id 1 has the deal “Roof”" in done.stderr
    assert {deal["title"] for deal in funnel("deal", "list", "--json").json} == {
        "Roof",
        "Door",
        "Gate",
    }
    people = write("Id,Name,E-Mail\n1,Eva Roth,eva@x.de\n2,Jo Frey,jo@x.de\n", "a.csv")
    assert "Contacts: 2 added" in funnel("import", "contacts", people)
    others = write("Id,Name,E-Mail\n1,Pia Vogt,pia@x.de\n2,Jo Frey,jo@y.de\n", "b.csv")
    done = funnel("import", "contacts", others, "--json").json
    assert (done["added"], done["updated"]) == (1, 1)
    assert (
        "Found again"
        not in funnel("import", "contacts", others, "--preset", "none", "--dry-run").stderr
    )


# Whose ids those are ------------------------------------------------------------------------------

HEADS = {
    "hubspot": "Record ID,Deal Name,Deal Stage,Create Date\n",
    "pipedrive": "Deal - ID,Deal - Title,Deal - Stage,Deal - Deal created\n",
    "salesforce": "Opportunity ID,Opportunity Name,Stage,Created Date\n",
    "sheet": "ID,Deal,Stage,Opened\n",
}


@given(st.data())
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_files_that_have_the_same_ids_are_kept_apart(
    funnel: Run, write: Write, tmp_path: Path, data: st.DataObject
) -> None:
    """Whatever two files come in, in whatever order, and again: each row is one deal, its own."""
    (db := tmp_path / "ids.db").unlink(missing_ok=True)
    env = {"FUNNEL_DB": str(db)}
    names = data.draw(st.lists(st.sampled_from([*HEADS]), min_size=2, max_size=2, unique=True))
    ids = st.sets(st.integers(1, 6), min_size=2, max_size=5)
    rows = {name: [(one, f"{name} {one}") for one in data.draw(ids)] for name in names}
    here: set[str] = set()
    for name in (*data.draw(st.permutations(names)), *data.draw(st.permutations(names))):
        lines = "".join(f"{one},{title},Offer,2026-03-02\n" for one, title in rows[name])
        funnel("import", write(HEADS[name] + lines), "-y", env=env)
        here |= {title for _id, title in rows[name]}
        found = funnel("deal", "list", "--json=title", env=env).json
        assert sorted(one["title"] for one in found) == sorted(here)


def test_an_id_alone_says_nothing_of_whose_it_is(funnel: Run, write: Write) -> None:
    rows = [f"{one},Deal {one},Offer,2026-03-02\n" for one in range(1, 6)]
    export = write(HEADS["hubspot"] + "".join(rows), "export.csv")
    sheet = write(HEADS["sheet"] + "1,Mine,Offer,2026-03-02\n5,Yours,Offer,2026-03-02\n", "s.csv")
    funnel("import", export, "-y")
    preview = funnel("import", sheet, "-y").stderr
    assert "found again by ID" in preview
    assert "not taken" not in preview
    for path, many in ((export, 5), (sheet, 2)):
        assert f"0 added, 0 updated, {many} unchanged" in funnel("import", path, "-y")
    # Of two lists that nobody knows, none takes the place of the other; it is said how to go on.
    other = write(HEADS["sheet"] + "1,Theirs,Offer,2026-03-02\n", "other.csv")
    said = funnel("import", other, "-y", exit=6).stderr
    assert "the id 1 has the deal “Mine”; where it is the same: funnel import deals" in said
    assert "other.rejects.csv --origin import --key COLUMN; where it is another" in said
    for many in ("1 added", "1 unchanged"):
        assert many in funnel("import", "deals", other, "--origin", "theirs")
    assert len(funnel("deal", "list", "--json").json) == 8
    # What is left of an export when its user has cut it down is told by whose deals it has.
    cut = write("ID,Deal,Amount\n1,Deal 1,10\n2,Deal 2,20\n", "cut.csv")
    assert "0 added, 2 updated" in funnel("import", cut, "-y")
