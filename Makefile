# The two commands of the README. Each installs the Debian packages that are missing, builds and runs.
PACKAGES := libcurl4-openssl-dev libyaml-dev pkg-config

.PHONY: demo test build lint packages

demo: build
	@.build/debug/flotilla demo

# Suites that keep the processor busy run by themselves: beside them, servers of other tests would answer too late.
HEAVY := HostileApplication|HostileInput|LargeApplication|KubectlReading|KubectlWriting|YAMLSuite|CorporaTests|KindRoundTrip

# So many tests at a time: with all at once, each gets so little of the processor that servers answer too late.
test: export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH ?= 6
# Both runs are made even when the first one fails; REPORTS names a directory for their results as XML.
test: packages
	swift build --build-tests
	@failed=0; \
	swift test --skip-build --disable-xctest --skip '$(HEAVY)' $(REPORTS:%=--xunit-output %/most.xml) || failed=1; \
	swift test --skip-build --disable-xctest --filter '$(HEAVY)' $(REPORTS:%=--xunit-output %/heavy.xml) || failed=1; \
	exit $$failed

# The integration suite on clusters of yours (FLOTILLA_TEST_KUBECONFIGS), else on two real API servers.
.PHONY: integration
integration: packages
	swift build --build-tests
	.ci/real-clusters

# Whole rollouts of an application on three real API servers; .ci/acceptance says what is looked at.
.PHONY: acceptance
acceptance: build
	.ci/acceptance .build/debug/flotilla

# The plugin and a piped in Python: deployments on three real API servers; a long run on embedded clusters with faults
# (SECONDS, SEED); figures of the binary to ship. .ci/plugin says what is looked at.
.PHONY: plugin-acceptance plugin-soak plugin-bench
plugin-acceptance: build
	.ci/plugin --only acceptance .build/debug/flotilla

plugin-soak: build
	.ci/plugin --only soak --seconds '$(or $(SECONDS),60)' $(SEED:%=--seed %) .build/debug/flotilla

plugin-bench: release
	.ci/plugin --only bench .build-release/release/flotilla

build: packages
	swift build --product flotilla

# Makes Sources/PipedAPI from the .proto files of Protos; Protos/check looks whether that was forgotten.
.PHONY: proto
proto: packages
	@.ci/packages protobuf-compiler
	Protos/generate Sources/PipedAPI

lint:
	swift format lint --strict --parallel --recursive Sources Tests Benchmarks/Sources Benchmarks/Tests Benchmarks/Package.swift Fuzzing/Sources Fuzzing/Package.swift Protos/Sources Protos/Package.swift Package.swift

packages:
	@.ci/packages $(PACKAGES)

# The binary to ship: it needs no Swift on the machine that runs it, and glibc 2.36 or newer. Nothing looks up its symbols, so
# none are kept; packed relocations and folded code make it start sooner and use 5 MiB less memory.
LINKER := --no-export-dynamic --strip-all --icf=safe -z pack-relative-relocs
RELEASE := -c release --scratch-path .build-release --static-swift-stdlib -Xswiftc -use-ld=lld $(LINKER:%=-Xlinker %)

.PHONY: release
release: packages
	swift build $(RELEASE) --product flotilla

# Figures against kubectl on real clusters; Benchmarks/README.md says which.
.PHONY: bench
bench: release
	swift run -c release --package-path Benchmarks bench $(BENCH)

# Inputs that libFuzzer makes up, SECONDS for each target, JOBS targets at a time; TARGET runs one alone. Fuzzing/README.md
# says what is checked. Fails when there is a finding.
.PHONY: fuzz
fuzz: packages
	@JOBS='$(or $(JOBS),1)' Fuzzing/run '$(or $(SECONDS),10)' $(TARGET)

# The client's tests under ThreadSanitizer and AddressSanitizer; the first build of each takes minutes. What the test
# runner itself never frees is no leak of ours.
.PHONY: test-sanitizers
test-sanitizers: export ASAN_OPTIONS = detect_leaks=0
test-sanitizers: export TSAN_OPTIONS = suppressions=$(CURDIR)/.ci/tsan-suppressions
test-sanitizers: packages
	for sanitizer in thread address; do \
	    swift build --build-tests --sanitize=$$sanitizer --scratch-path .build-$$sanitizer && \
	    swift test --skip-build --disable-xctest --sanitize=$$sanitizer --scratch-path .build-$$sanitizer \
	        --filter '^KubernetesAPITests' || exit 1; \
	done
