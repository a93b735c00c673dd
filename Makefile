# Thin names. Python 3.11+ is all that must be there: manage.py makes .venv and starts PostgreSQL and Valkey itself.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo dev test lint bench promises doctor openapi clean

demo:
	@$(PYTHON) manage.py demo $(ARGS)

dev:
	@$(PYTHON) tools/setup.py requirements-dev.txt
	@$(BIN)/python manage.py demo --reload $(ARGS)

test:
	@$(PYTHON) tools/setup.py requirements-dev.txt --browser
	@$(BIN)/python -m pytest $(ARGS)

lint:
	@$(PYTHON) tools/setup.py requirements-dev.txt
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy .
	@$(BIN)/lint-imports
	@$(BIN)/djlint --lint templates --quiet
	@$(BIN)/python manage.py check --fail-level WARNING
	@$(BIN)/python manage.py makemigrations --check --dry-run
	@$(BIN)/python manage.py openapi --check

openapi:
	@$(PYTHON) manage.py openapi

bench:
	@$(PYTHON) tools/setup.py requirements-dev.txt requirements-bench.txt
	@$(BIN)/python -m tests.bench $(ARGS)

promises:
	@$(PYTHON) tools/promises.py

doctor:
	@$(PYTHON) manage.py doctor

clean:
	@rm -rf .local .mypy_cache .ruff_cache .pytest_cache .hypothesis
