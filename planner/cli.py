"""What the verbs of the command share, and `serve`.

Progress goes to stderr; with `--json` the last line of stdout is one JSON object.
"""

import asyncio
import json
import logging
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict

import numpy as np
import typer
from rich.logging import RichHandler
from rich.markup import escape

from perception.errors import PerceptionError
from planner.config import VoxfieldConfig, open_pipeline
from planner.errors import PlanningError
from planner.events import (
    Asked,
    Event,
    ProgramWritten,
    SceneSeen,
    SegmentPlanned,
    SubTaskStarted,
    Verdict,
)
from planner.printable import printable
from planner.rpc.client_types import PlannerRpcError
from planner.rpc.config import ServerConfig
from planner.rpc.server import serve as serve_until_told
from planner.terminal import console

OK, FAILED, REFUSED, INTERRUPTED = 0, 1, 2, 130

# Where nothing was tried yet: a sentence that nobody understood, a silent model.
_BEFORE_MOTION = frozenset(("request", "understand"))

EXIT_CODES = (
    "Exit codes: 0 done; 1 tried and not done; 2 refused, with one sentence that "
    "says why; 130 interrupted."
)


def exit_code(stage: str, *, done: bool) -> int:
    """Return the exit code of an episode that ended in a stage of its verdict."""
    if done:
        return OK
    return REFUSED if stage in _BEFORE_MOTION else FAILED


@contextmanager
def sentences(*, as_json: bool = False) -> Generator[None, None, None]:
    """Turn the errors raised on purpose into one sentence and exit code 2.

    Args:
        as_json: Whether it is told as JSON on stdout, too.
    """
    try:
        yield
    except (PlanningError, PerceptionError, PlannerRpcError) as error:
        reason = getattr(error, "reason", "PERCEPTION_FAILED")
        _refuse(str(error), reason, as_json=as_json)
        raise typer.Exit(REFUSED) from error
    except OSError as error:
        what = str(error)
        if error.filename:
            what = f"'{error.filename}': {error.strerror}; choose another path"
        _refuse(what, "SYSTEM", as_json=as_json)
        raise typer.Exit(REFUSED) from error
    except KeyboardInterrupt as error:
        console.print("[red]voxfield: interrupted[/]")
        raise typer.Exit(INTERRUPTED) from error


def _refuse(sentence: str, reason: str, *, as_json: bool) -> None:
    told = f"[red]voxfield: {escape(printable(sentence))}[/]"
    console.print(told, soft_wrap=True)
    if as_json:
        print_json({"success": False, "reason": reason, "message": sentence})


def set_up_logging(*, verbose: bool) -> None:
    """Log warnings, or everything, to stderr."""
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(name)s: %(message)s",
        handlers=[RichHandler(console=console, show_path=False)],
    )


def print_json(facts: Mapping[str, object]) -> None:
    """Print one JSON object on one line of stdout."""
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def serve(config: ServerConfig, settings: VoxfieldConfig, *, as_json: bool) -> None:
    """Serve until SIGTERM or SIGINT."""
    with open_pipeline(settings) as pipeline:
        info = pipeline.info()

        def ready(address: str) -> None:
            console.print(
                f"voxfield {info.version} on [bold]{address}[/] (language "
                f"{info.language}, perception {info.perception}); Ctrl-C stops it"
            )
            if as_json:
                print_json({"address": address, "version": info.version})

        asyncio.run(serve_until_told(pipeline, config, ready))


def plan_facts(instruction: str, events: Sequence[Event]) -> dict[str, object]:
    """Return a plan as JSON: program and its cost, sub-tasks, lengths, verdict."""
    verdict = next(e for e in events if isinstance(e, Verdict))
    programs = [e for e in events if isinstance(e, ProgramWritten)]
    program = programs[-1] if programs else None
    scenes = [e.scene for e in events if isinstance(e, SceneSeen)]
    return {
        "instruction": instruction,
        "success": verdict.success,
        "stage": verdict.stage,
        "reason": verdict.reason,
        "message": verdict.message,
        "objects": list(scenes[0].names) if scenes else [],
        "program": program.source if program else "",
        "backend": program.backend if program else "",
        "cached": program.cached if program else False,
        "usage": asdict(verdict.usage),
        "asked": [e.text for e in events if isinstance(e, Asked)],
        "sub_tasks": [
            _subtask_facts(e, events) for e in events if isinstance(e, SubTaskStarted)
        ],
    }


def _subtask_facts(task: SubTaskStarted, events: Sequence[Event]) -> dict[str, object]:
    segments = [
        e for e in events if isinstance(e, SegmentPlanned) and e.subtask == task.index
    ]
    path = segments[0].path_world if segments else np.zeros((0, 3))
    steps = np.linalg.norm(np.diff(path, axis=0), axis=1)
    goal = [round(float(x), 4) for x in path[-1]] if len(path) else None
    return {
        "line": task.line,
        "movable": task.movable,
        "maps": [summary.kind for summary in task.summaries],
        "goal": goal,
        "path_length": round(float(steps.sum()), 4),
    }
