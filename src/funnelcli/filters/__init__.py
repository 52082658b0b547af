"""The one filter language of every list, report and export.

``stage:offer,negotiation value:>10000 due:..fri tag:vip -source:fair mueller``

- Several words must all hold; ``field:a,b`` is "a or b"; a leading ``-`` turns a word round.
  A word turned round keeps the records that have no value at all.
- ``field:`` and ``field:none`` mean "has none", ``field:any`` means "has one".
- text and tags: the words after the colon, commas and spaces included in ``field:=…``, which
  takes everything behind the ``=`` as it stands ("a,b", "none").
- a choice (stage, source …): its key, or the beginning of its key or of its name in either
  language; a beginning that fits several choices means all of them.
- numbers, money, percent: ``500``, ``>500``, ``>=500``, ``<500``, ``<=500``, and ``3..7``,
  ``3..``, ``..7`` with both ends included. Money is in major units and compared in each record's
  own currency unless the filter names one: ``>USD 500``.
- dates: every period that :func:`funnelcli.values.dates.parse_range` reads, and ``<``, ``<=``,
  ``>``, ``>=`` before one, which ask whether a record is before, not after, after, not before it.
- ``is:rotten``: a named condition.
- Anything else is searched for. A leading colon searches for what would read as a filter:
  ``:stage:offer``. (Not ``=``, which zsh expands at the beginning of a word.)

A shell reads ``<`` and ``>`` itself unless they are quoted; ``value:10k..`` needs no quotes.
"""

from __future__ import annotations

from funnelcli.filters.conditions import Field, Fields, Filter
from funnelcli.filters.language import parse, sort

__all__ = ["Field", "Fields", "Filter", "parse", "sort"]
