"""Secrets tracked by value, so that none reaches a recording, a report or a console."""

from __future__ import annotations

import base64
import html
import json
import re
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO
from urllib.parse import quote, quote_plus
from xml.sax import saxutils

import markupsafe

from appointment_reports import RequirementResult
from appointment_reports.summary import INERT

#: A shorter value would turn ordinary text into placeholders and hide evidence.
SHORTEST_SECRET = 4
#: Bytes of a file that are looked at together.
BLOCK = 1024 * 1024
_ESCAPE = re.compile("%[0-9A-F]{2}")


@dataclass(frozen=True, slots=True)
class Secrets:
    """Named secret values; every form in which one can appear is replaced by its `${NAME}`."""

    forms: tuple[tuple[bytes, bytes], ...] = ()

    @classmethod
    def of(cls, named: dict[str, str]) -> Secrets:
        """Track `named` values raw and escaped for URLs, JSON, HTML and base64; the longest form is replaced first."""
        kept = {name: value for name, value in named.items() if len(value) >= SHORTEST_SECRET}
        pairs = {value.encode(): _placeholder(name) for name, value in kept.items()}
        for name, value in kept.items():
            for form in _forms(value):
                pairs.setdefault(form, _placeholder(name))
        return cls(tuple(sorted(pairs.items(), key=lambda pair: (-len(pair[0]), pair[0]))))

    def hide(self, data: bytes) -> bytes:
        """Return `data` with every form of every secret replaced."""
        for form, placeholder in self.forms:
            data = data.replace(form, placeholder)
        return data

    def hide_text(self, text: str) -> str:
        """Return `text` with every form of every secret replaced; lone surrogates survive."""
        return self.hide(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

    def hide_in_result(self, result: RequirementResult) -> RequirementResult:
        """Return `result` with every secret replaced in the texts that say what was seen."""
        hide, failure = self.hide_text, result.failure
        if failure is not None:
            failure = replace(failure, expected=hide(failure.expected), actual=hide(failure.actual))
        return replace(result, reason=hide(result.reason), failure=failure)

    def found_in(self, data: bytes) -> bool:
        """Tell whether any form of any secret stands in `data`."""
        return any(form in data for form, _ in self.forms)

    def scrub(self, file: Path) -> None:
        """Replace every form of every secret in `file`, whatever its size; a file without one is left as it is.

        A form that could be a plain word or number of a report is left alone: replacing it would break the report.
        Such a secret is still hidden wherever a target's answer is recorded.
        """
        telling = Secrets(tuple(pair for pair in self.forms if _telling(pair[0])))
        if not telling.forms:
            return
        with file.open("rb") as source, tempfile.TemporaryFile(dir=file.parent) as draft:
            if telling._copy(source, draft):
                draft.seek(0)
                with file.open("wb") as sink:
                    shutil.copyfileobj(draft, sink)

    def _copy(self, source: IO[bytes], sink: IO[bytes]) -> bool:
        """Copy without secrets, and tell whether there was one; one across two blocks is seen whole in the second."""
        overlap = max(len(form) for form, _ in self.forms) - 1
        names, found, rest = dict(self.forms), False, b""
        pattern = re.compile(b"|".join(re.escape(form) for form, _ in self.forms))
        while block := source.read(BLOCK):
            data, done = rest + block, 0
            safe = max(len(data) - overlap, 0)
            for match in pattern.finditer(data) if self.found_in(data) else ():
                if match.start() >= safe:
                    break
                sink.write(data[done : match.start()] + names[match[0]])
                done, found = match.end(), True
            sink.write(data[done:safe])
            rest = data[max(done, safe) :]
        sink.write(self.hide(rest))
        return found or self.found_in(rest)


def _placeholder(name: str) -> bytes:
    return f"${{{name}}}".encode()


def _telling(form: bytes) -> bool:
    """Whether `form` is too long or too mixed for a word, a number or a date of our own."""
    return len(form) >= 20 or (len(form) >= 8 and re.search(rb"\d", form) is not None and form.upper() != form.lower())


def _forms(value: str) -> set[bytes]:
    raw = value.encode()
    in_json = {
        json.dumps(value)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
        "".join(f"\\u{ord(char):04x}" for char in value),
        "".join(f"\\u{ord(char):04X}" for char in value),
    }
    every = "".join(f"%{byte:02X}" for byte in raw)
    in_urls = {quote(value), quote(value, safe=""), quote_plus(value), every}
    encoded = {
        *in_json,
        *(form.replace("/", "\\/") for form in in_json),  # as PHP writes it
        *in_urls,
        *(_ESCAPE.sub(lambda escape: escape[0].lower(), form) for form in in_urls),
        value.lower(),
        value.upper(),
        value.swapcase(),
        html.escape(value),
        str(markupsafe.escape(value)),
        saxutils.escape(value),
        saxutils.escape(value, {'"': "&quot;"}),
        html.escape(value, quote=False).translate(INERT),
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
