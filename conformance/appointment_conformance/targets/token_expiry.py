"""Read the expiry from a token that is a JSON Web Token (RFC 7519, section 4.1.4)."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime


def expiry_of(token: str) -> datetime | None:
    """Return when `token` expires, or None if it has no readable expiry. The signature is not verified."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        end = claims.get("exp") if isinstance(claims, dict) else None
        if isinstance(end, bool) or not isinstance(end, int | float):
            return None
        return datetime.fromtimestamp(end, UTC)
    except (ValueError, OverflowError, OSError, RecursionError):
        return None
