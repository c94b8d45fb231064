# Everything a person types. Each target prepares what it needs; `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready-$(shell cat requirements-dev.lock pyproject.toml | cksum | cut -d' ' -f1)
RELEASE = $(shell awk -F'`' '/^\| `/{last=$$2} END{print last}' docs/releases.md)
BESIDE = -n $(shell cores=$$(nproc 2>/dev/null || echo 2); echo $$(( cores < 4 ? cores + 1 : 4 ))) --no-loadscope-reorder --durations 20 --durations-min 8
NO := 0 n N no No NO f F false False FALSE off Off OFF
comma := ,

.PHONY: help setup run demo check test lint browser screenshots bench faults carried fuzz audit sbom fmt schemas lock

help: ## list the targets
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## install the locked dependencies into .venv (needs python3 with venv, nothing else)

$(READY): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11, 2))' || { echo 'Cần Python 3.11.2 trở lên; hãy cài rồi chạy lại. / Python 3.11.2 or newer is needed; install it and run this again.'; exit 1; }
	@test -x $(BIN)/pip || { rm -rf $(VENV) && $(PYTHON) -m venv $(VENV); } || { echo 'Không tạo được $(VENV); hãy cài gói python3-venv rồi chạy lại. / $(VENV) could not be made; install python3-venv and run this again.'; exit 1; }
	@echo 'Đang cài các gói phụ thuộc (một lần) / installing dependencies (once) ...'
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock \
	&& $(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . \
	|| { echo 'Chưa cài được các gói phụ thuộc; hãy kiểm tra mạng rồi chạy lại. / The dependencies could not be installed; check the network and run this again.'; exit 1; }
	@rm -f $(VENV)/.ready-*; touch $@

run: $(READY) ## start the whole platform here; Ctrl-C stops it
	@$(BIN)/thidua run

demo: $(READY) ## the review S003, then the special drive S001, each from its letter to its last report, held against the paper (KEEP=1 leaves the platform running)
	@$(BIN)/thidua demo $(if $(filter-out $(NO),$(KEEP)),--keep)

check: lint ## format, lint, types, import rules, tests that need no server
	@$(BIN)/pytest $(BESIDE) -m 'not server'

test: lint browser ## check, and every test that needs Kafka and PostgreSQL (it brings its own) or a browser
	@$(BIN)/pytest $(BESIDE)

lint: $(READY)
	@$(BIN)/ruff format --check . && $(BIN)/ruff check --quiet .
	@$(BIN)/lint-imports --no-cache > $(VENV)/imports.txt & imports=$$!; $(BIN)/mypy; types=$$?; \
	wait $$imports || { cat $(VENV)/imports.txt; exit 1; }; exit $$types

browser:
	@command -v chromium > /dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null && apt-get update -qq && apt-get install -y -qq chromium > /dev/null; } \
	|| { echo 'Thiếu Chromium; hãy cài gói chromium rồi chạy lại. / Chromium is missing; install the package chromium, then run this again.'; exit 1; }

screenshots: $(READY) browser ## pictures of the portal's pages into docs/pictures (TO=FOLDER elsewhere)
	@mkdir -p $(or $(TO),.thidua-pictures) && PICTURES=$(or $(TO),.thidua-pictures) $(BIN)/pytest tests/portal/browser
	@test -n "$(TO)" || { mkdir -p docs/pictures && for each in inbox-1440-light registration-refused-1440-light dashboard-1440-light nomination-complete-390-dark; do \
	cp .thidua-pictures/$$each.png docs/pictures/; done; }

bench: $(READY) ## figures of the performance table (ROWS=A1,C1 some of them; AGAINST=FOLDER in turns with another checkout)
	@$(BIN)/python -m bench $(subst $(comma), ,$(ROWS)) $(if $(AGAINST),--against $(AGAINST))

faults: $(READY) ## kills and pauses under load, ledger checked (SEEDS=20 KILLS=40 PAUSES=24 goes on; FRESH=1; SCENES=1 or SCENE=name)
	@$(BIN)/python -m tests.faults $(if $(SCENE),--scene $(SCENE)) $(if $(filter-out $(NO),$(SCENES)),--scene all) \
	$(if $(SEEDS),--seeds $(SEEDS)) $(if $(KILLS),--kills $(KILLS)) $(if $(PAUSES),--pauses $(PAUSES)) \
	$(if $(PROVINCES),--provinces $(PROVINCES)) $(if $(SEED),--seed $(SEED)) $(if $(filter-out $(NO),$(FRESH)),--fresh)

carried: $(READY) ## a data folder made by an earlier release (FROM=a55c8f3) goes on with this code (SNAPSHOT=1 keeps it for make test)
	@$(BIN)/python -m tests.carried $(or $(FROM),$(RELEASE)) $(if $(filter-out $(NO),$(SNAPSHOT)),--snapshot)

fuzz: $(READY) ## each API asked whatever its OpenAPI document allows (CASES=100 for each operation, SEED= to do it again)
	@CASES=$(or $(CASES),100) SEED=$(SEED) $(BIN)/pytest tests/whole/test_openapi.py

audit: $(READY) ## ask an advisory source (OSV; SOURCE=URL another one) about every package; 2: it did not answer
	@$(BIN)/python -m deploy.supply.audit $(if $(SOURCE),--source $(SOURCE))

sbom: $(READY) ## the bill of materials, CycloneDX in JSON (TO=FILE, else .thidua-sbom.json)
	@$(BIN)/python -m deploy.supply.sbom $(or $(TO),.thidua-sbom.json)

fmt: $(READY) ## format and fix what can be fixed
	@$(BIN)/ruff format --quiet . && $(BIN)/ruff check --fix .

schemas: $(READY) ## write contracts/schemas and the written tables of docs/ anew
	@$(BIN)/python -m contracts.schema && $(BIN)/python -m services.permissions && $(BIN)/python -m services.refusals \
	&& $(BIN)/python -m services.read_models && $(BIN)/python -m services.campaigns.pack_schema && $(BIN)/python -m tests.requirements

lock: ## resolve the dependencies anew into the two lock files (needs uv)
	@uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 pyproject.toml -o requirements.lock
	@uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --extra local --group dev pyproject.toml -o requirements-dev.lock
