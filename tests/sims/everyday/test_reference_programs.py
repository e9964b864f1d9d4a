"""The reference programs of the everyday tasks, carried out: minutes of simulation."""

import pytest

from sims.episode import Stage, play
from sims.everyday.catalogue import DISTURBED, STATIC
from sims.everyday.tasks import TASKS
from sims.sessions import session_source
from sims.suites import BenchConfig


@pytest.mark.slow
@pytest.mark.parametrize("name", [*STATIC, *DISTURBED])
def test_the_reference_program_does_it_whatever_a_person_does_meanwhile(name):
    stage = Stage.lay_out(TASKS[name](), 2)
    with stage.world, session_source(BenchConfig(policy="expert")) as source:
        result = play(stage, source(stage))
    assert result.success, result.message
    assert bool(result.disturbed) is (name in DISTURBED)
