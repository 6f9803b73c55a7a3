"""Documents as a team may keep them: copies of what vendors publish, changed, in other words, or split over files."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import yaml

from appointment_conformance.api import load_apis

LINK = "/v3/appointments/{appointment}/link"
UNLINK = "/v3/appointments/{appointment}/unlink"
ACTION = "AppointmentLinkAction"


def published(api="omneo"):
    """Return the document that the vendor publishes."""
    return load_apis()[api].contract.published


def changed(change, api="omneo"):
    """Return that document after `change` has been called with it."""
    document = published(api)
    change(document)
    return document


def operation(document, path=LINK):
    """Return the object of one of Omneo's operations in a document."""
    return document["paths"][path]["post"]


def action(document):
    """Return the schema of the body of Omneo's operations in a document."""
    return document["components"]["schemas"][ACTION]


def rename_profile(document):
    """Let the type `profile` have another name."""
    action(document)["properties"]["type"]["enum"] = ["person", "list"]


def demand_nickname(document):
    """Let the answer to a link need a member that no server of the tests has."""
    document["components"]["schemas"]["Appointment"]["required"] = ["nickname"]


def write(folder, document, name="contract.yaml"):
    """Write a document, or a text, to a file of the folder, and return its path."""
    path = Path(folder) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    text = document if isinstance(document, str) else yaml.safe_dump(document, sort_keys=False)
    path.write_text(json.dumps(document) if name.endswith(".json") else text, encoding="utf-8")
    return path


def write_split(folder):
    """Write Omneo's document as a team may split it: paths and schemas in files, each with references to others."""
    document = copy.deepcopy(published())
    schemas = document["components"]["schemas"]
    for name, schema in schemas.items():
        write(folder, _moved(schema), f"schemas/{name}.yaml")
    for path, name in ((LINK, "link"), (UNLINK, "unlink")):
        write(folder, _moved(document["paths"][path], "../schemas/"), f"paths/{name}.json")
        document["paths"][path] = {"$ref": f"./paths/{name}.json"}
    # Some are entries that refer to a file, one has none, and is known by the name of its file alone.
    document["components"]["schemas"] = {
        name: {"$ref": f"schemas/{name}.yaml"} for name in schemas if name != "AppointmentLink"
    }
    return write(folder, document, "contract.yaml")


def _moved(node, folder="./"):
    """Return a part of the document for a file of its own: references to schemas lead to their files."""
    text = json.dumps(node)
    for name in published()["components"]["schemas"]:
        text = text.replace(f'"#/components/schemas/{name}"', f'"{folder}{name}.yaml"')
    return json.loads(text.replace('"#/components/responses/', '"../contract.yaml#/components/responses/'))
