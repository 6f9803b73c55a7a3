"""What helps where nothing of the API answers: read from the answer, or from how the connection failed."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence

from appointment_conformance.targets import Target
from appointment_conformance.traffic.answer import header
from appointment_conformance.traffic.intermediary import first_line
from appointment_conformance.traffic.recording import ProbeResult

#: Schemes of credentials that are no bearer tokens (IANA, HTTP Authentication Schemes).
_OTHER_SCHEMES = re.compile(r"\s*(Basic|Digest|Negotiate|NTLM)\b", re.IGNORECASE)
_CERTIFICATE = (
    "the server wants a certificate of the client; this suite presents none, so let this machine in without it."
)
_HTTP_2 = "the server speaks HTTP/2 only; this suite speaks HTTP/1.1, so have the server speak that as well."
_BEGIN_HTTPS = "the port speaks TLS: begin base_url with https://."
_BEGIN_HTTP = "the port speaks no TLS: begin base_url with http://."
#: What a page or an error says, and what helps.
_TELLING = (
    (re.compile(r"(?i)required ssl certificate|client certificate|certificate.required"), _CERTIFICATE),
    (re.compile(r"(?i)http request (was sent )?to (an )?https"), _BEGIN_HTTPS),
    (re.compile(r"(?i)wrong.version.number|record.layer.failure|packet.length.too.long"), _BEGIN_HTTP),
    (re.compile(r"(?i)HTTP/2|no.application.protocol"), _HTTP_2),
    (
        re.compile(r"(?i)hostname mismatch|doesn't match|not valid for"),
        "the certificate is for another host than base_url's.",
    ),
)
_PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")


def telling_remedy(answered: Sequence[ProbeResult]) -> str | None:
    """Return what helps where an answer says so in words that servers in wide use have for it, else None."""
    for seen in answered:
        if seen.probe.kind != "credentials" and (
            scheme := _OTHER_SCHEMES.match(header(seen, "www-authenticate") or "")
        ):
            return f"something in front of the API wants {scheme[1]} credentials; have this machine let through."
    text = " ".join(dict.fromkeys(_text(seen) for seen in answered))
    return next((remedy for pattern, remedy in _TELLING if pattern.search(text)), None)


def connection_remedy(error: str, target: Target | None, environ: Mapping[str, str] = os.environ) -> str:
    """Return what helps where no answer came but an error, empty where nothing points anywhere."""
    if found := next((remedy for pattern, remedy in _TELLING if pattern.search(error)), None):
        return found
    if "CERTIFICATE_VERIFY_FAILED" in error:
        named = target is not None and target.ca_file
        return "its authority is not in ca_file." if named else "name the certificate's authority as ca_file."
    variable = next((name for name in _PROXIES if environ.get(name)), None)
    if variable and not (target and target.proxy):
        return f"{variable} is set and not used: where a proxy is needed, name it as `proxy` of the target."
    return ""


def quote(seen: Sequence[ProbeResult]) -> str:
    """Return the first line that says something among answers, as ` ("...")`, empty where there is none."""
    line = next((found for answer in seen if (found := first_line(answer))), "")
    return f' ("{line}")' if line else ""


def _text(seen: ProbeResult) -> str:
    response = seen.response
    return response.body[:65536].decode("utf-8", "replace") if response else ""
