"""Clean up after a run that was killed: remove the records that its journal lists, if they belong to the run.

A read of a record must show the run's mark. If no read can show it, the digests of the journal must prove that the
journal is unchanged.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from appointment_conformance.errors import ConfigurationError
from appointment_conformance.targets import Target, TargetForms, read_targets
from appointment_conformance.targets.source import TargetsText
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
    """The number of records of a run that were removed, and a phrase for each record that remains."""

    removed: int
    left: tuple[str, ...]


def cleanup(
    run_id: str,
    *,
    targets: Path | TargetsText | None,
    output: Path,
    forms: TargetForms,
    provisioning: Callable[[str], Provisioning],
) -> CleanupResult:
    """Remove the records that the run `run_id` made and did not remove; its journal is among the reports in `output`.

    `provisioning` returns, for the name of an API, how it makes and removes records, or raises ConfigurationError.

    Raises ConfigurationError if there is no such journal, if the run or another clean-up is still in progress, and if
    `targets` has no target with the run's name and address.
    """
    journal = Journal.find(output, run_id)
    try:
        return _remove_remaining(journal, targets, forms, provisioning)
    finally:
        journal.close()


def _remove_remaining(
    journal: Journal,
    targets: Path | TargetsText | None,
    forms: TargetForms,
    provisioning: Callable[[str], Provisioning],
) -> CleanupResult:
    count = len(journal.remaining)
    if not count:
        return CleanupResult(0, ())
    if not journal.has_digests:
        raise ConfigurationError(
            f"{journal.path}: this journal has no digests (an earlier version wrote none), so nobody can tell whether "
            f"it was changed; look for its {count} records at the target, and remove them by hand."
        )
    target = _target_of(journal, targets, forms)
    journal.unlock(target.lasting_secret)
    known, run_id = provisioning(target.api), journal.about.get("run_id", "")
    client = Client(target, policy=ProvisioningPolicy(known, journal), run_id=run_id, recording=Recording())
    try:
        with block_unguarded_requests():
            left = Provisioner(client.sign_in(), client, journal, known).remove_records()
    finally:
        client.close()
    hide = client.secrets.hide_text
    return CleanupResult(count - len(left), tuple(hide(leftover.message) for leftover in left))


def _target_of(journal: Journal, targets: Path | TargetsText | None, forms: TargetForms) -> Target:
    name, base_url = journal.about.get("target", ""), journal.about.get("base_url", "")
    if targets is None:
        raise ConfigurationError(f"the run was against `{name}`; name the file with its token with --targets.")
    (target,) = read_targets(targets, [name], os.environ, forms=forms)
    now = track(secrets_of(target)).hide_text(target.base_url)
    if (target.api, now) != (journal.about.get("api"), base_url):
        raise ConfigurationError(f"{targets}: `{name}` is at {now} now, the run was at {base_url}.")
    if target.read_only:
        raise ConfigurationError(f"{targets}: `{name}` is read_only now; remove that key to have its records removed.")
    return target
