"""The preflight: whether what answers is this API at all, and can be judged with these credentials."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from appointment_conformance.traffic.answer import header, json_of
from appointment_conformance.traffic.recording import UNAVAILABLE, Seen

_REMEDIES = {
    403: "a firewall or the token's rights stand in the way; ask who runs it to let this machine through.",
    404: "check base_url and fixtures.appointments.",
    405: "base_url may lead to a server of files or to another path.",
}
_PATIENCE = "lower limits.requests_per_minute or try again later."
_PROXY = "a proxy answers in the API's place, or the API is down."


def refusal(seen: Sequence[Seen]) -> str | None:
    """Return why the target cannot be judged, one sentence, or None if it can.

    The preflight's probes differ in credentials, id and body, so an API that reads them answers in at least two ways,
    and at least once with JSON. Anything else (catch-all, login page, proxy error, firewall, another API) says nothing
    about a contract. What a faulty API may do with some of its answers never suffices.
    """
    answered = [one for one in seen if one.exchange.response is not None]
    if not answered:
        return f"no answer: {seen[0].exchange.error if seen else 'nothing was sent'}."
    return next((reason for rule in _RULES if (reason := rule(answered))), None)


def _unavailable(answered: list[Seen]) -> str | None:
    if not all(one.status in UNAVAILABLE for one in answered):
        return None
    remedy = _PATIENCE if answered[0].status == 429 else "the target is not available."
    return f"every request was answered {_statuses(answered)}; {remedy}"


def _token_not_accepted(answered: list[Seen]) -> str | None:
    if all(one.status == 401 for one in answered):
        return "every request was answered 401, valid credentials or not; check the token."
    if (authorized := _authorized(answered)) and all(one.status == 401 for one in authorized):
        return "the token is not accepted: every authorized request was answered 401; check the token."
    return None


def _redirected(answered: list[Seen]) -> str | None:
    authorized = _authorized(answered)
    if not authorized or not all(300 <= (one.status or 0) < 400 for one in authorized):
        return None
    place = (header(authorized[0], "location") or "nowhere")[:200]
    return (
        f"every request was redirected ({_statuses(authorized)}) to {place}; "
        "base_url may lead to a login page or miss a prefix."
    )


def _broken(answered: list[Seen]) -> str | None:
    if not all((one.status or 0) >= 500 for one in answered):
        return None
    return f"every request was answered {_statuses(answered)}{_media(answered)}; {_PROXY}"


def _alike(answered: list[Seen]) -> str | None:
    if len({one.status for one in answered}) > 1:
        return None
    remedy = _REMEDIES.get(answered[0].status or 0, "this is not the API; check base_url.")
    return f"every request was answered {_statuses(answered)}{_media(answered)}; {remedy}"


def _no_json(answered: list[Seen]) -> str | None:
    asked = [one for one in answered if one.probe.kind != "read"]
    if not asked or any(_speaks_json(one) for one in asked):
        return None
    remedy = _REMEDIES[403] if any(one.status == 403 for one in answered) else "this is not the API; check base_url."
    return f"no answer of the operation was JSON: {_statuses(asked)}{_media(asked)}; {remedy}"


def _authorized_alike(answered: list[Seen]) -> str | None:
    """The valid token gets one refusal whatever it asks for: fixtures, path or rights are not what they should be."""
    authorized = [one for one in _authorized(answered) if one.probe.kind != "read"]
    status = authorized[0].status if authorized else None
    if len(authorized) < 2 or any(one.status != status for one in authorized) or status not in {403, 404, 405}:
        return None
    remedy = "the token lacks the rights." if status == 403 else _REMEDIES[status]
    return f"every authorized request was answered {_statuses(authorized)}{_media(authorized)}; {remedy}"


#: The most telling reason comes first.
_RULES: tuple[Callable[[list[Seen]], str | None], ...] = (
    _unavailable,
    _token_not_accepted,
    _redirected,
    _broken,
    _alike,
    _no_json,
    _authorized_alike,
)


def _authorized(answered: list[Seen]) -> list[Seen]:
    return [one for one in answered if one.probe.kind != "credentials"]


def _speaks_json(seen: Seen) -> bool:
    return isinstance(json_of(seen), dict) or "json" in (header(seen, "content-type") or "").lower()


def _statuses(seen: list[Seen]) -> str:
    return " or ".join(dict.fromkeys(str(one.status) for one in seen))


def _media(seen: list[Seen]) -> str:
    """What kind of content came, where it was no JSON."""
    media = next((value for one in seen if (value := header(one, "content-type"))), "")
    return f" with {media}" if media and "json" not in media else ""
