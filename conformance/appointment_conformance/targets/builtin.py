"""The two built-in targets: the reference API, served on a loopback port for as long as it is needed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from .target import Api, Fixtures, Target

BUILT_IN: Final[dict[str, Api]] = {"reference-omneo": "omneo", "reference-mijnklantportaal": "mijnklantportaal"}


def target_of(api: str) -> str:
    """Return the name of the built-in target of `api`."""
    return next(name for name, served in BUILT_IN.items() if served == api)


@contextmanager
def reference_target(name: str, *, faults: Collection[str] = (), variants: Collection[str] = ()) -> Iterator[Target]:
    """Serve a built-in target and yield it. Raises ConfigurationError for an unknown target, fault or variant."""
    # Starting a web server is not everybody's business: a run against a real target does without it.
    from appointment_conformance.reference_apis import serve  # noqa: PLC0415

    api = BUILT_IN[name]
    with _known(), serve(api, faults=faults, variants=variants) as reference:
        yield Target(
            name=name,
            api=api,
            base_url=reference.base_url,
            token=reference.token,
            forbidden_token=reference.forbidden_token,
            expired_token=reference.expired_token,
            second_token=reference.second_token,
            fixtures=_fixtures(reference.fixtures),
            environment="test",
        )


def broken_by_faults() -> frozenset[str]:
    """Return the requirements that a fault of the reference API declares to break.

    At a built-in target these may count against it, so that a new fault is proof before the self-test has run.
    """
    from appointment_conformance.reference_apis import all_faults  # noqa: PLC0415 - as above

    return frozenset(name for fault in all_faults() for name in fault.breaks)


def _fixtures(given: Mapping[str, Any]) -> Fixtures:
    values: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in given.items()}
    return Fixtures(**values)


@contextmanager
def _known() -> Iterator[None]:
    from appointment_conformance.reference import UnknownFault  # noqa: PLC0415
    from appointment_conformance.reference_apis import without_such  # noqa: PLC0415

    try:
        yield
    except UnknownFault as error:
        raise without_such(error) from error
