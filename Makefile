# Everything a developer or a county officer does, by name. Needs python3 (3.11 or newer) and make, nothing else.
SHELL := /bin/bash
ROOT := $(dir $(abspath $(lastword $(MAKEFILE_LIST))))
VENV := $(ROOT).venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
export HULIAN_HOME ?= $(ROOT)var/lanxi

.DEFAULT_GOAL := help
.PHONY: help run test ui pictures lint bench bench-linkage bench-serving bench-screening format bundle lock clean

help: ## Show this list
	@grep -E '^[a-z-]+:.*##' $(ROOT)Makefile | awk -F':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

$(VENV)/.run: $(ROOT)requirements.lock $(ROOT)pyproject.toml
	@echo "Installing the environment into .venv (once) ..."
	@test -x $(BIN)/python || python3 -m venv $(VENV)
	@$(PIP) install --no-deps --require-hashes -r $(ROOT)requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e $(ROOT)
	@touch $@

$(VENV)/.dev: $(VENV)/.run $(ROOT)requirements-dev.lock
	@$(PIP) install --no-deps --require-hashes -r $(ROOT)requirements-dev.lock
	@touch $@

run: $(VENV)/.run ## Live through two months of a sample county: run, release, visit, hand in, and what the second month makes of it
	@cd $(ROOT) && $(BIN)/hulian sample && \
	  $(BIN)/hulian run --month 2026-10 && $(BIN)/hulian release 2026-10 --by 样例办公室 --reason 样例 && \
	  $(BIN)/hulian sample-visits 2026-10 && \
	  $(BIN)/hulian run --month 2026-11 && $(BIN)/hulian release 2026-11 --by 样例办公室 --reason 样例

ui: $(VENV)/.run ## Open Dagster on that county at http://127.0.0.1:3000
	@cd $(ROOT) && $(BIN)/hulian ui

test: $(VENV)/.dev ## Run the whole test suite
	@cd $(ROOT) && $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

pictures: $(VENV)/.dev run ## Take the pictures of docs/analyst.md anew (needs Chromium)
	@cd $(ROOT) && HULIAN_PICTURES=$(ROOT)docs/pictures HULIAN_WALKED=$(HULIAN_HOME) $(BIN)/python -m pytest -q tests/integration/test_analyst.py

lint: $(VENV)/.dev ## Check style, types and import rules
	@cd $(ROOT) && $(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

bench-serving: $(VENV)/.dev ## Measure 300 villages fetching their lists at once
	@cd $(ROOT) && $(BIN)/python -m benchmarks.serving

format: $(VENV)/.dev ## Format the code
	@cd $(ROOT) && $(BIN)/ruff check --fix-only --quiet . ; $(BIN)/ruff format .

bench: $(VENV)/.dev ## Measure accuracy, speed and memory at 5,000 and 130,000 households
	@cd $(ROOT) && $(BIN)/python -m benchmarks.county

bench-screening: $(VENV)/.dev ## Hold screening against the truth, with and without suppression, and against the clock
	@cd $(ROOT) && $(BIN)/python -m benchmarks.screening

bench-linkage: $(VENV)/.dev ## Measure record linkage beside a clerk's and Splink's, at 30,000 and 130,000 households
	@cd $(ROOT) && $(BIN)/python -m benchmarks.linkage

bundle: $(VENV)/.run ## Make an installation bundle for machines without network, in build/
	@$(ROOT)deploy/bundle.sh $(BIN)/python

lock: $(VENV)/.dev ## Renew the hashed lock files from pyproject.toml
	@cd $(ROOT) && $(BIN)/python -m pip install --quiet uv && \
	  $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 --extra build pyproject.toml -o requirements.lock && \
	  $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 --extra build --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean: ## Remove the environment and the sample county
	rm -rf $(VENV) $(ROOT)var $(ROOT)build
