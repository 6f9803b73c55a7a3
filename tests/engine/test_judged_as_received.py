"""Checks see an answer as it was received; whatever is written of it shows no secret."""

from __future__ import annotations

from dataclasses import replace

import pytest
from own_targets import MKP, OMNEO

from appointment_conformance import run_target, write_reports
from appointment_conformance.reference_apis import serve

pytestmark = pytest.mark.xdist_group("run")
#: Tokens that have eight characters or more in common with times of the reference APIs.
OVERLAPPING = {"mijnklantportaal": "key-20310218-staging", "omneo": "stage-20310305T-key"}


@pytest.mark.parametrize("like", [MKP, OMNEO], ids=lambda target: target.api)
def test_a_token_that_resembles_a_time_accuses_nobody(tmp_path, like):
    """A placeholder within a time would break its form: the target would fail for what it never answered."""
    token = OVERLAPPING[like.api]
    with serve(like.api) as reference:
        reference.state.full_token = token
        fixtures = like.form.read_fixtures(reference.fixtures)
        target = replace(like, base_url=reference.base_url, token=token, fixtures=fixtures)
        result = run_target(replace(target, forbidden_token=reference.forbidden_token), output=tmp_path)
    texts = [path.read_text() for path in write_reports(result, tmp_path / "reports")]
    assert (result.verdict, result.reason) == ("conformant", "")
    assert not any(token in text for text in texts)
    assert any("${TOKEN}" in body for body in _bodies(result)), "no answer has a part of the token"


def _bodies(result):
    """Yield the body of each response as it is recorded."""
    return (exchange.response.body.decode() for exchange in result.exchanges if exchange.response)
