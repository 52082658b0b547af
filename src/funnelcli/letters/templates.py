"""The templates of letters: the shipped ones, and the user's own that stand before them.

A user's own is a file of the same name in the folder ``templates`` beside ``config.toml``, as what
is said of the sender is there too: a database that is restored, or handed to somebody else, keeps
writing letters with the head of whoever writes them.
"""

from __future__ import annotations

import os

from funnelcli import config, files
from funnelcli.errors import Failed, Usage, reason
from funnelcli.i18n import N_, _
from funnelcli.plain import NamedTuple

FOLDER = os.path.dirname(__file__)
WORDS = "words.toml"
PICTURES = ("logo.svg", "logo.png", "logo.jpg")
"""What a picture in the head of a letter is called; the first that there is."""
_MOST_BYTES = 2_000_000
_MEDIA = {"svg": "svg+xml", "png": "png", "jpg": "jpeg", "jpeg": "jpeg", "gif": "gif"}


class Template(NamedTuple):
    """A template: the file that it is, the letter that shows it, and what it is (a message id)."""

    file: str
    kind: str
    title: str


TEMPLATES = {
    "letter": Template("letter.html.j2", "offer", N_("the frame of every letter")),
    "foot": Template("foot.html.j2", "offer", N_("what the law wants below a letter")),
    "lines": Template("lines.html.j2", "offer", N_("the table of lines and its sums")),
    "offer": Template("offer.html.j2", "offer", N_("an offer")),
    "confirmation": Template("confirmation.html.j2", "confirmation", N_("an order confirmation")),
    "withdrawal": Template("withdrawal.html.j2", "withdrawal", N_("a withdrawal instruction")),
    "offer.md": Template("offer.md.j2", "offer", N_("an offer as Markdown")),
    "confirmation.md": Template(
        "confirmation.md.j2", "confirmation", N_("an order confirmation as Markdown")
    ),
    "withdrawal.md": Template(
        "withdrawal.md.j2", "withdrawal", N_("a withdrawal instruction as Markdown")
    ),
    "words": Template(WORDS, "offer", N_("the words of all letters")),
}
"""By the names that people give them."""


def own_folder() -> str:
    """Where the user's own templates are."""
    return os.path.join(config.config_dir(), "templates")


def own_path(name: str) -> str:
    """Where the user's own template of that name is, or would be."""
    return os.path.join(own_folder(), TEMPLATES[name].file)


def is_own(name: str) -> bool:
    """Whether the user has a template of that name."""
    return os.path.isfile(own_path(name))


def shipped(name: str) -> str:
    """The text of a shipped template: one of TEMPLATES."""
    with open(os.path.join(FOLDER, TEMPLATES[name].file), encoding="utf-8") as file:
        return file.read()


def known(text: str) -> str:
    """The name of the template that ``text`` names: by that, or by its file. Raises Usage."""
    base = os.path.basename(text)
    for name, template in TEMPLATES.items():
        if text == name or base == template.file:
            return name
    if os.path.isfile(text):
        raise Usage(
            _("{path} is not called like any template.").format(path=text),
            _("Say with --as which it is: {keys}.").format(keys=", ".join(TEMPLATES)),
        )
    raise Usage(
        _("There is no template {name}.").format(name=text),
        _("Write one of: {keys}.").format(keys=", ".join(TEMPLATES)),
    )


def read(path: str) -> str:
    """The text of the template in a file. Raises Failed."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise Failed(
            _("{path} cannot be read: {error}.").format(path=path, error=reason(error)),
            _("Name a file with a template."),
        ) from error


def install(name: str, text: str) -> str | None:
    """Have the user's own template be ``text``; where the one that it takes the place of is now,
    None where there was none or it is the same. Raises Failed."""
    path = own_path(name)
    try:
        os.makedirs(own_folder(), mode=0o700, exist_ok=True)
        kept = _put_aside(path, text)
        with files.replacing_text(path) as out:
            out.write(text)
    except OSError as error:
        raise _unwritable(path, error) from error
    return kept


def leave(name: str) -> str | None:
    """Take the user's own template out of use; where it is now, None where there was none. Raises
    Failed."""
    path = own_path(name)
    try:
        kept = _put_aside(path, None)
        if kept is not None:
            os.unlink(path)
    except OSError as error:
        raise _unwritable(path, error) from error
    return kept


def _put_aside(path: str, text: str | None) -> str | None:
    """Keep a copy of the file at ``path``, unless there is none or it holds ``text`` already."""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            before = file.read()
    except FileNotFoundError:
        return None
    if before == text:
        return None
    beside = files.part(os.path.dirname(path))
    with open(beside, "w", encoding="utf-8", errors="surrogateescape") as out:
        out.write(before)
    return files.settle(beside, (f"{path}.{number}" for number in range(1, 1_000_000)))


def _unwritable(path: str, error: OSError) -> Failed:
    return Failed(
        _("{path} cannot be written: {error}.").format(path=path, error=reason(error)),
        _("Check that the folder exists and that the disk has room."),
    )


def picture(name: str) -> str:
    """A picture in the folder of the user's own templates as an address that holds it whole, so
    that a letter needs no other file. Raises ValueError."""
    from base64 import b64encode

    ending = name.rpartition(".")[2].lower()
    if os.path.basename(name) != name or ending not in _MEDIA:
        raise ValueError(
            _("{name} is no picture in {folder}").format(name=name, folder="templates")
        )
    try:
        with open(os.path.join(own_folder(), name), "rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise ValueError(f"{name}: {reason(error)}") from error
    if len(data) > _MOST_BYTES:
        raise ValueError(_("{name} is larger than {size}").format(name=name, size="2 MB"))
    return f"data:image/{_MEDIA[ending]};base64,{b64encode(data).decode()}"


def logo() -> str:
    """The picture for the head of a letter; "" where the user has none."""
    found = (name for name in PICTURES if os.path.isfile(os.path.join(own_folder(), name)))
    name = next(found, "")
    return picture(name) if name else ""
