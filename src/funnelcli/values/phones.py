"""Phone numbers as they are kept: in E.164 where they are possible ones."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

# A plus, a country and a number without the zero that only its own country dials.
_WRITTEN = re.compile(r"\+[1-9](?:[ /.-]?\d){6,14}", re.ASCII)
_SIGNS = str.maketrans("", "", " /.-")


def normal_phone(text: str, region: str) -> str:
    """The number in E.164 (+4930123456) where it is a possible one, else as it was written.

    A number without + is read as one of the country ``region`` (ISO 3166, "DE").
    """
    if _WRITTEN.fullmatch(text):
        digits = text.translate(_SIGNS)[1:]
        # No country's code begins with another's.
        for length in (1, 2, 3):
            country = _country(digits[:length])
            if country is not None:
                own = digits[length:]
                if len(own) in country.lengths and not country.prefix.match(own):
                    return f"+{digits}"
                break
    return _read(text, region)


class _Country(NamedTuple):
    """How long the numbers of a country's code may be, and what a number may have before it that
    is not part of it."""

    lengths: frozenset[int]
    prefix: re.Pattern[str]


@cache
def _country(code: str) -> _Country | None:
    """The rules of a country's code, None where it is nobody's.

    For nearly every number in a large file they are all that phonenumbers looks at, in twenty
    times the time.
    """
    import phonenumbers

    region = phonenumbers.region_code_for_country_code(int(code))
    rules = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
    if rules is None or rules.general_desc is None:
        return None
    return _Country(
        frozenset(rules.general_desc.possible_length),
        re.compile(f"0|{rules.national_prefix_for_parsing or '0'}"),
    )


def _read(text: str, region: str) -> str:
    import phonenumbers

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return " ".join(text.split())
    # Fictive and new numbers are possible without being assigned, so validity asks too much.
    if not phonenumbers.is_possible_number(number):
        return " ".join(text.split())
    written = str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return f"{written}x{number.extension}" if number.extension else written
