"""How far the run of a target is, from its events. If its process is killed, nothing more is known of the run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from appointment_conformance.wording import amount

#: How many failed requirements a sentence names.
MAX_NAMED = 6


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known from the events of one target so far."""

    run_id: str = ""
    api: str = "unknown"
    base_url: str = "unknown"
    requests: int = 0
    appointments: int = 0
    #: The name of the scenario that runs, its number, and the number of scenarios.
    scenario: tuple[str, int, int] | None = None
    #: The verdict of each requirement that was judged, by its name.
    judged: tuple[tuple[str, str], ...] = ()

    def after(self, event: Mapping[str, Any]) -> Progress:
        """Return what is known after one more event. An event of an unknown kind changes nothing."""
        match event:
            case {"event": "begun", "run_id": run_id, "api": api, "base_url": base_url}:
                return replace(self, run_id=run_id, api=api, base_url=base_url)
            case {"event": "sent", "requests": requests, "appointments": appointments}:
                return replace(self, requests=requests, appointments=appointments)
            case {"event": "scenario", "name": name, "number": number, "total": total}:
                return replace(self, scenario=(name, number, total))
            case {"event": "requirement", "name": name, "verdict": verdict}:
                return replace(self, judged=(*self.judged, (name, verdict)))
            case _:
                return self

    def summary(self) -> str:
        """Return one sentence that says how far the run was."""
        if not self.requests:
            return "Nothing was sent."
        was = "request was" if self.requests == 1 else "requests were"
        return f"{self.requests} {was} sent{self._last_scenario()}{self._judged()}."

    def _last_scenario(self) -> str:
        if self.scenario is None or self.judged:
            return ""
        name, number, total = self.scenario
        return f"; the last scenario that started is `{name}`, {number} of {total}"

    def _judged(self) -> str:
        if not self.judged:
            return "; nothing was judged"
        counts = Counter(verdict for _, verdict in self.judged)
        listed = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
        failed = [name for name, verdict in self.judged if verdict == "failed"]
        more = f" and {len(failed) - MAX_NAMED} more" if len(failed) > MAX_NAMED else ""
        named = f" ({', '.join(failed[:MAX_NAMED])}{more})" if failed else ""
        return f"; {amount(len(self.judged), 'requirement')} judged before it ended: {listed}{named}"
