# The door to the book. `make help` says what is behind it; dodo.py holds the steps.

PYTHON ?= python3
PORT ?= 8000
CHAPTER ?= 01_cohort
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
# A package whose file is another one than that of the hash is refused, as is one without a hash.
HASHED := $(PIP) --require-hashes -r
# Wheels alone: to build a package runs code that it brings, with tools that have no hash.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --only-binary :all: --emit-build-options --group build pyproject.toml
# Each file has one worker, so that what its tests share is built once. Compiled files are kept,
# whatever the environment says: else each worker and each process of a test compiles them anew.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 2 --dist loadfile

# As it was typed: neither make nor the shell reads what is in the name of a folder.
export OWN_DATA := $(value DATA)
unexport DATA

.DEFAULT_GOAL := help
.PHONY: help book pdf epub zip pairs checksums twin pool serve lab test-unit test test-all lint format lock clean

help:  ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 18
	@echo "  make book DATA=folder   the private edition of your own data (see data/README.md)"
	@echo "  make book BROWSER=0     without the Python that runs chapters in the reader's browser"
	@echo "  make book R=1           with R for chapter 5, from the npm package webr (needs npm)"
	@echo "  make PYTHON=python3.12 book   with another Python (3.11 to 3.13) than python3"

book: $(VENV)/installed  ## Build the book: build/html/index.html
	@$(BIN)/python -m doit book $${OWN_DATA:+"data=$$OWN_DATA"}

pdf: $(VENV)/installed-test  ## The whole book as build/rescat-companion.pdf (needs Chromium)
	@$(BIN)/python -m doit pdf $${OWN_DATA:+"data=$$OWN_DATA"}

epub: $(VENV)/installed  ## The whole book as build/rescat-companion.epub
	@$(BIN)/python -m doit epub $${OWN_DATA:+"data=$$OWN_DATA"}

zip: $(VENV)/installed  ## Make one file of the whole book, with its SHA-256: build/*.zip
	@$(BIN)/python -m doit zip $${OWN_DATA:+"data=$$OWN_DATA"}

pairs: $(VENV)/installed  ## Derive each notebooks/*.ipynb from its .py
	@$(BIN)/python -m rescat.book.build derive

checksums: $(VENV)/installed  ## Write the checksums of the tables anew, after a change in data/
	@$(BIN)/python -m rescat.book.build checksums

twin: $(VENV)/installed  ## Make the synthetic twin anew in data/synthetic
	@$(BIN)/python -m rescat.book.build twin
	@$(BIN)/python -m rescat.book.build checksums

pool: $(VENV)/installed  ## Make the synthetic pool anew: data/synthetic/pool.csv
	@$(BIN)/python -m rescat.book.build pool
	@$(BIN)/python -m rescat.book.build checksums

serve: book  ## Show the book at http://127.0.0.1:8000 (make serve PORT=8080)
	@echo "Open http://127.0.0.1:$(PORT) (stop with Ctrl-C)"
	@$(BIN)/python -m http.server --bind 127.0.0.1 --directory build/html $(PORT)

lab: book $(VENV)/installed-lab  ## Open a chapter in JupyterLab (make lab CHAPTER=05_random_slopes)
	@$(BIN)/python -m rescat.book.build lab $(CHAPTER)

test-unit: $(VENV)/installed-test  ## Run the fast tests (seconds)
	$(PYTEST) --dist worksteal -m "not slow and not book and not browser and not r and not tier2"

test: $(VENV)/installed-test  ## Run every test but the long ones (minutes)
	$(PYTEST) -m "not tier2"

test-all: $(VENV)/installed-test  ## Run every test, the long ones too
	$(PYTEST)

lint: $(VENV)/installed-test  ## Check style, without changing a file
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .

format: $(VENV)/installed-test  ## Mend the style
	$(BIN)/python -m ruff check --fix .
	$(BIN)/python -m ruff format .

lock: $(VENV)/installed-test  ## Pin the versions and hashes anew, after a change in pyproject.toml
	$(LOCK) --extra book -o requirements.txt
	$(LOCK) -c requirements.txt -o requirements-core.txt
	$(LOCK) -c requirements.txt --extra test -o requirements-test.txt
	$(LOCK) -c requirements.txt --extra lab -o requirements-lab.txt

clean:  ## Remove what was made: build, .venv, caches (never your data or the notebooks)
	rm -rf build $(VENV) .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps come last: an installation that was killed has none and is repeated from the start.
$(VENV)/installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
	    "The book needs Python 3.11 or newer, and $(PYTHON) is %d.%d. If you have another one: " \
	    "make PYTHON=python3.12 book" % sys.version_info[:2])'
	@test -e $@ || $(PYTHON) -m venv --clear $(VENV)
	@echo "Installing the pinned packages into $(VENV) (the first time, about a minute) ..."
	@$(HASHED) requirements.txt
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/installed-test: $(VENV)/installed requirements-test.txt
	@echo "Installing what the tests need into $(VENV) ..."
	@$(HASHED) requirements-test.txt
	@touch $@

$(VENV)/installed-lab: $(VENV)/installed requirements-lab.txt
	@echo "Installing JupyterLab into $(VENV) ..."
	@$(HASHED) requirements-lab.txt
	@touch $@
