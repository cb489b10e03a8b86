# Everything a person or CI does with this project. Each target sets up what it needs.
PY := .venv/bin/python
# A module is compiled when it is first imported; most of what the libraries bring never is.
PIP := $(PY) -m pip install -q --disable-pip-version-check --no-compile
HM := .venv/bin/hallmonitor
# Where this is set, each process that a test starts compiles every module anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup dev demo demo-desk test test-one test-servers test-slow test-hostile test-faults live bench lint lock clean

help:        ## what there is
	@grep -E '^[a-z-]+: .*##|^[a-z-]+:.*  ##' $(MAKEFILE_LIST) | sed 's/:.*## */  /' | sort

.venv/bin/python:
	python3 -m venv .venv

.venv/runtime: requirements.lock pyproject.toml | .venv/bin/python
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: requirements-dev.lock .venv/runtime
	$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

setup: .venv/runtime  ## .venv with hallmonitor in it

dev: .venv/dev  ## the same with the tools that tests need

demo: setup  ## simulate a district, run it through the real stack, serve the dashboard
	$(HM) demo

demo-desk: setup  ## the demo, and with it a records request produced, a purge certified, an incident with letters
	$(HM) demo --desk

test: dev    ## lint, types, and the tests that are done in minutes; both at once, for mypy keeps one core only
	@$(MAKE) --no-print-directory -j2 lint units

.PHONY: units
units: dev
	$(PY) -m pytest -q -n auto --dist loadfile

test-one: dev  ## one detection's cases, parameters and words: make test-one DETECTION=shared_account
	$(PY) -m pytest -q tests/streams/test_detections.py tests/streams/test_parameters.py -k "$(DETECTION)"

lint: dev  ## ruff, mypy, import contracts
	.venv/bin/ruff check -q .
	.venv/bin/ruff format -q --check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-cache

test-servers: dev  ## what is stored, asked, decided and shown, on a real Kafka and a real ClickHouse
	$(PY) -m pytest -q -n auto --dist loadfile -m "servers and not slow and not faults and not hostile"

test-slow: dev  ## the slower suites: browser, several brokers, seeds
	$(PY) -m pytest -q -n auto --dist loadfile -m slow

.PHONY: test-large
test-large: setup  ## 10,000 people for 30 days: precision and recall of each detection (or SEED=, PEOPLE=, DAYS=)
	@at=$$(mktemp -d) && trap "rm -rf $$at" EXIT && \
	$(HM) simulate $$at/district --seed $${SEED:-7} --people $${PEOPLE:-10000} --days $${DAYS:-30} --requests 4 && \
	$(HM) check $$at/district

test-hostile: dev  ## input that attacks, with a clock
	$(PY) -m pytest -q -n auto -m hostile tests/producers/test_hostile_clock.py tests/trust

test-faults: dev  ## kill -9 under load, and what is in ClickHouse afterwards
	$(PY) -m pytest -q -m faults

.PHONY: test-faults-long
test-faults-long: dev  ## a night of random kills in decisions, purges and productions (HALLMONITOR_FAULTS_KILLS=1000)
	HALLMONITOR_FAULTS_KILLS=$${HALLMONITOR_FAULTS_KILLS:-1000} $(PY) -m pytest -q -m faults tests/faults/test_faults_desk.py

live: dev  ## a tiny real school: squid, openvpn, dhcpd, dnsmasq, e2guardian, freeradius, strongswan, sshd (root, Debian)
	$(PY) -m infra.live

bench: dev  ## ratios against stated baselines, side by side
	$(PY) -m bench

lock:  ## pin anew what pyproject.toml asks for
	.venv/bin/uv pip compile --universal --python-version 3.11 -q --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml -o requirements.lock
	.venv/bin/uv pip compile --universal --python-version 3.11 -q --generate-hashes --no-emit-index-url --no-annotate --no-header --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean:  ## remove what was made here
	rm -rf .venv .hallmonitor .mypy_cache .ruff_cache .pytest_cache
