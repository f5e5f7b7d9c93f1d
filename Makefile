# Two commands: `make lab` opens the course, `make test` runs the test suite; `make bench` measures what models learn;
# `make web` builds the lessons as web pages (BINDER=OWNER/REPOSITORY links them to Binder, FRESH=1 runs all again).
# Another Python: make PYTHON=python3.12 lab
PYTHON ?= python3
BIN := .venv/bin

.PHONY: lab test bench web setup-lab setup-test

lab: setup-lab
	@$(BIN)/pretraining lab

test: setup-test
	@echo "Checking style and types ..."
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --check --quiet . && $(BIN)/mypy --no-error-summary
	@echo "Running the tests ..."
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal --alone=skip $(TESTS) || [ $$? -eq 5 ]
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pytest --alone=only $(TESTS) || [ $$? -eq 5 ]

bench: setup-test
	@for script in tests/bench/bench_*.py; do echo "$$script"; $(BIN)/python "$$script" || exit 1; done

web: setup-test
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python web/build.py $(if $(BINDER),--binder $(BINDER)) $(if $(FRESH),--fresh)

setup-lab setup-test: python
	@$(PYTHON) lib/pretraining/bootstrap.py $(if $(filter setup-test,$@),test)

.PHONY: python
python:
	@command -v "$(PYTHON)" >/dev/null || { echo "Cannot go on: there is no $(PYTHON) on this machine. Install Python 3.10 or newer."; exit 1; }
