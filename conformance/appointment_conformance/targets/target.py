"""A target: a base URL that claims to be one of the APIs, and everything needed to judge it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from appointment_strategies import ABSENT_NUMBER

Api = Literal["omneo", "mijnklantportaal"]
Unstable = Literal["fail", "ignore"]
Advice = Literal["ignore", "fail"]
Environment = Literal["development", "test", "staging", "production"]


@dataclass(frozen=True, slots=True)
class Fixtures:
    """Records of the target that the suite may use up; every id is text, as it stands in a path or a body."""

    appointments: tuple[str, ...]
    profiles: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    pending_appointments: tuple[str, ...] = ()
    #: An id known not to exist, or None where the suite has to make one up.
    absent_appointment: str | None = None
    #: Records of another account, made for this, that the token must not reach.
    foreign_appointments: tuple[str, ...] = ()

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Fixtures:
        """Build from the `fixtures` mapping of a targets file; numbers become text."""
        absent = data.get("absent_appointment")
        return cls(
            appointments=_texts(data.get("appointments", ())),
            profiles=_texts(data.get("profiles", ())),
            lists=_texts(data.get("lists", ())),
            pending_appointments=_texts(data.get("pending_appointments", ())),
            absent_appointment=None if absent is None else _text(absent),
            foreign_appointments=_texts(data.get("foreign_appointments", ())),
        )


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what a run may cost the target; None means no bound of that kind."""

    requests_per_minute: int | None = None
    max_requests: int | None = None
    max_seconds: float | None = None
    timeout_seconds: float = 10.0
    connect_timeout_seconds: float = 5.0

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Limits:
        """Build from the `limits` mapping of a targets file; digit strings become numbers."""
        given: dict[str, Any] = {key: (int if "requests" in key else float)(value) for key, value in data.items()}
        return cls(**given)


@dataclass(frozen=True, slots=True)
class Provision:
    """Have the fixtures made by the target's own operations; Omneo needs what an appointment is booked with."""

    definition_id: int | None = None
    location_id: int | None = None
    #: Where new lists belong; without it a definition is made, which no operation removes.
    list_definition_id: int | None = None
    #: IANA name of the time zone in which the location is open at 10 in the morning.
    timezone: str = "UTC"

    @classmethod
    def from_dict(cls, data: bool | dict[str, Any]) -> Provision | None:  # noqa: FBT001 - YAML's own words
        """Build from the `provision` value of a targets file; None where it says no."""
        if isinstance(data, bool):
            return cls() if data else None
        given: dict[str, Any] = {key: value if key == "timezone" else int(value) for key, value in data.items()}
        return cls(**given)


@dataclass(frozen=True, slots=True)
class Target:
    """One entry of a targets file, resolved and validated."""

    name: str
    api: Api
    base_url: str
    token: str = field(repr=False)
    fixtures: Fixtures
    forbidden_token: str | None = field(default=None, repr=False)
    #: A token that has worked once and is past its end.
    expired_token: str | None = field(default=None, repr=False)
    #: Another valid token with the permission, in another form than the first.
    second_token: str | None = field(default=None, repr=False)
    limits: Limits = field(default_factory=Limits)
    environment: Environment = "staging"
    allow_production: bool = False
    #: The file of known deviations.
    deviations: Path | None = None
    #: What a failure that does not come back when it is played again is taken for.
    unstable: Unstable = "fail"
    #: What advice (SHOULD) that does not hold comes to.
    advice: Advice = "ignore"
    #: Nothing is sent that could succeed in changing anything.
    read_only: bool = False
    provision: Provision | None = None
    #: The certificate authorities to trust in place of the public ones, in PEM form.
    ca_file: Path | None = None
    #: URL of the HTTP proxy to go through; it may hold credentials.
    proxy: str | None = field(default=None, repr=False)
    #: What it is, in words of its owner.
    description: str = ""

    @classmethod
    def from_dict(cls, name: str, data: dict[str, Any]) -> Target:
        """Build from a validated entry of a targets file."""
        return cls(
            name=name,
            api=data["api"],
            base_url=data["base_url"].rstrip("/"),
            token=data["token"],
            forbidden_token=data.get("forbidden_token"),
            expired_token=data.get("expired_token"),
            second_token=data.get("second_token"),
            fixtures=Fixtures.from_dict(data.get("fixtures", {})),
            limits=Limits.from_dict(data.get("limits", {})),
            environment=data.get("environment", "staging"),
            allow_production=data.get("allow_production", False),
            deviations=Path(data["deviations"]) if "deviations" in data else None,
            unstable=data.get("unstable", "fail"),
            advice=data.get("advice", "ignore"),
            read_only=data.get("read_only", False),
            provision=Provision.from_dict(data.get("provision", False)),
            ca_file=Path(data["ca_file"]) if "ca_file" in data else None,
            proxy=data.get("proxy"),
            description=data.get("description", ""),
        )

    def stocked(self, made: Fixtures) -> Target:
        """Return the target with fixtures that were made for this run; those it was given come after them."""
        given = self.fixtures
        joined = replace(
            made,
            appointments=(*made.appointments, *given.appointments),
            profiles=(*made.profiles, *given.profiles),
            lists=(*made.lists, *given.lists),
            pending_appointments=given.pending_appointments,
            absent_appointment=given.absent_appointment,
            foreign_appointments=given.foreign_appointments,
        )
        return replace(self, fixtures=joined, provision=None)

    @property
    def absent_appointment(self) -> str:
        """An id of the right form that no appointment has: the configured one, or one nobody hands out.

        Omneo numbers count up from 1, so the largest signed 32-bit integer is out of reach without being too large
        for any column. MijnKlantportaal ids are opaque: 128 bits derived from this target's own name meet no record.
        """
        if self.fixtures.absent_appointment is not None:
            return self.fixtures.absent_appointment
        if self.api == "omneo":
            return str(ABSENT_NUMBER)
        return f"apt_{uuid.uuid5(uuid.NAMESPACE_URL, self.base_url).hex}"

    @property
    def absent_profile(self) -> str:
        """A version 4 UUID derived from this target's own address, which no profile has."""
        digest = uuid.uuid5(uuid.NAMESPACE_URL, f"{self.base_url}#absent-profile").bytes
        return str(uuid.UUID(bytes=digest, version=4))

    @property
    def absent_list(self) -> str:
        """The largest signed 32-bit integer, which no list has counted up to."""
        return str(ABSENT_NUMBER)

    @property
    def altered_token(self) -> str:
        """The token with upper and lower case exchanged; empty where it has no letters, so that nothing changes."""
        altered = self.token.swapcase()
        return altered if altered != self.token else ""

    @property
    def truncated_token(self) -> str:
        """The token without its last character; signs of equality at its end only fill up, and go as well."""
        return self.token.rstrip("=")[:-1]

    def secrets(self) -> dict[str, str]:
        """Return the secret values by the names that stand for them in every artefact."""
        named = {
            "TOKEN": self.token,
            "FORBIDDEN_TOKEN": self.forbidden_token,
            "EXPIRED_TOKEN": self.expired_token,
            "SECOND_TOKEN": self.second_token,
            "ALTERED_TOKEN": self.altered_token,
            "TRUNCATED_TOKEN": self.truncated_token,
            "PROXY_PASSWORD": unquote(urlsplit(self.proxy or "").password or ""),
        }
        return {name: value for name, value in named.items() if value}


def _texts(values: Any) -> tuple[str, ...]:
    return tuple(_text(value) for value in values)


def _text(value: Any) -> str:
    """An id as it stands in a path; to JSON Schema 204.0 is the integer 204."""
    return str(int(value)) if isinstance(value, float) else str(value)
