"""The wheel holds everything that runs, and runs from an empty folder."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("perception", "planner", "sims")
NOT_SHIPPED = {"__pycache__"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in PACKAGES:
        ignore = shutil.ignore_patterns(*NOT_SHIPPED)
        shutil.copytree(ROOT / name, source / name, ignore=ignore)
    command = "-m pip wheel -q --no-deps --no-build-isolation -w dist ."
    subprocess.run([sys.executable, *command.split()], cwd=source, check=True)
    return next((source / "dist").glob("*.whl"))


def test_the_wheel_holds_every_file_of_the_packages(wheel):
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    wanted = {
        path.relative_to(ROOT).as_posix()
        for name in PACKAGES
        for path in (ROOT / name).rglob("*")
        if path.is_file() and not NOT_SHIPPED & set(path.parts)
    }
    assert "planner/language/data/prelude/maps.py" in held
    assert wanted - held == set()


def test_a_server_s_parts_load_from_the_wheel_alone(wheel, tmp_path):
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    program = (
        f"import sys; sys.path.insert(0, {str(installed)!r})\n"
        "import planner\n"
        f"assert planner.__file__.startswith({str(installed)!r}), planner.__file__\n"
        "from planner.language.library import load_library\n"
        "from planner.config import open_pipeline\n"
        "load_library()\n"
        "with open_pipeline() as pipeline: print(pipeline.info().language)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "embedded", done.stderr
