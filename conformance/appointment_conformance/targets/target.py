"""A target: a base URL that claims to be one of the APIs, and everything needed to judge it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from .fixtures import Fixtures
from .form import TargetForm

Unstable = Literal["fail", "ignore"]
Advice = Literal["ignore", "fail"]
Environment = Literal["development", "test", "staging", "production"]


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
class Target:
    """One entry of a targets file, resolved and validated."""

    name: str
    #: The name of the API that it claims to be.
    api: str
    base_url: str
    token: str = field(repr=False)
    fixtures: Fixtures
    #: What a targets file says of that API.
    form: TargetForm = field(compare=False, repr=False)
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
    #: What the fixtures are made with, by the target's own operations; None where none are made.
    provision: object | None = None
    #: The certificate authorities to trust in place of the public ones, in PEM form.
    ca_file: Path | None = None
    #: URL of the HTTP proxy to go through; it may hold credentials.
    proxy: str | None = field(default=None, repr=False)
    #: What it is, in words of its owner.
    description: str = ""

    @classmethod
    def from_dict(cls, name: str, data: dict[str, Any], form: TargetForm) -> Target:
        """Build from a validated entry of a targets file, in the form of its API."""
        return cls(
            name=name,
            api=data["api"],
            form=form,
            base_url=data["base_url"].rstrip("/"),
            token=data["token"],
            forbidden_token=data.get("forbidden_token"),
            expired_token=data.get("expired_token"),
            second_token=data.get("second_token"),
            fixtures=form.read_fixtures(data.get("fixtures", {})),
            limits=Limits.from_dict(data.get("limits", {})),
            environment=data.get("environment", "staging"),
            allow_production=data.get("allow_production", False),
            deviations=Path(data["deviations"]) if "deviations" in data else None,
            unstable=data.get("unstable", "fail"),
            advice=data.get("advice", "ignore"),
            read_only=data.get("read_only", False),
            provision=form.read_provision(data.get("provision", False)),
            ca_file=Path(data["ca_file"]) if "ca_file" in data else None,
            proxy=data.get("proxy"),
            description=data.get("description", ""),
        )

    def with_made_fixtures(self, made: Fixtures) -> Target:
        """Return the target with fixtures that were made for this run; those it was given come after them."""
        return replace(self, fixtures=made.followed_by(self.fixtures), provision=None)

    @property
    def absent_appointment(self) -> str:
        """An id of the right form that no record has: the configured one, or one that is made up."""
        return self.fixtures.absent_appointment or self.form.absent_id(self.base_url)

    @property
    def absent_ids(self) -> Mapping[str, str]:
        """For each kind of record an id of the right form that none has."""
        return {"appointment": self.absent_appointment, **self.form.absent_other_ids(self.base_url)}

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
