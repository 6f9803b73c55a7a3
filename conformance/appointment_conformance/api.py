"""The extension point: what a package needs to add an API, and every API that is installed.

A package adds an API by an entry point of the group `appointment_conformance.apis` that leads to an `Api`. Those of
this project are found in the same way. The names in `__all__` are what such a package may use, beside the public names
of `appointment_conformance.reference`, `appointment_specs` and `appointment_strategies`; docs/your-own-api.md lists
them. The rest of this module finds and loads the packages, and is internal.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache, partial
from importlib.metadata import EntryPoint, entry_points
from typing import Final, TypeVar

from appointment_conformance.engine import read_only
from appointment_conformance.engine.api import Api, SelftestLimits
from appointment_conformance.engine.body_model import BodyModel
from appointment_conformance.engine.context import ScenarioContext, State
from appointment_conformance.engine.credentials import wrong_credentials
from appointment_conformance.engine.doctor_checks import DoctorChecks
from appointment_conformance.engine.evidence import Evidence, NotApplicable
from appointment_conformance.engine.observation import observation, statuses
from appointment_conformance.engine.operation_probe import operation_probe, undeclared_method_probe
from appointment_conformance.engine.proof import proven_in
from appointment_conformance.engine.reads import read, read_foreign, read_until, read_with_credentials_of
from appointment_conformance.engine.requirement import MUST, SHOULD, requirement
from appointment_conformance.engine.scenario import Scenario
from appointment_conformance.errors import ConfigurationError, NotTestable, TooFewFixtures
from appointment_conformance.http_rules.accounts import check_out_of_reach, foreign_reads, is_refused
from appointment_conformance.http_rules.credentials import (
    answers_to_second_token,
    check_altered_token,
    check_expired_token,
    check_no_credentials,
    check_nobody,
    check_other_scheme,
    check_scheme_ending_in_bearer,
    check_text_after_token,
    check_token_without_permission,
    check_truncated_token,
    check_unknown_token,
)
from appointment_conformance.http_rules.questions import (
    answer_without_credentials,
    answer_without_permission,
    rate_limit_headers_of,
)
from appointment_conformance.http_rules.refusals import (
    check_near_misses_of_id,
    check_no_server_error,
    check_undeclared_method,
)
from appointment_conformance.provisioning.journal import Entry
from appointment_conformance.provisioning.mark import MarkPlaces, address_of, mark_of, record_of, same_id
from appointment_conformance.provisioning.record_specs import RecordSpec, working_days
from appointment_conformance.provisioning.spec import MakeContext, Provisioning, Removal
from appointment_conformance.targets import Fixtures, Target, TargetForm
from appointment_conformance.targets.complaint import suggestion
from appointment_conformance.targets.openapi_file import read_document
from appointment_conformance.traffic.answer import header, json_of, member
from appointment_conformance.traffic.case import (
    ABSENT,
    AGAIN,
    CREDENTIALS_OR_APPOINTMENT,
    FIRST_TIME,
    FOREIGN,
    NO_CASE,
    PERMISSION_OR_APPOINTMENT,
    SECOND,
    Case,
    Credentials,
    Moment,
)
from appointment_conformance.traffic.finding import Finding
from appointment_conformance.traffic.fixture_policy import BodyRule, NoBody, fixture_policy
from appointment_conformance.traffic.policy import RequestPolicy
from appointment_conformance.traffic.probe import JSON_BODY, Headers, Kind, Probe, bearer, json_text
from appointment_conformance.traffic.recording import ProbeResult
from appointment_specs import Contract, ContractError, OpenApiDocument, OwnContract

#: What a package of an API may use; docs/your-own-api.md says what each is for.
__all__ = [
    "ABSENT",
    "AGAIN",
    "CREDENTIALS_OR_APPOINTMENT",
    "FIRST_TIME",
    "FOREIGN",
    "JSON_BODY",
    "MUST",
    "NO_CASE",
    "PERMISSION_OR_APPOINTMENT",
    "SECOND",
    "SHOULD",
    "Api",
    "BodyModel",
    "BodyRule",
    "Case",
    "ConfigurationError",
    "Credentials",
    "DoctorChecks",
    "Entry",
    "Evidence",
    "Finding",
    "Fixtures",
    "Headers",
    "Kind",
    "MakeContext",
    "MarkPlaces",
    "Moment",
    "NoBody",
    "NotApplicable",
    "NotTestable",
    "Probe",
    "ProbeResult",
    "Provisioning",
    "RecordSpec",
    "Removal",
    "RequestPolicy",
    "Scenario",
    "ScenarioContext",
    "SelftestLimits",
    "State",
    "Target",
    "TargetForm",
    "TooFewFixtures",
    "address_of",
    "answer_without_credentials",
    "answer_without_permission",
    "answers_to_second_token",
    "bearer",
    "check_altered_token",
    "check_expired_token",
    "check_near_misses_of_id",
    "check_no_credentials",
    "check_no_server_error",
    "check_nobody",
    "check_other_scheme",
    "check_out_of_reach",
    "check_scheme_ending_in_bearer",
    "check_text_after_token",
    "check_token_without_permission",
    "check_truncated_token",
    "check_undeclared_method",
    "check_unknown_token",
    "fixture_policy",
    "foreign_reads",
    "header",
    "is_refused",
    "json_of",
    "json_text",
    "mark_of",
    "member",
    "observation",
    "operation_probe",
    "rate_limit_headers_of",
    "read",
    "read_foreign",
    "read_only",
    "read_until",
    "read_with_credentials_of",
    "record_of",
    "requirement",
    "same_id",
    "statuses",
    "undeclared_method_probe",
    "working_days",
    "wrong_credentials",
]

Read = TypeVar("Read")

GROUP: Final = "appointment_conformance.apis"
#: The form of the name of an API, which is part of the names of targets and of folders.
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
#: The prefix of the ids of requirements that hold for any API.
SHARED_PREFIX: Final = "HTTP"


@dataclass(frozen=True)
class Apis(Mapping[str, Api]):
    """The installed APIs by name: those that could be loaded, and why others could not."""

    loaded: Mapping[str, Api]
    #: By the name of the entry point: one sentence that names the package and the error.
    broken: Mapping[str, str]
    #: By the name of the entry point: the package, as a text.
    packages: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Api:
        """Return an API. Raises ConfigurationError for a broken one, and KeyError for one that is not installed."""
        if name in self.broken:
            raise ConfigurationError(self.broken[name])
        return self.loaded[name]

    def proven_for(self, name: str) -> frozenset[str]:
        """Return the ids of the requirements that at least one fault, of any API, proves able to fail.

        Raises ConfigurationError if the proof of the API called `name` cannot be read. Another unreadable proof is
        left out.
        """
        return proven_in(self[name].caught) | self.proven_outside([name])

    def proven_outside(self, names: Collection[str]) -> frozenset[str]:
        """Return the same for the faults of all other APIs than `names`. A proof that cannot be read is left out."""
        proven: frozenset[str] = frozenset()
        for api in self.loaded.values():
            with suppress(ConfigurationError):
                proven |= proven_in(api.caught) if api.name not in names else frozenset()
        return proven

    def checked(self, name: str) -> Api:
        """Return an API whose contract, requirements and open questions can be read, as `[name]` does.

        Raises ConfigurationError with a sentence that names the package where they cannot.
        """
        api = self[name]

        def read() -> Api:
            api.form.keys.check()
            _ = api.catalogue, api.questions, api.contract.read_path, api.form.described_keys
            return api

        return attempt(read, name, self.packages.get(name, "its package"))

    def with_catalogues(self) -> Apis:
        """Return those that can be `checked`; the others are among the broken ones."""
        loaded, broken = {}, dict(self.broken)
        for name in self.loaded:
            try:
                loaded[name] = self.checked(name)
            except ConfigurationError as error:
                broken[name] = str(error)
        return Apis(loaded, broken, self.packages)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of the APIs that could be loaded."""
        return iter(self.loaded)

    def __len__(self) -> int:
        """Return how many APIs could be loaded."""
        return len(self.loaded)


@cache
def load_apis() -> Apis:
    """Return every API that is installed. Raises ConfigurationError if two share a name or a prefix of ids."""
    return registered(entry_points(group=GROUP))


def api_of(target: Target) -> Api:
    """Return the API that a target claims to be, under the target's own contract where it names one.

    Raises ConfigurationError if the API is not installed or cannot be used, and if the document that the target names
    cannot be used as its contract.
    """
    apis = load_apis()
    if target.api not in {*apis, *apis.broken}:
        raise ConfigurationError(f"there is no API `{target.api}`{suggestion(target.api, apis)}")
    api = apis.checked(target.api)
    if target.contract is None:
        return api
    try:
        return api_under(api, read_document(target.contract.path, name=target.contract.given))
    except ConfigurationError as error:
        lines = str(error).splitlines()
        raise ConfigurationError("\n".join(f"target {target.name}: {line}" for line in lines)) from error


def api_under(api: Api, document: OpenApiDocument) -> Api:
    """Return an API whose contract is a document with the API's overlay. Raises ConfigurationError if that fails."""
    return replace(api, contract=_own_contract(api.contract, document))


@lru_cache(32)
def _own_contract(built_in: Contract, document: OpenApiDocument) -> Contract:
    """Return the same object for the same document, by which what is generated from it is kept."""
    contract = OwnContract(built_in.folder, built_in.rules, built_in, document)
    try:
        _ = contract.operations, contract.findings()
    except ContractError as error:
        raise ConfigurationError("\n".join(f"{line}." for line in str(error).splitlines())) from error
    return contract


def provisioning_of(name: str) -> Provisioning:
    """Return how an API creates and removes fixtures. Raises ConfigurationError if it is not installed or cannot."""
    api = load_apis().get(name)
    if api is None or api.provisioning is None:
        raise ConfigurationError(
            f"no API `{name}` that creates and removes fixtures is installed; install its package."
        )
    return api.provisioning


def registered(points: Iterable[EntryPoint]) -> Apis:
    """Return the APIs of the entry points, ordered by position. An API that cannot be loaded does not affect others.

    Raises ConfigurationError if two share a name or a prefix of ids.
    """
    points = tuple(points)
    _refuse_shared("the name", [(point.name, point) for point in points])
    loaded: dict[EntryPoint, Api] = {}
    broken: dict[str, str] = {}
    for point in points:
        try:
            loaded[point] = attempt(partial(_load, point), point.name, _package(point))
        except ConfigurationError as error:
            broken[point.name] = str(error)
    _refuse_shared("the prefix of requirement ids", [(api.id_prefix, point) for point, api in loaded.items()])
    # Build tools write entry points in different orders.
    ordered = sorted(loaded.values(), key=lambda api: (api.position, api.name))
    packages = {point.name: _package(point) for point in points}
    return Apis({api.name: api for api in ordered}, broken, packages)


def attempt(read: Callable[[], Read], name: str, package: str) -> Read:
    """Return what `read` returns, which runs code of the package of the API called `name`.

    Raises ConfigurationError, with a sentence that names the package and the error, for whatever that code raises, also
    SystemExit and what pytest raises to skip a test.
    """
    try:
        return read()
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        reason = " ".join(f"{type(error).__name__}: {_text_of(error)}".split()).rstrip(".: ")
        message = f"the API `{name}` of {package} cannot be used: {reason}; fix the package, or uninstall it."
        raise ConfigurationError(message) from error


def _text_of(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - it is an error of another package, whose text may fail as well
        return ""


def _load(point: EntryPoint) -> Api:
    if not NAME.fullmatch(point.name):
        raise ValueError("its name is not letters, digits, `.`, `_` and `-`, with a letter or a digit first")
    api = point.load()
    if not isinstance(api, Api):
        raise TypeError(f"{point.value} is {type(api).__name__}, not an Api")
    if api.name != point.name:
        raise ValueError(f"{point.value} is named `{api.name}`, its entry point `{point.name}`")
    if not isinstance(api.position, int):
        raise TypeError(f"its position is {api.position!r}, not a whole number")
    if api.form.api != api.name:
        raise ValueError(f"the form of {point.value} is of the API `{api.form.api}`, not of `{api.name}`")
    if api.id_prefix.casefold() == SHARED_PREFIX.casefold():
        raise ValueError(f"the prefix of ids `{api.id_prefix}` is that of the requirements of any API")
    return api


def _refuse_shared(what: str, registered: Iterable[tuple[str, EntryPoint]]) -> None:
    """Raise ConfigurationError if two entry points have the same value, ignoring upper and lower case."""
    sharing: dict[str, list[tuple[str, EntryPoint]]] = defaultdict(list)
    for value, point in registered:
        sharing[value.casefold()].append((value, point))
    for group in sharing.values():
        if len(group) > 1:
            packages = " and ".join(sorted({_package(point) for _, point in group}))
            raise ConfigurationError(
                f"{packages} each register an API with {what} `{group[0][0]}`; uninstall one of them."
            )


def _package(point: EntryPoint) -> str:
    return f"the package {point.dist.name}" if point.dist else point.value
