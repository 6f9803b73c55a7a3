"""A host is compared and sent in one form, in whatever spelling it is written; anything else is refused."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from own_targets import MKP

from appointment_conformance.errors import ConfigurationError
from appointment_conformance.pytest_plugin.chosen_targets import choose
from appointment_conformance.pytest_plugin.jobs import resolve_jobs
from appointment_conformance.targets.address import normal_base_url, normal_proxy
from appointment_conformance.targets.admission import check_target
from appointment_conformance.targets.token_form import FormError
from appointment_conformance.targets_file import read_targets

TARGET = """\
targets:
  one:
    api: mijnklantportaal
    base_url: "{url}"
    token: secret-value
    fixtures: {{appointments: [apt_a1]}}
"""
#: Spellings of the published production host; the letters of the last two are no ASCII.
PRODUCTION = [
    "http://api%2Emijnklantportaal.nl/v1",
    "http://%61pi.mijnklantportaal%2enl/v1",
    "https://API.MIJNKLANTPORTAAL.NL./v1",
    "HTTPS://api.mijnklantportaal.nl:0443/v1",
    "http://api\u3002mijnklantportaal\uff61nl/v1",
    "http://api%E3%80%82mijnklantportaal.nl/v1",
    "http://api.mijnklant\u00adportaal.nl\u200b/v1",
    "http://\uff41\uff50\uff49.mijnklantportaal.nl/v1",
    "http://api.mijnklantportaal.n\u217c/v1",
]


def refusal(tmp_path, url, more=""):
    """Return the sentence with which a targets file with this base URL is refused."""
    path = tmp_path / "targets.yaml"
    path.write_text(TARGET.format(url=url) + more, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        read_targets(path, (), {})
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("url", PRODUCTION)
def test_no_spelling_of_a_production_host_is_staging(tmp_path, url):
    """Every spelling that a browser accepts for the published host is production, in the file and in a target."""
    assert "allow_production" in refusal(tmp_path, url)
    with pytest.raises(ConfigurationError, match="allow_production"):
        check_target(replace(MKP, base_url=url))


@pytest.mark.parametrize(
    "url",
    [
        "http://api.mijnklantportaal.nl\\\\.example.com/v1",
        "http://api.mijnklantportaal.nl%5c.example.com/v1",
        "http://api.mijnklantportaal.nl%2f.example.com/v1",
        "http://api.mijnklantportaal.nl%00.example.com/v1",
        "http://api%252Emijnklantportaal.nl/v1",
        "http://api.mijnklantportaal.nl../v1",
        "http://api..example.com/v1",
        "http://a\\tb.example.com/v1",
        "http://a\\nb.example.com/v1",
        "http://a\u2100b.example.com/v1",
        "http://a\u200db.example.com/v1",
        "http://-a.example.com/v1",
        "http://%ff.example.com/v1",
        "http://1.2.3.4.5/v1",
        "http://1.2.3.08/v1",
        "http://256.1.1.1/v1",
        "http://a.0x7g.0x/v1",
        "http://[::1%25eth0]/v1",
        "http://[::1/v1",
        "http://::1/v1",
        "http://api.example.com:0/v1",
        "http://api.example.com:65536/v1",
        "http://api.example.com:\u0668/v1",
        "http://:80/v1",
        "http://api.example.com/a%zz",
        "http://api.example.com/a?b=c",
        "api.example.com/v1",
        "$${BASE}",
        "$BASE",
        "",
        f"http://{'a' * 64}.example.com/v1",
        f"http://{'a.' * 130}example.com/v1",
    ],
)
def test_what_is_no_plain_host_is_refused(tmp_path, url):
    """A URL without a plain name or an address is refused with its line and key."""
    sentence = refusal(tmp_path, url)
    assert "line 4: `targets.one.base_url` " in sentence
    assert "pattern" not in sentence


@pytest.mark.parametrize("user", ["user:pass-word@", "user@", "@", "a:b@api.example.com:80@"])
def test_credentials_in_a_base_url_have_a_sentence_of_their_own(tmp_path, user):
    """A user name or password before the host is refused with what to remove, and is not quoted."""
    sentence = refusal(tmp_path, f"https://{user}api.example.com/v1")
    assert "user name or a password" in sentence
    assert "pass-word" not in sentence


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("https://API.Example.com./v1/", "https://api.example.com/v1"),
        ("https://api.example.com:443/v1", "https://api.example.com/v1"),
        ("http://api.example.com:08080", "http://api.example.com:8080"),
        ("http://api.example.com:/v1", "http://api.example.com/v1"),
        ("http://b\u00fccher.example/tr\u00e4nen/v1", "http://xn--bcher-kva.example/tr%C3%A4nen/v1"),
        ("http://stra\u00dfe.example", "http://xn--strae-oqa.example"),
        ("http://B\u00dcCHER.example", "http://xn--bcher-kva.example"),
        ("http://xn--bcher-kva.example", "http://xn--bcher-kva.example"),
        ("http://\U0001f4a9.example", "http://xn--ls8h.example"),
        ("http://my_api:8000/v1", "http://my_api:8000/v1"),
        ("http://api.example.com/a%c3%a4/{b}|", "http://api.example.com/a%C3%A4/%7Bb%7D%7C"),
        ("http://0x7f.1/v1", "http://127.0.0.1/v1"),
        ("http://2130706433/v1", "http://127.0.0.1/v1"),
        ("http://017700000001/v1", "http://127.0.0.1/v1"),
        ("http://127.1./v1", "http://127.0.0.1/v1"),
        ("http://[0:0:0:0:0:0:0:1]:80/v1", "http://[::1]/v1"),
        ("http://[2001:DB8::A]:8080/v1", "http://[2001:db8::a]:8080/v1"),
    ],
)
def test_a_base_url_is_sent_as_a_browser_sends_it(tmp_path, written, sent):
    """Names are encoded, numbers become addresses, default ports are removed, and the path is percent-encoded."""
    path = tmp_path / "targets.yaml"
    path.write_text(TARGET.format(url=written), encoding="utf-8")
    (target,) = read_targets(path, (), {})
    assert target.base_url == sent
    assert normal_base_url(sent) == sent


@pytest.mark.parametrize(
    ("first", "second", "shared"),
    [
        ("http://127.0.0.1:8080/v1", "http://localhost:8080/other", True),
        ("http://[::1]:8080/v1", "http://0x7f.1:8080/v1", True),
        ("http://[::ffff:10.0.0.1]/v1", "http://10.0.0.1/v1", True),
        ("https://api.example.com/v1", "https://API%2Eexample.com.:443/v2", True),
        ("https://b\u00fccher.example/v1", "https://xn--bcher-kva.example/v1", True),
        ("http://127.0.0.1:8080/v1", "http://127.0.0.1:8081/v1", False),
        ("http://10.0.0.1/v1", "http://10.0.0.2/v1", False),
    ],
)
def test_two_spellings_of_an_address_are_one(tmp_path, first, second, shared):
    """Targets at one address are recognised, in whatever spelling it is written."""
    other = TARGET.format(url=second).partition("\n")[2].replace("one:", "two:").replace("apt_a1", "apt_b1")
    path = tmp_path / "targets.yaml"
    path.write_text(TARGET.format(url=first) + other, encoding="utf-8")
    jobs = resolve_jobs(choose((), path), None, profile="gate", seed=1, output=tmp_path, faults={})
    assert bool(jobs[0].uses & jobs[1].uses) is shared


@pytest.mark.parametrize(
    ("written", "used"),
    [
        ("http://Proxy.Example.com.:3128/", "http://proxy.example.com:3128/"),
        ("HTTPS://user:pass@Proxy.Example.com:443", "https://user:pass@proxy.example.com"),
        ("http://DOMAIN\\user:pa%40ss@proxy.example.com", "http://DOMAIN%5Cuser:pa%40ss@proxy.example.com"),
        ("http://user:p\u00e4ss@0x7f.1:3128", "http://user:p%C3%A4ss@127.0.0.1:3128"),
    ],
)
def test_a_proxy_is_normalised_as_well(written, used):
    """The host of a proxy has one form; no character of a password, which is encoded, ends the host early."""
    assert normal_proxy(written) == used


@pytest.mark.parametrize("url", ["socks5://proxy.example.com", "http://proxy.example.com/x", "http://a\\b.example.com"])
def test_what_is_no_proxy_is_refused(url):
    """A proxy with TLS, with a path or without a plain host is refused."""
    with pytest.raises(FormError):
        normal_proxy(url)


@given(st.text(max_size=40), st.sampled_from(["", "http://", "https://h", "http://h/", "http://h:"]))
def test_any_text_has_one_form_or_is_refused(text, before):
    """Any text is normalised to an ASCII URL, which does not change when it is normalised again, or is refused."""
    try:
        url = normal_base_url(before + text)
    except FormError:
        return
    assert url.isascii()
    assert not set(url) & set("\\ \t\r\n?#")
    assert "@" not in urlsplit(url).netloc
    assert normal_base_url(url) == url
