"""What a targets file says of a MijnKlantportaal target."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Final

from appointment_conformance.targets import Fixtures, Target, TargetForm
from appointment_specs import TargetKeys
from appointment_specs.mijnklantportaal import CONTRACT


@dataclass(frozen=True)
class MijnKlantportaalFixtures(Fixtures):
    """Scheduled appointments, and pending ones that can be canceled as well."""

    pending_appointments: tuple[str, ...] = ()

    @property
    def usable(self) -> tuple[str, ...]:
        """The appointments that can be canceled, scheduled or pending."""
        return (*self.appointments, *self.pending_appointments)


@dataclass(frozen=True, slots=True)
class MijnKlantportaalProvision:
    """Appointments are made with nothing that a target has to name."""


def fixtures_of(target: Target) -> MijnKlantportaalFixtures:
    """Return the fixtures of a MijnKlantportaal target as what they are."""
    fixtures = target.fixtures
    if not isinstance(fixtures, MijnKlantportaalFixtures):
        raise TypeError(f"the target {target.name} has {type(fixtures).__name__}, not MijnKlantportaalFixtures")
    return fixtures


def provision_from(value: bool) -> MijnKlantportaalProvision | None:  # noqa: FBT001 - YAML's own words
    """Build from the value of `provision`; None where it says no."""
    return MijnKlantportaalProvision() if value else None


def absent_id(base_url: str) -> str:
    """Return an id that no appointment has: 128 bits derived from the target's own address meet no record."""
    return f"apt_{uuid.uuid5(uuid.NAMESPACE_URL, base_url).hex}"


FORM: Final = TargetForm(
    api="mijnklantportaal",
    contract=CONTRACT,
    keys=TargetKeys.read(CONTRACT.folder, served_before="/appointments"),
    read_fixtures=MijnKlantportaalFixtures.from_dict,
    read_provision=provision_from,
    absent_id=absent_id,
    production_hosts=frozenset({"api.mijnklantportaal.nl"}),
)
