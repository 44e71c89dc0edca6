# Needs Python 3.11 or newer and make. `make demo` solves the reference theatre; `make test` runs all tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: chromium demo test test-long mutation lint bench install glpk clean

install: $(READY)

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "forcegen needs Python 3.11 or newer")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m forcegen.engine.ready
	touch $(READY)

demo: $(READY)
	$(BIN)/forcegen demo --time-limit 30

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Tests of pulp:NAME need one solver that is an executable; as root on Debian it is installed, else they are skipped.
glpk:
	@command -v glpsol >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
	  && apt-get update -qq && apt-get install -qq -y --no-install-recommends glpk-utils >/dev/null; } \
	  || echo "glpsol is missing (apt-get install glpk-utils): tests that need it are skipped"

# Tests of the page need a browser; as root on Debian it is installed, else they are skipped.
chromium:
	@command -v chromium >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
	  && apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium fonts-dejavu-core >/dev/null; } \
	  || echo "chromium is missing (apt-get install chromium): tests of the page are skipped"

test: lint glpk chromium
	$(BIN)/python -m pytest -n 2

test-long: $(READY) glpk chromium
	$(BIN)/python -m pytest -n 2 -m "long or not long"

mutation: $(READY)
	$(BIN)/python -m tests.mutation

bench: $(READY)
	$(BIN)/python -m benchmarks.micro.sizes
	$(BIN)/python -m benchmarks.micro.overhead
	$(BIN)/python -m benchmarks.micro.growth 2000000
	$(BIN)/python -m pytest -n 0 benchmarks/micro --benchmark-json=benchmarks/micro/times.json

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache
