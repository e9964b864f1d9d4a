import numpy as np

from sims.clutter import NAME, ContactLog, add_clutter
from sims.parts import Block, Cylinder
from sims.tasks import TASKS
from sims.tasks.layout import standing
from sims.tasks.named import named_in
from sims.world import World


def test_clutter_stands_clear_of_the_task_and_is_seeded():
    for name, task in TASKS.items():
        layouts = []
        for _ in range(2):
            with World(0) as world:
                task().reset(world, np.random.default_rng(3))
                mine = set(world.names) - {"table"}
                count = add_clutter(world, np.random.default_rng(5), 4)
                places = {n: world.pose(n).position for n in world.names}
                layouts.append({n: tuple(p) for n, p in places.items()})
                clutter = [places[n] for n in places if n.startswith(NAME)]
                assert len(clutter) == count
                gaps = [
                    np.linalg.norm(places[other][:2] - p[:2])
                    for p in clutter
                    for other in mine
                ]
                assert min(gaps, default=1.0) > 0.1, name
        assert layouts[0] == layouts[1]


def test_what_the_arm_touches_is_noted_and_what_it_need_not_touch_told():
    with World(0) as world:
        hand = world.panda.T_world_ee.position
        world.add("red block", Block("red"), standing(np.array([0.5, 0.2])))
        log = ContactLog(world)
        world.step(0.1)
        assert log.touched == ()
        tall = Cylinder("gray", radius=0.05, height=float(hand[2]) + 0.03)
        world.add("clutter 1", tall, standing(hand[:2]))
        world.step(0.1)
        assert log.touched == ("clutter 1",)
    assert named_in("Push the red block", ("clutter 1", "red block")) == ("red block",)
    assert named_in("open the drawer", ("cabinet",)) == ("cabinet",)
    assert named_in("close the top drawer", ("cabinet-c", "table")) == ("cabinet-c",)
