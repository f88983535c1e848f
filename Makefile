# Names for what we do often. `make` lists them.
.DEFAULT_GOAL := help
.PHONY: help demo test embedded check fix lock shots
PORT ?= 8000

help: ## list these
	@awk 'BEGIN {FS = ":.*## "} \
		/^##/ {printf "\n%s\n", substr($$0, 4)} \
		/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

## See it
demo: ## the whole portal with its demo people; PORT=8000
	./run demo --port $(PORT)

## Prove it
test: ## every test; T="-k withdraw tests/applicants" for some
	./run test $(T)

embedded: ## the tests on SQLite and files, as the demo runs
	EMBEDDED=1 ./run test $(T)

check: ## all that must hold before a change is good, as in CI
	./.ci/run

## Keep it tidy
fix: ## format and mend what a tool can mend
	./run install
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	find templates -name '*.html' -print0 | xargs -0 .venv/bin/djade --target-version 5.2

lock: ## pin the packages of pyproject.toml anew
	./run lock

shots: ## take the pictures in docs/ anew
	./run install
	.venv/bin/python -m tools.shots
