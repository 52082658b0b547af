"""A throw-away database with a small, believable pipeline, to look around in."""

from __future__ import annotations

import os
import shlex
import sqlite3
import tempfile

from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Option
from funnelcli.cli.invocation import Invocation, current
from funnelcli.db.server import whole
from funnelcli.errors import Refused
from funnelcli.i18n import N_, _
from funnelcli.nouns import naming
from funnelcli.nouns.printed import Printed
from funnelcli.pages.funnel import funnel_page
from funnelcli.pages.today import today_page
from funnelcli.plain import NamedTuple
from funnelcli.queries.funnel import funnel
from funnelcli.render import Block, Page, Prose
from funnelcli.typed import Annotated, Any
from funnelcli.values import dates


class Demo(NamedTuple):
    """What ``--json`` prints: where the database is, and its day."""

    path: str
    today: dict[str, Any]


@gives(Printed(data=Demo._fields, parts=True))
@examples("funnel demo", "funnel demo --into demo.db")
def demo(
    into: Annotated[
        str | None,
        Option(
            "--into", metavar="FILE", help=N_("Where to make it; a temporary folder without it.")
        ),
    ] = None,
) -> Page:
    """Make a demo."""
    from funnelcli.actions.sample import fill
    from funnelcli.db.connection import connect
    from funnelcli.db.dumping import is_new
    from funnelcli.db.server import is_address
    from funnelcli.db.transaction import command

    call = current()
    path = into or os.path.join(tempfile.mkdtemp(prefix="funnel-demo-"), "demo.db")
    if os.path.exists(path):
        raise Refused(
            _("{path} is there already.").format(path=path),
            _("Name a file that does not exist yet."),
        )
    conn = connect(path)
    try:
        if is_address(path) and not is_new(conn):
            raise Refused(
                _("{path} is not empty.").format(path=path), _("Name a database that is new.")
            )
        with command(conn, "demo"):
            fill(conn)
        return _page(call, conn, path)
    finally:
        conn.close()


def _page(call: Invocation, conn: sqlite3.Connection, path: str) -> Page:
    today = today_page(conn, call.output.locale, whole=not call.on_screen)
    blocks: list[Block] = list(today.blocks)
    for key in ("cycle", "funnel"):
        found = funnel(conn, naming.process_id(conn, key), now=dates.now())
        blocks += funnel_page(found, call.output.locale, call.encoding).blocks[:1]
    blocks.append(
        Prose(
            "\n".join(
                [
                    _("These are sample data, in a file of their own. Go on with it:"),
                    f"  export FUNNEL_DB={shlex.quote(whole(path))}",
                    "  funnel",
                    "  funnel deal list is:open",
                    "  " + _('funnel log hall "liked the offer" --next "call back" --due fri'),
                    "  " + _("funnel advance hall"),
                    "  funnel undo",
                    _("Your own data begin with: unset FUNNEL_DB; funnel"),
                ]
            ),
            _("A demo"),
        )
    )
    return Page(blocks, Demo(whole(path), today.data)._asdict(), name="demo")
