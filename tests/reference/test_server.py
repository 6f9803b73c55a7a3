"""Reference servers: several at a time, each with its own state, gone without a trace."""

from __future__ import annotations

import socket
import threading
from contextlib import ExitStack

import pytest

from appointment_conformance import reference
from appointment_conformance.errors import ConfigurationError
from appointment_conformance.reference_apis import serve


def _threads():
    return [each for each in threading.enumerate() if each.name == "reference-server"]


def test_servers_do_not_share_state(call):
    """What is canceled on one server is scheduled on another that runs beside it."""
    with ExitStack() as stack:
        one, two = (call(stack.enter_context(serve("mijnklantportaal"))) for _ in range(2))
        path = f"/appointments/{one.reference.appointments[0]}"
        assert one.send("DELETE", path).json()["status"] == "canceled"
        assert two.send("GET", path).json()["status"] == "scheduled"


def test_both_apis_run_side_by_side(call):
    """Servers of both vendors, several of each, answer while all of them run."""
    with ExitStack() as stack:
        callers = [call(stack.enter_context(serve(api))) for api in ("omneo", "mijnklantportaal") * 5]
        assert [each.send("GET", "/nothing").status_code for each in callers] == [404] * 10


def test_a_server_leaves_no_thread_and_no_port(call):
    """After its context a server's thread is gone and its port is closed, connections that were kept included."""
    before = len(_threads())
    with serve("omneo") as reference:
        caller = call(reference)
        assert caller.send("GET", "/nothing").status_code == 404
        assert len(_threads()) == before + 1
    host, port = reference.base_url.removeprefix("http://").removesuffix("/api").split(":")
    assert len(_threads()) == before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)))


def test_a_server_ends_when_its_context_fails():
    """An error within the context is passed on, and the server is gone."""
    before = len(_threads())
    with pytest.raises(ZeroDivisionError), serve("omneo"):
        1 / 0  # noqa: B018
    assert len(_threads()) == before


def test_a_taken_port_is_an_error():
    """A port that is in use raises `OSError`."""
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(OSError, match="in use"),
        serve("omneo", port=taken.getsockname()[1]),
    ):
        pass


def test_an_unknown_api_is_an_error():
    """An api that has no reference API is a mistake of the caller, told with those that have one."""
    with pytest.raises(ConfigurationError, match=r"`other`; known are omneo, mijnklantportaal\."), serve("other"):
        pass


def test_a_write_to_a_foreign_record_is_remembered(call):
    """A write that leads to somebody else's appointment is known afterwards, refused or not; a read is not."""
    with serve("omneo") as reference:
        caller = call(reference)
        caller.send("GET", "/v3/appointments/6")
        caller.send("POST", "/v3/appointments/7/unlink", authorization=None)
        caller.send("PUT", "/v3/appointments/8/link")
        caller.send("POST", f"/v3/appointments/{reference.appointments[0]}/link")
        assert reference.foreign_touched() == ("7", "8")


def test_a_foreign_cancel_is_remembered(call):
    """A cancel of somebody else's appointment is known afterwards."""
    with serve("mijnklantportaal") as reference:
        call(reference).send("DELETE", "/appointments/apt_r4j6t0aaaa0007")
        assert reference.foreign_touched() == ("apt_r4j6t0aaaa0007",)


@pytest.mark.parametrize(
    ("api", "method", "path"),
    [("omneo", "POST", "/v3/appointments/{}/unlink"), ("mijnklantportaal", "DELETE", "/appointments/{}")],
)
def test_a_lent_record_is_written_to_in_vain(api, method, path, call):
    """What another account has made for tests is refused to be changed, can be read, and is not remembered."""
    with serve(api) as reference:
        caller, foreign = call(reference), path.format(reference.foreign_appointments[0])
        body = {"type": "profile", "id": reference.profiles[0]} if api == "omneo" else None
        refused = caller.send(method, foreign, json=body)
        assert (refused.status_code, list(refused.json())) == (404, ["message"])
        assert caller.send("GET", foreign.removesuffix("/unlink")).status_code == 200
        assert reference.foreign_touched() == ()


@pytest.mark.parametrize(
    ("api", "method", "path"),
    [("omneo", "POST", "/v3/appointments/{}/link"), ("mijnklantportaal", "DELETE", "/appointments/{}")],
)
def test_a_second_token_works_and_an_expired_one_does_not(api, method, path, call):
    """The token with the permission by name is served as the one with all rights; the one past its end gets 401."""
    with serve(api) as reference:
        caller, own = call(reference), path.format(reference.appointments[0])
        body = {"type": "profile", "id": reference.profiles[0]} if api == "omneo" else None
        tokens = (reference.expired_token, reference.second_token)
        answers = [caller.send(method, own, json=body, authorization=f"Bearer {token}") for token in tokens]
        assert [answer.status_code for answer in answers] == [401, 200]


def test_the_fixtures_are_what_the_target_needs(call):
    """There are four linkable appointments with profiles and lists, and twelve to cancel with two pending."""
    with serve("omneo") as omneo, serve("mijnklantportaal") as portal:
        assert (len(omneo.appointments), len(omneo.profiles), len(omneo.lists)) == (4, 4, 3)
        assert (len(portal.appointments), len(portal.pending_appointments)) == (12, 2)
        assert call(portal).send("GET", f"/appointments/{portal.absent_appointment}").status_code == 404
        assert call(omneo).send("GET", f"/v3/appointments/{omneo.absent_appointment}").status_code == 404


def test_the_package_of_the_reference_serves_by_name(call):
    """`appointment_conformance.reference.serve` serves an installed API with a fault switched on."""
    with reference.serve("mijnklantportaal", faults=["cancel-shows-an-envelope"]) as served:
        path = f"/appointments/{served.appointments[0]}"
        assert "data" in call(served).send("DELETE", path).json()


def test_the_package_of_the_reference_refuses_an_unknown_api():
    """An API that is not installed is named in the error."""
    with pytest.raises(ValueError, match="there is no reference API of `omneo2`"):
        reference.serve("omneo2")
