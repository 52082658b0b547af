"""Build the site of the docs, English and German, from README and docs.

    python tools/build_site.py [FOLDER]      into FOLDER, or build/site

Needs what ``pip install ".[docs]"`` installs, and no network. Every page of ``docs/`` and
``docs/de/`` is taken, in the order in which the README lists them. A link that leads nowhere is an
error. The pages are opened from the disk as they are or put on any web server: they load nothing
from elsewhere, and the search of each language runs in the browser.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

ROOT = Path(__file__).resolve().parent.parent


class Language(NamedTuple):
    """The pages of a language, and where the site has them."""

    code: str
    name: str
    readme: str
    folder: str


LANGUAGES = (
    Language("en", "English", "README.md", ""),
    Language("de", "Deutsch", "README.de.md", "de/"),
)
# What the theme says in English whatever the language: text around an article, and attributes.
THEME = {
    "de": {
        "Auto light/dark, in dark mode": "Wie das System, dunkel",
        "Auto light/dark, in light mode": "Wie das System, hell",
        "Back to top": "Nach oben",
        "Contents": "Inhalt",
        "Dark mode": "Dunkel",
        "Expand": "Aufklappen",
        "Home": "Startseite",
        "Light mode": "Hell",
        "Link to this heading": "Verweis auf diese Überschrift",
        "Made with": "Erstellt mit",
        "Menu": "Menü",
        "Next": "Weiter",
        "On this page": "Auf dieser Seite",
        "Previous": "Zurück",
        "Skip to content": "Zum Inhalt",
        "Toggle Light / Dark / Auto color theme": "Hell, dunkel oder wie das System",
        "Toggle site navigation sidebar": "Navigation ein- und ausblenden",
        "Toggle table of contents sidebar": "Inhaltsverzeichnis ein- und ausblenden",
    }
}
LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]+)\)")

LISTED = re.compile(r"^- \[[^\]]*\]\(([^)\s]+)\)", re.MULTILINE)


def pages(language: Language) -> dict[str, str]:
    """The files of the language's site, by name: its index is the README."""
    docs = ROOT / "docs" / language.folder
    found = {path.name: path.read_text("utf-8") for path in sorted(docs.glob("*.md"))}
    readme = (ROOT / language.readme).read_text("utf-8")
    listed = [Path(link).name for link in LISTED.findall(readme)]
    order = [name for name in dict.fromkeys([*listed, *found]) if name in found]
    for folder in folders():
        found = {name: beside(text, folder.name) for name, text in found.items()}
        found[f"{folder.name}.md"] = contents(folder)
    found["CHANGELOG.md"] = (ROOT / "CHANGELOG.md").read_text("utf-8")
    examples = (ROOT / "examples" / language.readme).read_text("utf-8")
    found["examples.md"] = examples.replace(f"](../docs/{language.folder}", "](")
    order += ["examples.md", "CHANGELOG.md"]
    names = "\n".join(name.removesuffix(".md") for name in order)
    readme = LINK.sub(lambda link: moved(link, language), readme)
    found["index.md"] = f"{readme}\n```{{toctree}}\n:hidden:\n\n{names}\n```\n"
    return found


def folders() -> list[Path]:
    """The folders of files that pages link to; they lie beside the pages of each language."""
    own = {"site", *(one.folder.rstrip("/") for one in LANGUAGES)}
    return [
        path for path in sorted((ROOT / "docs").iterdir()) if path.is_dir() and path.name not in own
    ]


def beside(text: str, folder: str) -> str:
    """A page with its links into the folder as they are on the site, where a folder is a page."""
    text = re.sub(rf"\]\((?:\.\./)?{folder}/?\)", f"]({folder}.md)", text)
    return re.sub(rf"\]\(\.\./{folder}/", f"]({folder}/", text)


def contents(folder: Path) -> str:
    """The page of a folder, which lists its files."""
    files = "\n".join(
        f"- [{path.name}]({folder.name}/{path.name})" for path in sorted(folder.iterdir())
    )
    return f"---\norphan: true\n---\n\n# {folder.name}\n\n{files}\n"


def moved(link: re.Match[str], language: Language) -> str:
    """A link of the README from the folder where the site has all pages of a language."""
    text, target = link.groups()
    for other in LANGUAGES:
        if other is not language and target in (other.readme, f"docs/{other.folder}"):
            # What another build makes is no page of this one.
            return f'<a href="{way(language, other)}index.html">{text}</a>'
    if target == f"examples/{language.readme}":
        target = "examples.md"
    return f"[{text}]({target.removeprefix('docs/').removeprefix(language.folder)})"


def way(origin: Language, to: Language) -> str:
    """The way from a page of one language to the folder of another."""
    return ("../" if origin.folder else "") + to.folder


def build(language: Language, target: Path, scratch: Path) -> int:
    """Build a language's site; the exit code."""
    source = scratch / language.code
    source.mkdir()
    for name, text in pages(language).items():
        (source / name).write_text(text, encoding="utf-8")
    for folder in folders():
        shutil.copytree(folder, source / folder.name)
    shutil.copy(ROOT / "docs" / language.folder / "funnel.svg", source)
    switch = [(one.code, one.name, way(language, one)) for one in LANGUAGES]
    with patch_docutils(), docutils_namespace():
        app = Sphinx(
            srcdir=source,
            confdir=ROOT / "docs" / "site",
            outdir=target / language.folder,
            doctreedir=scratch / f"{language.code}.cache",
            buildername="html",
            confoverrides={"language": language.code, "html_context": {"languages": switch}},
            status=None,
            warningiserror=True,
            keep_going=True,
        )
        app.build()
    translate(target / language.folder, THEME.get(language.code, {}))
    return int(app.statuscode)


def check_offline(target: Path) -> None:
    """Raise SystemExit where a page or a style sheet would load something from elsewhere."""
    loads = re.compile(
        r"""<(?:script|img|iframe|source)[^>]*\bsrc=["']?(?:https?:)?//"""
        r"""|<link[^>]*\brel=["']?(?:stylesheet|preload|icon)[^>]*\bhref=["']?(?:https?:)?//"""
        r"""|(?:url\(|@import )["']?(?:https?:)?//"""
    )
    for path in [*target.rglob("*.html"), *target.rglob("*.css")]:
        if found := loads.search(path.read_text("utf-8")):
            raise SystemExit(f"{path} loads from elsewhere: {found[0]}")


def translate(folder: Path, words: dict[str, str]) -> None:
    """Put the theme's own words into the language of the pages.

    Raises SystemExit where the theme says one of them no more.
    """
    one = "|".join(map(re.escape, words))
    left = set(words)

    def said(found: re.Match[str]) -> str:
        left.discard(found[2])
        return found[1] + words[found[2]] + found[3]

    for path in folder.glob("*.html") if words else ():
        text = re.sub(rf'((?:aria-label|title)=")({one})(")', said, path.read_text("utf-8"))
        around = re.split(r"(<article.*</article>)", text, flags=re.DOTALL)
        around[::2] = [re.sub(rf"(>\s*)({one})(\s*<)", said, part) for part in around[::2]]
        path.write_text("".join(around), encoding="utf-8")
    if left:
        raise SystemExit(f"the theme does not say any more: {', '.join(sorted(left))}")


def main(arguments: list[str]) -> int:
    """Build both; the exit code."""
    target = Path(arguments[0] if arguments else ROOT / "build" / "site").resolve()
    with tempfile.TemporaryDirectory() as scratch:
        failed = [one for one in LANGUAGES if build(one, target, Path(scratch))]
    if failed:
        return 1
    check_offline(target)
    sys.stdout.write(f"wrote {target / 'index.html'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
