"""A team's own document under the overlay of the built-in contract: what it changes, and what it may not change."""

from __future__ import annotations

import copy

import pytest
from own_documents import ACTION, LINK, UNLINK, action, changed, demand_nickname, operation, published

from appointment_conformance.api import load_apis
from appointment_specs import ContractError, OpenApiDocument, OwnContract


def own(document, api="omneo", name="own.yaml"):
    """Return the contract of an API with a document of one's own."""
    built_in = load_apis()[api].contract
    return OwnContract(built_in.folder, built_in.rules, built_in, OpenApiDocument(name, "0" * 64, document))


def as_3_0(document):
    """Return a document of 3.1 as one of 3.0 that says the same, as far as it has what 3.0 has."""
    document = copy.deepcopy(document)
    document["openapi"] = "3.0.3"
    return document


@pytest.mark.parametrize("api", ["omneo", "mijnklantportaal"])
@pytest.mark.parametrize("version", [lambda document: document, as_3_0], ids=["as published", "3.0"])
def test_the_published_document_gives_the_built_in_contract(api, version):
    """The vendor's own document, also as one of 3.0, leads to the operations and the document that are built in."""
    built_in = load_apis()[api].contract
    contract = own(version(published(api)), api)
    assert contract.operations == built_in.operations
    assert contract.read_path == built_in.read_path
    assert contract.document | {"openapi": ""} == built_in.document | {"openapi": ""}


def test_words_of_3_0_mean_what_they_meant():
    """`nullable` becomes a type, a boolean `exclusiveMinimum` a number, and what stands beside a `$ref` is left out."""

    def change(document):
        document["openapi"] = "3.0.3"
        schemas = document["components"]["schemas"]
        schemas["Appointment"]["properties"]["notes"] = {"type": "string", "nullable": True}
        schemas["Appointment"]["properties"]["age"] = {"type": "integer", "minimum": 3, "exclusiveMinimum": True}
        schemas["Appointment"]["properties"]["self"] = {"$ref": "#/components/schemas/AppointmentLink", "maxLength": 1}

    members = own(changed(change)).document["components"]["schemas"]["Appointment"]["properties"]
    assert members["age"] == {"exclusiveMinimum": 3}  # The overlay takes the types of placeholders away.
    assert members["self"] == {"$ref": "#/components/schemas/AppointmentLink"}

    def nullable(document):
        document["openapi"] = "3.0.3"
        operation(document)["responses"]["200"]["headers"] = {"X": {"schema": {"type": "string", "nullable": True}}}

    headers = operation(own(changed(nullable)).document)["responses"]["200"]["headers"]
    assert headers["X"]["schema"] == {"type": ["string", "null"]}


def test_what_the_document_says_is_what_the_contract_says():
    """A member, a status and an enum of the document are in the contract, and the built-in one stays as it is."""

    def change(document):
        demand_nickname(document)
        operation(document, UNLINK)["responses"]["409"] = {"description": "Later"}

    contract, built_in = own(changed(change)), load_apis()["omneo"].contract
    assert "nickname" in contract.document["components"]["schemas"]["Appointment"]["required"]
    assert contract.operations["unlink"].statuses - built_in.operations["unlink"].statuses == {409}
    assert "nickname" not in built_in.document["components"]["schemas"]["Appointment"]["required"]


def test_only_the_operations_under_judgement_are_kept():
    """What else the document describes is left out, and may be wrong; what they refer to stays."""

    def change(document):
        document["paths"]["/v3/other"] = {"get": {"responses": {"200": {"$ref": "#/components/responses/Gone"}}}}
        document["components"]["schemas"]["Unused"] = {"type": "nonsense"}
        document["components"]["schemas"]["Deep"] = {"properties": {"text": {"type": "string", "maxLength": 7}}}
        action(document)["properties"]["note"] = {"$ref": "#/components/schemas/Deep/properties/text"}

    document = own(changed(change)).document
    assert [*document["paths"]] == [LINK, UNLINK]
    assert "Unused" not in document["components"]["schemas"]
    assert "Deep" in document["components"]["schemas"]


def test_what_only_the_overlay_refers_to_is_kept():
    """A response that no operation of the document names is there for the operation to which the overlay adds it."""

    def change(document):
        for status in ("401", "403", "404", "422"):
            del operation(document, UNLINK)["responses"][status]

    contract = own(changed(change))
    assert contract.operations["link"].json_statuses == {200, 201, 401, 403, 404, 422}
    assert contract.operations["unlink"].statuses == {204}


def test_a_reference_into_another_operation_keeps_that():
    """Some bundlers let a reference lead to the first use of a schema, wherever that is."""

    def change(document):
        schema = copy.deepcopy(document["components"]["schemas"]["AppointmentLink"])
        content = {"application/json": {"schema": schema}}
        response = {"description": "One", "content": content}
        document["paths"] = {"/first": {"get": {"responses": {"200": response}}}, **document["paths"]}
        place = "#/paths/~1first/get/responses/200/content/application~1json/schema"
        operation(document)["responses"]["202"] = {
            "description": "Later",
            "content": {"application/json": {"schema": {"$ref": place}}},
        }

    contract = own(changed(change))
    assert "/first" in contract.document["paths"]
    assert [*contract.operations] == ["link", "unlink"]


def test_every_operation_that_is_missing_is_told():
    """Each has a sentence that names it and the document, whatever its method and path are taken by."""
    document = changed(lambda found: found["paths"].clear())
    with pytest.raises(ContractError) as raised:
        _ = own(document).operations
    assert str(raised.value).splitlines() == [
        f"the operation link (POST {LINK}) of omneo is not in own.yaml",
        f"the operation unlink (POST {UNLINK}) of omneo is not in own.yaml",
    ]


@pytest.mark.parametrize(
    "change",
    [
        lambda found: found["paths"].update({LINK: {"put": found["paths"][LINK]["post"]}}),
        lambda found: found["paths"].update({LINK.replace("appointment}", "id}"): found["paths"].pop(LINK)}),
        lambda found: found["paths"].update({LINK: None}),
        lambda found: found["paths"][LINK].update(post=None),
    ],
    ids=["another method", "another parameter", "no path item", "no operation"],
)
def test_an_operation_has_its_method_and_its_path(change):
    """An operation with another method, or with another parameter in its path, is not there."""
    with pytest.raises(ContractError, match=r"the operation link \(POST .*\) of omneo is not in own.yaml"):
        _ = own(changed(change)).operations


def test_every_action_that_meets_nothing_is_told():
    """Each has a sentence that names the action, its target and the document."""

    def change(document):
        schemas = document["components"]["schemas"]
        del operation(document)["requestBody"]["content"]["application/json"]["example"]
        schemas["LinkOfAppointment"] = schemas.pop("AppointmentLink")
        schemas["Appointment"]["properties"]["links"]["items"]["$ref"] = "#/components/schemas/LinkOfAppointment"

    with pytest.raises(ContractError) as raised:
        _ = own(changed(change)).operations
    told = str(raised.value).splitlines()
    assert [line.partition(" matches nothing: ")[0] for line in told] == [
        f"the overlay of omneo does not fit own.yaml: action {number}" for number in (5, 11, 12, 13)
    ]
    assert "$.components.schemas.AppointmentLink.properties.type" in told[2]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda found: found.update(openapi="3.2.0"), "own.yaml is of OpenAPI 3.2.0"),
        (lambda found: found.pop("openapi"), "own.yaml is not an OpenAPI document"),
        (lambda found: found.update(swagger="2.0"), "own.yaml is a document of Swagger"),
        (lambda found: found.pop("paths"), "own.yaml has no `paths`"),
        (lambda found: action(found).update(type="strin"), f"/components/schemas/{ACTION}/type is not a JSON Schema"),
        (lambda found: action(found)["properties"]["id"].update(pattern="["), "is not a JSON Schema"),
        (lambda found: operation(found).update(parameters=None), "link/post/parameters is not valid OpenAPI: "),
        (lambda found: operation(found).update(parameters=[]), "own.yaml with the overlay of omneo"),
        (lambda found: action(found).update(allOf=[{"$ref": "#/components/schemas/X"}]), "schemas/X leads nowhere"),
        (
            lambda found: found["components"]["schemas"].update({ACTION: {"$ref": f"#/components/schemas/{ACTION}"}}),
            "leads to itself",
        ),
        (lambda found: found.update(openapi="3.0.0") or found.pop("info"), "own.yaml with the overlay of omneo is not"),
        (lambda found: found.update(components=None), "leads nowhere"),
        (lambda found: found["components"].pop("responses"), "#/components/responses/AuthenticationException leads"),
    ],
)
def test_what_cannot_be_the_contract_is_told_with_the_name_of_the_document(change, told):
    """A document that is not OpenAPI, or is not after the overlay, is refused in one sentence."""
    document = changed(change)
    with pytest.raises(ContractError) as raised:
        _ = own(document).operations
    assert told in str(raised.value)
    assert "own.yaml" in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1


@pytest.mark.parametrize("member", ["x-conformance-operation", "x-conformance-consumes"])
def test_names_of_the_suite_in_a_document_change_nothing(member):
    """What may be sent is decided by the built-in contract, whatever the document says of it."""

    def change(document):
        operation(document)[member] = "another" if member.endswith("operation") else True
        document["x-conformance-read"] = "/v3/secrets/{id}"
        document["paths"][LINK]["put"] = {**operation(document), "operationId": "put"}

    contract, built_in = own(changed(change)), load_apis()["omneo"].contract
    assert contract.operations == built_in.operations
    assert contract.read_path == built_in.read_path


def test_a_document_cannot_add_an_operation():
    """An operation that is kept because of a reference, and has a name of the suite, is refused."""

    def change(document):
        extra = {
            "x-conformance-operation": "wipe",
            "x-conformance-consumes": False,
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "responses": {"204": {"description": "Gone"}},
        }
        document["paths"]["/v3/all/{id}"] = {"delete": extra}
        operation(document)["responses"]["409"] = {"$ref": "#/paths/~1v3~1all~1{id}/delete/responses/204"}

    with pytest.raises(ContractError, match="`x-conformance-` members, which change what may be sent; remove them"):
        _ = own(changed(change)).operations


def test_findings_are_those_of_the_team_s_document():
    """A defect that the team's copy no longer has is not told any more; operations that are not judged have none."""

    def change(document):
        document["security"] = [{"bearer": []}]
        document["components"]["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
        document["paths"]["/v3/other"] = {"get": {"responses": {"200": {"description": "Fine"}}}}

    findings = {finding.id for finding in own(changed(change)).findings()}
    assert {"DOC-04", "DOC-05"} & {finding.id for finding in own(published()).findings()} == {"DOC-04", "DOC-05"}
    assert {"DOC-04", "DOC-05"}.isdisjoint(findings)
    assert not any("other" in finding.place for finding in own(changed(change)).findings())


@pytest.mark.parametrize("api", ["omneo", "mijnklantportaal"])
def test_no_member_that_is_missing_ends_in_an_error_of_the_suite(api):
    """Whatever one object of the document lacks, the contract can be used or says in words why not."""
    places = list(_places(published(api)))
    for place in places:
        document = published(api)
        node = document
        for step in place[:-1]:
            node = node[step]
        del node[place[-1]]
        contract = own(document, api)
        told = "own.yaml"
        try:
            _ = contract.operations, contract.findings()
        except ContractError as error:
            told = str(error)
        assert "own.yaml" in told, place
    assert len(places) > 50


def _places(node, place=()):
    """Yield the path of every object in `paths` and of every member of a component, without the members of schemas."""
    if isinstance(node, dict) and len(place) < 8:
        for key, value in node.items():
            yield (*place, key)
            yield from _places(value, (*place, key))
