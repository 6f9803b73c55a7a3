"""The section of `docs/benchmarks.md` on many targets. Another program writes the rest of that page."""

from __future__ import annotations

import os

from simulated_targets import VERDICTS
from simulation import results

HEADING = "## Many targets"
SECTION = """\
## Many targets

`tests/benchmarks/run_simulation.py` judges targets at reference APIs on the loopback interface, in shards, and merges
their reports. It fails if a target is lost, if one is judged twice (the servers count the requests), or if a verdict
is not the one that the target was made for.

```sh
python tests/benchmarks/run_simulation.py --targets {targets} --shards {shards} --write docs/benchmarks.md
```

| what | on every machine |
| --- | --- |
| targets | {targets} |
| shards, and targets in each | {shards}: {split} |
| lost, judged twice, or judged wrongly | 0 |
{verdicts}
| requests | {requests} |

| what | on a machine with {processors} processors |
| --- | --- |
| shards at the same time, and targets at once in each | {side_by_side}, {jobs} |
| wall time of all shards | {wall:.0f} s |
| processor time of all shards and their workers | {processor:.0f} s, {each:.2f} s for a target |
| largest process of a shard | {peak:.0f} MiB |
| `merge` | {merge_wall:.1f} s, {merge_peak:.0f} MiB |
| a server process | {server_peak:.0f} MiB at most |

Other work ran on the machine, so the wall time is an upper bound. One target of ten is Omneo's, the others are
MijnKlantportaal's.
"""


def simulation_section(played):
    """Return the section with the figures of a simulation that has no objection."""
    told = results(played)
    processor = sum(shard.processor for shard in played.shards)
    split = [len([name for name in told if (folder / name).exists()]) for folder in played.reports]
    verdicts = [
        f"| {verdict} | {sum(target.verdict == verdict for target in played.targets)} |"
        for verdict in dict.fromkeys(VERDICTS.values())
    ]
    return SECTION.format(
        targets=played.size.targets,
        shards=played.size.shards,
        split=", ".join(map(str, split)),
        verdicts="\n".join(verdicts),
        requests=sum(result["requests"] for result in told.values()),
        processors=os.cpu_count() or 1,
        side_by_side=played.size.side_by_side,
        jobs=played.size.jobs,
        wall=played.wall - played.merge.wall,
        processor=processor,
        each=processor / played.size.targets,
        peak=max(shard.peak_mib for shard in played.shards),
        merge_wall=played.merge.wall,
        merge_peak=played.merge.peak_mib,
        server_peak=max(played.server_peaks),
    )


def with_section(page, section):
    """Return the page with this section at its end, in place of an earlier one."""
    return f"{page.partition(HEADING)[0].rstrip()}\n\n{section}"


def section_in(page):
    """Return the section of a page, empty if it has none."""
    before, heading, after = page.partition(HEADING)
    return f"{heading}{after}" if heading else before[:0]
