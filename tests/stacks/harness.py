"""Real applications as targets: start one on a free loopback port, judge it with the suite, and stop it again.

Each folder beside this file that holds a `stack.toml` is an application that serves both APIs. Its keys:

    title                     what it is, in a few words
    [servers.NAME]            each way to serve it:
      command                 the words of the command line; `{python}`, `{node}` and `{port}` are filled in
      modules                 Python modules that have to be installed
      packages                Node packages that have to be installed
    [[truly_wrong]]           what the application does wrong by the vendor's pages, and is rightly accused of:
      requirement, operation  which MUST fails
      servers                 under which servers, all of them where the key is left out
      reason                  why the accusation is right
    [records]                 records that only this application has, for optional keys of the targets file:
      second_token, expired_token
      [records.omneo], [records.mijnklantportaal]
        foreign_appointments

The application finds its records in the environment variable `RECORDS`, as the JSON text of `RECORDS` below, and its
port in `PORT` where its command line does not have it.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from appointment_conformance.api import load_apis
from appointment_conformance.target_run import run
from appointment_conformance.targets import Target
from appointment_reports import RunResult

HERE = Path(__file__).parent
#: How long an application may take until it answers, and how long between two looks.
START_SECONDS, LOOK_SECONDS = 30.0, 0.1
STOP_SECONDS = 10.0

#: What the application has at its start; an id that is not here does not exist.
RECORDS: dict[str, Any] = {
    "token": "Stack/Full+7Qm2Xv9Lr4",
    "forbidden_token": "Stack_Read-3Tz8Kd1Wb6",
    "omneo": {
        "appointments": [900001, 900002, 900003],
        "profiles": ["9b461544-f0db-44b6-8a11-0242ac120002", "9d99d6e8-8181-4a74-9c3e-7b1f0c2d9a55"],
        "lists": [204, 317],
    },
    "mijnklantportaal": {
        "scheduled": [f"apt_7kq2{number:02}dfe" for number in range(12)],
        "pending": ["apt_pend01xyz", "apt_pend02xyz"],
    },
}
#: What stands in front of the paths of each API.
PREFIXES = {"omneo": "/api", "mijnklantportaal": "/v1"}


@dataclass(frozen=True, slots=True)
class TrulyWrong:
    """A MUST that an application breaks at its framework's defaults, and why the vendor's page says so."""

    requirement: str
    operation: str
    reason: str
    servers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stack:
    """One application under one server."""

    folder: Path
    title: str
    server: str
    command: tuple[str, ...]
    modules: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    truly_wrong: tuple[TrulyWrong, ...] = ()
    #: What the application has besides `RECORDS`.
    further: Mapping[str, Any] = field(default_factory=dict)

    @property
    def records(self) -> dict[str, Any]:
        """Everything that the application has at its start."""
        return RECORDS | self.further | {api: RECORDS[api] | self.further.get(api, {}) for api in PREFIXES}

    @property
    def name(self) -> str:
        """The name of the folder and of the server."""
        return f"{self.folder.name}-{self.server}"

    @property
    def accused(self) -> set[tuple[str, str]]:
        """The requirements, with their operations, that have to fail."""
        return {(one.requirement, one.operation) for one in self.truly_wrong}

    def missing(self) -> str:
        """Return what has to be installed before the application can be started, empty where nothing has."""
        wanted = [name for name in self.modules if find_spec(name) is None]
        if self.packages and shutil.which("node") is None:
            return "node"
        return ", ".join(wanted + [name for name in self.packages if not _node_has(name)])


def stacks(root: Path = HERE) -> list[Stack]:
    """Return every application under each of its servers, in the order of their names."""
    return [stack for file in sorted(root.glob("*/stack.toml")) for stack in read(file)]


def read(file: Path) -> list[Stack]:
    """Return what one `stack.toml` describes."""
    told = tomllib.loads(file.read_text("utf-8"))
    wrong = [TrulyWrong(**one | {"servers": tuple(one.get("servers", ()))}) for one in told.get("truly_wrong", ())]
    return [
        Stack(
            folder=file.parent,
            title=told["title"],
            server=server,
            command=tuple(how["command"]),
            modules=tuple(how.get("modules", ())),
            packages=tuple(how.get("packages", ())),
            truly_wrong=tuple(one for one in wrong if not one.servers or server in one.servers),
            further=told.get("records", {}),
        )
        for server, how in told["servers"].items()
    ]


@contextmanager
def served(stack: Stack, api: str, log: Path) -> Iterator[Target]:
    """Run the application, with fresh records, for as long as its target is needed; it writes to `log`."""
    port = _free_port()
    filled = {"python": sys.executable, "node": shutil.which("node") or "node", "port": str(port)}
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - the command line stands in our own stack.toml
            [word.format(**filled) for word in stack.command],
            cwd=stack.folder,
            env={**os.environ, "RECORDS": json.dumps(stack.records), "PORT": str(port), "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _await_answer(process, port, log)
            yield target(api, f"http://127.0.0.1:{port}{PREFIXES[api]}", name=stack.name, further=stack.further)
        finally:
            _stop(process)


def target(api: str, base_url: str, *, name: str = "stack", further: Mapping[str, Any] | None = None) -> Target:
    """Return the target at `base_url` that has the records above, and those of the application alone where named.

    The address may be that of a proxy in front of an application.
    """
    alone = further or {}
    fixtures = {
        "omneo": {key: RECORDS["omneo"][key] for key in ("appointments", "profiles", "lists")},
        "mijnklantportaal": {
            "appointments": RECORDS["mijnklantportaal"]["scheduled"],
            "pending_appointments": RECORDS["mijnklantportaal"]["pending"],
        },
    }
    form = load_apis()[api].form
    return Target.from_dict(
        name,
        {
            "api": api,
            "base_url": base_url,
            "token": RECORDS["token"],
            "forbidden_token": RECORDS["forbidden_token"],
            "environment": "test",
            "fixtures": alone.get(api, {}),
            **{key: alone[key] for key in ("expired_token", "second_token") if key in alone},
        },
        form,
    ).with_made_fixtures(form.read_fixtures(fixtures[api]))


def judged(stack: Stack, api: str, log: Path) -> RunResult:
    """Return what the suite says of the application."""
    with served(stack, api, log) as tried:
        return run(tried, journals=log.parent)[0]


def accusations(result: RunResult) -> dict[tuple[str, str], str]:
    """Return what was expected and seen for each MUST that failed, by requirement and operation."""
    return {
        (one.id, one.operation): f"{one.reason}; expected {one.failure.expected}, got {one.failure.actual}"
        if one.failure
        else one.reason
        for one in result.requirements
        if one.level == "MUST" and one.verdict in {"failed", "error"}
    }


def unjudged(result: RunResult) -> dict[tuple[str, str], str]:
    """Return why each MUST that speaks of this target was not judged, by requirement and operation."""
    return {
        (one.id, one.operation): one.reason
        for one in result.requirements
        if one.level == "MUST" and one.verdict == "untested" and one.applicable
    }


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _await_answer(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Return once anything is answered; raise RuntimeError, with the application's output, where nothing will be."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if _answers(port):
            return
        try:
            # This is the pause between two looks, which ends at once where the application does.
            code = process.wait(LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        raise RuntimeError(f"The application ended with {code}:\n{log.read_text('utf-8', 'replace')}")
    raise RuntimeError(f"No answer in {START_SECONDS:.0f} s:\n{log.read_text('utf-8', 'replace')}")


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@cache
def _node_has(package: str) -> bool:
    """Whether Node finds the package; the variable NODE_PATH tells it where else to look."""
    script = "require.resolve(process.argv[1])"
    program = shutil.which("node") or "node"
    asked = subprocess.run(  # noqa: S603 - a program of the machine, with the names in our own stack.toml
        [program, "-e", script, package], cwd=HERE, capture_output=True, check=False
    )
    return asked.returncode == 0
