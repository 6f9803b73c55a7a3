"""What the documents leave open, asked once: the answers are observations, never verdicts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

from appointment_conformance.apis.mijnklantportaal import scenarios as mijnklantportaal
from appointment_conformance.apis.omneo.fixtures import starting_over
from appointment_conformance.apis.omneo.probes import Action, post, sendable
from appointment_conformance.apis.omneo.scenarios import Cast, ensure
from appointment_conformance.traffic.probe import JSON_BODY, Headers, Link, Probe, json_text
from appointment_strategies.omneo import OpenOf, link_action, open_values_of

from .context import Stage
from .credentials import wrong_credentials
from .reads import read
from .scenario import Scenario

FORM: Headers = (("Content-Type", "application/x-www-form-urlencoded"),)
TEXT: Headers = (("Content-Type", "text/plain"),)
#: A type that is no alias, for the questions of what is checked first.
WRONG_TYPE = "appointment"


def omneo(stage: Stage) -> None:
    """Ask in which order things are checked, and what becomes of values and media types nobody speaks of."""
    cast = Cast(stage)
    ensure(stage, cast.appointment, cast.probed, linked=False)
    asked = (*_order(stage, cast), *_unknown(stage, cast), *_media_types(stage, cast), *_values(stage, cast))
    for probe in sendable(stage, asked):
        stage.send(probe)
    stage.send(replace(read(stage, cast.appointment, "read"), name="link/question/read", kind="question"))
    # Some servers have obeyed some of it.
    stage.links.forget()


def _order(stage: Stage, cast: Cast) -> Iterator[Probe]:
    """Two things wrong at once: what the answer speaks of was checked first."""
    absent, valid = stage.absent_appointment, json_text(link_action(*cast.probed))
    # A server that takes any type finds a fixture under the id, and nobody else's record.
    wrong = json_text(link_action(WRONG_TYPE, cast.appointment))
    yield _question(stage, "link", absent, valid, of="order/credentials-or-appointment", headers=JSON_BODY)
    yield _question(stage, "link", absent, wrong, of="order/appointment-or-body")
    if forbidden := dict(wrong_credentials(stage.target)).get("forbidden"):
        headers = (*JSON_BODY, *forbidden)
        yield _question(stage, "link", absent, valid, of="order/permission-or-appointment", headers=headers)
        yield _question(stage, "link", cast.appointment, wrong, of="order/permission-or-body", headers=headers)


def _unknown(stage: Stage, cast: Cast) -> Iterator[Probe]:
    """Targets that do not exist, or are not linked."""
    profile = ("profile", stage.target.absent_profile)
    yield _question(stage, "link", cast.appointment, json_text(link_action(*profile)), of="unknown-target")
    yield _question(stage, "unlink", cast.appointment, json_text(link_action(*cast.probed)), of="not-linked")


def _media_types(stage: Stage, cast: Cast) -> Iterator[Probe]:
    """A right body under another media type, and as a form."""
    action = link_action(*cast.probed)
    for name, media, body in (
        ("media-type/text", TEXT, json_text(action)),
        ("media-type/form", FORM, urlencode(action).encode()),
    ):
        yield _question(stage, "link", cast.appointment, body, of=name, headers=(*media, *stage.authorized))


def _values(stage: Stage, cast: Cast) -> Iterator[Probe]:
    """Ids and types in forms that one server takes and another refuses."""
    families: list[tuple[OpenOf, Link]] = [("profile id", cast.probed), ("type", cast.probed)]
    if cast.list:
        families.append(("list id", cast.list))
    for of, link in families:
        for value in open_values_of(of):
            made = value.make(link[0] if of == "type" else link[1])
            body = link_action(made, link[1]) if of == "type" else link_action(link[0], made)
            yield _question(stage, "link", cast.appointment, json_text(body), of=f"{of}/{value.name}")
    for value in open_values_of("raw body"):
        raw = value.make(json_text(link_action(*cast.probed)).decode())
        yield _question(stage, "link", cast.appointment, bytes(raw), of=f"body/{value.name}")  # type: ignore[call-overload] # raw bodies are bytes


def _question(
    stage: Stage, action: Action, appointment: str, body: bytes, *, of: str, headers: Headers | None = None
) -> Probe:
    return replace(
        post(stage, action, appointment, body, name=f"question/{of}", kind="question", headers=headers), of=of
    )


def cancel(stage: Stage) -> None:
    """Ask what is checked first, and what becomes of a pending appointment where there is one to give."""
    absent = stage.absent_appointment
    of = "order/credentials-or-appointment"
    stage.send(mijnklantportaal.cancel(stage, absent, name=f"question/{of}", kind="question", of=of, headers=()))
    if forbidden := dict(wrong_credentials(stage.target)).get("forbidden"):
        of = "order/permission-or-appointment"
        stage.send(
            mijnklantportaal.cancel(stage, absent, name=f"question/{of}", kind="question", of=of, headers=forbidden)
        )
    # Where too few are scheduled to judge anything, none is spent on a question either.
    for pending in stage.target.fixtures.pending_appointments[:1] if stage.used_appointments else ():
        stage.send(mijnklantportaal.cancel(stage, pending, name="question/pending", kind="question", of="pending"))


OMNEO = Scenario("questions", {"link": 29, "unlink": 2, "read": 1}, starting_over(omneo))
MIJNKLANTPORTAAL = Scenario("questions", {"cancel": 3}, cancel, appointments=1)
