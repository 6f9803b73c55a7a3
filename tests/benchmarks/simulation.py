"""Many targets in several shards: play them as a CI service would, merge them, and check that nothing is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from xml.etree import ElementTree as ET

from simulated_targets import SimulatedTarget, simulated_targets

SERVERS = Path(__file__).with_name("target_servers.py")
COMMAND = (sys.executable, "-m", "appointment_conformance")


@dataclass(frozen=True, slots=True)
class Size:
    """How large the simulation is: targets, shards, shards at the same time, targets at once in each, servers."""

    targets: int
    shards: int
    side_by_side: int = 2
    jobs: int = 2
    servers: int = 4


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its exit code, what it showed, and what it and its children took."""

    code: int
    shown: str
    wall: float
    processor: float
    peak_mib: float


@dataclass(frozen=True, slots=True)
class Played:
    """A whole simulation; `requests` are those that the servers have counted, by target."""

    size: Size
    targets: tuple[SimulatedTarget, ...]
    shards: tuple[Ended, ...]
    merge: Ended
    requests: dict[str, int]
    server_peaks: tuple[float, ...]
    wall: float
    folder: Path

    @property
    def reports(self):
        """The directory of the reports of each shard."""
        return tuple(self.folder / f"shard-{number}" for number in range(1, self.size.shards + 1))


def play(size, folder, *, say=lambda _: None):
    """Play a simulation in `folder`; `say` is called with a line for each step."""
    started, targets = monotonic(), simulated_targets(size.targets)
    with _served(targets, size.servers) as (entries, counts):
        _write_targets(targets, entries, folder / "targets.yaml")
        with ThreadPoolExecutor(size.side_by_side) as threads:
            shards = tuple(threads.map(lambda number: _shard(size, folder, number, say), range(1, size.shards + 1)))
        measured = counts()
    merged = _ended(folder, "merge", *(f"shard-{number}" for number in range(1, size.shards + 1)), "--output", "merged")
    say(f"merged in {merged.wall:.0f} s, exit code {merged.code}")
    requests = {name: count for one in measured for name, count in one["requests"].items()}
    peaks = tuple(one["peak_mib"] for one in measured)
    return Played(size, targets, shards, merged, requests, peaks, monotonic() - started, folder)


def objections(played):
    """Return what is wrong: a target lost, judged twice, sent more than its result says, or with another verdict."""
    names = {target.name for target in played.targets}
    runs = Counter(name for folder in played.reports for name in _manifest(folder)["runs"])
    found = [f"{name} is in {runs[name]} shards" for name in sorted(names) if runs[name] != 1]
    verdicts = _merged_verdicts(played.folder / "merged" / "junit.xml")
    found += [f"{name} is in the merged JUnit file and no target" for name in sorted({*verdicts} - names)]
    for target in played.targets:
        told = verdicts.get(target.name, [])
        if told != [target.verdict]:
            found.append(f"{target.name} must be {target.verdict} once, and is {told}")
    found += _twins_apart(played) + _miscounted(played)
    if played.merge.code != _worst(played.targets):
        found.append(f"merge ended with {played.merge.code}")
    return found


def results(played):
    """Return the result of each target, by its name."""
    files = [path for folder in played.reports for path in folder.glob("*/result.json")]
    return {path.parent.name: json.loads(path.read_text(encoding="utf-8")) for path in files}


def _twins_apart(played):
    shards = {name: folder for folder in played.reports for name in _manifest(folder)["runs"]}
    return [
        f"{target.name} is not in the shard of its twin"
        for target in played.targets
        if target.flaw == "twin" and shards.get(target.name) != shards.get(played.targets[target.number - 1].name)
    ]


def _miscounted(played):
    """A target that was sent more requests than its results say was judged by a run that nobody knows of."""
    told = Counter()
    for name, result in results(played).items():
        told[_served_by(played, name)] += result["requests"]
    return [
        f"{name} got {count} requests, and its results say {told[name]}"
        for name, count in played.requests.items()
        if told[name] != count
    ]


def _served_by(played, name):
    target = next(target for target in played.targets if target.name == name)
    return played.targets[target.number - 1].name if target.flaw == "twin" else name


def _worst(targets):
    codes = {"conformant": 0, "not-conformant": 1, "not-testable": 3, "not-verified": 4}
    return min((codes[target.verdict] for target in targets), key=(1, 3, 4, 0).index)


def _merged_verdicts(path):
    suites = ET.parse(path).iter("testsuite")  # noqa: S314 - we wrote it
    verdicts = {}
    for suite in suites:
        (verdict,) = (one.get("value") for one in suite.iter("property") if one.get("name") == "verdict")
        verdicts.setdefault(suite.get("name").split(" / ")[0], []).append(verdict)
    return verdicts


def _manifest(folder):
    (path,) = folder.glob("shard-*-of-*.json")
    return json.loads(path.read_text(encoding="utf-8"))


def _shard(size, folder, number, say):
    options = ("--jobs", str(size.jobs), "--output", f"shard-{number}", "--targets", "targets.yaml")
    ended = _ended(folder, "run", "--shard", f"{number}/{size.shards}", *options)
    say(f"shard {number} of {size.shards} ended after {ended.wall:.0f} s with exit code {ended.code}")
    return ended


def _ended(folder, *arguments):
    started, shown = monotonic(), folder / f"{'-'.join(arguments[:3]).replace('/', '-of-')}.log"
    with shown.open("wb") as log:
        process = subprocess.Popen([*COMMAND, *arguments], cwd=folder, stdout=log, stderr=subprocess.STDOUT)  # noqa: S603 - our own command
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return Ended(
        process.returncode,
        shown.read_text(encoding="utf-8"),
        monotonic() - started,
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss / 1024,
    )


@contextmanager
def _served(targets, servers):
    """Serve all targets from a few processes; yield their entries, and a function that ends and counts."""
    own = [target for target in targets if target.flaw not in {"twin", "no answer"}]
    parts = [part for part in (own[start::servers] for start in range(servers)) if part]
    processes = [
        subprocess.Popen([sys.executable, SERVERS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own program
        for _ in parts
    ]
    try:
        for process, part in zip(processes, parts, strict=True):
            wanted = [
                {"name": one.name, "number": one.number, "api": one.api, "faults": list(one.faults)} for one in part
            ]
            process.stdin.write(json.dumps(wanted) + "\n")
            process.stdin.flush()
        entries = {
            name: entry for process in processes for name, entry in json.loads(process.stdout.readline()).items()
        }
        yield entries, lambda: [json.loads(process.communicate("\n", timeout=120)[0]) for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.wait()
            process.stdin.close()
            process.stdout.close()


def _write_targets(targets, entries, path):
    path.write_text(json.dumps({"targets": {target.name: _entry(target, targets, entries) for target in targets}}))


def _entry(target, targets, entries):
    if target.flaw == "no answer":
        # Nothing listens there. To the suite every loopback address is one host, so these targets share a shard.
        host = f"127.1.{target.number // 250}.{target.number % 250 + 1}"
        some = next(entry for entry in entries.values() if entry["api"] == target.api)
        fixtures = {"appointments": [f"apt_none{target.number:05d}a", f"apt_none{target.number:05d}b"]}
        return {**some, "base_url": f"http://{host}:9/v1", "fixtures": fixtures}
    entry = entries[targets[target.number - 1].name if target.flaw == "twin" else target.name]
    left_out = {"forbidden_token"} if target.flaw == "no forbidden token" else set()
    return {key: value for key, value in entry.items() if key not in left_out}
