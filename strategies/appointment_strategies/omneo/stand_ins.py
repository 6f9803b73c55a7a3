"""Replacements for an id in another form, by which no server finds a record other than the fixture's."""

from __future__ import annotations

from typing import Final
from uuid import UUID

#: Text to append to a number. Rounded or cut, the result is that number; all digits together are beyond 64 bits.
TAIL: Final = "0" * 20


def number_of(profile: str) -> int:
    """Return the integer that replaces a profile id.

    It is odd and between 2**52 and 2**53, so it differs from every first group of a UUID that is cast to a number: a
    server that accepts it cannot find another profile. Cut to 32 bits it is still larger than every such group.
    """
    return (UUID(profile).int >> 80) | 2**52 | 3 * 2**30 | 1


def uuid_of(list_id: str, letter: str = "a") -> str:
    """Return the UUID text that replaces a list id, filled with `letter`; cast to an integer it is that id, or 0.

    The letter is hexadecimal, but not `e`, which would begin an exponent. It is also in the place of the version: no
    generator creates such a UUID, and a server that keeps only the digits reads the list's id.
    """
    digits = list_id if list_id.isdecimal() and len(list_id) <= len("12345678") else ""
    return f"{digits.ljust(8, letter)}-{letter * 4}-{letter * 4}-{letter * 4}-{letter * 12}"


def hexadecimal_of(number: str) -> str:
    """Return hexadecimal digits for a number, of which the decimal digits alone are not another record's number.

    If they could be one, the digits are those of a number beyond 64 bits instead, which wraps to the fixture's number
    and begins with its decimal digits.
    """
    plain = f"{int(number):x}"
    return plain if plain.isalpha() or plain == number else f"{number.zfill(9)}99999999{int(number) % 2**64:016x}"
