"""Wrong credentials, kind by kind."""

from __future__ import annotations

from appointment_conformance.targets import Target
from appointment_conformance.traffic.probe import Headers, bearer

#: Not a secret: it opens nothing anywhere.
UNKNOWN_TOKEN = "conformance-unknown-token-0000"  # noqa: S105 - unknown to every target on purpose

#: Kinds that a framework in wide use lets through at its default: they are sent where they would change nothing.
LET_THROUGH = frozenset({"scheme-ending"})


def wrong_credentials(target: Target) -> tuple[tuple[str, Headers], ...]:
    """Return each kind of wrong credentials that `target` allows to be tried, as (kind, headers)."""
    kinds: list[tuple[str, Headers]] = [
        ("none", ()),
        ("unknown", bearer(UNKNOWN_TOKEN)),
        ("scheme", (("Authorization", f"Basic {target.token}"),)),
        ("scheme/made-up", (("Authorization", f"ApiKey {target.token}"),)),
        ("junk-after", (("Authorization", f"Bearer {target.token} x"),)),
        ("scheme-ending", (("Authorization", f"XBearer {target.token}"),)),
    ]
    if target.altered_token:
        kinds.append(("altered", bearer(target.altered_token)))
    if target.truncated_token:
        # What was only begun right: no signature and no lookup by the whole token lets it through.
        kinds.append(("truncated", bearer(target.truncated_token)))
    if target.forbidden_token:
        kinds.append(("forbidden", bearer(target.forbidden_token)))
    if target.expired_token:
        kinds.append(("expired", bearer(target.expired_token)))
    return tuple(kinds)
