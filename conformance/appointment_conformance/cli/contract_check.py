"""Compare a newer document of a vendor with the one that is built in, in the operations under judgement."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from appointment_conformance.engine.api import Api
from appointment_conformance.errors import ConfigurationError
from appointment_conformance.targets.openapi_file import read_document
from appointment_conformance.wording import amount
from appointment_reports import visible_line
from appointment_specs import ContractError, Difference, OpenApiDocument, differences

#: Maximum characters of a value, for a reader and for a program.
SHOWN: Final = 160
TEXT_LIMIT: Final = 2000


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference, the operations that have it alike, and the ids of the requirements that it touches."""

    difference: Difference
    operations: tuple[str, ...]
    requirements: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values; the two values are JSON texts, cut short."""
        difference = self.difference
        return {
            "change": difference.change,
            "operations": list(self.operations),
            "place": difference.place,
            "old": None if difference.old is None else shown(difference.old, TEXT_LIMIT),
            "new": None if difference.new is None else shown(difference.new, TEXT_LIMIT),
            "requirements": list(self.requirements),
        }


@dataclass(frozen=True, slots=True)
class Check:
    """What differs between a document and the built-in one of an API."""

    api: str
    operations: tuple[str, ...]
    document: OpenApiDocument
    #: The document that it is compared with; None for the built-in one.
    former: OpenApiDocument | None
    findings: tuple[Finding, ...]

    @property
    def counted(self) -> tuple[Finding, ...]:
        """What makes other requests or answers right.

        Compared with a former document of the vendor, words that a requirement reads count as well. The words of the
        built-in one are not the vendor's.
        """
        return tuple(found for found in self.findings if not found.difference.is_prose or self._counts_in_words(found))

    @property
    def not_counted(self) -> tuple[Finding, ...]:
        """What differs in words, names and samples only."""
        return tuple(found for found in self.findings if found not in self.counted)

    def _counts_in_words(self, found: Finding) -> bool:
        return self.former is not None and bool(found.requirements)

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "api": self.api,
            "document": {"path": self.document.name, "sha256": self.document.digest},
            "compared_with": self.former and {"path": self.former.name, "sha256": self.former.digest},
            "differences": [finding.to_dict() for finding in self.counted],
            "in_words_only": [finding.to_dict() for finding in self.not_counted],
        }


def check(file: Path, api: Api, *, against: Path | None) -> Check:
    """Compare the document in `file` with the one in `against`, or with the built-in one.

    Raises ConfigurationError for a document that cannot be used.
    """
    return compared(_document(file), api, former=_document(against) if against else None)


def compared(document: OpenApiDocument, api: Api, *, former: OpenApiDocument | None = None) -> Check:
    """Compare a document with a former one, or with the built-in one of `api`. Raises ConfigurationError."""
    before = former.content if former else api.contract.published
    try:
        found = differences(before, document.content, api.contract.operations.values())
    except (ContractError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else error
        raise ConfigurationError(f"{document.name} cannot be compared: {reason}.") from error
    findings = tuple(_finding(group, api) for group in _grouped(found))
    return Check(api.name, api.operations, document, former, findings)


def _document(file: Path) -> OpenApiDocument:
    document = read_document(file)
    try:
        document.require_openapi()
    except ContractError as error:
        raise ConfigurationError(f"{error}.") from error
    return document


def lines(check: Check, *, width: int) -> Iterator[str]:
    """Yield the lines for the console."""
    former = check.former.name if check.former else "the built-in document"
    count = amount(len(check.counted), "place")
    differs = f"differs from {former} in {count}" if check.counted else f"does not differ from {former}"
    yield f"{check.document.name} {differs}"
    yield f"  SHA-256 {check.document.digest}"
    yield f"  {check.api}: {', '.join(check.operations)}"
    for finding in check.counted:
        yield from _lines_of(finding, width)
    if check.not_counted:
        yield ""
        yield "In words, names and samples only, which does not count:"
    for finding in check.not_counted:
        yield from _lines_of(finding, width)


def shown(value: Any, limit: int) -> str:
    """Return a value as one line of JSON with at most so many characters."""
    return visible_line(json.dumps(value, ensure_ascii=False), limit)


def _grouped(found: tuple[Difference, ...]) -> list[list[Difference]]:
    """Put what is the same in several operations together, in the order of first appearance."""
    groups: dict[str, list[Difference]] = {}
    for each in found:
        key = json.dumps([each.place or each.operation, each.change, each.old, each.new], sort_keys=True)
        groups.setdefault(key, []).append(each)
    return list(groups.values())


def _finding(group: list[Difference], api: Api) -> Finding:
    touched = (
        requirement.id for requirement in api.catalogue if any(requirement.is_touched_by(each) for each in group)
    )
    return Finding(group[0], tuple(each.operation for each in group), tuple(touched))


def _lines_of(finding: Finding, width: int) -> Iterator[str]:
    difference = finding.difference
    yield ""
    yield f"{difference.change}  {', '.join(finding.operations)}  {difference.place or '(the operation)'}"
    for word, value in (("was", difference.old), ("now", difference.new)):
        if value is not None:
            yield from _wrapped(f"{word}: ", shown(value, SHOWN), width)
    yield from _wrapped("touches: ", ", ".join(finding.requirements) or "no requirement", width)


def _wrapped(label: str, text: str, width: int) -> list[str]:
    return textwrap.wrap(
        text,
        max(width, 40),
        initial_indent=f"  {label}",
        subsequent_indent=" " * (2 + len(label)),
        break_on_hyphens=False,
    )
