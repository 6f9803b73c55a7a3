"""All output of the process is without secrets: of the doctor, libraries, log records and errors."""

from __future__ import annotations

import logging
import os
import sys
from dataclasses import replace

import pytest
from own_targets import MKP, local
from scripted_server import message, scripted

from appointment_conformance.cli.doctor import diagnose
from appointment_conformance.cli.main import main
from appointment_conformance.engine.run_options import RunOptions
from appointment_conformance.errors import NotTestable
from appointment_conformance.provisioning.journal import Journal
from appointment_conformance.target_run import conductor_of
from appointment_conformance.traffic.redaction import hide_tracked, logged_without_secrets, track
from appointment_conformance.traffic.secrets import Secrets

TOKEN = "Kq7vXw2ZtR9bLmYc4Hs8NdPf3GjT6eVa"
SECRETS = Secrets.of({"TOKEN": TOKEN})


@pytest.mark.parametrize(
    "body",
    [
        f'{{"status": "{TOKEN}"}}',
        f'{{"status": "\\u{ord(TOKEN[0]):04x}{TOKEN[1:]}"}}',
        f'{{"status": "{TOKEN[:20]}"}}',
        f'{{"message": "{TOKEN[::1]}", "status": "&#{ord(TOKEN[0])};{TOKEN[1:]}"}}',
        f"<title>%{ord(TOKEN[0]):x}{TOKEN[1:]}</title>",
    ],
)
@pytest.mark.parametrize("status", [200, 401, 403, 500])
def test_the_doctor_tells_no_token(body, status):
    """No finding shows a piece of the token, however an answer spells it."""
    with scripted(message(status, body.encode(), [("X-RateLimit-Limit", TOKEN), ("Date", TOKEN)])) as server:
        found = list(diagnose(local(MKP, server.port, token=TOKEN)))
    assert found
    assert not [one for one in found if TOKEN[1:9] in one.message or TOKEN[1:9] in one.check]


def test_the_doctor_tells_no_token_of_the_address():
    """A token in base_url is hidden there, and so is one that no header can contain."""
    with scripted(message(200)) as server:
        address = f"http://127.0.0.1:{server.port}/{TOKEN}/v1"
        for token in (TOKEN, "Kq7vXw2Z${tR9bLmYc4\n"):
            target = replace(MKP, token=token, second_token=TOKEN, base_url=address)
            output = [f"{one.check}: {one.message}" for one in diagnose(target)]
            assert any("${" in one for one in output)
            assert not [one for one in output if TOKEN[:9] in one or "R9bLmYc4" in one]


def test_a_token_in_the_address_is_in_no_record_of_a_run(tmp_path):
    """Neither the result nor the journal of a run contains it, and a clean-up recognises the address."""
    target = replace(MKP, token=TOKEN, base_url=f"https://api.example.com/{TOKEN}/v1")
    hidden = "https://api.example.com/${TOKEN}/v1"
    conductor = conductor_of(target, RunOptions(journals=tmp_path))
    conductor.break_off(NotTestable(f"no answer from {target.base_url}"))
    result = conductor.finish()
    assert (result.verdict, result.base_url, TOKEN in result.reason) == ("not-testable", hidden, False)
    journal = Journal.start(tmp_path, target, run_id="run-1")
    journal.close()
    assert journal.about["base_url"] == hidden
    assert TOKEN[:8] not in journal.path.read_text()


@pytest.mark.parametrize("name", ["urllib3.connectionpool", "anything.else"])
def test_a_log_record_holds_no_token(caplog, name):
    """The log records of a library are redacted before any handler gets them, with their tracebacks."""
    log = logging.getLogger(name)
    with caplog.at_level(logging.DEBUG), logged_without_secrets(SECRETS.hide_text):
        log.debug('"GET /%s HTTP/1.1" %s', TOKEN, 200)
        try:
            int(TOKEN)
        except ValueError:
            log.exception("failed")
    assert '"GET /${TOKEN} HTTP/1.1" 200' in caplog.text
    assert "base 10: '${TOKEN}'" in caplog.text
    assert TOKEN not in caplog.text


def test_log_records_are_what_they_were_afterwards():
    """The previous factory of log records is restored."""
    former = logging.getLogRecordFactory()
    with logged_without_secrets(SECRETS.hide_text):
        assert logging.getLogRecordFactory() is not former
    assert logging.getLogRecordFactory() is former


def test_secrets_of_all_targets_are_hidden():
    """The secrets of every target that was read stay hidden from then on."""
    track(Secrets.of({"TOKEN": "first-0q9w8e7r6t"}))
    track(Secrets.of({"TOKEN": "second-1q2w3e4r5t"}))
    assert hide_tracked("first-0q9w8e7r6t, second-1q2w3e4r5t") == "${TOKEN}, ${TOKEN}"


def test_an_unforeseen_error_of_a_command_shows_no_token(monkeypatch, capsys):
    """A command that fails with an internal error exits with 5, which is not a verdict; its traceback is redacted."""
    track(SECRETS)

    def breaking(*_, **__):
        raise RuntimeError(f"cannot go on with {TOKEN}")

    monkeypatch.setattr("appointment_conformance.pytest_plugin.jobs.resolve_jobs", breaking)
    monkeypatch.setattr(sys, "argv", ["appointment-conformance", "run"])
    with pytest.raises(SystemExit) as ended:
        main()
    output = capsys.readouterr().err
    assert ended.value.code == 5
    assert "RuntimeError: cannot go on with ${TOKEN}" in output
    assert TOKEN not in output


TARGETS = """
targets:
  one:
    api: mijnklantportaal
    base_url: http://127.0.0.1:{port}/v1
    token: ${{CANARY}}
    fixtures: {{appointments: [apt_own0001, apt_own0002]}}
"""
#: What a plugin of somebody else may do with a token, and how pytest says that it did.
PLUGINS = {
    "an error of a hook": (
        "pytest_runtest_logreport",
        "raise RuntimeError(token)",
        "INTERNALERROR> RuntimeError: ${TOKEN}",
    ),
    "an error while fixtures are made": (
        "pytest_conformance_fixtures",
        "raise RuntimeError(token)",
        "RuntimeError: ${TOKEN}",
    ),
    "a warning": ("pytest_conformance_scenario", "warnings.warn(token)", "UserWarning: ${TOKEN}"),
    "something printed": ("pytest_conformance_scenario", "print(token); raise RuntimeError", "\n${TOKEN}\n"),
    "something logged": ("pytest_conformance_scenario", "logging.warning(token)", "${TOKEN}"),
}


@pytest.mark.parametrize("name", PLUGINS)
def test_no_plugin_makes_pytest_show_a_token(command, tmp_path, name):
    """Whatever fails around the suite, neither pytest's terminal nor its JUnit report shows the token."""
    hook, body, shown = PLUGINS[name]
    text = f"import logging, os, warnings\n\ndef {hook}():\n    token = os.environ['CANARY']\n    {body}\n"
    (tmp_path / "theirs.py").write_text(text)
    loud = ("-vv", "-l", "-p", "theirs", "-p", "no:cacheprovider", "--log-cli-level=DEBUG", "--junitxml=own.xml")
    suite = ("--pyargs", "appointment_conformance.suite", "--target", "one", "--targets", "targets.yaml")
    with scripted(message(500, b"{}", [("Content-Type", "application/json")])) as server:
        (tmp_path / "targets.yaml").write_text(TARGETS.format(port=server.port))
        environ = {"CANARY": TOKEN, "PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])}
        done = command("pytest", *loud, *suite, **environ)
    output = done.stdout + done.stderr + (tmp_path / "own.xml").read_text()
    assert shown in output
    assert TOKEN[:9] not in output
