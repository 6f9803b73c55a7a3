"""The built-in targets: one for each API that has a reference API, served while it is needed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

from appointment_conformance.api import load_apis
from appointment_conformance.errors import ConfigurationError
from appointment_conformance.targets import Target
from appointment_conformance.targets.complaint import suggestion


def built_in() -> Mapping[str, str]:
    """Return the name of the API of each built-in target, by the target's name."""
    return {target_of(name): name for name, api in load_apis().items() if api.reference}


def target_of(api: str) -> str:
    """Return the name of the built-in target of `api`."""
    return f"reference-{api}"


def check_built_in(name: str) -> None:
    """Raise ConfigurationError if no built-in target is called `name`, or if the package of its API cannot be used."""
    for api, reason in load_apis().broken.items():
        if name == target_of(api):
            raise ConfigurationError(reason)
    if name not in built_in():
        known = suggestion(name, built_in())
        raise ConfigurationError(f"there is no built-in target `{name}`{known}")


@contextmanager
def reference_target(name: str, *, faults: Collection[str] = (), variants: Collection[str] = ()) -> Iterator[Target]:
    """Serve a built-in target and yield it. Raises ConfigurationError for an unknown target, fault or variant."""
    # Imported late, because it imports a web server, which a run against a real target does not need.
    from appointment_conformance.reference_apis import serve  # noqa: PLC0415

    check_built_in(name)
    api = load_apis()[built_in()[name]]
    with _known(), serve(api.name, faults=faults, variants=variants) as reference:
        yield Target(
            name=name,
            api=api.name,
            base_url=reference.base_url,
            token=reference.token,
            forbidden_token=reference.forbidden_token,
            expired_token=reference.expired_token,
            second_token=reference.second_token,
            fixtures=api.form.read_fixtures(reference.fixtures),
            form=api.form,
            environment="test",
            gating=broken_by_faults(),
        )


def broken_by_faults() -> frozenset[str]:
    """The requirements that a fault of a reference API declares to break: a new fault counts before the self-test."""
    from appointment_conformance.reference_apis import all_faults  # noqa: PLC0415 - as above

    return frozenset(name for fault in all_faults() for name in fault.breaks)


@contextmanager
def _known() -> Iterator[None]:
    from appointment_conformance.reference import UnknownFault  # noqa: PLC0415
    from appointment_conformance.reference_apis import without_such  # noqa: PLC0415

    try:
        yield
    except UnknownFault as error:
        raise without_such(error) from error
