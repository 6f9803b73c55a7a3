"""What a probe is a case of, and when a look is taken: typed values, shared by those who send and those who judge."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final


@dataclass(frozen=True, slots=True)
class Case:
    """A class of probes: its family, its name in the family, and the one rule that it breaks, where there is one.

    `drawn` numbers the values that a seed has drawn of the class; 0 is the value of the class itself.
    """

    family: str = ""
    name: str = ""
    rule: str = ""
    drawn: int = 0

    @property
    def known(self) -> Case:
        """The class alone, whichever value was drawn of it."""
        return replace(self, drawn=0) if self.drawn else self

    @property
    def label(self) -> str:
        """The case as it is named in reports, as `type/upper-case#3`."""
        number = f"#{self.drawn}" if self.drawn else ""
        return "/".join(filter(None, (self.family, self.name))) + number


#: A probe that is no case of anything.
NO_CASE: Final = Case()
#: A path id of the right form that no record has.
ABSENT: Final = Case("path", "absent")
#: A generated body that the contract's schema accepts, and one that it rejects.
POSITIVE: Final = Case("generated", "positive")
NEGATIVE: Final = Case("generated", "negative")
#: What is done for the first time, and what is done once more where it was done already.
FIRST_TIME: Final = Case(name="first")
AGAIN: Final = Case(name="again")
#: Requests with the second token, and requests for records of another account.
SECOND: Final = Case(name="second")
FOREIGN: Final = Case(name="foreign")
#: Questions of what is checked first: two things are wrong at once.
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
    """When a read is sent, where that says the same for every API; an API adds moments of its own."""

    FIRST = "first"
    BEFORE = "before"
    AFTER = "after"
    FOREIGN_BEFORE = "foreign/before"
    FOREIGN_AFTER = "foreign/after"
