"""The preflight: whether what answers is this API at all, and can be judged with these credentials."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from appointment_conformance.targets import Target
from appointment_conformance.traffic.answer import header, json_of
from appointment_conformance.traffic.intermediary import is_page
from appointment_conformance.traffic.recording import UNAVAILABLE, ProbeResult
from appointment_conformance.traffic.remedies import connection_remedy, quote, telling_remedy
from appointment_reports import cut

_REMEDIES = {
    403: (
        "a firewall, a gateway or the token's rights stand in the way; what a gateway wants goes into headers, a "
        "firewall has to let this machine through."
    ),
    404: "check base_url and {fixtures}.",
    405: "base_url may lead to a server of files or to another path.",
}
_NOT_ACCEPTED = "check the token; if a gateway in front refuses, name what it wants in headers."
_NOT_THE_API = "this is not the API; check base_url."
_PATIENCE = "lower limits.requests_per_minute or try again later."
_PROXY = "a proxy answers in the API's place, or the API is down."


def refusal(seen: Sequence[ProbeResult], target: Target | None = None) -> str | None:
    """Return why `target` cannot be judged, one sentence that quotes what it says, or None if it can.

    The preflight's probes differ in credentials, id and body, so an API that reads them answers in at least two ways,
    and at least once with JSON. Anything else (catch-all, login page, proxy error, firewall, another API) says nothing
    about a contract. What a faulty API may do with some of its answers never suffices.
    """
    answered = [answer for answer in seen if answer.response is not None]
    if not answered:
        error = (seen[0].exchange.error or "") if seen else "nothing was sent"
        remedy = connection_remedy(error, target)
        return f"no answer: {error.rstrip('.')}; {remedy}" if remedy else f"no answer: {error.rstrip('.')}."
    return next((reason for rule in _RULES if (reason := rule(answered, target))), None)


def _remedies(target: Target | None) -> Mapping[int, str]:
    """What to do about a status, in the words of the target's file."""
    fixtures = target.form.key_of("appointments") if target else "the fixtures"
    return {status: text.format(fixtures=fixtures) for status, text in _REMEDIES.items()}


def _unavailable(answered: list[ProbeResult], _: Target | None) -> str | None:
    if not all(answer.status in UNAVAILABLE for answer in answered):
        return None
    remedy = _PATIENCE if answered[0].status == 429 else "the target is not available."
    return _every(answered, "request", remedy)


def _gated(answered: list[ProbeResult], target: Target | None) -> str | None:
    """A gate in front says in words of its own what it wants."""
    asked = _authorized(answered)
    refused = bool(asked) and all((answer.status or 0) >= 400 for answer in asked)
    remedy = telling_remedy(asked, target) if refused else None
    return _every(asked, "request", remedy) if remedy else None


def _token_not_accepted(answered: list[ProbeResult], _: Target | None) -> str | None:
    if all(answer.status == 401 for answer in answered):
        return f"every request was answered 401{quote(answered)}, valid credentials or not; {_NOT_ACCEPTED}"
    if (authorized := _authorized(answered)) and all(answer.status == 401 for answer in authorized):
        told = f"every authorized request was answered 401{quote(authorized)}"
        return f"the token is not accepted: {told}; {_NOT_ACCEPTED}"
    return None


def _redirected(answered: list[ProbeResult], _: Target | None) -> str | None:
    authorized = _authorized(answered)
    if not authorized or not all(300 <= (answer.status or 0) < 400 for answer in authorized):
        return None
    place = cut(header(authorized[0], "location") or "nowhere", 200)
    return (
        f"every request was redirected ({_statuses(authorized)}) to {place}; "
        "base_url may lead to a login page or miss a prefix; what a gateway wants goes into headers."
    )


def _broken(answered: list[ProbeResult], _: Target | None) -> str | None:
    return _every(answered, "request", _PROXY) if all((answer.status or 0) >= 500 for answer in answered) else None


def _alike(answered: list[ProbeResult], target: Target | None) -> str | None:
    if len({answer.status for answer in answered}) > 1:
        return None
    return _every(answered, "request", _remedy(answered, target))


def _no_json(answered: list[ProbeResult], target: Target | None) -> str | None:
    asked = [answer for answer in answered if answer.probe.kind != "read"]
    if not asked or any(_speaks_json(answer) for answer in asked):
        return None
    status = 403 if any(answer.status == 403 for answer in answered) else asked[0].status
    remedy = _remedies(target)[403] if status == 403 else _remedy(asked, target)
    return f"no answer of the operation was JSON: {_statuses(asked)}{_media(asked)}{quote(asked)}; {remedy}"


def _authorized_alike(answered: list[ProbeResult], target: Target | None) -> str | None:
    """The valid token gets one refusal whatever it asks for: fixtures, path or rights are not what they should be."""
    authorized = [answer for answer in _authorized(answered) if answer.probe.kind != "read"]
    status = authorized[0].status if authorized else None
    if len(authorized) < 2 or any(answer.status != status for answer in authorized) or status not in {403, 404, 405}:
        return None
    lacks_rights = status == 403 and not all(is_page(answer) for answer in authorized)
    remedy = "the token lacks the rights." if lacks_rights else _remedies(target)[status]
    return _every(authorized, "authorized request", remedy)


def _every(seen: list[ProbeResult], what: str, remedy: str) -> str:
    return f"every {what} was answered {_statuses(seen)}{_media(seen)}{quote(seen)}; {remedy}"


def _remedy(answered: list[ProbeResult], target: Target | None) -> str:
    """What to look at where one answer came to everything, or to everything that was asked of the operation."""
    status = answered[0].status or 0
    if remedy := _remedies(target).get(status):
        return remedy
    return _NOT_THE_API if status < 400 or not is_page(answered[0]) else "something in front of the API refuses."


#: The most telling reason comes first.
_RULES: tuple[Callable[[list[ProbeResult], Target | None], str | None], ...] = (
    _unavailable,
    _gated,
    _token_not_accepted,
    _redirected,
    _broken,
    _alike,
    _no_json,
    _authorized_alike,
)


def _authorized(answered: list[ProbeResult]) -> list[ProbeResult]:
    return [answer for answer in answered if answer.probe.kind != "credentials"]


def _speaks_json(seen: ProbeResult) -> bool:
    return isinstance(json_of(seen), dict) or "json" in (header(seen, "content-type") or "").lower()


def _statuses(seen: list[ProbeResult]) -> str:
    return " or ".join(dict.fromkeys(str(answer.status) for answer in seen))


def _media(seen: list[ProbeResult]) -> str:
    """What kind of content came, where it was no JSON."""
    media = next((value for answer in seen if (value := header(answer, "content-type"))), "")
    return f" with {media}" if media and "json" not in media else ""
