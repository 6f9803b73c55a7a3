"""Admission: checks of a target's settings before anything is sent to it."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

from appointment_conformance.errors import ConfigurationError

from .address import host_of
from .extra_header import repeated_name
from .target import TOKENS, Target
from .token_expiry import expiry_of
from .token_form import FormError


def check_target(target: Target) -> Target:
    """Return `target` if its settings allow a run. Raises ConfigurationError otherwise.

    A production system is refused unless it has `allow_production: true`, and so are settings that contradict each
    other.
    """
    if target.read_only and target.provision:
        raise ConfigurationError(
            f"target `{target.name}`: provision makes records and read_only forbids that; remove one of them."
        )
    check_tokens(target)
    _refuse_headers(target)
    if is_production(target) and not target.allow_production:
        raise ConfigurationError(
            f"target `{target.name}` is a production system ({_production_evidence(target)}); use a staging system, "
            "or set allow_production: true if every fixture may be used up."
        )
    return target


def check_tokens(target: Target) -> None:
    """Raise ConfigurationError if the tokens that are known contradict their keys."""
    _refuse_one_token_twice(target)
    _refuse_wrong_ends(target, datetime.now(UTC))


def _refuse_headers(target: Target) -> None:
    """Raise ConfigurationError for a header that is given twice."""
    if name := repeated_name(target.headers):
        raise ConfigurationError(f"target `{target.name}`: headers has {name} twice; keep one of them.")
    has_credentials = "@" in urlsplit(target.proxy or "").netloc
    if has_credentials and any(header.name.lower() == "proxy-authorization" for header in target.headers):
        raise ConfigurationError(
            f"target `{target.name}`: headers has Proxy-Authorization and proxy has credentials; remove one of them."
        )


def _refuse_one_token_twice(target: Target) -> None:
    """Raise ConfigurationError if two keys have the same token, which cannot be both."""
    tokens = {key: value for key in TOKENS if (value := getattr(target, key))}
    for key, value in tokens.items():
        first = next(name for name in tokens if tokens[name] == value)
        if first != key:
            raise ConfigurationError(
                f"target `{target.name}`: {key} is {first}; give {TOKENS[key]}, or remove the key."
            )


def _refuse_wrong_ends(target: Target, now: datetime) -> None:
    """Raise ConfigurationError if a token's own expiry contradicts its key: expired where it must not be, or valid."""
    for key in ("forbidden_token", "second_token", "expired_token"):
        end = expiry_of(getattr(target, key) or "")
        if end is not None and (end <= now) is not (key == "expired_token"):
            verb, moment = "expired at" if end <= now else "expires at", f"{end:%Y-%m-%d %H:%M}"
            raise ConfigurationError(
                f"target `{target.name}`: {key} {verb} {moment} UTC; give {TOKENS[key]}, or remove the key."
            )


def is_production(target: Target) -> bool:
    """Whether `target` declares itself production, or has the host of a published production server in any spelling.

    Raises ConfigurationError for a base URL without a readable host.
    """
    return target.environment == "production" or _host(target) in target.form.production_hosts


def _production_evidence(target: Target) -> str:
    return "environment: production" if target.environment == "production" else f"its host is {_host(target)}"


def _host(target: Target) -> str:
    try:
        return host_of(target.base_url)
    except FormError as error:
        raise ConfigurationError(f"target `{target.name}`: base_url {error}.") from error
