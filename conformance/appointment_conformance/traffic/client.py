"""The client sends every request of the suite: it guards, limits the rate, sends, redacts and records."""

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
from .http2 import speaks_http_2
from .policy import RequestPolicy
from .probe import Probe
from .rate_limits import RateLimiter, moment_of, retry_after
from .raw_connection import ENDED_EARLY, IN_HTTP_2, Answer, Timeouts, send_together
from .recording import UNAVAILABLE, ProbeResult, Recording
from .requests_session import open_session, renew_connections, send_request, set_guard
from .response_limits import CONTENT_CAP
from .route import Route
from .secrets import Secrets
from .tokens import Tokens, sources_of

#: Sends requests, and returns the answers in their order.
SendOnce = Callable[[Sequence[Request]], list[Answer]]
#: Larger bodies are judged as they are recorded, without secrets: what is received stays in memory.
RECEIVED_CAP = 64 * 1024
#: Maximum length of a recorded error, in characters.
ERROR_LIMIT = 500
#: Give up after this many consecutive probes without any response.
MAX_CONSECUTIVE_UNANSWERED = 5
#: Send a probe at most this often while the target answers 429 or 503.
MAX_ATTEMPTS = 6
#: Minimum seconds to wait before a probe is resent, doubled each time; a longer Retry-After is followed.
MIN_WAIT_SECONDS = 0.25
#: If no answer came and resending is safe, resend at most this often, after this many seconds.
RECONNECTS, RECONNECT_SECONDS = 1, 0.2
#: Give up after this many consecutive probes that were answered only 429 or 503.
MAX_CONSECUTIVE_UNAVAILABLE = 2


class Client:
    """Sends probes to one target and adds each exchange to `recording`, which may be replaced between runs."""

    def __init__(self, target: Target, *, policy: RequestPolicy, run_id: str, recording: Recording) -> None:
        """Open no connection yet; `policy` decides about every request."""
        self.recording = recording
        self.rate_limiter = RateLimiter(target.limits)
        self._base_url = target.base_url
        self._guard = RequestGuard(target.base_url, policy)
        self._timeouts = Timeouts(connect=target.limits.connect_timeout_seconds, answer=target.limits.timeout_seconds)
        self._headers = {
            "Accept": "application/json",
            # Set explicitly: a library would list the codings that are installed on this machine.
            "Accept-Encoding": "gzip, deflate",
            "User-Agent": f"appointment-conformance/{__version__} (run {run_id}) Python/{platform.python_version()}",
            "X-Conformance-Run": run_id,
        }
        self._tokens = Tokens(target, sources_of(target, dict(self._headers)))
        self._headers |= {header.name: header.value for header in target.headers}
        self._hidden_headers = {h.name.lower(): f"${{{h.placeholder}}}" for h in target.headers if h.is_secret}
        self._route = Route.to(target)
        self._session = open_session(self._guard, self._headers, self._route)
        #: Number of consecutive probes without a response, and of consecutive ones answered only 429 or 503.
        self._unanswered = self._unavailable = 0
        #: Methods whose last probe was answered 429 or 503 at every attempt.
        self._unavailable_methods: set[str] = set()
        #: Whether the server speaks HTTP/2 and no HTTP/1.1; None until it has been asked anything.
        self._is_http_2: bool | None = None
        self._numbers = iter(range(1, 10**9))

    @property
    def secrets(self) -> Secrets:
        """The secrets of the target, with every token that was obtained so far."""
        return self._tokens.secrets

    def sign_in(self) -> Target:
        """Return the target with a token of each of its sources. Raises NotTestable or ConfigurationError."""
        return self._tokens.obtain()

    def renew_token(self) -> bool:
        """Obtain another token, as one is refused that was accepted before; return whether there is one."""
        return self._tokens.renew_refused()

    def send(self, probe: Probe, scenario: str) -> ProbeResult:
        """Send one probe on the session. A probe that may not be resent gets a new connection."""
        if not probe.repeatable:
            renew_connections(self._session)

        def send_once(requests: Sequence[Request]) -> list[Answer]:
            return [send_request(self._session, request, self._timeouts) for request in requests]

        return self._send_with_retries([probe], scenario, send_once)[0]

    def send_together(self, probes: Sequence[Probe], scenario: str) -> list[ProbeResult]:
        """Send each probe on a raw connection of its own, all at the same instant, and read each answer completely.

        If the target is unavailable for only some of them, the exchanges are recorded but are not evidence, as the
        race cannot be judged.
        """
        for probe in probes:
            self._guard.check(probe.method, self._url(probe), probe.body)

        def send_once(requests: Sequence[Request]) -> list[Answer]:
            return send_together(requests, self._route, self._timeouts)

        return self._send_with_retries(probes, scenario, send_once)

    def set_policy(self, policy: RequestPolicy) -> None:
        """Replace the policy for all later requests."""
        self._guard = RequestGuard(self._base_url, policy)
        set_guard(self._session, self._guard)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _send_with_retries(self, probes: Sequence[Probe], scenario: str, send_once: SendOnce) -> list[ProbeResult]:
        """Send probes with `send_once`; while the target is unavailable (429, 503) to all of them, wait and resend.

        If no answer came, resend once if that is safe: the probe is a read, or the target cannot have acted on it.
        """
        # If a method is never available while others are answered, do not wait for it again.
        is_only_method = self._unavailable == 0 and probes[0].method in self._unavailable_methods
        is_given_up = self._unavailable >= MAX_CONSECUTIVE_UNAVAILABLE or is_only_method
        attempts = 1 if is_given_up else MAX_ATTEMPTS
        for number in range(1, attempts + 1):
            seen, is_safe = self._attempt(probes, scenario, send_once)
            unavailable = [
                result for result in seen if result.status in UNAVAILABLE and not _may_have_created_record(result)
            ]
            if number == attempts or not (len(unavailable) == len(seen) or (is_safe and number <= RECONNECTS)):
                break
            renew_connections(self._session)
            self.rate_limiter.wait(_wait_before(number + 1, unavailable))
        if len(unavailable) in {0, len(seen)}:
            self.recording.add_evidence(seen)
        if len(unavailable) == len(seen):
            self._unavailable_methods.add(probes[0].method)
        else:
            self._unavailable_methods.discard(probes[0].method)
        self._check_alive(seen)
        return seen

    def _check_alive(self, seen: Sequence[ProbeResult]) -> None:
        """Raise TargetLost after too many consecutive probes without an answer, or with only 429 and 503."""
        for result in seen:
            self._unanswered = self._unanswered + 1 if result.is_silence else 0
        self._unavailable = self._unavailable + 1 if all(result.status in UNAVAILABLE for result in seen) else 0
        if self._unanswered >= MAX_CONSECUTIVE_UNANSWERED:
            raise TargetLost(f"the target stopped answering: {seen[-1].exchange.error}.")
        if self._unavailable >= MAX_CONSECUTIVE_UNAVAILABLE:
            raise TargetLost(f"the target does nothing but ask for patience (status {seen[-1].status}).")

    def _attempt(self, probes: Sequence[Probe], scenario: str, send_once: SendOnce) -> tuple[list[ProbeResult], bool]:
        """Send once; return the results, and whether no answer came and resending cannot perform an action twice."""
        self.rate_limiter.acquire(len(probes))
        # Built when they are sent: until then a token may have been renewed.
        requests = [self._request(probe) for probe in probes]
        started_at, clock = datetime.now(UTC), monotonic()
        answers, seconds = self._explained(send_once(requests), requests[0].url), monotonic() - clock
        sent = list(zip(probes, requests, answers, strict=True))
        is_safe = all(_is_safe_to_resend(probe, answer) for probe, _, answer in sent)
        seen = [
            self._record(probe, request, answer, scenario, (started_at, seconds)) for probe, request, answer in sent
        ]
        return seen, is_safe

    def _explained(self, answers: list[Answer], url: str) -> list[Answer]:
        """Return the answers; if the server ends the first connection without a word, ask whether it wants HTTP/2."""
        is_silent = all(answer.error == ENDED_EARLY for answer in answers)
        if self._is_http_2 is None:
            self._is_http_2 = is_silent and speaks_http_2(url, self._route, self._timeouts)
        return [replace(answer, error=IN_HTTP_2) for answer in answers] if is_silent and self._is_http_2 else answers

    def _request(self, probe: Probe) -> Request:
        """Return the complete request, so that its record can be replayed as it was sent."""
        headers = (*self._headers.items(), *self._tokens.as_sent(probe.headers))
        return Request(probe.method, self._url(probe), headers, probe.body)

    def _url(self, probe: Probe) -> str:
        return f"{self._base_url}{probe.path}"

    def _record(
        self, probe: Probe, request: Request, answer: Answer, scenario: str, when: tuple[datetime, float]
    ) -> ProbeResult:
        redacted_response = self._redacted_response(answer.response) if answer.response else None
        recorded = Exchange(
            number=next(self._numbers),
            scenario=scenario,
            probe=probe.name,
            operation=probe.operation,
            request=self._redacted_request(request),
            response=redacted_response,
            started_at=when[0],
            duration_seconds=when[1],
            error=cut(self.secrets.hide_text(answer.error), ERROR_LIMIT) if answer.error else None,
        )
        return self.recording.add_exchange(probe, recorded, _received(answer.response, redacted_response))

    def _redacted_request(self, request: Request) -> Request:
        """Return the request without secrets; the suite built it, so it contains no partial secrets."""
        hide = self.secrets.hide_whole
        return replace(
            request,
            url=hide(request.url.encode()).decode(),
            headers=tuple((name, self._hidden_header(name, value)) for name, value in request.headers),
            body=None if request.body is None else hide(request.body),
        )

    def _hidden_header(self, name: str, value: str) -> str:
        if hidden := self._hidden_headers.get(name.lower()):
            return hidden
        secrets = self._tokens.credentials if name.lower() == "authorization" else self.secrets
        return secrets.hide_whole(value.encode()).decode()

    def _redacted_response(self, response: Response) -> Response:
        hide = self.secrets.hide_text
        coding = next((value for name, value in response.headers if name.lower() == "content-encoding"), "")
        body, left_out = redacted(response.body, self.secrets, hide(coding))
        return replace(
            response,
            headers=tuple((hide(name), hide(value)) for name, value in response.headers),
            body=_cut(body),
            reason=hide(response.reason),
            stray=redacted(response.stray, self.secrets).content,
            left_out=left_out,
        )


def _received(response: Response | None, recorded: Response | None) -> Response | None:
    """Return a response as it was received if its record differs and is not large, else None."""
    if response is None or recorded is None or len(response.body) > RECEIVED_CAP:
        return None
    is_same = (response.headers, response.body, response.reason) == (recorded.headers, recorded.body, recorded.reason)
    return None if is_same else response


def _cut(body: bytes) -> bytes:
    """Return the part of a body that is kept; no placeholder is cut."""
    return cut(body.decode("latin-1"), CONTENT_CAP).encode("latin-1") if len(body) > CONTENT_CAP else body


def _may_have_created_record(seen: ProbeResult) -> bool:
    """Whether the request may have created a record, which resending would hide; a 429 certainly created none."""
    return seen.status != 429 and seen.probe.kind == "setup" and seen.probe.method == "POST"


def _is_safe_to_resend(probe: Probe, answer: Answer) -> bool:
    """Whether resending cannot act twice: nothing was sent, or a repeatable probe found its connection closed.

    A 408 says that no complete request arrived (RFC 9110, section 15.5.9): the server closed an idle connection.
    """
    if answer.response is not None:
        return answer.response.status == 408 and probe.repeatable
    return answer.unsent or (answer.dropped and probe.repeatable)


def _wait_before(attempt: int, unavailable: Sequence[ProbeResult]) -> float:
    """Return the seconds to wait before attempt number `attempt`: what the target asks for, or a growing minimum."""
    if not unavailable:
        return RECONNECT_SECONDS
    minimum = MIN_WAIT_SECONDS * 2.0 ** (attempt - 2)
    return max(minimum, *(requested_wait(result) for result in unavailable))


def requested_wait(seen: ProbeResult) -> float:
    """Return the seconds to wait before the next request, as an answer asks for with Retry-After."""
    response = seen.response
    headers = {name.lower(): value for name, value in reversed(response.headers if response else ())}
    return retry_after(headers.get("retry-after"), now=moment_of(headers.get("date")))
