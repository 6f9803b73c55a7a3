"""The HTML page: complete, inert, and never a success by accident."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from sample_runs import EXCHANGE, HOSTILE, MIXED, REQUEST, UNTESTABLE, hostile, requirement, run

from appointment_reports import Failure, Observation, Response, page

VOID = {"meta", "link", "img", "br", "hr", "input", "use", "path", "circle"}


class Outline(HTMLParser):
    """The elements of a page, its texts, and whether each element is closed in order."""

    def __init__(self, text):
        """Read `text`."""
        super().__init__()
        self.elements, self.texts, self.open = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        """Take note of an element."""
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        """Take note of an element that is closed at once."""
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        """Demand that what is closed is what was opened last."""
        assert self.open.pop() == tag

    def handle_data(self, data):
        """Take note of a text."""
        self.texts.append(data)

    def values(self, name):
        """Return every value of the attribute `name`."""
        return [attrs[name] for _, attrs in self.elements if name in attrs]


RUNS = {"mixed": MIXED, "untestable": UNTESTABLE, "hostile": hostile(), "huge": hostile(HOSTILE + "x" * 1_000_000)}


@pytest.mark.parametrize("result", RUNS.values(), ids=RUNS)
def test_the_page_is_inert_and_needs_nothing(result):
    """No script, no handler, no address but those inside the page, and a policy that forbids the rest."""
    outline = Outline(page(result))
    assert outline.open == []
    assert not {tag for tag, _ in outline.elements} & {"script", "link", "img", "iframe", "object", "form", "base"}
    assert not [name for _, attrs in outline.elements for name in attrs if name.startswith("on")]
    assert all(value.startswith("#") for name in ("href", "src", "xlink:href") for value in outline.values(name))
    assert "default-src 'none'; style-src 'unsafe-inline'" in outline.values("content")


@pytest.mark.parametrize("result", RUNS.values(), ids=RUNS)
def test_every_link_leads_somewhere_and_every_id_is_one(result):
    """Ids are unique, and each link and label names one of them."""
    outline = Outline(page(result))
    ids = outline.values("id")
    assert len(set(ids)) == len(ids)
    assert {value[1:] for value in outline.values("href")} <= set(ids)
    assert set(outline.values("aria-labelledby")) <= set(ids)


def test_the_page_can_be_used_without_seeing_it():
    """The language, a skip link, header scopes and words beside the icons are there."""
    outline = Outline(page(MIXED))
    assert ("html", {"lang": "en"}) in outline.elements
    assert outline.elements[[tag for tag, _ in outline.elements].index("body") + 1][1]["href"] == "#content"
    assert all("scope" in attrs for tag, attrs in outline.elements if tag == "th")
    assert {"failed", "error", "deviation", "advisory", "untested", "passed"} <= {
        text.strip() for text in outline.texts
    }


def test_the_top_says_what_happened():
    """Verdict, target, address, reason, seed and the command to repeat come before the first failure."""
    top = page(MIXED).partition('id="failed"')[0]
    wanted = ("Not conformant", "staging", "https://api.example.com/api", "One requirement does not hold.")
    assert all(part in top for part in (*wanted, "appointment-conformance run staging --profile gate --seed 7"))


def test_failures_come_first_with_their_evidence():
    """A failure has an address of its own, both sides of the exchange and a replay line, above the whole table."""
    text = page(MIXED)
    article = re.search(r'<article class="case failed" id="OMN-ID-02-link".*?</article>', text, re.DOTALL)
    assert all(part in article[0] for part in ("status 422", "status 200", "HTTP/1.1 200 OK", "curl --globoff"))
    assert (
        text.index('id="failed"')
        < text.index('id="error"')
        < text.index('id="untested"')
        < text.index('id="requirements"')
    )


def test_what_to_add_is_listed():
    """A remedy is shown with the requirements that it is for; a run that lacks nothing has no such part."""
    text = page(MIXED)
    part = text[text.index('id="additions"') :]
    assert "add a list to fixtures.lists." in part[: part.index("</section>")]
    assert "OMN-ID-05 (link)" in part[: part.index("</section>")]
    assert 'id="additions"' not in page(run(requirement(1)))


@pytest.mark.parametrize("verdict", ["conformant", "conformant-with-deviations", "not-testable", "error"])
def test_a_run_without_requirements_never_looks_like_a_success(verdict):
    """The page of an empty run does not look like a success and says that nothing was judged."""
    text = page(run(verdict=verdict))
    assert "this run says nothing about the target" in text
    assert 'class="hero error"' in text


def test_hostile_text_is_visible():
    """Control characters become escapes, template text stays text, and markup is escaped."""
    text = page(hostile())
    assert r"\x1b[31m\x00\ud800\u202e\u2028\ufffe" in text
    assert "{{ 7 * 7 }}" in text
    assert "&lt;script&gt;alert(1)" in text
    assert text.encode()
    assert all(char.isprintable() or char in "\n\t" for char in text)


def test_backticks_of_a_sentence_are_code():
    """What a sentence has between backticks is set as code, in titles, reasons, expectations and observations."""
    told = requirement(2, "failed", title="A 422 carries `message`", reason="for type `list`")
    told = replace(told, failure=replace(told.failure, expected="status `canceled`"))
    text = page(run(told, reason="See `status`.", observations=(Observation("O-1", "Is `a` set?", "yes, `b`"),)))
    codes = re.findall(r"<code>(.*?)</code>", text)
    assert {*codes} == {"message", "list", "canceled", "status", "a", "b"}
    assert "`" not in text


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("`<script>alert(1)</script>`", "<code>&lt;script&gt;alert(1)&lt;/script&gt;</code>"),
        ("<b `title=`>", "&lt;b <code>title=</code>&gt;"),
        ("one ` alone, `<i>", "one <code> alone, </code>&lt;i&gt;"),
        ("`unbalanced <i>", "`unbalanced &lt;i&gt;"),
        ("``", "``"),
        ("`a\nb`", "`a\nb`"),
        ("`\u202e`", r"<code>\u202e</code>"),
    ],
)
def test_backticks_let_nothing_through(sentence, shown):
    """Text between backticks or around them is shown and has no effect."""
    text = page(run(requirement(2, "error", reason=sentence)))
    assert f'<p class="reason">{shown}</p>' in text
    assert Outline(text).open == []


def test_evidence_keeps_its_backticks():
    """What was seen is shown to the letter."""
    told = requirement(2, "failed")
    text = page(run(replace(told, failure=replace(told.failure, actual="id `7`"))))
    assert "<dd>id `7`</dd>" in text


def test_a_huge_answer_makes_a_small_page():
    """Megabytes in every field make a page that a browser opens at once."""
    assert len(page(hostile("x" * 1_000_000))) < 2_000_000


def test_the_same_run_gives_the_same_page():
    """Nothing of the moment of writing is in the page."""
    assert page(MIXED) == page(MIXED)


def test_a_passed_requirement_is_addressed_in_the_table():
    """A requirement without a section of its own is found by its id in the table."""
    assert '<tr id="OMN-ID-01-link">' in page(run(requirement(1), verdict="conformant"))


#: Longer than every limit of a text, and than what a curl line takes as an argument.
LONGEST = {
    "markup": "\"'<&" * 18_000,
    "code": "`<`" * 24_000,
    "plain": "x" * 72_000,
    "control": "\x00\u202e" * 36_000,
}


@pytest.mark.parametrize("text", LONGEST.values(), ids=LONGEST)
def test_a_page_has_a_size(text):
    """Where every requirement fails with the longest texts, the page is still one that a browser opens at once."""
    request = replace(REQUEST, url=text, headers=(("X-Text", text),) * 60, body=text.encode())
    response = Response(200, request.headers, request.body, text)
    exchange = replace(EXCHANGE, request=request, response=response, error=text)
    failure = Failure(text, text, exchange, text)
    items = (requirement(number, "failed", reason=text, failure=failure) for number in range(80))
    assert len(page(run(*items, reason=text)).encode()) < 2_000_000
