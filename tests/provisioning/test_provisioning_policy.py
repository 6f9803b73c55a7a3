"""The provisioning policy allows only requests that make a fixture, or read or remove one that was made."""

from __future__ import annotations

import json

import pytest
from own_targets import MKP, OMNEO, PROFILES

from appointment_conformance.api import provisioning_of
from appointment_conformance.errors import RequestRefused
from appointment_conformance.provisioning.journal import Journal
from appointment_conformance.provisioning.policy import ProvisioningPolicy
from appointment_conformance.traffic.guard import RequestGuard

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
    """Whether the policy of a target allows a request, after the records of MADE were made."""

    def allowing(name, method, path, fields=None):
        target = TARGETS[name]
        journal = Journal.start(tmp_path, target, run_id="r1")
        for kind, place in MADE[name]:
            journal.record_made(journal.record_intent(kind, "mark"), place)
        journal.record_removed(
            journal.record_made(journal.record_intent("appointment", "mark"), "/appointments/apt_gone1")
        )
        journal.record_named(journal.record_intent("appointment", "mark"), "/appointments/apt_named1")
        body = None if fields is None else json.dumps(fields).encode()
        try:
            url = path if "//" in path else f"{target.base_url}{path}"
            RequestGuard(target.base_url, ProvisioningPolicy(provisioning_of(target.api), journal)).check(
                method, url, body
            )
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
        ("mkp", "GET", "/appointments/apt_made1", None),
        ("mkp", "GET", "/appointments/apt_named1", None),
        ("omneo", "GET", f"{OWN}/lists/7", None),
    ],
)
def test_making_and_removing_ones_own_is_let_out(allows, name, method, path, fields):
    """Each collection accepts a new record, each made record can be removed, and each named record can be read."""
    assert allows(name, method, path, fields)


@pytest.mark.parametrize(
    ("name", "method", "path", "fields"),
    [
        ("mkp", "DELETE", "/appointments/apt_own0001", None),
        ("mkp", "DELETE", "/appointments/apt_gone1", None),
        ("mkp", "DELETE", "/appointments/apt_named1", None),
        ("mkp", "GET", "/appointments/apt_own0001", None),
        ("mkp", "GET", "/appointments/apt_gone1", None),
        ("mkp", "GET", "/appointments/%25", None),
        ("mkp", "GET", "/appointments/..", None),
        ("mkp", "HEAD", "/appointments/apt_made1", None),
        ("omneo", "GET", f"/v3/profiles/{PROFILES[1]}/lists/7", None),
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
    """Given fixtures, unknown records, other operations, hosts and addresses are refused."""
    assert not allows(name, method, path, fields)


def test_what_a_file_says_was_made_is_not_removed_unseen(tmp_path):
    """A record from a journal file may be read, and removed only once it is known to be the run's own."""
    begun = Journal.start(tmp_path, MKP, run_id="r1")
    begun.record_made(begun.record_intent("appointment", "mark"), "/appointments/apt_made1")
    begun.close()
    journal = Journal.read(begun.path)
    guard = RequestGuard(MKP.base_url, ProvisioningPolicy(provisioning_of(MKP.api), journal))
    url = f"{MKP.base_url}/appointments/apt_made1"
    guard.check("GET", url, None)
    with pytest.raises(RequestRefused):
        guard.check("DELETE", url, None)
    journal.trust(journal.remaining[0])
    guard.check("DELETE", url, None)
