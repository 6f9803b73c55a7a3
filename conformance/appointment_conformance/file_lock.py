"""Locks of the system on files and folders: held until they are let go, or until the process ends, however it ends."""

from __future__ import annotations

import os
from pathlib import Path

try:
    import fcntl
except ImportError:  # Not on Windows: there nothing tells that another process is at work, and all else works.
    fcntl = None  # type: ignore[assignment]


def lock(path: Path) -> int | None:
    """Lock a file or a folder and return the descriptor that holds the lock, which an heir of it holds as well.

    Returns None where the system or the file system has no such locks. Raises BlockingIOError where somebody else
    holds it.
    """
    if fcntl is None:
        return None
    return _locked(path, fcntl.LOCK_EX | fcntl.LOCK_NB)


def await_lock(path: Path) -> int | None:
    """Lock a file or a folder as `lock` does, once nobody else holds it."""
    if fcntl is None:
        return None
    return _locked(path, fcntl.LOCK_EX)


def release(descriptor: int | None) -> None:
    """Let go of what `lock` or `await_lock` has returned."""
    if descriptor is not None:
        os.close(descriptor)


def is_locked(path: Path) -> bool:
    """Whether somebody holds a file or a folder."""
    try:
        release(lock(path))
    except BlockingIOError:
        return True
    return False


def _locked(path: Path, operation: int) -> int | None:
    try:
        # Some network file systems lock a file only for whoever may write to it; a folder is opened to be read.
        descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, operation)
    except OSError as error:
        os.close(descriptor)
        if isinstance(error, BlockingIOError):
            raise
        return None
    return descriptor
