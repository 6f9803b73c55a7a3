"""The edges of this process: what leaves it, in words of the suite or of a library, passes the redaction first."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from traceback import format_exception
from typing import Any

from .secrets import Secrets

#: The secrets of every target that this process has read, in the order in which they came.
_tracked: dict[Secrets, None] = {}


def track(secrets: Secrets) -> Secrets:
    """Keep `secrets` from leaving this process, and return them."""
    _tracked[secrets] = None
    return secrets


def hide_tracked(text: str) -> str:
    """Return `text` without the secrets of any target that this process has read."""
    for secrets in _tracked:
        text = secrets.hide_text(text)
    return text


def traceback_without_secrets(error: BaseException, hide: Callable[[str], str] = hide_tracked) -> str:
    """Return the traceback of `error` as text without secrets; no value that was passed stands in it."""
    return hide("".join(format_exception(error)))


@contextmanager
def logged_without_secrets(hide: Callable[[str], str]) -> Iterator[None]:
    """Within the block every log record of this process, whoever writes it, passes `hide` when it is made."""
    former = logging.getLogRecordFactory()

    def record_without_secrets(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = former(*args, **kwargs)
        with suppress(TypeError, ValueError, LookupError):  # A message that does not fit its arguments is never told.
            told = record.getMessage()
            if (hidden := hide(told)) != told:
                record.msg, record.args = hidden, ()
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = traceback_without_secrets(record.exc_info[1], hide)
        return record

    logging.setLogRecordFactory(record_without_secrets)
    try:
        yield
    finally:
        logging.setLogRecordFactory(former)
