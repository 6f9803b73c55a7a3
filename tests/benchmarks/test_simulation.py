"""The simulation: a small one is played whole, and what would be wrong in a large one is noticed."""

from __future__ import annotations

import json
import shutil
import sys
from collections import Counter
from dataclasses import replace

import pytest
from simulated_targets import VERDICTS, simulated_targets
from simulation import Size, objections, play, results
from simulation_page import section_in, simulation_section, with_section

from appointment_conformance.cli.main import main

pytestmark = [
    pytest.mark.xdist_group("simulation"),
    pytest.mark.skipif(sys.platform == "win32", reason="measures processes as POSIX does"),
]


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """Play a simulation that has every kind of target."""
    return play(Size(17, 3, servers=2), tmp_path_factory.mktemp("simulation"))


def test_nothing_is_lost_and_nothing_is_judged_twice(played):
    """Each target is in one shard and once in the merged file, with its verdict, for the requests that were counted."""
    assert objections(played) == []
    assert len(results(played)) == 17
    assert {target.verdict for target in played.targets} == set(VERDICTS.values())


def test_the_section_has_the_figures(played):
    """Counts and costs stand in the section, which replaces an earlier one and leaves the rest of the page."""
    section = simulation_section(played)
    assert "| targets | 17 |" in section
    assert f"| requests | {sum(result['requests'] for result in results(played).values())} |" in section
    assert "| lost, judged twice, or judged wrongly | 0 |" in section
    page = with_section(with_section("# A page\n\ntext\n", "## Many targets\n\nold\n"), section)
    assert page == f"# A page\n\ntext\n\n{section}"
    assert section_in(page) == section
    assert section_in("# A page\n") == ""


def test_what_is_wrong_is_noticed(played, tmp_path):
    """A shard that is lost, a target in two shards, another verdict, and requests that nobody knows of are told."""
    folder = shutil.copytree(played.folder, tmp_path / "copy")
    changed = replace(played, folder=folder)
    name = next(one.name for one in played.targets if (one.api, one.flaw) == ("mijnklantportaal", ""))
    others = (replace(one, flaw="fault") if one.name == name else one for one in played.targets)
    assert objections(replace(played, targets=tuple(others))) == [
        f"{name} must be not-conformant once, and is ['conformant']"
    ]
    counted = {**played.requests, name: played.requests[name] + 1}
    assert objections(replace(played, requests=counted)) == [
        f"{name} got {counted[name]} requests, and its results say {played.requests[name]}"
    ]
    for path in folder.glob("shard-*/shard-*.json"):
        manifest = json.loads(path.read_text())
        path.write_text(json.dumps({**manifest, "runs": {**manifest["runs"], name: "again"}}))
    assert objections(changed) == [f"{name} is in 3 shards"]


def test_a_lost_shard_fails_the_merge(played, monkeypatch, capsys):
    """Without the reports of one shard, the merge names each of its targets, and no other one, as an error."""
    monkeypatch.chdir(played.folder)
    kept, lost = ["shard-1", "shard-2"], {name.parent.name for name in played.folder.glob("shard-3/*/result.json")}
    with pytest.raises(SystemExit) as ended:
        main(["merge", *kept, "--output", "partly"])
    told = capsys.readouterr().out
    assert ended.value.code == (5 if lost else 1)
    assert {line.split()[0] for line in told.splitlines() if line.endswith(" is error")} == lost


@pytest.mark.parametrize("count", [1, 24, 1000])
def test_the_targets_are_the_same_each_time(count):
    """Most targets conform; a twin follows a target of its own API that conforms; names are unique."""
    targets = simulated_targets(count)
    assert targets == simulated_targets(count)
    assert len({target.name for target in targets}) == count
    twins = [target for target in targets if target.flaw == "twin"]
    assert all((targets[one.number - 1].api, targets[one.number - 1].flaw) == (one.api, "") for one in twins)
    assert Counter(target.verdict for target in targets)["conformant"] >= count * 0.8
