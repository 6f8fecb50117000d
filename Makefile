# patrold. `make` alone lists the targets.
.PHONY: help setup run test fuzz check format demo-year bench clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: ## install the system packages that are missing
	@scripts/setup

run: setup ## build and run on simulated devices; Ctrl-C stops
	swift build -c release --product patrold
	@scripts/run

test: ## run every test, foreign clients included
	@scripts/setup tests
	@scripts/test

fuzz: ## a million mutated inputs for each parser
	@scripts/setup tests
	swift build --build-tests -c release -Xswiftc -enable-testing
	PATROLD_FUZZ=$${PATROLD_FUZZ:-1000000} swift test --skip-build -c release --filter FuzzTests

check: setup ## format, lengths, import walls, unit, documents; no build
	@scripts/check

format: ## rewrite the sources in the project's format
	swift format --in-place --parallel --recursive Sources Tests Package.swift

demo-year: setup ## feed a compressed year and write the annual report to out/
	swift build -c release --product patrold
	@scripts/demo-year

bench: setup ## measure; prints the figures of the README's Speed table
	@scripts/bench

clean: ## remove what was built and written
	rm -rf .build out run
