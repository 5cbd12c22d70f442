# Every target sets up what it needs: a virtual environment in .venv with the packages of requirements.lock (each
# checked by its hash) and this project, editable. What is in place already is left alone, so that a second run
# needs no network. Works with GNU make from 3.81 on; needs Python 3.11 or newer, or PYTHON=/path/to/it.

VENV := .venv
PY := $(VENV)/bin/python
OUT := benchmarks/out

# A PYTHONPATH of the user's could shadow our packages or the locked ones.
unexport PYTHONPATH PYTHONHOME

# An environment whose Python is gone (an upgrade took it away) is made anew.
ifneq ($(wildcard $(VENV)/.made),)
ifneq ($(shell $(PY) -c 'print("works")' 2>/dev/null),works)
$(shell rm -rf $(VENV))
endif
endif

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test bench picture wheel lock clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

demo: $(VENV)/.project ## set up, tell the Strauss connection from a store of its own, and open it in the browser
	@$(VENV)/bin/intrograph demo

# A worker for each core, four at most: each has a Chromium and servers of its own.
test: $(VENV)/.project ## set up, and check everything: lint, types, layers, tests with coverage
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports --no-cache
	$(PY) -m pytest --cov --cov-report=term -n auto --maxprocesses 4 --dist worksteal

bench: $(VENV)/.bench ## measure: one table, and its figures as JSON in benchmarks/out
	$(PY) -m benchmarks.run

picture: $(VENV)/.project ## take the README's picture of the page, over the demo
	$(PY) docs/picture.py

wheel: $(VENV)/.project ## build dist/*.whl, for pipx or uvx
	$(PY) -m build --wheel --no-isolation --outdir dist .

# uv alone resolves for every system and Python at once; it is a tool of the maintainer's, not of the project.
UV := uv
COMPILE = $(UV) pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --quiet

lock: ## resolve the lock files anew (needs uv and the network)
	@command -v $(UV) >/dev/null || { echo "make lock needs uv: install it with pipx, or say UV=/path/to/uv" >&2; exit 1; }
	$(COMPILE) --upgrade --extra dev --output-file requirements.lock
	$(COMPILE) --extra bench --constraints requirements.lock --output-file requirements-bench.lock

clean: ## remove what was built and cached (the environment stays: rm -rf .venv)
	rm -rf dist build $(OUT) .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find graph ingest dashboard tests benchmarks docs -name __pycache__ -type d -prune -exec rm -rf {} +

# --- set-up ------------------------------------------------------------------------------------------------------

# An environment that somebody else made is kept where it has what we need.
$(VENV)/.made:
	@if ! $(PY) -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	        if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$python; break; fi; \
	    done; \
	    if [ -z "$$found" ]; then \
	        echo "No Python 3.11 or newer was found on the PATH." >&2; \
	        echo "Install one, or say where it is: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 1; \
	    fi; \
	    if ! $$found -c 'import ensurepip, venv' 2>/dev/null; then \
	        echo "$$found can't make virtual environments: its venv or ensurepip module is missing." >&2; \
	        echo "On Debian and Ubuntu: sudo apt install python3-venv. Then run make again." >&2; exit 1; \
	    fi; \
	    echo "Making a virtual environment in $(VENV) with $$found"; \
	    $$found -m venv --clear $(VENV); \
	fi
	@touch $@

# The lock is whole: nothing is resolved (older pips look past it for `coverage[toml]`, and fail on a newer release).
$(VENV)/.locked: requirements.lock | $(VENV)/.made
	@echo "Installing the packages of requirements.lock (the first time, about a minute)"
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --requirement requirements.lock
	@touch $@

$(VENV)/.project: pyproject.toml $(VENV)/.locked
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.bench: requirements-bench.lock $(VENV)/.project
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --requirement requirements-bench.lock
	@touch $@
