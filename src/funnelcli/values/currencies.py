"""ISO 4217: the currencies in use, their minor units, and the signs that people write.

The minor units are ISO's. CLDR, and with it Babel, gives some currencies fewer decimals because
nobody pays with their coins any more; amounts on record keep what the standard defines.
"""

from __future__ import annotations

from functools import cache

from funnelcli.errors import Usage
from funnelcli.i18n import _

# Maintenance agency's list one, without metals, test codes and funds codes that no price is in.
# BGN left it when Bulgaria took the euro in 2026, but older deals are in it.
_IN_USE = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN
    BZD CAD CDF CHF CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP
    GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR
    KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK
    MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR
    SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS
    UAH UGX USD UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
CODES = frozenset(_IN_USE.split())

_DECIMALS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
EXPONENTS = {code: n for n, codes in _DECIMALS.items() for code in codes.split()}

_DOLLARS = (
    "USD AUD BBD BMD BND BSD BZD CAD FJD GYD HKD JMD KYD LRD NAD NZD SBD SGD SRD TTD TWD XCD"
    " ARS BRL CLP COP CUP DOP MXN NIO UYU WST"
)
_POUNDS = "GBP EGP FKP GIP LBP SDG SHP SSP SYP"
_KRONER = "SEK NOK DKK ISK"

# Sign, case-folded → the currencies it is written for, the usual one first.
_SIGNS = {
    "€": "EUR", "euro": "EUR", "euros": "EUR",
    "$": _DOLLARS, "dollar": _DOLLARS, "dollars": _DOLLARS,
    "a$": "AUD", "c$": "CAD", "s$": "SGD", "r$": "BRL", "nt$": "TWD", "rd$": "DOP", "ec$": "XCD",
    "bds$": "BBD", "£": _POUNDS, "¥": "JPY CNY", "円": "JPY", "元": "CNY", "cn¥": "CNY",
    "jp¥": "JPY", "fr": "CHF", "sfr": "CHF", "franken": "CHF", "kr": _KRONER, "skr": "SEK",
    "nkr": "NOK", "dkr": "DKK", "ikr": "ISK", "kč": "CZK", "zł": "PLN", "ft": "HUF",
    "lei": "RON MDL", "лв": "BGN", "₴": "UAH", "₽": "RUB", "₺": "TRY", "₪": "ILS", "₹": "INR",
    "₩": "KRW KPW", "₫": "VND", "฿": "THB", "₱": "PHP", "₦": "NGN", "₵": "GHS", "₡": "CRC",
    "₸": "KZT", "₾": "GEL", "₼": "AZN", "f cfa": "XOF XAF", "fcfa": "XAF XOF", "fcfp": "XPF",
    "cfpf": "XPF", "cfp": "XPF", "cg": "XCG", "rs": "INR LKR MUR NPR PKR SCR",
}  # fmt: skip

# Signs without a usual currency: which one is meant only the deal's own can tell.
_NEED_CONTEXT = ("kr", "rs")


def exponent(currency: str) -> int:
    """How many decimals amounts in ``currency`` have (ISO 4217): 0, 2, 3 or 4."""
    return EXPONENTS.get(currency, 2)


def check_currency(code: str) -> str:
    """The ISO 4217 code in capitals. Raises Usage when no currency in use has it."""
    upper = code.strip().upper()
    if upper not in CODES:
        raise Usage(
            _("There is no currency “{code}”.").format(code=code[:20]),
            _("Write its ISO 4217 code: EUR, CHF, USD …"),
        )
    return upper


@cache
def _meanings(sign: str) -> tuple[str, ...]:
    """The currencies that a case-folded ``sign`` or code can mean, none if it is unknown."""
    if sign.upper() in CODES:
        return (sign.upper(),)
    if known := _SIGNS.get(sign):
        return tuple(known.split())
    for symbol, family in (("$", _DOLLARS), ("£", _POUNDS)):
        country = sign.replace(symbol, "", 1).upper()
        if symbol in sign and len(country) == 2:
            return tuple(code for code in family.split() if code.startswith(country))
    return ()


def currency_of(signs: list[str], given: str, text: str) -> str:
    """The one currency that ``signs``, found in ``text``, agree on; ``given`` where they allow it.

    Raises Usage for an unknown sign, for signs that contradict each other, and for one such as
    "kr" that several currencies share when ``given`` is none of them.
    """
    possible: tuple[str, ...] | None = None
    vague = False
    for sign in signs:
        key = sign.casefold().strip(" .")
        found = _meanings(key)
        if not found:
            raise Usage(
                _("“{sign}” in “{text}” is not a currency.").format(sign=sign, text=text),
                _("Write a number and an ISO 4217 code: 12500 EUR."),
            )
        vague = key in _NEED_CONTEXT if possible is None else vague and key in _NEED_CONTEXT
        possible = found if possible is None else tuple(c for c in possible if c in found)
    if possible is None or given in possible:
        return given
    if not possible:
        raise Usage(
            _("“{text}” names two currencies.").format(text=text),
            _("Write one: 12500 EUR."),
        )
    if vague and len(possible) > 1:
        raise Usage(
            _("“{text}” can be in {currencies}.").format(text=text, currencies=", ".join(possible)),
            _("Write the ISO 4217 code: 12500 {code}.").format(code=possible[0]),
        )
    return possible[0]
