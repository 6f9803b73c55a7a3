"""The reference APIs of many simulated targets in one process, each at a port and with fixtures of its own.

Reads from standard input a list of objects with `name`, `api` and `faults`; writes the entry of each in a targets file.
When another line or the end of the input comes, it writes how many requests each has got, and ends.
"""

from __future__ import annotations

import json
import resource
import sys
from contextlib import ExitStack

from appointment_conformance.reference_apis import serve

#: Each server has a listener, an event loop and connections.
FILES_FOR_EACH = 12


def entry(reference, number):
    """Give the fixtures of a server ids that no other one has; return its entry in a targets file."""
    renamed = {old: _renamed(reference, old, place, number) for place, old in enumerate(_own(reference))}
    fixtures = {
        key: [renamed.get(one, one) for one in value] if isinstance(value, list) else value
        for key, value in reference.fixtures.items()
        if key != "foreign_appointments"
    }
    tokens = {"token": reference.token, "forbidden_token": reference.forbidden_token}
    return {"api": reference.api, "base_url": reference.base_url, **tokens, "fixtures": fixtures}


def _own(reference):
    return [*reference.fixtures["appointments"], *reference.fixtures.get("pending_appointments", ())]


def _renamed(reference, old, place, number):
    """Rename one appointment in the state of the server; return its new id."""
    records = reference.state.appointments
    record = records.pop(old)
    if isinstance(record, dict):
        new = f"apt_sim{number:05d}x{place:03d}"
        records[new] = {**record, "id": new}
        return new
    new = str(1_000_000 + number * 100 + place)
    record.members["id"] = int(new)
    records[new] = record
    return new


def main():
    """Serve until the next line."""
    wanted = json.loads(sys.stdin.readline())
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 256 + FILES_FOR_EACH * len(wanted)), hard))
    with ExitStack() as stack:
        served = {one["name"]: stack.enter_context(serve(one["api"], faults=one["faults"])) for one in wanted}
        entries = {one["name"]: entry(served[one["name"]], one["number"]) for one in wanted}
        sys.stdout.write(json.dumps(entries) + "\n")
        sys.stdout.flush()
        sys.stdin.readline()
        requests = {name: reference.state.requests for name, reference in served.items()}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps({"requests": requests, "peak_mib": peak}) + "\n")


if __name__ == "__main__":
    main()
