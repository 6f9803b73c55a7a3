"""No probe of any profile lets a lenient server find a stranger's record, whatever form the fixtures have."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lenient_reader import pairs_in, strangers, touched
from own_targets import OMNEO, full, guard_of

from appointment_conformance.api import load_apis
from appointment_conformance.apis.omneo import probes as omneo_probes
from appointment_conformance.apis.omneo import questions
from appointment_conformance.apis.omneo import scenarios as omneo
from appointment_conformance.apis.omneo.form import OmneoFixtures
from appointment_conformance.apis.omneo.scenarios import FixtureRoles
from appointment_conformance.engine.context import ScenarioContext
from appointment_conformance.errors import RequestRefused
from appointment_strategies.omneo import records as records_with

#: Made once: the first one reads the contract.
GUARD = guard_of(OMNEO)
#: Appointments, lists and profiles, by what is particular about them.
FORMS = {
    "small": ("12 14", "3 5", "9b461544-f0db-44b6-8a11-0242ac120002 9d99d6e8-8181-4a74-9c3e-7b1f0c2d9a55"),
    "list one": ("900001 900002", "1 2", "abcdefab-cdef-4abc-8def-abcdefabcdef a1b460b2-953f-4587-b2d4-5e8c6f90ab13"),
    "digits": ("900001 900014", "204 317", "12345678-1234-4123-8123-123456789012 00000001-0000-4000-8000-000000000001"),
    "exponents": (
        "1900001 1900002",
        "110 45",
        "1e345678-1234-4123-8123-1234567890ab 0e345678-e123-4123-8123-567890abcdef",
    ),
    "nine": (
        "123456789 123456790",
        "987654321 12",
        "1E345678-1234-4123-8123-12345678ABCD F1E34567-1234-4123-8123-12345ABCDEFA",
    ),
    "ten": (
        "2000000001 2000000002",
        "1999999999 5",
        "0b461544-f0db-44b6-8a11-0242ac120002 0d99d6e8-8181-4a74-9c3e-7b1f0c2d9a55",
    ),
    "fifteen": (
        "123456789012345 123456789012346",
        "987654321098765 7",
        "11111111-1111-4111-8111-111111111111 92975ecb-5264-4d31-a6fe-c04d1be7823f",
    ),
    "eighteen": (
        "123456789012345678 123456789012345679",
        "987654321098765432 987654321098765433",
        "00e00000-0000-4000-8000-00000000000a a0000000-0000-4000-8000-000000000000",
    ),
}
#: Seeds of `thorough` for each form: with lists, and without; each form has seeds of its own.
SEEDS = {True: 3, False: 1}
STRANGER = "11111111-2222-4333-8444-555555555555"


class Silent:
    """A client that sends nothing."""

    def set_policy(self, policy):
        """Take any policy."""


def target_of(form, *, lists=True):
    """Return the target with the fixtures of a form, with or without lists, and every optional key."""
    appointments, numbers, profiles = (tuple(texts.split()) for texts in FORMS[form])
    return full(replace(OMNEO, fixtures=OmneoFixtures(appointments, profiles=profiles, lists=numbers if lists else ())))


def plays(form, *, lists):
    """Return profile and seed of each set of probes that is looked at for a form."""
    first = 10 * list(FORMS).index(form) + (0 if lists else 5)
    return [("gate", 1), *(("thorough", first + number) for number in range(SEEDS[lists]))]


def probes(target, profile, seed):
    """Return every probe with a wrong or an open body that a run may send, and every wrong path."""
    context = ScenarioContext(target, load_apis()["omneo"], Silent(), profile=profile, seed=seed)
    roles, found = FixtureRoles(context), []
    for action in omneo_probes.ACTIONS:
        found += omneo_probes.sendable(context, omneo.refused_bodies(context, action, roles))
        found += omneo_probes.wrong_paths(context, action, roles.appointment, roles.probed)
    found += omneo_probes.sendable(context, omneo._most_telling(context, roles))
    for asked in (questions._order, questions._unknown, questions._media_types, questions._values):
        found += omneo_probes.sendable(context, asked(context, roles))
    return found


@pytest.mark.parametrize("lists", [True, False], ids=["with lists", "without"])
@pytest.mark.parametrize("form", FORMS)
def test_no_probe_reaches_a_stranger(form, lists):
    """However it is read, every probe names a fixture, the absent id or nobody, and the guard lets it out."""
    target = target_of(form, lists=lists)
    guard, own = guard_of(target), {*target.fixtures.appointments, target.absent_appointment}
    for profile, seed in plays(form, lists=lists):
        for probe in probes(target, profile, seed):
            guard.check(probe.method, f"{target.base_url}{probe.path}", probe.body)
            segment = probe.path.split("/")[3]
            assert segment in own or not set(strangers("appointment", segment, target)), probe.path
            assert probe.body is None or not touched(probe.body, target), (probe.name, probe.body)


@pytest.mark.parametrize("form", FORMS)
def test_every_rule_is_still_tried(form):
    """Whatever is left out for the fixtures' sake, each rule of the type, the id and the body has a probe."""
    target = target_of(form)
    sent = {
        f"{probe.case.family}/{probe.case.rule}" for probe in probes(target, "gate", 1) if probe.kind == "near-miss"
    }
    rules = {f"type/type-{rule}" for rule in ("alias", "required", "string")}
    ids = {f"{alias} id/id-{rule}" for alias in ("profile", "list") for rule in ("form", "required", "string")}
    assert sent >= rules | ids | {"body/body-object", "body/body-members"}


def test_an_id_that_is_not_safe_is_made_of_the_absent_one():
    """Where a wrong id of a fixture could be a stranger's, that of the absent record is sent in its place."""
    assert ids_sent("nine")["link/list-id/float"].startswith("2147483647.")
    assert ids_sent("nine")["link/list-id/digits-then-letters"].startswith("987654321")
    assert ids_sent("digits")["link/list-id/beyond-64-bits"].startswith("2147483647")


def ids_sent(form, *, lists=True):
    """Return the ids of the bodies with wrong ids and types that `gate` sends, by the names of their probes."""
    sent = (probe for probe in probes(target_of(form, lists=lists), "gate", 1) if probe.kind == "near-miss")
    bodies = {probe.name: json.loads(probe.body) for probe in sent}
    return {name: body.get("id") for name, body in bodies.items() if isinstance(body, dict)}


def test_a_wrong_type_goes_with_an_id_that_is_safe_under_it():
    """Under the name of another table the id is one of that table's fixtures; under no name one that nobody has."""
    for lists in (True, False):
        sent = ids_sent("digits", lists=lists)
        assert sent["link/type/unknown"] == "900001"
        assert sent["link/type/missing"] == sent["link/type/boolean"] == "2147483647"
        assert sent["link/type/plural"] == ("204" if lists else FORMS["digits"][2].split()[0])


@pytest.mark.parametrize(
    ("body", "allowed"),
    [
        ({"type": "list", "id": "204aaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"}, False),
        ({"type": "list", "id": "204aaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"}, True),
        ({"type": "appointment", "id": "204"}, False),
        ({"type": "Appointments ", "id": 204}, False),
        ({"type": "appointment", "id": "900002"}, True),
        ({"type": "order", "id": "900002"}, False),
        ({"type": "order", "id": "2147483647"}, True),
        ({"type": "App\\Models\\User", "id": "17"}, False),
        ({"type": "customer", "id": "9b461544-f0db-44b6-8a11-0242ac120002"}, False),
        ({"type": "LIST", "id": "204"}, True),
        ({"type": "lists", "id": "205"}, False),
        ({"type": ["list"], "id": "204"}, True),
        ({"type": {"0": "list"}, "id": "204"}, True),
        ({"type": None, "id": "204"}, False),
        ({"id": "204"}, False),
        ({"type": 0, "id": "2147483647"}, True),
        ({"type": True, "id": "9b461544-f0db-44b6-8a11-0242ac120002"}, False),
        ({"type": "profile", "id": True}, False),
        ({"type": "profile", "id": False}, False),
        ({"type": "profile", "id": 9}, False),
        ({"type": "profile", "id": "204"}, True),
        ({"type": "profile", "id": "205"}, False),
        ({"type": "profile", "id": 204}, False),
        ({"type": "profile", "id": 4503602848595969}, True),
        ({"type": "profile", "id": {"$ne": "9b461544-f0db-44b6-8a11-0242ac120002"}}, False),
        ({"type": "profile", "id": f"x{STRANGER}"}, False),
        ({"type": "profile", "id": STRANGER.replace("-", "")}, False),
        ({"type": "profile", "id": "9b461544"}, False),
        ({"type": "list", "id": True}, False),
        ({"type": "list", "id": False}, True),
        ({"type": "list", "id": ["204"]}, False),
        ({"type": "list", "id": []}, True),
        ({"type": "list", "id": "204.9"}, False),
        ({"type": "list", "id": "1e3"}, False),
        ({"type": "list", "id": "0x1A"}, False),
        ({"type": "list", "id": str(2**64 + 205)}, False),
        ({"type": "list", "id": str(2**32 + 205)}, False),
        ({"type": "list", "id": "٢٠٥"}, False),
        ({"type": "list", "id": "205\0x"}, False),
        ({"type": "list", "id": "x\n205"}, False),
        ({"type": "list", "id": "%32%30%35"}, False),
        ({"type": "list", "id": "2000000000"}, False),
        ({"type": "list", "id": "204", "appointment": "7"}, False),
        ({"type": "list", "id": "204", "list_id": 7}, False),
        ({"type": "list", "id": "204", "data": {"type": "list", "id": "205"}}, False),
        ({"type": "list", "id": "204", "note": "anything"}, True),
        ([{"type": "list", "id": "205"}], False),
        (json.dumps({"type": "list", "id": "205"}), False),
        ([[]], True),
        (17, True),
    ],
)  # fmt: skip
def test_the_guard_reads_every_body_leniently(body, allowed):
    """Each reading of an id or a type alone is enough for a body to be refused, valid or not."""
    assert lets_out(json.dumps(body).encode()) is allowed


@pytest.mark.parametrize(("identifier", "is_safe"), [([["1"]], True), ([1, None], True), (["1", [1]], False)])
def test_the_elements_of_an_array_are_read_together(identifier, is_safe):
    """The digits of a text that is made of a whole array may be another number than those of each element."""
    assert (records_with(lists=("1",)).stray_reference("list", identifier) is None) is is_safe


@pytest.mark.parametrize(
    ("raw", "allowed"),
    [
        (b'{"type":"list","type":"list","id":"205","id":"204"}', False),
        (b'{"type":"list","id":"204","id":"205"}', False),
        (b'{"type":null,"type":"list","id":"204"}', False),
        (b'{"type":"list","id":"20', False),
        (b'{"type":"list","id":"204', True),
        (b'{"type":"list","id":"2\xff04"}', False),
        (b'\xff{"type":"list","id":"204"}', True),
        (b'\xef\xbb\xbf{"type":"list","id":"205"}', False),
        (b"{'type':'list','id':'205'}", False),
        (b"{'type':'list','id':'204'}", True),
        (b'{type:"list",id:205}', False),
        (b'{"type":"list","id":"205",}', False),
        (b'{"type":"list","id":"205"}x', False),
        (b"type=list&id=205", False),
        (b"type=list&id=204", True),
        (b"type=appointment&id=204", False),
        (b'"{\\"type\\":\\"list\\",\\"id\\":\\"205\\"}"', False),
        (b'{"type":"list","id":"204"}\0{"type":"list","id":"205"}', False),
        (b"profile", True),
        (b"", True),
        (b"[" * 100_000, False),
    ],
)
def test_the_guard_reads_text_that_is_no_json(raw, allowed):
    """What a tolerant parser may see in a text counts: single quotes, double names, forms, cut values, other bytes."""
    assert lets_out(raw) is allowed


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "utf-8-sig"])
def test_no_encoding_hides_a_wrong_type(encoding):
    """A body that is not valid is read in every encoding, too."""
    assert not lets_out(json.dumps({"type": "appointment", "id": "204"}).encode(encoding))


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "987654321/link"), ("PUT", "987654321"), ("POST", "x900001/link")]
)
def test_a_body_is_read_whatever_the_request(method, path):
    """No method and no path lets a body out that names a stranger."""
    guard, url = guard_of(OMNEO), f"{OMNEO.base_url}/v3/appointments/{path}"
    guard.check("POST", f"{OMNEO.base_url}/v3/appointments/987654321/link", b'{"type":"list","id":"204"}')
    with pytest.raises(RequestRefused):
        guard.check(method, url, b'{"type":"shop","id":"7"}')


_WORDS = st.sampled_from(
    ["list", "profile", "204", "317", "900001", "x", "user", "9b461544-f0db-44b6-8a11-0242ac120002"]
)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _WORDS | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from(["type", "id", "Type", "list_id", "x"]), _VALUES))
def test_whatever_the_guard_lets_out_reaches_nobody(body):
    """The second reading finds no stranger in any body that the guard lets out."""
    raw = json.dumps(body).encode()
    if lets_out(raw):
        assert not touched(raw, OMNEO)


def lets_out(raw):
    """Tell whether the guard lets a body out to a fixture."""
    try:
        GUARD.check("POST", f"{OMNEO.base_url}/v3/appointments/900001/link", raw)
    except RequestRefused:
        return False
    return True


def test_many_fixtures_cost_no_time_until_they_are_used():
    """Of thousands of fixtures only those are read that a body may be derived from."""
    records = records_with(lists=tuple(str(number) for number in range(1000, 21000)))
    assert records.stray(b'{"type":"list","id":"1000xyz"}') is None
    assert len(records._read["list"]._seen) == 0


def test_the_second_reading_sees_strangers():
    """The reading that the tests rely on is lenient itself."""
    for body in (
        {"type": "list", "id": "205"},
        {"type": "User", "id": "7"},
        {"id": "9b46"},
        {"type": "list", "id": [True]},
    ):
        assert touched(json.dumps(body).encode(), OMNEO), body
    assert ("list", "205") in pairs_in(b"{'type':'list','id':'205'")
