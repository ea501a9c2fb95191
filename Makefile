# The daily commands. `make help` lists them.

.DEFAULT_GOAL := help
SHELL := /bin/bash

.PHONY: help setup run test test-hosts lint format deploy-files bench bench-reading bench-retrieval fuzz clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: ## fetch and verify what a fresh machine needs (once; then it works offline)
	@scripts/setup.sh

run: setup ## build and run everything in one process on http://localhost:8000 (PORT, DATA_DIR)
	@cargo build --release --locked -p cv-matching
	@exec target/release/cv-matching serve --jobs samples/jobs.ndjson

test: ## set up, then run all tests, on embedded parts and on S3, SQS and Redis
	@scripts/test.sh

test-hosts: ## build functions as programs of their own with cargo-lambda, as zips, and check what comes of it (slow)
	@scripts/test-hosts.sh

lint: ## check formatting and lints as CI does
	@cargo fmt --all --check
	@cargo clippy --locked --workspace --all-targets --features functions/programs -- -D warnings

format: ## format the code
	@cargo fmt --all

bench-reading: ## measure reading and parsing, inside and outside the fence (FILES='folder/*.pdf')
	@cargo build --release --locked --workspace --example bench-reading
	@target/release/examples/bench-reading $(or $(FILES),$(filter-out %.json %README.md,$(wildcard samples/cvs/*.*)))

bench-retrieval: setup ## measure retrieval and matching on databases of its own (SIZES='10000 100000 1000000')
	@cargo build --release --locked --workspace --example bench-retrieval
	@target/release/examples/bench-retrieval $(SIZES)

bench: bench-reading bench-retrieval ## run all benchmarks

fuzz: ## feed changed files to every reader and to the parser (SECONDS_EACH=60, TARGETS='pdf docx')
	@scripts/fuzz.sh $(TARGETS)

deploy-files: ## write what follows from the table of functions into the deploy files
	@cargo build --release --locked -p cv-matching
	@target/release/cv-matching functions --json | scripts/write-deploy-files.py

clean: ## delete what was built and the local data (not what set-up fetched)
	@cargo clean
	@rm -rf .local/data .local/test
