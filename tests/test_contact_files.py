"""Lists of contacts come back from every file that they are written to, whatever their text."""

from __future__ import annotations

import csv
import itertools
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import vobject
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from conftest import Clock, Run
from funnelcli.actions import contacts
from funnelcli.db import command, connect
from test_round_trip import state

WAYS = ("csv", "tsv", "json", "jsonl", "xlsx", "vcf")
# What hangs on other records, and what a card has no property for.
ELSEWHERE = ("id", "organisation_id", "last_contact_at")
NO_CARD = ("role", "industry", "source", "created_at")
TEXT = st.one_of(
    st.text(
        st.characters(codec="utf-8", categories=("L", "M", "N", "P", "S", "Cf")),
        min_size=1,
        max_size=9,
    ),
    st.text("aä𝄞;,\\", min_size=60, max_size=160),
    st.sampled_from(
        ['"A"', "=1+1", "+49 30", "\\n", "\\", "\\;", "a;b,c:d", "'x", "a\\:b", "7,5", "x y"]
    ),
)
NOTES = st.lists(TEXT, min_size=1, max_size=3).map("\n".join)
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "job_title": TEXT,
        "street": TEXT,
        "postcode": st.sampled_from(["01067", "SW1A 1AA", "7"]),
        "town": TEXT,
        "region": TEXT,
        "country": TEXT,
        "website": TEXT,
        "industry": TEXT,
        "notes": NOTES,
        "birthday": st.sampled_from(["1980-05-17", "--02-29"]),
        "language": st.sampled_from(["de", "en"]),
        "role": st.just("decider"),
    },
)
PARTS = st.fixed_dictionaries(
    {},
    optional={
        "salutation": st.sampled_from(["mr", "ms"]),
        "academic_title": st.sampled_from(["Dr.", "Prof. Dr."]),
    },
)
PEOPLE = st.tuples(
    TEXT.filter(lambda text: "@" not in text),
    st.booleans(),
    FIELDS,
    PARTS,
    st.lists(st.sampled_from(["a@x.example", "b.c+d@y.example"]), unique=True),
    st.lists(st.sampled_from(["+49 171 5550001", "030 901820 ext. 7"]), unique=True),
    st.lists(st.sampled_from(["vip", "Messe;Süd", "a, b", "a b"]), unique=True),
)
COUNT = itertools.count()


def fill(path: str, made: list[Any]) -> None:
    """A database with these contacts, each person in an organisation."""
    with closing(connect(path)) as conn, command(conn, "test"):
        for number, (name, is_firm, fields, parts, emails, phones, tags) in enumerate(made):
            name = f"{name} {number}"
            firm = contacts.add(
                conn,
                name if is_firm else f"{name} Ltd",
                fields={"kind": "organisation", **(fields if is_firm else {})},
                emails=emails if is_firm else (),
                phones=phones if is_firm else (),
                tags=tags if is_firm else (),
            )
            if not is_firm:
                contacts.add(
                    conn,
                    name,
                    fields={"kind": "person", "organisation_id": firm, **fields, **parts},
                    emails=emails,
                    phones=phones,
                    tags=tags,
                )


def listed(funnel: Run, path: str, way: str) -> dict[str, dict[str, Any]]:
    """The contacts of a database by their public ids, as far as a file of that kind has them."""
    without = ELSEWHERE + (NO_CARD if way == "vcf" else ())
    found = funnel("contact", "list", "--json", "--db", path).json
    for one in found:
        # An import knows the day alone.
        one["created_at"] = one["created_at"][:10]
    return {
        one["public_id"]: {name: one[name] for name in one if name not in without} for one in found
    }


@settings(
    max_examples=8,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(made=st.lists(PEOPLE, min_size=1, max_size=3), way=st.sampled_from(WAYS))
def test_contacts_come_back(
    funnel: Run, clock: Clock, tmp_path: Path, made: list[Any], way: str
) -> None:
    name = f"{next(COUNT)}"
    one, other = str(tmp_path / f"{name}.db"), str(tmp_path / f"{name}-new.db")
    file = tmp_path / f"{name}.{way}"
    fill(one, made)
    before = state(one)
    wrote = funnel("contact", "list", "-o", file, "--db", one).stderr
    number = len(listed(funnel, one, way))
    assert f"Wrote {number} row" in wrote
    if way == "vcf":
        assert len(list(vobject.readComponents(file.read_text("utf-8")))) == number
        assert max(len(line) for line in file.read_bytes().split(b"\r\n")) <= 75
    clock.advance(days=2)
    assert f"0 added, 0 updated, {number} unchanged" in funnel(
        "import", "contacts", file, "--db", one
    )
    assert state(one) == before
    assert f"{number} added" in funnel("import", "contacts", file, "--db", other)
    was, now = listed(funnel, one, way), listed(funnel, other, way)
    differ = [
        (way, key, was[who][key], now[who][key])
        for who in was
        for key in was[who]
        if was[who][key] != now[who][key]
    ]
    assert was.keys() == now.keys()
    assert differ == []
    again = funnel("import", "contacts", file, "--db", other)
    assert f"0 added, 0 updated, {number} unchanged" in again


def test_whose_person_it_is_where_organisations_share_a_name(
    funnel: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for town in ("Ulm", "Bonn"):
        funnel(
            "contact", "add", "Kurz GmbH", "-O", "--town", town, "--email", f"info@{town}.example"
        )
    funnel("contact add 'Ada Klein' --organisation 2")
    funnel("contact list -o all.vcf")
    assert "0 added, 0 updated, 3 unchanged" in funnel("import all.vcf -y")

    def there(line: str, **how: Any) -> Any:
        return funnel(f"--db other.db {line}", **how)

    # In another database, too, and its address says it of who comes from elsewhere.
    assert "3 added" in there("import all.vcf -y")
    card = "BEGIN:VCARD\nVERSION:4.0\nUID:{}\nFN:{}\nORG:Kurz GmbH\n{}END:VCARD\n"
    cards = (
        card.format("p1", "Bo Kern", "EMAIL:bo@ulm.example\n"),
        card.format("p2", "Cy Dunn", ""),
    )
    Path("more.vcf").write_text("".join(cards))
    refused = there("import contacts more.vcf", exit=6)
    assert "2 organisations are called Kurz GmbH: a column organisation_key" in refused.stderr
    found = {one["name"]: one for one in there("contact list --json").json}
    towns = {one["id"]: one["town"] for one in found.values()} | {
        one["id"]: one["town"] for one in there("contact list kind:organisation --json").json
    }
    assert towns[found["Ada Klein"]["organisation_id"]] == "Bonn"
    assert towns[found["Bo Kern"]["organisation_id"]] == "Ulm"
    # The rejected row says it in that column.
    (firm,) = (one for one in there("contact list town:ulm kind:organisation --json").json)
    with open("more.rejects.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[0]["organisation_key"] = firm["public_id"]
    with open("more.rejects.csv", "w", newline="") as file:
        writer_ = csv.DictWriter(file, rows[0].keys())
        writer_.writeheader()
        writer_.writerows(rows)
    assert "1 added" in funnel(
        "--db other.db import contacts more.rejects.csv --key uid --origin vcard"
    )
    assert there("contact show Dunn --json").json["organisation_id"] == firm["id"]


def test_an_organisations_id_makes_nobody_of_it(funnel: Run, tmp_path: Path) -> None:
    firm = "BEGIN:VCARD\nVERSION:4.0\nKIND:org\nUID:1\nFN:Kurz GmbH\nORG:Kurz GmbH\nEND:VCARD\n"
    person = "BEGIN:VCARD\nVERSION:4.0\nUID:1\nFN:Eva Roth\nORG:Kurz GmbH\nEND:VCARD\n"
    paths = [tmp_path / "firm.vcf", tmp_path / "person.vcf"]
    for path, text in zip(paths, (firm, person), strict=True):
        path.write_text(text)
    for counts in ("1 added", "0 added, 0 updated, 1 unchanged", "0 added, 0 updated, 1 unchanged"):
        for path in paths:
            assert counts in funnel("import", path, "-y")
    names = [(one["name"], one["kind"]) for one in funnel("contact list --json").json]
    assert names == [("Eva Roth", "person"), ("Kurz GmbH", "organisation")]
