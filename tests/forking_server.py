"""Forks a process for each request it reads from a socket; everything the suite imports is in memory already.

Started with the path and the descriptor of its socket; it ends when its standard input does. `forked_popen.py` sends
the requests.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from forked_popen import NUMBER, ForkedPopen

#: What a run imports late. The module of the worker is left out: as a program it must not be there yet.
PRELOADED = (
    # The plugin of Hypothesis first: it warns where the library was there before it.
    *("_hypothesis_pytestplugin", "pytest", "asyncio", "concurrent.futures.thread", "encodings.idna"),
    *("rich.console", "rich.live", "rich.progress"),
    *(
        "appointment_conformance.cli.main",
        "appointment_conformance.pytest_plugin.plugin",
        "appointment_conformance.cli.run_targets",
    ),
)


@dataclass(frozen=True, slots=True)
class Request:
    """A process to be: the arguments of its interpreter, its surroundings, and the descriptors it gets."""

    flags: list[str]
    arguments: list[str]
    directory: str
    environ: dict[str, str]
    has_own_session: bool
    #: The id of the process that asks for it: the parent of the new one, as far as that can tell.
    parent: int
    #: The numbers that the received descriptors have in the new process.
    numbers: list[int]


def main(address: str, descriptor: int) -> None:
    """Serve until standard input ends; in a forked process run what was asked for instead, as an interpreter would."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=descriptor) as listener:
        # Nothing is imported for a test run that starts no process.
        request = _next_request(listener) if _is_asked(listener) else None
    if request is not None:
        ForkedPopen.server, subprocess.Popen = address, ForkedPopen
        _run(request)


def _is_asked(listener: socket.socket) -> bool:
    """Wait until somebody connects, or nobody will any more."""
    return 0 not in select.select([listener, 0], [], [])[0]


def _warm_up() -> None:
    """Import all that a run needs, and judge each built-in target once: what is kept in memory is there, then."""
    for name in PRELOADED:
        importlib.import_module(name)
    import _hypothesis_globals
    from _pytest.assertion.rewrite import AssertionRewritingHook

    from appointment_conformance.reference_targets import built_in, reference_target
    from appointment_conformance.target_run import run

    # Its plugin has begun to set up Hypothesis, and a session of pytest ends that.
    _hypothesis_globals.in_initialization -= 1
    for name in built_in():
        with tempfile.TemporaryDirectory() as folder, reference_target(name) as target:
            run(target, journals=Path(folder))
    _hypothesis_globals.in_initialization += 1
    # What is imported already is not rewritten: nothing of it is a test.
    AssertionRewritingHook._warn_already_imported = lambda *_: None
    if threading.active_count() > 1:
        raise RuntimeError(f"a process with threads cannot be forked safely: {threading.enumerate()}")
    gc.collect()
    gc.freeze()


def _next_request(listener: socket.socket) -> Request | None:
    """Fork for every connection; return its request in the new process, and None where there are no more."""
    _warm_up()
    # A process that only waits for another one needs nobody who waits for it.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while _is_asked(listener):
        connection, _ = listener.accept()
        with connection:
            # The one that waits for the new process and tells how it ended.
            if os.fork() == 0:
                listener.close()
                return _forked(connection)
    return None


def _forked(connection: socket.socket) -> Request:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    request, descriptors = _received(connection)
    process = os.fork()
    if process:
        for descriptor in descriptors:
            os.close(descriptor)
        connection.sendall(NUMBER.pack(process))
        connection.sendall(NUMBER.pack(os.waitpid(process, 0)[1]))
        os._exit(0)
    connection.close()
    _set_up(request, descriptors)
    return request


def _received(connection: socket.socket) -> tuple[Request, list[int]]:
    data, descriptors, _, _ = socket.recv_fds(connection, NUMBER.size, 16)
    (length,) = NUMBER.unpack(data)
    text = b""
    while len(text) < length:
        text += connection.recv(length - len(text))
    return Request(**json.loads(text)), descriptors


def _set_up(request: Request, descriptors: list[int]) -> None:
    """Give this process what a started one would have."""
    if request.has_own_session:
        os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # Out of the way first: one of them may have the number that another one is to have.
    high = [os.dup2(descriptor, 500 + place) for place, descriptor in enumerate(descriptors)]
    os.closerange(0, 500)
    for descriptor, number in zip(high, request.numbers, strict=True):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.getppid = lambda: request.parent
    sys.dont_write_bytecode = bool(request.environ.get("PYTHONDONTWRITEBYTECODE"))
    os.chdir(request.directory)
    os.environ.clear()
    os.environ.update(request.environ)


def _run(request: Request) -> None:
    """Run the module as `python -m` does."""
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - a descriptor, open to the end
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - the same
    sys.stderr = open(2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    module, *arguments = request.arguments
    sys.orig_argv = [sys.executable, *request.flags, "-m", *request.arguments]
    sys.argv = ["-m", *arguments]
    added = [entry for entry in request.environ.get("PYTHONPATH", "").split(os.pathsep) if entry]
    here = [] if "-P" in request.flags or "PYTHONSAFEPATH" in request.environ else [request.directory]
    # The first is the folder of this file.
    sys.path[:1] = [*here, *added]
    importlib.invalidate_caches()
    if any(found for entry in added for found in Path(entry).glob("*.dist-info")):
        _find_packages_anew()
    for site in filter(Path.is_file, (Path(entry) / "sitecustomize.py" for entry in added)):
        runpy.run_path(str(site))
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _find_packages_anew() -> None:
    """Forget which packages of an API were found, as others may be installed here."""
    from appointment_conformance import api, reference_apis, targets_file

    for known in (api.load_apis, reference_apis._imported, targets_file.installed_forms):
        known.cache_clear()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
