"""`run --shard` judges a part of the targets, and leaves the reports of the other parts alone."""

from __future__ import annotations

import json

import pytest

from appointment_conformance.cli.shard import shard_of

CLI = "appointment_conformance"
NAMES = [f"store-{number}" for number in range(6)]


@pytest.fixture(autouse=True)
def _stores(tmp_path):
    """Write a targets file of targets where nothing listens; the last two share an appointment."""
    entries = {
        name: {
            "api": "mijnklantportaal",
            "base_url": f"http://127.0.1.1:{number + 1}/v1",
            "token": "Own/Token+1234567",
            "fixtures": {"appointments": [f"apt_a{min(number, 4)}", f"apt_b{number}"]},
        }
        for number, name in enumerate(NAMES)
    }
    (tmp_path / "targets.yaml").write_text(json.dumps({"targets": entries}))


def own(total):
    """Return the targets of each shard: those that share an appointment follow the first of them."""
    shards = {name: shard_of("store-4" if name == "store-5" else name, total) for name in NAMES}
    return {number: [name for name in NAMES if shards[name] == number] for number in range(1, total + 1)}


def reported(folder):
    """Return the targets with a result."""
    return sorted(path.parent.name for path in folder.glob("*/result.json"))


def test_each_target_is_in_one_shard(command, tmp_path):
    """Each shard judges its own targets, and its manifest names those of all shards."""
    parts = own(3)
    for number, names in parts.items():
        done = command(CLI, "run", "--shard", f"{number}/3", "--output", f"out-{number}")
        assert done.returncode == (3 if names else 0)
        assert reported(tmp_path / f"out-{number}") == names
        manifest = json.loads((tmp_path / f"out-{number}" / f"shard-{number}-of-3.json").read_text())
        assert sorted(manifest["runs"]) == names
        assert manifest["targets"] == {name: shard for shard, listed in parts.items() for name in listed}
    assert sorted(name for names in parts.values() for name in names) == NAMES


def test_a_shard_without_targets_is_no_verdict(command, tmp_path):
    """A shard that has no target exits with 0 and says that nothing was judged; its manifest shows that it ran."""
    total = 40
    number = next(number for number, names in own(total).items() if not names)
    done = command(CLI, "run", "--shard", f"{number}/{total}")
    assert (done.returncode, done.stderr) == (0, "")
    said = f"shard {number}/{total} has none of 6 targets: nothing is judged here, and that is no verdict."
    assert done.stdout == f"targets from targets.yaml\n{said}\n"
    assert [path.name for path in (tmp_path / "conformance-reports").iterdir()] == [f"shard-{number}-of-{total}.json"]
    assert command(CLI, "merge", "conformance-reports").returncode == 5, "the others never reported"


def test_shards_can_share_a_directory(command, tmp_path):
    """A shard removes what its own earlier run has left, and nothing of another shard."""
    full = [number for number, names in own(3).items() if names]
    for number in full:
        command(CLI, "run", "--shard", f"{number}/3")
    kept = {name: (tmp_path / "conformance-reports" / name / "result.json").read_bytes() for name in own(3)[full[1]]}
    refused = command(CLI, "run", "--shard", f"{full[0]}/3", "--fault", "nosuch")
    assert refused.returncode == 2
    assert not (tmp_path / "conformance-reports" / f"shard-{full[0]}-of-3.json").exists()
    assert not set(own(3)[full[0]]) & set(reported(tmp_path / "conformance-reports"))
    for name, text in kept.items():
        assert (tmp_path / "conformance-reports" / name / "result.json").read_bytes() == text


def test_variables_of_the_ci_service_say_which_shard(command):
    """With `auto` the variables are read, and the console names the shard; without the option they change nothing."""
    variables = {"CI_NODE_INDEX": "2", "CI_NODE_TOTAL": "3"}
    assert "\nshard 2/3" in command(CLI, "run", "--shard", "auto", **variables).stdout
    assert "\nshard 2/3" in command(CLI, "run", "--shard", "auto/3", JOB_COMPLETION_INDEX="1").stdout
    done = command(CLI, "run", **variables)
    assert "shard" not in done.stdout
    assert "6 targets: " in done.stdout


def test_a_pipeline_is_named_in_the_manifest(command, tmp_path):
    """The manifest has the id of the pipeline, by which results of an earlier one are noticed."""
    command(CLI, "run", "--shard", "1/1", CI_PIPELINE_ID="4711\u202e")
    manifest = json.loads((tmp_path / "conformance-reports" / "shard-1-of-1.json").read_text())
    assert manifest["pipeline"] == "4711\\u202e"


@pytest.mark.parametrize("value", ["9/8", "0/8", "3", "", "auto"])
def test_a_wrong_shard_exits_2(command, value):
    """A value that means no shard is a usage error, and nothing is judged."""
    done = command(CLI, "run", "--shard", value)
    assert (done.returncode, done.stdout) == (2, "")
    assert "'--shard'" in done.stderr


def test_a_manifest_that_cannot_be_removed_exits_2(command, tmp_path):
    """A folder in the place of the manifest is told in one sentence, and nothing is judged."""
    (tmp_path / "conformance-reports" / "shard-1-of-1.json").mkdir(parents=True)
    done = command(CLI, "run", "--shard", "1/1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: cannot write conformance-reports/shard-1-of-1.json: ")


def test_a_shard_that_is_not_known_leaves_no_reports(command, tmp_path):
    """Where `--shard` is wrong nobody knows whose the reports are: none stays, and the merge misses every target."""
    command(CLI, "run", "--shard", "1/1")
    assert reported(tmp_path / "conformance-reports") == NAMES
    assert command(CLI, "run", "--shard", "2/1").returncode == 2
    assert reported(tmp_path / "conformance-reports") == []
    assert command(CLI, "merge", "conformance-reports").returncode == 5
