"""The state that every reference server has, for any API."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

__all__ = ["EXPIRED_TOKEN", "FORBIDDEN_TOKEN", "FULL_TOKEN", "SECOND_TOKEN", "State"]

FULL_TOKEN = "Reference-Full-4vXq9LmZ7tRb2KdW"  # noqa: S105 - valid only on a server on the loopback interface
FORBIDDEN_TOKEN = "Reference-ReadOnly-8hYp3NcJ6sFg1QzT"  # noqa: S105 - as above
EXPIRED_TOKEN = "Reference-Ended-5mTw2QkV9xBn7LzH"  # noqa: S105 - as above
SECOND_TOKEN = "Reference-Scoped-3jDf8RyG1uMe6CsP"  # noqa: S105 - as above


@dataclass(slots=True)
class State:
    """Tokens, the number of requests so far, and `touched`: records of others that a write has named.

    The first token has all permissions. The second token has only those that the operations need, and an expiry time
    far in the future. `foreign_fixtures` are records of another account for tests: a write may name them and must not
    change them.
    """

    full_token: str = FULL_TOKEN
    forbidden_token: str = FORBIDDEN_TOKEN
    expired_token: str = EXPIRED_TOKEN
    second_token: str = SECOND_TOKEN
    foreign_fixtures: frozenset[str] = frozenset()
    requests: int = 0
    touched: list[str] = field(default_factory=list)
    waiting: dict[str, asyncio.Event] = field(default_factory=dict)

    @property
    def valid_tokens(self) -> frozenset[str]:
        """The tokens that are accepted now."""
        return frozenset({self.full_token, self.forbidden_token, self.second_token})

    async def meet(self, here: str, there: str, *, seconds: float = 0.15) -> bool:
        """Wait at `here` until another request reaches `there`; return whether one does within `seconds`.

        If another request waits at `there` already, both continue at once.
        """
        if there in self.waiting:
            self.waiting.pop(there).set()
            return True
        arrival = self.waiting[here] = asyncio.Event()
        try:
            await asyncio.wait_for(arrival.wait(), seconds)
        except TimeoutError:
            self.waiting.pop(here, None)
            return False
        return True
