"""An appointment is taken for absent only after the configuration or a read has said so."""

from __future__ import annotations

from dataclasses import replace

import pytest
from own_targets import MKP, OMNEO, local
from scripted_server import message, scripted

from appointment_conformance.apis.mijnklantportaal.reference.state import FOREIGN as FOREIGN_MKP
from appointment_conformance.apis.omneo.reference.state import FOREIGN as FOREIGN_OMNEO
from appointment_conformance.reference_targets import reference_target
from appointment_conformance.target_run import run

#: Somebody else's appointment, by api.
FOREIGN = {"omneo": min(FOREIGN_OMNEO), "mijnklantportaal": min(FOREIGN_MKP)}


def unsettled(target):
    """Return the target without a configured absent appointment."""
    return replace(target, fixtures=replace(target.fixtures, absent_appointment=None))


@pytest.mark.parametrize("api", ["omneo", "mijnklantportaal"])
def test_a_made_up_id_is_read_once_before_it_is_relied_on(api):
    """The first request is a read of the id; it costs one request, and every requirement is judged."""
    with reference_target(f"reference-{api}") as target:
        own = unsettled(target)
        result, (first, *others) = run(own)
    assert (first.request.method, first.response.status) == ("GET", 404)
    assert first.request.url.endswith(f"/appointments/{own.absent_appointment}")
    assert sum(one.probe == "read/absent" for one in others) == 0
    assert result.verdict == "conformant"


@pytest.mark.parametrize("api", ["omneo", "mijnklantportaal"])
@pytest.mark.parametrize("read_only", [False, True])
def test_a_configured_id_that_exists_is_never_sent_to(api, read_only):
    """A slip of the pen in the targets file names somebody's appointment: the run ends after one read of it."""
    with reference_target(f"reference-{api}") as target:
        foreign = FOREIGN[api]
        fixtures = replace(target.fixtures, absent_appointment=foreign)
        result, exchanges = run(replace(target, fixtures=fixtures, read_only=read_only))
    assert (result.verdict, [one.request.method for one in exchanges]) == ("not-testable", ["GET"])
    assert f"appointment {foreign}" in result.reason


def test_a_configured_id_is_trusted_where_reads_are_not_served():
    """Without reads the targets file is believed."""
    with reference_target("reference-mijnklantportaal", variants=["reads-not-allowed"]) as target:
        result, exchanges = run(target)
    assert (exchanges[0].request.method, exchanges[0].response.status) == ("GET", 405)
    assert result.verdict == "conformant"


def test_nothing_is_sent_to_an_open_id_of_a_target_that_is_read_only():
    """Without reads a made-up id may exist: a target that is read_only gets no write to it."""
    with reference_target("reference-mijnklantportaal", variants=["reads-not-allowed"]) as target:
        result, exchanges = run(replace(unsettled(target), read_only=True))
    assert (result.verdict, [one.request.method for one in exchanges]) == ("not-testable", ["GET"])
    assert "set fixtures.absent_appointment" in result.reason


@pytest.mark.parametrize(
    ("target", "body"),
    [
        (unsettled(OMNEO), b'{"data": {"id": 2147483647, "status": "confirmed"}}'),
        (unsettled(MKP), b'{"id": "%s"}'),
        (unsettled(MKP), b'{"appointment": {"id": "%s"}}'),
    ],
    ids=["omneo", "mkp", "in an envelope"],
)
def test_an_id_that_a_read_shows_to_exist_is_never_sent_to(target, body):
    """The run ends before any write, and the reason says what to set."""
    with scripted() as server:
        own = local(target, server.port)
        made_up = own.absent_appointment.encode()
        server._answers.append(message(200, body % made_up if b"%s" in body else body))
        result, exchanges = run(own)
    assert (result.verdict, len(exchanges)) == ("not-testable", 1)
    assert "set fixtures.absent_appointment" in result.reason
    assert exchanges[0].request.method == "GET"


def test_where_reads_are_not_served_the_first_answer_decides():
    """An API that serves the made-up id is asked once; what else would be sent to it is untested, with the remedy."""
    served = b'{"id": "apt_x", "status": "canceled"}'
    answers = [message(405), message(200, served), message(405), message(422, b'{"message": "what?"}')]
    with scripted(*answers) as server:
        own = local(unsettled(MKP), server.port)
        result, exchanges = run(own)
    to_absent = [one for one in exchanges if own.absent_appointment in one.request.url]
    assert [one.request.method for one in to_absent] == ["GET", "DELETE"]
    verdicts = {one.id: one for one in result.requirements}
    assert verdicts["MKP-PATH-01"].verdict == "failed"
    assert "set fixtures.absent_appointment" in verdicts["MKP-METHOD-01"].reason


def test_a_made_up_id_that_is_refused_as_malformed_says_nothing():
    """Of a MijnKlantportaal id only its beginning is promised: 400 to one of ours leaves the requirement untested."""
    with reference_target("reference-mijnklantportaal", variants=["ids-have-a-length"]) as target:
        unknown = replace(target, fixtures=replace(target.fixtures, absent_appointment=None))
        result, _ = run(unknown)
    (told,) = [one for one in result.requirements if one.id == "MKP-PATH-01"]
    assert (told.verdict, result.verdict) == ("untested", "not-verified")
    assert "absent_appointment" in told.reason
