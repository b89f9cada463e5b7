# The commands of this project. `make run` and `make test` are all a newcomer needs.
# PORT, AIJRI_DATA and the other variables of docs/guides/running.md may be given: make run PORT=8001

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --no-input --no-cache-dir install --quiet --require-hashes
UV ?= uv
LOCK = $(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-strip-extras --no-header \
	--python-version 3.11 --exclude-newer $$($(PY) -c "import datetime as d; print(d.date.today() - d.timedelta(7))")

.PHONY: run test check bench fuzz lock install install-dev
.DEFAULT_GOAL := run

run: install
	@exec $(PY) -m aijri_site.embedded

test: install-dev
	@exec $(PY) -m pytest -n 2 --dist loadgroup $(PYTEST_ARGS)

bench: install-dev
	@exec $(PY) -m bench $(BENCH)

# Looks for texts that the reader of documents fails on: make fuzz SECONDS=600
fuzz: install-dev
	@exec $(PY) -m tests.fuzz.parser --seconds $(or $(SECONDS),600)

check: install-dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m djlint templates --check
	$(PY) -m djlint templates --lint
	env DEBUG=1 $(PY) manage.py messages --check
	env DEBUG=1 $(PY) -m mypy
	$(VENV)/bin/lint-imports
	$(PY) -m tests.sizes
	env DEBUG=1 $(PY) manage.py draw_states --check
	$(PY) -m deptry .
	$(PY) -m aijri_site.embedded.throwaway env DEBUG=1 $(PY) manage.py makemigrations --check --dry-run
	@echo "$(PY) manage.py check --deploy"
	@env DEBUG=0 DEMO=0 ALLOWED_HOSTS=example.org SITE_URL=https://example.org EMAIL_URL=smtp://localhost \
		DATABASE_URL=postgresql://aijri@localhost/aijri REDIS_URL=redis://localhost/0 \
		SECRET_KEY="$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(50))')" \
		$(PY) manage.py check --deploy --fail-level WARNING

# Both locks hold names, versions and hashes, nothing younger than a week.
lock: install
	@command -v $(UV) >/dev/null || { echo "make lock needs uv; install it, or name it: make lock UV=path" >&2; exit 1; }
	$(LOCK) pyproject.toml -o requirements.lock
	$(LOCK) --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock

# A lock that was installed is kept beside what it installed: only another content installs again.
install: $(VENV)/bin/python
	@cmp -s requirements.lock $(VENV)/requirements.lock || { \
		echo "Installing what requirements.lock names."; \
		$(PIP) -r requirements.lock && cp requirements.lock $(VENV)/requirements.lock; }

install-dev: $(VENV)/bin/python
	@cmp -s requirements-dev.lock $(VENV)/requirements-dev.lock || { \
		echo "Installing what requirements-dev.lock names."; \
		$(PIP) -r requirements-dev.lock && cp requirements-dev.lock $(VENV)/requirements-dev.lock; }

# Each Python is tried in turn: the first may lack the module that makes virtual environments.
$(VENV)/bin/python:
	@rm -rf $(VENV)
	@for python in python3 python3.13 python3.12 python3.11; do \
		$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		$$python -m venv $(VENV) && exit 0; \
		rm -rf $(VENV); \
	done; \
	echo "Python 3.11 or newer with its venv module is needed, as python3, python3.13, python3.12 or python3.11." >&2; \
	exit 1
