"""What a targets file says of an Omneo target."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Final

from appointment_conformance.targets import Fixtures, Target, TargetForm
from appointment_specs import TargetKeys
from appointment_specs.omneo import CONTRACT
from appointment_strategies import ABSENT_NUMBER


@dataclass(frozen=True)
class OmneoFixtures(Fixtures):
    """Appointments, and the profiles and lists that can be linked to them."""

    KINDS: ClassVar[Mapping[str, str]] = MappingProxyType(
        {"appointment": "appointments", "profile": "profiles", "list": "lists"}
    )

    profiles: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()

    @property
    def other_records(self) -> Mapping[str, tuple[str, ...]]:
        """The profiles and lists; upper and lower case do not tell two profiles apart."""
        return {"profiles": tuple(profile.lower() for profile in self.profiles), "lists": self.lists}


@dataclass(frozen=True, slots=True)
class OmneoProvision:
    """What appointments and lists are made with."""

    definition_id: int
    location_id: int
    #: Where new lists belong; without it a definition is made, which no operation removes.
    list_definition_id: int | None = None
    #: IANA name of the time zone in which the location is open at 10 in the morning.
    timezone: str = "UTC"


def fixtures_of(target: Target) -> OmneoFixtures:
    """Return the fixtures of an Omneo target as what they are."""
    fixtures = target.fixtures
    if not isinstance(fixtures, OmneoFixtures):
        raise TypeError(f"the target {target.name} has {type(fixtures).__name__}, not OmneoFixtures")
    return fixtures


def provision_from(value: bool | dict[str, Any]) -> OmneoProvision | None:  # noqa: FBT001 - YAML's own words
    """Build from the value of `provision`; None where it says no."""
    if isinstance(value, bool):
        return None
    given: dict[str, Any] = {key: text if key == "timezone" else int(text) for key, text in value.items()}
    return OmneoProvision(**given)


def absent_number(_base_url: str) -> str:
    """Return the largest signed 32-bit integer.

    Numbers count up from 1, so it is out of reach without being too large for any column.
    """
    return str(ABSENT_NUMBER)


def other_absent_ids(base_url: str) -> Mapping[str, str]:
    """Return a version 4 UUID derived from the target's own address, which no profile has, and a number for lists."""
    digest = uuid.uuid5(uuid.NAMESPACE_URL, f"{base_url}#absent-profile").bytes
    return {"profile": str(uuid.UUID(bytes=digest, version=4)), "list": str(ABSENT_NUMBER)}


#: Omneo's published server has the customer's name in its host, and staging tenants have names of the same form: so it
#: names no production host, and `environment` alone tells.
FORM: Final = TargetForm(
    api="omneo",
    contract=CONTRACT,
    keys=TargetKeys.read(CONTRACT.folder, served_before="/v3"),
    read_fixtures=OmneoFixtures.from_dict,
    read_provision=provision_from,
    absent_id=absent_number,
    absent_other_ids=other_absent_ids,
)
