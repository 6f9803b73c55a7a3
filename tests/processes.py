"""Python modules run as commands, each in a process of its own: forked where that shows the same, or started anew."""

from __future__ import annotations

import atexit
import functools
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import forking_server
from forked_popen import ForkedPopen

#: The beginnings of variables that an interpreter reads when it starts, or a library when it is imported.
_READ_AT_THE_START = ("PYTHON", "LC_", "LANG", "SSLKEYLOGFILE")
#: The beginnings of variables of this test run.
_FOREIGN = ("PYTEST_", "COV_", "CONFORMANCE_")
_READ_BY_FORKED_ONES = {"PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONSAFEPATH"}


def started(directory, *arguments, environ=None, **options):
    """Start a module as a command in a directory; nothing of this test run's pytest reaches it.

    It is forked, unless the system cannot do that, or `environ` has what only the start of an interpreter reads.
    """
    changed = {name: value for name, value in (environ or {}).items() if name not in _READ_BY_FORKED_ONES}
    is_forked = hasattr(os, "fork") and not any(name.startswith(_READ_AT_THE_START) for name in changed)
    return _started(_forking() if is_forked else subprocess.Popen, directory, arguments, environ, options)


def started_anew(directory, *arguments, environ=None, **options):
    """Start a module as `started` does, in a new interpreter: where its start, its imports or its parent matter."""
    return _started(subprocess.Popen, directory, arguments, environ, options)


def finished(process, text=None, seconds=120):
    """Give a process its standard input and wait for its end; return its exit code, stdout and stderr."""
    with process:
        try:
            stdout, stderr = process.communicate(text, timeout=seconds)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)


def _started(popen, directory, arguments, environ, options):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    command = [sys.executable, "-m", *map(str, arguments)]
    return popen(command, cwd=directory, env={**kept, **(environ or {})}, **{**pipes, **options})


def use_server(address):
    """Have processes forked by the server at this address, which another process has started."""
    ForkedPopen.server = address


@functools.cache
def serve():
    """Start the process that forks the others, which ends with this one; return its address, None without forks."""
    if not hasattr(os, "fork"):
        return None
    folder = tempfile.TemporaryDirectory()
    address = str(Path(folder.name) / "socket")
    # It listens before it runs: whoever connects by then waits until everything is imported.
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(address)
        listener.listen(64)
        server = subprocess.Popen(  # noqa: S603 - our own interpreter, with a module of our own
            [sys.executable, forking_server.__file__, address, str(listener.fileno())],
            stdin=subprocess.PIPE,
            pass_fds=[listener.fileno()],
            env={name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)},
        )
    atexit.register(_end, server, folder)
    return address


def _forking():
    if not ForkedPopen.server:
        use_server(serve())
    return ForkedPopen


def _end(server, folder):
    with server:
        server.stdin.close()
    folder.cleanup()
