"""The signals that ask a process to end: when they are heeded, and how."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

ENDING = (signal.SIGINT, signal.SIGTERM)


def heed_both_alike() -> None:
    """Let SIGTERM end the process as Ctrl-C does, with what is known by then, unless somebody else handles it."""
    if _is_main() and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, signal.default_int_handler)


@contextmanager
def unheeded() -> Iterator[None]:
    """Let nothing but a kill come between the beginning and the end of the block."""
    if not _is_main():
        yield
        return
    former = {number: signal.signal(number, signal.SIG_IGN) for number in ENDING}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


@contextmanager
def put_off() -> Iterator[None]:
    """Heed the signals that come within the block when it has ended, where the system can."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    former = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, former)


def _is_main() -> bool:
    return threading.current_thread() is threading.main_thread()
