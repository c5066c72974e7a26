# make serve · test · check · bench · faults · load · scan · sbom
# Each target sets up what it needs; the second run is fast.

PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
WORKERS ?= 2
THREADS ?= 32
VENV := .venv
BIN := $(VENV)/bin
RUNTIME_STAMP := $(VENV)/.runtime-$(shell cksum requirements.txt 2>/dev/null | cut -d' ' -f1)
DEVELOPER_STAMP := $(VENV)/.developer-$(shell cat requirements.txt requirements-dev.txt 2>/dev/null | cksum | cut -d' ' -f1)
PYTEST ?= $(BIN)/python -m pytest
TEST_WORKERS ?= 2

export PYTHONUTF8 = 1
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: help serve prepare test test-postgres check bench faults load scan sbom catalogs browser law clean

help:
	@echo "make serve    build everything and serve on http://$(HOST):$(PORT)"
	@echo "make test     run every test"
	@echo "make test-postgres  every test again, with both stores on PostgreSQL"
	@echo "make check    style, types, imports, templates, catalogs, dependency audit"
	@echo "make bench    quality and speed of the search beside other engines"
	@echo "make faults   kills, power cuts, full disks"
	@echo "make load     many users at once"
	@echo "make scan     a scanner of web holes against the running product, four minutes"
	@echo "make sbom     build/sbom.cdx.json: every package that ships, with version, licence and hashes"

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更新 / Python 3.11 or newer is needed"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(RUNTIME_STAMP): $(VENV)/bin/python requirements.txt
	@echo "安装依赖 / installing requirements"
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	@touch $@

$(DEVELOPER_STAMP): $(RUNTIME_STAMP) requirements-dev.txt
	@echo "安装测试工具 / installing tools"
	@$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	@touch $@

catalogs: $(RUNTIME_STAMP)
	@$(BIN)/python -m assistant.cli.catalogs compile

prepare: $(RUNTIME_STAMP) catalogs
	@$(BIN)/flask --app wsgi prepare

serve: prepare
	@echo "http://$(HOST):$(PORT)"
	@exec $(BIN)/gunicorn --config gunicorn.conf.py --bind $(HOST):$(PORT) --workers $(WORKERS) --threads $(THREADS) wsgi:app

browser: $(DEVELOPER_STAMP)
	@$(BIN)/python -m tests.browser_setup

law: $(RUNTIME_STAMP)
	@$(BIN)/flask --app wsgi collection fetch || echo "法律数据包没有取到，要用它的测试会跳过 / the law data could not be fetched: tests that need it will be skipped"

test: $(DEVELOPER_STAMP) catalogs browser law
	@$(PYTEST) -q -m "not slow" -n $(TEST_WORKERS) --dist loadfile --no-loadscope-reorder

test-postgres: $(DEVELOPER_STAMP) catalogs browser law
	@TEST_POSTGRES=1 $(PYTEST) -q -m "not slow" -n $(TEST_WORKERS) --dist loadfile --no-loadscope-reorder

check: $(DEVELOPER_STAMP)
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint assistant/templates --lint --quiet
	$(BIN)/python -m assistant.cli.catalogs check
	$(BIN)/bandit -q -c pyproject.toml -r corpus mediation_rooms assistant wsgi.py
	$(BIN)/python -m tests.dependency_audit

bench: $(DEVELOPER_STAMP) prepare
	$(BIN)/python -m benchmarks.search "sqlite:///$(CURDIR)/instance/collection.sqlite3" $(wildcard corpus/search/data/questions-*.jsonl) $(wildcard $(or $(SHARED_DATA),../shared)/law-questions/dev.jsonl)
	$(BIN)/python -m benchmarks.bai
	$(BIN)/python -m benchmarks.units
	$(BIN)/python -m benchmarks.collection "$(CURDIR)/instance/collection.sqlite3"
	$(BIN)/python -m benchmarks.outreach
	$(BIN)/python -m benchmarks.casework

faults: $(DEVELOPER_STAMP) catalogs
	$(BIN)/python -m tests.faults.report

load: $(DEVELOPER_STAMP) catalogs
	$(PYTEST) -q -s -m slow tests

scan: $(DEVELOPER_STAMP) catalogs
	@test -x .venv-scan/bin/wapiti || { $(PYTHON) -m venv .venv-scan && .venv-scan/bin/pip install --quiet -r requirements-scan.txt; }
	$(PYTEST) -q -s -m slow tests/load/test_scan.py

sbom: $(RUNTIME_STAMP)
	@$(BIN)/python -m tests.bill_of_materials build/sbom.cdx.json

clean:
	rm -rf $(VENV) .venv-scan .mypy_cache .ruff_cache .hypothesis build
