# Everything below needs Python 3.11 or later and make, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# How many mutants `make mutants` judges.
SIZE ?= 60
# The Pythons that pyenv keeps are present, even where its shims do not say so.
PYENVS := $(shell printf ':%s' $${PYENV_ROOT:-$$HOME/.pyenv}/versions/*/bin)

# The environment whose Python is the one of `whole`, which runs all of its tests.
OWN_ENV := import sys; print("py%d%d" % sys.version_info[:2])
# What `make check` tests: not the folders whose tests start most processes, attack most servers or
# play every fault. `make test` tests them all.
LONG := cli pytest_plugin hostile reference plugin_api
TESTS ?= tests $(LONG:%=--ignore tests/%)

.PHONY: demo check test selftest matrix mutants docs bench clean help

demo: $(VENV)/installed  ## judge the embedded reference API and say where the reports are
	$(BIN)/appointment-conformance run reference-omneo reference-mijnklantportaal

check: $(VENV)/tools  ## what to run while writing: lint, types, most tests in place; TESTS says which
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto --dist loadgroup $(TESTS)

test: $(VENV)/tox  ## every test on this Python, some on each other Python that is present, lint and types
	PATH="$$PATH$(PYENVS)" $(BIN)/tox run-parallel --skip-env "$$($(BIN)/python -c '$(OWN_ENV)')" --parallel-no-spinner

selftest: $(VENV)/installed  ## prove that every requirement can fail: the kill matrix
	$(BIN)/appointment-conformance selftest

matrix: $(VENV)/installed  ## the same, written to docs/kill-matrix.* and the data of each api
	$(BIN)/appointment-conformance selftest --write docs

mutants: $(VENV)/tox  ## judge mutants of a real application, written to docs/mutants.md; SIZE says how many
	$(BIN)/tox run -e mutants -- --size $(SIZE)

docs: $(VENV)/installed  ## write the pages that are made from the suite itself, and the witnesses.json of each api
	$(BIN)/python -m appointment_conformance.selftest.witnesses
	$(BIN)/python -m appointment_conformance.selftest.catalogue_page > docs/.requirements.md
	mv docs/.requirements.md docs/requirements.md

bench: $(VENV)/installed  ## measure cost and catches, written to docs/benchmarks.md; some minutes
	$(BIN)/python tests/benchmarks/run_benchmark.py --write docs/benchmarks.md

clean:  ## remove what the targets above made
	rm -rf $(VENV) .tox conformance-reports

help:  ## say what there is to make
	@sed -n 's/^\([a-z]*\):.*## /\1: /p' Makefile

# Installed in place: a change to the suite acts at once.
$(VENV)/installed: pyproject.toml | $(VENV)/made
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/tox: tox.ini | $(VENV)/made
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'tox>=4.23'
	touch $@

$(VENV)/tools: $(VENV)/installed tox.ini
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		'hatchling>=1.27' 'pytest-cov>=6' 'pytest-html>=4.1' 'pytest-randomly>=3.16' \
		'pytest-rerunfailures>=15' 'pytest-timeout>=2.3' 'pytest-xdist>=3.6' 'ruff>=0.14,<0.18' 'mypy>=1.18' types-jsonschema types-PyYAML types-requests
	touch $@

$(VENV)/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or later is needed; name one with: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	touch $@
