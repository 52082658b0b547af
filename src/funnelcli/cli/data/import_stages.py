"""Stages of a file that nobody knows: asked for on a terminal, with proposals, or made a process
of."""

from __future__ import annotations

from collections.abc import Mapping

from funnelcli.cli.data.import_files import silent
from funnelcli.cli.data.import_options import Options
from funnelcli.cli.invocation import Invocation
from funnelcli.errors import Usage
from funnelcli.i18n import _, ngettext
from funnelcli.render import message
from funnelcli.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from funnelcli.actions.importing.new_process import Made
    from funnelcli.actions.importing.ways import Ways

# More different texts are no stages.
_MOST = 30


def ask_stages(call: Invocation, ways: Ways, words: Mapping[str, int]) -> list[str]:
    """TEXT=STAGE for the texts that nobody knows, as the person at the terminal says; none where
    nobody can be asked, or somebody would wait for the answer. An empty answer leaves rows with
    the text to the rejects file."""
    unknown = {text: n for text, n in words.items() if text.strip() and ways.knows(text) is None}
    if not unknown or len(unknown) > _MOST or not call.interactive:
        return []
    if call.yes or call.is_part:
        return []
    choices = [*ways.keys, "won", "lost", "open", "skip"]
    message(
        call.output,
        _(
            "Stages here: {stages}. An empty answer takes the proposal, skip leaves the rows out, -"
            " puts them into the file of rejected rows."
        ).format(stages=", ".join(choices)),
    )
    found = []
    for text, n in sorted(unknown.items(), key=lambda pair: -pair[1]):
        rows = ngettext("{n} row", "{n} rows", n).format(n=n)
        while True:
            question = _("What is “{text}” ({rows})?").format(text=text.strip(), rows=rows)
            answer = call.ask(question, ways.guess(text) or "-").strip()
            if answer in ("", "-"):
                break
            if answer.casefold() in choices or ways.knows(answer) is not None:
                found.append(f"{text.strip()}={answer}")
                break
            message(call.output, _("There is no stage {stage}.").format(stage=answer))
    return found


def check_one_process(options: Options) -> None:
    """Raise Usage where a process is to be made, and another to be taken."""
    if options.process is not None and options.new_process is not None:
        raise Usage(
            _("--process and --new-process cannot both be."),
            _("Take a process that there is, or make one."),
        )


def one_format(formats: str | list[str] | None) -> str | None:
    """How days of entering stages are written, where that is said."""
    given = [formats] if isinstance(formats, str) else formats or []
    found = [text for text in given if "=" not in text or text.startswith("entered=")]
    return found[-1].removeprefix("entered=") if found else None


def say_new_process(call: Invocation, made: Made) -> None:
    """Say which process is made."""
    call.makes = made.process.key
    if silent(call):
        return
    said = [
        _("New process {name} ({key}): {stages}").format(
            name=made.process.name_en, key=made.process.key, stages=", ".join(made.stages)
        )
    ]
    if made.won:
        said.append(_("won: {texts}").format(texts=", ".join(made.won)))
    if made.lost:
        said.append(_("lost: {texts}").format(texts=", ".join(made.lost)))
    message(call.output, "; ".join(said))
