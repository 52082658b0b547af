"""The root of the command tree: ``funnel`` alone is today's view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import typer
from typer.main import get_command

from funnelcli import config
from funnelcli.cli import invocation, params
from funnelcli.cli.building import Group, build, translate
from funnelcli.cli.commands import with_verb
from funnelcli.cli.hinting import hinted
from funnelcli.cli.signatures import with_shared
from funnelcli.cli.tree import TREE, Verb
from funnelcli.i18n import _


class Root(Group):
    """The group that notes which command was named."""

    _words: Sequence[str] = ()
    """The command line from the command on."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Options that stand before the command, which are the command's own, behind it."""
        if args and args[0][:1] == "-":
            from funnelcli.cli.leading_options import behind

            args = behind(args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command. Where its first word names nothing, it may have been meant for another
        one."""
        with hinted(lambda: self._words):
            return super().invoke(ctx)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """What there is more help on."""
        from funnelcli.pages.topics import KEYS

        if config.in_tables(config.ALIAS):
            from funnelcli.cli.aliases import texts

            with formatter.section(_("Your own commands")):
                formatter.write_dl([*texts().items()])
        with formatter.section(_("Topics")):
            formatter.write_dl([("funnel help", ", ".join(KEYS))])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command, with its words noted for the journal."""
        if not self.knows(args):
            args = _expanded(args)
        self._words = args
        if not self.knows(args):
            from funnelcli.cli.guessing import command as meant

            args = meant(args)
            invocation.current().guessed = True
        name, command, rest = super().resolve_command(ctx, args)
        call = invocation.current()
        call.verb = call.list = name
        if isinstance(command, Group) and command.noun is not None:
            rest = with_verb(command.noun, rest)
            if rest:
                call.verb = f"{name} {rest[0]}"
                call.list = f"{name}-{command.name_of(rest[0])}"
        return name, command, rest


def _expanded(args: list[str]) -> list[str]:
    """The words with the command that an alias stands for, as the journal has them too."""
    from funnelcli.cli.aliases import expanded

    line = expanded(args)
    if line != args:
        call = invocation.current()
        before = call.args[: -len(args)] if call.args[-len(args) :] == args else []
        call.args = [*before, *line]
    return params.spelled_out(line)


def _today(context: typer.Context) -> Any:
    """Today's view, where no command is named."""
    if context.invoked_subcommand is not None:
        return None
    entry = TREE["today"]
    assert isinstance(entry, Verb)
    invocation.current().verb = "today"
    command = build("today", entry)
    return command.invoke(command.make_context("today", [], parent=context))


def root() -> Root:
    """The whole tree."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.callback(
        cls=Root,
        invoke_without_command=True,
        context_settings={"help_option_names": ["--help", "-h"]},
        help=_(
            "The pipeline tracker for people who sell and live in a terminal.\n\n"
            "`funnel` alone shows today: what is due, what rots, the pipeline."
        ),
    )(with_shared(_today, "rm"))
    made = get_command(app)
    assert isinstance(made, Root)
    made.tree = TREE
    translate(made.params)
    return made
