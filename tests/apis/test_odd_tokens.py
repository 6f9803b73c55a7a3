"""Tokens of which not every wrong one can be made accuse nobody, and leave nothing open."""

from __future__ import annotations

from dataclasses import replace

import pytest
from impostor_server import impostor, passed_on

from appointment_conformance.api import load_apis
from appointment_conformance.reference_targets import reference_target
from appointment_conformance.target_run import conductor_of


def translated(target, token):
    """Pass everything on, with the token that the API knows in place of `token`."""

    def answer(asked):
        headers = {
            name: value.replace(token, target.token) if name == "authorization" else value
            for name, value in asked.headers.items()
        }
        return passed_on(replace(asked, headers=headers), target.base_url)

    return answer


@pytest.mark.parametrize("api", ["omneo", "mijnklantportaal"])
def test_a_token_without_letters_has_no_other_case(api):
    """What cannot be made of the token is not asked for: its requirement does not apply, and leaves nothing open."""
    token = "1234567890123456"
    identifier = "OMN-AUTH-04" if api == "omneo" else "MKP-AUTH-04"
    (asked,) = (one for one in load_apis()[api].catalogue if one.id == identifier)
    with reference_target(f"reference-{api}") as target, impostor(translated(target, token)) as server:
        base_url = target.base_url.replace(target.base_url.split("/")[2], f"127.0.0.1:{server.port}")
        conductor = conductor_of(replace(target, base_url=base_url, token=token))
        conductor.play([(asked, asked.operations[0])])
        result = conductor.evaluate(asked, asked.operations[0])
        conductor.close()
    assert (result.verdict, result.applicable) == ("untested", False)
    assert result.reason == "not applicable: the token is too short, or has no letters, to be altered"
