# make run    set up and start the site; Ctrl-C stops it
# make test   the same set-up, then every check
# make lint, make types, make bench
# A second call repeats only the steps whose inputs changed.

PYTHON := $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
FRONT_END := $(shell find static/src -type f) static/build.mjs
MESSAGES := $(wildcard locale/*/LC_MESSAGES/*.po)

.PHONY: run test lint types bench set-up set-up-test

run: set-up
	@exec $(BIN)/python -m techpack_site.local

# Everything is checked even when an early check fails; pytest's summary comes last.
test: set-up-test
	@failed=; \
	for check in lint types test-js test-python test-detector; do \
		echo "== $$check"; $(MAKE) --no-print-directory $$check || failed="$$failed $$check"; \
	done; \
	if [ -n "$$failed" ]; then echo "failed:$$failed"; exit 1; fi

.PHONY: test-js test-python test-detector
test-js: set-up-test
	$(BIN)/python -m techpack_site.local.npm test

test-python: set-up-test
	$(BIN)/python -m pytest

# The parts detector's training and networks on torch need torchvision, which stays out of .venv.
test-detector: .venv-detector/installed
	.venv-detector/bin/python -m pytest tests/ml/training/test_parts_network.py tests/ml/test_cuda.py

lint: set-up-test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports

types: set-up-test
	$(BIN)/mypy

bench: set-up-test
	@for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python "$$script" || exit 1; done

set-up: .venv/installed-run staticfiles/staticfiles.json messages

set-up-test: set-up .venv/installed-test

.venv/bin/python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "Python 3.11 or newer is needed. Here python3 says: `python3 --version 2>&1`" >&2; exit 1; fi
	$(PYTHON) -m venv .venv

.venv/installed-run: .venv/bin/python pyproject.toml constraints.txt
	$(PIP) -e .
	@touch $@

.venv/installed-test: .venv/installed-run
	$(PIP) -e ".[dev,training]"
	@touch $@

# ultralytics asks for the OpenCV with windows, which needs the libraries of a desktop; the other does as well.
DETECTOR_PIP := .venv-detector/bin/python -m pip --quiet --disable-pip-version-check
.venv-detector/installed: pyproject.toml constraints.txt .venv/installed-run
	$(PYTHON) -m venv .venv-detector
	$(DETECTOR_PIP) install -c constraints.txt -e ".[dev,training,detector,gpu]"
	$(DETECTOR_PIP) uninstall --yes opencv-python
	$(DETECTOR_PIP) install -c constraints.txt --no-deps --force-reinstall opencv-python-headless
	@touch $@

# npm writes this file itself at the end of an install.
node_modules/.package-lock.json: package.json package-lock.json | .venv/installed-run
	$(BIN)/python -m techpack_site.local.npm ci --ignore-scripts
	@touch $@

static/dist/app.js: node_modules/.package-lock.json $(FRONT_END)
	$(BIN)/python -m techpack_site.local.npm run build
	@touch $@

staticfiles/staticfiles.json: static/dist/app.js .venv/installed-run
	$(BIN)/python manage.py collectstatic --clear --no-input --verbosity 0 --ignore "*.ttf"
	@touch $@

.PHONY: messages
messages: $(MESSAGES:.po=.mo)

%.mo: %.po .venv/installed-run
	$(BIN)/python -m techpack_site.local.messages
	@touch $@
