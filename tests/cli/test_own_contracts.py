"""Targets that name a document of their own are judged by it, and what cannot be one ends with exit code 2."""

from __future__ import annotations

import dataclasses
import json

import pytest
import yaml
from own_documents import action, changed, demand_nickname, published, write, write_split

from appointment_conformance.api import api_of
from appointment_conformance.engine.schemathesis_adapter import contract_engine
from appointment_conformance.errors import ConfigurationError
from appointment_conformance.library import read_targets, run_target
from appointment_conformance.reference_targets import reference_target
from appointment_conformance.targets import ContractFile


@pytest.fixture(scope="module")
def served():
    """Serve the reference API of Omneo, and return it as a target."""
    with reference_target("reference-omneo") as target:
        yield target


def entry(target, **more):
    """Return a target as an entry of a targets file."""
    ids = {name: value for name, value in dataclasses.asdict(target.fixtures).items() if value}
    fixtures = {name: list(value) if isinstance(value, tuple) else value for name, value in ids.items()}
    tokens = {name: getattr(target, name) for name in ("token", "forbidden_token", "expired_token", "second_token")}
    return {
        "api": target.api,
        "base_url": target.base_url,
        "environment": "test",
        "fixtures": fixtures,
        **tokens,
        **more,
    }


def targets_file(folder, **targets):
    """Write a targets file, and return its path."""
    return write(folder, {"targets": targets}, "targets.yaml")


def under(target, path):
    """Return a target with a document of its own."""
    return dataclasses.replace(target, contract=ContractFile(path, path.name))


def result_of(folder, name):
    """Return the result of a run as its report has it."""
    return json.loads((folder / "conformance-reports" / name / "result.json").read_text(encoding="utf-8"))


def failed(result):
    """Return the requirements that failed."""
    return [each["id"] for each in result["requirements"] if each["verdict"] == "failed"]


@pytest.mark.xdist_group("own contracts")
def test_two_targets_of_one_file_are_judged_by_their_own_documents(tmp_path, command, served):
    """A member that one document demands fails there alone; every report says which document it was."""
    write(tmp_path, changed(demand_nickname), "own/nickname.json")
    split = write_split(tmp_path / "split")
    targets_file(
        tmp_path,
        nickname=entry(served, contract="own/nickname.json"),
        split=entry(served, contract="split/contract.yaml"),
        built_in=entry(served),
    )
    done = command("appointment_conformance", "run", "--targets", "targets.yaml")
    assert done.returncode == 1, done.stdout + done.stderr
    nickname, others = result_of(tmp_path, "nickname"), [result_of(tmp_path, name) for name in ("split", "built_in")]
    assert failed(nickname) == ["OMN-OK-02"]
    assert [(each["verdict"], failed(each)) for each in others] == [("conformant", [])] * 2
    used = [each["contract"] for each in (nickname, *others)]
    assert [each["path"] for each in used] == ["own/nickname.json", "split/contract.yaml", ""]
    assert len({each["sha256"] for each in used}) == 3
    for name in ("report.html", "summary.md"):
        text = (tmp_path / "conformance-reports" / "nickname" / name).read_text(encoding="utf-8")
        assert used[0]["sha256"] in text
        assert "nickname.json" in text
    assert split.exists()


def test_the_published_document_judges_as_the_built_in_one(tmp_path):
    """The vendor's own file leads to the same probes, the same verdicts and the same digest."""
    results = []
    for has_own in (False, True):
        with reference_target("reference-omneo") as fresh:
            path = write(tmp_path, fresh.form.contract.published_text)
            results.append(run_target(under(fresh, path) if has_own else fresh, output=tmp_path))
    built_in, own = results
    probes = [[(each.scenario, each.probe, each.operation) for each in run.exchanges] for run in results]
    verdicts = [[(each.id, each.operation, each.verdict) for each in run.requirements] for run in results]
    assert probes[0] == probes[1]
    assert verdicts[0] == verdicts[1]
    assert own.contract.sha256 == built_in.contract.sha256
    assert own.document_findings == built_in.document_findings


@pytest.mark.xdist_group("own contracts")
def test_what_the_document_allows_is_what_is_generated(tmp_path, served):
    """An alias that the document does not have is in no generated body, and in no body that is sent because of it."""

    def change(document):
        action(document)["properties"]["type"]["enum"] = ["profile"]

    own = under(served, write(tmp_path, changed(change)))
    generated = {
        target: {
            each.body
            for each in contract_engine(target, api_of(target), profile="gate", seed_=1).generated_bodies("link")
            if each.mode == "positive"
        }
        for target in (served, own)
    }
    assert any(b'"list"' in body for body in generated[served])
    assert not any(b'"list"' in body for body in generated[own])
    sent = [
        {each.request.body for each in run_target(target, output=tmp_path).exchanges if "generated" in each.scenario}
        for target in (served, own)
    ]
    assert any(b'"list"' in body for body in sent[0] & generated[served])
    assert not any(b'"list"' in body for body in sent[1] & generated[served])


@pytest.mark.xdist_group("own contracts")
def test_a_document_that_allows_no_fixture_generates_nothing_valid(tmp_path, served):
    """Where no id of the fixtures is long enough, no valid body is drawn, and the run comes to its end."""

    def change(document):
        action(document)["properties"]["id"]["minLength"] = 100

    own = under(served, write(tmp_path, changed(change)))
    bodies = contract_engine(own, api_of(own), profile="thorough", seed_=1).generated_bodies("link")
    assert [each for each in bodies if each.mode == "positive"] == []
    assert run_target(own, output=tmp_path).verdict == "conformant"


def test_one_document_is_one_contract(tmp_path, served):
    """What is generated from a document is kept as long as the document stays the same, and not longer."""
    path = write(tmp_path, published())
    first, second = (api_of(under(served, path)).contract for _ in range(2))
    write(tmp_path, changed(demand_nickname))
    assert first is second
    assert api_of(under(served, path)).contract is not first
    assert api_of(served).contract is served.form.contract


def test_the_path_starts_from_the_folder_of_the_targets_file(tmp_path, served):
    """A relative path is taken from there, and told as it was given."""
    write(tmp_path / "there", published(), "own/contract.yaml")
    (target,) = read_targets(targets_file(tmp_path / "there", one=entry(served, contract="own/contract.yaml")))
    assert api_of(target).contract.own_document.name == "own/contract.yaml"
    assert target.contract.path == tmp_path / "there" / "own" / "contract.yaml"


@pytest.mark.parametrize(
    ("document", "told"),
    [
        (None, "the OpenAPI document own.yaml cannot be used: the file own.yaml cannot be read: No such file"),
        ("a: [", "the OpenAPI document own.yaml cannot be used: own.yaml"),
        (
            changed(lambda found: found["paths"].clear()),
            "/v3/appointments/{appointment}/unlink) of omneo is not in own",
        ),
        (
            changed(lambda found: found["components"]["schemas"]["AppointmentLink"].pop("properties")),
            "the overlay of omneo does not fit own.yaml: action 12 matches nothing: $.components.schemas.Appointment",
        ),
    ],
    ids=["missing", "broken", "other operations", "other schemas"],
)
@pytest.mark.parametrize("name", ["run", "plan", "doctor", "pytest"])
def test_what_cannot_be_the_contract_ends_with_2(tmp_path, command, served, document, told, name):
    """Every way to use the target says why in sentences that name it and the document, before anything is sent."""
    if document is not None:
        write(tmp_path, document, "own.yaml")
    targets_file(tmp_path, mine=entry(served, contract="own.yaml"))
    arguments = {
        "pytest": ("pytest", "--pyargs", "appointment_conformance.suite", "--target", "mine"),
    }.get(name, ("appointment_conformance", name, "mine"))
    done = command(*arguments, "--targets", "targets.yaml")
    assert done.returncode == 2, done.stdout + done.stderr
    assert told in done.stderr
    assert "target mine: " in done.stderr
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("value", "told"),
    [(5, "must be text"), ("", "must not be empty"), (None, "is empty"), ("a\u0007b", "has a control character")],
)
def test_the_key_is_a_path(tmp_path, served, value, told):
    """A value that is no path is told with the line and the key."""
    file = write(tmp_path, yaml.safe_dump({"targets": {"one": entry(served, contract=value)}}), "targets.yaml")
    with pytest.raises(ConfigurationError, match=told) as raised:
        read_targets(file)
    assert "targets.one.contract" in str(raised.value)


@pytest.mark.xdist_group("own contracts")
def test_plan_and_doctor_name_the_document(tmp_path, command, served):
    """`plan` says which document it was, and `doctor` which requirements have read another one."""
    write(tmp_path, changed(demand_nickname), "own.yaml")
    targets_file(tmp_path, mine=entry(served, contract="own.yaml"))
    digest = api_of(under(served, tmp_path / "own.yaml")).contract.digest
    planned = command("appointment_conformance", "plan", "mine", "--targets", "targets.yaml")
    assert f"  contract: own.yaml, SHA-256 {digest}\n" in planned.stdout
    data = json.loads(command("appointment_conformance", "plan", "mine", "--targets", "targets.yaml", "--json").stdout)
    assert data[0]["contract"] == {"path": "own.yaml", "sha256": digest}
    checked = command("appointment_conformance", "doctor", "mine", "--targets", "targets.yaml").stdout
    (line,) = [line for line in checked.splitlines() if " contract: " in line]
    assert line.startswith(
        f"warn  mine  contract: own.yaml, SHA-256 {digest}; it differs from the built-in document in 1 "
    )
    assert "OMN-OK-02" in line
