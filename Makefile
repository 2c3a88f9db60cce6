# Every recipe makes what it needs first. PORT, HUB_DATA and PYTHON are honoured: make run PORT=9000 HUB_DATA=~/hub
PYTHON ?= python3
export PORT HUB_DATA

ENVIRONMENT = $(PYTHON) deploy/environment.py
BIN = .venv/bin
SETTINGS_OF_PRODUCTION = HUB_DATA=var/check DEBUG=off SITE_URL=https://hub.example.org EMAIL_URL=smtp://127.0.0.1:25 \
	DATABASE_URL=postgres://hub@127.0.0.1/hub REDIS_URL=redis://127.0.0.1 DEFAULT_FROM_EMAIL=hub@hub.example.org \
	SECRET_KEY=a-secret-of-fifty-letters-that-only-this-check-knows-of TRUSTED_PROXIES=127.0.0.1 \
	LINK_KEY=another-secret-that-only-this-check-knows-of ADDRESS_KEY=a-third-secret-that-only-this-check-knows-of
ifeq ($(strip $(PORT)),)
unexport PORT
endif
ifeq ($(strip $(HUB_DATA)),)
unexport HUB_DATA
endif

.DEFAULT_GOAL := help
.PHONY: help run up editor load dump backup restore archive bench faults test race chaos fuzz check format requirements content-test content-verify \
	content-tools

help: ## Show these lines
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Run the hub on this machine: web server and worker; Ctrl-C ends both
	@$(ENVIRONMENT) base
	@exec $(BIN)/python manage.py serve

up: ## Run web server, workers and beat of deploy/Procfile against DATABASE_URL, REDIS_URL, EMAIL_URL
	@$(ENVIRONMENT) base
	@$(BIN)/python manage.py serve --prepare-only
	@exec $(BIN)/python manage.py up

editor: ## Set a new password for the account "editor", and print it once
	@$(ENVIRONMENT) base
	@$(BIN)/python manage.py editor

load: ## Load content/ into the database
	@$(ENVIRONMENT) base
	@$(BIN)/python manage.py load_content

dump: ## Write what the database publishes back to content/
	@$(ENVIRONMENT) base
	@$(BIN)/python manage.py dump_content

backup: ## Write database, uploads and keys to FILE (hub-backup.tar.gz)
	@$(ENVIRONMENT) base
	@$(BIN)/python manage.py backup "$(or $(FILE),hub-backup.tar.gz)"

restore: ## Replace everything by the backup FILE; FORCE=--force where data is there already
	@$(ENVIRONMENT) base
	@$(BIN)/python manage.py restore "$(or $(FILE),hub-backup.tar.gz)" $(FORCE)

archive: ## Fill the archive with N synthetic entries, to measure on; N=--clear removes them
	@$(ENVIRONMENT) base
	@$(BIN)/python manage.py make_archive $(or $(N),3500)

bench: ## Measure pages against a bare Django view, on 3,500 and on 350,000 entries
	@$(ENVIRONMENT) dev
	@$(BIN)/python -m benchmarks.pages

faults: ## Stop and freeze Redis, restart PostgreSQL under a running hub; a table of what readers notice
	@$(ENVIRONMENT) dev
	@$(BIN)/python -m benchmarks.faults

test: ## Run all tests that this machine can run, and say what it can't
	@$(ENVIRONMENT) dev
	@$(BIN)/python -m deploy.run_tests

chaos: ## Kill workers, lose the broker, drop connections while mail goes out, and count; ARGS="--mails 500 --kills 3"
	@$(ENVIRONMENT) dev
	@$(BIN)/python -m tests.mail.chaos $(ARGS)

race: ## Run the races of review N times (50) on each database, and print winners, refusals, revisions
	@$(ENVIRONMENT) dev
	RACE_ROUNDS=$(or $(N),50) $(BIN)/python -m pytest tests/contributions/test_races.py -q
	RACE_ROUNDS=$(or $(N),50) DATABASE_URL=$${TEST_DATABASE_URL:-postgres://postgres@127.0.0.1:5432/postgres} \
		$(BIN)/python -m pytest tests/contributions/test_races.py -q

fuzz: ## Send the API and the forms every strange value, and N (60) cases of each operation and mode
	@$(ENVIRONMENT) dev
	FUZZ_EXAMPLES=$(or $(N),60) $(BIN)/python -m pytest tests/api/test_fuzz.py -q

content-test: content-tools ## Run the code of content/ in an environment of its own
	@$(BIN)/python -m tests.content.runner --python .venv-content/bin/python

content-verify: content-tools ## The same, and write into each file what ran its code, and today's date
	@$(BIN)/python -m tests.content.runner --python .venv-content/bin/python --write

content-tools:
	@$(ENVIRONMENT) dev
	@$(ENVIRONMENT) content --into .venv-content
	@cmp -s requirements/node/package-lock.json .venv-content/package-lock.json || ! command -v npm >/dev/null || \
		{ cp requirements/node/*.json .venv-content/ && npm ci --prefix .venv-content --ignore-scripts --no-audit --no-fund; } || \
		{ rm -f .venv-content/package-lock.json; echo "npm could not install TypeScript: its blocks are not executed."; }

check: ## Format, lint, types, imports, templates, migrations, deployment settings
	@$(ENVIRONMENT) dev
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	git ls-files -z -- '*.html' | xargs -0 -r $(BIN)/djade --check --target-version 5.2
	HUB_DATA=var/check $(BIN)/python -m deploy.lint_templates
	HUB_DATA=var/check $(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	HUB_DATA=var/check $(BIN)/python manage.py makemigrations --check --dry-run
	$(SETTINGS_OF_PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING

format: ## Format Python and templates, and mend what the linter can
	@$(ENVIRONMENT) dev
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format --quiet .
	git ls-files -z -- '*.html' | xargs -0 -r $(BIN)/djade --target-version 5.2

requirements: ## Pin the newest versions that requirements/*.in allow
	@$(ENVIRONMENT) dev
	@for name in base uv dev content; do \
		echo "requirements/$$name.txt"; \
		(cd requirements && env -u PIP_FIND_LINKS ../$(BIN)/uv pip compile $$name.in -o $$name.txt --upgrade --quiet \
			--generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links \
			--custom-compile-command "make requirements") || exit 1; \
	done
	@echo requirements/node; npm update --prefix requirements/node --package-lock-only --omit-lockfile-registry-resolved --silent
