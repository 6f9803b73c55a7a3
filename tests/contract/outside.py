"""The suite seen from outside, as its users do: the command, a run of it, and pytest."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter
from importlib.metadata import entry_points
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import click

ADDRESS = ("--pyargs", "appointment_conformance.suite")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def commands():
    """Return the parameters of each command that the installed program lists, by the words that call it."""
    program = next(iter(entry_points(group="console_scripts", name="appointment-conformance")))
    return dict(_commands(program.load(), ""))


def _commands(command, words, parent=None):
    context = command.make_context("command", [], parent=parent, resilient_parsing=True)
    if isinstance(command, click.Group):
        for name, one in command.commands.items():
            if not one.hidden:
                yield from _commands(one, f"{words} {name}".strip(), context)
    yield words or "(the program)", {_label(one): _parameter(one, context) for one in command.get_params(context)}


def _label(parameter):
    return parameter.name.upper() if isinstance(parameter, click.Argument) else ", ".join(sorted(parameter.opts))


def _parameter(parameter, context):
    return {
        "type": _type(parameter),
        "default": _default(context.params.get(parameter.name)),
        "required": parameter.required,
        "repeatable": parameter.nargs == -1 or getattr(parameter, "multiple", False),
    }


def _default(value):
    """A default as JSON has it."""
    return list(value) if isinstance(value, tuple) else str(value) if isinstance(value, Path) else value


def _type(parameter):
    kind = parameter.type
    if getattr(parameter, "is_flag", False):
        return "flag"
    if isinstance(kind, click.Choice):
        return f"one of {', '.join(kind.choices)}"
    if isinstance(kind, click.IntRange):
        return f"integer from {kind.min}"
    return "directory" if isinstance(kind, click.Path) and not kind.file_okay else kind.name


def run_module(folder, *arguments, **environ):
    """Run a Python module in an empty folder; return what it printed. Nothing of this pytest reaches it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    done = subprocess.run(  # noqa: S603 - our own interpreter, with arguments and no shell
        [sys.executable, "-m", *map(str, arguments)],
        cwd=folder,
        env={**kept, **environ},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def gate_run(folder):
    """Judge both built-in targets in the `gate` profile; return the folder of their reports."""
    run_module(folder, "appointment_conformance", "run")
    return Path(folder) / "conformance-reports"


def report_files(reports):
    """Return the names of the files that the run has left, by target."""
    return {one.name: sorted(path.name for path in one.iterdir()) for one in sorted(reports.iterdir())}


def junit_names(reports):
    """Return the suites of each JUnit file, with the names of their properties and of their cases."""
    return {one.name: _suites(ET.parse(one / "junit.xml")) for one in sorted(reports.iterdir())}  # noqa: S314 - our own file


def _suites(document):
    return {
        suite.get("name"): {
            "properties": sorted(one.get("name") for one in suite.iter("property")),
            "cases": sorted(f"{case.get('classname')} :: {case.get('name')}" for case in suite.iter("testcase")),
        }
        for suite in document.iter("testsuite")
    }


def requests_of(reports, target):
    """Return the requests to a target in the order of its run, a line each.

    A line has the method, path and query from the base URL, the content type, the credentials in their hidden form, and
    the beginning of the SHA-256 of the body. Where there is none of these stands a hyphen.
    """
    base = urlsplit(_json(reports / target / "result.json")["base_url"]).path
    sent = [one["request"] for one in _json(reports / target / "exchanges.har")["log"]["entries"]]
    counted = Counter(found for one in sent for found in set(UUID.findall(_body(one))))
    return [_line(one, base, counted) for one in sent]


def _line(request, base, counted):
    url = urlsplit(request["url"])
    where = url.path.removeprefix(base) + (f"?{url.query}" if url.query else "")
    headers = {one["name"].lower(): one["value"] for one in request["headers"]}
    said = [headers.get("content-type", "-"), headers.get("authorization", "-")]
    return "  ".join([request["method"], where, *said, _digest(_body(request), counted)])


def _body(request):
    return request.get("postData", {}).get("text", "")


def _digest(body, counted):
    """The digest of a body. An id that no other request has was drawn in this run: none that anybody has made."""
    fixed = UUID.sub(lambda found: found[0] if counted[found[0]] > 1 else "{drawn}", body)
    mark = "" if fixed == body else " with a drawn id"
    return f"{hashlib.sha256(fixed.encode()).hexdigest()[:16]}{mark}" if body else "-"


def pytest_face(folder, targets):
    """Return what pytest has where it is given the suite: options, hooks, fixtures, markers, items of each target."""
    options = dict(
        re.findall(r"(?m)^  (--[a-z-]+)=?(\{\S+\})?", _group(run_module(folder, "pytest", "--help", *ADDRESS)))
    )
    found = {target: _collected(folder, target, options) for target in targets}
    shared = next(iter(found.values()))
    defaults = {**shared["options"], "--target": None, "--conformance-target": []}
    return {
        "options": {name: {"default": defaults[name], "values": values} for name, values in options.items()},
        "hooks": shared["hooks"],
        "markers": shared["markers"],
        "fixtures": shared["fixtures"],
        "items": {target: one["items"] for target, one in found.items()},
    }


def _group(offered):
    """The lines of pytest's help on the options of the suite."""
    return offered.partition("\nappointment conformance:\n")[2].partition("\n\n")[0]


def _collected(folder, target, options):
    written = Path(folder) / f"{target}.json"
    run_module(
        folder,
        *("pytest", "-p", "pytest_inventory", "--collect-only", "-q", "--target", target, *ADDRESS),
        PYTHONPATH=os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]),
        CONTRACT_INVENTORY=str(written),
        CONTRACT_OPTIONS=" ".join(options),
    )
    return _json(written)


def _json(path):
    return json.loads(path.read_text(encoding="utf-8"))
