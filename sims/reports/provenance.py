"""What made the episodes of a run: versions, revision, machine, flow."""

import os
import platform
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, cast

# What the numbers of a run depend on.
DISTRIBUTIONS = (
    "voxfield",
    "numpy",
    "scipy",
    "scikit-image",
    "edt",
    "pin",
    "dijkstra3d",
    "pydantic-monty",
    "grpcio",
    "protobuf",
    "pybullet",
    "gymnasium",
    "torch",
    "transformers",
    "llguidance",
    "openai",
)
# Of this package, and as old as it.
A_FILE = Path(__file__).parents[1] / "__init__.py"
GIT_SECONDS = 10.0  # that git is given to answer


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made episodes.

    Attributes:
        versions: Of the package and what it runs on, by name.
        revision: Of the checkout; empty outside one.
        dirty: Whether files of the checkout differ from the revision.
        machine: Operating system, processor and how many cores.
        server: What the server says of itself; empty if none was asked.
        flow: Settings of writer, sandbox and pipeline, by name; empty if a server
            has them.
    """

    versions: Mapping[str, str]
    revision: str = ""
    dirty: bool = False
    machine: str = ""
    server: Mapping[str, str] = field(default_factory=dict[str, str])
    flow: Mapping[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> "Provenance":
        """Return what was kept as JSON."""
        return cls(
            versions=dict(facts.get("versions", {})),
            revision=str(facts.get("revision", "")),
            dirty=bool(facts.get("dirty", False)),
            machine=str(facts.get("machine", "")),
            server=dict(facts.get("server", {})),
            flow=dict(facts.get("flow", {})),
        )


def provenance(
    server: Mapping[str, str] | None = None, flow: Mapping[str, object] | None = None
) -> Provenance:
    """Return what makes episodes here and now.

    Args:
        server: What the server says of itself.
        flow: Settings of the flow, nested.
    """
    revision, dirty = checkout_of(A_FILE)
    return Provenance(
        versions=versions(),
        revision=revision,
        dirty=dirty,
        machine=f"{platform.platform()}, {os.cpu_count()} cores",
        server=dict(server or {}),
        flow=dict(_flat(flow or {})),
    )


def versions() -> dict[str, str]:
    """Return the versions of Python, of this package and of what it computes with."""
    found = {"python": platform.python_version()}
    for name in DISTRIBUTIONS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue  # of an extra that is not installed
    return found


def checkout_of(path: Path) -> tuple[str, bool]:
    """Return the git revision of the checkout a file belongs to, and if it is dirty.

    An empty revision where git does not know the file: an installed package may lie
    within a checkout of something else.
    """
    folder = path.parent
    if _git(folder, "ls-files", "--error-unmatch", path.name) is None:
        return "", False
    revision = _git(folder, "rev-parse", "HEAD")
    changes = _git(folder, "status", "--porcelain")
    return (revision or "").strip(), bool((changes or "").strip())


def _git(folder: Path, *arguments: str) -> str | None:
    """Return what git answers; None where it cannot."""
    try:
        done = subprocess.run(
            ["git", "--no-optional-locks", *arguments],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=GIT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def _flat(facts: Mapping[str, object], before: str = "") -> dict[str, str]:
    """Return nested settings as one level, `motion.max_speed`, each in words."""
    flat: dict[str, str] = {}
    for name, value in facts.items():
        if isinstance(value, dict):
            inner = cast("dict[str, object]", value)
            flat |= _flat(inner, f"{before}{name}.")
        elif type(value).__str__ is object.__str__ and type(value).__repr__ is (
            object.__repr__
        ):  # it would tell its address
            flat[before + name] = type(value).__name__
        else:
            flat[before + name] = "" if value is None else str(value)
    return flat
