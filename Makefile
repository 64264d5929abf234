# The front door. `make run` and `make test` are the whole set-up on a fresh machine.
# V=1 shows what the tools say.
SHELL := /bin/bash
.DEFAULT_GOAL := help

MVN := mvn -B -Dstyle.color=never $(if $(V),,-q)
STAMP := target/.built
ARCHIVE := collector/target/nodeflame.jsa
SOURCES := $(shell find native-bpf/src/main native-bpf/Makefile discovery/src/main symbolizer/src/main \
  collector/src/main pom.xml */pom.xml -type f 2>/dev/null)
DIST ?= dist/nodeflame
IMAGE ?= nodeflame:dev
KERNEL_REQUIRED := $(if $(filter 0,$(shell id -u)),$(if $(CI),true,false),false)

help: ## Show the targets
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

deps: ## Install what the build needs (apt, as root; else print the command)
	@deploy/scripts/install-packages build

test-deps: deps
	@deploy/scripts/install-packages test

build: $(ARCHIVE) ## Build everything into collector/target

$(ARCHIVE): $(STAMP) bin/nodeflame deploy/scripts/archive-classes
	@deploy/scripts/archive-classes && touch $@

$(STAMP): $(SOURCES)
	@deploy/scripts/install-packages build
	$(MVN) -Dquick -DskipTests package
	@mkdir -p $(@D) && touch $@

run: build ## Profile this host: flame graph on http://127.0.0.1:4041
	bin/nodeflame run --config deploy/local/nodeflame.yaml

test: test-deps ## All tests; as root with kernel tests
	PATH="$$(deploy/scripts/node-for-tests):$$PATH" mvn -B -Dstyle.color=never verify -Dnodeflame.kernel.required=$(KERNEL_REQUIRED)
	@mkdir -p $(dir $(STAMP)) && touch $(STAMP)

check: test-deps ## Format, lint and test: what CI runs
	$(MVN) spotless:check
	$(MAKE) test

nightly: test-deps ## All tests, with all Java loads and modes; takes longer
	PATH="$$(deploy/scripts/node-for-tests):$$PATH" mvn -B -Dstyle.color=never verify -Dnodeflame.kernel.required=$(KERNEL_REQUIRED) \
	  -Dnodeflame.test.java.all=true

kernel-test: test-deps ## Only the tests that load BPF; they must run
	mvn -B -Dstyle.color=never verify -Dnodeflame.kernel.required=true -Dgroups=kernel -Dsurefire.failIfNoSpecifiedTests=false

format: ## Format the sources
	$(MVN) spotless:apply

bench: build test-deps ## Measure cost beside perf record
	deploy/scripts/bench

dist: $(STAMP) ## One directory with everything that runs: dist/nodeflame
	deploy/scripts/dist $(DIST)

image: ## Build the container image nodeflame:dev with Docker
	docker build $(DOCKER_FLAGS) --build-arg REVISION=$(shell git rev-parse HEAD 2>/dev/null || echo unknown) \
	  -t $(IMAGE) .

IMAGE_SCRIPTS := $(addprefix deploy/scripts/,image-root image-archive linked-libraries)

dist/nodeflame.tar: $(STAMP) Dockerfile deploy/jvm.options deploy/scripts/dist deploy/scripts/image-tar $(IMAGE_SCRIPTS)
	deploy/scripts/dist dist/nodeflame
	deploy/scripts/image-tar $@

dist/demo.tar: $(wildcard deploy/demo/*) deploy/scripts/demo-image $(IMAGE_SCRIPTS)
	deploy/scripts/demo-image $@

e2e-images: dist/nodeflame.tar dist/demo.tar ## Build what `make e2e` installs, without Docker
	deploy/scripts/cluster-tools

e2e: e2e-images ## Install on the cluster of KUBECONFIG and test; E2E_LOAD_IMAGE gives it images
	PATH="$$(deploy/scripts/cluster-tools):$$PATH" mvn -B -Dstyle.color=never $(MVN_FLAGS) -Dquick -pl collector -am test-compile surefire:test \
	  -Dtest='*IT' -Dsurefire.failIfNoSpecifiedTests=false -Dnodeflame.kernel.required=$(KERNEL_REQUIRED)

clean: ## Remove everything that was built
	rm -rf target */target dist

.PHONY: help deps test-deps build run test check nightly kernel-test format bench dist image e2e-images e2e clean
