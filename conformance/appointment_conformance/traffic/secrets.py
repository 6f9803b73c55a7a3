"""Secrets tracked by value, so that none reaches a recording, a report or a console."""

from __future__ import annotations

import re
import shutil
import tempfile
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import IO

from appointment_reports import RequirementResult

from .secret_forms import Form, forms_of

#: Forms, each with the name of its secret.
Forms = tuple[tuple[str, Form], ...]
#: A shorter value would turn ordinary text into placeholders and hide evidence.
SHORTEST_SECRET = 4
#: Bytes of a file that are looked at together.
BLOCK = 1024 * 1024


@dataclass(frozen=True)
class Secrets:
    """Named secret values; every form in which one can appear is replaced by its `${NAME}`."""

    named: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, named: dict[str, str]) -> Secrets:
        """Track `named` values raw and escaped, as `forms_of` has it."""
        return cls(tuple((name, value) for name, value in named.items() if len(value) >= SHORTEST_SECRET))

    def hide(self, data: bytes) -> bytes:
        """Return `data` with every form of every secret replaced."""
        forms = self._anchored_in(data)
        return _pattern(forms).sub(lambda match: _placeholder(forms, match), data) if forms else data

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
        forms = self._anchored_in(data)
        return bool(forms) and _pattern(forms).search(data) is not None

    def scrub(self, file: Path) -> None:
        """Replace every form of every secret in `file`, whatever its size; a file without one is left as it is.

        A secret that could be a plain word or number of a report is left alone: replacing it would break the report.
        It is still hidden wherever a target's answer is recorded.
        """
        telling = Secrets(tuple(pair for pair in self.named if _is_telling(pair[1])))
        if not telling.named:
            return
        with file.open("rb") as source, tempfile.TemporaryFile(dir=file.parent) as draft:
            if telling._copy(source, draft):
                draft.seek(0)
                with file.open("wb") as sink:
                    shutil.copyfileobj(draft, sink)

    def _copy(self, source: IO[bytes], sink: IO[bytes]) -> bool:
        """Copy without secrets, and tell whether there was one; one across two blocks is seen whole in the second."""
        overlap = max(form.longest for _, form in self._forms) - 1
        found, rest = False, b""
        while block := source.read(BLOCK):
            data, done = rest + block, 0
            safe = max(len(data) - overlap, 0)
            forms = self._anchored_in(data)
            for match in _pattern(forms).finditer(data) if forms else ():
                if match.start() >= safe:
                    break
                sink.write(data[done : match.start()] + _placeholder(forms, match))
                done, found = match.end(), True
            sink.write(data[done:safe])
            rest = data[max(done, safe) :]
        sink.write(self.hide(rest))
        return found or self.found_in(rest)

    @cached_property
    def _forms(self) -> Forms:
        """Every form by the name of its secret: as they are first, the longest before what it begins with."""
        known = [(name, form) for name, value in self.named for form in forms_of(value)]
        return tuple(sorted(known, key=lambda pair: (not pair[1].is_raw, -pair[1].longest)))

    def _anchored_in(self, data: bytes) -> Forms:
        """The forms that can stand in `data` at all: looking for the others would cost much for nothing."""
        folded = data.lower()
        return tuple(pair for pair in self._forms if pair[1].anchor in folded)


@lru_cache(maxsize=64)
def _pattern(forms: Forms) -> re.Pattern[bytes]:
    """The pattern with a group for each form."""
    return re.compile(b"|".join(b"(%b)" % form.pattern for _, form in forms))


def _placeholder(forms: Forms, match: re.Match[bytes]) -> bytes:
    return f"${{{forms[(match.lastindex or 1) - 1][0]}}}".encode()


def _is_telling(value: str) -> bool:
    """Whether a value is too long or too mixed for a word, a number or a date of our own."""
    return len(value) >= 20 or (
        len(value) >= 8 and re.search(r"\d", value) is not None and value.upper() != value.lower()
    )
