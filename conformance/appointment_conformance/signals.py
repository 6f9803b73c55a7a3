"""The signals that ask a process to end: when they are heeded, and how. What a system lacks is not used there."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from _thread import interrupt_main
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

#: SIGHUP comes when a terminal is closed, SIGBREAK is Ctrl-Break on Windows.
ENDING: Final = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
)
_ASKED_FOR: Final = (signal.SIGINT, signal.SIGTERM)


def heed_all_alike() -> None:
    """Let every signal that asks for an end end the process as Ctrl-C does, unless somebody else handles it."""
    if not _is_main():
        return
    for number in ENDING:
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


@contextmanager
def heeded_by(recall: Any) -> Iterator[None]:
    """Within the block call `recall()` for each signal that asks for an end; only a main thread can be asked.

    What whoever started this process has switched off, as `nohup` does, stays so, save Ctrl-C and SIGTERM.
    """
    numbers = [one for one in ENDING if one in _ASKED_FOR or signal.getsignal(one) is not signal.SIG_IGN]
    with _handled(numbers, lambda *_: recall()):
        yield


@contextmanager
def unheeded() -> Iterator[None]:
    """Let nothing but a kill come between the beginning and the end of the block."""
    with _handled(ENDING, signal.SIG_IGN):
        yield


@contextmanager
def unheeded_by_children() -> Iterator[None]:
    """Let processes that are started within the block never heed what a terminal sends to all of its processes."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # A process inherits what is blocked; here it is heeded at the end of the block.
    former = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, former)


def unheed() -> None:
    """Let nothing but a kill end this process from here on."""
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def put_off() -> Iterator[None]:
    """Heed the signals that come within the block when it has ended."""
    # To block them would not do: the system hands a signal to any thread, and Python heeds it in the main one.
    came: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        came.append(number)

    numbers = [one for one in ENDING if callable(signal.getsignal(one))]
    try:
        with _handled(numbers, note):
            yield
    finally:
        if came:
            signal.raise_signal(came[0])


def interrupt_main_thread() -> None:
    """Interrupt the main thread of this process as Ctrl-C does, in a call that waits, too, where the system can."""
    if hasattr(signal, "pthread_kill"):
        # Sent to the process, it might wake another thread than the one that has to heed it.
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    else:
        interrupt_main()


def of_its_own() -> dict[str, Any]:
    """Return the arguments of `Popen` for a process that no key of this process's terminal reaches."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def name_of(number: int) -> str:
    """Return what a signal is called."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


@contextmanager
def _handled(numbers: Any, handler: Any) -> Iterator[None]:
    if not _is_main():
        yield
        return
    former = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, before in former.items():
            # None was not set by Python, and only whoever set it can set it again.
            if before is not None:
                signal.signal(number, before)


def _is_main() -> bool:
    return threading.current_thread() is threading.main_thread()
