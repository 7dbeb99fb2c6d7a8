# What a newcomer types:
#   make demo     try BeenThere on this machine, with invented people: http://localhost:8000
#   make test     run the tests              make test ARGS="tests/rules -k units"
#   make check    style, types, layers, settings, templates
#   make evidence install what the evidence engine calculates with
#   make bench    measure its speed          make bench-evidence  and that of the evidence engine
#   make bench-certification   and that of the certification rules and their public pages
#   make attack   have other people's tools attack a demonstration: docs/look-up/security-tests.md
#   make phone    measure every page on a slow phone (needs Node)
#   make soak     half an hour of load, a hundred crashes, and an hour of simulated studies
#   make messages bring the Spanish catalogue up to date after words have changed
PYTHON ?= python3
ARGS ?=
DRAWS ?=
VENV := .venv
LIGHTHOUSE := tests/phone/node_modules/ready
RUN := $(VENV)/bin/python
PIP := $(RUN) -m pip --disable-pip-version-check -qq
# `check` judges the settings a server would run with, on a database of its own.
CHECKED := BEENTHERE_STATE="$(CURDIR)/var/check" BEENTHERE_HOST=check.example.org BEENTHERE_BEHIND_PROXY=1 \
  BEENTHERE_SECRET_KEY=only-for-make-check-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEF \
  DJANGO_SETTINGS_MODULE=beenthere.config.settings

# It calls a helper of its own by name, and asks nothing of the internet.
SEMGREP = PATH="$(CURDIR)/$(VENV)/semgrep/bin:$$PATH" $(VENV)/semgrep/bin/semgrep scan --metrics=off --disable-version-check

.PHONY: setup demo test check messages evidence browser clean pictures phone bench bench-certification bench-evidence soak simulations attack
.DEFAULT_GOAL := setup

setup: $(VENV)/ready-to-run
	@echo "BeenThere is set up. Next: make demo"

demo: $(VENV)/ready-to-run
	@$(RUN) -m beenthere demo $(ARGS)

test: $(VENV)/ready-to-develop browser
	$(RUN) -m pytest -n 2 -p beenthere.host.pytest_plugin $(ARGS)

check: $(VENV)/ready-to-develop $(VENV)/semgrep/ready
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(CHECKED) $(RUN) -m mypy src
	$(VENV)/bin/lint-imports
	$(RUN) -m bandit -q -c pyproject.toml -r src -ll
	$(SEMGREP) --quiet --test --config .semgrep/rules.yaml .semgrep/rules.py
	$(SEMGREP) --quiet --error --config .semgrep/rules.yaml src
	$(CHECKED) $(RUN) .ci/compile_templates.py
	$(CHECKED) $(RUN) -m beenthere manage --role owner makemigrations --check --dry-run
	$(CHECKED) $(RUN) -m beenthere migrate --quiet
	$(CHECKED) $(RUN) -m beenthere manage check --deploy --database default --fail-level WARNING

messages: $(VENV)/ready-to-develop
	@$(RUN) .ci/messages.py

# What `beenthere evidence` calculates with: about 700 MB that serving an organization does not need.
evidence: $(VENV)/ready-for-evidence
	@echo "The evidence engine is set up. Next: $(VENV)/bin/beenthere evidence --help"

$(VENV)/ready-for-evidence: $(VENV)/ready-to-run requirements/evidence.txt
	@echo "Installing what the evidence engine calculates with ..."
	@$(PIP) install --require-hashes -r requirements/evidence.txt
	@touch $@

# Chromium comes from the system: root can fetch it, anybody else is told what will not run.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || \
	  { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && echo "Installing Chromium ..." && apt-get update -qq && \
	    apt-get install -y -qq --no-install-recommends chromium >/dev/null; } || \
	  echo "There is no Chromium here, so the tests in tests/browser will not run."

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

# Pictures of the main pages on a phone and at a desk, light and dark, in tests/browser/pictures.
pictures: $(VENV)/ready-to-develop browser
	$(RUN) tests/browser/pictures.py

# Every page of every persona on a slow phone: docs/look-up/phone.md. The one thing here that needs Node.
phone: $(VENV)/ready-to-develop browser $(LIGHTHOUSE)
	$(RUN) tests/phone/phone.py $(ARGS)

$(LIGHTHOUSE): tests/phone/package-lock.json
	@command -v npm >/dev/null || { \
	  echo "Node is not installed here, so no page can be measured. Install Node 18.20 or newer, then: make phone"; exit 1; }
	@echo "Installing Lighthouse into tests/phone/node_modules ..."
	@cd tests/phone && npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

# How fast the pages and writes are, at 240, 10,000 and 50,000 people: docs/do/measure-it.md.
bench: $(VENV)/ready-to-develop
	@PYTHONPATH="$(CURDIR)/tests" $(RUN) -m bench $(ARGS)

# How fast the certification rules load and answer, and their public pages; ARGS=--publish writes it down.
bench-certification: $(VENV)/ready-to-develop
	@PYTHONPATH="$(CURDIR)/tests" $(RUN) -m bench.certification $(ARGS)

# Half an hour of mixed load, then kill -9 a hundred times while notes are written: nothing may be lost.
# After them the simulations, which take an hour.
soak: $(VENV)/ready-to-develop
	@PYTHONPATH="$(CURDIR)/tests" $(RUN) -m soak $(ARGS)
	@$(MAKE) --no-print-directory simulations

# Every estimator in worlds where the truth is known, into docs/look-up/coverage.md; DRAWS="200 50" draws fewer.
simulations: $(VENV)/ready-to-develop
	$(RUN) tests/evidence/estimate/coverage_page.py $(DRAWS)

# How long claims take beside pandas, polars and SQL by hand, on invented claims: ARGS="1 10" are millions
bench-evidence: $(VENV)/ready-for-evidence $(VENV)/ready-to-develop
	@PYTHONPATH="$(CURDIR)/tests" $(RUN) -m bench.evidence $(ARGS)

# wapiti and sqlmap against a demonstration of this checkout, on loopback: docs/look-up/security-tests.md.
attack: $(VENV)/ready-to-run $(VENV)/attack/ready
	@$(RUN) tests/hostile/attack.py $(ARGS)

# Tools that ask for other versions than we do live in environments of their own.
$(VENV)/%/ready: requirements/%.txt | $(VENV)/bin/python
	@echo "Installing what $* needs into $(VENV)/$* ..."
	@$(RUN) -m venv $(VENV)/$*
	@$(VENV)/$*/bin/python -m pip --disable-pip-version-check -qq install --require-hashes -r requirements/$*.txt
	@touch $@

clean:
	rm -rf build dist .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
