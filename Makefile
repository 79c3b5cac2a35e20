# The two commands of the README. Each installs the Debian packages that are missing, builds and runs.
PACKAGES := libcurl4-openssl-dev libyaml-dev pkg-config

.PHONY: demo test build lint packages

demo: build
	@.build/debug/flotilla demo

test: packages
	swift build --build-tests
	swift test --skip-build --disable-xctest

# The integration suite on clusters of yours (FLOTILLA_TEST_KUBECONFIGS), else on two real API servers.
.PHONY: integration
integration: packages
	swift build --build-tests
	.ci/real-clusters

build: packages
	swift build --product flotilla

lint:
	swift format lint --strict --parallel --recursive Sources Tests Benchmarks/Sources Benchmarks/Tests Benchmarks/Package.swift Package.swift

packages:
	@.ci/packages $(PACKAGES)

# Figures against kubectl on real clusters; Benchmarks/README.md says which.
.PHONY: bench
bench: packages
	swift build -c release --product flotilla
	swift run -c release --package-path Benchmarks bench
