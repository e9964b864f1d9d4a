# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3.11
BIN := .venv/bin
INSTRUCTION ?= put the red block in the blue bowl
PROTOS := $(wildcard protos/planner/rpc/v1/*.proto)
SOURCES := planner perception sims tests
export OMP_NUM_THREADS ?= 1

.PHONY: demo test coverage test-slow check format stubs bench clean

demo: .venv/installed
	$(BIN)/voxfield demo "$(INSTRUCTION)"

# A file's tests in one process: what they share is made once.
test: .venv/installed
	$(BIN)/pytest -n 2 --dist loadfile

# The same tests, a third slower.
coverage: .venv/installed
	$(BIN)/pytest -n 2 --dist loadfile --cov --cov-report=term:skip-covered

# Minutes of simulated furniture; not part of `make test`.
test-slow: .venv/installed
	$(BIN)/pytest -n 2 -m slow

check: .venv/installed
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports
	rm -rf build/stubs && mkdir -p build/stubs
	$(BIN)/python -m grpc_tools.protoc -I protos --python_out=build/stubs \
	  --pyi_out=build/stubs --grpc_python_out=build/stubs $(PROTOS)
	for f in build/stubs/planner/rpc/v1/*; do \
	  diff "$$f" "planner/rpc/v1/$$(basename $$f)" || exit 1; done

format: .venv/installed
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)

stubs: .venv/installed
	$(BIN)/python -m grpc_tools.protoc -I protos --python_out=. --pyi_out=. \
	  --grpc_python_out=. $(PROTOS)

bench: .venv/installed
	$(BIN)/voxfield bench --suite smoke --episodes 20 --json

# The lock pins every package; the stamp makes the second call start at once.
.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	  -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	  --no-deps --editable .
	touch $@

clean:
	rm -rf .venv build dist out *.egg-info
