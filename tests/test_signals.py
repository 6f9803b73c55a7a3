"""Signals that ask for an end are handled when it is right, and by what the system has."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading

import pytest

from appointment_conformance import signals
from appointment_conformance.cli import worker_pool

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a process there cannot be sent these signals")


@pytest.fixture(autouse=True)
def _handlers():
    former = {number: signal.getsignal(number) for number in signals.ENDING}
    yield
    for number, handler in former.items():
        signal.signal(number, handler)


def in_another_thread(action):
    """Call `action` in another thread, to its end: whatever signal it sends is taken by that thread."""
    thread = threading.Thread(target=action)
    thread.start()
    thread.join()


@pytest.mark.parametrize("number", signals.ENDING)
def test_a_signal_that_another_thread_takes_is_deferred(number):
    """What is to be whole is, also where the system hands the signal to another thread; then it is handled."""
    signal.signal(number, signal.default_int_handler)
    done = []

    def whole():
        with signals.deferred():
            in_another_thread(lambda: signal.pthread_kill(threading.get_ident(), number))
            done.append("whole")

    with pytest.raises(KeyboardInterrupt):
        whole()
    assert done == ["whole"]


def test_what_nobody_handles_stays_ignored():
    """Where no signal comes nothing is raised, and a signal that is ignored stays so."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with signals.deferred():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN


def test_a_hangup_that_was_switched_off_stays_so():
    """What `nohup` does lasts: a run that it starts does not end with its terminal."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signals.interrupt_on_signals()
    called = []
    with signals.forwarded_to(lambda: called.append("stop")):
        signal.raise_signal(signal.SIGHUP)
        signal.raise_signal(signal.SIGTERM)
    assert called == ["stop"]
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def test_every_signal_ends_a_process_alike():
    """Of those that nobody handles each interrupts as Ctrl-C does."""
    for number in signals.ENDING:
        signal.signal(number, signal.SIG_DFL)
    signals.interrupt_on_signals()
    for number in signals.ENDING:
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)


def test_a_main_thread_is_interrupted_without_signals_to_threads(monkeypatch):
    """On a system that sends no signals to threads, the main one is interrupted by Python itself."""
    monkeypatch.delattr(signal, "pthread_kill")
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with pytest.raises(KeyboardInterrupt):
        in_another_thread(signals.interrupt_main_thread)


def test_an_error_in_place_of_an_interrupt_is_one():
    """A lock that an interrupt left free makes its release fail: that is the interrupt, and not a defect."""
    lock = threading.Lock()

    def interrupted():
        with lock:
            lock.release()
            raise KeyboardInterrupt

    with pytest.raises(RuntimeError, match="unlocked lock") as raised:
        interrupted()
    assert signals.is_interrupt(raised.value)
    assert not signals.is_interrupt(RuntimeError("release unlocked lock"))


def test_a_process_own_session_on_windows(monkeypatch):
    """Where there are no sessions, a group of processes keeps Ctrl-C from the workers."""
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0x200, raising=False)
    assert signals.own_session() == {"creationflags": 0x200}


def test_a_process_is_asked_to_end_without_any_signal(monkeypatch):
    """A worker is asked to end by the end of its standard input: no signal is sent, which not every system can."""
    monkeypatch.setattr(subprocess.Popen, "send_signal", None)
    arguments = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own interpreter
        worker_pool._ask_to_end(process)
        assert process.wait(60) == 0


@pytest.mark.parametrize(("number", "name"), [(15, "SIGTERM"), (9999, "signal 9999")])
def test_a_signal_has_a_name(number, name):
    """A signal that Python does not know is called by its number."""
    assert signals.name_of(number) == name
