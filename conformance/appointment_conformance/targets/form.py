"""The form of one API's targets in a targets file: which keys they have, and how they are read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from appointment_specs import Contract, TargetKeys, targets_schema

from .fixtures import Fixtures
from .written_schema import written_schema


def no_other_ids(_base_url: str) -> Mapping[str, str]:
    """Return no ids: the API has only one kind of record."""
    return {}


@dataclass(frozen=True, eq=False)
class TargetForm:
    """The form that the targets of one API have in a targets file."""

    #: The value of the key `api`.
    api: str
    contract: Contract
    #: The JSON Schemas of the keys that are specific to this API.
    keys: TargetKeys
    #: Builds the fixtures from the value of `fixtures`, which has passed the schema.
    read_fixtures: Callable[[Mapping[str, Any]], Fixtures]
    #: Builds the provisioning settings from the value of `provision`; None if nothing is to be made.
    read_provision: Callable[[Any], object | None]
    #: Returns, for a base URL, an id of the right form that no record has.
    absent_id: Callable[[str], str]
    #: Returns, for a base URL, an id for each other kind of record that no record of that kind has.
    absent_other_ids: Callable[[str], Mapping[str, str]] = no_other_ids
    #: The hosts that the vendor publishes as production servers.
    production_hosts: frozenset[str] = frozenset()
    #: Member of `Fixtures` -> its key in the file, if that has another name.
    words: Mapping[str, str] = field(default_factory=dict)
    #: What sentences call one record that the operations act on; with an `s` it is the plural.
    record: str = "appointment"

    @property
    def fixtures_schema(self) -> Mapping[str, Any]:
        """The JSON Schema of `fixtures`."""
        return self.keys.fixtures

    @property
    def provision_schema(self) -> Mapping[str, Any]:
        """The JSON Schema of `provision`."""
        return self.keys.provision

    def word_for(self, member: str) -> str:
        """Return the key in `fixtures` of a member of `Fixtures`."""
        return self.words.get(member, member)

    def key_of(self, member: str) -> str:
        """Return the place of a member of `Fixtures` in a target, as `fixtures.appointments`."""
        return f"fixtures.{self.word_for(member)}"

    @property
    def described_keys(self) -> Mapping[str, str]:
        """What its schema says of each key in `fixtures`, by the place of the key in a target."""
        given: Mapping[str, Any] = self.keys.fixtures.get("properties", {})
        return {f"fixtures.{key}": str(schema.get("description", "")) for key, schema in given.items()}

    def own_fixtures(self, fixtures: Fixtures) -> Fixtures:
        """Return `fixtures` as an instance of the API's own class."""
        given = {self.word_for(name): value for name, value in asdict(fixtures).items() if value}
        own = self.read_fixtures(given)
        return fixtures if isinstance(fixtures, type(own)) else own

    @cached_property
    def public_text(self) -> str:
        """The public texts about the API, which hold no secret: its document, and the schema of a targets file."""
        schema = json.dumps(targets_schema({self.api: self.keys}), ensure_ascii=False)
        return f"{self.contract.published_text}\n{schema}"


@dataclass(frozen=True)
class TargetForms:
    """The forms of all installed APIs."""

    #: API name -> form.
    known: Mapping[str, TargetForm]
    #: Name of an API whose package cannot be used -> a sentence that says why.
    broken: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def schema(self) -> Mapping[str, Any]:
        """The JSON Schema of a targets file, after every variable has been resolved."""
        return targets_schema({name: form.keys for name, form in self.known.items()})

    @property
    def written_schema_text(self) -> str:
        """The JSON Schema of a targets file as it is written, with variables, as JSON text for an editor."""
        return json.dumps(written_schema(self.schema), ensure_ascii=False, indent=2)
