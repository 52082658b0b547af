"""What JSON promises."""

from __future__ import annotations

import json
from contextlib import nullcontext

from funnelcli.cli.commands import examples
from funnelcli.cli.declaring import Argument
from funnelcli.cli.invocation import current
from funnelcli.db.server import may_be_there
from funnelcli.errors import NotFound
from funnelcli.i18n import N_, _
from funnelcli.nouns import NOUNS
from funnelcli.render import Text
from funnelcli.typed import Annotated
from funnelcli.values.choosing import exact


@examples("funnel schema deal", "funnel schema")
def schema(
    kind: Annotated[
        str | None, Argument(metavar="[NOUN]", help=N_("deal, contact, visit …"))
    ] = None,
) -> Text:
    """Print what --json gives of a record, as a JSON Schema; of every kind without a name."""
    from funnelcli.nouns import schema as made

    call = current()
    # What the program promises can be asked where no database is yet.
    there = may_be_there(call.path)
    if kind is None:
        with call.read() if there else nullcontext() as conn:
            kinds = {name: made.schema(name, conn) for name in NOUNS}
        found = {"$schema": made.DRAFT, "$defs": kinds}
        return Text(json.dumps(found, indent=2) + "\n")
    names = exact([(name, f"{name}s") for name in NOUNS], kind)
    if len(names) != 1:
        raise NotFound(
            _("There are no records called {name}.").format(name=kind),
            _("There are: {names}.").format(names=", ".join(NOUNS)),
        )
    with call.read() if there else nullcontext() as conn:
        return Text(json.dumps(made.schema(names[0], conn), indent=2) + "\n")
