"""Collect the messages of the source, bring the German catalogue up to date, compile it.

    python tools/messages.py            rewrite locale/de/LC_MESSAGES/funnelcli.po and .mo
    python tools/messages.py --check    exit 1 where a message is missing, stale or misformed

The catalogue is edited by hand; this only adds what is new and drops what is gone.

The examples of the commands are messages too, where they say something in words; one that is the
same in every language need not stand in the catalogue.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from funnelcli.cli.building import build
from funnelcli.cli.tree import every_command

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "funnelcli"
FOLDER = SOURCE / "locale" / "de" / "LC_MESSAGES"
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2), "NN_": (1, 2), "Column": (2,)}
# The titles of columns, as nouns and reports declare them: looked for by themselves, because a
# message inside of a call that is looked for would be passed over.
TITLES = {"field": (1,), "derived": (1,), "share_column": (2,)}
# What the program fills in; a column of somebody's file begins with a capital: {Column}.
FIELD = re.compile(r"\{(?![A-Z])[^{}]*\}")
# Examples with words of a person, or of a day: those of the program alone read alike everywhere.
WORDED = re.compile(
    r"[\"']"
    r"|\b(?:yesterday|(?<!^funnel )today|tomorrow|fri|mon|eom)\b"
    r"|\b(?:this|last|next)-(?:week|month|quarter|year)\b"
)


def examples() -> Iterator[str]:
    """The examples of all commands."""
    for words, verb in every_command().items():
        yield from build(words.rpartition(" ")[2], verb).example_lines


def template() -> Catalog:
    """Every message of the source, without places: they would change with every line."""
    catalog = Catalog(charset="utf-8")
    for keywords in (KEYWORDS, TITLES):
        found = extract_from_dir(
            SOURCE, method_map=[("**.py", "python")], keywords=keywords, comment_tags=()
        )
        for _file, _line, message, _comments, _context in found:
            if message and all(message):
                catalog.add(message)
    known = {message.id for message in current() if message.string}
    for line in examples():
        if line in known or WORDED.search(line):
            catalog.add(line)
    return catalog


def current() -> Catalog:
    """The German catalogue as it stands."""
    path = FOLDER / "funnelcli.po"
    if not path.exists():
        return Catalog(locale="de", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale="de")


def brought_up_to_date() -> Catalog:
    """The catalogue with the source's messages and the translations that there are."""
    catalog = Catalog(
        locale="de",
        project="funnelcli",
        version="",
        charset="utf-8",
        fuzzy=False,
        header_comment="# The German messages of funnelcli.",
    )
    known = current()
    for message in sorted(template(), key=lambda message: str(message.id)):
        if not message.id:
            continue
        old = known.get(message.id)
        catalog.add(message.id, old.string if old is not None else None)
    return catalog


def text(catalog: Catalog) -> bytes:
    """The catalogue as a file, without dates, so that it changes only with its messages."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, omit_header=False, no_location=True, width=96)
    lines = buffer.getvalue().decode("utf-8").splitlines(keepends=True)
    dates = (
        "POT-Creation-Date",
        "PO-Revision-Date",
        "Generated-By",
        "Last-Translator",
        "Language-Team",
        "Report-Msgid-Bugs-To",
        "Project-Id-Version",
    )
    kept = [line for line in lines if not any(f'"{name}' in line for name in dates)]
    return "".join(kept).encode("utf-8")


def compiled(catalog: Catalog) -> bytes:
    """The catalogue as gettext loads it."""
    # Babel puts the present time into a header that has none.
    catalog.creation_date = catalog.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def faults(catalog: Catalog) -> list[str]:
    """Messages without a translation, and translations whose {fields} differ."""
    found = []
    for message in catalog:
        if not message.id:
            continue
        originals = message.id if isinstance(message.id, list | tuple) else [message.id]
        strings = message.string if isinstance(message.string, list | tuple) else [message.string]
        if not all(strings):
            found.append(f"not translated: {originals[0]!r}")
            continue
        allowed = {field for original in originals for field in FIELD.findall(original)}
        for string in strings:
            if not set(FIELD.findall(string or "")) <= allowed:
                found.append(f"other fields: {originals[0]!r} -> {string!r}")
    return found


def main() -> int:
    """Rewrite, or check."""
    catalog = brought_up_to_date()
    po, mo = FOLDER / "funnelcli.po", FOLDER / "funnelcli.mo"
    problems = faults(catalog)
    if "--check" in sys.argv[1:]:
        # Babel compiles the header too, so the text is read back as a translator's tool would.
        fresh = read_po(io.BytesIO(text(catalog)), locale="de")
        if not po.exists() or po.read_bytes() != text(catalog):
            problems.append("funnelcli.po is stale: run tools/messages.py")
        elif mo.read_bytes() != compiled(fresh):
            problems.append("funnelcli.mo is stale: run tools/messages.py")
    else:
        FOLDER.mkdir(parents=True, exist_ok=True)
        po.write_bytes(text(catalog))
        mo.write_bytes(compiled(read_po(io.BytesIO(text(catalog)), locale="de")))
    sys.stderr.write("".join(f"{problem}\n" for problem in problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
