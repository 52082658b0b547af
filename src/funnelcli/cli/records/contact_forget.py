"""Erasing a person for good, in the database, its copies and the texts beside it."""

from __future__ import annotations

import sqlite3

from funnelcli.actions import forgetting_person
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.invocation import Invocation, current
from funnelcli.db import sealed
from funnelcli.errors import PARTLY_DONE, FunnelError, NotFound, Usage, reason
from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns.contact import CONTACT
from funnelcli.nouns.counted import GONE
from funnelcli.render import Changed, Column, Listing, Page, message
from funnelcli.typed import TYPE_CHECKING, Annotated, Any
from funnelcli.values import dates, daytext

if TYPE_CHECKING:
    from funnelcli.actions.forgetting_files import Forgotten, Left
    from funnelcli.actions.forgetting_person import Person

FORGOTTEN = (
    "changed",
    "contact",
    "erased",
    "copies",
    "files",
    "kept",
    "given",
    "left",
    "not_reached",
)
KEPT = (
    Column("id", "Id", "id"),
    Column("contact_id", "Contact", "id"),
    Column("kind", "What", names=lambda kind: ngettext(*GONE[kind], 1).format(n="").strip()),
    Column("record_id", "Number", "id"),
    Column("until", "Kept until", "date"),
    Column("sealed_at", "Forgotten", "instant", drop=1),
)


@gives((), data=FORGOTTEN)
@examples(
    "funnel contact forget 7 --dry-run",
    "funnel contact forget mueller --yes",
    "funnel contact forget 7 9 12 --yes",
    "funnel contact forget --due --yes",
)
def forget(
    contacts: Annotated[
        list[str] | None,
        Argument(
            metavar="[CONTACT]...", help=N_("Its id, or words of its name."), show_default=False
        ),
    ] = None,
    due: Annotated[
        bool,
        Option("--due", help=N_("Erase what the law kept of those forgotten, and is due.")),
    ] = False,
) -> tuple[Changed, int]:
    """Erase a person for good (GDPR, Art. 17); the figures stay. Contracts, and offers of deals
    that were won, are locked away for as long as the law keeps them: see `contact kept`."""
    call = current()
    if due:
        if contacts:
            raise Usage(
                _("--due is for all who were forgotten."), _("Leave the contact out, or --due.")
            )
        return _erase_due(call)
    with call.open() as conn:
        texts: list[str | None] = [*contacts] if contacts else [None]
        found = [_person(call, conn, text) for text in texts]
        people = list({person.id: person for person in found}.values())
        done = _forget(call, conn, people)
    left = [one for _person, what in done for one in what.left]
    data = [_certificate(call, *one) for one in done]
    lines = [line for one in data for line in one["changed"]]
    ids = [one["contact"] for one in data]
    warnings = _left(left)
    if len(people) == 1:
        changed = Changed(lines, data[0], id=ids[0], warnings=warnings)
    else:
        missed = [person.id for person in people if person.id not in ids]
        warnings += [_("Contact {id} is not forgotten.").format(id=one) for one in missed]
        changed = Changed(lines, data, ids=ids, warnings=warnings)
    return changed, PARTLY_DONE if warnings else 0


def _forget(
    call: Invocation, conn: sqlite3.Connection, people: list[Person]
) -> list[tuple[Person, Forgotten]]:
    """Forget these, each whole before the next, once all of it was looked at and confirmed; what
    became of whom. Where one cannot be after another was, it ends there, and says why."""
    from funnelcli.actions.forgetting_files import Forgetting

    trials = [(person, Forgetting(conn, call.path, person).trial()) for person in people]
    if call.dry_run:
        return trials
    if len(trials) > 1 and call.interactive:
        message(call.output, "\n".join(_told(True, *trial) for trial in trials))
    copies = {copy for _one, trial in trials for copy in trial.copies}
    call.confirm(
        ngettext(
            "Forget {name} for good, here and in {n} copy? Nothing brings it back.",
            "Forget {name} for good, here and in {n} copies? Nothing brings it back.",
            len(copies),
        ).format(name=", ".join(person.name for person in people), n=len(copies))
    )

    def begun() -> None:
        call.stored = True

    done: list[tuple[Person, Forgotten]] = []
    for person in people:
        try:
            done.append((person, Forgetting(conn, call.path, person).run(begun)))
        except (FunnelError, sqlite3.Error) as error:
            if not done:
                raise
            message(call.output, _("Warning: {text}").format(text=reason(error)))
            break
    return done


def _told(trial: bool, person: Person, done: Forgotten) -> str:
    number = done.erased.total()
    told = (
        ngettext(
            "Contact {id} would be forgotten, {n} row erased or made anonymous.",
            "Contact {id} would be forgotten, {n} rows erased or made anonymous.",
            number,
        )
        if trial
        else ngettext(
            "Contact {id} is forgotten: {n} row erased or made anonymous.",
            "Contact {id} is forgotten: {n} rows erased or made anonymous.",
            number,
        )
    )
    return told.format(id=person.id, n=number)


def _certificate(call: Invocation, person: Person, done: Forgotten) -> dict[str, Any]:
    """What was erased of one of them, without the erased."""
    lines = [
        _told(call.dry_run, person, done),
        *(
            _("Kept by law until {day}, locked away: {what} {id}").format(
                day=daytext.day(one.until),
                what=ngettext(*GONE[one.table], 1).format(n="").strip(),
                id=one.id,
            )
            for one in done.kept
        ),
        *(
            _("Given out on {day}, and not reached: {path}").format(
                day=daytext.moment(one.at), path=one.path
            )
            for one in {one.path: one for one in reversed(done.given)}.values()
        ),
        _("Copies rewritten: {copies}; texts removed or rewritten: {files}.").format(
            copies=len(done.copies), files=done.files
        ),
        _(
            "What others have of their own stays: their names, addresses, numbers and tags, and"
            " what papers, products and milestones are called."
        ),
        _(
            "Not reached from here: files that were imported or exported, letters, copies kept"
            " elsewhere, other machines; nicknames and other spellings in texts of others."
        ),
    ]
    if not call.dry_run:
        lines.insert(-1, _("This cannot be undone."))
    return {
        "changed": lines,
        "contact": person.id,
        "erased": dict(done.erased),
        "copies": done.copies,
        "files": done.files,
        "kept": [one._asdict() for one in done.kept],
        "given": [{**one._asdict(), "at": dates.iso_instant(one.at)} for one in done.given],
        "left": [one._asdict() for one in done.left],
        "not_reached": lines[-1],
    }


def _left(files: list[Left]) -> list[str]:
    """What is said of files that could not be rewritten."""
    if not files:
        return []
    text = _("Not erased from {path}: {error}")
    return [
        *(text.format(path=one.path, error=one.why) for one in files),
        _("Remove these files, or say the same command again once they can be read."),
    ]


def _erase_due(call: Invocation) -> tuple[Changed, int]:
    from funnelcli.actions.forgetting_files import erase_due

    left: list[Left] = []
    with call.open() as conn:
        n = sealed.due(conn, dates.today().isoformat())
        if not call.dry_run:
            if n:
                call.confirm(
                    ngettext("Erase {n} record for good?", "Erase {n} records for good?", n).format(
                        n=n
                    )
                )

            def begun() -> None:
                call.stored = True

            left = erase_due(conn, call.path, begun)
    line = ngettext(
        "{n} record erased that is no longer to be kept.",
        "{n} records erased that are no longer to be kept.",
        n,
    ).format(n=n)
    data = {"changed": [line], "erased": {"sealed": n}, "left": [one._asdict() for one in left]}
    return Changed([line], data, warnings=_left(left)), PARTLY_DONE if left else 0


@gives(KEPT)
@gives("pages.dossier:WHOLE", option="--show")
@examples("funnel contact kept", "funnel contact kept --show 1")
def kept(
    record: Annotated[
        int | None,
        Option("--show", metavar="ID", min=1, help=N_("One of them, whole.")),
    ] = None,
) -> Listing | Page:
    """List the contracts and offers that the law keeps of contacts that were forgotten. They are in
    no list, search or export; `--show` shows one as it was locked away."""
    call = current()
    with call.read() as conn:
        if record is None:
            rows = list(sealed.listed(conn))
            return Listing(KEPT, rows, empty=_("Nothing is locked away."))
        content = sealed.content(conn, record)
    if content is None:
        raise NotFound(
            _("Nothing is locked away as {id}.").format(id=record),
            _("`funnel {command}` lists what there is.").format(command="contact kept"),
        )
    from funnelcli.pages.dossier import sealed_page

    return sealed_page(content)


def _person(call: Invocation, conn: sqlite3.Connection, text: str | None) -> Person:
    text = call.which(conn, CONTACT, text)
    try:
        known = forgetting_person.public_ids(conn, call.find(conn, CONTACT, text))
    except NotFound:
        known = forgetting_person.removed(conn, text)
        if not known:
            raise
    person = forgetting_person.find(conn, known)
    assert person is not None
    return person
