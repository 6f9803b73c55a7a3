"""Nothing is sent without a policy, and a request that a policy does not expressly allow is refused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import SimpleNamespace

import pytest
from own_targets import MKP, OMNEO, local, policy_of
from scripted_server import message, scripted

from appointment_conformance.apis.mijnklantportaal.policy import policy as cancels
from appointment_conformance.apis.omneo.policy import policy as links
from appointment_conformance.errors import ConfigurationError, RequestRefused
from appointment_conformance.traffic.client import Client
from appointment_conformance.traffic.fixture_policy import NoBody, fixture_policy
from appointment_conformance.traffic.guard import RequestGuard
from appointment_conformance.traffic.probe import Probe
from appointment_conformance.traffic.recording import Recording

CONFIRM = ("POST", "/bookings/{booking}/confirm")
BOOKINGS = replace(MKP, api="bookings", base_url="https://api.example.com/v1")


class Renames(NoBody):
    """The rule of an operation that takes exactly one body."""

    def refusal(self, body):
        """Allow the one body."""
        return None if body == b'{"name":"x"}' else super().refusal(body)

    def stray_record(self, body):
        """Find no record by it."""
        return None if body == b'{"name":"x"}' else super().stray_record(body)


@dataclass(frozen=True)
class Answering:
    """A policy that gives the same answer to every question."""

    answer: object

    def refusal(self, *_):
        """Return the answer."""
        return self.answer

    def stray_record(self, _):
        """Return the answer."""
        return self.answer


def confirms(*operations, **rules):
    """Return the policy of an API with these operations, each a method and a path, for the target BOOKINGS."""
    declared = {path: SimpleNamespace(method=method, path=path) for method, path in operations}
    return fixture_policy(
        BOOKINGS,
        SimpleNamespace(operations=declared, read_path="/bookings/{booking}"),
        near_misses=lambda fixture: {"letters-after": f"{fixture}xyz"},
        bodies=NoBody(),
        **rules,
    )


def test_a_client_cannot_be_made_without_a_policy():
    """No client can be made without a policy."""
    with pytest.raises(TypeError, match="policy"):
        Client(MKP, run_id="run-1", recording=Recording())
    for missing in (None, object(), MKP):
        with pytest.raises(ConfigurationError, match="not a request policy"):
            Client(MKP, policy=missing, run_id="run-1", recording=Recording())


@pytest.mark.parametrize("answer", ["", False, True, 0, "no"])
def test_only_none_lets_a_request_out(answer):
    """Whatever else a policy returns, the request is refused and not sent."""
    with scripted(message(204)) as server:
        target = local(MKP, server.port)
        client = Client(target, policy=Answering(None), run_id="run-1", recording=Recording())
        client.set_policy(Answering(answer))
        with pytest.raises(RequestRefused):
            client.send(Probe("cancel/first", "cancel", "valid", "DELETE", "/appointments/apt_own0001"), "one")
        client.close()
        assert server.received == []


@pytest.mark.parametrize(
    "path",
    [
        "/appointments/..",
        "/appointments/.",
        "/a/../appointments/apt_own0001",
        "/appointments/%2e%2E",
        "/appointments/apt_own0001%2F..",
        "/appointments/apt_own0001%5c..",
        "/appointments/%252e%252e",
        "/appointments/apt_own0001\\..",
    ],
)
def test_a_dot_segment_is_refused_whatever_the_policy_says(path):
    """No policy can allow a path that a server could resolve to another one."""
    with pytest.raises(RequestRefused, match="dot segment"):
        RequestGuard(MKP.base_url, Answering(None)).check("GET", f"{MKP.base_url}{path}", None)


@pytest.mark.parametrize(
    "url",
    ["https://api.example.org/v1/x", "http://api.example.com/v1/x", "https://api.example.com/v2/x", "/x", ""],
)
def test_another_address_is_refused_whatever_the_policy_says(url):
    """No policy can allow a request to another scheme, host or base path."""
    with pytest.raises(RequestRefused):
        RequestGuard(MKP.base_url, Answering(None)).check("GET", url, None)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/bookings/apt_own0001/confirm", True),
        ("GET", "/bookings/apt_own0001/confirm", True),
        ("GET", "/bookings/apt_own0001", True),
        ("POST", "/bookings/apt_own0001xyz/confirm", True),
        ("PUT", "/bookings/apt_none0001/confirm", True),
        ("DELETE", "/bookings/apt_own0001", False),
        ("POST", "/bookings/apt_own0001", False),
        ("PUT", "/bookings/apt_own0001/confirm", False),
        ("POST", "/bookings/apt_foreign1/confirm", False),
        ("POST", "/bookings/apt_own0001%27/confirm", False),
        ("POST", "/bookings/apt_own0001/cancel", False),
        ("DELETE", "/appointments/apt_own0001", False),
        ("POST", "/v3/appointments/apt_own0001/link", False),
    ],
)
def test_an_api_of_somebody_else_gets_the_shared_rules(method, path, allowed):
    """The API's own paths, methods and near misses are allowed, and nothing of another API."""
    assert (confirms(CONFIRM).refusal(method, path, None) is None) is allowed


def test_two_operations_on_one_path_allow_the_methods_of_both():
    """A further operation on a path allows its method there and nowhere else."""
    both = confirms(CONFIRM, ("PATCH", "/bookings/{booking}"))
    assert both.refusal("PATCH", "/bookings/apt_own0001", None) is None
    assert both.refusal("GET", "/bookings/apt_own0001", None) is None
    assert both.refusal("PATCH", "/bookings/apt_own0001/confirm", None) is not None
    assert both.refusal("POST", "/bookings/apt_own0001", None) is not None


def test_the_body_of_one_operation_may_not_be_sent_with_another():
    """An operation may have its own rule for bodies; other operations and undeclared methods keep the common rule."""
    rename = ("PATCH", "/bookings/{booking}")
    policy = confirms(CONFIRM, rename, bodies_of={rename[1]: Renames()})
    known, other = b'{"name":"x"}', b'{"name":"y"}'
    assert policy.refusal("PATCH", "/bookings/apt_own0001", known) is None
    assert policy.refusal("PATCH", "/bookings/apt_own0001", other) is not None
    assert policy.refusal("GET", "/bookings/apt_own0001", known) is not None
    assert policy.refusal("PUT", "/bookings/apt_none0001", known) is not None
    assert policy.refusal("POST", "/bookings/apt_own0001/confirm", known) is not None
    assert policy.stray_record(known) is None
    assert policy.stray_record(other) is not None


def test_a_body_rule_of_an_unknown_operation_is_a_clear_error():
    """A rule for an operation that the contract does not have is a mistake in a name."""
    with pytest.raises(ConfigurationError, match="no operation rename"):
        confirms(CONFIRM, bodies_of={"rename": Renames()})


@pytest.mark.parametrize("path", ["/bookings", "/shops/{shop}/bookings/{booking}"])
def test_a_path_with_another_parameter_than_the_id_is_a_clear_error(path):
    """If the record that a path addresses is unknown, no request may be sent."""
    with pytest.raises(ConfigurationError, match="exactly one parameter"):
        confirms(("GET", path))


def test_an_api_without_operations_sends_nothing():
    """A contract without operations gives no policy."""
    with pytest.raises(ConfigurationError, match="no operation"):
        confirms()


def test_one_api_is_never_judged_by_the_policy_of_another():
    """An API has no policy for the fixtures of another, so it sends nothing to such a target."""
    link, cancel = "/v3/appointments/900001/link", "/appointments/apt_own0001"
    assert links(OMNEO).refusal("POST", link, None) is None
    assert cancels(MKP).refusal("DELETE", cancel, None) is None
    for policy, target in ((cancels, OMNEO), (links, MKP)):
        with pytest.raises(TypeError):
            policy(target)


@pytest.mark.parametrize("method", ["DELETE", "GET", "POST"])
def test_an_api_without_bodies_is_sent_none(method):
    """An operation without a body may be sent only without one."""
    for body in (b"{}", b"[]", b"x", b'{"id":"apt_own0001"}'):
        assert policy_of(MKP).refusal(method, "/appointments/apt_none0001", body) is not None
        assert policy_of(MKP).stray_record(body) is not None
    assert policy_of(MKP).refusal("DELETE", "/appointments/apt_own0001", b"") is None
