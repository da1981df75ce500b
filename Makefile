# Everything a developer runs. `make` alone lists the targets.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# A file to a process, in our order (tests/conftest.py): what takes longest has to be begun first.
SPREAD := --dist loadfile --no-loadscope-reorder
# They give a payload so much time, and being measured slows them down twofold.
SLOWED := tests/contract/channels/test_fuzz.py tests/contract/channels/test_signed.py

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(READY) ## make the environment in .venv, from the lock

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; say which with PYTHON=..."; exit 78; }
	@test -x $(BIN)/uv || { $(PYTHON) -m venv $(VENV) && $(BIN)/python -m pip install --quiet --disable-pip-version-check uv; }
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -e .
	@touch $@

demo: $(READY) ## watch messages go through on real servers (ONCE=1: end when all are accounted for)
	$(BIN)/trunkline demo $(if $(ONCE),--once)

up: $(READY) ## start everything in the background
	$(BIN)/trunkline up

down: $(READY) ## stop everything; the data stay
	$(BIN)/trunkline down

check: $(READY) ## lint, format, types, arrows, spelling, generated pages, schemas
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --verbose > .import_linter.log || { cat .import_linter.log; exit 1; }
	$(BIN)/codespell schemas domain runtime bridge streams projections api trunkline tests benchmarks docs README.md
	$(BIN)/python -m trunkline.reference check

test: check ## the gate and every test, on real servers that it starts itself
	$(BIN)/pytest -n 3 $(SPREAD) tests/crash tests/e2e
	$(BIN)/pytest -n 4 $(SPREAD) tests/servers tests/contract tests/unit

coverage: $(READY) ## which lines the tests reach (crash and e2e tests, which look from outside, are left out)
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n 4 $(SPREAD) $(SLOWED:%=--ignore=%) tests/servers tests/contract tests/unit
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --skip-empty | tail -n 40

unit: $(READY) ## pure tests, seconds
	$(BIN)/pytest -n 2 tests/unit tests/contract

crash: $(READY) ## the whole fault campaign (up to 40 minutes); writes docs/crash-report.md
	$(BIN)/python -m tests.crash.campaign

bench: $(READY) ## every benchmark beside its peers; writes benchmarks/results
	$(BIN)/python -m benchmarks

docs: $(READY) ## write the generated pages and build the site
	$(BIN)/python -m trunkline.reference write
	$(BIN)/zensical build

docs-check: $(READY) ## do the generated pages and exported schemas fit the code, and is every promise kept?
	$(BIN)/python -m trunkline.reference check

schemas-accept: $(READY) ## make the exported schemas a promise of this version (docs/topics.md)
	$(BIN)/python -m trunkline.reference accept

lock: ## write requirements.lock from pyproject.toml
	$(BIN)/uv lock --quiet --upgrade
	$(BIN)/uv export --quiet --frozen --all-extras --all-groups --no-emit-project --no-header > requirements.lock
	$(BIN)/uv export --quiet --frozen --extra otlp --no-dev --no-emit-project --no-header > deploy/requirements.lock

clean: ## remove what can be made again (not the demo's data)
	rm -rf $(VENV) build dist site .mypy_cache .ruff_cache .pytest_cache .coverage*

.PHONY: help setup demo up down check test coverage unit crash bench docs docs-check schemas-accept lock clean
