"""Appointments of a target that are canceled before a run, as an earlier one would have left them."""

from __future__ import annotations

import urllib.request


def cancel_all(target, *appointments):
    """Cancel each appointment with the target's token."""
    for appointment in appointments:
        request = urllib.request.Request(  # noqa: S310 - a server of the test, on the loopback interface
            f"{target.base_url}/appointments/{appointment}",
            method="DELETE",
            headers={"Authorization": f"Bearer {target.token}"},
        )
        with urllib.request.urlopen(request):  # noqa: S310 - as above
            pass
