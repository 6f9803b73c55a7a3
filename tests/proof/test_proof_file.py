"""The proof as data: it is whole, says what the faults declare, and is written in a checkout alone."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from appointment_conformance.command import main
from appointment_conformance.errors import ConfigurationError
from appointment_conformance.judging import proven as proven_module
from appointment_conformance.judging.proven import proof_of, proven
from appointment_conformance.judging.requirement import catalogue
from appointment_conformance.proof import proof_file
from appointment_conformance.proof import selftest as selftest_module
from appointment_conformance.proof.matrix import Matrix, Row
from appointment_conformance.proof.proof_file import by_api, declared, out_of_date, text_of, write_proof
from appointment_conformance.proof.selftest import Proof
from appointment_conformance.proof.trial import Trial, TrialResult
from appointment_conformance.reference import FAULTS
from appointment_conformance.targets.builtin import target_of
from appointment_specs import APIS

NAME = "appointment-conformance"


def checkout(folder, name=NAME):
    """Make a source tree of a project and return the folder of its package."""
    package = folder / "conformance" / "appointment_conformance"
    for api in APIS:
        (package / "suite" / api).mkdir(parents=True)
    (folder / "pyproject.toml").write_text(f'[project]\nname = "{name}"\n')
    return package


@pytest.fixture
def data(monkeypatch, tmp_path):
    """Have the proof data of both apis read from a folder, which holds what the faults declare."""
    package = checkout(tmp_path)
    write_proof(declared(), package)
    monkeypatch.setattr(proven_module, "files", lambda name: package / "suite" / name.rpartition(".")[2])
    proof_of.cache_clear()
    proven.cache_clear()
    yield package / "suite"
    proof_of.cache_clear()
    proven.cache_clear()


@pytest.mark.parametrize("api", APIS)
def test_every_requirement_has_proof(api):
    """Each requirement of an api, those of HTTP among them, catches a fault of that api, and no other has proof."""
    assert set(proof_of(api)) == {one.id for one in catalogue(api)}
    assert [name for name, faults in proof_of(api).items() if not faults] == []
    assert set(proof_of(api)) <= proven()


def test_the_data_say_what_the_faults_declare():
    """Who adds or changes a fault writes the proof anew; the message of this failure says with what."""
    assert out_of_date(declared()) == ()


def test_data_that_are_out_of_date_are_told_in_a_sentence(data):
    """The sentence names the file's api, every requirement that differs, and the command that writes the file."""
    path = data / "omneo" / "proof.json"
    written = json.loads(path.read_text())
    written["requirements"]["OMN-OK-01"].pop()
    del written["requirements"]["OMN-OK-02"]
    written["requirements"]["OMN-OK-99"] = ["gone"]
    path.write_text(json.dumps(written))
    proof_of.cache_clear()
    (told,) = out_of_date(declared())
    assert told == (
        "proof.json of omneo is out of date for OMN-OK-01, OMN-OK-02, OMN-OK-99; "
        "`appointment-conformance selftest --write docs` writes it again."
    )


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"requirements": 1}', '{"requirements": {"OMN-OK-01": 1}}', None])
def test_data_that_cannot_be_read_are_told_in_a_sentence(data, text):
    """A file that is missing or damaged is a mistake told in one sentence, and never means that nothing gates."""
    path = data / "omneo" / "proof.json"
    path.unlink() if text is None else path.write_text(text)
    proof_of.cache_clear()
    with pytest.raises(ConfigurationError, match=r"^proof.json of omneo cannot be used \(\w+\); install"):
        proven()
    (told,) = out_of_date(declared())
    assert "selftest --write docs` writes it" in told


def test_a_requirement_whose_faults_are_none_is_unproven(data):
    """An entry without faults is there and proves nothing."""
    path = data / "omneo" / "proof.json"
    path.write_text(text_of({**proof_of("omneo"), "OMN-OK-01": ()}))
    proof_of.cache_clear()
    assert "OMN-OK-01" not in proven()
    assert "OMN-OK-02" in proven()


@pytest.mark.parametrize("name", ["somebody-elses", None])
def test_an_installed_package_is_never_written_to(tmp_path, name):
    """Beside the source tree of another project, or none, nothing is written."""
    package = checkout(tmp_path, name=name)
    if name is None:
        (tmp_path / "pyproject.toml").unlink()
    assert write_proof(declared(), package) == ()
    assert [path for path in package.rglob("*") if path.is_file()] == []


def test_what_a_self_test_has_caught_is_proof_api_by_api():
    """A shared requirement is proven in each api by the faults of that api alone."""
    killers = {"HTTP-01": tuple(name for name, fault in FAULTS.items() if "HTTP-01" in fault.breaks)}
    proof = by_api(killers)
    assert all(proof[api]["HTTP-01"] for api in APIS)
    assert all(FAULTS[name].api == api for api in APIS for name in proof[api]["HTTP-01"])
    assert proof["omneo"]["OMN-OK-01"] == ()


def result_of(name, *failed):
    """Return the result of a trial of a fault in which the requirements `failed` turned red."""
    trial = Trial("fault", name, target_of(FAULTS[name].api))
    return TrialResult(trial, "not-conformant", "", tuple((one, "link") for one in failed), 10, 0, 0.1)


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
    assert ("proof.json of omneo is out of date" in done.stderr) is missed


def test_the_self_test_writes_the_data_with_its_pages(monkeypatch, data, tmp_path):
    """`--write` leaves pages in the folder it names, and the proof beside the requirements of the checkout."""
    rows = tuple(Row(fault, result_of(name, *fault.breaks)) for name, fault in FAULTS.items())
    (data / "omneo" / "proof.json").unlink()
    monkeypatch.setattr(selftest_module, "selftest", lambda **_: Proof((), Matrix(rows), Matrix(rows), (), 1.0))
    monkeypatch.setattr(proof_file, "PACKAGE", data.parent)
    done = CliRunner().invoke(main, ["selftest", "--write", str(tmp_path / "docs")])
    assert (done.exit_code, done.stderr) == (0, "")
    assert json.loads((data / "omneo" / "proof.json").read_text())["requirements"] == {
        name: list(faults) for name, faults in declared()["omneo"].items()
    }
