"""The messages a language model gets: the API, how to write, nearest examples."""

import re

from planner.language.api import API
from planner.language.backend import Message

QUERY = "# Query: "
OBJECTS = "objects = "

_RULES = """\
You write short Python programs that move a robot hand over a table. You answer \
with one program and nothing else.

The world is a grid of voxels seen by a person who faces the robot: x grows to the \
front, y to the right, z up. front +x, back -x, right +y, left -y, top +z. Maps are \
fields over this grid. Positions are voxels; lengths in functions are centimetres, \
turn them into voxels with cm2index.

You can call:
{api}

An object has name, colour, shape, position (voxel), world_position (metres), aabb \
([[min x, y, z], [max x, y, z]], voxels), normal, axis (along its longer side), \
size_cm, occupancy_map, and grasp_quat, the orientation of a hand that grips it from \
above.

How to write:
- A map that must follow moving objects is a function that calls detect, builds the \
map and returns it; give execute the function. What must stay fixed while moving, \
such as where the hand started, is computed before.
- execute blocks until its goal is reached and raises an error if it cannot be. The \
hand avoids what it sees by itself; avoidance maps are for more than that.
- The gripper map's value is applied after arrival: 1 opens, 0 closes.
- `np` is available; imports are optional. Vectors support + - * / and slicing.
- Fill regions with set_voxel_by_radius or slices, at most 200 writes a map. Compare \
vectors with np.allclose; test for emptiness with len(v) == 0.
- No yield, class inheritance, del, files, time or scipy; raise ValueError instead of \
your own exceptions."""


def write_messages(
    instruction: str,
    object_names: tuple[str, ...],
    samples: tuple[tuple[str, str], ...],
) -> tuple[Message, ...]:
    """Return the conversation that asks for a program.

    Args:
        instruction: What was said.
        object_names: What is seen.
        samples: Instructions with their programs, the most alike last.
    """
    api = "\n".join(f"- {each.head}: {each.meaning}" for each in API)
    messages = [Message("system", _RULES.format(api=api))]
    for sample, program in samples:
        messages.append(Message("user", QUERY + sample))
        messages.append(Message("assistant", f"```python\n{program}```"))
    messages.append(
        Message("user", f"{OBJECTS}{list(object_names)}\n{QUERY}{instruction}")
    )
    return tuple(messages)


def repair_messages(
    messages: tuple[Message, ...], answer: str, problems: tuple[str, ...]
) -> tuple[Message, ...]:
    """Return the conversation that asks to mend a program."""
    listed = "\n".join(f"- {each}" for each in problems)
    request = (
        f"The program is not valid:\n{listed}\n"
        "Answer with the whole corrected program and nothing else."
    )
    return (*messages, Message("assistant", answer), Message("user", request))


def asked(messages: tuple[Message, ...]) -> str:
    """Return the instruction that a conversation is about."""
    lines = [
        line
        for message in messages
        if message.role == "user"
        for line in message.content.splitlines()
        if line.startswith(QUERY)
    ]
    return lines[-1].removeprefix(QUERY) if lines else ""


def code_of(answer: str) -> str:
    """Return the program in an answer, out of its fence if there is one."""
    fenced = re.search(r"```(?:python|py)?[ \t]*\n(.*?)```", answer, re.DOTALL)
    code = fenced[1] if fenced else answer
    return code.strip("\n") + "\n"
