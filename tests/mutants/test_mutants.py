"""Mutants keep their ids, samples can be made again, trials tell apart, and no survivor is passed over."""

from __future__ import annotations

from types import SimpleNamespace

import mutant_trial
import pytest
from mutant import Mutant, Trial, sample
from mutant_report import page, sorted_out
from survivor_classes import classes_from, read_classes

SOURCE = "def found(a, b):\n    return a == b and a < 3\n"


def trial(name, outcome="survived"):
    """Return the trial of a mutant of that id."""
    return Trial(Mutant(name, SOURCE.replace("3", "4")), outcome)


def entry(name, *mutants):
    """Return an entry of the table."""
    return {"class": name, "reason": "It is | so.", "mutants": [*mutants]}


def test_a_line_elsewhere_leaves_the_ids_of_the_mutants_alone():
    """What was found out about a survivor still holds when the application grows."""
    mutation = pytest.importorskip("mutation", reason="mutmut is not installed; `tox -e mutants` brings it")
    before, after = {*mutation.Mutations(SOURCE).ids}, {*mutation.Mutations(f"LIMIT = 7\n\n\n{SOURCE}").ids}
    assert len(before) == 4
    assert before < after


def test_no_two_mutants_share_an_id_or_a_text():
    """A class belongs to one mutant, and no mutant is judged twice."""
    mutation = pytest.importorskip("mutation", reason="mutmut is not installed; `tox -e mutants` brings it")
    found = mutation.Mutations(f"{SOURCE}\n\n{SOURCE}")
    assert len(found.ids) == len({found.mutant(name).source for name in found.ids}) == 8


def test_the_table_speaks_of_mutants_that_there_are():
    """An entry whose line has changed is taken out or mended."""
    mutation = pytest.importorskip("mutation", reason="mutmut is not installed; `tox -e mutants` brings it")
    there = mutation.Mutations(mutant_trial.APPLICATION.read_text("utf-8")).ids
    assert {*read_classes()} <= {*there}


def test_a_seed_picks_the_same_mutants_again():
    """A sample can be made again, and another seed brings another."""
    every = [str(number) for number in range(50)]
    assert sample(every, 10, 1) == sample(every, 10, 1) != sample(every, 10, 2)
    assert sample(every, 60, 1) == every


def test_a_survivor_that_nobody_has_looked_at_is_missed():
    """It counts like one that a client could see, until it has a class."""
    classes = classes_from([entry("visible", "seen"), entry("equivalent", "same")])
    report = sorted_out([trial("seen"), trial("same"), trial("new"), trial("dead", "killed")], classes)
    assert (report.missed, report.count("equivalent"), report.count("killed")) == (2, 1, 1)


def test_a_class_that_is_not_known_is_refused():
    """A misspelt class hides nothing."""
    with pytest.raises(ValueError, match="there is no class 'invisible'"):
        classes_from([entry("invisible", "one")])


def test_a_mutant_with_two_classes_is_refused():
    """The table does not say two things of one mutant."""
    with pytest.raises(ValueError, match="classified twice: one"):
        classes_from([entry("equivalent", "one"), entry("visible", "one")])


def test_the_page_shows_what_each_survivor_changes_and_why_it_survives():
    """Reader and reviewer need no other file; code and reasons do not break the table."""
    report = sorted_out([trial("same")], classes_from([entry("equivalent", "same")]))
    written = page(report, SOURCE, "1 of 4 mutants.")
    assert "<code>- return a == b and a &lt; 3</code><br><code>+ return a == b and a &lt; 4</code>" in written
    assert "It is \\| so." in written


def result(verdict="conformant", *failed):
    """Return as much of a result as a trial looks at."""
    requirements = [SimpleNamespace(id=name, level=level, operation="link", verdict="failed") for name, level in failed]
    return SimpleNamespace(verdict=verdict, reason="so it is", requirements=requirements)


@pytest.mark.parametrize(
    ("results", "outcome", "by"),
    [
        ([result(), result()], "survived", ()),
        ([result("not-conformant", ("A-1", "MUST"), ("A-2", "SHOULD"))], "killed", ("A-1 (link)",)),
        ([result("conformant", ("A-2", "SHOULD")), result()], "advice", ("A-2 (link)",)),
        ([result(), result("not-testable")], "not testable", ("so it is",)),
        ([result("conformant", ("B-9", "SHOULD")), result()], "survived", ()),
        ([result(), result("not-verified")], "not testable", ("so it is",)),
        ([RuntimeError("Traceback\nNameError: x\n")], "no start", ("NameError: x",)),
    ],
)
def test_a_trial_ends_with_the_first_run_that_tells(monkeypatch, results, outcome, by):
    """What one API kills is not judged by the other; news of advice, a refusal to judge and a crash are told apart."""
    judged = iter(results)

    def judge(*_):
        if isinstance(found := next(judged), Exception):
            raise found
        return found

    monkeypatch.setattr(mutant_trial, "_judged", judge)
    monkeypatch.setattr(mutant_trial, "_known_advice", lambda: {"B-9 (link)"})
    assert mutant_trial.conduct(Mutant("one", SOURCE)) == Trial(Mutant("one", SOURCE), outcome, by)
    assert next(judged, None) is None
