"""The command `selftest`: prove that the suite can fail."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from appointment_conformance.cli.configuration import exit_2_on_errors
from appointment_conformance.output import complain, say

if TYPE_CHECKING:
    from appointment_conformance.selftest.selftest import Proof


@click.command(short_help="Prove that the suite catches every fault it knows.")
@click.option("--workers", type=click.IntRange(1), help="Runs side by side (default: one for each processor).")
@click.option("--seeds", type=click.IntRange(0), default=0, show_default=True, help="Thorough runs on each variant.")
@click.option("--api", multiple=True, metavar="NAME", help="Prove this API alone; may be repeated.")
@click.option(
    "--write",
    type=click.Path(path_type=Path, file_okay=False),
    help="Directory for the pages of the matrix; in a checkout the proof data are written as well.",
)
def selftest(*, workers: int | None, seeds: int, api: tuple[str, ...], write: Path | None) -> None:
    """Prove that the suite can fail: run it against each fault and each conforming variant of the reference API.

    The pages that are written cover the APIs that were proven.

    Exit: 0 if every fault is caught by the requirement it breaks and no unrelated requirement fails, 1 otherwise,
    2 if the configuration cannot be used.
    """
    from appointment_conformance.reference_apis import broken_references, chosen_references
    from appointment_conformance.selftest.proof_file import by_api, out_of_date
    from appointment_conformance.selftest.selftest import processors
    from appointment_conformance.selftest.selftest import selftest as prove
    from appointment_conformance.selftest.witnesses import stale

    with exit_2_on_errors():
        if write is not None:
            write.mkdir(parents=True, exist_ok=True)
        apis = chosen_references(api) if api else ()
        broken = () if api else tuple(broken_references().values())
        proof = prove(workers=workers or processors(), seeds=seeds, say=lambda line: say(f"trying {line}"), apis=apis)
    caught_by_api = by_api(proof.matrix.catches, apis)
    if write is not None:
        _write_pages(proof, caught_by_api, write)
    _show(proof)
    objections = (*proof.objections, *out_of_date(caught_by_api), *stale(proof.witnesses), *broken)
    for objection in objections:
        complain(f"objection: {objection}")
    sys.exit(1 if objections else 0)


def _write_pages(proof: Proof, caught_by_api: Mapping[str, Mapping[str, tuple[str, ...]]], folder: Path) -> None:
    from appointment_conformance.selftest.matrix_page import markdown, table
    from appointment_conformance.selftest.proof_file import write_proof
    from appointment_conformance.selftest.witnesses import write_witnesses

    (folder / "kill-matrix.md").write_text(markdown(proof), encoding="utf-8")
    (folder / "kill-matrix.csv").write_text(table(proof), encoding="utf-8")
    write_proof(caught_by_api)
    write_witnesses(proof.witnesses)


def _show(proof: Proof) -> None:
    for name, caught in proof.matrix.killers.items():
        say(f"{name:<15} {len(caught):>3} faults caught")
    rows = proof.matrix.rows
    say(f"{sum(row.caught for row in rows)} of {len(rows)} faults caught by the requirement they break")
    say(f"{len(proof.matrix.accusations)} faults make an unrelated requirement fail")
    say(f"{len(proof.falsely_accused)} of {len(proof.baseline) + len(proof.variants)} conformant runs accused")
    say(f"{proof.cut_share:.1%} of the faults caught by runs cut short")
    for result in proof.baseline:
        say(f"{result.run.target}: {result.requests} requests, {result.appointments} fixtures used up")
    say(f"{proof.seconds:.0f} s")
