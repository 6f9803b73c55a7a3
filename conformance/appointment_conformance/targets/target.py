"""A target: a base URL that claims to be one of the APIs, and the settings needed to test it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import unquote, urlsplit

from .client_certificate import ClientCertificate
from .extra_header import ExtraHeader, extra_headers
from .fixtures import Fixtures
from .form import TargetForm
from .token_source import TokenSource, sources_in

Unstable = Literal["fail", "ignore"]
Advice = Literal["ignore", "fail"]
Environment = Literal["development", "test", "staging", "production"]
#: The keys that hold a token, each with a description of the required token.
TOKENS: Final[dict[str, str]] = {
    "token": "one that may perform every tested operation",
    "forbidden_token": "a valid one that lacks the permission",
    "expired_token": "one that has expired",
    "second_token": "another valid one with the permission",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits on the load that a run puts on the target, and its timeouts; None means no limit."""

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
class ContractFile:
    """An OpenAPI document that a target names: the path of the file, and the path as it was given."""

    path: Path
    given: str

    @classmethod
    def from_text(cls, given: str | None) -> ContractFile | None:
        """Build from the value of `contract`; None without one."""
        return None if given is None else cls(Path(given), given)


@dataclass(frozen=True, slots=True)
class Target:
    """One entry of a targets file, resolved and validated."""

    name: str
    #: The name of the API that it claims to be.
    api: str
    base_url: str
    #: Empty until it is obtained, if it comes from one of `token_sources`.
    token: str = field(repr=False)
    fixtures: Fixtures
    #: The form of that API's targets.
    form: TargetForm = field(compare=False, repr=False)
    forbidden_token: str | None = field(default=None, repr=False)
    #: A token that was valid once and has expired.
    expired_token: str | None = field(default=None, repr=False)
    #: Another valid token with the permission, of another form than the first.
    second_token: str | None = field(default=None, repr=False)
    limits: Limits = field(default_factory=Limits)
    environment: Environment = "staging"
    allow_production: bool = False
    #: The file of known deviations.
    deviations: Path | None = None
    #: Whether a failure counts that does not occur again when its probes are replayed.
    unstable: Unstable = "fail"
    #: Whether a requirement of level SHOULD that does not hold counts as a failure.
    advice: Advice = "ignore"
    #: If true, no request is sent that could change a record.
    read_only: bool = False
    #: Settings for making fixtures through the target's own operations; None if none are made.
    provision: object | None = None
    #: File of the certificate authorities to trust instead of the public ones, in PEM form.
    ca_file: Path | None = None
    #: URL of the HTTP proxy to go through; it may hold credentials.
    proxy: str | None = field(default=None, repr=False)
    #: Key of a token -> where that token comes from, if it is not in the targets file.
    token_sources: Mapping[str, TokenSource] = field(default_factory=dict, hash=False)
    #: Headers that are sent with every request, for what stands in front of the API.
    headers: tuple[ExtraHeader, ...] = ()
    #: What is presented to a server that asks for a certificate.
    client_certificate: ClientCertificate | None = None
    #: The team's own copy of the vendor's OpenAPI document; None for the one that is built in.
    contract: ContractFile | None = None
    #: A description by its owner.
    description: str = ""
    #: The ids of the requirements that may count against it; None for those that the stored data proves.
    gating: frozenset[str] | None = field(default=None, compare=False, repr=False)

    @classmethod
    def from_dict(cls, name: str, data: dict[str, Any], form: TargetForm) -> Target:
        """Build from a validated entry of a targets file, in the form of its API."""
        return cls(
            name=name,
            api=data["api"],
            form=form,
            base_url=data["base_url"].rstrip("/"),
            token=_text(data.get("token")) or "",
            forbidden_token=_text(data.get("forbidden_token")),
            expired_token=_text(data.get("expired_token")),
            second_token=_text(data.get("second_token")),
            token_sources=sources_in(data, TOKENS),
            headers=extra_headers(data.get("headers", {})),
            client_certificate=_client_certificate(data),
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
            contract=ContractFile.from_text(data.get("contract")),
            description=data.get("description", ""),
        )

    def with_made_fixtures(self, made: Fixtures) -> Target:
        """Return the target with the fixtures that were made for this run, followed by those of the targets file."""
        return replace(self, fixtures=made.followed_by(self.fixtures), provision=None)

    def with_token(self, key: str, value: str, source: TokenSource) -> Target:
        """Return the target with a token that `source` has given for a key of `TOKENS`; the next one comes from it."""
        changes: dict[str, Any] = {key: value, "token_sources": {**self.token_sources, key: source}}
        return replace(self, **changes)

    @property
    def absent_appointment(self) -> str:
        """An id of the right form that no record has: the configured one, or a made-up one."""
        return self.fixtures.absent_appointment or self.form.absent_id(self.base_url)

    @property
    def absent_ids(self) -> Mapping[str, str]:
        """Kind of record -> an id of the right form that no record of that kind has."""
        return {"appointment": self.absent_appointment, **self.form.absent_other_ids(self.base_url)}

    @property
    def altered_token(self) -> str:
        """The token with upper and lower case exchanged; empty if it has no letters, as it would be the same token."""
        return altered(self.token)

    @property
    def truncated_token(self) -> str:
        """The token without its last character; `=` at its end is only padding and is removed first."""
        return truncated(self.token)

    def has_token(self, key: str) -> bool:
        """Whether one of `TOKENS` is given: as text, or by a source from which a run obtains it."""
        return bool(getattr(self, key)) or key in self.token_sources

    @property
    def lasting_secret(self) -> str:
        """A secret that is the same in every run of the target, also where each run obtains another token."""
        return self.token_sources["token"].lasting_secret if "token" in self.token_sources else self.token

    def secrets(self) -> dict[str, str]:
        """Return placeholder name -> secret value; the names replace the values in every report."""
        named = {
            "TOKEN": self.token,
            "FORBIDDEN_TOKEN": self.forbidden_token,
            "EXPIRED_TOKEN": self.expired_token,
            "SECOND_TOKEN": self.second_token,
            "ALTERED_TOKEN": self.altered_token,
            "TRUNCATED_TOKEN": self.truncated_token,
            "PROXY_PASSWORD": unquote(urlsplit(self.proxy or "").password or ""),
            "CLIENT_KEY_PASSWORD": self.client_certificate and self.client_certificate.password,
        }
        named |= {header.placeholder: header.value for header in self.headers if header.is_secret}
        for key, source in self.token_sources.items():
            prefix = "" if key == "token" else f"{key.removesuffix('_token').upper()}_"
            named |= {f"{prefix}{name}": value for name, value in source.secrets().items()}
        return {name: value for name, value in named.items() if value}


def altered(token: str) -> str:
    """Return a token with upper and lower case exchanged; empty if it has no letters."""
    other = token.swapcase()
    return other if other != token else ""


def truncated(token: str) -> str:
    """Return a token without its last character; `=` at its end is only padding and is removed first."""
    return token.rstrip("=")[:-1]


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _client_certificate(data: Mapping[str, Any]) -> ClientCertificate | None:
    if "client_certificate" not in data:
        return None
    key = data.get("client_key")
    return ClientCertificate(
        Path(data["client_certificate"]), Path(key) if key else None, data.get("client_key_password")
    )
