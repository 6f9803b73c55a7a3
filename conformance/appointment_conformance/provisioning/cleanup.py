"""Clean-up after a run that was killed: what its journal says stands is removed, if it is the run's own.

A read of the record has to show the run's mark. Where no read can tell, the digests of the journal have to show that it
is as the run wrote it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from appointment_conformance.errors import ConfigurationError
from appointment_conformance.targets import Target, TargetForms, read_targets
from appointment_conformance.traffic.client import Client
from appointment_conformance.traffic.recording import Recording
from appointment_conformance.traffic.redaction import track
from appointment_conformance.traffic.requests_session import block_unguarded_requests
from appointment_conformance.traffic.secrets import secrets_of

from .journal import Journal
from .policy import ProvisioningPolicy
from .provisioner import Provisioner
from .spec import Provisioning


@dataclass(frozen=True, slots=True)
class CleanupResult:
    """How many records of a run are gone now, and a phrase for each that is left behind."""

    removed: int
    left: tuple[str, ...]


def cleanup(
    run_id: str,
    *,
    targets: Path | None,
    output: Path,
    forms: TargetForms,
    provisioning: Callable[[str], Provisioning],
) -> CleanupResult:
    """Remove what the run `run_id` made and did not remove; its journal is among the reports in `output`.

    `provisioning` returns how an API of a name makes and removes records, or raises ConfigurationError.

    Raises ConfigurationError where there is no such journal, where the run or another clean-up is still going on, and
    where `targets` has no target of the run's name and address.
    """
    journal = Journal.find(output, run_id)
    try:
        return _cleared(journal, targets, forms, provisioning)
    finally:
        journal.close()


def _cleared(
    journal: Journal, targets: Path | None, forms: TargetForms, provisioning: Callable[[str], Provisioning]
) -> CleanupResult:
    standing = len(journal.remaining)
    if not standing:
        return CleanupResult(0, ())
    if not journal.has_digests:
        raise ConfigurationError(
            f"{journal.path}: this journal has no digests (an earlier version wrote none), so nothing shows whether it "
            f"was changed; look for its {standing} records at the target, and remove them by hand."
        )
    target = _target_of(journal, targets, forms)
    journal.unlock(target.token)
    known, run_id = provisioning(target.api), journal.about.get("run_id", "")
    client = Client(target, policy=ProvisioningPolicy(known, journal), run_id=run_id, recording=Recording())
    try:
        with block_unguarded_requests():
            left = Provisioner(target, client, journal, known).remove_records()
    finally:
        client.close()
    hide = secrets_of(target).hide_text
    return CleanupResult(standing - len(left), tuple(hide(one.message) for one in left))


def _target_of(journal: Journal, targets: Path | None, forms: TargetForms) -> Target:
    name, base_url = journal.about.get("target", ""), journal.about.get("base_url", "")
    if targets is None:
        raise ConfigurationError(f"the run was against `{name}`; name the file that has its token with --targets.")
    (target,) = read_targets(targets, [name], os.environ, forms=forms)
    now = track(secrets_of(target)).hide_text(target.base_url)
    if (target.api, now) != (journal.about.get("api"), base_url):
        raise ConfigurationError(f"{targets}: `{name}` is at {now} now, the run was at {base_url}.")
    if target.read_only:
        raise ConfigurationError(f"{targets}: `{name}` is read_only now; leave that out to have its records removed.")
    return target
