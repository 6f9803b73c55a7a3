"""The records that a first start of the application finds, made from those that the harness names."""

import json
import os
from datetime import UTC, datetime, timedelta

from flask_app import Appointment, Booking, ProductList, Profile, Token

OURS, THEIRS = 1, 2
MOMENT = datetime(2031, 3, 5, 9, 0)  # noqa: DTZ001 - the database keeps UTC, without saying so


def records():
    """Return every record, those of another account among them."""
    named = json.loads(os.environ["RECORDS"])
    omneo, portal = named["omneo"], named["mijnklantportaal"]
    profiles = omneo["profiles"]
    return [
        *_tokens(named),
        *(_profile(text) for text in profiles),
        *(_list(number, profiles[0]) for number in omneo["lists"]),
        *(_appointment(number, OURS, profiles[0]) for number in omneo["appointments"]),
        *(_appointment(number, THEIRS, profiles[0]) for number in omneo["foreign_appointments"]),
        *(_booking(text, OURS, "scheduled") for text in portal["scheduled"]),
        *(_booking(text, OURS, "pending") for text in portal["pending"]),
        *(_booking(text, THEIRS, "scheduled") for text in portal["foreign_appointments"]),
    ]


def _tokens(named):
    now, month = datetime.now(UTC).replace(tzinfo=None), timedelta(days=30)
    both = "appointments.read appointments.write"
    yield Token(secret=named["token"], account_id=OURS, scopes="*")
    yield Token(secret=named["second_token"], account_id=OURS, scopes=both, expires_at=now + month)
    yield Token(secret=named["forbidden_token"], account_id=OURS, scopes="appointments.read")
    yield Token(secret=named["expired_token"], account_id=OURS, scopes="*", expires_at=now - month)


def _profile(text):
    return Profile(id=text, account_id=OURS, first_name="Ada", last_name="Sample", email=f"{text[:8]}@example.com")


def _list(number, owner):
    return ProductList(id=number, account_id=OURS, name=f"List {number}", handle=f"list-{number}", profile_id=owner)


def _appointment(number, account, owner):
    start = MOMENT + timedelta(days=number % 100)
    return Appointment(
        id=number,
        account_id=account,
        profile_id=owner,
        status="confirmed",
        scheduled_start_at=start,
        scheduled_end_at=start + timedelta(minutes=30),
        duration_minutes=30,
        timezone="Europe/Amsterdam",
        notes="Bring the order form." if number % 2 else None,
        created_at=MOMENT - timedelta(days=20),
    )


def _booking(text, account, status):
    at_customer = sum(text.encode()) % 2 == 0
    return Booking(
        id=text,
        account_id=account,
        customer_id=f"cst_{text[4:]}" if at_customer else None,
        attendee_name="John Sample",
        attendee_email="john@example.com",
        starts_at=MOMENT,
        ends_at=MOMENT + timedelta(minutes=45),
        status=status,
        meeting_link="https://meet.example.com/room" if at_customer else None,
        created_at=MOMENT - timedelta(days=20),
    )
