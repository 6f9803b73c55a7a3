"""Reading YAML needs little time and memory, and its errors do not quote the file."""

from __future__ import annotations

import pytest
from own_targets import SMALL_FILE

from appointment_conformance.engine.known_deviations import read_deviations
from appointment_conformance.errors import ConfigurationError
from appointment_conformance.targets.source import MAX_BYTES
from appointment_conformance.targets.yaml_bounds import MAX_DEPTH, MAX_NODES
from appointment_conformance.targets_file import read_targets

DEVIATION = """\
- requirement: MKP-CANCEL-01
  operation: cancel
  fingerprint: 2-fbe4-cd80-f861
  reason: why
  ticket: T-{number}
  owner: who
  expires: 2027-03-31
"""
SECRET = "Pa55-It's-Word"


def bomb(levels):
    """Return short YAML whose aliases refer to nine times as many values on each level."""
    lines = ["x-a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"x-a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, levels)]
    return "\n".join(lines) + "\n"


def merge_bomb(levels):
    """Return YAML whose merge keys refer to more and more values."""
    lines = ["x-a0: &a0 {k: [1, 1, 1]}"]
    lines += [f"x-a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, levels)]
    return "\n".join(lines) + "\n"


def refusal(tmp_path, text, reading):
    """Return the sentence with which a text is refused."""
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        reading(path)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)
    return str(caught.value)


def targets(path):
    """Read every target of a file."""
    return read_targets(path, (), {})


@pytest.mark.parametrize("reading", [targets, read_deviations], ids=["targets", "deviations"])
@pytest.mark.parametrize(
    ("text", "part"),
    [
        (bomb(7), f"more than {MAX_NODES} values"),
        (bomb(40), f"more than {MAX_NODES} values"),
        (merge_bomb(40), f"more than {MAX_NODES} values"),
        (f"[{'1,' * (MAX_NODES + 1)}]", f"more than {MAX_NODES} values"),
        ("[" * (MAX_DEPTH + 1), f"more than {MAX_DEPTH} levels deep"),
        ("{a: " * (MAX_DEPTH + 1), f"more than {MAX_DEPTH} levels deep"),
        ("[" * 200_000, "this is not YAML"),
        ("".join(f"{' ' * n}-\n" for n in range(MAX_DEPTH + 2)), f"more than {MAX_DEPTH} levels deep"),
        ("x-a: &a [*a]", "an alias is inside the value that it refers to"),
        ("x-a: &a {b: {<<: *a}}", "an alias is inside the value that it refers to"),
        (f"x-a: &a {'y' * 500_000}\nx-b: [{'*a,' * 9000}]", f"more than {MAX_NODES} values"),
        ("# x\n" * MAX_BYTES, f"larger than {MAX_BYTES // 1024} KiB"),
    ],
    ids=[
        "bomb",
        "big bomb",
        "merges",
        "long",
        "lists",
        "maps",
        "deep",
        "blocks",
        "itself",
        "itself merged",
        "text",
        "large",
    ],
)
def test_what_would_cost_much_is_refused(tmp_path, reading, text, part):
    """Aliases of aliases, depth and size are refused in one sentence before anything is built."""
    assert part in refusal(tmp_path, text, reading)


def test_twenty_thousand_fixtures_are_read(tmp_path):
    """A long list of fixtures is read, and a duplicate in it is found."""
    ids = [f"apt_a{number}" for number in range(20_000)]
    path = tmp_path / "targets.yaml"
    path.write_text(SMALL_FILE.replace("apt_a1", ", ".join(ids)))
    (target,) = targets(path)
    assert target.fixtures.appointments == tuple(ids)
    twice = SMALL_FILE.replace("apt_a1", ", ".join([*ids, "apt_a7"]))
    assert "must not name an entry twice" in refusal(tmp_path, twice, targets)


def test_some_thousand_deviations_are_read(tmp_path):
    """A long file of deviations is read, and two entries for one failure are found."""
    entries = [DEVIATION.format(number=n).replace("f861", f"{n:04x}") for n in range(3000)]
    path = tmp_path / "known.yaml"
    path.write_text("".join(entries))
    assert len(read_deviations(path)) == 3000
    assert "already; keep one" in refusal(tmp_path, "".join([*entries, entries[5]]), read_deviations)


@pytest.mark.parametrize(
    "line",
    [
        f"token: !{SECRET}",
        f"token: !{SECRET} x",
        f"token: !!int {SECRET}",
        f"token: !!binary {SECRET}",
        f"token: !<{SECRET}> x",
        f"token: *{SECRET}",
        f"token: &{SECRET} &x y",
        f"token: @{SECRET}",
        f"token: %{SECRET}",
        f"token: |{SECRET}",
        f"token: >{SECRET}",
        f'token: "{SECRET}',
        f'token: "\\q{SECRET}"',
        f"token: [{SECRET}",
        f"token: {{{SECRET}: {SECRET}, {SECRET}: x}}",
        f"token: x: {SECRET}",
        f"token:\t- {SECRET}: [",
        f"token:{SECRET}: x",
        f"tokens:{SECRET}: x",
        f"{SECRET}: x",
        f"{SECRET}: x\n    {SECRET}: y",
        f"? {SECRET}\n    : x",
        "1234567890123: x",
        f"token: x\n    token: {SECRET}",
        f"limits: {{{SECRET}: 1}}",
        f"environment: {SECRET}",
        f"proxy: https://user:{SECRET}@proxy.example.com",
        f"proxy: http://user:{SECRET}",
    ],
)
def test_a_secret_is_in_no_error_of_yaml(tmp_path, line):
    """The sentence that refuses the file does not show a secret, wherever it is misplaced."""
    sentence = refusal(tmp_path, SMALL_FILE.replace("token: secret-value", line), targets)
    assert not any(part in sentence for part in ("Pa55", "Word", "1234567890123"))


def test_a_value_that_yaml_takes_for_a_tag_is_told(tmp_path):
    """A token that begins with `!` is refused with its line and what to do."""
    sentence = refusal(tmp_path, SMALL_FILE.replace("secret-value", "!secret-value"), targets)
    assert "line 5" in sentence
    assert "put it in quotes" in sentence


@pytest.mark.parametrize("token", ["!!str secret-value", "! secret-value", "&t secret-value", "secret-value # x"])
def test_what_yaml_has_for_text_is_read(tmp_path, token):
    """An explicit text, an anchor and a comment do not change a token."""
    path = tmp_path / "targets.yaml"
    path.write_text(SMALL_FILE.replace("secret-value", token))
    assert targets(path)[0].token == "secret-value"


SHARED = """\
x-common: &common
  api: mijnklantportaal
  token: ${MKP_TOKEN}
  limits: &limits {requests_per_minute: 60}
  x-note: ${NEVER_SET}
x-ids: &ids [apt_a1, apt_a2]
targets:
  one:
    <<: *common
    base_url: https://one.example.com/v1
    fixtures: {appointments: *ids}
  two:
    <<: [*common, {description: shared}]
    base_url: https://two.example.com/v1
    token: own-value
    fixtures: {appointments: *ids}
    limits: {<<: *limits, max_requests: 120}
    x-own: [anything, {at: all}]
"""


def test_keys_that_begin_with_x_are_the_authors(tmp_path):
    """Shared pieces with anchors are under `x-` keys, at the top and in a target, and can be merged into targets."""
    path = tmp_path / "targets.yaml"
    path.write_text(SHARED)
    one, two = read_targets(path, (), {"MKP_TOKEN": "shared-value"})
    assert (one.token, two.token) == ("shared-value", "own-value")
    assert one.fixtures == two.fixtures
    assert (two.limits.requests_per_minute, two.limits.max_requests) == (60, 120)
    assert two.description == "shared"


@pytest.mark.parametrize("place", ["fixtures: {x-a: 1, ", "limits: {x-a: 1, "])
def test_only_the_top_and_a_target_take_such_keys(tmp_path, place):
    """Deeper in a target, or without the hyphen, a key must be one that the suite knows."""
    text = SHARED.replace(place.replace("x-a: 1, ", ""), place)
    path = tmp_path / "targets.yaml"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match="unknown key"):
        read_targets(path, (), {"MKP_TOKEN": "shared-value"})
    assert "unknown key" in refusal(tmp_path, "x: 1\n" + SMALL_FILE, targets)


def test_what_is_wrong_in_a_shared_piece_is_told_with_its_key(tmp_path):
    """A mistyped key that comes from a merge is refused, in the target that it is merged into."""
    sentence = refusal(tmp_path, SHARED.replace("  token: ${MKP_TOKEN}", "  tokn: x"), targets)
    assert "unknown key `tokn` in `targets.one`; did you mean `token`?" in sentence
