"""The scripts that teach a shell to complete funnel's words."""

from __future__ import annotations

import os

import funnelcli
from funnelcli.cli.commands import examples
from funnelcli.cli.declaring import Argument
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _
from funnelcli.render import Text
from funnelcli.typed import Annotated

SCRIPTS = {
    "bash": "funnel.bash",
    "zsh": "_funnel",
    "fish": "funnel.fish",
    "powershell": "funnel.ps1",
}


@examples(
    "funnel completion bash > ~/.local/share/bash-completion/completions/funnel",
    "funnel completion zsh > ~/.zfunc/_funnel",
    "funnel completion fish > ~/.config/fish/completions/funnel.fish",
    "funnel completion powershell >> $PROFILE",
)
def completion(
    shell: Annotated[str, Argument(metavar="SHELL", help=N_("bash, zsh, fish or powershell."))],
) -> Text:
    """Print a shell's completion script."""
    name = SCRIPTS.get(shell.lower())
    if name is None:
        raise Usage(
            _("There is no completion for {shell}.").format(shell=shell),
            _("Write one of: {keys}.").format(keys=", ".join(SCRIPTS)),
        )
    with open(os.path.join(_folder(), name), encoding="utf-8") as file:
        return Text(file.read())


def _folder() -> str:
    """Where the scripts are: within an installed package, or beside ``src`` where it runs from
    the sources."""
    package = os.path.dirname(funnelcli.__file__)
    installed = os.path.join(package, "completions")
    if os.path.isdir(installed):
        return installed
    return os.path.join(os.path.dirname(os.path.dirname(package)), "completions")


completion.__dict__["more"] = lambda: _(
    "Where the script belongs is in the examples. zsh needs in ~/.zshrc, before compinit:"
    " fpath=(~/.zfunc $fpath). Start a new shell afterwards."
)
