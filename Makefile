# The commands of the portal. The README gives the plain ones beside each.
PYTHON ?= python3
PORT ?= 8000
STAGE ?=
BIN = .venv/bin
DEV = .venv/dev-stamp
RUN = .venv/run-stamp

.PHONY: run test check bench lock messages

run: $(RUN)
	@DEMONSTRATION=on PUBLIC_BASE_URL=http://127.0.0.1:$(PORT) $(BIN)/python manage.py prepare_demonstration $(if $(STAGE),--stage=$(STAGE) --afresh)
	@DEMONSTRATION=on PUBLIC_BASE_URL=http://127.0.0.1:$(PORT) exec $(BIN)/gunicorn socportal.wsgi --bind 127.0.0.1:$(PORT) --workers 1 --threads 4 --log-level warning

test: $(DEV)
	$(BIN)/python -m tests.everything

check: $(DEV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djade --check --target-version 5.2 $$(git ls-files 'templates/*.html')
	$(BIN)/lint-imports
	$(BIN)/python -m tests.checks

bench: $(DEV)
	$(BIN)/python -m tests.bench

$(RUN): requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(DEV): requirements-dev.txt requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ $(RUN)

# For maintainers: needs uv and gettext.
lock:
	uv pip compile pyproject.toml --generate-hashes --universal --python-version 3.11 --no-header --quiet -o requirements.txt
	uv pip compile pyproject.toml --extra dev --generate-hashes --universal --python-version 3.11 --no-header --quiet -c requirements.txt -o requirements-dev.txt

messages: $(DEV)
	SECRET_KEY=$$(printf 'x%.0s' $$(seq 60)) $(BIN)/python manage.py makemessages -l nl --no-location --no-wrap -i .venv -i var
	SECRET_KEY=$$(printf 'x%.0s' $$(seq 60)) $(BIN)/python manage.py compilemessages -l nl -i .venv
