"""Fixtures made outside of a run, at a reference API whose answers a test may change on the way."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import date
from urllib.parse import urlsplit

from impostor_server import JSON, impostor, page, passed_on
from provisioned import provisioned

from appointment_conformance.api import load_apis, provisioning_of
from appointment_conformance.provisioning.journal import Journal
from appointment_conformance.provisioning.provisioner import Provisioner
from appointment_conformance.reference_apis import serve
from appointment_conformance.traffic.client import Client
from appointment_conformance.traffic.recording import Recording

RUN_ID = "0f1e2d3c4b5a"


def unchanged(_, response):
    """Return the answer as the API gave it."""
    return response


def json_response(status, value):
    """Return an answer with JSON content."""
    return page(status, json.dumps(value).encode(), JSON)


def record_in(response):
    """Return the record that an answer of the reference API shows."""
    shown = json.loads(response[2])
    return shown.get("data", shown)


def only_the_id(asked, response):
    """Let an answer to the making of a record hold nothing but its id."""
    if (asked.method, response[0]) != ("POST", 201):
        return response
    bare = {"id": record_in(response)["id"]}
    return json_response(response[0], {"data": bare} if "/v3/" in asked.path else bare)


def no_reads(asked, response):
    """Serve no read."""
    return json_response(404, {"message": "no such route"}) if asked.method == "GET" else response


@contextmanager
def altered(api, *changes, instead=lambda _: None, **settings):
    """Yield a reference API, a target that has its fixtures made there, and the server between them.

    What `instead` returns for a request is answered in place of the API; each of `changes` gets the request and the
    answer, and returns another answer.
    """

    def answer(asked):
        response = instead(asked) or passed_on(asked, reference.base_url)
        for change in changes:
            response = change(asked, response)
        return response

    with serve(api) as reference, impostor(answer) as server:
        path = urlsplit(reference.base_url).path
        yield reference, provisioned(reference, base_url=f"http://127.0.0.1:{server.port}{path}", **settings), server


@contextmanager
def open_at(target, directory):
    """Yield a provisioner for a run with the id RUN_ID, and its journal in `directory`."""
    policy = load_apis()[target.api].policy(target)
    client = Client(target, policy=policy, run_id=RUN_ID, recording=Recording())
    journal = Journal.start(directory / target.name, target, run_id=RUN_ID)
    try:
        yield Provisioner(target, client, journal, provisioning_of(target.api)), journal
    finally:
        journal.close()
        client.close()


def sent_to(server, method):
    """Return the paths that requests with a method were sent to."""
    return [asked.path for asked in server.asked if asked.method == method]


def targets_file(target, directory, **changes):
    """Write a targets file with `target`, some of its keys changed, and return its path."""
    given = target.provision
    provision = True
    if target.api == "omneo":
        provision = {"definition_id": given.definition_id, "location_id": given.location_id}
    entry = {"api": target.api, "base_url": target.base_url, "token": target.token, "provision": provision, **changes}
    path = directory / "targets.yaml"
    path.write_text(json.dumps({"targets": {target.name: entry}}))
    return path


@contextmanager
def killed(directory, *changes, api="mijnklantportaal", number=3):
    """Yield the API, the target, the server and the journal of a run that was killed with its fixtures made."""
    with altered(api, *changes) as (reference, target, server):
        with open_at(target, directory) as (provisioner, journal):
            provisioner.create(appointments=number, today=date(2030, 1, 1))
        server.asked.clear()
        if api == "mijnklantportaal":
            state = reference.state.appointments
            state["apt_victim1"] = {**state[reference.appointments[0]], "id": "apt_victim1"}
        yield reference, target, server, journal.path


def lines_of(path):
    """Return the lines of a journal, parsed."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def rewrite(path, lines):
    """Write the lines of a journal, digests and all, as they stand."""
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
