"""The schemas of the contract say what the prose says: each statement accepts and refuses the right instances."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from appointment_specs.mijnklantportaal import CONTRACT as MKP
from appointment_specs.omneo import CONTRACT as OMNEO
from appointment_specs.places import objects

UUID = "9b461544-f0db-44b6-8a11-0242ac120002"
LINK = {"id": 1, "type": "profile", "target_id": UUID, "profile": {"id": 7}, "linkable": None}
CANCELED = {
    "id": "apt_own0001",
    "customerId": None,
    "attendeeName": "A. Example",
    "attendeeEmail": "a@example.com",
    "startsAt": "2025-03-05T16:00:00+01:00",
    "endsAt": "2025-03-05T16:30:00+01:00",
    "status": "canceled",
    "onlineMeetingLink": None,
    "createdAt": "2025-03-04T16:23:14+00:00",
}


def accepts(contract, pointer, instance):
    """Return whether an instance is valid by the schema at a pointer of the contract."""
    schema = {"$ref": f"#{pointer}", "components": contract.document["components"], "paths": contract.document["paths"]}
    return Draft202012Validator(schema).is_valid(instance)


def accepts_action(body):
    """Return whether a request body of link and unlink is valid."""
    return accepts(OMNEO, "/components/schemas/AppointmentLinkAction", body)


def accepts_answer(answer):
    """Return whether an answer to link is valid."""
    return accepts(OMNEO, "/components/schemas/AppointmentLinkAnswer", answer)


def accepts_cancel(answer):
    """Return whether an answer to cancel is valid."""
    place = "/paths/~1appointments~1{appointmentId}/delete/responses/200/content/application~1json/schema"
    return accepts(MKP, place, answer)


@pytest.mark.parametrize(
    ("kind", "value"),
    [("profile", UUID), ("profile", UUID.upper()), ("list", "204"), ("list", "-1"), ("list", "007")],
)
def test_a_matching_pair_is_valid(kind, value):
    """A profile with UUID text, in any case, and a list with digits are valid."""
    assert accepts_action({"type": kind, "id": value})


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("profile", "204"),
        ("profile", ""),
        ("profile", UUID[:-1]),
        ("profile", UUID + "0"),
        ("profile", UUID.replace("-", "")),
        ("profile", "{" + UUID + "}"),
        ("profile", UUID.replace("9b", "zz")),
        ("list", UUID),
        ("list", ""),
        ("list", "1.0"),
        ("list", "1e3"),
        ("list", "0x1A"),
        ("list", "12abc"),
        ("list", "\u0661"),
        ("list", 204),
        ("profile", None),
        ("profile", [UUID]),
    ],
)
def test_a_mismatched_pair_is_invalid(kind, value):
    """An id of the wrong form for its type is invalid."""
    assert not accepts_action({"type": kind, "id": value})


@pytest.mark.parametrize(
    "body",
    [
        {"id": UUID},
        {"type": "profile"},
        {},
        {"type": "Profile", "id": UUID},
        {"type": "location", "id": "1"},
        {"type": None, "id": "1"},
        None,
        [],
        "x",
    ],
)
def test_a_body_without_a_known_type_or_id_is_invalid(body):
    """Type and id are both required, and the type is one of the aliases as written."""
    assert not accepts_action(body)


def test_an_extra_member_of_a_body_is_not_invalid():
    """The contract does not say that unknown members are refused."""
    assert accepts_action({"type": "list", "id": "204", "note": "x"})


@pytest.mark.parametrize(
    "data",
    [
        {"id": 1, "links": []},
        {"id": 1, "links": [LINK]},
        {"id": 1, "links": [{"id": "1", "type": "list", "target_id": 204}]},
        {"id": 1, "links": [{"type": "profile", "target_id": UUID}]},
        {"id": 1, "links": [LINK | {"id": None}]},
        {"id": 1, "links": [LINK | {"linkable": []}]},
        {"id": 1, "links": [], "meta": {"a": 1}, "notes": None, "answers": None, "profile": None, "status": 3},
        {"id": 1, "links": [], "profile": {"id": 5}, "assigned_staff": {"email": None}, "answers": [{"value": "x"}]},
    ],
)
def test_an_answer_to_link_is_held_to_little(data):
    """A link has a type and a target, whose ids are text or integers; every member but id and links is free."""
    assert accepts_answer({"data": data})


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"id": 1, "links": []},
        {"data": []},
        {"data": {"id": 1}},
        {"data": {"id": "1", "links": []}},
        {"data": {"id": 1, "links": {}}},
        {"data": {"id": 1, "links": [{"id": 1, "target_id": UUID}]}},
        {"data": {"id": 1, "links": [LINK | {"type": None}]}},
        {"data": {"id": 1, "links": [LINK | {"target_id": None}]}},
        {"data": {"id": 1, "links": [LINK | {"profile": "x"}]}},
        {"data": {"id": 1, "links": [LINK | {"profile": [{"id": UUID}]}]}},
    ],
)
def test_an_answer_to_link_without_what_counts_is_invalid(answer):
    """The envelope, the integer id and links with id, type and target are required."""
    assert not accepts_answer(answer)


def test_link_answers_200_or_201_and_the_errors_of_unlink():
    """Both success codes show the same appointment, and the errors are those of unlink."""
    paths = OMNEO.document["paths"]
    link, unlink = (paths[f"/v3/appointments/{{appointment}}/{name}"]["post"] for name in ("link", "unlink"))
    assert link["responses"]["200"]["content"] == link["responses"]["201"]["content"]
    for status in ("401", "403", "404", "422"):
        assert link["responses"][status] == unlink["responses"][status]


def test_omneo_demands_a_bearer_token():
    """Both operations need the bearer scheme that the contract declares."""
    document = OMNEO.document
    assert document["components"]["securitySchemes"]["bearer"] == {"type": "http", "scheme": "bearer"}
    assert [item["post"]["security"] for item in document["paths"].values()] == [[{"bearer": []}]] * 2


def test_the_sample_without_a_type_is_gone():
    """The contract has no example of a request that is invalid by its own schema."""
    content = OMNEO.document["paths"]["/v3/appointments/{appointment}/link"]["post"]["requestBody"]["content"]
    assert "example" not in content["application/json"]


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"customerId": "cst_1", "onlineMeetingLink": "https://meet.example.com/1"},
        {"name": "extra"},
        {"startsAt": "2025-03-05T15:00:00Z"},
        {"createdAt": "2025-03-04T16:23:14.250000Z"},
    ],
)
def test_a_canceled_appointment_is_valid(change):
    """Nullable members may be null, extra members are allowed, dates end in an offset or Z."""
    assert accepts_cancel(CANCELED | change)


@pytest.mark.parametrize(
    "change",
    [
        {"status": "scheduled"},
        {"status": "cancelled"},
        {"status": None},
        {"id": "own0001"},
        {"id": "xapt_own0001"},
        {"customerId": 3},
        {"onlineMeetingLink": False},
        {"attendeeName": None},
        {"startsAt": "2025-03-05 16:00:00"},
        {"startsAt": "2025-03-05T16:00:00"},
        {"endsAt": "2025-03-05T16:30:00+0100"},
        {"createdAt": 1741102994},
    ],
)
def test_an_appointment_that_breaks_a_statement_is_invalid(change):
    """Status, id, types and dates in the answer to a cancel must be as the prose says."""
    assert not accepts_cancel(CANCELED | change)


def test_members_that_are_never_optional_are_required():
    """An answer to a cancel needs seven members; the two that may be null may be absent as well."""
    needed = {name for name in CANCELED if not accepts_cancel({k: v for k, v in CANCELED.items() if k != name})}
    assert needed == CANCELED.keys() - {"customerId", "onlineMeetingLink"}


@pytest.mark.parametrize("status", ["scheduled", "canceled", "pending"])
def test_an_appointment_elsewhere_has_one_of_three_statuses(status):
    """Except in the answer to a cancel, exactly the three values are valid."""
    place = "/components/schemas/Appointment"
    assert accepts(MKP, place, CANCELED | {"status": status})
    assert not accepts(MKP, place, CANCELED | {"status": status.upper()})


@pytest.mark.parametrize("status", ["404", "409", "429"])
def test_errors_of_cancel_carry_a_message(status):
    """Every error of cancel whose content is described is an object with a message in text."""
    place = f"/paths/~1appointments~1{{appointmentId}}/delete/responses/{status}/content/application~1json/schema"
    assert accepts(MKP, place, {"code": 429, "message": "x"})
    assert not accepts(MKP, place, {"code": 429})
    assert not accepts(MKP, place, {"code": 429, "message": None})


@pytest.mark.parametrize(
    ("changes", "valid"), [({}, False), ({"customerId": None}, False), ({"customerId": "cst_1"}, True)]
)
def test_only_a_customer_stands_in_for_an_attendee(changes, valid):
    """An appointment shows its attendee, unless it is booked for a customer."""
    shown = {
        name: value for name, value in CANCELED.items() if not name.startswith("attendee") and name != "customerId"
    }
    assert accepts(MKP, "/components/schemas/Appointment", shown | changes) is valid


@pytest.mark.parametrize(("name", "valid"), [("apt_own0001", True), ("own0001", False), (" apt_own0001", False)])
def test_the_path_takes_appointment_ids(name, valid):
    """The id in the path of cancel begins with apt_."""
    assert accepts(MKP, "/paths/~1appointments~1{appointmentId}/delete/parameters/0/schema", name) is valid


def test_nullable_is_gone():
    """The contract says only by `type` that null is allowed."""
    assert "nullable" not in str(MKP.document)


@pytest.mark.parametrize(
    ("contract", "expected"),
    [
        (OMNEO, {"omneo-profile-id", "omneo-list-id", "omneo-appointment-id"}),
        (MKP, {"mkp-appointment-id", "date-time"}),
    ],
)
def test_the_contract_names_what_to_generate(contract, expected):
    """Each value that must come from a fixture has its own format, for which generators get values."""
    assert {node["format"] for _, node in objects(contract.document) if "format" in node} == expected
