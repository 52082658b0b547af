"""Files of every format that can be brought in, and how they are damaged."""

from __future__ import annotations

import io
import json
import random
import zipfile
import zlib
from pathlib import Path

from test_sources import DEALS, HEADER, RECORDS, ods, packed, workbook

DATA = Path(__file__).parent / "data"
# What readers trip over: ends of lines and of texts, signs of each format, broken UTF-8.
PIECES = (
    *(b"\0", b"\r", b"\n\n", b"\t", b'"', b"'", b",", b";", b"{", b"}", b"[", b"]", b"<", b">"),
    *(b"&", b":", b"=", b"\\", b"%", b"\xff", b"\xfe\xff", b"\xc3", b"\xed\xa0\x80", b"\x1a"),
    *(b"\xef\xbb\xbf", b"9" * 400, b"-1e999", b"NaN", b"&#0;", b"<!DOCTYPE x>", b"]]>", b"=3D"),
    *(b"BEGIN:VCARD\r\n", b"END:VCALENDAR\r\n", b"DTSTART:99999999", b"2026-02-30", b"PK\x03\x04"),
)
CARD = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Eva Roth\r\nN:Roth;Eva;;Dr.;\r\nORG:Kurz\\, Lang;Sales\r\n"
    "EMAIL;TYPE=WORK:eva@kurz.example\r\nTEL;TYPE=CELL:+49 171 5550001\r\nBDAY:1980-05-17\r\n"
    "ADR;TYPE=WORK:;;Am Markt 1;Berlin;;10115;Germany\r\nCATEGORIES:vip,fair\r\n"
    "NOTE;ENCODING=QUOTED-PRINTABLE:likes=20tea=\r\n and=20more\r\nPHOTO;ENCODING=b:/9j/4AAQ\r\n"
    " SkZJRg==\r\nUID:urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1\r\nEND:VCARD\r\n"
)
CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\n"
    "END:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:1@x.example\r\nDTSTAMP:20261124T080000Z\r\n"
    "DTSTART;TZID=Europe/Berlin:20261127T140000\r\nDURATION:PT1H30M\r\nSUMMARY:visit Roth\r\n"
    "RRULE:FREQ=WEEKLY;COUNT=3\r\nATTENDEE:mailto:eva@kurz.example\r\nEND:VEVENT\r\n"
    "BEGIN:VTODO\r\nUID:2@x.example\r\nDTSTAMP:20261124T080000Z\r\nDUE;VALUE=DATE:20261128\r\n"
    "SUMMARY:call\\, then write\r\nSTATUS:COMPLETED\r\nPERCENT-COMPLETE:100\r\nEND:VTODO\r\n"
    "END:VCALENDAR\r\n"
)
TABLE = (
    "Deal Name,Amount,Deal Stage,Close Date,Contact,Email\n"
    '"Roof, big","1.234,50 €",won,02.05.2026,Eva Roth,eva@kurz.example\n'
    '"Door ""new""\nsecond line",99,open,,Otto,\n'
)
MAP = """\
[[file]]
name = "t.csv"
kind = "deals"
origin = "ours"

[file.columns]
title = ["Deal Name"]
value = ["Amount", "Sum"]
stage = ["Deal Stage"]
source = ["=fair"]

[file.stages]
talks = "needs"
"""


def samples() -> dict[str, bytes]:
    """A whole file of each format, by its name."""
    sheets = workbook({"Deals": [HEADER, *DEALS]})
    return {
        "d.csv": TABLE.encode(),
        "d.tsv": TABLE.replace(",", "\t").encode("utf-16"),
        "d.xlsx": sheets,
        "d.xls": (DATA / "deals.xls").read_bytes(),
        "d.ods": ods([["Deal Name", "Amount"], ["Dach", "1234.5"]]),
        "d.json": json.dumps({"deals": RECORDS}).encode(),
        "d.jsonl": "\n".join(map(json.dumps, RECORDS)).encode(),
        "d.zip": packed({"a/d.xlsx": sheets, "d.csv": TABLE, "p.vcf": CARD}),
        "p.vcf": (CARD + CARD.replace("3.0", "2.1").replace("Eva", "Ida")).encode(),
        "c.ics": CALENDAR.encode(),
        "m.toml": MAP.encode(),
    }


def damaged(content: bytes, dice: random.Random) -> bytes:
    """A file with something wrong in it; of an archive, half of the time within what it holds."""
    if content[:2] == b"PK" and dice.random() < 0.5:
        return _within(content, dice)
    made = bytearray(content)
    for _n in range(dice.choice((1, 1, 2, 5, 20))):
        at, to = sorted((dice.randrange(len(made) + 1), dice.randrange(len(made) + 1)))
        match dice.randrange(7):
            case 0:
                made[at:at] = dice.choice(PIECES)
            case 1:
                made[at : at + dice.randrange(1, 9)] = b""
            case 2:
                made[at : at + 1] = bytes([dice.randrange(256)])
            case 3:
                made[at : None if dice.random() < 0.3 else min(to, at + 99)] = b""
            case 4:
                made[at:at] = made[at : min(to, at + 300)] * dice.choice((1, 2, 50))
            case 5:
                made[at : at + 1] = dice.choice(PIECES)
            case _:
                made[at:at] = dice.choice(PIECES) * dice.choice((1, 3, 2000))
    return bytes(made)


def _within(content: bytes, dice: random.Random) -> bytes:
    """An archive that is whole, of files that are not."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    hit = dice.choice(sorted(files))
    files[hit] = damaged(files[hit], dice) if files[hit] else zlib.compress(b"x")
    if dice.random() < 0.1:
        del files[hit]
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, one in files.items():
            archive.writestr(name, one)
    return made.getvalue()
