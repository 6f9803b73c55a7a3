# Everything below needs Python 3.11 or later and make, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test selftest bench clean

demo: $(VENV)/installed  ## judge the embedded reference API and say where the reports are
	$(BIN)/appointment-conformance run

test: $(VENV)/tox  ## every test against an installed wheel, lint and types, on each Python that is present
	$(BIN)/tox run

selftest: $(VENV)/installed  ## prove that every requirement can fail: the kill matrix
	$(BIN)/appointment-conformance selftest

clean:  ## remove what the targets above made
	rm -rf $(VENV) .tox

$(VENV)/installed: pyproject.toml $(shell find specs strategies reports conformance -name '*.py' -o -name '*.yaml' -o -name '*.json' -o -name '*.j2' | sort) | $(VENV)/made
	$(BIN)/python -m pip install --quiet .
	touch $@

$(VENV)/tox: tox.ini | $(VENV)/made
	$(BIN)/python -m pip install --quiet 'tox>=4.23'
	touch $@

$(VENV)/made:
	$(PYTHON) -m venv $(VENV)
	touch $@
