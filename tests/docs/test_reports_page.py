"""The page on reports shows what the suite writes."""

from __future__ import annotations

import json

from pages import blocks, text_of

from appointment_reports import result_schema


def test_the_sample_of_a_result_has_every_member():
    """The sample of result.json has the members of its schema, in the same order, up to the lists."""
    (sample,) = blocks(text_of("docs/reports.md"), "json")
    members = list(result_schema()["properties"])
    assert list(json.loads(sample)) == members[: members.index("requirements")]
