"""Packages that register an API: two that clash, and one that is broken, each told with the name of its package."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
import yaml

import appointment_conformance

PACKAGES = ("appointment_specs", "appointment_strategies", "appointment_reports", "appointment_conformance")
WORKING = """
from dataclasses import replace
from appointment_conformance.apis.{like}.api import API as LIKE
API = replace(LIKE, name="{name}", id_prefix="{prefix}", form=replace(LIKE.form, api="{name}"))
"""
NO_REFERENCE = """
def _reference():
    import a_library_that_is_not_here
API = replace(API, reference=_reference)
"""
TWICE = """
from dataclasses import replace
from appointment_conformance.apis.mijnklantportaal.api import API as LIKE
API = replace(LIKE, name="twice", id_prefix="TWO", form=replace(LIKE.form, api="twice"))
"""
LATE = """
from dataclasses import replace
from appointment_conformance.apis.mijnklantportaal.api import API as LIKE
API = replace(
    LIKE,
    name="late",
    id_prefix="LAT",
    form=replace(LIKE.form, api="late"),
    requirements="not_here",
    reference=lambda: replace(LIKE.reference(), api="late"),
)
"""
UNPRINTABLE = """
class Unprintable(Exception):
    def __str__(self): raise ValueError
raise Unprintable
"""
NO_POSITION = "TypeError: its position is 'first', not a whole number"
KEYS = """
keys = replace(LIKE.form.keys, fixtures={fixtures})
API = replace(API, form=replace(API.form, keys=keys))
"""
BOOKINGS = Path(__file__).parent / "package"


@pytest.fixture
def install(tmp_path):
    """Install a package with one module; return the variables with which a process finds all that were installed."""
    installed = []

    def add(package, point, code):
        folder, module = tmp_path / f"{package}-site", package.replace("-", "_")
        info = folder / f"{module}-1.0.dist-info"
        info.mkdir(parents=True)
        (folder / f"{module}.py").write_text(code)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[appointment_conformance.apis]\n{point} = {module}:API\n")
        installed.append(str(folder))
        return {"PYTHONPATH": os.pathsep.join(installed)}

    return add


def working(name, prefix, like="mijnklantportaal"):
    """Return the code of a package with an API that works."""
    return WORKING.format(name=name, prefix=prefix, like=like)


@pytest.mark.parametrize(
    ("code", "point", "told"),
    [
        (working("omneo", "TWO"), "omneo", "the name `omneo`"),
        (working("Omneo", "TWO"), "Omneo", "the name `omneo`"),
        ("import nothing_like_this", "omneo", "the name `omneo`"),
        (working("two", "OMN"), "two", "the prefix of requirement ids `OMN`"),
        (working("two", "omn"), "two", "the prefix of requirement ids `OMN`"),
    ],
)
def test_two_apis_with_one_name_or_prefix_are_refused(command, install, code, point, told):
    """A run ends with 2 and one sentence that names both packages; case makes no difference."""
    done = command("appointment_conformance", "run", "reference-omneo", **install("second-package", point, code))
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr.lower()
        == (
            "error: the package appointment-conformance and the package second-package each register an API with "
            f"{told}; uninstall one of them.\n"
        ).lower()
    )


@pytest.mark.parametrize("arguments", [["faults"], ["selftest"], ["doctor"], ["plan"], ["apis"], ["cleanup", "1"]])
def test_every_command_refuses_them(command, install, arguments):
    """No command goes on with one of two that clash, or breaks down."""
    done = command("appointment_conformance", *arguments, **install("second-package", "two", working("two", "OMN")))
    assert (done.returncode, done.stdout) == (2, "")
    assert "second-package each register an API with the prefix of requirement ids `OMN`" in done.stderr


def test_pytest_refuses_them_as_the_command_does(command, install):
    """The other way in ends with the same exit code and the same sentence."""
    environ = install("second-package", "two", working("two", "OMN"))
    suite = ("--pyargs", "appointment_conformance.suite", "--target", "reference-omneo")
    done = command("pytest", *suite, **environ)
    assert done.returncode == 2
    assert "second-package each register" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("import nothing_like_this", "ModuleNotFoundError: No module named 'nothing_like_this'"),
        ("API = 'text'", "TypeError: broken_package:API is str, not an Api"),
        (working("another", "BRK"), "ValueError: broken_package:API is named `another`, its entry point `broken`"),
        (working("broken", "http"), "ValueError: the prefix of ids `http` is that of the requirements of any API"),
        ("raise ValueError('several\\nlines.')", "ValueError: several lines"),
        ("raise SystemExit(1)", "SystemExit: 1"),
        ("import pytest\npytest.skip('not here', allow_module_level=True)", "Skipped: not here"),
        (UNPRINTABLE, "Unprintable"),
        (working("broken", "BRK") + "API = replace(API, position='first')", NO_POSITION),
    ],
)
def test_a_broken_package_is_named_and_leaves_the_others_be(command, install, tmp_path, code, told):
    """Its own target is refused with the name of the package; the targets of the other APIs are looked at."""
    environ = install("broken-package", "broken", code)
    sentence = (
        f"the API `broken` of the package broken-package cannot be used: {told}; fix the package, or uninstall it."
    )
    entry = {"api": "broken", "base_url": "http://127.0.0.1:9", "token": "Kq7vXw2ZtR9bLmYc4", "fixtures": {}}
    (tmp_path / "targets.yaml").write_text(yaml.safe_dump({"targets": {"mine": entry}}))
    run = command("appointment_conformance", "run", "mine", **environ)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.endswith(f"targets.mine.api: {sentence}\n")
    listing = command("appointment_conformance", "apis", **environ)
    assert (listing.returncode, listing.stderr) == (2, f"error: {sentence}\n")
    assert listing.stdout.startswith("omneo  Omneo, ")
    doctor = command("appointment_conformance", "doctor", "reference-mijnklantportaal", **environ)
    assert (doctor.returncode, doctor.stderr) == (0, "")


@pytest.mark.parametrize("arguments", [["doctor", "reference-broken"], ["selftest", "--api", "broken"]])
def test_what_is_asked_of_a_broken_package_names_it(command, install, arguments):
    """Its built-in target and its part of the self-test are refused with the name of the package."""
    environ = install("broken-package", "broken", "import nothing_like_this")
    done = command("appointment_conformance", *arguments, **environ)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: the API `broken` of the package broken-package cannot be used")


def test_a_broken_reference_leaves_the_others_be(command, install):
    """Where the reference API alone cannot be imported, the faults of the others are listed, and it is named."""
    environ = install("half-package", "half", working("half", "HLF") + NO_REFERENCE)
    done = command("appointment_conformance", "faults", **environ)
    assert done.returncode == 0
    assert "link-answers-202" in done.stdout
    assert done.stderr.startswith("error: the API `half` of the package half-package cannot be used: ModuleNotFound")
    run = command("appointment_conformance", "doctor", "reference-half", **environ)
    assert (run.returncode, run.stdout) == (2, "")
    assert "the package half-package" in run.stderr


@pytest.mark.parametrize("arguments", [["run", "reference-late"], ["plan", "reference-late"]])
def test_requirements_that_cannot_be_imported_name_the_package(command, install, arguments):
    """Where the requirements break when they are needed, a run and a plan of that API are refused in one sentence."""
    done = command("appointment_conformance", *arguments, **install("late-package", "late", LATE))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(
        "error: the API `late` of the package late-package cannot be used: ModuleNotFoundError"
    )
    assert done.stderr.count("\n") == 1


def test_requirements_that_cannot_be_imported_leave_the_others_be(command, install):
    """What is told of the requirements of other APIs is told all the same."""
    done = command("appointment_conformance", "explain", "OMN-OK-01", **install("late-package", "late", LATE))
    assert (done.returncode, done.stdout.startswith("OMN-OK-01")) == (0, True)
    assert "the package late-package" in done.stderr


def test_no_line_of_the_suite_knows_the_package():
    """The four packages do without the words of the package that these tests install."""
    top = Path(appointment_conformance.__file__).parent
    folders = [Path(__import__(name).__file__).parent for name in PACKAGES]
    files = [path for folder in folders for path in folder.rglob("*") if path.suffix in {".py", ".json", ".yaml"}]
    assert len(files) > 200
    assert top in folders
    # One vendor's answers have members such as `booking_type`.
    words = re.compile(r"BKG|booking_conformance|bookings?/|\bbk_|absent_booking|foreign_booking|api: booking")
    assert [path for path in files if words.search(path.read_text(encoding="utf-8"))] == []
    assert list(BOOKINGS.glob("*.dist-info/entry_points.txt"))


def test_a_requirement_of_another_prefix_is_refused(command, install):
    """An id that does not begin with the prefix of its API would be proven by the faults of another API."""
    done = command("appointment_conformance", "apis", **install("twice-package", "twice", TWICE))
    assert done.returncode == 2
    assert "the API `twice` of the package twice-package cannot be used: ValueError: the id MKP-" in done.stderr


def test_a_form_of_another_api_is_refused(command, install):
    """The form says of which API it is; another name than the API's is a mistake of the package."""
    code = TWICE.replace(', form=replace(LIKE.form, api="twice")', "")
    done = command("appointment_conformance", "apis", **install("twice-package", "twice", code))
    assert done.returncode == 2
    assert "is of the API `mijnklantportaal`, not of `twice`" in done.stderr


@pytest.mark.parametrize(
    ("fixtures", "told"),
    [
        ({"type": "objct"}, "ContractError: the schema of `fixtures` is not a JSON Schema: 'objct' is not valid"),
        ({"$ref": "#/$defs/gone"}, "ContractError: the schema of `fixtures` has a `$ref` that leads nowhere"),
        ({"$ref": "#anchor"}, "ContractError: the schema of `fixtures` has a `$ref` that leads nowhere: #anchor"),
        (None, "ContractError: the schema of `fixtures` is not a JSON Schema: None is not of type"),
    ],
)
def test_wrong_schemas_of_keys_leave_the_others_be(command, install, tmp_path, fixtures, told):
    """The API is named as broken, and another target of the same file is judged as ever."""
    environ = install("half-package", "half", working("half", "HLF") + KEYS.format(fixtures=fixtures))
    listing = command("appointment_conformance", "apis", **environ)
    assert (listing.returncode, listing.stdout.startswith("omneo  Omneo, ")) == (2, True)
    assert listing.stderr.startswith(f"error: the API `half` of the package half-package cannot be used: {told}")
    own = {"base_url": "http://127.0.0.1:9", "token": "Kq7vXw2ZtR9bLmYc4"}
    targets = {
        "mine": {"api": "half", **own, "fixtures": {"anything": 1}},
        "other": {"api": "mijnklantportaal", **own, "fixtures": {"appointments": ["apt_1"]}},
    }
    (tmp_path / "targets.yaml").write_text(yaml.safe_dump({"targets": targets}))
    plan = command("appointment_conformance", "plan", "other", **environ)
    assert (plan.returncode, "Traceback" in plan.stderr) == (0, False), plan.stderr
    refused = command("appointment_conformance", "plan", "mine", **environ)
    assert refused.returncode == 2
    assert "targets.mine.api: the API `half` of the package half-package cannot be used" in refused.stderr


@pytest.mark.parametrize(
    "reference",
    [
        "raise SystemExit(1)",
        "return replace(LIKE.reference(), api='half', mutations=(1, 2))",
        "return replace(LIKE.reference(), api='half', mutations=None)",
    ],
)
def test_a_wrong_catalogue_of_faults_leaves_the_others_be(command, install, reference):
    """Built-in targets of other APIs are planned as ever, and the package is named where its own is asked for."""
    code = f"{working('half', 'HLF')}\ndef _reference():\n    {reference}\nAPI = replace(API, reference=_reference)\n"
    environ = install("half-package", "half", code)
    plan = command("appointment_conformance", "plan", "reference-mijnklantportaal", **environ)
    assert (plan.returncode, plan.stderr) == (0, "")
    own = command("appointment_conformance", "plan", "reference-half", **environ)
    assert own.returncode == 2
    assert "the API `half` of the package half-package cannot be used" in own.stderr


def test_the_name_of_an_api_is_no_path(command, install, tmp_path):
    """A name with a separator would lead the reports of its built-in target out of their folder."""
    environ = install("path-package", "../path", working("../path", "PTH"))
    done = command("appointment_conformance", "run", "reference-../path", **environ)
    assert (done.returncode, done.stdout) == (2, "")
    assert "its name is not letters, digits" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["path-package-site"]
