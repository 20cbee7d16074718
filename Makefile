# The commands of MJP Portfolio; `make` lists them.
PYTHON ?= python3
PORT ?= 8000
# Arguments for the test runner (make test) or the lock compiler (make lock ARGS=--upgrade).
ARGS ?=
# How many tests run side by side.
WORKERS ?= auto

BOOTSTRAP = $(PYTHON) -m mjp.bootstrap
VENV = .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup demo test smoke bench check messages lock format clean

help: ## List these commands
	@echo "make COMMAND [PORT=8000] [MJP_DATA_DIR=var] [DATABASE_URL=postgres://…] [ARGS=…]"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

setup: ## Install everything for development
	@$(BOOTSTRAP) dev

demo: ## Install what is needed and serve the programme with demo people on PORT
	@$(BOOTSTRAP) app --check-port "$(PORT)"
	@$(VENV)/python manage.py demo --port "$(PORT)"

test: ## Run the tests, those in a browser too (on PostgreSQL: DATABASE_URL=postgres://…)
	@$(BOOTSTRAP) dev
	@$(BOOTSTRAP) qpdf
	@$(BOOTSTRAP) redis
	@browser=$$($(BOOTSTRAP) browser) && office=$$($(BOOTSTRAP) office) && \
	MJP_CHROMIUM="$$browser" MJP_SOFFICE="$$office" $(VENV)/pytest -n $(WORKERS) --maxprocesses 8 $(ARGS)

smoke: ## Run the services of docker-compose.yml by their commands, and make a report from end to end
	@$(BOOTSTRAP) dev
	@$(BOOTSTRAP) redis
	@url=$$($(BOOTSTRAP) postgres) && $(VENV)/python -m tests.smoke "$$url"; result=$$?; $(BOOTSTRAP) postgres --stop; exit $$result

bench: ## Measure against bare ways to do the same, and print the ratios (some minutes)
	@$(BOOTSTRAP) dev
	@for module in benchmarks/[!_]*.py; do \
		echo "== $$module" && $(VENV)/python -m "benchmarks.$$(basename "$$module" .py)" $(ARGS) || exit 1; \
	done

check: ## Check format, types, templates, imports, migrations, deployment and translations
	@$(BOOTSTRAP) dev
	@$(BOOTSTRAP) gettext
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/mypy .
	$(VENV)/djlint templates --check --quiet
	$(VENV)/djlint templates --lint --quiet
	$(VENV)/lint-imports
	$(VENV)/python manage.py makemigrations --check --dry-run
	@echo "manage.py check --deploy, under production settings"
	@MJP_ENV=production MJP_ALLOWED_HOSTS=mjp.example.org MJP_SITE_URL=https://mjp.example.org MJP_SMTP_HOST=mail.example.org DATABASE_URL=postgres://mjp@127.0.0.1:5432/mjp MJP_BROKER_URL=redis://127.0.0.1:6379/0 \
	MJP_SECRET_KEY="$$($(VENV)/python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
	$(VENV)/python manage.py check --deploy --fail-level WARNING
	$(VENV)/python manage.py check_translations

messages: ## Collect the messages to translate
	@$(BOOTSTRAP) dev
	@$(BOOTSTRAP) gettext
	$(VENV)/python manage.py makemessages

lock: ## Recompile the lock files (ARGS=--upgrade for the newest versions)
	@$(BOOTSTRAP) lock $(ARGS)

format: ## Format Python and templates
	@$(BOOTSTRAP) dev
	$(VENV)/ruff check --fix .
	$(VENV)/ruff format .
	-$(VENV)/djlint templates --reformat --quiet

clean: ## Remove what set-up made (never var/, where your content is)
	rm -rf .venv .tools node_modules static/dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find mjp/locale -name '*.mo' -delete 2>/dev/null || true
