"""The preflight: whether what answers is this API at all, and can be judged with these credentials."""

from __future__ import annotations

from collections.abc import Sequence

from appointment_conformance.traffic.recording import Seen

_ALL_ALIKE = {
    401: "every request was answered 401, valid credentials or not; check the token.",
    403: "every request was answered 403, credentials or not; a firewall or the token's rights stand in the way.",
    404: "every request was answered 404, fixtures included; check base_url and fixtures.appointments.",
    429: "every request was answered 429; lower limits.requests_per_minute or try again later.",
    503: "every request was answered 503; the target is not available.",
}


def refusal(seen: Sequence[Seen]) -> str | None:
    """Return why the target cannot be judged, one sentence, or None if it can.

    The preflight's probes differ in credentials, id and body, so an API that reads them answers in at least two ways.
    Anything that answers them all alike (catch-all, login page, proxy error, wrong host) says nothing about a contract.
    """
    answered = [one for one in seen if one.exchange.response is not None]
    if not answered:
        return f"no answer: {seen[0].exchange.error if seen else 'nothing was sent'}."
    authorized = [one for one in answered if one.probe.kind != "credentials"]
    if authorized and all(one.status == 401 for one in authorized):
        return "the token is not accepted: every authorized request was answered 401; check the token."
    statuses = {one.status for one in answered}
    if len(statuses) > 1:
        return None
    status = statuses.pop() or 0
    if 300 <= status < 400:
        return f"every request was redirected ({status}); base_url may lead to a login page or miss a prefix."
    return _ALL_ALIKE.get(status, f"every request was answered {status}{_media(answered[0])}; this is not the API.")


def _media(seen: Seen) -> str:
    headers = seen.exchange.response.headers if seen.exchange.response else ()
    media = next((value for name, value in headers if name.lower() == "content-type"), "")
    return f" with {media}" if media else ""
