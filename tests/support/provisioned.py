"""Targets without fixtures of their own, at a reference API that makes them."""

from __future__ import annotations

from appointment_conformance.api import load_apis
from appointment_conformance.apis.mijnklantportaal.form import MijnKlantportaalProvision
from appointment_conformance.apis.omneo.form import OmneoProvision
from appointment_conformance.targets import Limits, Target


def provision_of(reference):
    """Return what a target of a reference API says of the making of its fixtures."""
    if reference.api == "omneo":
        return OmneoProvision(reference.definition_id, reference.location_id)
    return MijnKlantportaalProvision()


def provisioned_entry(reference):
    """Return the entry of a targets file for such a target."""
    names = ("definition_id", "location_id")
    return {
        "api": reference.api,
        "base_url": reference.base_url,
        "token": reference.token,
        "forbidden_token": reference.forbidden_token,
        "provision": {name: getattr(reference, name) for name in names if hasattr(reference, name)} or True,
    }


def provisioned(reference, **changes):
    """Return the target of a running reference API that has its fixtures made."""
    form = load_apis()[reference.api].form
    settings = {
        "name": "own",
        "api": reference.api,
        "base_url": reference.base_url,
        "token": reference.token,
        "forbidden_token": reference.forbidden_token,
        "expired_token": reference.expired_token,
        "second_token": reference.second_token,
        "fixtures": form.read_fixtures({"foreign_appointments": reference.foreign_appointments}),
        "limits": Limits(timeout_seconds=5),
        "provision": provision_of(reference),
        "form": form,
    }
    return Target(**{**settings, **changes})


def records(state):
    """Return the ids of every record of a reference API that is there and not cancelled, by kind."""
    appointments = {
        name
        for name, one in state.appointments.items()
        if not isinstance(one, dict) or one["status"] in {"scheduled", "pending"}
    }
    others = {kind: set(getattr(state, kind, ())) for kind in ("profiles", "lists", "list_definitions")}
    return {"appointments": appointments, **others}
