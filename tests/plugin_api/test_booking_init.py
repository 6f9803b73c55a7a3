"""`init` for an API of somebody else's package: its words and keys come from its own form and schema."""

from __future__ import annotations

import yaml


def test_a_target_of_it_is_described_probed_and_run(suite, served, tmp_path):
    """The file has its keys and their descriptions, the doctor knows its records, and a run judges the target."""
    reference, _ = served
    (tmp_path / "targets.yaml").unlink()
    where = ("--api", "booking", "--base-url", reference.base_url, "--token-variable", "BOOKING_TOKEN")
    ids = ",".join(reference.fixtures["bookings"])
    done = suite("init", *where, "--fixture", f"bookings={ids}", "--yes", BOOKING_TOKEN=reference.token)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "ok    booking-staging  api: answers as booking does" in done.stdout
    assert "BKG-OWN-01 (confirm): add fixtures.foreign_bookings" in done.stdout
    text = (tmp_path / "targets.yaml").read_text()
    entry = yaml.safe_load(text)["targets"]["booking-staging"]
    assert entry["fixtures"] == {"bookings": list(reference.fixtures["bookings"])}
    assert (
        "      # Ids of pending bookings that may be confirmed; a run confirms one at least.\n      bookings: [" in text
    )
    assert "      # absent_booking:\n" in text
    assert "    # provision: true\n" in text
    run = suite("run", BOOKING_TOKEN=reference.token)
    assert run.returncode == 4, run.stdout
    assert "forbidden_token" in run.stdout


def test_its_required_keys_are_asked_for(suite):
    """Without a terminal the missing option is named with the key of its own fixtures."""
    done = suite("init", "--api", "booking", "--base-url", "https://api.example.com", "--yes")
    assert done.returncode == 2
    assert done.stderr.startswith("error: add --fixture bookings=...: ")


def test_its_keys_are_in_the_printed_schema(suite):
    """`targets schema` has the fixtures of each installed API."""
    assert '"bookingFixtures"' in suite("targets", "schema").stdout
