"""The benchmark as a page: `docs/benchmarks.md`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmark import Benchmark, Caught
from st_run import OPTIONS, SETUPS, Setup
from stopwatch import PARTS, Spent

from appointment_conformance.api import load_apis
from appointment_conformance.selftest.selftest import cut_limits

COLUMNS: dict[Setup, str] = {"published": "as published", "overlay": "with the overlay and fixtures"}

OPENING = """\
# Benchmarks

<!-- Made by `make bench` from one run on one machine: run it again rather than change this page. -->

This page shows what a run in the `gate` profile costs and catches, measured on the built-in reference API over
loopback. Requests, used appointments and caught faults are the same on every machine; times are not. *Processor* is
the processor time of only the measured process, *wall* is the elapsed time, which includes other work on the machine.

```sh
python tests/benchmarks/run_benchmark.py --write docs/benchmarks.md --faults {faults} --bound {bound:g}
```

"""
CATCHES = """
## What a run costs the target, and catches

A fault is caught when the requirement that it breaks fails. A cut run is one that may send no more than the stated
requests: the most informative probes come first.

"""
BESIDE = """
## Beside `schemathesis run`

This is the version of Schemathesis that the suite uses, run alone against the same server, with the valid token and the
default phases and checks:

```sh
schemathesis run {options}
```

*As published* is the vendor's document, unchanged. *With the overlay and fixtures* is the contract of this suite,
with Omneo's path pinned to a fixture and the formats of the overlay registered, so that ids are drawn from the fixtures
(and, for MijnKlantportaal, the absent appointment).

A fault counts as caught there when the run reports a failure code for an operation, or an error, that the same run on
the conforming server does not report. This is generous, because the run need not say which rule is broken. *Tried* is
an even sample of at most {faults} faults of each api, the same for both; requests are those of a run on the conforming
server, counted by the server.

"""
BASELINES = """
What `schemathesis run` reports on the conforming server, which has no defect:

"""
TIMES = """
## Time and memory of a run

Medians of {runs} runs, each in a new process against a server in another one; the interpreter's own start is not in it.
*Generation* is Schemathesis loading the contract and drawing cases, *judging* includes its checks of the answers.

"""
REQUESTS = """
## Overhead of guard and recording

The same request, refused with 422, 500 times by the suite's client and by a bare session of `requests` in turn; the
median of each. The client checks, limits, redacts and records what the bare session only sends. The processor time
shows best what this costs, because the wall time includes waiting for the server.

"""
STARTS = """
## Start-up

Medians of {starts} starts of a new process each.

"""
LIMITS = """
## What these figures do not say

- The faults were written for this suite, and its probes for these faults: 100 % means that every requirement can fail,
  not that every defect of a real API would be found. `schemathesis run` has another purpose; it needs no fixture.
- There is one seed, one machine, and a server without latency. On a real target the number of requests and its rate
  limit determine the time.
- Wall times in the same table were not measured at the same moment: on a busy machine compare only processor times and
  counts.
- A run of `schemathesis run` that took longer than {bound} s was ended and its fault left out of *tried*.
"""


def benchmark_page(measured: Benchmark, *, faults: int, bound: float, runs: int, starts: int) -> str:
    """Return the page as Markdown; `faults`, `bound`, `runs` and `starts` are those that were asked for."""
    return "".join(
        [
            OPENING.format(faults=faults, bound=bound),
            table(("what", "version or count"), measured.machine.items()),
            CATCHES,
            _catches(measured),
            BESIDE.format(options=" ".join(OPTIONS), faults=faults),
            _beside(measured),
            BASELINES,
            _baselines(measured),
            TIMES.format(runs=runs),
            _times(measured),
            REQUESTS,
            _requests(measured),
            STARTS.format(starts=starts),
            table(
                ("command", "wall s", "processor s"),
                ((f"`{n}`", *_seconds(s)) for n, s in measured.cost.starts.items()),
            ),
            LIMITS.format(bound=f"{bound:.0f}"),
        ]
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; a pipe within a cell is escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def share(caught: Caught) -> str:
    """Return caught of tried, with the percentage."""
    return f"{caught.caught} of {caught.tried} ({caught.caught / caught.tried:.0%})" if caught.tried else "none tried"


def _catches(measured: Benchmark) -> str:
    own = measured.own
    cells = {
        "requests": [str(one.baseline.requests) for one in own.values()],
        "appointments consumed": [str(one.baseline.appointments) for one in own.values()],
        "faults caught": [share(one.caught()) for one in own.values()],
        "faults caught for every hundred requests": [f"{one.caught().per_hundred:.0f}" for one in own.values()],
        "a cut run": [f"{cut_limits()[api]} requests" for api in own],
        "faults caught by a cut run": [share(one.caught_cut(cut_limits()[api])) for api, one in own.items()],
        "the same for every hundred requests": [
            f"{o.caught_cut(cut_limits()[a]).per_hundred:.0f}" for a, o in own.items()
        ],
    }
    return table(("", *(_title(api) for api in own)), ((name, *line) for name, line in cells.items()))


def _beside(measured: Benchmark) -> str:
    head = ("api", "run", "requests", "faults caught of those tried", "for every hundred requests", "wall s")
    rows = []
    for api, own in measured.own.items():
        caught = own.caught(frozenset(measured.samples[api]))
        rows.append((_title(api), "this suite", *_row(caught), f"{measured.cost.runs[api].total.wall:.1f}"))
        for setup in SETUPS:
            stick = measured.yardsticks[api, setup]
            rows.append(
                (
                    _title(api),
                    f"Schemathesis, {COLUMNS[setup]}",
                    *_row(stick.caught),
                    f"{stick.spent.wall:.1f}",
                )
            )
    return table(head, rows)


def _row(caught: Caught) -> tuple[str, str, str]:
    return str(caught.requests), share(caught), f"{caught.per_hundred:.1f}"


def _baselines(measured: Benchmark) -> str:
    rows = [
        (
            _title(api),
            COLUMNS[setup],
            ", ".join(f"{code} on `{where}`" for code, where in sorted(found)) or "nothing",
        )
        for (api, setup), stick in measured.yardsticks.items()
        for found in [stick.baseline.findings]
    ]
    return table(("api", "contract", "findings"), rows)


def _times(measured: Benchmark) -> str:
    costs = measured.cost.runs
    head = ["part", *(f"{_title(api)}, {unit}" for api in costs for unit in ("wall s", "processor s"))]
    rows = [(part, *(cell for one in costs.values() for cell in _seconds(one.parts[part]))) for part in PARTS]
    total = ("all", *(cell for one in costs.values() for cell in _seconds(one.total)))
    peaks = "".join(f"- {_title(api)}: {one.peak_mib:.0f} MiB at the peak\n" for api, one in costs.items())
    return f"{table(head, [*rows, total])}\n{peaks}"


def _requests(measured: Benchmark) -> str:
    client, session = measured.cost.requests["client"], measured.cost.requests["session"]
    rows = {"the suite's client": client, "a bare session": session, "overhead": _less(client, session)}
    return table(("sent by", "wall ms", "processor ms"), ((name, *_milliseconds(one)) for name, one in rows.items()))


def _less(one: Spent, other: Spent) -> Spent:
    return Spent(one.wall - other.wall, one.processor - other.processor)


def _seconds(spent: Spent) -> tuple[str, str]:
    return f"{spent.wall:.2f}", f"{spent.processor:.2f}"


def _milliseconds(spent: Spent) -> tuple[str, str]:
    return f"{spent.wall:.2f}", f"{spent.processor:.2f}"


def _title(api: str) -> str:
    return load_apis()[api].title
