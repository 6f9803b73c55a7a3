"""The doctor: check whether a target can be tested as it is configured, and say what to do about each problem."""

from __future__ import annotations

import platform
import uuid
from collections.abc import Iterator, Sequence
from datetime import timedelta
from importlib.metadata import version

from appointment_conformance import __version__
from appointment_conformance.api import api_of, load_apis
from appointment_conformance.engine.api import Api
from appointment_conformance.engine.context import ScenarioContext
from appointment_conformance.engine.doctor_checks import DoctorChecks
from appointment_conformance.engine.doctor_probes import FIXTURE, send_doctor_probes
from appointment_conformance.engine.preflight import refusal
from appointment_conformance.errors import ConfigurationError, SuiteError
from appointment_conformance.targets import Target
from appointment_conformance.traffic.answer import header, json_of, member
from appointment_conformance.traffic.case import ABSENT, FOREIGN, SECOND, Credentials
from appointment_conformance.traffic.client import Client
from appointment_conformance.traffic.connection import connection_findings
from appointment_conformance.traffic.finding import Finding
from appointment_conformance.traffic.rate_limits import moment_of
from appointment_conformance.traffic.recording import NOT_FOUND, ProbeResult, Recording
from appointment_conformance.traffic.requests_session import block_unguarded_requests
from appointment_conformance.wording import amount
from appointment_reports import visible_line

from .contract_check import compared

#: With a larger difference between the clocks, a date in `Retry-After` cannot be used.
MAX_SKEW_SECONDS = 60
_LIMITS = ("X-RateLimit-Limit", "RateLimit-Limit")
_UNTESTED = "stays untested; `appointment-conformance plan` names the requirements"


def diagnose(target: Target) -> Iterator[Finding]:
    """Yield the findings of every check of `target`. It sends a few requests, and none of them can change anything.

    No finding shows a secret of the target, also not in text that comes from the target or a library.
    """
    yield Finding("ok", "versions", f"suite {__version__}, Python {platform.python_version()}, {_engine()}")
    api = api_of(target)
    client = Client(target, policy=api.policy(target), run_id=uuid.uuid4().hex[:12], recording=Recording())
    try:
        for finding in _diagnosed(target, api, client):
            hide = client.secrets.hide_text
            yield Finding(finding.grade, hide(finding.check), hide(finding.message))
    finally:
        client.close()


def finding_line(name: str, finding: Finding) -> str:
    """Return the line of the console about a finding at the target called `name`."""
    return f"{finding.grade:<4}  {name}  {finding.check}: {visible_line(finding.message)}"


def _diagnosed(target: Target, api: Api, client: Client) -> Iterator[Finding]:
    yield _configured(target)
    yield from _contract(api)
    yield from _scarce(target, api.doctor)
    for finding in connection_findings(target):
        yield finding
        if finding.grade == "fail":
            return
    try:
        target = client.sign_in()
    except SuiteError as error:
        yield Finding("fail", "sign-in", str(error))
        return
    if target.token_sources:
        yield Finding("ok", "sign-in", _obtained(target))
    try:
        with block_unguarded_requests():
            seen = send_doctor_probes(ScenarioContext(target, api, client))
    except SuiteError as error:
        yield Finding("fail", "api", str(error))
    else:
        yield from _findings(target, api.doctor, seen)


def _engine() -> str:
    return f"Schemathesis {version('schemathesis')}"


def _configured(target: Target) -> Finding:
    fixtures = target.fixtures
    have = (
        ", ".join(amount(len(ids), _word(target, kind)) for kind in fixtures.KINDS if (ids := fixtures.of_kind(kind)))
        or "no fixtures yet"
    )
    return Finding("ok", "configuration", f"{target.api} at {target.base_url}, {have}")


def _obtained(target: Target) -> str:
    """Which tokens were obtained, and from where; what a source itself says is not shown."""
    return ", ".join(f"{key} from {source}" for key, source in target.token_sources.items())


def _contract(api: Api) -> Iterator[Finding]:
    """Which document judges, where it is not the one that is built in, and which requirements have read another."""
    own = api.contract.own_document
    if own is None:
        return
    told = f"{own.name}, SHA-256 {own.digest}"
    try:
        found = compared(own, load_apis()[api.name]).counted
    except ConfigurationError as error:
        yield Finding("warn", "contract", f"{told}; {error}")
        return
    touched = dict.fromkeys(name for difference in found for name in difference.requirements)
    differs = (
        f"; it differs from the built-in document in {amount(len(found), 'place')}, which these requirements read: "
        f"{', '.join(touched) or 'none'}; `appointment-conformance contract check` lists the places"
    )
    yield Finding("warn" if found else "ok", "contract", f"{told}{differs if found else ''}")


def _word(target: Target, kind: str) -> str:
    """The word for a kind of records. Each API has its own word for the records that its operations act on."""
    return target.form.record if kind == "appointment" else kind


def _scarce(target: Target, checks: DoctorChecks) -> Iterator[Finding]:
    """What is missing to judge everything. A run that creates its fixtures has enough of them."""
    if target.provision or target.read_only:
        return
    yield from checks.scarce(target)
    if len(target.fixtures.appointments) == 1 and checks.second_fixture_for:
        key = target.form.key_of("appointments")
        message = f"only one; add a second to {key}, or {checks.second_fixture_for} {_UNTESTED}"
        yield Finding("warn", f"{target.form.record}s", message)


def _findings(target: Target, checks: DoctorChecks, seen: Sequence[ProbeResult]) -> Iterator[Finding]:
    if len(seen) == 1 and (seen[0].status or 0) < 300 and json_of(seen[0]) is not None:
        yield _absent(seen[0], target)
        return
    if reason := refusal(seen, target):
        yield Finding("fail", "api", reason)
        return
    yield Finding("ok", "api", f"answers as {target.api} does ({', '.join(str(each.status) for each in seen)})")
    by_case = {each.probe.case: each for each in seen}
    yield _absent(by_case[ABSENT], target)
    yield _credentials(by_case[Credentials.NONE.case])
    yield _forbidden(by_case.get(Credentials.FORBIDDEN.case))
    yield _expired(by_case.get(Credentials.EXPIRED.case))
    yield _second(by_case.get(SECOND), by_case[ABSENT])
    if target.form.key_of("foreign_appointments") in target.form.described_keys:
        yield _foreign(target, checks, by_case.get(FOREIGN))
    yield from _fixtures(target, checks, [each for each in seen if each.probe.case == FIXTURE])
    yield _clock(seen[0])
    yield _rate_limit(target, seen[-1])


def _absent(seen: ProbeResult, target: Target) -> Finding:
    message = f"{target.absent_appointment} is answered {seen.status}"
    if seen.succeeded:
        key = target.form.key_of("absent_appointment")
        return Finding("fail", "absent id", f"{message}; give {key} an id that does not exist")
    return (
        Finding("ok", "absent id", message)
        if seen.status == 404
        else Finding("warn", "absent id", f"{message}, not 404")
    )


def _credentials(anonymous: ProbeResult) -> Finding:
    if anonymous.status == 401:
        return Finding("ok", "token", "accepted; a request without it is answered 401")
    return Finding("warn", "token", f"a request without it, on an absent id, is answered {anonymous.status}, not 401")


def _forbidden(seen: ProbeResult | None) -> Finding:
    if seen is None:
        message = (
            "none; add forbidden_token, a valid token without the permission, or the 403 requirements stay untested"
        )
        return Finding("warn", "forbidden token", message)
    message = f"answered {seen.status} on an absent id"
    if seen.status == 403:
        return Finding("ok", "forbidden token", message)
    if seen.status == 401:
        return Finding("fail", "forbidden token", f"{message}: not valid; give a valid token without the permission")
    if seen.status == 404:
        return Finding(
            "ok", "forbidden token", f"{message}: valid; only a run can tell whether it lacks the permission"
        )
    return Finding(
        "warn", "forbidden token", f"{message}, not 403; make sure that it is valid and lacks the permission"
    )


def _expired(seen: ProbeResult | None) -> Finding:
    if seen is None:
        return Finding("ok", "expired token", f"none; add expired_token, or its refusal {_UNTESTED}")
    message = f"answered {seen.status} on an absent id"
    if seen.status == 401:
        return Finding("ok", "expired token", message)
    if seen.succeeded or seen.status in {403, 404}:
        message = f"{message}, not 401: it is accepted, or checked after the id; make sure that it has expired"
    return Finding("warn", "expired token", message)


def _second(seen: ProbeResult | None, first: ProbeResult) -> Finding:
    if seen is None:
        return Finding("ok", "second token", f"none; add second_token, or whether it works like token {_UNTESTED}")
    message = f"answered {seen.status} on an absent id"
    if seen.status == 401:
        return Finding("fail", "second token", f"{message}: not valid; give a valid token with the permission")
    if seen.status == first.status:
        return Finding("ok", "second token", f"{message}, like the first token")
    remedy = "make sure that it has the permission"
    return Finding("warn", "second token", f"{message}, the first token {first.status}; {remedy}")


def _foreign(target: Target, checks: DoctorChecks, seen: ProbeResult | None) -> Finding:
    check = f"foreign {target.form.record}"
    if seen is None:
        given, key = target.fixtures.foreign_appointments, target.form.key_of("foreign_appointments")
        message = "not checked" if given else f"none; add {key}, or their safety {_UNTESTED}"
        return Finding("ok", check, message)
    message = f"{seen.probe.appointment} is answered {seen.status} to a read"
    if checks.is_used_up(seen):
        return Finding("fail", check, f"{message}: it is used up; replace it by another one")
    if seen.status in {401, 403, 404, 405}:
        return Finding("ok", check, message)
    remedy = "make sure that it belongs to another account and is made for tests: a run tries to change it"
    return Finding("warn", check, f"{message}; {remedy}")


def _fixtures(target: Target, checks: DoctorChecks, seen: Sequence[ProbeResult]) -> Iterator[Finding]:
    key = target.form.key_of("appointments")
    if checks.fixture_probe is None and seen and all(each.status in {404, 405} for each in seen):
        message = f"no fixture can be read ({seen[0].status}); if the target serves reads, check {key}"
        yield Finding("warn", "fixtures", message)
        return
    for each in seen:
        yield _fixture(checks, each)
    unchecked, least = len(target.fixtures.appointments) - len(seen), checks.min_fixtures
    usable = [each for each in seen if each.status not in NOT_FOUND and not checks.is_used_up(each)]
    if least > 1 and len(usable) + unchecked < least:
        message = f"{len(usable)} usable, a run needs {least}; add {least - len(usable)} to {key}"
        yield Finding("warn", "fixtures", message)
    if unchecked:
        yield Finding("ok", "fixtures", f"{unchecked} more, not checked")


def _fixture(checks: DoctorChecks, seen: ProbeResult) -> Finding:
    check, status = f"fixture {seen.probe.appointment}", member(seen, "status")
    if seen.status in NOT_FOUND:
        return Finding("warn", check, f"does not exist ({seen.status}); a run skips it")
    if seen.probe.kind == "near-miss" and seen.status == 403:
        return Finding("fail", check, "a wrong body is answered 403: the token lacks the permission; use another")
    if seen.probe.kind == "near-miss":
        message = f"a wrong body is answered {seen.status}"
        return Finding("ok", check, message) if seen.status == 422 else Finding("warn", check, f"{message}, not 422")
    if checks.is_used_up(seen):
        return Finding("warn", check, f"already {status}; a run skips it")
    if checks.is_usable(seen):
        return Finding("ok", check, "exists" if status is None else str(status))
    return Finding("warn", check, f"answered {seen.status} with status {status!r}, which a run cannot use")


def _clock(seen: ProbeResult) -> Finding:
    there = moment_of(header(seen, "date"))
    if there is None:
        return Finding("warn", "clock", "the target sends no usable Date, so a date in Retry-After cannot be checked")
    exchange = seen.exchange
    here = exchange.started_at + timedelta(seconds=exchange.duration_seconds)
    skew = (there - here).total_seconds()
    if abs(skew) > MAX_SKEW_SECONDS:
        return Finding(
            "warn",
            "clock",
            f"the target is {skew:+.0f} s off this machine; correct the wrong clock",
        )
    return Finding("ok", "clock", "the clocks of the target and of this machine agree")


def _rate_limit(target: Target, seen: ProbeResult) -> Finding:
    value = next((found for name in _LIMITS if (found := header(seen, name))), "").split(",")[0].strip()
    own = target.limits.requests_per_minute
    if not value.isdecimal():
        return Finding("ok", "rate limit", f"none announced; limits.requests_per_minute is {own or 'not set'}")
    if own is None or own > int(value):
        return Finding(
            "warn", "rate limit", f"the target announces {value}; set limits.requests_per_minute to at most {value}"
        )
    return Finding("ok", "rate limit", f"the target announces {value}; the run sends at most {own} per minute")
