# Everything runs in .venv, which is made from nothing but Python, make and git.
PYTHON ?= python3
BIN := .venv/bin
# The tests start hundreds of sessions of pytest: with what is compiled once and kept, each takes half the time.
unexport PYTHONDONTWRITEBYTECODE

# uv trusts whom the system trusts, as pip does, and not only whom it brought along.
export UV_SYSTEM_CERTS := 1

.PHONY: setup serve browser test coverage check typing docs package image matrix pictures bench fuzz fuzz-planted described generated clean

setup: .venv/.installed

.venv/.installed: pyproject.toml constraints.txt emulator/interactor_emulator/version.py
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	$(BIN)/python -m compileall -q emulator pytest_plugin fixtures
	touch $@

serve: setup
	$(BIN)/interactor-emulator serve --definitions examples/definitions

# What the tests in a browser and the document's clients need beside Chromium; without it those tests are left out.
browser: setup tests/clients/node_modules/.installed examples/express_app/node_modules/.installed

%/node_modules/.installed: %/package-lock.json
	cd $* && npm ci --no-audit --no-fund --loglevel=error
	touch $@

test: setup
	$(BIN)/python -m pytest -n 2

# The tests, and which lines and branches they took in whatever process; fails under the gate in pyproject.toml.
coverage: setup
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n 2
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy .github/actions/test-workflows/report.py
	cd examples/flask_app && $(CURDIR)/$(BIN)/mypy --strict --cache-dir $(CURDIR)/.mypy_cache .
	cd examples/purchase_app && $(CURDIR)/$(BIN)/mypy --strict --cache-dir $(CURDIR)/.mypy_cache .
	$(BIN)/lint-imports

# The pages as a site, docs/_build/index.html; without a network, and a link or a name that leads nowhere fails it.
docs: setup
	$(BIN)/sphinx-build --fail-on-warning --keep-going --quiet --fresh-env -b html docs docs/_build

# What a user's own type checker makes of the public surface, as a second one than mypy sees it.
typing: setup tests/typing/node_modules/.installed
	tests/typing/node_modules/.bin/pyright --project tests/typing
	$(BIN)/python -m tests.typing.complete

# What differs between Pythons, on each that is here: one of pyenv's too, which need not be the one in use. With
# NEED_PYTHON=1, as in CI, one that is not here is a failure.
MATRIX := 3.11 3.12 3.13 3.14
MATRIX_TESTS ?= tests/engine tests/script/test_engines.py tests/plugin/test_plugin.py tests/test_awaiting.py tests/test_emulator.py \
  tests/test_structure.py tests/test_types.py
matrix: $(addprefix matrix-,$(MATRIX))

matrix-%: setup
	@python=$$(PYENV_VERSION=$$(pyenv versions --bare 2>/dev/null | paste -sd: -) \
	  $(BIN)/uv python find --system --no-python-downloads $* 2>/dev/null) \
	  || { echo "Python $* is not here: nothing was tried with it."; [ -z "$$NEED_PYTHON" ]; exit; }; \
	echo "Python $*: $$($$python --version)"; \
	$(BIN)/uv venv --quiet --clear --python $$python .venv-$* \
	&& $(BIN)/uv pip install --quiet --python .venv-$* --constraints constraints.txt --editable '.[dev]' \
	&& .venv-$*/bin/python -m pytest -q -n 2 $(MATRIX_TESTS)

# The sdist, the wheel that is made of it, what both hold, how the package index will show them, and the wheel installed
# where nothing else is.
package: setup
	rm -rf dist
	$(BIN)/uv build --quiet --build-constraints constraints.txt
	$(BIN)/python -m tests.package.contents dist
	$(BIN)/uv tool run --quiet --constraints constraints.txt --with 'readme_renderer[md]' twine check --strict dist/*
	$(BIN)/python -m tests.package.installed dist

# The pictures of the pages, taken anew; they need Chromium.
pictures: setup
	$(BIN)/python docs/pictures/take.py

# The server as an image, which answers within half a minute and then says that it is healthy; needs a container engine.
DOCKER ?= docker
image:
	$(DOCKER) build --tag interactor-emulator .
	$(DOCKER) run --detach --rm --name interactor-emulator-tried --publish 127.0.0.1:8787:8787 interactor-emulator
	for second in $$(seq 30); do \
	  [ "$$($(DOCKER) inspect --format '{{.State.Health.Status}}' interactor-emulator-tried)" = healthy ] && break; sleep 1; \
	done; curl --fail --silent --show-error http://127.0.0.1:8787/_emulator/health; status=$$?; \
	$(DOCKER) stop interactor-emulator-tried; exit $$status

# The same property tests, for as long as you have: HYPOTHESIS_PROFILE=deep.
fuzz: setup
	HYPOTHESIS_PROFILE=deep $(BIN)/python -m pytest -n 2 -m 'not benchmark' tests

# Which of the planted bugs `fuzz` finds in ten seconds each, about nine minutes in all.
fuzz-planted: setup
	$(BIN)/python -m tests.fuzz.planted

# The server fuzzed from its own OpenAPI document; schemathesis needs an environment of its own.
described: setup .venv-schemathesis/.installed
	$(BIN)/python tests/fuzz/described.py $(BIN)/interactor-emulator $(CURDIR)/.venv-schemathesis/bin/schemathesis

.venv-schemathesis/.installed:
	$(PYTHON) -m venv .venv-schemathesis
	.venv-schemathesis/bin/python -m pip install --quiet --disable-pip-version-check 'schemathesis>=4.32'
	touch $@

# Clients generated from the same document, compiled, and two linters over it; needs environments of their own too.
generated: setup .venv-generated/.installed tests/generated/node_modules/.installed
	$(BIN)/python tests/generated/run.py $(CURDIR)/.venv-generated/bin/python

.venv-generated/.installed:
	$(PYTHON) -m venv .venv-generated
	.venv-generated/bin/python -m pip install --quiet --disable-pip-version-check 'openapi-python-client>=0.29'
	touch $@

bench: .venv/.bench
	$(BIN)/python -m pytest -q -s -p no:randomly -m benchmark tests/benchmarks

.venv/.bench: .venv/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,bench]'
	touch $@

clean:
	rm -rf .venv .venv-* docs/_build tests/*/node_modules examples/*/node_modules tests/generated/.made build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
