"""Typed labels of probes, shared by scenarios and checks: the case that a probe exercises, the moment of a read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final


@dataclass(frozen=True, slots=True)
class Case:
    """A class of probes: its family, its name in the family, and the one rule that it violates, if any.

    `drawn` numbers the values of the class that were drawn with a seed; 0 is the fixed value of the class.
    """

    family: str = ""
    name: str = ""
    rule: str = ""
    drawn: int = 0

    @property
    def known(self) -> Case:
        """The case without the number of a drawn value."""
        return replace(self, drawn=0) if self.drawn else self

    @property
    def label(self) -> str:
        """The name of the case in reports, such as `type/upper-case#3`."""
        number = f"#{self.drawn}" if self.drawn else ""
        return "/".join(filter(None, (self.family, self.name))) + number


#: The case of a probe that exercises no particular case.
NO_CASE: Final = Case()
#: A path id of the right form that no record has.
ABSENT: Final = Case("path", "absent")
#: A generated body that the contract's schema accepts, and one that it rejects.
POSITIVE: Final = Case("generated", "positive")
NEGATIVE: Final = Case("generated", "negative")
#: An operation done for the first time, and one that was done before and is repeated.
FIRST_TIME: Final = Case(name="first")
AGAIN: Final = Case(name="again")
#: A request with the second token, and a request for a record of another account.
SECOND: Final = Case(name="second")
FOREIGN: Final = Case(name="foreign")
#: Two things are wrong at once: the answer shows which one the target checks first.
CREDENTIALS_OR_APPOINTMENT: Final = Case("order", "credentials-or-appointment")
PERMISSION_OR_APPOINTMENT: Final = Case("order", "permission-or-appointment")


class Credentials(StrEnum):
    """The kinds of wrong credentials."""

    NONE = "none"
    UNKNOWN = "unknown"
    SCHEME = "scheme"
    MADE_UP_SCHEME = "scheme/made-up"
    JUNK_AFTER = "junk-after"
    SCHEME_ENDING = "scheme-ending"
    ALTERED = "altered"
    TRUNCATED = "truncated"
    FORBIDDEN = "forbidden"
    EXPIRED = "expired"

    @property
    def case(self) -> Case:
        """The case of a request with such credentials."""
        return Case("credentials", self.value)


class Moment(StrEnum):
    """The moments of a read that mean the same for every API; an API can define further ones."""

    FIRST = "first"
    BEFORE = "before"
    AFTER = "after"
    FOREIGN_BEFORE = "foreign/before"
    FOREIGN_AFTER = "foreign/after"
