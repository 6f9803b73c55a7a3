"""The signals that ask a process to end. Every signal handler of the suite is set in this module.

There are four ways to handle them: `interrupt_on_signals` for a whole process, and `forwarded_to`, `ignored` and
`deferred` inside a block. A signal that the system does not have is left out.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from _thread import interrupt_main
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, Final

#: SIGHUP is sent when a terminal is closed; SIGBREAK is Ctrl-Break on Windows.
ENDING: Final = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
)
#: These are handled even if the parent process has switched them off.
_ALWAYS_HANDLED: Final = (signal.SIGINT, signal.SIGTERM)
#: The exit code, as Python shows it, of a process that Ctrl-C has ended.
ENDED_BY_INTERRUPT: Final = -signal.SIGINT
#: Seconds before an interrupt that the main thread has not handled is sent again.
RESEND_SECONDS: Final = 0.5


def interrupt_on_signals() -> None:
    """Make every signal that asks for an end raise KeyboardInterrupt, as Ctrl-C does, unless it has a handler."""
    if not _is_main():
        return
    for number in ENDING:
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


def interrupt_at_end_of(pipe: int) -> None:
    """Interrupt the main thread of this process when `pipe`, an open descriptor, ends. The descriptor stays open."""
    handled = threading.Event()

    def on_interrupt(number: int, frame: FrameType | None) -> None:
        handled.set()
        signal.default_int_handler(number, frame)

    def wait() -> None:
        os.read(pipe, 1)
        interrupt_main_thread()
        # A call that starts to wait just after the signal has arrived is not interrupted by it.
        while not handled.wait(RESEND_SECONDS):
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
    """Inside the block, call `stop()` for each signal that asks for an end. It has an effect in the main thread only.

    A signal that the parent process has switched off, as `nohup` does, stays off, except SIGINT (Ctrl-C) and SIGTERM.
    """
    numbers = [
        number for number in ENDING if number in _ALWAYS_HANDLED or signal.getsignal(number) is not signal.SIG_IGN
    ]
    with _handled(numbers, lambda *_: stop()):
        yield


@contextmanager
def ignored() -> Iterator[None]:
    """Ignore the signals that ask for an end inside the block."""
    with _handled(ENDING, signal.SIG_IGN):
        yield


@contextmanager
def deferred() -> Iterator[None]:
    """Handle the signals that arrive inside the block when the block has ended."""
    # A blocked signal would not help: any thread can receive it, and Python handles it in the main thread.
    received: list[int] = []

    def store(number: int, _: FrameType | None) -> None:
        received.append(number)

    numbers = [number for number in ENDING if callable(signal.getsignal(number))]
    try:
        with _handled(numbers, store):
            yield
    finally:
        if received:
            signal.raise_signal(received[0])


@contextmanager
def ignored_by_children() -> Iterator[None]:
    """Make processes that are started inside the block ignore SIGINT and SIGHUP from the terminal."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # A child process inherits the blocked signals; this process handles them at the end of the block.
    former = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, former)


def interrupt_main_thread() -> None:
    """Interrupt the main thread of this process as Ctrl-C does; where the system can, also a call that waits."""
    if hasattr(signal, "pthread_kill"):
        # A signal to the process could wake another thread than the main thread, which has to handle it.
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    else:
        interrupt_main()


def interrupt_process(number: int) -> None:
    """Interrupt another process, by its id, as Ctrl-C does; nothing happens if it has ended or the system cannot."""
    if sys.platform != "win32":
        with suppress(OSError):
            # A process that was started with SIGINT switched off still handles this one.
            os.kill(number, signal.SIGTERM)


def is_interrupt(error: BaseException) -> bool:
    """Whether an interrupt is what raised `error`, or what it was raised in place of.

    An interrupt inside `threading.Condition.wait` can leave the lock free, and its release then raises RuntimeError.
    """
    return isinstance(error, KeyboardInterrupt) or (error.__context__ is not None and is_interrupt(error.__context__))


def own_session() -> dict[str, Any]:
    """Return the arguments of `Popen` for a process that gets no signal from the terminal of this process."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def kill_session(process: subprocess.Popen[Any]) -> None:
    """Kill a process that was started with `own_session()`; where the system can, also what it has started itself."""
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def name_of(number: int) -> str:
    """Return the name of a signal."""
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
            # None means that the handler was not set by Python, so Python cannot restore it.
            if before is not None:
                signal.signal(number, before)


def _is_main() -> bool:
    return threading.current_thread() is threading.main_thread()
