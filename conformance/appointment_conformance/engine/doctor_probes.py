"""The probes of the doctor: a few probes that cannot change anything, by which a target can be told fit for a run."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from appointment_conformance.traffic.case import ABSENT, FOREIGN, SECOND, Case, Credentials
from appointment_conformance.traffic.probe import Headers, Kind, Probe, bearer
from appointment_conformance.traffic.recording import NOT_FOUND, Seen

from .context import ScenarioContext
from .credentials import wrong_credentials
from .read_only import absent_probe
from .reads import read

#: How many fixtures are looked at.
MAX_FIXTURES = 6
#: The kinds of wrong credentials that are tried, on an appointment that does not exist.
KINDS: Final = frozenset({Credentials.NONE, Credentials.FORBIDDEN, Credentials.EXPIRED})
#: The read of the absent appointment, and a look at a fixture.
ABSENT_READ: Final = Case(name="absent-read")
FIXTURE: Final = Case(name="fixture")


def send_doctor_probes(context: ScenarioContext) -> tuple[Seen, ...]:
    """Return the answers for an absent appointment, with each kind of credentials, for each fixture, and a foreign one.

    The absent one is read first, and nothing else is sent where that is served: it may exist. Of a target that is
    read_only a read or the configuration has to say that it does not. Fixtures are read, or, where reads need not be
    served, get a body that must be refused.
    """
    first = context.send(_read(context, context.target.absent_appointment, ABSENT_READ))
    is_open = context.target.fixtures.absent_appointment is None and first.status not in NOT_FOUND
    if first.succeeded or (is_open and context.target.read_only):
        return (first,)
    others = [(kind.case, headers) for kind, headers in wrong_credentials(context.target) if kind in KINDS]
    if context.target.second_token:
        others.append((SECOND, bearer(context.target.second_token)))
    foreign = () if context.target.read_only else context.target.fixtures.foreign_appointments[:1]
    probes = [
        _on_absent(context, "path", ABSENT, context.authorized),
        *(_on_absent(context, "credentials", case, headers) for case, headers in others),
        *(_read(context, appointment, FOREIGN) for appointment in foreign),
        *(_on_fixture(context, fixture) for fixture in context.target.fixtures.appointments[:MAX_FIXTURES]),
    ]
    return (first, *(context.send(probe) for probe in probes))


def _on_absent(context: ScenarioContext, kind: Kind, case: Case, headers: Headers) -> Probe:
    first = next(iter(context.api.contract.operations.values()))
    return absent_probe(context, first, kind, case, headers, name=f"checkup/{case.name}")


def _on_fixture(context: ScenarioContext, fixture: str) -> Probe:
    probe_of = context.api.doctor.fixture_probe
    if probe_of is None or context.target.read_only:
        return _read(context, fixture, FIXTURE)
    return replace(probe_of(context, fixture), name=f"checkup/{FIXTURE.name}", case=FIXTURE)


def _read(context: ScenarioContext, appointment: str, case: Case) -> Probe:
    return replace(read(context, appointment, case=case), name=f"checkup/{case.name}")
