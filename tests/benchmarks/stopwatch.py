"""What a run costs its own process: run as a program, so that imports and memory are measured from nothing.

Reads a target as JSON from stdin and writes figures as JSON to stdout. Whatever is measured is imported while the
clock runs, hence the imports within the functions.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any, NamedTuple

from appointment_conformance.api import load_apis

#: The parts of a run, in their order.
PARTS = ("import", "generation", "preflight", "scenarios", "judging", "reports")


class Spent(NamedTuple):
    """Time spent: by the clock on the wall, and by the processor for this process alone."""

    wall: float
    processor: float


def run_parts(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the seconds `Spent` on each part of one whole run, and the process's `peak_mib` at its end."""
    clock = Clock()

    from appointment_conformance.engine.conductor import Conductor
    from appointment_conformance.engine.events import Event, ScenarioBegan
    from appointment_conformance.engine.needs import on_each_operation
    from appointment_conformance.engine.schemathesis_adapter import contract_engine
    from appointment_conformance.targets import Target
    from appointment_reports import write_artefacts

    api = load_apis()[data["api"]]
    target = Target.from_dict("benchmark", dict(data), api.form)
    clock.lap("import")
    engine = contract_engine(target, load_apis()[target.api], profile="gate", seed_=1)
    for action in ("link", "unlink") if target.api == "omneo" else ():
        engine.generated_bodies(action)
    clock.lap("generation")
    conductor = Conductor(target, api)

    def on_event(event: Event) -> None:
        if isinstance(event, ScenarioBegan) and event.number == 2:
            clock.lap("preflight")

    conductor.subscribe(on_event)
    conductor.play()
    clock.lap("scenarios")
    for requirement, operation in on_each_operation(api.catalogue):
        conductor.evaluate(requirement, operation)
    result = conductor.finish()
    clock.lap("judging")
    with tempfile.TemporaryDirectory() as directory:
        write_artefacts(result, result.exchanges, Path(directory))
    clock.lap("reports")
    conductor.close()
    return {**clock.laps, "peak_mib": peak_mib()}


def request_costs(data: Mapping[str, Any], *, times: int = 500) -> dict[str, Any]:
    """Return the median milliseconds `Spent` on the same refused request by the client and by a session of `requests`.

    The two take turns, on a connection of their own each; neither session looks at the environment for proxies.
    """
    import requests

    from appointment_conformance.targets import Target
    from appointment_conformance.traffic.client import Client
    from appointment_conformance.traffic.recording import Recording

    target = Target.from_dict("benchmark", dict(data), load_apis()[data["api"]].form)
    probe = _refused_probe(target)
    policy = load_apis()[target.api].policy(target)
    client = Client(target, policy=policy, run_id="benchmark", recording=Recording())
    bare = requests.Session()
    bare.trust_env = False
    url, headers = f"{target.base_url}{probe.path}", dict(probe.headers)
    taken: dict[str, list[Spent]] = {"client": [], "session": []}
    for _ in range(times):
        taken["client"].append(_milliseconds(lambda: client.send(probe, "benchmark")))
        taken["session"].append(
            _milliseconds(lambda: bare.request(probe.method, url, headers=headers, data=probe.body, timeout=10))
        )
    client.close()
    bare.close()
    return {name: middle(values) for name, values in taken.items()}


def middle(spent: Sequence[Spent]) -> Spent:
    """Return the median of both times."""
    return Spent(median(one.wall for one in spent), median(one.processor for one in spent))


class Clock:
    """Seconds between one lap and the next, by name."""

    def __init__(self) -> None:
        """Start."""
        self.laps: dict[str, Spent] = {}
        self._since = _now()

    def lap(self, name: str) -> None:
        """Note the seconds since the last lap."""
        now = _now()
        self.laps[name] = Spent(now.wall - self._since.wall, now.processor - self._since.processor)
        self._since = now


def peak_mib() -> float:
    """Return the most memory that this process has held so far, in MiB."""
    status = Path("/proc/self/status")
    if status.exists():
        # Counted from the start of the program; what getrusage tells of a new process begins with its parent's.
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def _refused_probe(target: Any) -> Any:
    from appointment_conformance.traffic.probe import (
        JSON_BODY,
        Probe,
        bearer,
    )

    return Probe(
        name="benchmark/unknown alias",
        operation="link",
        kind="near-miss",
        method="POST",
        path=f"/v3/appointments/{target.fixtures.appointments[0]}/link",
        headers=(*JSON_BODY, *bearer(target.token)),
        body=b'{"type":"nothing","id":"2147483647"}',
    )


def _milliseconds(act: Callable[[], object]) -> Spent:
    clock = Clock()
    act()
    clock.lap("")
    return Spent(*(1000 * seconds for seconds in clock.laps[""]))


def _now() -> Spent:
    return Spent(perf_counter(), process_time())


MEASURES: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {"run": run_parts, "requests": request_costs}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(MEASURES[sys.argv[1]](json.load(sys.stdin))))
