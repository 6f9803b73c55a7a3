"""The proof as data: it is whole, says what the faults declare, and is written in a checkout alone."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from appointment_conformance.api import Apis, load_apis
from appointment_conformance.cli.main import main
from appointment_conformance.errors import ConfigurationError
from appointment_conformance.reference_apis import all_faults
from appointment_conformance.reference_targets import target_of
from appointment_conformance.selftest import matrix as matrix_module
from appointment_conformance.selftest import proof_file
from appointment_conformance.selftest import selftest as selftest_module
from appointment_conformance.selftest.matrix import Matrix, Row
from appointment_conformance.selftest.mutation_run import MutationResult, MutationRun
from appointment_conformance.selftest.proof_file import by_api, declared, out_of_date, text_of, write_proof
from appointment_conformance.selftest.selftest import Proof

APIS = tuple(load_apis())
FAULTS = {fault.name: fault for fault in all_faults()}


@pytest.fixture
def data(monkeypatch, tmp_path):
    """Have the proof of both APIs read from a folder, which holds what the faults declare."""
    apis = {name: replace(api, proof=tmp_path / f"{name}.json") for name, api in load_apis().items()}
    monkeypatch.setattr(proof_file, "load_apis", lambda: Apis(apis, {}))
    write_proof(declared())
    return tmp_path


@pytest.mark.parametrize("name", load_apis())
def test_every_requirement_has_proof(name):
    """Each requirement of an API, those of HTTP among them, catches a fault of that API, and no other has proof."""
    api = load_apis()[name]
    assert set(api.caught) == {requirement.id for requirement in api.catalogue}
    assert [name for name, faults in api.caught.items() if not faults] == []
    assert set(api.caught) <= load_apis().proven_for(api.name)


def test_the_data_say_what_the_faults_declare():
    """Who adds or changes a fault writes the proof anew; the message of this failure says with what."""
    assert out_of_date(declared()) == ()


def test_data_that_are_out_of_date_are_told_in_a_sentence(data):
    """The sentence names the file's api, every requirement that differs, and the command that writes the file."""
    path = data / "omneo.json"
    written = json.loads(path.read_text())
    written["requirements"]["OMN-OK-01"].pop()
    del written["requirements"]["OMN-OK-02"]
    written["requirements"]["OMN-OK-99"] = ["gone"]
    path.write_text(json.dumps(written))
    (told,) = out_of_date(declared())
    assert told == (
        "the proof of omneo is out of date for OMN-OK-01, OMN-OK-02, OMN-OK-99; "
        "`appointment-conformance selftest --write docs` writes it again."
    )


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"requirements": 1}', '{"requirements": {"OMN-OK-01": 1}}', None])
def test_data_that_cannot_be_read_are_told_in_a_sentence(data, text):
    """A missing or damaged file gives one sentence, and never means that nothing gates.

    The targets of another API are judged all the same.
    """
    path = data / "omneo.json"
    path.unlink() if text is None else path.write_text(text)
    with pytest.raises(ConfigurationError, match=r"omneo.json cannot be used \(\w+\); install"):
        proof_file.load_apis().proven_for("omneo")
    assert "OMN-OK-01" not in proof_file.load_apis().proven_for("mijnklantportaal")
    (told,) = out_of_date(declared())
    assert "selftest --write docs` writes it" in told


def test_a_requirement_whose_faults_are_none_is_unproven(data):
    """An entry without faults is there and proves nothing."""
    path = data / "omneo.json"
    path.write_text(text_of({**proof_file.load_apis()["omneo"].caught, "OMN-OK-01": ()}))
    proven = proof_file.load_apis().proven_for("omneo")
    assert "OMN-OK-01" not in proven
    assert "OMN-OK-02" in proven


@pytest.mark.parametrize("folder", ["site-packages", "dist-packages"])
def test_an_installed_package_is_never_written_to(monkeypatch, tmp_path, folder):
    """A proof file of an installed package is not changed."""
    installed = tmp_path / folder / "omneo.json"
    apis, proof = {"omneo": replace(load_apis()["omneo"], proof=installed)}, {"omneo": declared()["omneo"]}
    monkeypatch.setattr(proof_file, "load_apis", lambda: Apis(apis, {}))
    assert write_proof(proof) == ()
    assert not installed.parent.exists()


def test_what_a_self_test_has_caught_is_proof_api_by_api():
    """A shared requirement is proven in each API by the faults of that API only."""
    proof = by_api([("HTTP-01", fault) for fault in FAULTS.values() if "HTTP-01" in fault.breaks])
    assert all(proof[api]["HTTP-01"] for api in APIS)
    assert all(FAULTS[name].api == api for api in APIS for name in proof[api]["HTTP-01"])
    assert proof["omneo"]["OMN-OK-01"] == ()


def test_faults_of_two_apis_may_share_a_name():
    """A fault proves a requirement in the API that lists it, whatever another API calls its own."""
    fault = next(fault for fault in FAULTS.values() if fault.api == "omneo" and "HTTP-01" in fault.breaks)
    proof = by_api([("HTTP-01", fault), ("HTTP-01", replace(fault, api="mijnklantportaal"))])
    assert {api: proof[api]["HTTP-01"] for api in APIS} == dict.fromkeys(APIS, (fault.name,))


def test_a_proof_that_cannot_be_read_elsewhere_does_not_end_a_self_test(monkeypatch, tmp_path):
    """What another API has proven is left out where it cannot be read."""
    apis = load_apis()
    lost = replace(apis["mijnklantportaal"], proof=tmp_path / "missing.json")
    there = Apis({"omneo": apis["omneo"], "mijnklantportaal": lost}, {})
    monkeypatch.setattr(matrix_module, "load_apis", lambda: there)
    assert "HTTP-01" in Matrix((), ("omneo",)).unproven


def result_of(name, *failed):
    """Return the result of a mutation run in which the requirements `failed` failed."""
    mutation_run = MutationRun("fault", name, target_of(FAULTS[name].api))
    return MutationResult(mutation_run, "not-conformant", "", tuple((one, "link") for one in failed), 10, 0, 0.1)


@pytest.mark.parametrize("missed", [False, True])
def test_the_self_test_verifies_the_data(monkeypatch, missed):
    """What the data say and the runs do not show is an objection, in the command's one sentence for each api."""
    rows = [Row(fault, result_of(name, *fault.breaks)) for name, fault in FAULTS.items()]
    if missed:
        rows[0] = Row(rows[0].fault, result_of(rows[0].fault.name))
    proof = Proof((), Matrix(tuple(rows)), Matrix(tuple(rows)), (), 1.0)
    monkeypatch.setattr(selftest_module, "selftest", lambda **_: proof)
    done = CliRunner().invoke(main, ["selftest"])
    assert done.exit_code == int(missed)
    assert ("the proof of omneo is out of date" in done.stderr) is missed


def test_the_self_test_writes_the_data_with_its_pages(monkeypatch, data, tmp_path):
    """`--write` leaves pages in the folder it names, and the proof beside the requirements of the checkout."""
    rows = tuple(Row(fault, result_of(name, *fault.breaks)) for name, fault in FAULTS.items())
    (data / "omneo.json").unlink()
    monkeypatch.setattr(selftest_module, "selftest", lambda **_: Proof((), Matrix(rows), Matrix(rows), (), 1.0))
    done = CliRunner().invoke(main, ["selftest", "--write", str(tmp_path / "docs")])
    assert (done.exit_code, done.stderr) == (0, "")
    assert json.loads((data / "omneo.json").read_text())["requirements"] == {
        name: list(faults) for name, faults in declared()["omneo"].items()
    }
