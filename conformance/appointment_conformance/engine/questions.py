"""What the documents leave open, asked once: the answers are observations, never verdicts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from urllib.parse import urlencode

from hypothesis.errors import InvalidArgument

from appointment_conformance.apis.mijnklantportaal import scenarios as mijnklantportaal
from appointment_conformance.apis.omneo.fixtures import starting_over
from appointment_conformance.apis.omneo.links import Link, link_state
from appointment_conformance.apis.omneo.probes import Action, post, sendable
from appointment_conformance.apis.omneo.scenarios import Cast, ensure
from appointment_conformance.traffic.case import Case, Credentials
from appointment_conformance.traffic.probe import JSON_BODY, Headers, Probe, json_text
from appointment_strategies.omneo import OpenOf, link_action, open_values_of

from .context import Stage
from .credentials import wrong_credentials
from .reads import read
from .scenario import Scenario

FORM: Headers = (("Content-Type", "application/x-www-form-urlencoded"),)
TEXT: Headers = (("Content-Type", "text/plain"),)
#: A type that is no alias, for the questions of what is checked first.
WRONG_TYPE = "appointment"
#: The questions of what is checked first.
CREDENTIALS_OR_APPOINTMENT: Final = Case("order", "credentials-or-appointment")
PERMISSION_OR_APPOINTMENT: Final = Case("order", "permission-or-appointment")
APPOINTMENT_OR_BODY: Final = Case("order", "appointment-or-body")
PERMISSION_OR_BODY: Final = Case("order", "permission-or-body")
#: Other questions of one request each.
UNKNOWN_TARGET: Final = Case(name="unknown-target")
NOT_LINKED: Final = Case(name="not-linked")
AS_TEXT: Final = Case("media-type", "text")
AS_FORM: Final = Case("media-type", "form")
LINKS_IN_A_READ: Final = Case(name="read")
PENDING: Final = Case(name="pending")


def open_cases(of: OpenOf, *names: str) -> tuple[Case, ...]:
    """Return the cases of open values of a family, those with these names or all.

    Raises InvalidArgument for a name that no open value of the family has.
    """
    family, known = "body" if of == "raw body" else of, [value.name for value in open_values_of(of)]
    if unknown := set(names) - set(known):
        raise InvalidArgument(f"no open values of {of} are called {', '.join(sorted(unknown))}")
    return tuple(Case(family, name) for name in names or known)


def omneo(stage: Stage) -> None:
    """Ask in which order things are checked, and what becomes of values and media types nobody speaks of."""
    cast = Cast(stage)
    ensure(stage, cast.appointment, cast.probed, linked=False)
    asked = (*_order(stage, cast), *_unknown(stage, cast), *_media_types(stage, cast), *_values(stage, cast))
    for probe in sendable(stage, asked):
        stage.send(probe)
    stage.send(replace(read(stage, cast.appointment, case=LINKS_IN_A_READ), name="link/question/read", kind="question"))
    # Some servers have obeyed some of it.
    link_state(stage).forget()


def _order(stage: Stage, cast: Cast) -> Iterator[Probe]:
    """Two things wrong at once: what the answer speaks of was checked first."""
    absent, valid = stage.absent_appointment, json_text(link_action(*cast.probed))
    # A server that takes any type finds a fixture under the id, and nobody else's record.
    wrong = json_text(link_action(WRONG_TYPE, cast.appointment))
    yield _question(stage, "link", absent, valid, case=CREDENTIALS_OR_APPOINTMENT, headers=JSON_BODY)
    yield _question(stage, "link", absent, wrong, case=APPOINTMENT_OR_BODY)
    if forbidden := dict(wrong_credentials(stage.target)).get(Credentials.FORBIDDEN):
        headers = (*JSON_BODY, *forbidden)
        yield _question(stage, "link", absent, valid, case=PERMISSION_OR_APPOINTMENT, headers=headers)
        yield _question(stage, "link", cast.appointment, wrong, case=PERMISSION_OR_BODY, headers=headers)


def _unknown(stage: Stage, cast: Cast) -> Iterator[Probe]:
    """Targets that do not exist, or are not linked."""
    profile = ("profile", stage.target.absent_profile)
    yield _question(stage, "link", cast.appointment, json_text(link_action(*profile)), case=UNKNOWN_TARGET)
    yield _question(stage, "unlink", cast.appointment, json_text(link_action(*cast.probed)), case=NOT_LINKED)


def _media_types(stage: Stage, cast: Cast) -> Iterator[Probe]:
    """A right body under another media type, and as a form."""
    action = link_action(*cast.probed)
    for case, media, body in (
        (AS_TEXT, TEXT, json_text(action)),
        (AS_FORM, FORM, urlencode(action).encode()),
    ):
        yield _question(stage, "link", cast.appointment, body, case=case, headers=(*media, *stage.authorized))


def _values(stage: Stage, cast: Cast) -> Iterator[Probe]:
    """Ids and types in forms that one server takes and another refuses."""
    families: list[tuple[OpenOf, Link]] = [("profile id", cast.probed), ("type", cast.probed)]
    if cast.list:
        families.append(("list id", cast.list))
    for of, link in families:
        for case, value in zip(open_cases(of), open_values_of(of), strict=True):
            made = value.make(link[0] if of == "type" else link[1])
            body = link_action(made, link[1]) if of == "type" else link_action(link[0], made)
            yield _question(stage, "link", cast.appointment, json_text(body), case=case)
    for case, value in zip(open_cases("raw body"), open_values_of("raw body"), strict=True):
        raw = value.make(json_text(link_action(*cast.probed)).decode())
        yield _question(stage, "link", cast.appointment, bytes(raw), case=case)  # type: ignore[call-overload] # raw bodies are bytes


def _question(
    stage: Stage, action: Action, appointment: str, body: bytes, *, case: Case, headers: Headers | None = None
) -> Probe:
    name = f"question/{case.label}"
    return replace(post(stage, action, appointment, body, name=name, kind="question", headers=headers), case=case)


def cancel(stage: Stage) -> None:
    """Ask what is checked first, and what becomes of a pending appointment where there is one to give."""
    absent = stage.absent_appointment
    stage.send(_question_of_cancel(stage, absent, CREDENTIALS_OR_APPOINTMENT, headers=()))
    if forbidden := dict(wrong_credentials(stage.target)).get(Credentials.FORBIDDEN):
        stage.send(_question_of_cancel(stage, absent, PERMISSION_OR_APPOINTMENT, headers=forbidden))
    # Where too few are scheduled to judge anything, none is spent on a question either.
    for pending in stage.target.fixtures.pending_appointments[:1] if stage.used_appointments else ():
        stage.send(_question_of_cancel(stage, pending, PENDING))


def _question_of_cancel(stage: Stage, appointment: str, case: Case, *, headers: Headers | None = None) -> Probe:
    name = f"question/{case.label}"
    return mijnklantportaal.cancel(stage, appointment, name=name, kind="question", case=case, headers=headers)


OMNEO = Scenario("questions", {"link": 29, "unlink": 2, "read": 1}, starting_over(omneo))
MIJNKLANTPORTAAL = Scenario("questions", {"cancel": 3}, cancel, appointments=1)
