"""Locks of the operating system on files and folders: held until they are released or the process ends."""

from __future__ import annotations

import os
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has no fcntl: another process cannot be detected there, and everything else works.
    fcntl = None  # type: ignore[assignment]


def lock(path: Path) -> int | None:
    """Lock a file or a folder and return the descriptor that holds the lock; a child that inherits it holds it too.

    Returns None if the system or the file system has no such locks. Raises BlockingIOError if another process holds
    the lock.
    """
    if fcntl is None:
        return None
    return _locked(path, fcntl.LOCK_EX | fcntl.LOCK_NB)


def await_lock(path: Path) -> int | None:
    """Wait until no other process holds the lock, then lock a file or a folder as `lock` does."""
    if fcntl is None:
        return None
    return _locked(path, fcntl.LOCK_EX)


def release(descriptor: int | None) -> None:
    """Release the lock of a descriptor that `lock` or `await_lock` returned."""
    if descriptor is not None:
        os.close(descriptor)


def is_locked(path: Path) -> bool:
    """Whether a process holds the lock of a file or a folder."""
    try:
        release(lock(path))
    except BlockingIOError:
        return True
    return False


def _locked(path: Path, operation: int) -> int | None:
    try:
        # Some network file systems lock a file only if it is open for writing; a folder can only be opened for reading.
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
