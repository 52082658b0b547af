"""Money: integer minor units with a currency, read from and shown as people write it.

No floats, and no Decimal where integers do. Formatting is in :mod:`funnelcli.values.moneyformat`.
"""

from __future__ import annotations

from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.patterns import re
from funnelcli.plain import NamedTuple
from funnelcli.typed import TYPE_CHECKING
from funnelcli.values.currencies import CODES, currency_of
from funnelcli.values.currencies import check_currency as check_currency
from funnelcli.values.currencies import exponent as exponent
from funnelcli.values.moneyformat import format_money as format_money
from funnelcli.values.moneyformat import format_share as format_share
from funnelcli.values.moneyformat import money_text as money_text
from funnelcli.values.moneyformat import number_signs
from funnelcli.values.moneyformat import plain as plain
from funnelcli.values.reader import reader
from funnelcli.values.rounding import half_up

if TYPE_CHECKING:
    from collections.abc import Iterable

# Sums over a million deals stay within SQLite's 64-bit integers.
LARGEST = 1_000_000_000_000

# Longer than any amount with its signs: kept away from the patterns.
_LONGEST = 60

_SPACES = str.maketrans({**dict.fromkeys("\u00a0\u202f\u2009\u2007\t", " "), "’": "'", "ʼ": "'"})
_DASHES = "-−–—"


class Money(NamedTuple):
    """An amount: ``minor`` units (cents) of the ISO 4217 ``currency``."""

    minor: int
    currency: str


class _Written(NamedTuple):
    """The parts of an amount as written; ``power`` is that of a "k" or "Mio"."""

    number: str
    whole: bool
    negative: bool
    power: int
    signs: list[str]


# Digits, and how many of them are decimals.
Reading = tuple[int, int]

# Where people group by lakhs and crores.
_LAKHS = ("INR", "PKR", "BDT", "LKR", "NPR", "BTN")

_POWERS = (
    (3, r"k|tsd\.?|tausend|thousand"),
    (6, r"m|mio\.?|mn|mln|million(?:s|en)?"),
    (9, r"b|bn|mrd\.?|md|milliarden?"),
    (3, r"[kt](?=eur\b|€)"),
    (6, r"m(?=eur\b|€)"),
)


def _unreadable(text: str) -> Usage:
    return Usage(
        _("“{text}” is not an amount of money.").format(text=text[:40]),
        _("Write 12500, 12500.50, 12.500,50 €, USD 12,500.50 or 12k."),
    )


def _too_fine(text: str, currency: str) -> Usage:
    return Usage(
        _("“{text}” has more decimals than {currency} has.").format(text=text, currency=currency),
        _("Write at most {n}.").format(n=exponent(currency)),
    )


def _power(n: int) -> int:
    power: int = 10**n
    return power


def _take_apart(text: str) -> _Written | None:
    """The parts of ``text``, or None if it is no amount at all."""
    word = " ".join(text.translate(_SPACES).split())
    found = re.fullmatch(
        r"(\D*?)((?:(?<![^\W\d_])[.,])?[0-9](?:[0-9 .,']*[0-9])?)"
        rf"( ?[.,][{_DASHES}]{{1,2}})?(\D*)",
        word,
    )
    if found is None:
        return None
    before, number, dash, after = found[1].strip(), found[2], found[3], found[4].strip()
    negative = 0
    if before.startswith("(") and after.endswith(")"):
        before, after, negative = before[1:].strip(), after[:-1].strip(), 1
    for dashed in _DASHES[:3]:
        negative += before.count(dashed)
        before = before.replace(dashed, "", 1)
        if after.endswith(dashed):
            after, negative = after[:-1].strip(), negative + 1
    if negative > 1:
        return None
    before = before.replace("+", "", 1).strip()
    power = 0
    for power_found, pattern in _POWERS:
        scaled = re.match(rf"(?:{pattern})(?![^\W\d_])|(?:{pattern})(?=eur\b)", after.casefold())
        if scaled:
            power, after = power_found, after[scaled.end() :].strip()
            break
    signs = [part for piece in (before, after) for part in _signs(piece)]
    if "." in signs:
        return None
    return _Written(number, dash is not None, bool(negative), power, signs)


def _signs(piece: str) -> list[str]:
    return [piece] if piece.casefold() == "f cfa" else piece.split()


def readings(number: str, *, whole: bool = False, lakhs: bool = False) -> dict[str, Reading]:
    """Decimal sign → (digits, decimals) for each reading of ``number`` that is well formed: the
    decimals after one sign, before it groups of three after another.

    ``whole`` says that it has no decimals, ``lakhs`` that it may be grouped as in India, by two
    before the last three: 12,34,567. With decimals after a point that is no slip anywhere.
    """
    found: dict[str, Reading] = {}
    for sign, other in ((".", ","), (",", ".")):
        before, pointed, part = number.partition(sign)
        if pointed and (not part.isdigit() or whole):
            continue
        grouped = rf"[0-9]+|[1-9][0-9]{{0,2}}([ '{other}])[0-9]{{3}}(?:\1[0-9]{{3}})*"
        if sign == "." and (pointed or lakhs):
            grouped += "|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}"
        if re.fullmatch(grouped, before) or (pointed and not before):
            found[sign] = (int(re.sub(r"\D", "", before) + part), len(part))
    return found


def _readings(written: _Written, currency: str) -> dict[str, Reading]:
    return readings(written.number, whole=written.whole, lakhs=currency in _LAKHS)


def _amount(written: _Written, reading: Reading, currency: str, text: str) -> Money:
    digits, decimals = reading
    shift = exponent(currency) + written.power - decimals
    minor, rest = divmod(digits * _power(max(shift, 0)), _power(max(-shift, 0)))
    if rest:
        raise _too_fine(text[:40], currency)
    if minor > LARGEST * _power(exponent(currency)):
        raise Usage(
            _("“{text}” is too much.").format(text=text[:40]),
            _("Amounts up to {largest} can be kept.").format(largest=largest_text()),
        )
    return Money(-minor if written.negative else minor, currency)


def _parts(text: str, negative: bool) -> _Written:
    written = _take_apart(text) if len(text) <= _LONGEST else None
    if written is None:
        raise _unreadable(text)
    if written.negative and not negative:
        raise Usage(
            _("“{text}” is negative.").format(text=text[:40]),
            _("Write an amount of zero or more."),
        )
    return written


def largest_text() -> str:
    """:data:`LARGEST` within a sentence, grouped as the locale of who reads it does."""
    reads = reader()
    group = "" if reads is None else number_signs(reads.locale)[1]
    return f"{LARGEST:,}".replace(",", group)


def parse_money(text: str, *, currency: str, locale: str, negative: bool = False) -> Money:
    """The amount that ``text`` means, in the currency it names, else in ``currency``.

    What reads in only one way is read so in every locale. A lone point or comma before three
    digits reads in two: it groups where the ``locale`` groups with it, it is the decimal sign
    where the locale says so and the currency has three decimals.

    Raises Usage when that leaves two readings, when it is no amount, has more decimals than the
    currency, contradicts itself on the currency, or is negative and ``negative`` is not set.
    """
    currency = check_currency(currency)
    written = _parts(text, negative)
    currency = currency_of(written.signs, currency, text[:40])
    found = _readings(written, currency)
    if not found:
        raise _unreadable(text)
    options = list(found.items())
    if len(set(found.values())) == 1:
        return _amount(written, options[0][1], currency, text)
    decimal, group = number_signs(locale)
    sign = "." if "." in written.number else ","
    other = "," if sign == "." else "."
    if not written.power and sign == group:
        return _amount(written, found[other], currency, text)
    if not written.power and sign == decimal and exponent(currency) >= 3:
        return _amount(written, found[sign], currency, text)
    raise Usage(
        _("“{text}” is ambiguous: does the sign group thousands or begin the decimals?").format(
            text=text[:40]
        ),
        _ambiguity_hint(found[sign][0], written.power, currency, named=bool(written.signs)),
    )


def _ambiguity_hint(digits: int, power: int, currency: str, *, named: bool) -> str:
    """How to write ``digits`` (with three decimals, or none) times 10 ** ``power`` clearly, with
    the currency where what was written ``named`` it."""
    thousands = digits * 10**power
    if power:
        ways = [str(thousands), str(thousands // 1000)]
    elif exponent(currency) == 0:
        ways = [str(thousands)]
    # Two decimals, or four, never three: those read in one way only.
    elif exponent(currency) >= 3:
        ways = [str(thousands), f"{digits // 1000}.{digits % 1000:03}0"]
    else:
        hundredths = half_up(digits, 10)
        ways = [str(thousands), f"{hundredths // 100}.{hundredths % 100:02}"]
    if named:
        ways = [f"{currency} {way}" for way in ways]
    if len(ways) == 1:
        return _("Write {one}.").format(one=ways[0])
    return _("Write {one} or {other}.").format(one=ways[0], other=ways[1])


def _readings_of(cell: str) -> dict[str, Reading]:
    written = _take_apart(cell) if len(cell) <= _LONGEST else None
    return readings(written.number, whole=written.whole, lakhs=True) if written else {}


def decimal_sign(cells: Iterable[str]) -> str | None:
    """The decimal sign, "." or ",", of a whole column of amounts; None where nothing needs one.

    Every cell is evidence, and the sign is one for all, so that no cell is read on its own
    guess. Cells that are no amounts say nothing. Raises Usage when two cells contradict each
    other, and when every cell that has a sign could be read both ways.
    """
    evidence: dict[str, str] = {}
    doubtful = ""
    for cell in cells:
        whole, point, part = cell.partition(".")
        if whole.isdigit() and (not point or (part.isdigit() and len(part) != 3)):
            if point:
                evidence.setdefault(point, cell)
            continue
        found = _readings_of(cell)
        if len(found) == 1:
            evidence.setdefault(next(iter(found)), cell.strip())
        elif len(set(found.values())) == 2:
            doubtful = doubtful or cell.strip()
    if len(evidence) == 2:
        raise Usage(
            _("“{one}” and “{other}” in one column have different decimal signs.").format(
                one=evidence["."], other=evidence[","]
            ),
            _("Write the column in one way, or say which sign it has: --decimal , or --decimal ."),
        )
    if not evidence and doubtful:
        raise Usage(
            _("“{text}” is ambiguous: does the sign group thousands or begin the decimals?").format(
                text=doubtful
            ),
            _sign_hint(doubtful),
        )
    return next(iter(evidence), None)


def _sign_hint(cell: str) -> str:
    """What each decimal sign makes of a cell that reads in two ways."""
    written = _take_apart(cell)
    assert written is not None
    sign = "." if "." in written.number else ","
    found = readings(written.number)
    other = "," if sign == "." else "."
    digits, power = found[sign][0], written.power
    if power:
        text = _(
            "Name its decimal sign: --decimal {other} makes it {whole}, --decimal {sign} {part}."
        )
        part = str(digits * 10**power // 1000)
    else:
        text = _(
            "Name its decimal sign: --decimal {other} makes it {whole}, --decimal {sign} {part},"
            " which only currencies of three decimals have."
        )
        part = f"{digits // 1000}.{digits % 1000:03}"
    return text.format(other=other, whole=digits * 10**power, sign=sign, part=part)


def parse_cell(text: str, sign: str | None, currency: str, *, negative: bool = False) -> Money:
    """The amount in an imported cell whose column has the decimal ``sign``.

    ``currency`` holds where the cell names none. Raises Usage like :func:`parse_money`.
    """
    whole, point, part = text.partition(sign or ".")
    decimals = exponent(currency)
    if whole.isdigit() and text.isascii() and len(text) <= 12 and currency in CODES:
        # Nearly every cell of a large file; taking it apart would cost ten times as much.
        if not point:
            return Money(int(whole) * _power(decimals), currency)
        if sign and part.isdigit() and len(part) <= decimals:
            return Money(int(whole + part.ljust(decimals, "0")), currency)
    written = _parts(text, negative)
    currency = currency_of(written.signs, check_currency(currency), text[:40])
    found = _readings(written, currency)
    reading = found.get(sign) if sign else next(iter(found.values()), None)
    if reading is None or (sign is None and len(set(found.values())) > 1):
        raise _unreadable(text)
    return _amount(written, reading, currency, text)


def same_amount(minor: int, currency: str, other: str) -> int:
    """The minor units of ``other`` that say the amount which ``minor`` units of ``currency`` say:
    5,000.00 EUR as 5,000 JPY. Nothing is exchanged; it is for a currency that was wrong.

    Raises Usage where ``other`` has too few decimals for it.
    """
    more = exponent(other) - exponent(currency)
    kept, rest = divmod(minor * _power(max(more, 0)), _power(max(-more, 0)))
    if rest:
        raise Usage(
            _("{amount} has more decimals than {currency} has.").format(
                amount=f"{currency} {plain(minor, currency)}", currency=other
            ),
            _("Give the amount in {currency} too.").format(currency=other),
        )
    return kept


def weighted(minor: int, percent: int) -> int:
    """``percent`` per cent of ``minor`` units, half up (away from zero), in integers.

    Reports sum these rounded amounts, never round a sum, so that every total is the total of
    the lines above it.
    """
    return half_up(minor * percent, 100)


def not_negative(amount: tuple[int, str], text: str) -> tuple[int, str]:
    """``amount`` (minor units, currency), which was written as ``text``. Raises Usage below 0."""
    if amount[0] < 0:
        raise Usage(
            _("{text} is less than nothing.").format(text=text), _("Write an amount without minus.")
        )
    return amount
