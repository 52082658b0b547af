"""Encryption of the database file and of its copies."""

from __future__ import annotations

import os

from funnelcli import encryption
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Option
from funnelcli.cli.invocation import Invocation, current
from funnelcli.errors import FunnelError, Refused, Usage, reason
from funnelcli.i18n import N_, _, ngettext
from funnelcli.plain import NamedTuple
from funnelcli.render import Changed
from funnelcli.typed import Annotated

# Some of the copies could not be written anew.
SOME_LEFT = 6

KEY_FILE = Option(
    "--key-file", metavar="FILE", help=N_("Keep the key in this file, which is made if need be.")
)
PASSPHRASE = Option("--passphrase", help=N_("Ask for a passphrase, now and always."))
SAVE_KEY = Option(
    "--save-key", metavar="FILE", help=N_("Write the key to this file too, to be kept elsewhere.")
)


class Rewritten(NamedTuple):
    """What ``--json`` prints of a database that was written anew: where its key lies (keyring,
    file, passphrase; null for none), how many copies were, and the paths of those that were not."""

    path: str
    key: str | None
    copies: int
    left: list[str]


class _Key(NamedTuple):
    """A key or passphrase with its salt, where it is kept, and the file that it is read from."""

    secret: str
    salt: str
    kept: str
    file: str = ""


@gives((), data=Rewritten._fields)
@examples(
    "funnel db encrypt --save-key /media/stick/funnel.key",
    "funnel db encrypt --key-file ~/.funnel.key -y",
    "funnel db encrypt --passphrase",
)
def encrypt(
    key_file: Annotated[str | None, KEY_FILE] = None,
    passphrase: Annotated[bool, PASSPHRASE] = False,
    save_key: Annotated[str | None, SAVE_KEY] = None,
) -> Changed | tuple[Changed, int]:
    """Encrypt the database and its copies. The key goes into the system's keyring; without it
    nobody reads them again."""
    from funnelcli.db import copies

    call = _call()
    if encryption.is_encrypted(call.path):
        plain = [copy for copy in copies.listed(call.path) if encryption.is_plain(copy)]
        if encryption.taken() and plain:
            return _completed(call, plain)
        raise Refused(
            _("{path} is encrypted already.").format(path=call.path),
            _("`funnel db rekey` gives it another key."),
        )
    if not encryption.taken() and not call.dry_run:
        raise encryption.missing()
    return _anew(call, N_("Encrypt {what}?"), key_file, passphrase=passphrase, save_key=save_key)


@gives((), data=Rewritten._fields)
@examples(
    "funnel db rekey", "funnel db rekey --passphrase", "funnel db rekey --key-file new.key -y"
)
def rekey(
    key_file: Annotated[str | None, KEY_FILE] = None,
    passphrase: Annotated[bool, PASSPHRASE] = False,
    save_key: Annotated[str | None, SAVE_KEY] = None,
) -> Changed | tuple[Changed, int]:
    """Encrypt the database and its copies with another key, after which the old one opens none of
    them."""
    call = _call()
    _must_be_encrypted(call)
    # Whoever is asked for passphrases is asked for the present one first.
    encryption.secret(call.path)
    return _anew(
        call,
        N_("Encrypt {what} with another key?"),
        key_file,
        passphrase=passphrase,
        save_key=save_key,
    )


@gives((), data=Rewritten._fields)
@examples("funnel db decrypt", "funnel db decrypt -y")
def decrypt() -> Changed | tuple[Changed, int]:
    """Make the encrypted database and its copies plain files again."""
    call = _call()
    _must_be_encrypted(call)
    return _rewritten(call, N_("Decrypt {what}, for anybody to read?"), None)


def _call() -> Invocation:
    """The call that is under way. Raises Refused where its database is no file."""
    call = current()
    call.file(_("Whoever runs the server encrypts its disk, and the way to it by TLS."))
    return call


def _must_be_encrypted(call: Invocation) -> None:
    if not encryption.is_encrypted(call.path):
        raise Refused(
            _("{path} is not encrypted.").format(path=call.path),
            _("`funnel db encrypt` does that."),
        )
    if not encryption.taken():
        raise encryption.missing(call.path)


def _anew(
    call: Invocation, question: str, key_file: str | None, *, passphrase: bool, save_key: str | None
) -> Changed | tuple[Changed, int]:
    """Write the database under a new key of the kind that was asked for."""
    if passphrase and key_file is not None:
        raise Usage(
            _("--passphrase and --key-file are two places for one key."), _("Give one of them.")
        )
    if save_key is not None and (passphrase or key_file is not None):
        raise Usage(
            _("--save-key writes a key of the keyring to a file."),
            _("Leave it out beside --passphrase and --key-file."),
        )
    salt = os.urandom(16).hex()
    if passphrase:
        key = _Key("" if call.dry_run else encryption.typed_twice(), "", "passphrase")
    elif key_file is not None:
        path = os.path.abspath(os.path.expanduser(key_file))
        there = os.path.exists(path)
        found = encryption.read_key(path) if there else os.urandom(32).hex()
        if there and encryption.is_encrypted(call.path) and encryption.opens(call.path, found):
            raise Usage(
                _("{path} has that key already.").format(path=call.path),
                _("Name a file that does not exist yet."),
            )
        key = _Key(found, salt, "file", path)
    else:
        key = _Key(os.urandom(32).hex(), salt, "keyring", save_key or "")
    return _rewritten(call, question, key)


def _rewritten(call: Invocation, question: str, key: _Key | None) -> Changed | tuple[Changed, int]:
    """Ask, keep the key, write the database and its copies, and tell."""
    from funnelcli.db import rekeying
    from funnelcli.db.copies import listed

    # It is a funnel database of the latest schema, or is made one.
    with call.open():
        pass
    copies = listed(call.path)
    what = call.path
    if copies:
        what = ngettext("{path} and its {n} copy", "{path} and its {n} copies", len(copies)).format(
            path=call.path, n=len(copies)
        )
    call.confirm(_(question).format(what=what))
    told = Rewritten(call.path, key.kept if key else None, len(copies), [])
    if call.dry_run:
        line = _("Would be written anew: {what}").format(what=what)
        return Changed([line], told._asdict())
    if key is not None:
        _keep(key)
        encryption.remember(key.secret)
    spelt = "" if key is None else encryption.spelt(key.secret, key.salt)
    rekeying.rewrite(call.path, spelt)
    call.stored = True
    lines = [_done(key, call.path), *_rewrite_copies(copies, spelt, told.left)]
    told = told._replace(copies=len(copies) - len(told.left))
    if key is not None and key.kept == "keyring" and not key.file:
        lines.append(
            _(
                "Keep the key elsewhere too, for the day the keyring is gone: `funnel db rekey"
                " --save-key FILE`."
            )
        )
    done = Changed(lines, told._asdict())
    return (done, SOME_LEFT) if told.left else done


def _completed(call: Invocation, plain: list[str]) -> Changed | tuple[Changed, int]:
    """Encrypt the copies that an encryption which was cut off behind the database has left."""
    what = ngettext("{n} copy of {path}", "{n} copies of {path}", len(plain))
    what = what.format(n=len(plain), path=call.path)
    call.confirm(_("Encrypt {what}?").format(what=what))
    told = Rewritten(call.path, None, len(plain), [])
    if call.dry_run:
        return Changed([_("Would be written anew: {what}").format(what=what)], told._asdict())
    lines = _rewrite_copies(plain, encryption.key_of(call.path), told.left)
    call.stored = True
    done = Changed(lines, told._replace(copies=len(plain) - len(told.left))._asdict())
    return (done, SOME_LEFT) if told.left else done


def _rewrite_copies(copies: list[str], key: str, left: list[str]) -> list[str]:
    """Write copies anew under a key; the lines that say so. Those that cannot be are ``left``."""
    from funnelcli.db import rekeying

    lines = []
    for path in copies:
        try:
            rekeying.rewrite_copy(path, key)
        except (FunnelError, OSError) as error:
            left.append(path)
            why = reason(error)
            lines.append(_("This copy stayed as it was: {path} ({why})").format(path=path, why=why))
    if done := len(copies) - len(left):
        text = ngettext("{n} copy was written anew too.", "{n} copies were written anew too.", done)
        lines.insert(0, text.format(n=done))
    return lines


def _keep(key: _Key) -> None:
    """Put a key where it is kept, before anything is encrypted with it. Raises Failed, Usage."""
    from funnelcli.config import saving

    if key.kept == "keyring":
        if key.file and os.path.exists(key.file):
            raise Usage(
                _("{path} is there already.").format(path=key.file),
                _("Name a file that does not exist yet."),
            )
        encryption.store(key.salt, key.secret)
    if key.file and not os.path.exists(key.file):
        _write(key.file, key.secret)
    if key.kept == "file" and key.file not in (known := encryption.key_files()):
        # Beside the others, which other databases have, and this one still has.
        saving.save("key_file", os.pathsep.join([key.file, *known]))


def _write(path: str, key: str) -> None:
    from funnelcli import files
    from funnelcli.errors import Failed

    try:
        made = files.part(os.path.dirname(os.path.abspath(path)))
        with open(made, "w", encoding="utf-8") as file:
            file.write(f"{key}\n")
        files.settle(made, [path])
    except OSError as error:
        raise Failed(
            _("{path} cannot be written: {error}.").format(path=path, error=reason(error)),
            _("Nothing was changed. Name another file."),
        ) from error


def _done(key: _Key | None, path: str) -> str:
    if key is None:
        return _("{path} is a plain file again.").format(path=path)
    told = {
        "keyring": N_("Encrypted: {path}. Its key lies in the keyring."),
        "file": N_("Encrypted: {path}. Its key lies in {file}, which the settings name."),
        "passphrase": N_("Encrypted: {path}. Every command asks for the passphrase from now on."),
    }
    return _(told[key.kept]).format(path=path, file=key.file)
