"""The guard allows only requests that address fixtures or ids that cannot exist."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from own_targets import MKP, OMNEO, PROFILES, full, guard_of, policy_of

from appointment_conformance.errors import RequestRefused
from appointment_strategies import mijnklantportaal, omneo

FOREIGN = "11111111-2222-4333-8444-555555555555"
NEAR = {"omneo": omneo, "mijnklantportaal": mijnklantportaal}
TARGETS = {"omneo": OMNEO, "mkp": MKP}


def allows(target, method, url, body=None):
    """Whether the guard of `target` allows a request; a path means one below the base URL."""
    full = url if url.startswith("http") else f"{target.base_url}{url}"
    try:
        guard_of(target).check(method, full, body)
    except RequestRefused:
        return False
    return True


@pytest.mark.parametrize(
    ("target", "method", "path"),
    [
        ("omneo", "POST", "/v3/appointments/900001/link"),
        ("omneo", "POST", "/v3/appointments/900002/unlink"),
        ("omneo", "GET", "/v3/appointments/900001"),
        ("omneo", "POST", "/v3/appointments/987654321/link"),
        ("omneo", "DELETE", "/v3/appointments/987654321/link"),
        ("omneo", "POST", "/v3/appointments/0/link"),
        ("mkp", "DELETE", "/appointments/apt_own0001"),
        ("mkp", "DELETE", "/appointments/apt_pen0001"),
        ("mkp", "GET", "/appointments/apt_own0002"),
        ("mkp", "PUT", "/appointments/apt_none0001"),
    ],
)
def test_a_request_for_a_fixture_is_let_out(target, method, path):
    """A fixture may be addressed with its declared method and reads; the absent id with any method."""
    assert allows(TARGETS[target], method, path)


@pytest.mark.parametrize("api", ["omneo", "mkp"])
@pytest.mark.parametrize(
    "base",
    ["http://api.example.com", "https://api.example.com:8443", "https://api.example.org", "https://u@api.example.com"],
)
def test_another_host_port_or_scheme_is_refused(api, base):
    """Only the target's own scheme, host and port are allowed."""
    target = TARGETS[api]
    path = "/api/v3/appointments/900001/link" if api == "omneo" else "/v1/appointments/apt_own0001"
    assert not allows(target, "POST" if api == "omneo" else "DELETE", f"{base}{path}")


@pytest.mark.parametrize(
    ("target", "method", "path"),
    [
        ("omneo", "POST", "/v3/appointments/900003/link"),
        ("omneo", "POST", "/v3/appointments/1/unlink"),
        ("omneo", "PUT", "/v3/appointments/900001/link"),
        ("omneo", "DELETE", "/v3/appointments/900001"),
        ("omneo", "PUT", "/v3/appointments/0/link"),
        ("omneo", "POST", "/v3/appointments/900001/link?force=1"),
        ("omneo", "POST", "/v3/appointments/900001/link#x"),
        ("omneo", "POST", "/v3/appointments/900001/link/"),
        ("omneo", "POST", "/v3/appointments/900001/../900003/link"),
        ("omneo", "POST", "/v3/appointments/../link"),
        ("omneo", "POST", "/v3/appointments/%2e%2e/link"),
        ("omneo", "POST", "/v3/appointments//link"),
        ("omneo", "POST", "/v3/appointments/900001%2F..%2F900003/link"),
        ("omneo", "POST", "/v3/profiles/900001/link"),
        ("omneo", "POST", "/v4/appointments/900001/link"),
        ("omneo", "GET", "/v3/appointments"),
        ("mkp", "DELETE", "/appointments/apt_foreign1"),
        ("mkp", "DELETE", "/appointments/0"),
        ("mkp", "DELETE", "/appointments/"),
        ("mkp", "DELETE", "/appointments"),
        ("mkp", "DELETE", "/appointments/%"),
        ("mkp", "DELETE", "/appointments/*"),
        ("mkp", "DELETE", "/appointments/."),
        ("mkp", "DELETE", "/appointments/apt_own0001/../apt_foreign1"),
        ("mkp", "DELETE", "/appointments/apt_own0001?id=apt_foreign1"),
        ("mkp", "DELETE", "/appointments/apt_own0001%00"),
        ("mkp", "DELETE", "/appointments/apt_own000"),
        ("mkp", "PUT", "/appointments/apt_own0001"),
        ("mkp", "POST", "/appointments/apt_own0001"),
        ("mkp", "DELETE", "/customers/apt_own0001"),
    ],
)
def test_what_could_reach_another_record_is_refused(target, method, path):
    """Foreign ids, undeclared methods on fixtures, queries and paths that lead elsewhere are refused."""
    assert not allows(TARGETS[target], method, path)


@pytest.mark.parametrize("api", ["omneo", "mkp"])
def test_a_declared_foreign_appointment_takes_its_method_and_reads(api):
    """Of another account's appointments only declared ones may be addressed, with the declared method and GET."""
    target, declared = full(TARGETS[api]), {"omneo": "POST", "mkp": "DELETE"}[api]
    read, path = ("/v3/appointments/{}", "/v3/appointments/{}/link") if api == "omneo" else ("/appointments/{}",) * 2
    for foreign in target.fixtures.foreign_appointments:
        assert allows(target, declared, path.format(foreign))
        assert allows(target, "GET", read.format(foreign))
        assert not any(allows(target, method, path.format(foreign)) for method in ("PUT", "PATCH"))
        assert not any(
            allows(replace(target, read_only=True), *one)
            for one in ((declared, path.format(foreign)), ("GET", read.format(foreign)))
        )
        assert not allows(TARGETS[api], declared, path.format(foreign))
        near = set(NEAR[target.api].near_miss_segments(foreign).values()) - set(policy_of(target).near_miss_segments())
        assert near
        assert not any(allows(target, declared, path.format(segment)) for segment in near - {target.absent_appointment})


@pytest.mark.parametrize("api", ["omneo", "mkp"])
def test_near_misses_are_let_out_for_own_fixtures_alone(api):
    """A near miss of a fixture may be addressed with the declared method; one of another record may not."""
    target = TARGETS[api]
    method, path = ("POST", "/v3/appointments/{}/link") if api == "omneo" else ("DELETE", "/appointments/{}")
    own, foreign = target.fixtures.appointments[0], "900003" if api == "omneo" else "apt_foreign1"
    of_own = set(NEAR[target.api].near_miss_segments(own).values())
    of_foreign = set(NEAR[target.api].near_miss_segments(foreign).values()) - of_own
    assert of_own
    assert of_foreign
    assert all(allows(target, method, path.format(segment)) for segment in of_own)
    assert not any(allows(target, "PUT", path.format(segment)) for segment in of_own)
    assert not any(allows(target, method, path.format(segment)) for segment in of_foreign)


@pytest.mark.parametrize(
    ("body", "allowed"),
    [
        ({"type": "profile", "id": PROFILES[0]}, True),
        ({"type": "profile", "id": PROFILES[1].upper()}, True),
        ({"type": "profile", "id": OMNEO.absent_ids["profile"]}, True),
        ({"type": "list", "id": "204"}, True),
        ({"type": "list", "id": OMNEO.absent_ids["list"]}, True),
        ({"type": "profile", "id": FOREIGN}, False),
        ({"type": "profile", "id": FOREIGN, "more": 1}, False),
        ({"type": "list", "id": "1"}, False),
        ({"type": "list", "id": "-204"}, False),
        ({"type": "list", "id": "0204"}, True),
        ({"type": "list", "id": "0205"}, False),
        ({"type": "shop", "id": FOREIGN}, False),
        ({"type": "list", "id": [1]}, False),
        ({"type": "list", "id": []}, True),
        (None, True),
        ([], True),
    ],
)
def test_a_body_that_would_be_obeyed_names_a_fixture(body, allowed):
    """A valid body is allowed for own profiles, own lists and ids that no record has; so is an invalid body."""
    assert allows(OMNEO, "POST", "/v3/appointments/900001/link", json.dumps(body).encode()) is allowed


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32-le"])
def test_no_encoding_hides_a_foreign_record(encoding):
    """A body that names a foreign profile is refused in every encoding in which it can be read."""
    body = json.dumps({"type": "profile", "id": FOREIGN}).encode(encoding)
    assert not allows(OMNEO, "POST", "/v3/appointments/900001/unlink", body)


@given(st.from_regex(r"[A-Za-z0-9_%.*-]{1,30}", fullmatch=True))
def test_no_other_segment_is_let_out(segment):
    """Of all path segments, only fixtures, the absent id and listed near misses are allowed."""
    policy = policy_of(MKP)
    known = {*policy.fixtures, *policy.near_miss_segments(), MKP.absent_appointment}
    assert allows(MKP, "DELETE", f"/appointments/{segment}") is (segment in known)


@given(st.binary(max_size=200))
def test_no_body_breaks_the_guard(body):
    """The guard decides about any bytes without raising another error."""
    assert allows(OMNEO, "POST", "/v3/appointments/900001/link", body) in {True, False}
