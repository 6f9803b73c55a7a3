"""A header of the targets file cannot take the place of one that decides which request a server reads."""

from __future__ import annotations

import pytest

from appointment_conformance.targets.extra_header import check_header_name
from appointment_conformance.targets.token_form import FormError


@pytest.mark.parametrize("joined", ["-", "_"])
@pytest.mark.parametrize("words", ["X HTTP Method Override", "x original url", "Content Length", "Transfer Encoding"])
def test_a_name_with_underscores_is_the_name_with_hyphens(words, joined):
    """Many servers read both alike (RFC 3875, section 4.1.18), so both are refused."""
    with pytest.raises(FormError, match="names "):
        check_header_name(words.replace(" ", joined))


@pytest.mark.parametrize("name", ["X-Api-Key", "x_api_key", "CF-Access-Client-Id", "Cookie", "Proxy-Authorization"])
def test_the_header_of_a_gate_is_accepted(name):
    """What a gate in front reads decides nothing about the request."""
    check_header_name(name)
