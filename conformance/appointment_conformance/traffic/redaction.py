"""Hide secrets in everything that this process outputs: messages, tracebacks and log records, also of libraries."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from traceback import format_exception
from typing import Any

from .secrets import Secrets

#: The secrets of every target that this process has read, in order (a dict serves as an ordered set).
_tracked: dict[Secrets, None] = {}


def track(secrets: Secrets) -> Secrets:
    """Hide `secrets` in everything that this process outputs from now on; return them."""
    _tracked[secrets] = None
    return secrets


def track_instead(secrets: Secrets, former: Secrets) -> Secrets:
    """Track `secrets`, which include all of `former`, in its place; return them."""
    _tracked.pop(former, None)
    return track(secrets)


def hide_tracked(text: str) -> str:
    """Return `text` without the secrets of any target that this process has read."""
    for secrets in _tracked:
        text = secrets.hide_text(text)
    return text


def traceback_without_secrets(error: BaseException, hide: Callable[[str], str] = hide_tracked) -> str:
    """Return the traceback of `error` as text without secrets. It contains no values of arguments."""
    return hide("".join(format_exception(error)))


@contextmanager
def logged_without_secrets(hide: Callable[[str], str]) -> Iterator[None]:
    """Inside the block, apply `hide` to every log record of this process when it is created."""
    original = logging.getLogRecordFactory()

    def record_without_secrets(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = original(*args, **kwargs)
        with suppress(
            TypeError, ValueError, LookupError
        ):  # Logging never outputs a message that does not fit its arguments.
            message = record.getMessage()
            if (hidden := hide(message)) != message:
                record.msg, record.args = hidden, ()
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = traceback_without_secrets(record.exc_info[1], hide)
        return record

    logging.setLogRecordFactory(record_without_secrets)
    try:
        yield
    finally:
        logging.setLogRecordFactory(original)
