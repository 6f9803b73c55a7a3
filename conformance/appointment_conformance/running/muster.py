"""From what the user asked for to the orders of a run; everything that can be wrong with it is found here."""

from __future__ import annotations

import os
from pathlib import Path

from appointment_conformance.errors import ConfigurationError
from appointment_conformance.judging.deviations import read_deviations
from appointment_conformance.targets import Target, read_targets
from appointment_conformance.targets.address import endpoint_of
from appointment_conformance.targets.builtin import BUILT_IN
from appointment_conformance.targets.complaint import suggestion
from appointment_conformance.targets.source import TargetsText
from appointment_conformance.traffic.redaction import track
from appointment_conformance.traffic.secrets import secrets_of

from .fleet import Order


def muster(
    names: tuple[str, ...], *, targets: Path | None, profile: str, seed: int, output: Path, faults: tuple[str, ...]
) -> list[Order]:
    """Return one order a target, in the order asked for.

    Raises ConfigurationError for an unknown target or fault, and for a targets file that cannot be used.
    """
    _check_faults(faults)
    if targets is None:
        chosen = tuple(dict.fromkeys(names)) or tuple(BUILT_IN)
        for name in chosen:
            if name not in BUILT_IN:
                known = suggestion(name, BUILT_IN)
                raise ConfigurationError(f"there is no built-in target `{name}`{known} Other targets need --targets.")
        return [Order(name, None, profile, seed, output, faults) for name in chosen]
    if faults:
        raise ConfigurationError("--fault breaks the built-in targets only; leave --targets out.")
    # Read once, for every process of the run: a pipe gives its content once, and a file may change.
    file = TargetsText.read(targets)
    read = read_targets(file, names, os.environ)
    for target in read:
        read_deviations(target.deviations)
    return [
        Order(target.name, file, profile, seed, output, secrets=track(secrets_of(target)), uses=_used_by(target))
        for target in read
    ]


def _used_by(target: Target) -> frozenset[str]:
    """What a run of `target` wants for itself: two runs that change one appointment would accuse each other."""
    fixtures = target.fixtures
    appointments = (*fixtures.appointments, *fixtures.pending_appointments)
    used = (f"{target.api} {appointment}" for appointment in appointments)
    return frozenset({endpoint_of(target.base_url), *used})


def _check_faults(faults: tuple[str, ...]) -> None:
    if not faults:
        return
    from appointment_conformance.reference import FAULTS  # noqa: PLC0415 - a run without faults starts faster

    for fault in faults:
        if fault not in FAULTS:
            raise ConfigurationError(f"there is no fault `{fault}`{suggestion(fault, FAULTS)}")
