"""`init` with options writes a targets file that a run reads at once, and says whether the target can be tested."""

from __future__ import annotations

import re
import socket

import pytest
import yaml
from impostor_server import JSON, impostor, page

from appointment_conformance.reference_apis import serve

HEAD = "# yaml-language-server: $schema=targets.schema.json\n"


@pytest.fixture
def cli(command):
    """Run the command line without a terminal."""
    return lambda *arguments, **options: command("appointment_conformance", *arguments, text="", **options)


def options(base_url, ids=("apt_a1", "apt_a2"), *more):
    """Return the options that describe a MijnKlantportaal target."""
    own = ("--api", "mijnklantportaal", "--name", "own", "--base-url", base_url, "--token-variable", "MKP_TOKEN")
    return (*own, "--fixture", f"appointments={','.join(ids)}", *more)


def test_the_written_file_is_run_at_once(cli, tmp_path):
    """The target is probed and fit, the file has no token, and a run of it has the verdict of what was said to lack."""
    with serve("mijnklantportaal") as reference:
        done = cli("init", *options(reference.base_url, reference.appointments), MKP_TOKEN=reference.token)
        assert (done.returncode, done.stderr) == (0, "")
        assert "ok    own  api: answers as mijnklantportaal does" in done.stdout
        assert "untested: MKP-AUTH-05 (cancel): add forbidden_token" in done.stdout
        assert done.stdout.endswith("next: appointment-conformance run own --targets targets.yaml\n")
        run = cli("run", "own", "--targets", "targets.yaml", MKP_TOKEN=reference.token)
        assert reference.token not in (tmp_path / "targets.yaml").read_text() + done.stdout
    assert run.returncode == 4
    assert "add forbidden_token" in run.stdout


def test_a_target_that_lacks_nothing(cli):
    """With every token and fixture, `init` says that a run judges every requirement, and the run does."""
    with serve("mijnklantportaal") as reference:
        tokens = [key for key in ("forbidden_token", "expired_token", "second_token") if getattr(reference, key)]
        variables = {key.upper(): getattr(reference, key) for key in ("token", *tokens)}
        named = [word for key in tokens for word in (f"--{key.replace('_', '-')}-variable", key.upper())]
        fixtures = [w for key, ids in reference.fixtures.items() for w in ("--fixture", f"{key}={ids}")]
        where = ("--api", "mijnklantportaal", "--base-url", reference.base_url, "--token-variable", "TOKEN")
        done = cli("init", *where, *named, *fixtures, **variables)
        assert (done.returncode, "a run judges every requirement\n" in done.stdout) == (0, True), (
            done.stdout + done.stderr
        )
        run = cli("run", **variables)
    assert (run.returncode, "untested" in run.stdout) == (0, False), run.stdout


def test_a_target_behind_a_gate_is_described_with_set(cli, tmp_path):
    """`--set` writes any other key, here a gateway's header and a program for the token, and the target is probed."""
    more = ("--set", "headers={X-Api-Key: '${KEY}'}", "--set", "token_command=[printenv, OWN]")
    with serve("mijnklantportaal") as reference:
        where = ("--api", "mijnklantportaal", "--name", "own", "--base-url", reference.base_url)
        fixtures = ("--fixture", f"appointments={','.join(reference.appointments)}")
        done = cli("init", *where, *fixtures, *more, KEY="k3y", OWN=reference.token)
    assert (done.returncode, done.stderr) == (0, "")
    assert "ok    own  api: answers as mijnklantportaal does" in done.stdout
    (entry,) = yaml.safe_load((tmp_path / "targets.yaml").read_text())["targets"].values()
    assert (entry["headers"], "token" in entry) == ({"X-Api-Key": "${KEY}"}, False)


def test_the_variables_may_come_from_a_file(cli, tmp_path):
    """`--env-file` serves the probes, and is part of the next command."""
    with serve("mijnklantportaal") as reference:
        (tmp_path / "own.env").write_text(f"MKP_TOKEN={reference.token}\n")
        done = cli("init", *options(reference.base_url, reference.appointments), "--env-file", "own.env")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("run own --targets targets.yaml --env-file own.env\n")


def refused_by(answer, cli, tmp_path):
    """Return how `init` ends for a target that gives this answer to everything; the file is written."""
    with impostor(lambda _: answer) as server:
        done = cli("init", *options(f"http://127.0.0.1:{server.port}/v1"), MKP_TOKEN="Kq7vXw2ZtR9bLmYc4")
        assert all(
            asked.method == "GET" or not {"apt_a1", "apt_a2"} & {*asked.path.split("/")} for asked in server.asked
        )
    assert done.returncode == 3
    assert (tmp_path / "targets.yaml").read_text().startswith(HEAD)
    assert "next: appointment-conformance doctor own --targets targets.yaml\n" in done.stdout
    return done.stdout


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (page(401, b'{"error": "unauthorized"}', JSON), "check the token"),
        (page(200, b"<!doctype html><title>Sign in</title><form>"), "this is not the API; check base_url"),
        (page(302, b"", location="https://login.example.com/"), "base_url may lead to a login page"),
    ],
    ids=["401", "page", "redirect"],
)
def test_a_target_that_cannot_be_tested_ends_with_3(cli, tmp_path, answer, reason):
    """The file is written, the failed check says what to do, and what a run lacks is said all the same."""
    stdout = refused_by(answer, cli, tmp_path)
    assert re.search(rf"fail  own  api: .*{reason}", stdout)
    assert "add forbidden_token" in stdout


def test_a_target_that_does_not_answer_ends_with_3(cli, tmp_path):
    """Where nobody listens, the connection is what fails."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
    done = cli("init", *options(url), MKP_TOKEN="Kq7vXw2ZtR9bLmYc4")
    assert (done.returncode, "fail  own  connection: no connection" in done.stdout) == (3, True)
    assert (tmp_path / "targets.yaml").exists()


@pytest.mark.parametrize(("more", "note"), [((), "MKP_TOKEN: not set, so nothing was sent"), (("--no-probe",), "")])
def test_nothing_is_sent_without_a_token_or_on_request(cli, more, note):
    """The file is written, and what a run lacks is known without any request."""
    with impostor(lambda _: page(200)) as server:
        done = cli("init", *options(f"http://127.0.0.1:{server.port}/v1"), *more)
        assert server.asked == []
    assert (done.returncode, done.stderr.startswith(note), bool(done.stderr)) == (0, True, bool(note))
    assert "untested: MKP-AUTH-05" in done.stdout


def test_what_is_missing_is_named_by_its_options(cli, tmp_path):
    """Without a terminal nothing is asked: the options that are missing are named, and nothing is written."""
    done = cli("init")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: add --api, --base-url: without a terminal, or with --yes, nothing is asked.\n"
    done = cli("init", "--api", "omneo", "--base-url", "https://api.example.com/api")
    assert "add --fixture appointments=..., --fixture profiles=...: " in done.stderr
    assert list(tmp_path.iterdir()) == []


URL = "https://api.example.com/v1"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--api", "omne", "--base-url", URL), "there is no API `omne`; did you mean `omneo`?"),
        (options("api.example.com"), "--base-url must begin with http:// or https://."),
        (options("https://name:pass-word@api.example.com"), "--base-url has a user name or a password"),
        (options("https://api.mijnklantportaal.nl/v1"), "is a production system"),
        (options(URL, (), "--name", "own"), "`appointments` must have at least 1 entry."),
        (options(URL, ("42",)), "`appointments.0` must"),
        (options(URL, ("[apt_a1",)), "this is not YAML"),
        (options(URL, ("apt_a1", "apt_a1")), "`appointments` must not name an entry twice."),
        ((*options(URL), "--name", "own target"), "--name must be letters"),
        ((*options(URL), "--fixture", "appointment=apt_a1"), "--fixture appointment: mijnklantportaal has no such"),
        ((*options(URL), "--fixture", "apt_a1"), "--fixture apt_a1: write KEY=VALUE"),
        ((*options(URL), "--token-variable", "Kq7vXw2ZtR9bLmYc4"), "--token-variable is not the name of a variable"),
        ((*options(URL), "--forbidden-token-variable", "MKP_TOKEN"), "forbidden_token is token; give"),
        ((*options(URL), "--provision", "'x'"), "`targets.own.provision` must be of type boolean"),
        ((*options(URL), "--set", "limits"), "--set limits: write KEY=YAML."),
        ((*options(URL), "--set", "limits=[1"), "--set limits"),
        ((*options(URL), "--set", "limit={}"), "unknown key `limit` in `targets.own`"),
        ((*options(URL), "--set", "base_url=x"), "--set base_url: use --base-url."),
        ((*options(URL), "--set", "token_command=[x]"), "--token-variable: --set says where the token is from"),
        ((*options(URL), "--set", "token=Kq7vXw2ZtR9bLmYc4"), "--set token: use --token-variable, or give a mapping"),
        ((*options(URL), "--set", "headers={X-Key: Kq7vXw2ZtR9bLmYc4}"), "--set: HEADER_X_KEY is a secret; give"),
        ((*options(URL), "--env-file", "missing.env"), "missing.env: the file of variables cannot be read"),
        ((*options(URL), "--output", "missing/targets.yaml"), "cannot be written: No such file or directory."),
    ],
)
def test_a_mistake_ends_with_2_and_writes_nothing(cli, tmp_path, arguments, message):
    """One sentence names the option or the key; a token that was given by mistake is not shown."""
    done = cli("init", "--no-probe", *arguments)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert not re.search("Kq7v|pass-word", done.stderr)
    assert list(tmp_path.iterdir()) == []


def test_a_token_of_the_wrong_form_ends_with_2_and_writes_nothing(cli, tmp_path):
    """What a run would refuse is found before the file is written."""
    done = cli("init", *options(URL), MKP_TOKEN="Kq7vXw2Z tR9bLmYc4")
    assert (done.returncode, "the environment variable MKP_TOKEN has white space" in done.stderr) == (2, True)
    assert ("Kq7v" in done.stderr, list(tmp_path.iterdir())) == (False, [])


@pytest.mark.parametrize(
    ("existing", "output"),
    [("targets.yaml", ()), ("targets.yml", ()), ("a.yaml", ("--output", "a.yaml")), ("folder", ("--output", "folder"))],
)
def test_no_file_is_overwritten(cli, tmp_path, existing, output):
    """A file that exists stays as it is, before any question or request, and the sentence says how to add a target."""
    path = tmp_path / existing
    path.mkdir() if existing == "folder" else path.write_text("mine")
    done = cli("init", *options(URL), *output)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: {existing} exists, and init changes no file: choose another --output; ")
    assert path.is_dir() or path.read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == [existing]


def test_a_schema_that_exists_is_kept(cli, tmp_path):
    """The file beside it may be the user's own, or of another version: the console says how to renew it."""
    (tmp_path / "targets.schema.json").write_text("{}")
    done = cli("init", *options(URL), "--no-probe")
    assert done.returncode == 0
    assert "targets.schema.json exists and is kept; `appointment-conformance targets schema` prints" in done.stdout
    assert (tmp_path / "targets.schema.json").read_text() == "{}"


def test_a_second_file_in_a_folder_shares_the_schema(cli, tmp_path):
    """The schema that `init` has written is used again without a word, and is what `targets schema` prints."""
    cli("init", *options(URL), "--no-probe")
    done = cli("init", *options(URL), "--no-probe", "--output", "other.yaml")
    assert (done.returncode, "schema" in done.stdout) == (0, False)
    assert (tmp_path / "targets.schema.json").read_text() == cli("targets", "schema").stdout


def test_a_secret_that_is_written_in_another_way_is_refused(cli, tmp_path):
    """The password in the URL of a proxy is a secret however its characters are escaped."""
    done = cli("init", *options(URL), "--no-probe", "--set", "proxy=http://own:Kq7v%58w2ZtR9@127.0.0.1:3128")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--set: PROXY_PASSWORD is a secret" in done.stderr
    assert not (tmp_path / "targets.yaml").exists()


def test_the_value_of_a_variable_may_be_a_word_of_the_file(cli, tmp_path):
    """What a variable holds is not in the file, also if a comment or another key has the same word."""
    more = ("--set", "headers={X-Env: '${STAGE}'}", "--set", "environment=staging", "--no-probe")
    done = cli("init", *options(URL, ("apt_a1", "apt_a2"), *more), STAGE="staging")
    assert (done.returncode, done.stderr) == (0, "")
    assert "X-Env: ${STAGE}" in (tmp_path / "targets.yaml").read_text()


@pytest.mark.parametrize("probes", [(), ("--no-probe",)])
def test_a_document_that_cannot_be_used_is_refused_before_anything_is_written(cli, tmp_path, probes):
    """The sentence names the document that `contract` names."""
    done = cli("init", *options(URL), *probes, "--set", "contract=nowhere.yaml", MKP_TOKEN="Kq7vXw2ZtR9bLmYc4")
    assert (done.returncode, done.stdout) == (2, "")
    assert "the OpenAPI document nowhere.yaml cannot be used" in done.stderr
    assert not (tmp_path / "targets.yaml").exists()
