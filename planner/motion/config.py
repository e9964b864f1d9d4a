"""Settings of the planner, with units."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class MotionConfig:
    """How motion is planned.

    Attributes:
        mode: `default`, or for comparison: `reference`, the path of the published
            planner, which may be stuck and collide; `straight`, straight lines to
            the goal, from above where it is far to the side, whatever is in the way
            and whatever the maps say of avoiding and speed.
        cell: Edge of a cell of the lattice that decides, [m].
        coarse_cell: Edge of a cell of the lattice that is searched first, [m].
        margin: Distance every part of the hand keeps from everything, [m].
        comfort: Distance below which closeness costs, [m].
        closeness_weight: Cost of touching, in path lengths a cell.
        avoidance_weight: Cost of an avoidance value just below 1, likewise.
        approach: Length of the straight last leg to a goal at an object, [m].
        floor: Height the fingertips keep over the table, [m].
        max_speed: Where the velocity map says 1, [m/s].
        speed_limit: Whatever the velocity map says, [m/s].
        max_acceleration: [m/s^2].
        max_jerk: [m/s^3].
        max_turn_rate: Of the hand, [rad/s].
        dt: Spacing of waypoints, [s].
        goal_jump: A goal that moved by less than this may only have trembled, [m].
        goal_blend: Share of the new goal then.
        goal_tolerance: Distance at which a goal counts as reached, [m].
        turn_tolerance: Angle at which an orientation counts as reached, [rad].
        exact_tolerance: The same as `goal_tolerance` for a goal that was given in
            metres, as long as the arm still comes nearer to it, [m].
        exact_turn: The same as `turn_tolerance` there, [rad].
        horizon: Length of the motion sent at a time, [s].
        contact_reach: Distance from a goal inside an object at which that object may
            stop the hand, [m].
        contact_wait: How long the hand must have stood still for that, [s].
        patience: How long the hand may come no nearer before it counts as
            stopped, [s].
        slip: Distance between where the arm is and where it was sent beyond which
            it is led back to where it is before it goes on, [m].
        snap: Distance before the goal within which a change of the gripper waits
            for arrival, [m]; three voxels in VoxPoser.
    """

    mode: Literal["default", "reference", "straight"] = "default"
    cell: float = 0.0125
    coarse_cell: float = 0.03
    margin: float = 0.004
    comfort: float = 0.04
    closeness_weight: float = 4.0
    avoidance_weight: float = 8.0
    approach: float = 0.10
    floor: float = 0.008
    max_speed: float = 0.25
    speed_limit: float = 0.5
    max_acceleration: float = 1.0
    max_jerk: float = 10.0
    max_turn_rate: float = 1.5
    dt: float = 0.02
    goal_jump: float = 0.025
    goal_blend: float = 0.3
    goal_tolerance: float = 0.008
    turn_tolerance: float = 0.05
    exact_tolerance: float = 0.001
    exact_turn: float = 0.01
    horizon: float = 1.0
    contact_reach: float = 0.025
    contact_wait: float = 0.5
    patience: float = 3.0
    slip: float = 0.05
    snap: float = 0.03
