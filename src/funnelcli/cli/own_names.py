"""What no field of one's own can be called: it means something else of these records."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from funnelcli.cli.building import build
from funnelcli.cli.commands import HELP
from funnelcli.cli.params import SHARED
from funnelcli.cli.root import root
from funnelcli.cli.tree import every_command
from funnelcli.i18n import every
from funnelcli.nouns import declared
from funnelcli.reports.declarations import SLICES
from funnelcli.values.choosing import plain

# What is answered before the command line is read.
_AT_ONCE = ("version",)


@cache
def taken(noun: str) -> frozenset[str]:
    """What fields, filters, options and slices of a noun are called, folded."""
    return frozenset(_called(noun))


def _called(noun: str) -> Iterator[str]:
    of = declared(noun)
    yield from map(plain, ("is", "fields", "id", *_AT_ONCE, *SLICES))
    for name, *others in of.called():
        yield from map(plain, (name, *others[:2]))
    for name in of.fields:
        yield plain(name)
        yield plain(name.removesuffix("_id"))
    for field in of.fields.values():
        yield from map(plain, every(field.title))
        yield from map(plain, field.heard.split(", "))
    yield from map(plain, SHARED)
    tree = root()
    for param in tree.get_params(tree.make_context("funnel", [], resilient_parsing=True)):
        yield from map(_flag, param.opts)
    yield from map(plain, HELP)
    for path, verb in every_command().items():
        if path.partition(" ")[0] == noun or (noun == "visit" and path == "log"):
            for param in build(path.rpartition(" ")[2], verb).params:
                yield from map(_flag, (*param.opts, *param.secondary_opts))


def _flag(flag: str) -> str:
    return plain(flag.lstrip("-").replace("-", "_"))
