"""The one filter language of every list, report and export.

``stage:offer,negotiation value:>10000 due:..fri tag:vip -source:fair mueller``

- Several words must all hold; ``field:a,b`` is "a or b"; a leading ``-`` turns a word round.
  A word turned round keeps the records that have no value at all.
- ``field:`` and ``field:none`` mean "has none", ``field:any`` means "has one". An empty value of
  what no record is without is an error: what was meant stands behind a blank.
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
- choices that stand one behind the other: ``stage:offer..``, ``stage:..offer``, ``stage:>offer``.
- ``or`` between words, and parentheses around them: ``(stage:offer or stage:negotiation)``, in
  one word or in several. What stands in a row is asked before ``or``; a word with an ``or`` of its
  own is a group. ``-(…)`` turns a group round.
- ``@hot``: a saved filter.
- Anything else is searched for. A leading colon searches for what would read as a filter:
  ``:stage:offer``, ``:or``. (Not ``=``, which zsh expands at the beginning of a word.)

A word with blanks is one filter, ``"tag:very important"``, unless it has an ``or``, parentheses,
quotation marks or a second filter in it; then blanks divide, a value goes on as far as its field
understands it (``due:next week``), and ``tag:"very important"`` holds together.

A shell reads ``<`` and ``>`` itself unless they are quoted; ``value:10k..`` needs no quotes.
"""

from __future__ import annotations

from funnelcli.filters.conditions import Field, Fields, Filter
from funnelcli.filters.language import conditions, parse, sort, sorted_by
from funnelcli.filters.plain import all_plain, is_plain

__all__ = [
    "Field",
    "Fields",
    "Filter",
    "all_plain",
    "conditions",
    "is_plain",
    "parse",
    "sort",
    "sorted_by",
]
