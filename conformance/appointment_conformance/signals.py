"""The signals that ask a process to end. Every handler of the suite is set here; what a system lacks is not used there.

Kept apart are four ways to deal with them: `interrupt_on_signals` for a whole process, and `forwarded_to`, `ignored`
and `deferred` for the length of a block.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from _thread import interrupt_main
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

#: SIGHUP comes when a terminal is closed, SIGBREAK is Ctrl-Break on Windows.
ENDING: Final = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
)
_ASKED_FOR: Final = (signal.SIGINT, signal.SIGTERM)
#: The exit code, as Python shows it, of a process that Ctrl-C has ended.
ENDED_BY_INTERRUPT: Final = -signal.SIGINT
#: Seconds before a main thread that has not handled an interrupt is sent it again.
AGAIN_SECONDS: Final = 0.5


def interrupt_on_signals() -> None:
    """Let every signal that asks for an end raise KeyboardInterrupt as Ctrl-C does, unless somebody else handles it."""
    if not _is_main():
        return
    for number in ENDING:
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


def interrupt_at_end_of(pipe: int) -> None:
    """Interrupt the main thread of this process when `pipe`, an open descriptor, ends. The descriptor is kept."""
    handled = threading.Event()

    def on_interrupt(number: int, frame: FrameType | None) -> None:
        handled.set()
        signal.default_int_handler(number, frame)

    def wait() -> None:
        os.read(pipe, 1)
        interrupt_main_thread()
        # A call that was just about to wait when the signal came has missed it.
        while not handled.wait(AGAIN_SECONDS):
            interrupt_main_thread()

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, on_interrupt)
    threading.Thread(target=wait, daemon=True).start()


def ignore_from_now_on() -> None:
    """Ignore every signal that asks for an end, until this process has ended."""
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def forwarded_to(stop: Callable[[], object]) -> Iterator[None]:
    """Within the block call `stop()` for each signal that asks for an end; that takes a block in the main thread.

    What whoever started this process has switched off, as `nohup` does, stays so, except Ctrl-C and SIGTERM.
    """
    numbers = [one for one in ENDING if one in _ASKED_FOR or signal.getsignal(one) is not signal.SIG_IGN]
    with _handled(numbers, lambda *_: stop()):
        yield


@contextmanager
def ignored() -> Iterator[None]:
    """Ignore the signals that ask for an end inside the block."""
    with _handled(ENDING, signal.SIG_IGN):
        yield


@contextmanager
def deferred() -> Iterator[None]:
    """Handle the signals that come inside the block when it has ended."""
    # To block them would not do: the system hands a signal to any thread, and Python handles it in the main one.
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


@contextmanager
def ignored_by_children() -> Iterator[None]:
    """Let processes that are started inside the block ignore what a terminal sends to all of its processes."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # A process inherits what is blocked; here it is handled at the end of the block.
    former = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, former)


def interrupt_main_thread() -> None:
    """Interrupt the main thread of this process as Ctrl-C does, in a call that waits, too, where the system can."""
    if hasattr(signal, "pthread_kill"):
        # Sent to the process, it might wake another thread than the one that has to handle it.
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    else:
        interrupt_main()


def own_session() -> dict[str, Any]:
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
