"""The verb `doctor`: says what is wrong with a camera set-up, and the remedy."""

from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from perception.doctor.reading import Reading, load_reading
from perception.frames import Pose
from planner.cli import FAILED, OK, print_json, sentences, set_up_logging
from planner.doctor import check_up, facts_of, remedies_of, table_of
from planner.execution.arm import Command
from planner.motion.arm_model import ArmModel
from planner.terminal import console
from sims.extras import require
from sims.options import Json, Seed, Verbose

DOCTOR_CODES = (
    "Exit codes: 0 all that was measured is right; 1 something is wrong; 2 refused, "
    "with one sentence that says why; 130 interrupted."
)

_INSTRUCTION = "put the red block in the blue bowl"
# Where all three cameras see the hand, pointing down.
IN_VIEW = Pose(np.array([0.45, 0.1, 0.25]), np.array([0.0, 1.0, 0.0, 0.0]))
_THERE = 3.0  # [s] to get there


def doctor(
    *,
    observation: Annotated[
        Path | None,
        typer.Option(help="A saved observation, with the hand in view of the cameras."),
    ] = None,
    sim: Annotated[
        bool, typer.Option("--sim", help="The simulated rig; so it is without a file.")
    ] = False,
    seed: Seed = 0,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Check cameras: units, poses, table, hand, clocks; nothing real moves."""
    set_up_logging(verbose=verbose)
    if sim and observation is not None:
        raise typer.BadParameter("choose one of --sim and --observation")
    with sentences(as_json=as_json):
        reading = load_reading(observation) if observation else _simulated(seed)
        examination = check_up(reading, ArmModel.panda())
    console.print(table_of(examination))
    for line in remedies_of([*examination.wrong, *examination.unknown]):
        console.print(line)
    wrong = len(examination.wrong)
    if wrong:
        console.print(f"[red]{wrong} of {len(examination.findings)} are wrong[/]")
    else:
        console.print("[green]nothing that was measured is wrong[/]")
    if as_json:
        source = str(observation) if observation else "simulation"
        print_json({"source": source} | facts_of(examination))
    raise typer.Exit(FAILED if wrong else OK)


def _simulated(seed: int) -> Reading:
    """Return what the simulator's cameras show of some things and the hand."""
    require("sim")
    from sims.episode import Stage
    from sims.tasks import task_for

    stage = Stage.lay_out(task_for(_INSTRUCTION), seed)
    with stage.world:
        stage.arm.send(Command(IN_VIEW, gripper_width=0.08, duration=_THERE))
        return Reading.of(stage.arm.observe())
