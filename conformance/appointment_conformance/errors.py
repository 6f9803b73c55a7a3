"""The errors of a run, in the order in which they can occur.

SuiteError
|-- ConfigurationError     the targets file, an option or a fixture is wrong: exit 2
|-- NotTestable            the target does not answer like this API, so it cannot be judged: exit 3
|-- RequestRefused         the guard refused a request of the suite: a defect of the suite, exit 5
|-- TargetLost             the target stopped answering: the run ends, the remaining requirements are `untested`
|-- BudgetSpent            `max_requests` or `max_seconds` of the target is used up: the remaining ones are `untested`
|-- ScenarioDisturbed      something in front of the API answered for a while: the scenario runs again
|-- FixtureLost            a fixture does not exist any more: the rest of that scenario is `untested`
|-- FixtureMissing         a fixture never existed: it is skipped, and the scenario starts again with the next one
`-- TooFewFixtures         a scenario needs more fixtures than the target has: its rest is `untested`
"""

from __future__ import annotations


class SuiteError(Exception):
    """An error whose message is one sentence for the user: what is wrong, where, and what to do."""


class ConfigurationError(SuiteError):
    """The user's input cannot be used."""


class NotTestable(SuiteError):  # noqa: N818 - named as the verdict it leads to
    """The target cannot be judged: unreachable, wrong credentials, or not this API."""


class RequestRefused(SuiteError):  # noqa: N818 - the name says what happened to the request
    """The guard refused a request of the suite before it was sent."""


class TargetLost(SuiteError):  # noqa: N818 - it says what happened to the target
    """The target stopped answering in the middle of the run."""


class BudgetSpent(SuiteError):  # noqa: N818 - it says what happened to the budget
    """The target's budget of requests or seconds is used up."""


class ScenarioDisturbed(SuiteError):  # noqa: N818 - it says what happened to the scenario
    """Something in front of the API answered in its place, or may have done so; the message says what."""


class FixtureLost(SuiteError):  # noqa: N818 - it says what happened to the fixture
    """The target answers that a fixture, which existed before, does not exist any more."""


class FixtureMissing(SuiteError):  # noqa: N818 - it says what is wrong with the fixture
    """The target answers that a fixture does not exist when it is used for the first time."""


class TooFewFixtures(SuiteError):  # noqa: N818 - it says what the target lacks
    """A scenario needs a fixture that the target does not have; the message says what to add."""
