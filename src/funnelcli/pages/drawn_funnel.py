"""The funnel drawn on a terminal: one line a stage, phases as the sales route, at any width."""

from __future__ import annotations

from funnelcli.i18n import _, ngettext
from funnelcli.nouns import words
from funnelcli.queries.funnel import Amount, Funnel, StageRow
from funnelcli.render import human
from funnelcli.render.layout import cells, fold, word_need
from funnelcli.render.model import Line
from funnelcli.values.money import format_money

_MOST_BAR = 44
_LEAST_BAR = 6
_INDENT = "  "
_GAP = "  "


def money(amounts: list[Amount], locale: str, *, weighted: bool = False) -> list[str]:
    """Sums as text, one a currency: amounts of several are never added up."""
    return [
        format_money(amount.weighted if weighted else amount.value, amount.currency, locale)
        for amount in sorted(amounts, key=lambda amount: amount.currency)
    ] or [""]


def draw(funnel: Funnel, width: int, locale: str, *, bars: bool = True) -> list[Line]:
    """The funnel as lines no wider than ``width`` cells.

    The bar is the share of the deals that came as far as the stage, lost ones included; where
    there is room it is centred, so that the whole reads as a funnel. ``bars`` False draws them
    with ASCII. Names of stages are folded before a column goes, and what went is named.
    """
    table = [_cells(row, locale) for row in funnel.stages]
    heads = [_("Stage"), _("Deals"), _("Value"), _("Weighted"), _("Reached")]
    widths = [
        max(cells(heads[i]), *(cells(part) for row in table for part in row[i]))
        for i in range(len(heads))
    ]
    whole = widths[0] + len(_INDENT)
    names = [row.name for row in funnel.stages]
    widths[0] = max(cells(heads[0]), word_need(names) + len(_INDENT))
    shown = [0, 1, 2, 3, 4]
    for column in (3, 4, 2):
        if sum(widths[i] + 2 for i in shown) - 2 <= width:
            break
        shown.remove(column)
    room = width - sum(widths[i] + 2 for i in shown)
    if room < -2:
        widths[0] = max(4, widths[0] + room + 2)
    if room > _LEAST_BAR or (room > 0 and room < _LEAST_BAR):
        # What a bar leaves goes to the names, and all where there is none.
        more = min(whole - widths[0], room - _LEAST_BAR if room > _LEAST_BAR else room)
        widths[0] += more
        room -= more
    bar_width = min(_MOST_BAR, room) if room >= _LEAST_BAR else 0
    for row, parts in zip(funnel.stages, table, strict=True):
        parts[0] = [_INDENT + part for part in fold(row.name, widths[0] - len(_INDENT))]
    lines: list[Line] = [[(_row([[head] for head in heads], widths, shown, 0), "dim")]]
    phase = ""
    for row, parts in zip(funnel.stages, table, strict=True):
        if row.phase != phase:
            phase = row.phase
            lines += [[(part, "strong")] for part in fold(words.read(words.PHASE, phase), width)]
        for number in range(max(len(part) for part in parts)):
            line: Line = [(_row(parts, widths, shown, number), _style(row))]
            if bar_width and number == 0 and row.reached is not None and funnel.entered:
                line.append((_GAP, ""))
                line.append((_bar(row.reached / funnel.entered, bar_width, bars), _bar_style(row)))
            lines.append(line)
    return lines + [[(part, "dim")] for part in fold(no_room_for(heads, shown), width) if part]


def no_room_for(heads: list[str], shown: list[int]) -> str:
    """The line that names the columns that are not shown; nothing where all are."""
    hidden = [head for i, head in enumerate(heads) if i not in shown]
    return _("No room here for: {columns}.").format(columns=", ".join(hidden)) if hidden else ""


def shared(row: StageRow, locale: str) -> str:
    """The share of the deals that came so far: a dash where none came at all, nothing for a stage
    outside the funnel."""
    if row.reached is None:
        return ""
    return human.share(row.reached, row.base, locale) if row.base else "–"


def _cells(row: StageRow, locale: str) -> list[list[str]]:
    """The columns of a stage, each a list of lines."""
    share = shared(row, locale)
    return [
        [row.name],
        [human.number(row.deals, locale) if row.deals else "–"],
        money(row.amounts, locale),
        money(row.amounts, locale, weighted=True),
        [share],
    ]


def _row(parts: list[list[str]], widths: list[int], shown: list[int], number: int) -> str:
    texts = []
    for i in shown:
        text = parts[i][number] if number < len(parts[i]) else ""
        if i == 0:
            texts.append(text + " " * (widths[0] - cells(text)))
        else:
            texts.append(" " * (widths[i] - cells(text)) + text)
    return _GAP.join(texts)


def _style(row: StageRow) -> str:
    if row.kind == "won":
        return "good"
    return "" if row.deals else "dim"


def _bar_style(row: StageRow) -> str:
    return "good" if row.kind in ("won", "post") else ""


def _bar(share: float, width: int, bars: bool) -> str:
    """A centred bar; half cells at both ends keep the two sides even."""
    if share <= 0:
        return ""
    if not bars:
        full = max(1, round(share * width))
        return " " * ((width - full) // 2) + "#" * full
    halves = max(1, round(share * width))
    left = (width - halves) // 2 if (width - halves) % 2 == 0 else (width - halves - 1) // 2
    odd = (width - halves) % 2
    if not odd:
        return " " * left + "█" * halves
    return " " * left + "▐" + "█" * (halves - 1) + "▌"


def closing_lines(funnel: Funnel, locale: str) -> list[str]:
    """How deals ended, in words, each rate with its n."""
    closed = funnel.closed
    decided = closed.won + closed.lost
    if not decided and not closed.duplicates:
        return [_("No deal is closed yet.")]

    def said(count: int) -> str:
        return human.number(count, locale)

    values = ", ".join(filter(None, money(closed.won_amounts, locale)))
    text = _("Won {n}").format(n=said(closed.won)) + (f": {values}" if values else "")
    if closed.withdrawn:
        text += " " + _("(gross; {n} withdrawn, net {net})").format(
            n=said(closed.withdrawn), net=said(closed.won - closed.withdrawn)
        )
    text += " · " + _("lost {n}").format(n=said(closed.lost))
    lines = [text]
    if decided:
        rate = human.share(closed.won, decided, locale)
        lines.append(
            _("Win rate {rate}: {won} of {n} closed").format(
                rate=rate, won=said(closed.won), n=said(decided)
            )
        )
    for label, spent in (
        (_("Days to win: median {median}, mean {mean} (n = {n})"), closed.days_to_win),
        (_("Days to lose: median {median}, mean {mean} (n = {n})"), closed.days_to_lose),
    ):
        if spent is not None:
            lines.append(
                label.format(
                    median=human.number(spent.median, locale),
                    mean=human.number(spent.mean, locale),
                    n=said(spent.n),
                )
            )
    if closed.duplicates:
        text = ngettext(
            "{n} duplicate is left out.", "{n} duplicates are left out.", closed.duplicates
        )
        lines.append(text.format(n=said(closed.duplicates)))
    return lines
