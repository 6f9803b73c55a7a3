"""What the documents leave open, asked once: the answers are observations, never verdicts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from urllib.parse import urlencode

from hypothesis.errors import InvalidArgument

from appointment_conformance.engine.context import ScenarioContext
from appointment_conformance.engine.credentials import wrong_credentials
from appointment_conformance.engine.reads import read
from appointment_conformance.engine.scenario import Scenario
from appointment_conformance.traffic.case import (
    CREDENTIALS_OR_APPOINTMENT,
    PERMISSION_OR_APPOINTMENT,
    Case,
    Credentials,
)
from appointment_conformance.traffic.probe import JSON_BODY, Headers, Probe, json_text
from appointment_strategies.omneo import OpenOf, link_action, open_values_of

from .fixtures import starting_over
from .links import Link, link_state
from .probes import Action, post, sendable
from .scenarios import FixtureRoles, ensure

FORM: Headers = (("Content-Type", "application/x-www-form-urlencoded"),)
TEXT: Headers = (("Content-Type", "text/plain"),)
#: A type that is no alias, for the questions of what is checked first.
WRONG_TYPE = "appointment"
#: The questions of what is checked first.
APPOINTMENT_OR_BODY: Final = Case("order", "appointment-or-body")
PERMISSION_OR_BODY: Final = Case("order", "permission-or-body")
#: Other questions of one request each.
UNKNOWN_TARGET: Final = Case(name="unknown-target")
NOT_LINKED: Final = Case(name="not-linked")
AS_TEXT: Final = Case("media-type", "text")
AS_FORM: Final = Case("media-type", "form")
LINKS_IN_A_READ: Final = Case(name="read")


def open_cases(of: OpenOf, *names: str) -> tuple[Case, ...]:
    """Return the cases of open values of a family, those with these names or all.

    Raises InvalidArgument for a name that no open value of the family has.
    """
    family, known = "body" if of == "raw body" else of, [value.name for value in open_values_of(of)]
    if unknown := set(names) - set(known):
        raise InvalidArgument(f"no open values of {of} are called {', '.join(sorted(unknown))}")
    return tuple(Case(family, name) for name in names or known)


def questions(context: ScenarioContext) -> None:
    """Ask in which order things are checked, and what becomes of values and media types nobody speaks of."""
    roles = FixtureRoles(context)
    ensure(context, roles.appointment, roles.probed, linked=False)
    asked = (
        *_order(context, roles),
        *_unknown(context, roles),
        *_media_types(context, roles),
        *_values(context, roles),
    )
    for probe in sendable(context, asked):
        context.send(probe)
    context.send(
        replace(read(context, roles.appointment, case=LINKS_IN_A_READ), name="link/question/read", kind="question")
    )
    # Some servers have obeyed some of it.
    link_state(context).forget()


def _order(context: ScenarioContext, roles: FixtureRoles) -> Iterator[Probe]:
    """Two things wrong at once: what the answer speaks of was checked first."""
    absent, valid = context.absent_appointment, json_text(link_action(*roles.probed))
    # A server that takes any type finds a fixture under the id, and nobody else's record.
    wrong = json_text(link_action(WRONG_TYPE, roles.appointment))
    yield _question(context, "link", absent, valid, case=CREDENTIALS_OR_APPOINTMENT, headers=JSON_BODY)
    yield _question(context, "link", absent, wrong, case=APPOINTMENT_OR_BODY)
    if forbidden := dict(wrong_credentials(context.target)).get(Credentials.FORBIDDEN):
        headers = (*JSON_BODY, *forbidden)
        yield _question(context, "link", absent, valid, case=PERMISSION_OR_APPOINTMENT, headers=headers)
        yield _question(context, "link", roles.appointment, wrong, case=PERMISSION_OR_BODY, headers=headers)


def _unknown(context: ScenarioContext, roles: FixtureRoles) -> Iterator[Probe]:
    """Targets that do not exist, or are not linked."""
    profile = ("profile", context.target.absent_ids["profile"])
    yield _question(context, "link", roles.appointment, json_text(link_action(*profile)), case=UNKNOWN_TARGET)
    yield _question(context, "unlink", roles.appointment, json_text(link_action(*roles.probed)), case=NOT_LINKED)


def _media_types(context: ScenarioContext, roles: FixtureRoles) -> Iterator[Probe]:
    """A right body under another media type, and as a form."""
    action = link_action(*roles.probed)
    for case, media, body in (
        (AS_TEXT, TEXT, json_text(action)),
        (AS_FORM, FORM, urlencode(action).encode()),
    ):
        yield _question(context, "link", roles.appointment, body, case=case, headers=(*media, *context.authorized))


def _values(context: ScenarioContext, roles: FixtureRoles) -> Iterator[Probe]:
    """Ids and types in forms that one server takes and another refuses."""
    families: list[tuple[OpenOf, Link]] = [("profile id", roles.probed), ("type", roles.probed)]
    if roles.list:
        families.append(("list id", roles.list))
    for of, link in families:
        for case, value in zip(open_cases(of), open_values_of(of), strict=True):
            made = value.make(link[0] if of == "type" else link[1])
            body = link_action(made, link[1]) if of == "type" else link_action(link[0], made)
            yield _question(context, "link", roles.appointment, json_text(body), case=case)
    for case, value in zip(open_cases("raw body"), open_values_of("raw body"), strict=True):
        raw = value.make(json_text(link_action(*roles.probed)).decode())
        yield _question(context, "link", roles.appointment, bytes(raw), case=case)  # type: ignore[call-overload] # raw bodies are bytes


def _question(
    context: ScenarioContext,
    action: Action,
    appointment: str,
    body: bytes,
    *,
    case: Case,
    headers: Headers | None = None,
) -> Probe:
    name = f"question/{case.label}"
    return replace(post(context, action, appointment, body, name=name, kind="question", headers=headers), case=case)


SCENARIO = Scenario("questions", {"link": 29, "unlink": 2, "read": 1}, starting_over(questions))
