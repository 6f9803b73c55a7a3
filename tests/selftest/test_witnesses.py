"""The requests and answers on file: they say what a run does today, and nothing that differs from run to run."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from appointment_conformance.api import Apis, load_apis
from appointment_conformance.engine.explanation import accepted_in, accepted_of, explanation_of
from appointment_conformance.errors import ConfigurationError
from appointment_conformance.reference_apis import reference_apis
from appointment_conformance.selftest import witnesses as module
from appointment_conformance.selftest.witnesses import stale, text_of, witnesses, write_witnesses


@pytest.fixture(scope="module")
def today():
    """Return the data of each API, from one run of each."""
    return witnesses(reference_apis())


@pytest.fixture
def folder(monkeypatch, tmp_path, today):
    """Have the data of each API read from a folder, which holds those of today."""
    apis = {name: replace(api, witnesses=tmp_path / f"{name}.json") for name, api in load_apis().items()}
    monkeypatch.setattr(module, "load_apis", lambda: Apis(apis, {}))
    write_witnesses(today)
    return tmp_path


def test_the_data_on_file_are_those_of_today(today):
    """Who changes a request or an accepted answer writes the data anew; the message says with which command."""
    assert stale(today) == ()


@pytest.mark.parametrize("api", reference_apis())
def test_another_run_gives_the_same_text(today, api):
    """No port, drawn id or order of two answers stands in the data."""
    assert text_of(module.witnesses_of(api)) == text_of(today[api])


@pytest.mark.parametrize("api", reference_apis())
def test_every_requirement_is_exercised_for_each_of_its_operations(api):
    """Each requirement has a request, an accepted answer, and faults that prove it, for every operation."""
    accepted = accepted_of(load_apis()[api])
    for one in load_apis()[api].catalogue:
        assert {found.operation for found in accepted[one.id] if found.requests and found.answer} == {*one.operations}
        assert all(part.faults for part in explanation_of(one.id, [load_apis()[api]]).parts)


@pytest.mark.parametrize("api", reference_apis())
def test_what_is_particular_to_the_target_has_a_name(today, api):
    """No fixture of the reference API stands in the data as itself; a status that is also an id stays a status."""
    text = json.dumps(today[api]["requests"])
    fixtures = reference_apis()[api].fixtures
    for ids in fixtures.values():
        for one in [ids] if isinstance(ids, str) else ids:
            assert not re.search(rf"(?<![0-9A-Za-z]){one}(?![0-9A-Za-z])", text)
    assert "Bearer <unknown token>" in text
    assert not re.search(r"status \{|127\.0\.0\.1", json.dumps(today[api]))


def test_a_request_stands_in_the_data_once(today):
    """The same request has one entry, with every scenario that sends it."""
    for data in today.values():
        known = [json.dumps({**one, "scenarios": []}) for one in data["requests"]]
        assert sorted(known) == sorted(set(known))
        assert all(one["scenarios"] for one in data["requests"])


def test_stale_data_are_told_in_a_sentence(folder, today):
    """The sentence names the API, each requirement that differs, and the command that writes the data."""
    data = json.loads((folder / "omneo.json").read_text())
    data["requirements"]["OMN-PATH-01"][0]["answer"] = "status 410"
    del data["requirements"]["OMN-PATH-02"]
    (folder / "omneo.json").write_text(text_of(data))
    (told,) = stale(today)
    assert told == (
        "the requests and answers on file for omneo are out of date for OMN-PATH-01, OMN-PATH-02; "
        "`appointment-conformance selftest --write docs` writes them again."
    )


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"requests": [], "requirements": 1}', '{"requests": [1]}', None])
def test_data_that_cannot_be_read_are_told_in_a_sentence(folder, today, text):
    """A file that is missing or damaged is a mistake told in one sentence, to whoever reads it and by the self-test."""
    path = folder / "omneo.json"
    path.unlink() if text is None else path.write_text(text)
    with pytest.raises(ConfigurationError, match=r"omneo.json cannot be used \(\w+\); install"):
        accepted_of(module.load_apis()["omneo"])
    (told,) = stale(today)
    assert "selftest --write docs` writes it" in told


def test_an_installed_package_is_never_written_to(monkeypatch, tmp_path, today):
    """A file that belongs to an installed package stays as it is, and so does an API without one."""
    installed = tmp_path / "site-packages" / "omneo.json"
    for file in (installed, None):
        apis = {"omneo": replace(load_apis()["omneo"], witnesses=file)}
        monkeypatch.setattr(module, "load_apis", lambda apis=apis: Apis(apis, {}))
        assert write_witnesses({"omneo": today["omneo"]}) == ()
    assert not installed.parent.exists()
    assert stale({"omneo": today["omneo"]}) == ()


def test_the_text_reads_back_as_the_data(today):
    """What is written is what was found."""
    for data in today.values():
        assert accepted_in(json.loads(text_of(data))) == accepted_in(data)
