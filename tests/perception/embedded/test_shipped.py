"""The shipped model: it knows what it was taught, and says no to what is not there."""

import pytest
from raycast import ball, block, bowl, cylinder, observe

from perception.backends.embedded.grounder import EmbeddedGrounder
from perception.backends.embedded.model import shipped
from perception.grounder import Found, NotFound

SOLIDS = (
    block("red", 0.45, 0.1),
    bowl("blue", 0.6, -0.2),
    ball("green", 0.5, 0.3),
    cylinder("yellow", 0.4, -0.3, height=0.1),
)


@pytest.fixture(scope="module")
def grounder():
    return EmbeddedGrounder.load()


@pytest.fixture(scope="module")
def cameras():
    return observe(SOLIDS).cameras


def test_what_ships_is_small():
    assert sum(each.stat().st_size for each in shipped().iterdir()) < 25_000_000


@pytest.mark.parametrize(
    ("phrase", "solid"),
    [
        ("the red cube", SOLIDS[0]),
        ("blue bowl", SOLIDS[1]),
        ("green sphere", SOLIDS[2]),
        ("yellow cylinder", SOLIDS[3]),
        ("the thing nearest to the bowl", SOLIDS[3]),
    ],
)
def test_it_finds_things_by_what_people_call_them(phrase, solid, grounder, cameras):
    found = grounder.ground(cameras, [phrase])[0]
    assert isinstance(found, Found), str(found)
    assert abs(found.instances[0].position[:2] - solid.centre[:2]).max() < 0.01


@pytest.mark.parametrize("phrase", ["purple banana", "red bowl", "tractor", "the mug"])
def test_it_abstains_from_what_is_not_there(phrase, grounder, cameras):
    found = grounder.ground(cameras, [phrase])[0]
    assert isinstance(found, NotFound)
    assert found.nearest
