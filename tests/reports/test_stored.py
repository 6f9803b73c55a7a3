"""A result that was written can be read again; what somebody has made of the file since is refused in one sentence."""

from __future__ import annotations

import json
import os
import re

import pytest
from jsonschema import Draft202012Validator
from sample_runs import HOSTILE, MIXED, RECOVERED, UNTESTABLE, hostile

from appointment_reports import ReportError, document, dumps, junit, result_schema
from appointment_reports.stored import MAX_BYTES, read_json, result_of

VALIDATOR = Draft202012Validator(result_schema())
RUNS = {"mixed": MIXED, "recovered": RECOVERED, "untestable": UNTESTABLE, "hostile": hostile()}


@pytest.mark.parametrize("result", RUNS.values(), ids=RUNS)
def test_a_result_is_what_it_was(result, tmp_path):
    """What is read has the same document and the same JUnit cases; escapes are not escaped again."""
    path = tmp_path / "result.json"
    path.write_text(dumps(result), encoding="utf-8")
    stored = result_of(read_json(path, VALIDATOR))
    assert document(stored) == document(result)
    assert cases(junit(stored)) == cases(junit(result))


def cases(text):
    """Return the names and outcomes of the cases of a JUnit file."""
    return re.findall(rb"<testcase [^>]*name=\"[^\"]*\"|<failure|<error|<skipped", text)


def changed(**members):
    """Return the text of a result with other members."""
    return json.dumps({**document(MIXED), **members})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is not JSON that can be used"),
        ("no JSON", "is not JSON that can be used"),
        ("\ud800", "is not JSON that can be used"),
        ("[" * 100_000, "is not JSON that can be used"),
        ("9" * 5000, "is not JSON that can be used"),
        (changed(duration_seconds=float("inf")), "is not JSON that can be used"),
        (changed(requests=10**200), "is not JSON that can be used"),
        (changed(duration_seconds=0.5).replace("0.5", "1e999"), "is not JSON that can be used"),
        ("[]", "the whole is not valid"),
        ("null", "the whole is not valid"),
        (changed(verdict="fine"), "verdict is not valid"),
        (changed(requirements=[{"id": HOSTILE}]), "requirements/0 is not valid"),
        (changed(started_at="yesterday"), "`yesterday` is not a time"),
    ],
    ids=lambda value: value[:12],
)
def test_a_changed_file_is_one_sentence(text, told, tmp_path):
    """Whatever is in the file, the error is one line, names the place, and quotes nothing of the content."""
    path = tmp_path / "result.json"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(ReportError) as caught:
        result_of(read_json(path, VALIDATOR))
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "script" not in str(caught.value)


def test_what_is_no_file_is_not_read(tmp_path):
    """A folder, a pipe without a writer, a missing file and one that is too large are refused at once."""
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "large").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    for name, told in {"pipe": "regular file", "missing": "regular file", ".": "regular file", "large": "MiB"}.items():
        with pytest.raises(ReportError, match=told):
            read_json(tmp_path / name, VALIDATOR)
