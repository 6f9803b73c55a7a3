"""Processes that run a Python module without the seconds that a new interpreter needs for its imports.

Each is forked from one that has imported the suite and its libraries (`forking_server.py`). It has an id, a working
directory, an environment, descriptors, signals and an exit code of its own, and so have the processes that it starts.
What it lacks is the start of an interpreter: flags, settings in `PYTHON...`, the locale, the order of imports, what was
ignored or blocked of signals; and the system knows another parent of it. `processes.py` tells when it is used.
"""

from __future__ import annotations

import json
import os
import select
import socket
import struct
import subprocess
import sys
from pathlib import Path

#: Before the text of a request its length; after it the id of the process, and in the end its status.
NUMBER = struct.Struct("!q")
FLAGS = {"-P"}


class ForkedPopen(subprocess.Popen):
    """A `Popen` that has `python [-P] -m MODULE ...` forked, and starts anything else as ever."""

    #: The path of the server's socket.
    server = ""
    _connection = None

    def _execute_child(self, args, executable, preexec_fn, close_fds, pass_fds, cwd, env, *more):
        flags, arguments = _split(args)
        if not arguments:
            super()._execute_child(args, executable, preexec_fn, close_fds, pass_fds, cwd, env, *more)
            return
        pipes, own_session = more[3:9], more[14]
        ends = [pipes[0], pipes[3], pipes[5]]
        descriptors = [number if end == -1 else end for number, end in enumerate(ends)]
        request = {
            "flags": flags,
            "arguments": arguments,
            "directory": str(Path(cwd or ".").absolute()),
            "environ": dict(os.environ if env is None else env),
            "has_own_session": own_session,
            "parent": os.getpid(),
            "numbers": [0, 1, 2, *pass_fds],
        }
        self._connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._connection.connect(self.server)
        text = json.dumps(request).encode()
        socket.send_fds(self._connection, [NUMBER.pack(len(text))], [*descriptors, *pass_fds])
        self._connection.sendall(text)
        self.pid = self._number()
        self._child_created = True
        self._close_pipe_fds(*pipes)

    def _number(self):
        data = self._connection.recv(NUMBER.size, socket.MSG_WAITALL)
        if len(data) < NUMBER.size:
            raise ConnectionError("the process that forks the others has ended")
        return NUMBER.unpack(data)[0]

    def _try_wait(self, wait_flags):
        """Return the id and the status of the process, as `os.waitpid` does; an id of 0 while it runs."""
        if self._connection is None:
            return super()._try_wait(wait_flags)
        if wait_flags & os.WNOHANG and not select.select([self._connection], [], [], 0)[0]:
            return 0, 0
        status = self._number()
        self._connection.close()
        return self.pid, status

    def _internal_poll(self, *arguments, **options):
        if self._connection is None:
            return super()._internal_poll(*arguments, **options)
        if self.returncode is None and self._waitpid_lock.acquire(blocking=False):
            try:
                process, status = self._try_wait(os.WNOHANG)
                if process:
                    self._handle_exitstatus(status)
            finally:
                self._waitpid_lock.release()
        return self.returncode


def _split(args):
    """Return the flags and the arguments from the module on, none where no module is run by our own interpreter."""
    words = [os.fspath(word) for word in ([args] if isinstance(args, str) else args)]
    place = words.index("-m") if "-m" in words else 0
    if not place or words[0] != sys.executable or not FLAGS.issuperset(words[1:place]):
        return [], []
    return words[1:place], words[place + 1 :]
