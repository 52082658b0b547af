"""Stages of a file that nobody knows: asked for on a terminal, with proposals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from funnelcli.cli.invocation import Invocation
from funnelcli.i18n import _, ngettext
from funnelcli.render import message

if TYPE_CHECKING:
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
            "Stages here: {stages}; an empty answer takes the proposal, - leaves the rows out."
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
