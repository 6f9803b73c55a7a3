"""What stands in for an id of another form, so that no server finds another record than the fixture's by it."""

from __future__ import annotations

from typing import Final
from uuid import UUID

#: Rounded or cut, what stands before it is the fixture's number; run together with it, a number beyond 64 bits.
TAIL: Final = "0" * 20


def number_of(profile: str) -> int:
    """Return the integer that stands in for a profile id.

    It lies between 2**52 and 2**53 and is odd, so no comparison that casts the first group of a UUID to a number
    can meet it: a server that takes it cannot reach somebody else's profile. Cut to 32 bits it is as large as that.
    """
    return (UUID(profile).int >> 80) | 2**52 | 3 * 2**30 | 1


def uuid_of(list_id: str, letter: str = "a") -> str:
    """Return the UUID text that stands in for a list id, filled with `letter`; cast to an integer it is that id, or 0.

    The letter is hexadecimal, but not `e`, which would make an exponent of the digits before it. It stands in the place
    of the version, too: no generator makes such a UUID, and a server that keeps the digits alone reads the list's.
    """
    digits = list_id if list_id.isdecimal() and len(list_id) <= len("12345678") else ""
    return f"{digits.ljust(8, letter)}-{letter * 4}-{letter * 4}-{letter * 4}-{letter * 12}"


def hexadecimal_of(number: str) -> str:
    """Return the hexadecimal digits that stand for a number, so that the decimal ones among them are nobody's number.

    Where they could be somebody's they stand for a number beyond 64 bits, which wraps to the fixture's and begins with
    its decimal digits.
    """
    plain = f"{int(number):x}"
    return plain if plain.isalpha() or plain == number else f"{number.zfill(9)}99999999{int(number) % 2**64:016x}"
