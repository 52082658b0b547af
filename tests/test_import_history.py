"""Importing history as history: stays with their days, activities with their times, linked by the
ids of the program that they come from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import Dump, Run

Write = Callable[[dict[str, str]], list[str]]

HUBSPOT = {
    "companies.csv": "Record ID,Company name,Company Domain Name\n501,Kurz GmbH,kurz.example\n",
    "contacts.csv": (
        "Record ID,First Name,Last Name,Email,Associated Company ID\n"
        "101,Eva,Roth,eva@kurz.example,501\n"
    ),
    "deals.csv": (
        "Record ID,Deal Name,Amount,Deal Stage,Pipeline,Create Date,Close Date,"
        '"Date entered ""Appointment Scheduled (Sales Pipeline)""",'
        '"Date entered ""Presentation Scheduled (Sales Pipeline)""",'
        '"Date entered ""Contract Sent (Sales Pipeline)""",'
        '"Date entered ""Closed Won (Sales Pipeline)""",'
        '"Date entered ""Closed Lost (Sales Pipeline)""",Associated Contact IDs\n'
        "1,Roof,1200.5,Contract Sent,S,2026-03-02 10:00,,2026-03-02 10:00,2026-03-12 09:30,"
        "2026-03-20 14:00,,,101\n"
        "2,Door,99,Closed Won,S,2026-03-02 10:00,2026-04-02 17:00,2026-03-02 10:00,"
        "2026-03-09 09:00,2026-03-16 09:00,2026-04-02 17:00,,101\n"
        "3,Gate,50,Closed Lost,S,2026-03-02 10:00,2026-04-12 17:00,2026-03-02 10:00,"
        "2026-03-22 10:00,2026-03-12 10:00,,2026-04-12 17:00,101\n"
    ),
    "calls.csv": (
        "Record ID,Call title,Call notes,Call outcome,Call duration (HH:mm:ss),Activity date,"
        "Associated Contact IDs,Associated Deal IDs\n"
        '9001,Intro,"<p>Wants a <b>roof</b> &amp; more</p>",Connected,00:12:30,'
        "2026-03-12 09:31,101,1\n"
        "9002,Ring,,No answer,00:00:05,2026-03-21 11:00,101,\n"
    ),
    "tasks.csv": (
        "Record ID,Task title,Task notes,Task status,Due date,Task type,Associated Contact IDs,"
        "Associated Deal IDs\n"
        "9101,Send offer,as agreed,Completed,2026-03-15,To-do,101,1\n"
        "9102,Ask again,,Not started,2026-12-24 09:00,Call,101,2\n"
    ),
    "notes.csv": (
        "Record ID,Note body,Activity date,Associated Deal IDs\n9201,Likes red,2026-03-14 08:00,1\n"
    ),
}
PIPEDRIVE = {
    "persons.csv": "Person - ID,Person - Name,Person - Email\n7,Eva Roth,eva@kurz.example\n",
    "deals.csv": (
        "Deal - ID,Deal - Title,Deal - Value,Deal - Currency,Deal - Stage,Deal - Status,"
        "Deal - Deal created,Deal - Won time,Deal - Lost time,Person - ID\n"
        "1,Roof,1200,EUR,Negotiations Started,open,2026-01-10 09:00:00,,,7\n"
        "2,Door,900,EUR,Proposal Made,won,2026-01-10 09:00:00,2026-02-20 15:00:00,,7\n"
    ),
    "flow.csv": (
        "data.item_id,data.field_key,data.log_time,data.new_value,"
        "data.additional_data.old_value_formatted,data.additional_data.new_value_formatted\n"
        "1,stage_id,2026-01-15 10:00:00,3,Qualified,Proposal Made\n"
        "2,stage_id,2026-01-20 10:00:00,3,Qualified,Proposal Made\n"
        "1,stage_id,2026-01-25 10:00:00,4,Proposal Made,Negotiations Started\n"
        "2,status,2026-02-01 10:00:00,lost,,\n"
        "2,status,2026-02-10 10:00:00,open,,\n"
        "2,value,2026-02-11 10:00:00,900,,\n"
        "2,status,2026-02-20 15:00:00,won,,\n"
    ),
    "activities.csv": (
        "Activity - ID,Activity - Subject,Activity - Type,Activity - Due date,Activity - Due time,"
        "Activity - Duration,Activity - Done,Activity - Note,Deal - ID,Person - ID\n"
        "11,Kick-off,Meeting,2026-01-16,14:00,01:00,Done,Good talk,1,7\n"
        "12,Ring Eva,Call,2026-12-24,09:00,00:15,To do,,1,7\n"
        "13,Send papers,Deadline,2026-01-20,,,Done,,2,7\n"
        "14,Hello,Email,2026-01-21,,,Done,Sent PDF,2,7\n"
        "15,Ping,LinkedIn,2026-01-23,,,Done,hi,,7\n"
    ),
}
SALESFORCE = {
    "accounts.csv": '"Id","Name","BillingCity"\n"001A","Kurz GmbH","Ulm"\n',
    "contacts.csv": (
        '"Id","FirstName","LastName","AccountId","Email"\n'
        '"003A","Eva","Roth","001A","eva@kurz.example"\n'
    ),
    "opportunities.csv": (
        '"Id","Name","Amount","StageName","CloseDate","ContactId","CreatedDate"\n'
        '"006A","Roof","1200","Negotiation/Review","2026-12-20","003A","2026-01-05T08:00:00.000Z"\n'
        '"006B","Door","900","Closed Won","2026-03-01","003A","2026-01-05T08:00:00.000Z"\n'
        '"006C","Gate","100","Closed Lost","2026-03-10","003A","2026-01-05T08:00:00.000Z"\n'
    ),
    "history.csv": (
        '"Id","OpportunityId","CreatedDate","Field","OldValue","NewValue"\n'
        '"1","006A","2026-01-15T08:00:00.000Z","StageName","Prospecting","Proposal/Price Quote"\n'
        '"2","006A","2026-01-16T08:00:00.000Z","Amount","1000","1200"\n'
        '"3","006A","2026-02-01T08:00:00.000Z","StageName","Proposal/Price Quote","Negotiation"\n'
        '"4","006B","2026-01-20T08:00:00.000Z","StageName","Proposal","Needs Analysis"\n'
        '"5","006B","2026-01-10T08:00:00.000Z","StageName","Prospecting","Proposal/Price Quote"\n'
        '"6","006B","2026-03-01T09:15:00.000Z","StageName","Needs Analysis","Closed Won"\n'
        '"7","006C","2026-01-20T08:00:00.000Z","StageName","Prospecting","Closed Lost"\n'
        '"8","006C","2026-02-01T08:00:00.000Z","StageName","Closed Lost","Negotiation/Review"\n'
        '"9","006C","2026-03-10T08:00:00.000Z","StageName","Negotiation/Review","Closed Lost"\n'
    ),
    "tasks.csv": (
        '"Id","WhoId","WhatId","Subject","ActivityDate","Status","Description","TaskSubtype",'
        '"CallDurationInSeconds","CompletedDateTime","CreatedDate"\n'
        '"T1","003A","006A","Call","2026-01-17","Completed","Talked","Call","600",'
        '"2026-01-17T10:00:00.000Z","2026-01-11T10:00:00.000Z"\n'
        '"T2","003A","006A","Send papers","2026-12-24","Not Started","","Task","","",'
        '"2026-01-11T10:00:00.000Z"\n'
        '"T3","","001A","Hello","2026-01-13","Completed","Hello there","Email","",'
        '"2026-01-13T10:00:00.000Z","2026-01-13T10:00:00.000Z"\n'
    ),
    "events.csv": (
        '"Id","WhoId","WhatId","Subject","StartDateTime","EndDateTime","Location","Description"\n'
        '"U1","003A","006B","Workshop","2026-01-14T09:00:00.000Z","2026-01-14T11:00:00.000Z",'
        '"Ulm","Long"\n'
    ),
}


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write files into the current folder; their names."""
    monkeypatch.chdir(tmp_path)

    def write(files: dict[str, str]) -> list[str]:
        for name, text in files.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        return [*files]

    return write


def way(funnel: Run, title: str) -> list[tuple[str, str, str]]:
    """The log of a deal: day, how, stage."""
    entries = funnel("deal", "log", title, "--json").json["entries"]
    return [(one["happened_at"][:10], one["what"], one["stage"]) for one in entries]


def table(funnel: Run, noun: str, *fields: str) -> list[tuple[Any, ...]]:
    """Fields of all records of a noun, the oldest first."""
    found = funnel(noun, "list", *(("status:any",) if noun == "step" else ()), "--json").json
    return sorted(tuple(one[name] for name in fields) for one in found)


@pytest.fixture
def imported(funnel: Run, write: Write, state: Callable[[], Dump]) -> Callable[..., None]:
    """Import files as one; a second time changes nothing, and one undo takes all back."""

    def imported(files: dict[str, str]) -> None:
        funnel("contact", "add", "Somebody else")
        before = state()
        names = write(files)
        funnel("import", *names, "-y")
        after = state()
        again = funnel("import", *names, "-y", "--json").json
        assert [(one["added"], one["updated"]) for one in again["files"]] == [(0, 0)] * len(names)
        assert state() == after
        assert funnel("doctor", "--json").json == []
        funnel("undo")
        assert state() == before
        funnel("redo")
        assert state() == after

    return imported


def test_hubspot(funnel: Run, imported: Callable[..., None]) -> None:
    imported(HUBSPOT)
    assert way(funnel, "Roof") == [
        ("2026-03-02", "created", "qualification"),
        ("2026-03-12", "skipped", "offer"),
        ("2026-03-20", "advanced", "negotiation"),
    ]
    assert way(funnel, "Door")[2:] == [
        ("2026-03-16", "advanced", "negotiation"),
        ("2026-04-02", "won", "decision"),
    ]
    assert way(funnel, "Gate")[1:] == [
        ("2026-03-12", "skipped", "negotiation"),
        ("2026-03-22", "moved_back", "offer"),
        ("2026-04-12", "lost", "offer"),
    ]
    assert table(
        funnel, "visit", "happened_on", "starts", "deal", "stage", "call_outcome", "said"
    ) == [
        ("2026-03-12", "09:31", "Roof", "offer", "reached", "Wants a roof & more"),
        ("2026-03-21", "11:00", None, None, "no_answer", None),
    ]
    assert table(funnel, "step", "due", "what", "kind", "starts", "status", "deal") == [
        ("2026-03-15", "Send offer", "task", None, "done", "Roof"),
        ("2026-12-24", "Ask again", "call", "09:00", "open", "Door"),
    ]
    assert table(funnel, "note", "happened_on", "text", "deal") == [
        ("2026-03-14", "Likes red", "Roof")
    ]
    stages = funnel("report", "time-in-stage", "--json").json["rows"]
    told = {one["stage"]: (one["stays"], one["ended"], one["median"]) for one in stages}
    # In days: Roof 9, Door 6, Gate 10; Roof 8, Door 7, Gate 21; Roof since March, Door 17, Gate 10.
    assert told["qualification"] == (3, 3, 9)
    assert told["offer"] == (3, 3, 8)
    assert told["negotiation"][:2] == (3, 2)
    then = funnel("show", "--as-of", "2026-03-14", "--json").json["stages"]
    assert {one["stage"]: one["deals"] for one in then if one["deals"]} == {
        "offer": 2,
        "negotiation": 1,
    }


def test_pipedrive(funnel: Run, imported: Callable[..., None]) -> None:
    imported(PIPEDRIVE)
    assert way(funnel, "Roof")[1:] == [
        ("2026-01-15", "skipped", "offer"),
        ("2026-01-25", "advanced", "negotiation"),
    ]
    assert way(funnel, "Door")[1:] == [
        ("2026-01-20", "skipped", "offer"),
        ("2026-02-01", "lost", "offer"),
        ("2026-02-10", "reopened", "offer"),
        ("2026-02-20", "won", "decision"),
    ]
    assert table(
        funnel, "visit", "happened_on", "starts", "channel", "minutes", "stage", "occasion"
    ) == [
        ("2026-01-16", "14:00", "on_site", 60, "offer", "Kick-off"),
        ("2026-01-21", None, "email", None, "offer", "Hello"),
    ]
    assert table(funnel, "step", "due", "kind", "status", "minutes") == [
        ("2026-01-20", "task", "done", None),
        ("2026-12-24", "call", "open", 15),
    ]
    assert table(funnel, "note", "text", "contact") == [("LinkedIn: Ping\nhi", "Eva Roth")]


def test_salesforce(funnel: Run, imported: Callable[..., None]) -> None:
    imported(SALESFORCE)
    assert way(funnel, "Roof")[1:] == [
        ("2026-01-15", "skipped", "offer"),
        ("2026-02-01", "advanced", "negotiation"),
    ]
    assert way(funnel, "Door")[1:] == [
        ("2026-01-10", "skipped", "offer"),
        ("2026-01-20", "moved_back", "needs"),
        ("2026-03-01", "won", "decision"),
    ]
    assert way(funnel, "Gate")[1:] == [
        ("2026-01-20", "lost", "qualification"),
        ("2026-02-01", "reopened", "negotiation"),
        ("2026-03-10", "lost", "negotiation"),
    ]
    assert table(funnel, "visit", "happened_on", "channel", "contact", "deal", "minutes") == [
        ("2026-01-13", "email", "Kurz GmbH", None, None),
        ("2026-01-14", "on_site", "Eva Roth", "Door", 120),
        ("2026-01-17", "phone", "Eva Roth", "Roof", 10),
    ]


def test_faults_of_the_history_are_named_row_by_row(funnel: Run, write: Write) -> None:
    deals = {name: SALESFORCE[name] for name in ("contacts.csv", "opportunities.csv")}
    funnel("import", *write(deals), "-y")
    head = "Opportunity ID,Opportunity Name,Edit Date,Field / Event,Old Value,New Value\n"
    rows = (
        "006A,Roof,2026-01-15,Stage,Prospecting,Wild\n"
        "006Z,None,2026-01-15,Stage,Prospecting,Needs Analysis\n"
        "006A,Roof,2025-01-15,Stage,,Needs Analysis\n"
        "006B,Door,2026-03-20,Stage,,Needs Analysis\n"
        "006A,Roof,2026-03-20,Stage,,Closed Won\n"
        "006A,Roof,2099-03-20,Stage,,Needs Analysis\n"
        "006A,Roof,,Stage,,Needs Analysis\n"
        "006A,Roof,2026-02-20,Stage,,Needs Analysis\n"
    )
    (name,) = write({"history.csv": head + rows})
    done = funnel("import", "stages", name, exit=6)
    assert "“Wild” is no stage here (1 row): --map-stage Wild=STAGE" in done.stderr
    rejects = Path("history.rejects.csv").read_text()
    for reason in (
        "“Wild” is no stage and no status",
        "no deal on file is meant by 006Z",
        "Needs analysis on 2025-01-15, before the deal was opened on 2026-01-05",
        "Needs analysis on 2026-03-20, after the deal was closed on 2026-03-01",
        "closed on 2026-03-20, but its deal is open: import the deals first",
        "2099-03-20 has not come yet",
        "no date",
    ):
        assert reason in rejects
    assert rejects.count("\n") == 8
    assert ("2026-02-20", "advanced", "needs") in way(funnel, "Roof")
    assert funnel("doctor", "--json").json == []


def test_what_was_recorded_here_stands(funnel: Run, write: Write) -> None:
    """A later export fills in what an earlier one left open, never what a person has done."""
    deals = "Record ID,Deal Name,Amount,Deal Stage,Create Date\n1,Roof,10,contractsent,2026-03-02\n"
    funnel("import", *write({"deals.csv": deals}), "-y")
    assert way(funnel, "Roof") == [("2026-03-02", "created", "negotiation")]
    more = (
        "Record ID,Deal Name,Amount,Deal Stage,Create Date,hs_v2_date_entered_presentationscheduled"
        ",hs_v2_date_entered_contractsent\n1,Roof,10,contractsent,2026-03-02,{},2026-03-20\n"
    )
    funnel("import", *write({"deals.csv": more.format("2026-03-10")}), "-y")
    told = way(funnel, "Roof")
    assert told == [
        ("2026-03-02", "created", "qualification"),
        ("2026-03-10", "skipped", "offer"),
        ("2026-03-20", "advanced", "negotiation"),
    ]
    funnel("back", "Roof", "--to", "needs", "--reason", "asked again", "--at", "2026-04-01")
    funnel("advance", "Roof", "--to", "negotiation", "--at", "2026-04-11")
    funnel("import", *write({"deals.csv": more.format("2026-04-05")}), "-y")
    assert way(funnel, "Roof")[:3] == told
    assert len(way(funnel, "Roof")) == 5


def test_an_activity_that_goes_on(funnel: Run, write: Write) -> None:
    """An open task that is done later is the same step; a call that was planned becomes a call."""
    write({"a.csv": PIPEDRIVE["persons.csv"], "b.csv": PIPEDRIVE["deals.csv"]})
    funnel("import", "a.csv", "b.csv", "-y")
    head = (
        "Activity - ID,Activity - Subject,Activity - Type,Activity - Due date,Activity - Done,"
        "Activity - Note,Deal - ID\n"
    )
    (name,) = write(
        {"x.csv": head + "1,Papers,Task,2026-11-20,No,,1\n2,Ring,Call,2026-11-21,No,,1\n"}
    )
    funnel("import", "activities", name)
    assert table(funnel, "step", "what", "status") == [("Papers", "open"), ("Ring", "open")]
    write(
        {"x.csv": head + "1,Papers,Task,2026-11-20,Yes,sent,1\n2,Ring,Call,2026-11-21,Yes,ok,1\n"}
    )
    done = funnel("import", "activities", name, "--json").json
    assert (done["added"], done["updated"]) == (0, 2)
    assert table(funnel, "step", "what", "status", "outcome") == [
        ("Papers", "done", "sent"),
        ("Ring", "done", "ok"),
    ]
    assert table(funnel, "visit", "happened_on", "occasion") == [("2026-11-21", "Ring")]
    again = funnel("import", "activities", name, "--json").json
    assert (again["added"], again["updated"], again["unchanged"]) == (0, 0, 2)


def test_offers(funnel: Run, write: Write, state: Callable[[], Dump]) -> None:
    funnel("deal", "add", "Roof", "-v", "1000", "--at", "2026-01-02")
    funnel("deal", "add", "Door", "-v", "500", "--at", "2026-01-02")
    funnel("lose", "Door", "--reason", "price", "--at", "2026-03-02")
    head = (
        "Quote Number,Quote Name,Opportunity Name,Status,Created Date,Expiration Date,Product,"
        "Quantity,Sales Price,Discount,VAT\n"
    )
    lines = (
        'Q-1,For the roof,Roof,{},2026-02-10,2026-12-10,Panel,10,"1,000.00",5,19\n'
        "Q-1,For the roof,Roof,{},2026-02-10,2026-12-10,Work,1,500.00,,19\n"
        "Q-2,Old,Door,Draft,2026-02-10,2026-12-10,Work,1,500.00,,19\n"
        "Q-3,Bad,Roof,Weird,2026-02-10,,Work,1,500.00,,19\n"
        "Q-4,Bad,Nobody,Draft,2026-02-10,,Work,1,500.00,,19\n"
    )
    names = write({"quotes.csv": head + lines.format("Presented", "Presented")})
    done = funnel("import", *names, "-y", exit=6)
    assert "quotes.csv: offers, Salesforce" in done.stderr
    assert "“Weird” is no status of an offer" in done.stderr
    fields = ("number", "deal", "status", "net", "vat", "line_count", "valid_until")
    assert table(funnel, "offer", *fields) == [
        ("Q-1", "Roof", "sent", 10000, 1900, 2, "2026-12-10"),
        ("Q-2", "Door", "declined", 500, 95, 1, "2026-12-10"),
    ]
    after = state()
    funnel("import", *names, "-y", exit=6)
    assert state() == after
    write({"quotes.csv": head + lines.format("Accepted", "Accepted")})
    assert "0 added, 1 updated, 1 unchanged" in funnel("import", *names, "-y", exit=6)
    assert table(funnel, "offer", "number", "status")[0] == ("Q-1", "accepted")
    assert funnel("doctor", "--json").json == []


def test_the_program_s_own_lists_come_back(
    funnel: Run, write: Write, tmp_path: Path, state: Callable[[], Dump]
) -> None:
    names = write(PIPEDRIVE)
    funnel("import", *names, "-y")
    kinds = {
        "contact": (),
        "deal": ("status:any",),
        "visit": (),
        "step": ("status:any",),
        "note": (),
    }
    for noun, more in kinds.items():
        (tmp_path / f"own-{noun}.csv").write_text(funnel(noun, "list", *more, "--csv"))
    before = state()
    lists = [f"own-{noun}.csv" for noun in kinds]
    again = funnel("import", *lists, "-y", "--json").json["files"]
    assert [(one["added"], one["updated"], one["rejected"]) for one in again] == [(0, 0, 0)] * 5
    assert state() == before
    fields = {"visit": ("happened_on", "channel", "said"), "step": ("what", "due", "status")}
    told = {noun: table(funnel, noun, *fields[noun]) for noun in fields}
    for language in ("en", "de"):
        books = [f"{noun}-{language}.xlsx" for noun in ("visit", "step", "note")]
        for name in books:
            noun = name.partition("-")[0]
            funnel(noun, "list", *kinds[noun], "-o", name, env={"FUNNEL_LANG": language})
        again = funnel("import", *books, "-y", "--json").json["files"]
        assert [(one["kind"], one["added"], one["updated"]) for one in again] == [
            ("activities", 0, 0),
            ("activities", 0, 0),
            ("steps", 0, 0),
        ]
    assert state() == before
    other = {"FUNNEL_DB": str(tmp_path / "other.db")}
    funnel("import", *lists, "-y", env=other)
    for noun in fields:
        found = funnel(noun, "list", *kinds[noun], "--json", env=other).json
        assert sorted(tuple(one[name] for name in fields[noun]) for one in found) == told[noun]


def test_lists_of_ones_own(funnel: Run, write: Write, state: Callable[[], Dump]) -> None:
    """Files that nobody knows: by the words of their columns, in German too, without ids."""
    funnel("contact", "add", "Eva Roth")
    funnel("deal", "add", "Dach", "-c", "Eva Roth", "--at", "2026-01-02")
    names = write(
        {
            "anrufe.csv": (
                "Kontakt;Datum;Uhrzeit;Betreff;Notiz;Dauer\n"
                "Eva Roth;12.01.2026;14:30;Erstgespräch;will ein Dach;20 min\n"
                "Niemand;13.01.2026;;Ruf;;\n"
            ),
            "aufgaben.csv": "Projekt;Fällig am;Betreff;Erledigt\nDach;24.12.2026;Angebot;nein\n",
        }
    )
    done = funnel("import", *names, "-y", exit=6)
    assert "anrufe.csv: Added: 1 call" in done
    assert "nothing on file is meant by Niemand" in done.stderr
    assert table(funnel, "visit", "happened_on", "starts", "channel", "minutes", "said") == [
        ("2026-01-12", "14:30", "phone", 20, "will ein Dach")
    ]
    assert table(funnel, "step", "what", "due", "deal") == [("Angebot", "2026-12-24", "Dach")]
    after = state()
    funnel("import", *names, "-y", exit=6)
    assert state() == after
    (name,) = write({"verlauf.csv": "Deal;Neue Phase;Geändert am\nDach;Angebot;20.02.2026\n"})
    funnel("import", name, "-y")
    assert way(funnel, "Dach") == [
        ("2026-01-02", "created", "qualification"),
        ("2026-02-20", "skipped", "offer"),
    ]
