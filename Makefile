# Every target says what it does: `make` lists them. Nothing has to be installed by hand.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL := help
.PHONY: help setup system demo demo-once demo-districts check format test test-core histories bench mutants vectors conformance lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

setup: .venv/.ready system ## make the environment of the locked packages (.venv)

.venv/.ready: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install -q --require-hashes -r requirements.lock
	$(BIN)/pip install -q --no-deps --no-build-isolation -e .
	touch $@

system: ## install libzbar0, which pyzbar needs, and softhsm2 for tests (Debian, as root; otherwise say so)
	@scripts/system-packages

demo: setup ## the sample district from nothing: issue, print, photograph, scan; then serve the pages
	$(BIN)/python -m tests.demo serve var/demo

demo-once: setup ## the same without serving; leaves its files in var/demo/
	$(BIN)/python -m tests.demo once var/demo

demo-districts: setup ## three districts under two roots: who recognizes what; leaves var/demo-districts/
	$(BIN)/python -m tests.demo districts var/demo-districts

check: setup ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup ## put the code into its form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix-only .

test: setup test-core ## run all tests, in random order, warnings as errors
	$(BIN)/python -m pytest -n auto --dist loadfile

test-core: .venv-core/.ready ## run the core's tests with the base install alone (no extras)
	.venv-core/bin/python -m pytest tests/credential

.venv-core/.ready: requirements-core.lock pyproject.toml
	test -x .venv-core/bin/python || $(PYTHON) -m venv .venv-core
	.venv-core/bin/pip install -q --require-hashes -r requirements-core.lock
	.venv-core/bin/pip install -q --no-deps --no-build-isolation -e .
	touch $@

histories: setup ## a thousand random histories on each database, replayed (an hour)
	HYPOTHESIS_PROFILE=thousand $(BIN)/python -m pytest tests/verify_service/lifecycle/test_random_histories.py --durations=2

bench: setup ## measure: sizes, verification, suites, trust list, signing, serving, files of changes, status lists, the scanner's memory and start, what is read of hard photographs
	$(BIN)/python -m tests.bench

mutants: setup ## mutation testing of the core (long); of one module: make mutants MUTANTS="credential.signer.*"
	HYPOTHESIS_PROFILE=mutants nice -n 15 $(BIN)/mutmut run $(if $(MUTANTS),'$(MUTANTS)')

vectors: setup ## make the core's vectors again; leaves no difference
	$(BIN)/python -m tests.vectors.make

conformance: setup ## ask a verifier all vectors: make conformance VERIFIER="node verifier.js" (without one: ours)
	$(BIN)/python -m tests.conformance --verifier '$(or $(VERIFIER),$(BIN)/python -m credential)'

lock: setup ## resolve the locked versions anew
	$(BIN)/uv pip compile pyproject.toml --all-extras --group dev --universal --generate-hashes --no-header --no-annotate -q -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group core --universal --generate-hashes --no-header --no-annotate -q -o requirements-core.lock
	$(BIN)/uv pip compile --group peers --universal --generate-hashes --no-header --no-annotate -q -o peers.lock

clean: ## take away environments and everything that was made
	rm -rf .venv .venv-core .venv-peers var mutants build dist *.egg-info
