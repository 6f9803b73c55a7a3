"""The doctor says check by check whether a target can be tested, with requests that cannot change anything."""

from __future__ import annotations

import socket
import ssl
import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from impostor_server import JSON, impostor, page, passed_on
from lenient_server import lenient
from own_targets import MKP, OMNEO, local
from scripted_server import message, scripted
from used_appointments import cancel_all

from appointment_conformance.cli.doctor import diagnose
from appointment_conformance.reference_targets import built_in, reference_target
from appointment_conformance.target_run import run
from appointment_conformance.targets import Limits
from appointment_conformance.traffic.connection import connection_findings, days_left

REFERENCE_MKP = "reference-mijnklantportaal"


def findings(target):
    """Return the findings by check."""
    return {one.check: one for one in diagnose(target)}


def grades(target):
    """Return the grades by check."""
    return {check: one.grade for check, one in findings(target).items()}


@pytest.mark.parametrize("name", built_in())
def test_a_fit_target_fails_nothing(name):
    """On the reference API no check fails, and each has something to tell."""
    with reference_target(name) as target:
        found = list(diagnose(target))
    assert "fail" not in {one.grade for one in found}
    assert {"versions", "configuration", "connection", "api", "token", "absent id", "clock", "rate limit"} <= {
        one.check for one in found
    }
    assert all(one.message for one in found)


@pytest.mark.parametrize("target", [OMNEO, MKP], ids=lambda target: target.api)
def test_nothing_that_is_sent_could_change_anything(target):
    """Even a server that obeys everything is only read, or sent bodies and ids that mean nothing, ten times at most."""
    with lenient() as server:
        list(diagnose(local(target, server.server_port)))
        asked = server.asked
    assert 0 < len(asked) <= 10
    changing = [one for one in asked if one[0] != "GET"]
    assert not any(one[1] in target.fixtures.appointments and b'"appointment"' not in one[3] for one in changing)


@pytest.mark.parametrize("name", built_in())
def test_a_run_after_the_doctor_is_conformant(name):
    """The doctor uses up nothing: every fixture is what it was."""
    with reference_target(name) as target:
        list(diagnose(target))
        result, _ = run(target)
    assert result.verdict == "conformant"


def test_no_name_no_port_no_request(monkeypatch):
    """Where the name does not resolve or nobody listens, that is the last finding, with what to check."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        dead = local(MKP, listener.getsockname()[1])
    assert list(diagnose(dead))[-1].grade == "fail"
    assert "base_url" in list(diagnose(dead))[-1].message

    def unknown(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    nowhere = list(diagnose(replace(MKP, base_url="https://no-such-host.invalid/v1")))[-1]
    assert (nowhere.grade, nowhere.check) == ("fail", "name")


def test_a_wrong_token_fails():
    """A token that the target does not accept fails the check of the API, and the reason names the token."""
    with reference_target(REFERENCE_MKP) as target:
        found = findings(replace(target, token="unknown-token"))
    assert (found["api"].grade, "check the token" in found["api"].message) == ("fail", True)


def test_a_forbidden_token_must_be_valid_and_another_one():
    """A token without the permission that is not accepted fails, and none at all is worth a word."""
    with reference_target(REFERENCE_MKP) as target:
        assert grades(replace(target, forbidden_token="unknown-token"))["forbidden token"] == "fail"
        assert grades(replace(target, forbidden_token=None))["forbidden token"] == "warn"


@pytest.mark.parametrize("name", built_in())
def test_the_optional_keys_are_looked_at(name):
    """An expired token that is accepted, a second one that is not and a foreign appointment in reach are told."""
    with reference_target(name, variants=["foreign-is-hidden"]) as target:
        found = grades(target)
        own = replace(target.fixtures, foreign_appointments=target.fixtures.appointments[-1:])
        turned = replace(target, expired_token=target.second_token, second_token=target.expired_token, fixtures=own)
        wrong = grades(turned)
    keys = ("expired token", "second token", "foreign appointment")
    assert [found[key] for key in keys] == ["ok", "ok", "ok"]
    assert [wrong[key] for key in keys] == ["warn", "fail", "warn"]


def test_a_second_token_is_compared_with_the_first():
    """A second token that gets another answer than the first may lack the permission, which is worth a word."""
    with reference_target(REFERENCE_MKP, variants=["permission-before-appointment"]) as target:
        found = findings(replace(target, second_token=target.forbidden_token))
    assert (found["second token"].grade, "has the permission" in found["second token"].message) == ("warn", True)


@pytest.mark.parametrize("name", built_in())
def test_without_optional_keys_the_doctor_says_what_to_add(name):
    """A key that is not there is no complaint; its line says what it would be for."""
    with reference_target(name) as target:
        bare = replace(target.fixtures, foreign_appointments=())
        found = findings(replace(target, expired_token=None, second_token=None, fixtures=bare))
    for check, key in (("expired token", "expired_token"), ("second token", "second_token"),
                       ("foreign appointment", "foreign_appointments")):  # fmt: skip
        assert (found[check].grade, key in found[check].message) == ("ok", True)
    with reference_target(REFERENCE_MKP, variants=["permission-before-appointment"]) as target:
        assert grades(target)["forbidden token"] == "ok"


def test_too_few_fixtures_are_worth_a_word():
    """Without a list, or with a single appointment, what stays untested is said before a run is paid for."""
    few = replace(OMNEO.fixtures, appointments=OMNEO.fixtures.appointments[:1], lists=(), absent_appointment=None)
    with impostor(lambda _: None) as server:
        scarce = findings(local(OMNEO, server.port, fixtures=few))
        enough = findings(local(OMNEO, server.port))
        single = findings(local(MKP, server.port, fixtures=MKP.form.read_fixtures({"appointments": ["apt_a1"]})))
        looked_at = findings(local(OMNEO, server.port, fixtures=few, read_only=True))
    assert (scarce["lists"].grade, "fixtures.lists" in scarce["lists"].message) == ("warn", True)
    assert (scarce["appointments"].grade, "add a second" in scarce["appointments"].message) == ("warn", True)
    assert "untested" in single["appointments"].message
    assert "1 appointment, 2 profiles" in scarce["configuration"].message
    assert not {"lists", "appointments"} & {*enough, *looked_at}
    assert "lists" not in single


def test_fixtures_that_cannot_be_used_are_worth_a_word():
    """An appointment that is not there or canceled already is told, as a run passes it by; so are too few others."""
    with reference_target(REFERENCE_MKP) as target:
        used, fresh, other = target.fixtures.appointments[:3]
        cancel_all(target, used)
        names = (used, "apt_none1", fresh)
        found = findings(replace(target, fixtures=replace(target.fixtures, appointments=names)))
        enough = grades(replace(target, fixtures=replace(target.fixtures, appointments=(*names, other))))
    assert [found[f"fixture {name}"].grade for name in names] == ["warn", "warn", "ok"]
    assert (found["fixtures"].grade, "add 1 to fixtures.appointments" in found["fixtures"].message) == ("warn", True)
    assert "fixtures" not in enough


def test_an_omneo_fixture_that_is_not_there_is_worth_a_word():
    """The refusal of a wrong body tells an appointment that is there from one that is not, which is passed by."""
    with reference_target("reference-omneo") as target:
        some = (target.fixtures.appointments[0], "123456789")
        found = grades(replace(target, fixtures=replace(target.fixtures, appointments=some)))
    assert [found[f"fixture {name}"] for name in some] == ["ok", "warn"]


def test_an_absent_appointment_that_exists_is_only_read():
    """Where the absent id is served, it is not sent anything else, and the finding says what to set."""
    with reference_target(REFERENCE_MKP) as target:
        there = target.fixtures.appointments[-1]
        fixtures = replace(target.fixtures, appointments=target.fixtures.appointments[:2], absent_appointment=there)
        with impostor(lambda asked: passed_on(asked, target.base_url)) as server:
            found = findings(local(replace(target, fixtures=fixtures), server.port))
            assert [asked.method for asked in server.asked] == ["GET"]
    assert (found["absent id"].grade, "absent_appointment" in found["absent id"].message) == ("fail", True)


def test_an_api_without_reads_leaves_the_fixtures_open():
    """Where reads are not served nothing is said against the fixtures."""
    with reference_target(REFERENCE_MKP, variants=["no-reads"]) as target:
        found = grades(target)
    assert found["fixtures"] == "warn"
    assert "fail" not in found.values()


def test_an_impostor_fails():
    """What is not the API fails with the reason of the preflight."""
    with impostor(lambda _: page(200)) as server:
        found = findings(local(MKP, server.port))
    assert (found["api"].grade, "not the API" in found["api"].message) == ("fail", True)


def test_clock_and_rate_limit_are_compared():
    """A clock that is far off and a rate limit below the configured one are worth a word."""

    def answer(asked):
        headers = {"Date": "Sun, 01 Mar 2020 12:00:00 GMT", "X_RateLimit_Limit": "60"}
        status = 404 if asked.authorized else 401
        return page(status, b'{"message":"no"}', JSON, **headers)

    with impostor(answer) as server:
        found = grades(local(MKP, server.port, limits=Limits(requests_per_minute=61)))
        fine = grades(local(MKP, server.port, limits=Limits(requests_per_minute=60)))
    assert (found["rate limit"], fine["rate limit"], fine["clock"]) == ("warn", "ok", "warn")


def test_days_of_a_certificate_are_counted():
    """The days left are whole days until the end of the certificate, below zero after it."""
    now = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    assert days_left("Mar 11 13:00:00 2026 GMT", now) == 10
    assert days_left("Feb 27 12:00:00 2026 GMT", now) == -2


@pytest.fixture
def secure_port(self_signed):
    """Accept TLS connections and let go of them."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept():
            while True:
                try:
                    connection, _ = listener.accept()
                    with self_signed[0].wrap_socket(connection, server_side=True):
                        pass
                except ssl.SSLError:
                    continue
                except OSError:
                    return

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_a_certificate_that_nobody_vouches_for_fails(secure_port):
    """TLS without a trusted certificate fails, and the reason says why it is not trusted."""
    found = list(connection_findings(replace(MKP, base_url=f"https://localhost:{secure_port}/v1")))[-1]
    assert (found.grade, found.check) == ("fail", "tls")
    assert "certificate" in found.message


def test_a_certificate_that_ends_soon_is_worth_a_word(secure_port, self_signed):
    """A certificate that the target's own authority vouches for, with a few days left, is told with its days."""
    target = replace(MKP, base_url=f"https://localhost:{secure_port}/v1", ca_file=self_signed[1])
    found = list(connection_findings(target))[-1]
    assert (found.grade, found.check) == ("warn", "tls")
    assert "2 days" in found.message


def test_a_read_only_target_with_a_wrong_token_fails():
    """Where every answer is 401 the token is what is wrong, also where nothing more than a read may be sent."""
    with scripted(message(401, b'{"message": "who?"}', [("Content-Type", "application/json")])) as server:
        target = local(MKP, server.port, read_only=True)
        unsettled = replace(target, fixtures=replace(target.fixtures, absent_appointment=None))
        found = list(diagnose(unsettled))
    assert [(one.check, one.grade) for one in found][-1] == ("api", "fail")
    assert "check the token" in found[-1].message
