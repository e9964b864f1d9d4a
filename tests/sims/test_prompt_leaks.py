"""What a language model is shown is never what it is tested with."""

import re

import numpy as np
import pytest

from planner.language.kinds import PARTS
from planner.language.prompt import hierarchy_samples, write_messages
from planner.language.writing import nearest_examples
from sims.blocks.templates import ENTRIES
from sims.registry import make_task
from sims.suites import SUITES
from sims.tasks import block_in_bowl, open_drawer, push_block, push_button
from sims.tasks import reach_avoiding as reach

FORMS = (
    *block_in_bowl.TEMPLATES,
    *open_drawer.TEMPLATES,
    *push_button.TEMPLATES,
    *reach.TEMPLATES,
    *push_block.BY,
    push_block.ONTO,
)

OPENING = SUITES["voxposer-articulated"]  # three words each; anybody says them
LAID = [
    name
    for name in {name: None for entries in SUITES.values() for name in entries}
    if name not in (*ENTRIES, *OPENING)
]


def plain(text):
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))


@pytest.fixture(scope="module")
def shown():
    """Everything any prompt may hold, as plain words."""
    samples = nearest_examples("go home", 10_000)
    assert len(samples) > 20
    texts = [
        message.content
        for kind in ("whole", "planner", *PARTS)
        for message in write_messages(kind, "", (), samples)
    ]
    texts += [
        f"{query}\n{program}"
        for kind in ("planner", *PARTS)
        for query, program in hierarchy_samples(kind)
    ]
    return plain("\n".join(texts))


def test_no_instruction_of_the_block_benchmark_is_shown(shown):
    instructions = {wish.text for each in ENTRIES.values() for wish in each.wishes()}
    assert len(instructions) > 4000
    assert not [each for each in instructions if plain(each) in shown]


@pytest.mark.parametrize("form", FORMS)
def test_nothing_shown_has_the_form_of_a_task(form, shown):
    words = re.sub(r"\{(\w+)\}", "SLOT", form).replace(",", "")
    pattern = plain(words).replace("slot", r"[a-z0-9]+( the)?( [a-z]+)?")
    assert re.search(rf"\b{pattern}\b", shown) is None


@pytest.mark.parametrize("name", LAID)
def test_no_instruction_of_a_task_is_shown(name, shown, world):
    for seed in range(4):
        task = make_task(name)
        task.reset(world, np.random.default_rng(seed))
        assert not re.search(rf"\b{plain(task.instruction)}\b", shown)
