"""The records that a first start of the application finds, and how a run of the suite is told of them."""

from datetime import UTC, datetime, timedelta

from app import Appointment, Booking, ProductList, Profile, Token

OURS, THEIRS = 1, 2
TOKEN, SECOND_TOKEN = "fl-4e1Xq7Rz2Kd9Vb0TgWm5", "fl-8cYp3LsJ6hNu1Aa7QeRx0"
FORBIDDEN_TOKEN, EXPIRED_TOKEN = "fl-0ReadOnlyT5kHsB2vLw9M", "fl-7EndedLongAgo3GzCp4Xd"
PROFILES = (
    "9b461544-f0db-44b6-8a11-0242ac120002",
    "9d99d6e8-8181-4a74-9c3e-7b1f0c2d9a55",
    "a1b460b2-953f-4587-b2d4-5e8c6f90ab13",
)
LISTS = (204, 317, 452)
APPOINTMENTS, FOREIGN_APPOINTMENTS = (70001, 70014, 70027), (70501, 70502)
BOOKINGS = tuple(f"apt_f{number:02d}lask7q9x" for number in range(12))
PENDING, FOREIGN_BOOKINGS = ("apt_p01flask8w2z",), ("apt_t01flask5k3v",)
MOMENT = datetime(2031, 3, 5, 9, 0)  # noqa: DTZ001 - the database keeps UTC, without saying so


def records():
    """Yield every record, those of another account among them."""
    yield Token(secret=TOKEN, account_id=OURS, scopes="*")
    yield Token(
        secret=SECOND_TOKEN,
        account_id=OURS,
        scopes="appointments.read appointments.write",
        expires_at=datetime.now(UTC).replace(tzinfo=None) + timedelta(days=30),
    )
    yield Token(secret=FORBIDDEN_TOKEN, account_id=OURS, scopes="appointments.read")
    yield Token(secret=EXPIRED_TOKEN, account_id=OURS, scopes="*", expires_at=datetime(2025, 1, 1))  # noqa: DTZ001 - as above
    for place, text in enumerate(PROFILES):
        first = ("Ada", "Blaise", "Carl")[place]
        email = f"{first.lower()}@example.com"
        yield Profile(id=text, account_id=OURS, first_name=first, last_name="Sample", email=email)
    for place, number in enumerate(LISTS):
        handle = f"list-{place + 1}"
        yield ProductList(id=number, account_id=OURS, name=handle.title(), handle=handle, profile_id=PROFILES[place])
    for place, number in enumerate((*APPOINTMENTS, *FOREIGN_APPOINTMENTS)):
        yield _appointment(place, number, THEIRS if number in FOREIGN_APPOINTMENTS else OURS)
    for place, text in enumerate((*BOOKINGS, *PENDING, *FOREIGN_BOOKINGS)):
        yield _booking(place, text, THEIRS if text in FOREIGN_BOOKINGS else OURS)


def _appointment(place, number, account):
    start = MOMENT + timedelta(days=place)
    return Appointment(
        id=number,
        account_id=account,
        profile_id=PROFILES[0],
        status="confirmed",
        scheduled_start_at=start,
        scheduled_end_at=start + timedelta(minutes=30),
        duration_minutes=30,
        timezone="Europe/Amsterdam",
        notes=None if place else "Bring the order form.",
        created_at=MOMENT - timedelta(days=20),
    )


def _booking(place, text, account):
    start = MOMENT + timedelta(days=place)
    return Booking(
        id=text,
        account_id=account,
        customer_id=None if place % 2 else f"cst_f{place}h2k",
        attendee_name="John Sample",
        attendee_email=f"john.{place}@example.com",
        starts_at=start,
        ends_at=start + timedelta(minutes=45),
        status="pending" if text in PENDING else "scheduled",
        meeting_link=None if place % 3 else "https://meet.example.com/room",
        created_at=MOMENT - timedelta(days=20),
    )
