"""The licence lets out what makes a fixture and what removes one that was made, and nothing else."""

from __future__ import annotations

import json

import pytest
from own_targets import MKP, OMNEO, PROFILES

from appointment_conformance.errors import RequestRefused
from appointment_conformance.provisioning.journal import Journal
from appointment_conformance.provisioning.licence import Licence

OWN = f"/v3/profiles/{PROFILES[0]}"
TARGETS = {"omneo": OMNEO, "mkp": MKP}
MADE = {
    "omneo": (("profile", OWN), ("list", f"{OWN}/lists/7"), ("appointment", "/v3/appointments/8")),
    "mkp": (
        ("appointment", "/appointments/apt_made1"),
        ("appointment", "/appointments/%25"),
        ("appointment", "/appointments/.."),
        ("appointment", "/appointments/apt_c.d"),
    ),
}


@pytest.fixture
def allows(tmp_path):
    """Tell whether the licence of a target lets a request out, after the records of MADE were made."""

    def allowing(name, method, path, fields=None):
        target = TARGETS[name]
        journal = Journal.start(tmp_path, target, run_id="r1")
        for kind, place in MADE[name]:
            journal.note_made(journal.intend(kind, "mark"), place)
        journal.note_removed(journal.note_made(journal.intend("appointment", "mark"), "/appointments/apt_gone1"))
        body = None if fields is None else json.dumps(fields).encode()
        try:
            Licence(target, journal).check(method, path if "//" in path else f"{target.base_url}{path}", body)
        except RequestRefused:
            return False
        return True

    return allowing


@pytest.mark.parametrize(
    ("name", "method", "path", "fields"),
    [
        ("mkp", "POST", "/appointments", {"attendeeEmail": "a@example.com"}),
        ("mkp", "DELETE", "/appointments/apt_made1", None),
        ("mkp", "DELETE", "/appointments/apt_c.d", None),
        ("omneo", "POST", "/v3/profiles", {"email": "a@example.com"}),
        ("omneo", "POST", "/v3/lists/definitions", {"name": "x"}),
        ("omneo", "POST", f"{OWN}/lists", {"name": "x"}),
        ("omneo", "POST", "/v3/appointments", {"profile_id": PROFILES[0]}),
        ("omneo", "DELETE", "/v3/appointments/8", None),
        ("omneo", "DELETE", f"{OWN}/lists/7", None),
        ("omneo", "DELETE", OWN, None),
    ],
)
def test_making_and_removing_ones_own_is_let_out(allows, name, method, path, fields):
    """Each collection takes a new record, and each record that was made may go."""
    assert allows(name, method, path, fields)


@pytest.mark.parametrize(
    ("name", "method", "path", "fields"),
    [
        ("mkp", "DELETE", "/appointments/apt_own0001", None),
        ("mkp", "DELETE", "/appointments/apt_gone1", None),
        ("mkp", "DELETE", "/appointments/%25", None),
        ("mkp", "DELETE", "/appointments/..", None),
        ("mkp", "DELETE", "/appointments", None),
        ("mkp", "DELETE", "/appointments/apt_made1", {"all": True}),
        ("mkp", "PATCH", "/appointments/apt_made1", {"status": "canceled"}),
        ("mkp", "GET", "/appointments", None),
        ("mkp", "POST", "/customers", {}),
        ("mkp", "POST", "/appointments", {"attendeeEmail": "somebody@example.nl"}),
        ("mkp", "POST", "https://api.example.org/v1/appointments", {}),
        ("mkp", "POST", "/appointments?notify=1", {}),
        ("omneo", "DELETE", f"/v3/profiles/{PROFILES[1]}", None),
        ("omneo", "DELETE", "/v3/appointments/900001", None),
        ("omneo", "POST", f"/v3/profiles/{PROFILES[1]}/lists", {}),
        ("omneo", "POST", "/v3/profiles/{profile}/lists", {}),
        ("omneo", "POST", "/v3/appointments", {"profile_id": PROFILES[1]}),
        ("omneo", "POST", "/v3/appointments/8/link", {}),
        ("omneo", "POST", "/v3/locations", {}),
    ],
)
def test_anything_else_is_refused(allows, name, method, path, fields):
    """Fixtures that were given, strangers, other operations, hosts and addresses are out of reach."""
    assert not allows(name, method, path, fields)
