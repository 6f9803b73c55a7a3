"""What helps where nothing of the API answers: read from the answer, or from how the connection failed."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence

from appointment_conformance.targets import Target

from .answer import header
from .intermediary import first_line
from .raw_connection import ENDED_EARLY
from .recording import ProbeResult

#: Schemes of credentials that are no bearer tokens (IANA, HTTP Authentication Schemes).
_OTHER_SCHEMES = re.compile(r"\s*(Basic|Digest|Negotiate|NTLM)\b", re.IGNORECASE)
_HTTP_2 = "the server speaks HTTP/2 only; this suite speaks HTTP/1.1, so have the server speak that as well."
_BEGIN_HTTPS = "the port speaks TLS: begin base_url with https://."
_BEGIN_HTTP = "the port speaks no TLS: begin base_url with http://."
_API_KEY = "something in front of the API wants a key: name it in headers."
_OWN_KEY = (
    "check the token, if the API calls it a key; if a gateway in front refuses, name the key that it wants in headers."
)
_TENANT = "something in front of the API wants to know the tenant: name it in headers."
#: What a page says, and what helps. The words are those of gateways in wide use.
_PAGES = (
    (re.compile(r"(?i)http request (was sent )?to (an )?https"), _BEGIN_HTTPS),
    (
        re.compile(
            r"(?i)\b(invalid|wrong|incorrect|expired|unknown|revoked)\b.{0,20}\b(api|subscription|access)[ _-]?key"
        ),
        _OWN_KEY,
    ),
    (re.compile(r"(?i)\b(api|subscription|access)[ _-]?key"), _API_KEY),
    (
        re.compile(r"(?i)\btenant\b.{0,40}\b(header|required|missing)|\b(missing|no|required)\b.{0,20}\btenant\b"),
        _TENANT,
    ),
)
#: What an error of a connection says, and what helps. The words are those of OpenSSL and of this suite.
_ERRORS = (
    (re.compile(r"(?i)http request (was sent )?to (an )?https"), _BEGIN_HTTPS),
    (re.compile(r"(?i)HTTP/2|no.application.protocol"), _HTTP_2),
    (
        re.compile(r"(?i)hostname mismatch|doesn't match|not valid for"),
        "the certificate is for another host than base_url's.",
    ),
)
#: What a server says that wants a certificate, and one that does not accept the certificate which was presented.
_WANTS_CERTIFICATE = re.compile(r"(?i)required ssl certificate|client certificate|certificate.required")
_REFUSES_CERTIFICATE = re.compile(
    r"(?i)ssl certificate error|alert.(unknown.ca|decrypt.error|bad.certificate|certificate.(expired|revoked|unknown))"
)
_NO_AGREEMENT = re.compile(r"(?i)alert.handshake.failure")
_NO_TLS = re.compile(r"(?i)wrong.version.number|record.layer.failure|packet.length.too.long")
_PROXY_WANTS_CREDENTIALS = re.compile(r"Tunnel connection failed: 407|407 Proxy Authentication Required")
_PROXY_REFUSES = re.compile(r"Tunnel connection failed")
_PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")


def telling_remedy(answered: Sequence[ProbeResult], target: Target | None) -> str | None:
    """Return what helps where an answer says so in words that servers in wide use have for it, else None."""
    for seen in answered:
        if seen.status == 407:
            return _proxy_credentials(target)
        if seen.probe.kind != "credentials" and (
            scheme := _OTHER_SCHEMES.match(header(seen, "www-authenticate") or "")
        ):
            return (
                f"something in front of the API wants {scheme[1]} credentials, and Authorization carries the token: "
                "have it read them from Proxy-Authorization or another header, and name that in headers."
            )
    text = " ".join(dict.fromkeys(_text(seen) for seen in answered))
    return _certificate_remedy(text, target) or _told(text, _PAGES)


def connection_remedy(error: str, target: Target | None, environ: Mapping[str, str] = os.environ) -> str:
    """Return what helps where no answer came but an error, empty where nothing points anywhere."""
    found = _proxy_remedy(error, target) or _certificate_remedy(error, target) or _told(error, _ERRORS)
    if found:
        return found
    if "CERTIFICATE_VERIFY_FAILED" in error:
        return _authority_remedy(target)
    variable = next((name for name in _PROXIES if environ.get(name)), None)
    if variable and not (target and target.proxy):
        return f"{variable} is set and not used: where a proxy is needed, name it as `proxy` of the target."
    return ""


def _told(text: str, telling: Sequence[tuple[re.Pattern[str], str]]) -> str | None:
    return next((remedy for pattern, remedy in telling if pattern.search(text)), None)


def _certificate_remedy(text: str, target: Target | None) -> str | None:
    """Return what helps where the server asks for a certificate of the client, or does not accept the one it got."""
    presents = target is not None and target.client_certificate is not None
    wanted, refused = (pattern.search(text) for pattern in (_WANTS_CERTIFICATE, _REFUSES_CERTIFICATE))
    if presents and (wanted or refused):
        return "the server does not accept client_certificate: it may be expired, or of an authority unknown there."
    if wanted or refused:
        return "the server wants a certificate of the client: name it as client_certificate, with its client_key."
    if _NO_AGREEMENT.search(text):
        key = "another client_certificate" if presents else "a client_certificate"
        return f"server and suite do not agree on TLS: the server may want {key}, or another version of TLS."
    return None


def _authority_remedy(target: Target | None) -> str:
    if target is None or target.ca_file is None:
        return "name the certificate's authority as ca_file."
    if target.proxy and target.proxy.startswith("https:"):
        return "the authority of the target's or the proxy's certificate is not in ca_file."
    return "its authority is not in ca_file."


def _proxy_remedy(error: str, target: Target | None) -> str | None:
    """Return what helps where the proxy, and not the target, is what fails."""
    if _PROXY_WANTS_CREDENTIALS.search(error):
        return _proxy_credentials(target)
    is_secure = target is not None and (target.proxy or "").startswith("https:")
    if _NO_TLS.search(error):
        return "the port of the proxy may speak no TLS: begin proxy with http://." if is_secure else _BEGIN_HTTP
    if _PROXY_REFUSES.search(error):
        more = "" if is_secure else "; if it speaks TLS itself, begin proxy with https://"
        return f"the proxy does not connect to the target: check proxy{more}."
    is_plain = target is not None and (target.proxy or "").startswith("http:")
    if is_plain and (ENDED_EARLY in error or "the proxy does not speak HTTP" in error):
        return "if the port of the proxy speaks TLS, begin proxy with https://."
    return None


def _proxy_credentials(target: Target | None) -> str:
    given = target is not None and "@" in (target.proxy or "")
    told = "the proxy refuses the credentials" if given else "the proxy wants credentials"
    return f"{told}: write name:password@ before the host of proxy."


def quote(seen: Sequence[ProbeResult]) -> str:
    """Return the first line that says something among answers, as ` ("...")`, empty where there is none."""
    line = next((found for answer in seen if (found := first_line(answer))), "")
    return f' ("{line}")' if line else ""


def _text(seen: ProbeResult) -> str:
    response = seen.response
    return response.body[:65536].decode("utf-8", "replace") if response else ""
