"""The parts of the contract with users: one snapshot file each, and how today's content of it is made."""

from __future__ import annotations

import csv
from pathlib import Path
from tempfile import TemporaryDirectory

import catalogue_today as today
import outside
from schema_keys import keys_of

MATRIX = Path(__file__).parents[2] / "docs" / "kill-matrix.csv"
TARGETS = {api: f"reference-{api}" for api in today.APIS}


def _each_api(part):
    return {api: part(api) for api in today.APIS}


def _rows():
    with MATRIX.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def kill_matrix():
    """Return a line for each fault of the stored kill matrix: its api and name, what it breaks, what else turns red."""
    return [_fault_line(row) for row in _rows()]


def kill_matrix_faults(api):
    """Return the faults of an api that have a row in the stored kill matrix."""
    return [row["fault"] for row in _rows() if row["api"] == api]


def kill_matrix_columns():
    """Return the requirements that have a column in the stored kill matrix."""
    return [name for name in _rows()[0] if name not in {"fault", "api"}]


def _fault_line(row):
    marks = {name: mark for name, mark in row.items() if mark and name not in {"fault", "api"}}
    broken = [name for name, mark in marks.items() if mark == "x"]
    others = [f"{name} ({mark})" for name, mark in marks.items() if mark != "x"]
    return f"{row['api']}  {row['fault']}  breaks {', '.join(broken)}" + (
        f"; also {', '.join(others)}" if others else ""
    )


#: What is declared: nothing is sent and no process started to know it.
DECLARED = {
    "commands.json": outside.commands,
    "exit-codes.json": today.exit_codes,
    "requirements.json": lambda: _each_api(today.requirements),
    "observations.json": lambda: _each_api(today.observations),
    "scenarios.json": lambda: _each_api(today.scenarios),
    "faults.json": lambda: _each_api(today.faults),
    "variants.json": lambda: _each_api(today.variants),
    "result-members.json": lambda: keys_of(today.result_schema()),
    "targets-file-keys.json": lambda: _each_api(lambda api: keys_of(today.targets_schema(), api=api)),
    "deviations-file-keys.json": lambda: keys_of(today.deviations_schema()),
    "kill-matrix.txt": kill_matrix,
}

#: What a run of the `gate` profile leaves.
LEFT_BY_A_RUN = {
    "report-files.json": outside.report_files,
    "junit-names.json": outside.junit_names,
    **{
        f"requests-{api}.txt": lambda reports, target=target: outside.requests_of(reports, target)
        for api, target in TARGETS.items()
    },
}

#: What pytest has where it is given the suite.
IN_PYTEST = {"pytest.json": lambda folder: outside.pytest_face(folder, TARGETS.values())}

ALL = {*DECLARED, *LEFT_BY_A_RUN, *IN_PYTEST}


def whole(folder):
    """Return today's content of every snapshot by the name of its file."""
    reports = outside.gate_run(folder)
    return {
        **{name: content() for name, content in DECLARED.items()},
        **{name: content(reports) for name, content in LEFT_BY_A_RUN.items()},
        **{name: content(folder) for name, content in IN_PYTEST.items()},
    }


def whole_of_today():
    """Return the same, made in a folder that is not kept."""
    with TemporaryDirectory() as folder:
        return whole(folder)
