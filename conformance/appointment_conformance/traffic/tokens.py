"""The tokens of one target during one run: obtained before anything is sent, and renewed before they end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Final

from appointment_conformance.errors import NotTestable, TargetLost
from appointment_conformance.targets import Target
from appointment_conformance.targets.admission import check_tokens
from appointment_conformance.targets.target import altered, truncated
from appointment_conformance.targets.token_source import OAuth2, TokenCommand, TokenSource

from .obtained_token import ObtainedToken
from .probe import Headers
from .redaction import track_instead
from .secrets import credentials_of, secrets_of
from .token_command import run_token_command
from .token_request import request_token

#: A token is renewed so many seconds before its end, or after half of its life if that is later.
MARGIN_SECONDS: Final = 30.0
#: The shortest life that refusals make the run expect of a token whose source names no end.
MIN_LIFE_SECONDS: Final = 1.0
#: The key whose token has expired, and stays so.
NOT_RENEWED: Final = "expired_token"
#: Returns a token of a source. Raises NotTestable if it gives none.
Obtain = Callable[[TokenSource], ObtainedToken]


@dataclass(frozen=True, slots=True)
class _Held:
    """The current token of one key."""

    source: TokenSource
    value: str = field(repr=False)
    obtained_at: float
    #: Seconds from `obtained_at` to its end, None if no end is known.
    life: float | None = None

    @property
    def renew_at(self) -> float:
        """The moment from which a new one is obtained instead."""
        if self.life is None:
            return float("inf")
        return self.obtained_at + self.life - min(MARGIN_SECONDS, self.life / 2)

    @property
    def is_over(self) -> bool:
        """Whether it has reached its end."""
        return self.life is not None and monotonic() >= self.obtained_at + self.life


class Tokens:
    """Obtains and renews the tokens of a target. What a run builds with the first one is sent with the current one.

    Every token that was obtained stays a secret until the end of the run.
    """

    def __init__(self, target: Target, obtain: Obtain) -> None:
        """Obtain nothing yet."""
        self._target, self._obtain = target, obtain
        self._held: dict[str, _Held] = {}
        #: The target with each of the tokens that it has had.
        self._known: tuple[Target, ...] = ()
        self.secrets, self.credentials = secrets_of(target), credentials_of(target)

    def obtain(self) -> Target:
        """Return the target with a token of each of its sources.

        Raises NotTestable if a source gives none, and ConfigurationError if two keys get the same token, or if the end
        of one contradicts its key.
        """
        for key, source in self._target.token_sources.items():
            held = self._new(source)
            self._target = self._target.with_token(key, held.value, source)
            self._hold(key, held)
        if self._held:
            check_tokens(self._target)
        return self._target

    def as_sent(self, headers: Headers) -> Headers:
        """Return headers with the current tokens in place of the first ones; one that is about to end is renewed first.

        Raises TargetLost if a token has reached its end and its source gives no other.
        """
        if not self._held:
            return headers
        return tuple(
            (name, self._credentials(value) if name.lower() == "authorization" else value) for name, value in headers
        )

    def is_own(self, value: str) -> bool:
        """Whether a value is the target's `token`, or one that its source has given since."""
        return any(value == known.token for known in (self._target, *self._known))

    def renew_refused(self) -> bool:
        """Obtain another `token`, as a request with valid credentials is refused; return whether there is one.

        If no end of it was known, the time until the refusal is how long the next one is expected to live.
        """
        held = self._held.get("token")
        if held is None:
            return False
        life = held.life or max(MIN_LIFE_SECONDS, monotonic() - held.obtained_at)
        try:
            self._renew("token", life)
        except NotTestable:
            return False
        return True

    def _credentials(self, value: str) -> str:
        """Return credentials that hold the first token of a key, or a changed form of it, with the current one."""
        for key in self._held:
            first = _forms(getattr(self._target, key))
            place = next((place for place, form in enumerate(first) if form and form in value), None)
            if place is not None:
                return value.replace(first[place], _forms(self._current(key))[place] or first[place])
        return value

    def _current(self, key: str) -> str:
        held = self._held[key]
        if key != NOT_RENEWED and monotonic() >= held.renew_at:
            try:
                self._renew(key, held.life)
            except NotTestable as error:
                if held.is_over:
                    raise TargetLost(f"the token has ended, and there is no other: {error}") from error
        return self._held[key].value

    def _renew(self, key: str, life: float | None) -> None:
        self._hold(key, self._new(self._held[key].source, life))

    def _hold(self, key: str, held: _Held) -> None:
        """Let a token be the current one of its key, and a secret, and so what the next one is asked with."""
        self._held[key] = held
        self._known += (self._target.with_token(key, held.value, held.source),)
        former, self.secrets = self.secrets, secrets_of(self._target, *self._known)
        self.credentials = credentials_of(self._target, *self._known)
        track_instead(self.secrets, former)

    def _new(self, source: TokenSource, life: float | None = None) -> _Held:
        """Return a new token; `life` is how long it is expected to live if nothing says so."""
        try:
            obtained = self._obtain(source).checked(source.key)
        except NotTestable as error:
            raise NotTestable(self.secrets.hide_text(str(error))) from None
        if isinstance(source, OAuth2) and source.grant == "refresh_token" and obtained.refresh_token:
            # The endpoint may accept each refresh token once (RFC 6749, section 6).
            source = replace(source, refresh_token=obtained.refresh_token)
        return _Held(source, obtained.value, monotonic(), obtained.seconds_left or life)


def sources_of(target: Target, headers: Mapping[str, str]) -> Obtain:
    """Return what obtains the tokens of a target; `headers` are those of the suite, for a token endpoint."""

    def obtain(source: TokenSource) -> ObtainedToken:
        if isinstance(source, TokenCommand):
            return run_token_command(source)
        return request_token(source, target, headers)

    return obtain


def _forms(token: str) -> tuple[str, str, str]:
    """Return a token and what probes make of it; the one that contains another comes first."""
    return token, altered(token), truncated(token)
