# Everything that is done to this repository by hand, in CI and before a commit. `make` lists it.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
JOBS   ?= auto
export PYTHONUNBUFFERED := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo dev test test-servers quick lint format types arch docs docs-write check bench requirements clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-14s %s\n", $$1, $$2}'

setup: ## build .venv from the hashed requirements (a second when nothing changed)
	@$(PYTHON) tools/setup.py

demo: setup ## real flights to published, checked marts in this folder, the numbers and the page
	@$(BIN)/python tools/demo.py

dev: setup ## the Dagster UI on this project
	@$(BIN)/dagster dev

test: setup ## every test that needs no server
	@$(BIN)/python tools/browser.py
	@$(BIN)/pytest -n $(JOBS) --dist worksteal --durations=15 --all -m "not servers"

test-servers: setup ## the tests that need a real server, which is built first
	@$(BIN)/python tools/servers.py
	@$(BIN)/pytest -n $(JOBS) --dist loadfile --durations=5 --all -m servers

quick: setup ## the tests of a few seconds
	@$(BIN)/pytest -n $(JOBS) --dist worksteal -m "not servers and not browser"

lint: setup ## ruff: rules and format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

format: setup ## let ruff mend what it can
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

types: setup ## mypy, strict on the core
	@$(BIN)/mypy

arch: setup ## which room may import which
	@$(BIN)/lint-imports

docs: setup ## fail when a generated page is stale
	@$(BIN)/python tools/reference.py --check

docs-write: setup ## write the generated pages
	@$(BIN)/python tools/reference.py

check: lint types arch docs test test-servers ## all of the above: what CI runs

bench: setup ## measure, and write docs/benchmarks.md
	@$(BIN)/python bench/all.py

requirements: setup ## compile requirements/*.txt again from pyproject.toml and requirements/*.in
	@$(BIN)/python tools/requirements.py

clean: ## remove what can be made again (keeps the lake and the run history under .phlo)
	@rm -rf $(VENV) dist build dbt_project/target dbt_project/logs .phlo/cache .phlo/run
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +
