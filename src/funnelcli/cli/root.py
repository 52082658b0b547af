"""The root of the command tree: ``funnel`` alone is today's view."""

from __future__ import annotations

from typing import Any

from funnelcli.cli import invocation, params
from funnelcli.cli.commands import Group, build
from funnelcli.cli.tree import TREE, Verb
from funnelcli.i18n import _


class Root(Group):
    """The group that runs ``today`` where no command is named."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was named, else today's view."""
        call = invocation.current()
        if not ctx._protected_args:
            entry = TREE["today"]
            assert isinstance(entry, Verb)
            call.verb = "today"
            command = build("today", entry)
            return command.invoke(command.make_context("today", [], parent=ctx))
        return super().invoke(ctx)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command, with its words noted for the journal."""
        name, command, rest = super().resolve_command(ctx, args)
        call = invocation.current()
        call.verb = name
        if isinstance(command, Group) and rest:
            call.verb = f"{name} {rest[0]}"
        return name, command, rest


def root() -> Root:
    """The whole tree."""
    made = Root(
        name="funnel",
        help=_(
            "The pipeline tracker for people who sell and live in a terminal.\n\n"
            "`funnel` alone shows today: what is due, what rots, the pipeline."
        ),
        rich_markup_mode=None,
        params=list(params.shared("r")),
    )
    made.tree = dict(TREE)
    return made
