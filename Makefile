# What a newcomer types:
#   make demo     try BeenThere on this machine, with invented people     http://localhost:8000
#   make test     run the tests
#   make check    style, types, layers, settings
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
PIP := $(RUN) -m pip --disable-pip-version-check -qq

.PHONY: setup clean
.DEFAULT_GOAL := setup

setup: $(VENV)/ready-to-run
	@echo "BeenThere is set up. Next: make demo"

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "Python is not installed here. Install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "BeenThere needs Python 3.11 or newer, and $(PYTHON) is older. Name another: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) lacks its venv module. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "Making $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/ready-to-run: $(VENV)/bin/python requirements/run.txt pyproject.toml
	@echo "Installing what BeenThere runs on (a minute or two, once) ..."
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps -e .
	@touch $@

$(VENV)/ready-to-develop: $(VENV)/ready-to-run requirements/develop.txt
	@echo "Installing what the tests need ..."
	@$(PIP) install --require-hashes -r requirements/develop.txt
	@touch $@

clean:
	rm -rf build dist src/*.egg-info .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
