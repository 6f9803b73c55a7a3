"""The client: the only way from the suite to a target. It guards, paces, sends, redacts and records."""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic

from appointment_conformance import __version__
from appointment_conformance.errors import TargetLost
from appointment_conformance.targets import Target
from appointment_reports import Exchange, Request, Response, cut

from .codings import redacted
from .guard import RequestGuard
from .policy import RequestPolicy
from .probe import Probe
from .rate_limits import RateLimiter, moment_of, retry_after
from .raw_connection import Answer, Timeouts, send_together
from .recording import UNAVAILABLE, Recording, Seen
from .requests_session import exchange, renew, session, set_guard
from .response_limits import CONTENT_CAP
from .route import Route
from .secrets import credentials_of, secrets_of

#: Characters of what went wrong in place of an answer.
ERROR_LIMIT = 500
#: After so many probes in a row without any response the target is taken for lost.
MAX_CONSECUTIVE_UNANSWERED = 5
#: How often a probe is sent at most while the target asks for patience.
MAX_ATTEMPTS = 6
#: Seconds to wait at least before a probe is sent again, doubled each time, whatever the target asks for.
MIN_WAIT_SECONDS = 0.25
#: How often a probe is sent again at most where no answer came and that is safe, and the seconds before.
RECONNECTS, RECONNECT_SECONDS = 1, 0.2
#: After so many probes in a row for which the target only asked for patience it is taken for lost.
MAX_CONSECUTIVE_UNAVAILABLE = 2


class Client:
    """Sends probes to one target; `recording` is where what came back goes, and may be exchanged between conducts."""

    def __init__(self, target: Target, *, policy: RequestPolicy, run_id: str, recording: Recording) -> None:
        """Connect to nothing yet; `policy` decides about every request."""
        self.recording = recording
        self.rate_limiter = RateLimiter(target.limits)
        self._base_url = target.base_url
        self._guard = RequestGuard(target.base_url, policy)
        self._secrets = secrets_of(target)
        self._credentials = credentials_of(target)
        self._timeouts = Timeouts(connect=target.limits.connect_timeout_seconds, answer=target.limits.timeout_seconds)
        self._headers = {
            "Accept": "application/json",
            # Said outright: a library would name whatever codings happen to be installed on this machine.
            "Accept-Encoding": "gzip, deflate",
            "User-Agent": f"appointment-conformance/{__version__} (run {run_id}) Python/{platform.python_version()}",
            "X-Conformance-Run": run_id,
        }
        self._route = Route.to(target)
        self._session = session(self._guard, self._headers, self._route)
        self._silent = self._put_off = 0
        #: Methods whose last probe got nothing but a plea for patience, however often it was sent.
        self._only_put_off: set[str] = set()
        self._numbers = iter(range(1, 10**9))

    def send(self, probe: Probe, scenario: str) -> Seen:
        """Send one probe on the session, on a connection that served others before only where it may be sent again."""
        request = self._request(probe)
        if not probe.repeatable:
            renew(self._session)
        return self._ask([probe], [request], scenario, lambda: [exchange(self._session, request, self._timeouts)])[0]

    def send_together(self, probes: Sequence[Probe], scenario: str) -> list[Seen]:
        """Send probes on bare connections of their own, at the same instant, and read each answer to its last byte.

        Where the target is unavailable to some of them only, what happened together cannot be judged: it is recorded,
        but no evidence.
        """
        requests = [self._request(probe) for probe in probes]
        for request in requests:
            self._guard.check(request.method, request.url, request.body)
        return self._ask(probes, requests, scenario, lambda: send_together(requests, self._route, self._timeouts))

    def set_policy(self, policy: RequestPolicy) -> None:
        """Let `policy` decide about every later request, and no other."""
        self._guard = RequestGuard(self._base_url, policy)
        set_guard(self._session, self._guard)

    def close(self) -> None:
        """Let go of the connections."""
        self._session.close()

    def _ask(
        self, probes: Sequence[Probe], requests: Sequence[Request], scenario: str, once: Callable[[], list[Answer]]
    ) -> list[Seen]:
        """Send with `once`, again after the wait asked for while the target is unavailable (429, 503) to them all.

        Where no answer came it is sent once more if that is safe: a read, or what the target cannot have acted on.
        """
        # While other probes are answered, one kind that never is need not be waited for each time.
        is_alone = self._put_off == 0 and probes[0].method in self._only_put_off
        is_hopeless = self._put_off >= MAX_CONSECUTIVE_UNAVAILABLE or is_alone
        attempts = 1 if is_hopeless else MAX_ATTEMPTS
        for number in range(1, attempts + 1):
            seen, harmless = self._attempt(probes, requests, scenario, once)
            unavailable = [one for one in seen if one.status in UNAVAILABLE and not _may_have_made(one)]
            if number == attempts or not (len(unavailable) == len(seen) or (harmless and number <= RECONNECTS)):
                break
            renew(self._session)
            self.rate_limiter.wait(_wait_before(number + 1, unavailable))
        if len(unavailable) in {0, len(seen)}:
            self.recording.add_evidence(seen)
        if len(unavailable) == len(seen):
            self._only_put_off.add(probes[0].method)
        else:
            self._only_put_off.discard(probes[0].method)
        self._check_alive(seen)
        return seen

    def _check_alive(self, seen: Sequence[Seen]) -> None:
        """Raise TargetLost where for too many probes in a row nothing came, or nothing but a plea for patience."""
        for one in seen:
            self._silent = self._silent + 1 if one.is_silence else 0
        self._put_off = self._put_off + 1 if all(one.status in UNAVAILABLE for one in seen) else 0
        if self._silent >= MAX_CONSECUTIVE_UNANSWERED:
            raise TargetLost(f"the target stopped answering: {seen[-1].exchange.error}.")
        if self._put_off >= MAX_CONSECUTIVE_UNAVAILABLE:
            raise TargetLost(f"the target does nothing but ask for patience (status {seen[-1].status}).")

    def _attempt(
        self, probes: Sequence[Probe], requests: Sequence[Request], scenario: str, once: Callable[[], list[Answer]]
    ) -> tuple[list[Seen], bool]:
        """Send once; return what came, and whether nothing came that sending again could do twice."""
        self.rate_limiter.acquire(len(probes))
        started_at, clock = datetime.now(UTC), monotonic()
        answers, seconds = once(), monotonic() - clock
        sent = list(zip(probes, requests, answers, strict=True))
        harmless = all(_lost_on_the_way(probe, one) for probe, _, one in sent)
        seen = [
            self._record(probe, request, answer, scenario, (started_at, seconds)) for probe, request, answer in sent
        ]
        return seen, harmless

    def _request(self, probe: Probe) -> Request:
        """The whole request, so that its record replays as it was sent."""
        headers = (*self._headers.items(), *probe.headers)
        return Request(probe.method, f"{self._base_url}{probe.path}", headers, probe.body)

    def _record(
        self, probe: Probe, request: Request, answer: Answer, scenario: str, when: tuple[datetime, float]
    ) -> Seen:
        made = Exchange(
            number=next(self._numbers),
            scenario=scenario,
            probe=probe.name,
            operation=probe.operation,
            request=self._redacted_request(request),
            response=self._redacted_response(answer.response) if answer.response else None,
            started_at=when[0],
            duration_seconds=when[1],
            error=cut(self._secrets.hide_text(answer.error), ERROR_LIMIT) if answer.error else None,
        )
        return self.recording.add_exchange(probe, made)

    def _redacted_request(self, request: Request) -> Request:
        """What the suite itself has made holds secrets as a whole alone."""
        hide = self._secrets.hide_whole
        return replace(
            request,
            url=hide(request.url.encode()).decode(),
            headers=tuple((name, self._hidden_header(name, value)) for name, value in request.headers),
            body=None if request.body is None else hide(request.body),
        )

    def _hidden_header(self, name: str, value: str) -> str:
        secrets = self._credentials if name.lower() == "authorization" else self._secrets
        return secrets.hide_whole(value.encode()).decode()

    def _redacted_response(self, response: Response) -> Response:
        hide = self._secrets.hide_text
        coding = next((value for name, value in response.headers if name.lower() == "content-encoding"), "")
        body, left_out = redacted(response.body, self._secrets, hide(coding))
        return replace(
            response,
            headers=tuple((hide(name), hide(value)) for name, value in response.headers),
            body=_cut(body),
            reason=hide(response.reason),
            stray=redacted(response.stray, self._secrets).content,
            left_out=left_out,
        )


def _cut(body: bytes) -> bytes:
    """What is kept of a body; no placeholder is cut in two."""
    return cut(body.decode("latin-1"), CONTENT_CAP).encode("latin-1") if len(body) > CONTENT_CAP else body


def _may_have_made(seen: Seen) -> bool:
    """Whether a record may stand that nobody would know of once it is asked for again: a 429 alone did nothing."""
    return seen.status != 429 and seen.probe.kind == "setup" and seen.probe.method == "POST"


def _lost_on_the_way(probe: Probe, answer: Answer) -> bool:
    """Whether sending it again does nothing twice: it never left, or a repeatable one met a connection that ended.

    A 408 says that no whole request arrived (RFC 9110, section 15.5.9): the server has closed an idle connection.
    """
    if answer.response is not None:
        return answer.response.status == 408 and probe.repeatable
    return answer.unsent or (answer.dropped and probe.repeatable)


def _wait_before(attempt: int, unavailable: Sequence[Seen]) -> float:
    """Return the seconds to wait before attempt number `attempt`: those asked for, but longer each time."""
    if not unavailable:
        return RECONNECT_SECONDS
    shortest = MIN_WAIT_SECONDS * 2.0 ** (attempt - 2)
    return max(shortest, *(asked_wait(one) for one in unavailable))


def asked_wait(seen: Seen) -> float:
    """Return the seconds that an answer asks to wait before the next request."""
    response = seen.exchange.response
    found = {name.lower(): value for name, value in reversed(response.headers if response else ())}
    return retry_after(found.get("retry-after"), now=moment_of(found.get("date")))
