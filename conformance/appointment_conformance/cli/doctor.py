"""The doctor: whether a target can be tested as it is configured, check by check, each with what to do."""

from __future__ import annotations

import platform
import uuid
from collections.abc import Iterator, Sequence
from datetime import timedelta
from importlib.metadata import version

from appointment_conformance import __version__
from appointment_conformance.api import load_apis
from appointment_conformance.engine.context import Stage
from appointment_conformance.engine.doctor_checks import DoctorChecks
from appointment_conformance.engine.doctor_probes import FIXTURE, checkup
from appointment_conformance.engine.preflight import refusal
from appointment_conformance.errors import SuiteError
from appointment_conformance.targets import Target
from appointment_conformance.traffic.answer import header, json_of, member
from appointment_conformance.traffic.case import ABSENT, FOREIGN, SECOND, Credentials
from appointment_conformance.traffic.client import Client
from appointment_conformance.traffic.connection import connection_findings
from appointment_conformance.traffic.finding import Finding
from appointment_conformance.traffic.rate_limits import moment_of
from appointment_conformance.traffic.recording import NOT_FOUND, Recording, Seen
from appointment_conformance.traffic.requests_session import block_unguarded_requests
from appointment_conformance.traffic.secrets import secrets_of
from appointment_conformance.wording import amount

#: A clock further off than this makes a date in `Retry-After` useless.
MOST_SKEW_SECONDS = 60
_LIMITS = ("X-RateLimit-Limit", "RateLimit-Limit")
_UNTESTED = "stays untested; `appointment-conformance plan` names the requirements"


def diagnose(target: Target) -> Iterator[Finding]:
    """Yield the findings of every check of `target`; a few requests are sent, none of which can change anything.

    No finding shows a secret of the target, whatever the target or a library says.
    """
    hide = secrets_of(target).hide_text
    for finding in _diagnosed(target):
        yield Finding(finding.grade, hide(finding.check), hide(finding.message))


def _diagnosed(target: Target) -> Iterator[Finding]:
    yield Finding("ok", "versions", f"suite {__version__}, Python {platform.python_version()}, {_engine()}")
    api = load_apis()[target.api]
    yield _configured(target)
    yield from _scarce(target, api.doctor)
    for finding in connection_findings(target):
        yield finding
        if finding.grade == "fail":
            return
    client = Client(target, policy=api.policy(target), run_id=uuid.uuid4().hex[:12], recording=Recording())
    try:
        with block_unguarded_requests():
            seen = checkup(Stage(target, api, client))
    except SuiteError as error:
        yield Finding("fail", "api", str(error))
    else:
        yield from _findings(target, api.doctor, seen)
    finally:
        client.close()


def _engine() -> str:
    return f"Schemathesis {version('schemathesis')}"


def _configured(target: Target) -> Finding:
    fixtures = target.fixtures
    have = (
        ", ".join(amount(len(ids), kind) for kind in fixtures.KINDS for ids in [fixtures.of_kind(kind)] if ids)
        or "no fixtures yet"
    )
    return Finding("ok", "configuration", f"{target.api} at {target.base_url}, {have}")


def _scarce(target: Target, checks: DoctorChecks) -> Iterator[Finding]:
    """What there is too little of to judge everything; fixtures that the run makes are enough."""
    if target.provision or target.read_only:
        return
    yield from checks.scarce(target)
    if len(target.fixtures.appointments) == 1:
        told = f"one only; add a second to fixtures.appointments, or {checks.second_fixture_for} {_UNTESTED}"
        yield Finding("warn", "appointments", told)


def _findings(target: Target, checks: DoctorChecks, seen: Sequence[Seen]) -> Iterator[Finding]:
    if len(seen) == 1 and (seen[0].status or 0) < 300 and json_of(seen[0]) is not None:
        yield _absent(seen[0], target)
        return
    if reason := refusal(seen, target):
        yield Finding("fail", "api", reason)
        return
    yield Finding("ok", "api", f"answers as {target.api} does ({', '.join(str(one.status) for one in seen)})")
    by_case = {one.probe.case: one for one in seen}
    yield _absent(by_case[ABSENT], target)
    yield _credentials(by_case[Credentials.NONE.case])
    yield _forbidden(by_case.get(Credentials.FORBIDDEN.case))
    yield _expired(by_case.get(Credentials.EXPIRED.case))
    yield _second(by_case.get(SECOND), by_case[ABSENT])
    yield _foreign(target, checks, by_case.get(FOREIGN))
    yield from _fixtures(target, checks, [one for one in seen if one.probe.case == FIXTURE])
    yield _clock(seen[0])
    yield _rate_limit(target, seen[-1])


def _absent(seen: Seen, target: Target) -> Finding:
    told = f"{target.absent_appointment} is answered {seen.status}"
    if seen.succeeded:
        return Finding("fail", "absent id", f"{told}; give fixtures.absent_appointment an id that does not exist")
    return Finding("ok", "absent id", told) if seen.status == 404 else Finding("warn", "absent id", f"{told}, not 404")


def _credentials(anonymous: Seen) -> Finding:
    if anonymous.status == 401:
        return Finding("ok", "token", "accepted; without it the answer is 401")
    return Finding("warn", "token", f"without it the answer is {anonymous.status} on an absent id, not 401")


def _forbidden(seen: Seen | None) -> Finding:
    if seen is None:
        told = "none; add forbidden_token, a valid token without the permission, or the 403 requirements stay untested"
        return Finding("warn", "forbidden token", told)
    told = f"answered {seen.status} on an absent id"
    if seen.status == 403:
        return Finding("ok", "forbidden token", told)
    if seen.status == 401:
        return Finding("fail", "forbidden token", f"{told}: not valid; give a valid token without the permission")
    if seen.status == 404:
        return Finding("ok", "forbidden token", f"{told}: valid; whether it lacks the permission only a run can tell")
    return Finding("warn", "forbidden token", f"{told}, not 403; make sure that it is valid and lacks the permission")


def _expired(seen: Seen | None) -> Finding:
    if seen is None:
        return Finding("ok", "expired token", f"none; add expired_token, or that it is refused {_UNTESTED}")
    told = f"answered {seen.status} on an absent id"
    if seen.status == 401:
        return Finding("ok", "expired token", told)
    if seen.succeeded or seen.status in {403, 404}:
        told = f"{told}, not 401: still accepted, or looked at late; make sure that it is past its end"
    return Finding("warn", "expired token", told)


def _second(seen: Seen | None, first: Seen) -> Finding:
    if seen is None:
        return Finding("ok", "second token", f"none; add second_token, or that it works as the first one {_UNTESTED}")
    told = f"answered {seen.status} on an absent id"
    if seen.status == 401:
        return Finding("fail", "second token", f"{told}: not valid; give a valid token with the permission")
    if seen.status == first.status:
        return Finding("ok", "second token", f"{told}, as the first one is")
    return Finding(
        "warn", "second token", f"{told}, the first one {first.status}; make sure that it has the permission"
    )


def _foreign(target: Target, checks: DoctorChecks, seen: Seen | None) -> Finding:
    if seen is None:
        given = target.fixtures.foreign_appointments
        told = "not looked at" if given else f"none; add fixtures.foreign_appointments, or their safety {_UNTESTED}"
        return Finding("ok", "foreign appointment", told)
    told = f"{seen.probe.appointment} is answered {seen.status} to a read"
    if checks.is_used_up(seen):
        return Finding("fail", "foreign appointment", f"{told}: canceled already; put a scheduled one in its place")
    if seen.status in {401, 403, 404, 405}:
        return Finding("ok", "foreign appointment", told)
    remedy = "make sure that it is of another account, made for this: a run tries to change it"
    return Finding("warn", "foreign appointment", f"{told}; {remedy}")


def _fixtures(target: Target, checks: DoctorChecks, seen: Sequence[Seen]) -> Iterator[Finding]:
    if checks.fixture_probe is None and seen and all(one.status in {404, 405} for one in seen):
        told = f"no fixture can be read ({seen[0].status}); if the target serves reads, check fixtures.appointments"
        yield Finding("warn", "fixtures", told)
        return
    for one in seen:
        yield _fixture(checks, one)
    rest, least = len(target.fixtures.appointments) - len(seen), checks.min_fixtures
    usable = [one for one in seen if one.status not in NOT_FOUND and not checks.is_used_up(one)]
    if least > 1 and len(usable) + rest < least:
        told = f"{len(usable)} usable, a run needs {least}; add {least - len(usable)} to fixtures.appointments"
        yield Finding("warn", "fixtures", told)
    if rest:
        yield Finding("ok", "fixtures", f"{rest} more, not looked at")


def _fixture(checks: DoctorChecks, seen: Seen) -> Finding:
    check, status = f"fixture {seen.probe.appointment}", member(seen, "status")
    if seen.status in NOT_FOUND:
        return Finding("warn", check, f"not there ({seen.status}); a run passes it by")
    if seen.probe.kind == "near-miss" and seen.status == 403:
        return Finding("fail", check, "a wrong body is answered 403: the token lacks the rights; give another")
    if seen.probe.kind == "near-miss":
        told = f"a wrong body is answered {seen.status}"
        return Finding("ok", check, told) if seen.status == 422 else Finding("warn", check, f"{told}, not 422")
    if checks.is_used_up(seen):
        return Finding("warn", check, f"{status} already; a run passes it by")
    if checks.is_usable(seen):
        return Finding("ok", check, "there" if status is None else str(status))
    return Finding("warn", check, f"answered {seen.status} with status {status!r}, which a run cannot use")


def _clock(seen: Seen) -> Finding:
    told = moment_of(header(seen, "date"))
    if told is None:
        return Finding("warn", "clock", "the target sends no usable Date; a date in Retry-After cannot be checked")
    exchange = seen.exchange
    here = exchange.started_at + timedelta(seconds=exchange.duration_seconds)
    skew = (told - here).total_seconds()
    if abs(skew) > MOST_SKEW_SECONDS:
        return Finding("warn", "clock", f"the target's is {skew:+.0f} s off this machine's; set the wrong one right")
    return Finding("ok", "clock", "the target's agrees with this machine's")


def _rate_limit(target: Target, seen: Seen) -> Finding:
    value = next((found for name in _LIMITS if (found := header(seen, name))), "").split(",")[0].strip()
    own = target.limits.requests_per_minute
    if not value.isdecimal():
        return Finding("ok", "rate limit", f"none announced; limits.requests_per_minute is {own or 'not set'}")
    if own is None or own > int(value):
        return Finding("warn", "rate limit", f"the target announces {value}; set limits.requests_per_minute to no more")
    return Finding("ok", "rate limit", f"the target announces {value}, the run keeps to {own}")
