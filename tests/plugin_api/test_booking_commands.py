"""An API of somebody else's package in every command: judged, planned, looked at, listed, and proven."""

from __future__ import annotations

import json
import re

PUBLISHED = {"BKG-CONF-01", "BKG-CONF-02", "BKG-CONF-03", "BKG-CONF-04", "BKG-CONF-05", "BKG-PATH-01", "BKG-PATH-02"}


def test_a_run_judges_its_requirements(whole_run):
    """Its own requirements and those of HTTP are judged and pass, and the reports are of its API."""
    done, reports = whole_run
    result = json.loads((reports / "result.json").read_text())
    passed = {one["id"] for one in result["requirements"] if one["verdict"] == "passed"}
    assert (done.returncode, result["verdict"], result["api"]) == (0, "conformant", "booking")
    assert {*PUBLISHED, "BKG-AUTH-01", "BKG-AUTH-02", "BKG-OWN-01", "BKG-ERR-01", "HTTP-01", "HTTP-05"} <= passed
    assert [one["id"] for one in result["observations"]] == ["BKG-OBS-01"]
    assert "reference-booking is conformant" in done.stdout


def test_a_confirmation_uses_up_a_fixture(whole_run):
    """A success of an operation that consumes is counted, whichever API it is of, and told in words of no vendor."""
    result = json.loads((whole_run[1] / "result.json").read_text())
    assert result["appointments_consumed"] == 1
    assert "1 fixture used" in whole_run[0].stdout
    assert not re.search("appointment(?!-conformance)", whole_run[0].stdout)


def test_a_fault_is_caught_by_what_it_breaks(suite):
    """`--fault` switches on a fault of the package, and the requirement that it names fails alone."""
    done = suite("run", "-v", "reference-booking", "--fault", "confirm-again-answers-200")
    assert done.returncode == 1
    assert re.findall(r"^failed +\S+ +(\S+)", done.stdout, re.MULTILINE) == ["BKG-CONF-04"]


def test_pytest_judges_it(suite):
    """The suite runs under pytest against its target, each requirement a test."""
    done = suite("--pyargs", "appointment_conformance.suite", "--target", "reference-booking", module="pytest")
    assert (done.returncode, "17 passed" in done.stdout) == (0, True), done.stdout


def test_a_plan_names_its_operations_and_keys(suite, served):
    """A plan counts requests by its operations, and says in its own words what more fixtures would let be judged."""
    reference, write = served
    write(fixtures={"bookings": reference.fixtures["bookings"]})
    done = suite("plan", "mine")
    assert done.returncode == 0, done.stderr
    assert "(booking, profile gate)" in done.stdout
    assert re.search(r"at most 27 \(20 confirm, 7 read\)", done.stdout)
    assert "BKG-OWN-01 (confirm): add fixtures.foreign_bookings" in done.stdout
    assert "appointments" not in done.stdout


def test_the_doctor_knows_its_fixtures(suite, served):
    """The doctor reads its fixtures and says which a run can use; all its sentences call them bookings."""
    reference, write = served
    first, *rest = reference.fixtures["bookings"]
    reference.state.bookings[first]["status"] = "confirmed"
    write(fixtures={"bookings": [first, rest[0]]})
    done = suite("doctor", "mine")
    assert done.returncode == 0, done.stdout
    assert "2 bookings\n" in done.stdout
    assert f"warn  mine  fixture {first}: already confirmed" in done.stdout
    assert f"ok    mine  fixture {rest[0]}: pending" in done.stdout
    assert "foreign booking: none; add fixtures.foreign_bookings" in done.stdout
    assert not re.search("appointment(?!-conformance)", done.stdout)


def test_a_requirement_of_it_is_explained(suite):
    """`explain` shows its requests with the words of its targets file, what is accepted, and its faults."""
    done = suite("explain", "BKG-PATH-02")
    assert (done.returncode, done.stderr) == (0, "")
    assert "  POST /bookings/" in done.stdout
    assert re.search(r"/\S*\{booking\}\S*/confirm", done.stdout)
    assert "accepted: status" in done.stdout
    assert "faults that prove it:\n  " in done.stdout
    assert "appointment" not in done.stdout


def test_its_requirements_are_listed(suite):
    """`requirements` has those of every API, or its own, and a mistyped id of it gets a did-you-mean."""
    listed = json.loads(suite("requirements", "--api", "booking", "--json").stdout)
    assert {*PUBLISHED} <= {one["id"] for one in listed}
    assert all(one["operations"] == ["confirm"] for one in listed)
    done = suite("explain", "BKG-PATH-2")
    assert done.returncode == 2
    assert done.stderr == "error: there is no requirement `BKG-PATH-2`; did you mean `BKG-PATH-02`?\n"


def test_its_faults_are_listed(suite):
    """Its faults come after those of the suite, with what they break."""
    done = suite("faults")
    assert "confirm-answers-202  (BKG-CONF-01)  A confirmation is answered 202." in done.stdout
    assert (done.returncode, done.stderr) == (0, "")


def test_the_keys_of_its_targets_are_listed(suite):
    """`apis` names the package of each API, and the keys of its fixtures with what they are."""
    done = suite("apis")
    _, _, told = done.stdout.partition("booking  Bookings, requirements BKG-..., by the package booking-conformance\n")
    assert told.splitlines() == [
        "  fixtures.bookings: Ids of pending bookings that may be confirmed; a run confirms one at least.",
        "  fixtures.absent_booking: Id of a booking that is known not to exist.",
        "  fixtures.foreign_bookings: Ids of pending bookings of another account, made for this.",
        "  provision: Whether bookings are made for a run",
    ]
    assert (done.returncode, done.stderr) == (0, "")


def test_the_self_test_proves_it_alone(suite):
    """`selftest --api` runs its faults and variants and no others; what HTTP asks is proven by the other APIs."""
    done = suite("selftest", "--api", "booking", "--workers", "2")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "12 of 12 faults caught by the requirement they break" in done.stdout
    assert "0 of 3 conformant runs accused" in done.stdout
    assert "OMN-" not in done.stdout


def test_the_self_test_of_an_unknown_api_is_refused(suite):
    """A name that no API has is a mistake with a did-you-mean, before anything is run."""
    done = suite("selftest", "--api", "bookings")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: there is no reference API of `bookings`; did you mean `booking`?\n"
