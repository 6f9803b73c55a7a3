"""The errors of a run, in the order in which a run can meet them.

SuiteError
|-- ConfigurationError     the targets file, an option or a fixture is wrong: exit 2
|-- NotTestable            nothing that answers like this API can be judged: exit 3
|-- RequestRefused         the guard did not let a request of ours out: a defect of the suite, exit 5
|-- TargetLost             the target stopped answering: the run ends there, what is left is `untested`
|-- BudgetSpent            the target's `max_requests` or `max_seconds` is used up: what is left is `untested`
|-- ScenarioDisturbed      something in front of the API answered for a while: the scenario is played again
|-- FixtureLost            a fixture is not there any more: the rest of that scenario is `untested`
|-- FixtureMissing         a fixture never was there: it is passed by, and the scenario starts over with the next one
`-- TooFewFixtures         a scenario needs more fixtures than the target has: its rest is `untested`
"""

from __future__ import annotations


class SuiteError(Exception):
    """An error whose message is one sentence for the user: what is wrong, where, and what to do."""


class ConfigurationError(SuiteError):
    """The user's input cannot be used as it stands."""


class NotTestable(SuiteError):  # noqa: N818 - named as the verdict it leads to
    """The target cannot be judged: unreachable, wrong credentials, or not this API."""


class RequestRefused(SuiteError):  # noqa: N818 - it says what happened to the request
    """The guard refused a request of the suite before it was sent."""


class TargetLost(SuiteError):  # noqa: N818 - it says what happened to the target
    """The target stopped answering in the middle of the run."""


class BudgetSpent(SuiteError):  # noqa: N818 - it says what happened to the budget
    """The target's budget of requests or seconds is used up."""


class ScenarioDisturbed(SuiteError):  # noqa: N818 - it says what happened to the scenario
    """Something in front of the API answered in its place for a while, or may have; the message says what."""


class FixtureLost(SuiteError):  # noqa: N818 - it says what happened to the fixture
    """The target answers that a fixture does not exist any more."""


class FixtureMissing(SuiteError):  # noqa: N818 - it says what is wrong with the fixture
    """The target answers that a fixture does not exist, the first time that it is used."""


class TooFewFixtures(SuiteError):  # noqa: N818 - it says what the target lacks
    """A scenario needs a fixture that the target does not have; the message says what to add."""
