"""What a process needs of its surroundings before it can run anything."""

from __future__ import annotations

from typing import Final

from appointment_conformance.errors import ConfigurationError

try:
    import resource
except ImportError:  # Not on Windows, which has no such limit.
    resource = None  # type: ignore[assignment]

#: Files that a process of the suite may have open at once: modules, pipes, connections, recordings.
LEAST_OPEN_FILES: Final = 64


def check_surroundings() -> None:
    """Make sure that enough files can be open at once; below that, threads fail in silence and a run hangs.

    Raises ConfigurationError.
    """
    if resource is None:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if not _is_below(soft):
        return
    if _is_below(hard):
        raise ConfigurationError(
            f"this process may have {hard} files open at once, and needs {LEAST_OPEN_FILES}; raise `ulimit -n`."
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (LEAST_OPEN_FILES, hard))


def _is_below(limit: int) -> bool:
    return limit != resource.RLIM_INFINITY and limit < LEAST_OPEN_FILES
