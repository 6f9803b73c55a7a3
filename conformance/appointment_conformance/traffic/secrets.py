"""Secrets tracked by value, so that none reaches a recording, a report or a console."""

from __future__ import annotations

import base64
import html
import json
import re
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

#: A shorter value would turn ordinary text into placeholders and hide evidence.
SHORTEST_SECRET = 4
_ESCAPE = re.compile("%[0-9A-F]{2}")


@dataclass(frozen=True, slots=True)
class Secrets:
    """Named secret values; every form in which one can appear is replaced by its `${NAME}`."""

    forms: tuple[tuple[bytes, bytes], ...] = ()

    @classmethod
    def of(cls, named: dict[str, str]) -> Secrets:
        """Track `named` values raw and escaped for URLs, JSON, HTML and base64; the longest form is replaced first."""
        pairs = {
            form: f"${{{name}}}".encode()
            for name, value in named.items()
            if len(value) >= SHORTEST_SECRET
            for form in _forms(value)
        }
        return cls(tuple(sorted(pairs.items(), key=lambda pair: (-len(pair[0]), pair[0]))))

    def hide(self, data: bytes) -> bytes:
        """Return `data` with every form of every secret replaced."""
        for form, placeholder in self.forms:
            data = data.replace(form, placeholder)
        return data

    def hide_text(self, text: str) -> str:
        """Return `text` with every form of every secret replaced; lone surrogates survive."""
        return self.hide(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

    def found_in(self, data: bytes) -> bool:
        """Tell whether any form of any secret stands in `data`."""
        return any(form in data for form, _ in self.forms)


def _forms(value: str) -> set[bytes]:
    raw = value.encode()
    in_json = {json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
    in_urls = {quote(value), quote(value, safe=""), quote_plus(value)}
    encoded = {
        *in_json,
        *(form.replace("/", "\\/") for form in in_json),  # as PHP writes it
        *in_urls,
        *(_ESCAPE.sub(lambda escape: escape[0].lower(), form) for form in in_urls),
        html.escape(value),
    }
    return {raw, *(form.encode() for form in encoded), *_base64_forms(raw)}


def _base64_forms(raw: bytes) -> set[bytes]:
    """Base64 of the value at each of the three offsets it can have inside a longer encoded text."""
    forms = set()
    for offset in range(3):
        text = base64.b64encode(b"\0" * offset + raw)
        # The first and last characters also encode the neighbours, whatever they are.
        start, end = (0, 2, 3)[offset], len(text) - (0 if (offset + len(raw)) % 3 == 0 else 4)
        inner = text[start + (1 if offset else 0) : end]
        if len(inner) >= 2 * SHORTEST_SECRET:
            forms |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    return forms
