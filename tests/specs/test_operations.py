"""Operations are read from any contract, and a contract that does not say enough is refused."""

from __future__ import annotations

import copy
import zipfile

import pytest
import yaml

from appointment_specs import Contract, ContractError, Operation
from appointment_specs.mijnklantportaal import CONTRACT as MKP
from appointment_specs.omneo import CONTRACT as OMNEO

PARAMETER = {"name": "booking", "in": "path", "required": True, "schema": {"type": "string"}}
PUBLISHED = {
    "openapi": "3.1.0",
    "info": {"title": "Bookings", "version": "1"},
    "paths": {
        "/bookings/{booking}/confirm": {
            "post": {
                "parameters": [PARAMETER],
                "responses": {"200": {"description": "Confirmed"}, "4XX": {"description": "Refused"}},
            }
        }
    },
}
OPERATION = {"x-conformance-operation": "confirm", "x-conformance-consumes": True}
ROOT = {"x-conformance-read": "/bookings/{booking}"}


def overlay(operation, root):
    """Return an overlay that adds members to the operation and to the root."""
    actions = [{"target": "$.paths.*.post", "update": operation}, {"target": "$", "update": root}]
    return {"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "actions": actions}


def contract_in(folder, operation=OPERATION, root=ROOT, published=PUBLISHED):
    """Write the two files of a contract into `folder`, and return the contract."""
    (folder / "openapi.yaml").write_text(yaml.safe_dump(published))
    (folder / "overlay.yaml").write_text(yaml.safe_dump(overlay(operation, root)))
    return Contract(folder, {})


def test_operations_of_the_vendors_are_read_from_their_contracts():
    """Each operation has the method, the path, the parameter and the effect that its contract says."""
    cancel = MKP.operations["cancel"]
    assert (cancel.method, cancel.path, cancel.consumes) == ("DELETE", "/appointments/{appointmentId}", True)
    assert cancel.statuses == {200, 401, 403, 404, 409, 429}
    link = OMNEO.operations["link"]
    assert (link.method, link.parameter, link.consumes) == ("POST", "appointment", False)
    assert list(OMNEO.operations) == ["link", "unlink"]


@pytest.mark.parametrize(("contract", "path"), [(OMNEO, "/v3/appointments/a%2Fb"), (MKP, "/appointments/a%2Fb")])
def test_a_read_is_where_the_contract_says(contract, path):
    """The path of a read contains the id unchanged."""
    assert contract.read_path_of("a%2Fb") == path


def test_an_operation_fills_its_path_with_any_segment():
    """The path contains a segment unchanged, with any special characters."""
    assert OMNEO.operations["unlink"].path_of("{x}%00") == "/v3/appointments/{x}%00/unlink"


def test_a_contract_of_another_package_is_read_the_same_way(tmp_path):
    """A folder with two files is a contract; an operation without a name of the suite is not in it."""
    published = copy.deepcopy(PUBLISHED)
    unnamed = {"parameters": [PARAMETER], "responses": {"200": {"description": "x"}}}
    published["paths"]["/bookings/{booking}/confirm"]["trace"] = unnamed
    contract = contract_in(tmp_path, published=published)
    assert list(contract.operations) == ["confirm"]
    assert contract.operations["confirm"] == Operation(
        name="confirm",
        method="POST",
        path="/bookings/{booking}/confirm",
        parameter="booking",
        consumes=True,
        statuses=frozenset({200}),
        json_statuses=frozenset(),
    )
    assert (contract.read_path, contract.findings()) == ("/bookings/{booking}", ())


def test_a_contract_in_an_archive_is_read_the_same_way(tmp_path):
    """A package need not be unpacked: its folder may be inside an archive."""
    contract_in(tmp_path)
    with zipfile.ZipFile(tmp_path / "package.zip", "w") as archive:
        for name in ("openapi.yaml", "overlay.yaml"):
            archive.write(tmp_path / name, f"bookings/{name}")
    with zipfile.ZipFile(tmp_path / "package.zip") as archive:
        contract = Contract(zipfile.Path(archive, "bookings/"), {})
        assert contract.operations["confirm"].path_of("b1") == "/bookings/b1/confirm"


@pytest.mark.parametrize(
    ("operation", "sentence"),
    [
        ({"x-conformance-operation": "confirm"}, "the operation confirm needs `x-conformance-consumes`, true or false"),
        (OPERATION | {"x-conformance-consumes": "yes"}, "true or false"),
    ],
)
def test_an_operation_has_to_say_whether_it_consumes(operation, sentence, tmp_path):
    """A contract must say whether an operation uses up a fixture."""
    with pytest.raises(ContractError, match=sentence):
        _ = contract_in(tmp_path, operation).operations


def test_a_path_without_an_id_is_refused(tmp_path):
    """A path must have exactly one parameter, the id of the record."""
    published = copy.deepcopy(PUBLISHED)
    published["paths"] = {"/bookings": {"post": {"responses": {"200": {"description": "x"}}}}}
    with pytest.raises(ContractError, match="the path /bookings needs exactly one parameter"):
        _ = contract_in(tmp_path, published=published).operations


@pytest.mark.parametrize("root", [{"x-other": 1}, {"x-conformance-read": "/bookings"}])
def test_a_contract_has_to_say_where_a_record_is_read(root, tmp_path):
    """A contract must say the path of a read."""
    with pytest.raises(ContractError, match=r"read of a record|exactly one parameter"):
        _ = contract_in(tmp_path, root=root).read_path


@pytest.mark.parametrize(
    ("text", "sentence"), [("[", "openapi.yaml is not YAML"), ("[]", "openapi.yaml is not a YAML mapping")]
)
def test_a_document_that_is_not_a_mapping_is_refused(text, sentence, tmp_path):
    """The error names the folder and the name of the file."""
    contract = contract_in(tmp_path)
    (tmp_path / "openapi.yaml").write_text(text)
    with pytest.raises(ContractError, match=f"{tmp_path.name}/{sentence}"):
        _ = contract.document


def test_two_operations_of_one_name_are_refused(tmp_path):
    """A name says which operation is meant, so no two may share one."""
    published = copy.deepcopy(PUBLISHED)
    published["paths"]["/bookings/{booking}/cancel"] = published["paths"]["/bookings/{booking}/confirm"]
    with pytest.raises(ContractError, match=r"two operations of .* are named confirm"):
        _ = contract_in(tmp_path, published=published).operations
