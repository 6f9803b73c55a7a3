"""Wrong credentials, kind by kind."""

from __future__ import annotations

from appointment_conformance.targets import Target
from appointment_conformance.traffic.case import Credentials
from appointment_conformance.traffic.probe import Headers, Probe, bearer
from appointment_conformance.traffic.recording import Seen

from .context import ScenarioContext
from .reads import read_with_credentials_of

#: Not a secret: it opens nothing anywhere.
UNKNOWN_TOKEN = "conformance-unknown-token-0000"  # noqa: S105 - unknown to every target on purpose

#: Kinds that a framework in wide use lets through at its default: they are sent where they would change nothing.
LET_THROUGH = frozenset({Credentials.SCHEME_ENDING})
LET_THROUGH_CASES = frozenset(kind.case for kind in LET_THROUGH)


def wrong_credentials(target: Target) -> tuple[tuple[Credentials, Headers], ...]:
    """Return each kind of wrong credentials that `target` allows to be tried, as (kind, headers)."""
    kinds: list[tuple[Credentials, Headers]] = [
        (Credentials.NONE, ()),
        (Credentials.UNKNOWN, bearer(UNKNOWN_TOKEN)),
        (Credentials.SCHEME, (("Authorization", f"Basic {target.token}"),)),
        (Credentials.MADE_UP_SCHEME, (("Authorization", f"ApiKey {target.token}"),)),
        (Credentials.JUNK_AFTER, (("Authorization", f"Bearer {target.token} x"),)),
        (Credentials.SCHEME_ENDING, (("Authorization", f"XBearer {target.token}"),)),
    ]
    if target.altered_token:
        kinds.append((Credentials.ALTERED, bearer(target.altered_token)))
    if target.truncated_token:
        # What was only begun right: no signature and no lookup by the whole token lets it through.
        kinds.append((Credentials.TRUNCATED, bearer(target.truncated_token)))
    if target.forbidden_token:
        kinds.append((Credentials.FORBIDDEN, bearer(target.forbidden_token)))
    if target.expired_token:
        kinds.append((Credentials.EXPIRED, bearer(target.expired_token)))
    return tuple(kinds)


def send_refused(context: ScenarioContext, probe: Probe) -> Seen | None:
    """Send a probe that has to be refused, once in a run; return the answer, None where it was sent before.

    Where a token that lacks the permission gets a 401, a read with it follows.
    """
    seen = context.send_once(probe)
    if probe.case == Credentials.FORBIDDEN.case and seen and seen.status == 401:
        read_with_credentials_of(context, probe)
    return seen
