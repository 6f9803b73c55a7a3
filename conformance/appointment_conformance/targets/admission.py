"""Admission: what a target must be, before anything is sent to it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from appointment_conformance.errors import ConfigurationError

from .address import host_of
from .target import Target
from .token_end import end_of
from .token_form import FormError

#: The keys that hold a token, and what each has to be.
TOKENS: Final[dict[str, str]] = {
    "token": "one that may do all that is judged",
    "forbidden_token": "a valid one that lacks the permission",
    "expired_token": "one that is past its end",
    "second_token": "another valid one with the permission",
}


def admitted(target: Target) -> Target:
    """Return `target` if it may be judged as it is set up. Raises ConfigurationError.

    A production system is refused unless `allow_production` says otherwise, and so are settings that contradict
    each other.
    """
    if target.read_only and target.provision:
        raise ConfigurationError(
            f"target `{target.name}`: provision makes records and read_only forbids it; leave one out."
        )
    _refuse_one_token_twice(target)
    _refuse_wrong_ends(target, datetime.now(UTC))
    if is_production(target) and not target.allow_production:
        raise ConfigurationError(
            f"target `{target.name}` is a production system ({_sign(target)}); use a staging system, "
            "or set allow_production: true if every fixture may be used up."
        )
    return target


def _refuse_one_token_twice(target: Target) -> None:
    """Raise ConfigurationError where one token stands under two keys: it cannot be both."""
    tokens = {key: value for key in TOKENS if (value := getattr(target, key))}
    for key, value in tokens.items():
        first = next(name for name in tokens if tokens[name] == value)
        if first != key:
            raise ConfigurationError(f"target `{target.name}`: {key} is {first}; give {TOKENS[key]}, or leave it out.")


def _refuse_wrong_ends(target: Target, now: datetime) -> None:
    """Raise ConfigurationError where a token says itself that it has ended, or the expired one that it has not."""
    for key in ("forbidden_token", "second_token", "expired_token"):
        end = end_of(getattr(target, key) or "")
        if end is not None and (end <= now) is not (key == "expired_token"):
            word, moment = "ended at" if end <= now else "ends at", f"{end:%Y-%m-%d %H:%M}"
            raise ConfigurationError(
                f"target `{target.name}`: {key} {word} {moment} UTC; give {TOKENS[key]}, or leave it out."
            )


def is_production(target: Target) -> bool:
    """Whether `target` says it is production, or has the host of a published production server, however written.

    Raises ConfigurationError for a base URL without a host that can be read.
    """
    return target.environment == "production" or _host(target) in target.form.production_hosts


def _sign(target: Target) -> str:
    return "environment: production" if target.environment == "production" else f"its host is {_host(target)}"


def _host(target: Target) -> str:
    try:
        return host_of(target.base_url)
    except FormError as error:
        raise ConfigurationError(f"target `{target.name}`: base_url {error}.") from error
