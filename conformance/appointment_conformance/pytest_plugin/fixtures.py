"""Fixtures for a team's own tests: a target, its run, which is played once in a session, and its result.

Every run of pytest has them. Nothing of the suite is imported before a test uses one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from .hooks import ConformanceHooks

if TYPE_CHECKING:
    from appointment_conformance import Fixtures, RunResult, Target
    from appointment_conformance.targets.default_file import TargetsFile

    from .judgement import Judgement

#: The name of the session object in pytest's plugin manager.
SESSION = "appointment-conformance-session"
#: Makes fixtures for a target: `Fixtures`, or ids of appointments; None keeps those of the target.
AppointmentFactory = Callable[["Target"], "Fixtures | Iterable[str | int] | None"]
_NAME = "_conformance_target_name"
_MISSING = (
    "set CONFORMANCE_TARGET to the name of a target, or give --conformance-target, "
    "or define the fixture conformance_target."
)


@dataclass(frozen=True, slots=True)
class ConformanceRun:
    """A run that has ended: what was judged, what came out, and the directory with the reports of that target."""

    target: Target
    result: RunResult
    reports: Path


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test of `conformance_target` once for each target, if several are given."""
    if _NAME in metafunc.fixturenames and len(names := _names(metafunc.config)) > 1:
        metafunc.parametrize(_NAME, names, scope="session")


@pytest.fixture(scope="session")
def conformance_target(_conformance_target_name: str, pytestconfig: pytest.Config) -> Iterator[Target]:
    """The target that --conformance-target or CONFORMANCE_TARGET names, else all of --conformance-targets.

    The file is that of --conformance-targets or CONFORMANCE_TARGETS, by default targets.yaml. If several targets are
    given, a test that uses this fixture runs once for each. A target without a file is a built-in one.
    """
    from appointment_conformance import ConfigurationError  # noqa: PLC0415 - other pytest runs do not import it

    from .chosen_targets import open_targets  # noqa: PLC0415 - other pytest runs do not import it

    try:
        file = _file(pytestconfig)
        if file is None:
            _check_built_in(_conformance_target_name)
        with open_targets([_conformance_target_name], file, on_note=str) as (target,):
            yield target
    except ConfigurationError as error:
        _fail(str(error))


@pytest.fixture(scope="session")
def appointment_factory() -> AppointmentFactory | None:
    """A function that makes the appointments of `conformance_run`, for you to define; None without one.

    It is called with the `Target`, once, before anything is sent, and returns `Fixtures` or a list of ids, which
    replace the fixtures of the target. What it makes, your fixture removes after its `yield`.
    """
    return None


@pytest.fixture(scope="session")
def conformance_reports(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of the reports: that of --conformance-output, else a temporary one.

    In a run that names the suite it is the directory of the suite's reports.
    """
    session = pytestconfig.pluginmanager.get_plugin(SESSION)
    output: Path | None = _option(pytestconfig, "output")
    if session is not None:
        return Path(session.judgements[0].job.output)
    return output or _shared_folder(pytestconfig, tmp_path_factory) / "conformance-reports"


@pytest.fixture(scope="session")
def conformance_run(
    conformance_target: Target,
    conformance_reports: Path,
    appointment_factory: AppointmentFactory | None,
    pytestconfig: pytest.Config,
    tmp_path_factory: pytest.TempPathFactory,
) -> ConformanceRun:
    """The run of `conformance_target` over all requirements, played once in a session, also under pytest-xdist.

    It has `target`, `result` and `reports`, the directory with the reports of this target.
    """
    session = pytestconfig.pluginmanager.get_plugin(SESSION)
    judgement = session.judgement_of(conformance_target.name) if session else None
    if judgement is not None:
        result = _completed(judgement, appointment_factory)
    else:
        folder = _shared_folder(pytestconfig, tmp_path_factory)
        judgement = _judgement(conformance_target, conformance_reports, folder, pytestconfig)
        with closing(judgement):
            result = _completed(judgement, appointment_factory)
    return ConformanceRun(conformance_target, result, judgement.job.directory)


@pytest.fixture(scope="session")
def conformance_result(conformance_run: ConformanceRun) -> RunResult:
    """The result of `conformance_run`; `conformance_result.requirement("ABC-LINK-03", "link")` is a part of it."""
    return conformance_run.result


@pytest.fixture(scope="session")
def _conformance_target_name(pytestconfig: pytest.Config) -> str:
    """The name of the only target that is given; several are parameters."""
    names = _names(pytestconfig)
    if not names:
        _fail(_MISSING)
    if len(names) > 1:
        _fail(f"several targets are given ({', '.join(names)}), and the plugin is switched off; name one of them.")
    return names[0]


def _option(config: pytest.Config, name: str) -> Any:
    """The value of an option of the plugin, None where the plugin is switched off."""
    return getattr(config.option, f"conformance_{name}", None)


def _names(config: pytest.Config) -> tuple[str, ...]:
    """The names of the targets that are given, by option, by variable, or as all of a file that an option names."""
    from appointment_conformance import ConfigurationError  # noqa: PLC0415 - other pytest runs do not import it
    from appointment_conformance.targets_file import names_in  # noqa: PLC0415 - as above

    session = config.pluginmanager.get_plugin(SESSION)
    if session is not None:
        return tuple(judgement.job.target for judgement in session.judgements)
    given = _option(config, "target") or [os.environ.get("CONFORMANCE_TARGET")]
    named, file = tuple(dict.fromkeys(filter(None, given))), _option(config, "targets")
    if named or file is None:
        return named
    try:
        return names_in(file)
    except ConfigurationError as error:
        raise pytest.UsageError(str(error)) from None


def _file(config: pytest.Config) -> TargetsFile | None:
    from appointment_conformance.targets.default_file import targets_file  # noqa: PLC0415 - as above

    named = os.environ.get("CONFORMANCE_TARGETS")
    given = _option(config, "targets") or (Path(named) if named else None)
    return targets_file(given, env_file=_option(config, "env_file"))


def _check_built_in(name: str) -> None:
    """Without a targets file a name means a built-in target. Raises ConfigurationError for any other."""
    from appointment_conformance import ConfigurationError  # noqa: PLC0415 - as above
    from appointment_conformance.reference_targets import built_in  # noqa: PLC0415 - as above

    if name not in built_in():
        raise ConfigurationError(
            f"there is no targets.yaml here, and `{name}` is no built-in target; "
            "name the file with --conformance-targets or CONFORMANCE_TARGETS."
        )


def _judgement(target: Target, reports: Path, folder: Path, config: pytest.Config) -> Judgement:
    from appointment_conformance import ConfigurationError  # noqa: PLC0415 - as above
    from appointment_conformance.targets.admission import check_target  # noqa: PLC0415 - as above

    from .jobs import Job  # noqa: PLC0415 - as above
    from .judgement import Judgement  # noqa: PLC0415 - as above
    from .options import check_values  # noqa: PLC0415 - as above
    from .report_folder import claimed  # noqa: PLC0415 - as above
    from .shared_run import SharedRun  # noqa: PLC0415 - as above

    try:
        check_target(target)
        if hasattr(config.option, "conformance_profile"):
            check_values(config.option)
    except ConfigurationError as error:
        _fail(str(error))
    if not hasattr(config.hook, "pytest_conformance_result"):
        config.pluginmanager.add_hookspecs(ConformanceHooks)
    profile: Any = _option(config, "profile") or "gate"
    seed = 1 if _option(config, "seed") is None else _option(config, "seed")
    job = Job(target.name, None, profile, seed, reports, settings=target)
    shared = SharedRun(folder, target.name)
    return Judgement(job, config.hook, shared=shared, claim=partial(claimed, [job.directory]))


def _completed(judgement: Judgement, factory: AppointmentFactory | None) -> RunResult:
    """The result of the whole run. If something ends the test meanwhile, what was judged so far is reported."""
    from appointment_conformance import SuiteError  # noqa: PLC0415 - as above
    from appointment_conformance.traffic.redaction import (  # noqa: PLC0415 - as above
        hide_tracked,
        logged_without_secrets,
        traceback_without_secrets,
    )

    try:
        with logged_without_secrets(hide_tracked):
            return judgement.complete(partial(_made, factory) if factory else None)
    except SuiteError as error:
        _fail(str(error))
    except (pytest.fail.Exception, Exception) as error:  # noqa: BLE001 - reported below, whatever it is
        judgement.finish_own(is_interrupted=True)
        # pytest would show the arguments of each function, and with `-l` its variables: headers with a token, too.
        is_end = isinstance(error, pytest.fail.Exception)
        _fail(hide_tracked(str(error)) if is_end else traceback_without_secrets(error))
    except BaseException:
        judgement.finish_own(is_interrupted=True)
        raise


def _made(factory: AppointmentFactory, target: Target) -> Fixtures | None:
    """What the factory has made, as fixtures. Raises ConfigurationError for what is neither that nor a list of ids."""
    from appointment_conformance import ConfigurationError, Fixtures  # noqa: PLC0415 - as above

    made = factory(target)
    if made is None or isinstance(made, Fixtures):
        return made
    ids = [] if isinstance(made, str) or not isinstance(made, Iterable) else list(made)
    if not ids or not all(isinstance(name, str | int) for name in ids):
        raise ConfigurationError("appointment_factory has to return Fixtures, a list of ids with one or more, or None.")
    return Fixtures(appointments=tuple(map(str, ids)))


def _shared_folder(config: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The temporary folder of this session: under pytest-xdist that of all its processes."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if hasattr(config, "workerinput") else base


def _fail(sentence: str) -> NoReturn:
    # Without what it follows from: its text could have a secret, and the sentence says it all.
    raise pytest.fail.Exception(sentence, pytrace=False) from None
