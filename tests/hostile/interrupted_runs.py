"""Runs that have their fixtures made at the reference API, and that get signals at a moment of their own choice."""

from __future__ import annotations

import json
import os

from provisioned import provisioned_entry

import processes

#: Runs in the process that judges: at one call of one function the signals go out, and nothing more happens.
SIGNALLED = """\
import functools, importlib, itertools, os, signal, sys, time
for heeded, handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(heeded) is signal.SIG_IGN:  # The tests may have been started by `nohup`, or in the background.
        signal.signal(heeded, handler)
if {mark!r} in sys.orig_argv:
    module, holder, name = {place!r}
    holder = functools.reduce(getattr, filter(None, [holder]), importlib.import_module(module))
    turns, original = itertools.count(1), getattr(holder, name)
    def signalled(*arguments, **options):
        if next(turns) == {turn}:
            for number in {signals!r}:
                os.kill({process}, number)
            {then}
        return original(*arguments, **options)
    setattr(holder, name, signalled)
    {more}
"""
#: Where signals can come: which function of ours is called then.
SENDING = ("appointment_conformance.traffic.client", "Client", "_attempt")
#: Each probe of a scenario, once it was answered: what makes fixtures and looks for the absent one does without.
ANSWERED = ("appointment_conformance.engine.control", "Control", "settle")
JUDGING = ("appointment_conformance.pytest_plugin.judgement", "Judgement", "evaluate")
FINISHING = ("_pytest.runner", "", "pytest_sessionfinish")
REMOVING = ("appointment_conformance.engine.conductor", "Conductor", "clean_up")
REPORTING = ("appointment_conformance.pytest_plugin.judgement", "Judgement", "_report")
#: In small steps: a signal that comes just before a wait does not end it.
WAIT = "while True: time.sleep(0.05)"
GO_ON = "pass"
#: Once more while pytest looks for the words for the first one.
INTERRUPTED_TWICE = """from _pytest._code import ExceptionInfo
            def again(*_, **__): raise KeyboardInterrupt
            ExceptionInfo.getrepr = again
            raise KeyboardInterrupt"""
DEAF = "signal.signal(signal.SIGINT, signal.SIG_IGN)"
COMMAND = ("appointment_conformance", "run", "--targets", "targets.yaml")
PYTEST = ("pytest", "-p", "no:cacheprovider", "--pyargs", "appointment_conformance.suite")


def targets_of(**references):
    """Return the text of a targets file whose targets, by name, have their fixtures made at reference APIs."""
    return json.dumps({"targets": {name: provisioned_entry(reference) for name, reference in references.items()}})


def signalled_command(directory, place, turn, *signals, then=WAIT, more="", **references):
    """Run the command on targets of `references`; each worker has its signals sent to the command. Return it."""
    text = _text("-P", place, turn, signals, "os.getppid()", then, more)
    return _run(directory, text, COMMAND, references)


def signalled_pytest(directory, place, turn, *signals, then=WAIT, **references):
    """Run pytest on the target of `references`, which has its signals sent to itself. Return it."""
    (name,) = references
    text = _text("pytest", place, turn, signals, "os.getpid()", then)
    return _run(directory, text, (*PYTEST, "--target", name, "--targets", "targets.yaml"), references)


def _text(mark, place, turn, signals, process, then, more=""):
    numbers = tuple(int(one) for one in signals)
    return SIGNALLED.format(mark=mark, place=place, turn=turn, signals=numbers, process=process, then=then, more=more)


def _run(directory, text, arguments, references):
    (directory / "sitecustomize.py").write_text(text)
    (directory / "targets.yaml").write_text(targets_of(**references))
    environ = {"PYTHONPATH": os.pathsep.join([str(directory), os.environ.get("PYTHONPATH", "")])}
    return processes.finished(processes.started(directory, *arguments, environ=environ))


def result_of(directory, name):
    """Return the result of a target."""
    return json.loads((directory / "conformance-reports" / name / "result.json").read_bytes())


def records(state):
    """Return every record of a reference API that is there and not cancelled, as pairs of a kind and an id."""
    kinds = ("profiles", "lists", "list_definitions")
    others = {(kind, name) for kind in kinds for name in getattr(state, kind, ())}
    there = {
        ("appointments", name)
        for name, one in state.appointments.items()
        if not isinstance(one, dict) or one["status"] in {"scheduled", "pending"}
    }
    return there | others
