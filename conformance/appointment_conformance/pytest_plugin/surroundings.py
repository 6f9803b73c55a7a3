"""What a process needs from the operating system before it can run a target."""

from __future__ import annotations

from typing import Final

from appointment_conformance.errors import ConfigurationError

try:
    import resource
except ImportError:  # Windows has no such module and no such limit.
    resource = None  # type: ignore[assignment]

#: How many files a process of the suite must be able to have open: modules, pipes, connections, recordings.
MIN_OPEN_FILES: Final = 64


def check_surroundings(files: int = MIN_OPEN_FILES) -> None:
    """Make sure that `files` can be open at once. With fewer, threads fail without a message and a run hangs.

    Raises ConfigurationError.
    """
    if resource is None:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if not _is_below(soft, files):
        return
    if _is_below(hard, files):
        raise ConfigurationError(
            f"this process may have {hard} files open at once, and needs {files}; raise `ulimit -n`."
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))


def _is_below(limit: int, files: int) -> bool:
    return limit != resource.RLIM_INFINITY and limit < files
