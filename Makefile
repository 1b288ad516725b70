# Two commands do all set-up: `make run` and `make test`. `make help` lists the rest.
.PHONY: help run setup test check lint bench bench-drafting bench-real bench-reading bench-hostile bench-speed bench-matching bench-ui requirements screenshots translations clean
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CODE := extractors intake workers review_ui tests benchmarks requirements
SHARED ?= ../shared
# How many test files run beside each other.
JOBS ?= 2
export OMP_THREAD_LIMIT := 1

help: ## Say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

run: setup ## Install what is missing, then start Postroom on http://127.0.0.1:8000
	@exec $(BIN)/postroom up

setup: $(VENV)/installed-run ## Install Postroom into .venv

test: $(VENV)/installed-test ## Install what tests need, then run them all
	@$(BIN)/python requirements/tools.py
	$(BIN)/pytest --numprocesses $(JOBS) --dist loadfile

check: lint test ## Everything a change must pass: style, types, imports, tests

lint: $(VENV)/installed-test
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: bench-speed bench-hostile ## Measure: speed beside Tesseract, hostile files

bench-speed: $(VENV)/installed-test
	$(BIN)/python -m benchmarks.speed

bench-hostile: $(VENV)/installed-test
	$(BIN)/python -m benchmarks.hostile --shared $(SHARED)

bench-matching: $(VENV)/installed-test ## Measure: pages among fifty forms, strangers, registration
	$(BIN)/python -m benchmarks.matching --shared $(SHARED)

bench-reading: $(VENV)/installed-test ## Measure: hand print beside its goals and other readers
	$(BIN)/python -m benchmarks.reading --shared $(SHARED)

bench-drafting: $(VENV)/installed-test ## Measure: what a draft of a real blank form finds
	$(BIN)/python -m benchmarks.drafting --shared $(SHARED)

bench-real: $(VENV)/installed-test ## Measure: accuracy on real hand-filled forms
	$(BIN)/python -m benchmarks.real --shared $(SHARED)

screenshots: $(VENV)/installed-test ## Take the pictures of every page again, for docs/
	$(BIN)/python -m tests.journeys.tour.pictures

translations: $(VENV)/installed-run ## Gather the texts of the pages, and compile their Welsh
	$(BIN)/python -m review_ui.translating

bench-ui: $(VENV)/installed-test ## Measure: how long reviewers wait, with 10,000 applications
	$(BIN)/python -m benchmarks.ui

requirements: $(BIN)/uv ## Pin every package again, with hashes
	requirements/compile.sh

clean: ## Remove the installation (your data under var/ stays)
	rm -rf $(VENV) *.egg-info

$(BIN)/uv: requirements/uv.txt
	@echo "Preparing $(VENV) (first time only)."
	@$(PYTHON) -m venv $(VENV) || { \
	  echo "Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Postroom needs Python 3.11 or later; this is $$($(PYTHON) --version)." \
	       "Name another with: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

$(VENV)/installed-run: requirements/run.txt pyproject.toml | $(BIN)/uv
	@echo "Installing Postroom's packages (about 900 MB the first time; later starts skip this)."
	@$(BIN)/uv pip install --python $(BIN)/python --require-hashes --no-deps -r requirements/run.txt
	@$(BIN)/uv pip install --python $(BIN)/python --no-deps --no-build-isolation --quiet --editable .
	@touch $@

$(VENV)/installed-test: requirements/test.txt $(VENV)/installed-run
	@echo "Installing what the tests need."
	@$(BIN)/uv pip install --python $(BIN)/python --require-hashes --no-deps -r requirements/test.txt
	@touch $@
