"""From what the user asked for to the orders of a run; everything that can be wrong with it is found here."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from appointment_conformance.cli.worker_pool import Order
from appointment_conformance.engine.known_deviations import read_deviations
from appointment_conformance.errors import ConfigurationError
from appointment_conformance.targets import Target, names_in, read_targets
from appointment_conformance.targets.address import endpoint_of
from appointment_conformance.targets.builtin import BUILT_IN
from appointment_conformance.targets.complaint import suggestion
from appointment_conformance.targets.default_file import TargetsFile
from appointment_conformance.targets.source import TargetsText
from appointment_conformance.traffic.redaction import track
from appointment_conformance.traffic.secrets import secrets_of


def muster(
    names: Iterable[str],
    *,
    targets: Path | TargetsFile | None,
    profile: str,
    seed: int,
    output: Path,
    faults: tuple[str, ...],
) -> list[Order]:
    """Return one order a target, in the order asked for: both ways in, the command and pytest, check the same here.

    Without `names` these are all of `targets`, or the built-in ones where there is no file. Beside a file that was
    found and not named, a built-in target may be asked for by its name, unless the file has a target of that name.
    Raises ConfigurationError for an unknown target or fault, for a targets file that cannot be used, and for a fault at
    a target that is not built in.
    """
    broken = _faults_by_api(faults)

    def built_in(name: str) -> Order:
        return Order(name, None, profile, seed, output, broken.get(BUILT_IN[name], ()))

    file = TargetsFile(targets) if isinstance(targets, Path) else targets
    chosen = tuple(dict.fromkeys(names))
    if file is None:
        return [built_in(name) for name in _built_in(chosen)]
    # Read once, for every process of the run: a pipe gives its content once, and a file may change.
    source = file.read()
    asked = [name for name in chosen if name in BUILT_IN] if file.is_default else []
    orders = {name: built_in(name) for name in asked if name not in names_in(source)}
    if not chosen or set(chosen) - set(orders):
        _refuse_faults(faults, file)
        for target in _read(source, [name for name in chosen if name not in orders]):
            orders[target.name] = _order(target, source, profile, seed, output)
    return [orders[name] for name in chosen or orders]


def _built_in(chosen: tuple[str, ...]) -> tuple[str, ...]:
    """Which of the built-in targets are meant. Raises ConfigurationError for a name that none of them has."""
    for name in chosen:
        if name not in BUILT_IN:
            known = suggestion(name, BUILT_IN)
            raise ConfigurationError(f"there is no built-in target `{name}`{known} Other targets need --targets.")
    return chosen or tuple(BUILT_IN)


def _read(source: TargetsText, names: Iterable[str]) -> tuple[Target, ...]:
    """The targets of a file, with what belongs to them looked at. Raises ConfigurationError."""
    read = read_targets(source, names, os.environ)
    for target in read:
        read_deviations(target.deviations)
    return read


def _order(target: Target, source: TargetsText, profile: str, seed: int, output: Path) -> Order:
    secrets = track(secrets_of(target))
    return Order(target.name, source, profile, seed, output, secrets=secrets, uses=_used_by(target), settings=target)


def _used_by(target: Target) -> frozenset[str]:
    """What a run of `target` wants for itself: two runs that change one appointment would accuse each other."""
    fixtures = target.fixtures
    appointments = (*fixtures.appointments, *fixtures.pending_appointments)
    used = (f"{target.api} {appointment}" for appointment in appointments)
    return frozenset({endpoint_of(target.base_url), *used})


def _refuse_faults(faults: tuple[str, ...], file: TargetsFile) -> None:
    if faults and file.is_default:
        told = f"--fault breaks the built-in targets only, and {file.path} is here; name the built-in target to break."
        raise ConfigurationError(told)
    if faults:
        raise ConfigurationError("--fault breaks the built-in targets only; leave --targets out.")


def _faults_by_api(faults: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    """Return which faults each api has. Raises ConfigurationError for one that no api has."""
    if not faults:
        return {}
    from appointment_conformance.reference_apis import faults_by_api  # noqa: PLC0415 - a run without faults starts faster

    return faults_by_api(faults)
