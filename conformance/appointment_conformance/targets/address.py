"""URLs of targets and proxies, normalised from the spelling in a targets file to the one that the client sends.

Hosts are decoded and normalised as browsers do (WHATWG URL, section 3.5; UTS #46), so that two spellings of one host
compare equal. A host that is then neither a plain host name nor an IP address is refused.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote, unquote_to_bytes

import idna

from .token_form import FormError, looks_unresolved

_PORTS: Final = {"http": 80, "https": 443}
#: A label of a host name. Standard host names have no underscore, but the names in container networks may have one.
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_MAX_NAME_LENGTH = 253
#: If the last label matches this, browsers read the whole host as an IPv4 address.
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
#: Characters that a path may contain unescaped (RFC 3986, section 3.3); `%` begins an escape.
_PATH_SIGNS: Final = "/%:@!$&'()*+,;=~-._"


@dataclass(frozen=True, slots=True)
class _Parts:
    scheme: str
    user: str
    host: str
    port: int | None
    path: str

    def text(self) -> str:
        port = "" if self.port in {None, _PORTS[self.scheme]} else f":{self.port}"
        return f"{self.scheme}://{self.user}{self.host}{port}{self.path}"


def normal_base_url(url: str) -> str:
    """Return a base URL as the client sends it, without a slash at its end. Raises FormError."""
    parts = _parts(url)
    if parts.user:
        raise FormError(
            "has a user name or a password before the host; remove everything up to the `@`: the token is sent"
        )
    return parts.text().rstrip("/")


def normal_proxy(url: str) -> str:
    """Return the URL of a proxy as the client uses it, its credentials percent-encoded. Raises FormError."""
    parts = _parts(url)
    if parts.path not in {"", "/"}:
        raise FormError("has a path, which a proxy cannot have; remove it")
    return parts.text()


def normal_token_url(url: str) -> str:
    """Return the URL of a token endpoint as it is sent; a query stays (RFC 6749, section 3.2). Raises FormError."""
    place, mark, query = url.partition("?")
    parts = _parts(place)
    if parts.user:
        raise FormError("has a user name or a password before the host; write them as client_id and client_secret")
    if not re.fullmatch(r"[!-~]*", query) or "#" in query:
        raise FormError("has a character in its query that must be percent-encoded")
    return f"{parts.text()}{mark}{query}"


def host_of(url: str) -> str:
    """Return the normalised host of a URL. Raises FormError."""
    return _parts(url).host


def endpoint_of(url: str) -> str:
    """Return host and port of a URL as text that is the same for every spelling of the address. Raises FormError."""
    parts = _parts(url)
    return f"{_comparable_host(parts.host)}:{parts.port or _PORTS[parts.scheme]}"


def _comparable_host(host: str) -> str:
    """Return a host for comparison: `localhost` for each loopback name or address, IPv4 for an IPv4-mapped address."""
    if host == "localhost" or host.endswith(".localhost"):
        return "localhost"
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return host
    address = getattr(address, "ipv4_mapped", None) or address
    return "localhost" if address.is_loopback or address.is_unspecified else str(address)


def _parts(url: str) -> _Parts:
    _refuse_characters(url)
    scheme, colon, rest = url.partition("://")
    if not colon or scheme.lower() not in _PORTS:
        raise FormError("must begin with http:// or https://")
    authority, slash, path = rest.partition("/")
    if re.search(r"[?#]", authority + path):
        raise FormError("has a `?` or a `#`; remove it and everything after it")
    user, at, host_port = authority.rpartition("@")
    if "\\" in host_port + path:
        raise FormError("has a backslash; write `/`")
    host, port = _host_and_port(host_port)
    return _Parts(scheme.lower(), _credentials(user) or at, _normal_host(host), port, _encoded_path(slash + path))


def _refuse_characters(url: str) -> None:
    if not url.strip():
        raise FormError("is empty; give the URL")
    if re.search(r"[\s\x00-\x1f\x7f-\x9f]", url):
        raise FormError("has white space or a control character; remove it")
    if looks_unresolved(url):
        raise FormError("looks like a variable that was not resolved; write `${NAME}`, and set NAME")


def _credentials(user: str) -> str:
    if not user:
        return ""
    name, colon, password = user.partition(":")
    if looks_unresolved(name) or looks_unresolved(password):
        raise FormError("has a variable that was not resolved before the host; write `${NAME}`, and set NAME")
    try:
        # Credentials of HTTP's Basic scheme are sent as Latin-1.
        unquote(user).encode("latin-1")
    except UnicodeEncodeError:
        raise FormError("has credentials that HTTP cannot send; use only Latin-1 characters") from None
    return f"{quote(unquote(name), safe='')}{colon}{quote(unquote(password), safe='')}@"


def _host_and_port(host_port: str) -> tuple[str, int | None]:
    match = re.fullmatch(r"(\[[^\]]*\]|[^:\[\]]*)(?::(.*))?", host_port, re.DOTALL)
    if match is None or not match[1]:
        raise FormError("has no readable host; write an IPv6 address in brackets")
    if not match[2]:
        return match[1], None
    if not re.fullmatch(r"0*[0-9]{1,5}", match[2], re.ASCII) or not 0 < int(match[2][-5:]) < 65536:
        raise FormError("has a port that is not a number from 1 to 65535")
    return match[1], int(match[2][-5:])


def _normal_host(host: str) -> str:
    if host.startswith("["):
        try:
            return f"[{ipaddress.IPv6Address(host[1:-1])}]" if "%" not in host else _refuse_host()
        except ValueError:
            return _refuse_host()
    try:
        decoded = unquote_to_bytes(host).decode("utf-8")
    except UnicodeDecodeError:
        return _refuse_host()
    name = _ascii_name(decoded).removesuffix(".")
    labels = name.split(".")
    if len(name) > _MAX_NAME_LENGTH or not all(map(_LABEL.fullmatch, labels)):
        return _refuse_host()
    return _ipv4(labels) if _NUMBER.fullmatch(labels[-1]) else name


def _refuse_host() -> str:
    raise FormError(
        "has a host that is neither a plain name (letters, digits, `-` and `.`) nor an IP address; correct the host"
    )


def _ascii_name(name: str) -> str:
    """Return the name in lower case, with international labels in the ASCII form of the name system."""
    if name.isascii():
        return name.lower()
    try:
        mapped = idna.uts46_remap(name, std3_rules=False, transitional=False)
        return ".".join(label if label.isascii() else _ascii_label(label) for label in mapped.split("."))
    except (idna.IDNAError, UnicodeError, IndexError):
        return _refuse_host()


def _ascii_label(label: str) -> str:
    """Return the ASCII form of one international label. Browsers accept more than IDNA 2008 does, such as emoji."""
    try:
        return idna.alabel(label).decode("ascii")
    except idna.IDNAError:
        joiners = {"\u200c", "\u200d"} & set(label)
        if joiners or unicodedata.category(label[0]).startswith("M") or not idna.check_bidi(label):
            raise
        return f"xn--{label.encode('punycode').decode('ascii')}"


def _ipv4(labels: list[str]) -> str:
    """Return the address that one to four numbers (decimal, octal or hexadecimal) describe, as WHATWG URL defines it.

    The last number fills all the remaining bytes.
    """
    if len(labels) > 4:
        return _refuse_host()
    try:
        *first, last = [_number(label) for label in labels]
    except ValueError:
        return _refuse_host()
    limit = 256 ** (4 - len(first))
    if any(number > 255 for number in first) or last >= limit:
        return _refuse_host()
    high_bytes = sum(number * 256 ** (3 - index) for index, number in enumerate(first))
    return str(ipaddress.IPv4Address(high_bytes + last))


def _number(label: str) -> int:
    if label.startswith("0x"):
        return int(label[2:] or "0", 16)
    return int(label, 8) if len(label) > 1 and label.startswith("0") else int(label)


def _encoded_path(path: str) -> str:
    if re.search(r"%(?![0-9A-Fa-f]{2})", path):
        raise FormError("has a `%` in its path that does not begin an escape; write `%25`")
    upper = re.sub(r"%[0-9a-f]{2}", lambda escape: escape[0].upper(), path, flags=re.IGNORECASE)
    return quote(upper, safe=_PATH_SIGNS)
