# Everything a person does with this repository, by name. `make` alone prints the list.

SHELL := /bin/bash
CONFIGURATION ?= debug
# An import that the package does not declare would build by luck on one machine and fail on the next.
SWIFT_FLAGS := --explicit-target-dependency-import-check error
BIN := .build/$(CONFIGURATION)
PORT ?= 8443
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

BUILD_PACKAGES := ca-certificates libbrotli-dev libqrencode-dev libsqlite3-dev libssl-dev libstdc++-12-dev zlib1g-dev
DEMO_PACKAGES := curl openssl
BENCH_PACKAGES := newsboat
TEST_PACKAGES := chafa curl nginx openssl python3 python3-venv slowhttptest sslscan systemd tmux zbar-tools

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

.PHONY: demo
demo: deps deps-demo build ## the main job on real input: seed, serve over HTTPS, enrol two devices, sync, read (PORT=8443)
	@deploy/demo $(BIN) $(PORT)

.PHONY: run
run: deps deps-demo build ## serve the story of seeds/ukraine-nato on https://localhost:8443 until Ctrl-C (PORT=8443)
	@deploy/demo $(BIN) $(PORT) serve

.PHONY: build
build: deps ## build all libraries and tools (CONFIGURATION=release for the fast ones)
	swift build -c $(CONFIGURATION) $(SWIFT_FLAGS)

.PHONY: test
test: deps deps-test ## all tests
# Three runs after one build: tests with deadlines of their own, and tests that start whole programs, would take the
# two cores of a small machine from each other.
	swift build --build-tests $(SWIFT_FLAGS)
	swift test --skip-build --disable-xctest $(SWIFT_FLAGS) --skip StorylineServerTests --skip StorylineEndToEndTests
	swift test --skip-build --disable-xctest $(SWIFT_FLAGS) --filter StorylineServerTests
	swift test --skip-build --disable-xctest $(SWIFT_FLAGS) --filter StorylineEndToEndTests --no-parallel

.PHONY: check
check: lint deploy-check test contract histories ## exactly what CI runs: lint, deployment files, tests, contract, histories

.PHONY: lint
lint: ## the formatter's rules, strictly
	swift format lint --strict --recursive Sources Tests Package.swift

.PHONY: format
format: ## rewrite the sources by the formatter's rules
	swift format --in-place --recursive Sources Tests Package.swift

.PHONY: deploy-check
deploy-check: deps-test ## the unit file by systemd-analyze, the nginx file by nginx
	@deploy/check

SIMULATOR := .build-release/release/storyline-simulate

.PHONY: contract
contract: deps deps-test build ## 5,000 requests that openapi.yaml allows or forbids, with every check of schemathesis
	.venv/bin/python Tests/Contract/fuzz.py $(BIN)

.PHONY: histories
histories: build ## 2,000 seeded histories of sync, and every rule of it broken once
	$(BIN)/storyline-simulate --seeds 0..2000
	$(BIN)/storyline-simulate --mutants --limit 150

.PHONY: simulate
simulate: simulator ## 20,000 seeded histories of a server and its devices (SEEDS=A..B)
	$(SIMULATOR) --seeds $(or $(SEEDS),0..20000)

.PHONY: mutants
mutants: simulator ## break each rule of the sync protocol and see that a history shows it
	$(SIMULATOR) --mutants

.PHONY: simulator
simulator: deps
	swift build -c release --scratch-path .build-release $(SWIFT_FLAGS) --product storyline-simulate

.PHONY: crash
crash: deps deps-test ## kill -9 the server 500 times and the reader's program 500 times, in the middle of work
	swift build --build-tests $(SWIFT_FLAGS)
	STORYLINE_KILL_ROUNDS=500 swift test --skip-build --disable-xctest $(SWIFT_FLAGS) --filter KillTests --no-parallel

.PHONY: abuse
abuse: deps deps-test build ## attack the server for minutes in a network of its own, while honest readers go on asking
	/usr/bin/python3 Tests/Abuse/abuse.py $(BIN)

FUZZ_TARGETS := cursor token proof body query seed configuration image

.PHONY: fuzz
fuzz: deps ## a million inputs for each reader of what anybody may send, under AddressSanitizer (TARGET=…, RUNS=…)
	STORYLINE_FUZZ=1 swift build -c release --scratch-path .build-fuzz --product storyline-fuzz
	@for target in $(or $(TARGET),$(FUZZ_TARGETS)); do Tests/StorylineFuzzTests/fuzz $$target $(or $(RUNS),1000000) || exit 1; done

.PHONY: bench
bench: deps deps-bench ## figures beside their baselines, in one run (release build; BENCH=memory runs one of them)
	swift build -c release --scratch-path .build-release $(SWIFT_FLAGS)
	.build-release/release/storyline-bench $(BENCH)

.PHONY: man
man: build ## man pages in .build/man, by the argument parser's own tool; man -l .build/man/storyline.1
	swift build --package-path .build/checkouts/swift-argument-parser --scratch-path .build/manual --product generate-manual
	@mkdir -p .build/man
	.build/manual/debug/generate-manual $(BIN)/storyline --multi-page --output-directory .build/man
	.build/manual/debug/generate-manual $(BIN)/storyline-admin --multi-page --output-directory .build/man

.PHONY: deps
deps: ## install what the build needs (Debian packages)
	@$(call install,$(BUILD_PACKAGES))

.PHONY: deps-bench
deps-bench:
	@$(call install,$(BENCH_PACKAGES))

.PHONY: deps-demo
deps-demo:
	@$(call install,$(DEMO_PACKAGES))

.PHONY: deps-test
deps-test: .venv/complete ## install what the tests need (nginx, systemd-analyze, Python checkers in .venv)

.venv/complete: Tests/Contract/requirements.txt
	@$(call install,$(TEST_PACKAGES))
	/usr/bin/python3 -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check --requirement Tests/Contract/requirements.txt
	@touch $@

.PHONY: clean
clean: ## remove what was built and what the demo left
	rm -rf .build .build-fuzz .build-release .venv .demo

# Installs the named Debian packages that are missing. Services that come with them are not started.
define install
missing=$$(for package in $(1); do \
  dpkg-query --show --showformat='$${Status}\n' $$package 2>/dev/null | grep -q 'install ok installed' || echo $$package; done); \
if [ -n "$$missing" ]; then \
  echo "installing" $$missing; \
  $(SUDO) apt-get update -qq && \
  $(SUDO) env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
fi
endef
