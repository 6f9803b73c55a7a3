"""What requirements read of the contract: each place is there, and a difference touches those that read its place."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase

import pytest
from own_documents import changed

from appointment_conformance.api import load_apis
from appointment_specs import Difference, differences

READING = [
    (api.name, requirement, read)
    for api in load_apis().values()
    for requirement in api.catalogue
    for read in requirement.reads
]
#: Sources that are no OpenAPI document of the vendor.
OTHER_SOURCES = ("RFC ", "Omneo, official SDK")


@pytest.mark.parametrize(("api", "requirement", "read"), READING, ids=lambda value: getattr(value, "id", value))
def test_a_place_that_is_read_is_there(api, requirement, read):
    """A change of that place in one of the operations touches the requirement: it is no pointer to nothing."""
    assert any(_is_there(api, operation, read) for operation in requirement.operations), read


def _is_there(api, operation, read):
    contract = load_apis()[api].contract
    walk = _Walk(contract.document)
    start = walk.operation(contract.operations[operation])
    return next(walk.follow(start, read.strip("/").split("/")), None) is not None


class _Walk:
    """Follows steps through a document and its references; the parameters of an operation are by place and name."""

    def __init__(self, document):
        self.document = document

    def operation(self, described):
        """Return the object of an operation, as places of differences see it."""
        node = {"security": self.document.get("security")}
        node |= dict(self.document["paths"][described.path][described.method.lower()])
        node["parameters"] = {
            place: {each["name"]: each for each in node["parameters"] if each["in"] == place}
            for place in {each["in"] for each in node["parameters"]}
        }
        return node

    def follow(self, node, steps):
        """Yield what the steps lead to."""
        for part in self.parts(node):
            if not steps:
                yield part
            elif isinstance(part, dict):
                for key, value in part.items():
                    name = key.replace("~", "~0").replace("/", "~1")
                    if fnmatchcase(name, steps[0]):
                        yield from self.follow(value, steps[1:])
            elif isinstance(part, list) and steps[0].isdecimal():
                yield from self.follow(part[int(steps[0])], steps[1:])

    def parts(self, node):
        """Yield a node, and what it refers to."""
        yield node
        while isinstance(node, dict) and isinstance(node.get("$ref"), str):
            target = self.document
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step.replace("~1", "/").replace("~0", "~")]
            node = target
            yield node


def test_what_states_the_document_reads_it():
    """A requirement whose source is the vendor's page says which places of the contract it reads."""
    silent = [
        requirement.id
        for api in load_apis().values()
        for requirement in api.catalogue
        if not requirement.reads and not requirement.source.startswith(OTHER_SOURCES)
    ]
    # The methods of a path are its operations, and each of these is there or not.
    assert silent == ["OMN-METHOD-01", "MKP-METHOD-01"]


@pytest.mark.parametrize(
    ("read", "place", "is_prose", "touches"),
    [
        ("/a/b", "/a/b", False, True),
        ("/a/b", "/a/b/c", False, True),
        ("/a/b", "/a", False, True),
        ("/a/b", "/a/c", False, False),
        ("/a/b", "/a/bc", False, False),
        ("/a/b", "", False, True),
        ("/a/*/c", "/a/x/c", False, True),
        ("/a/*/c", "/a/x/d", False, False),
        ("/a/20[01]", "/a/201", False, True),
        ("/a/20[01]", "/a/204", False, False),
        ("/a/b/", "/a/b", False, True),
        ("/a/b/", "/a", False, True),
        ("/a/b/", "/a/b/c", False, False),
        ("/a/b", "/a/b/description", True, True),
        ("/a/b/", "/a/b/description", True, True),
        ("/a/b/description", "/a/b/description", True, True),
        ("/a/b", "/a/b/c/description", True, False),
        ("/a/b/c", "/a/description", True, False),
    ],
)
def test_a_difference_touches_what_reads_its_place(read, place, is_prose, touches):
    """At it, below it and above it; a read that ends with `/` is of what is there alone."""
    found = next(each for each in load_apis()["omneo"].catalogue if each.id == "OMN-TYPE-01")
    requirement = replace(found, reads=(read,))
    difference = Difference("link", place, "changed", 1, 2, is_prose=is_prose)
    assert requirement.is_touched_by(difference) is touches
    elsewhere = Difference("cancel", place, "changed", 1, 2, is_prose=is_prose)
    assert not requirement.is_touched_by(elsewhere)


@pytest.mark.parametrize(
    ("api", "change", "expected"),
    [
        (
            "mijnklantportaal",
            lambda found: found["components"]["schemas"]["Appointment"]["properties"].pop("endsAt"),
            {"MKP-CANCEL-04", "MKP-CANCEL-06", "MKP-CANCEL-07"},
        ),
        (
            "mijnklantportaal",
            lambda found: found["paths"]["/appointments/{appointmentId}"]["delete"]["responses"].pop("409"),
            {"MKP-CANCEL-08", "MKP-RACE-01", "MKP-ERR-01"},
        ),
        (
            "omneo",
            lambda found: found["components"]["responses"]["ValidationException"]["content"].clear(),
            {"OMN-ERR-01", "OMN-ERR-02", "HTTP-03"},
        ),
    ],
)
def test_a_vendor_s_change_touches_what_it_is_about(api, change, expected):
    """A member that is gone, a status that is gone, content that is gone."""
    installed = load_apis()[api]
    operations = installed.contract.operations.values()
    found = differences(installed.contract.published, changed(change, api), operations)
    touched = {each.id for each in installed.catalogue if any(each.is_touched_by(one) for one in found)}
    assert expected <= touched
    assert len(touched) < len(installed.catalogue) / 3
