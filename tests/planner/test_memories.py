import pytest

from planner.errors import InvalidRequestError
from planner.memories import LONGEST_ID, Memories


class Clock:
    time = 0.0

    def __call__(self):
        return self.time


@pytest.fixture
def clock():
    return Clock()


def test_a_name_finds_its_own_memory_again(clock):
    memories = Memories(8, 100.0, clock)
    memories.of("ann").remember("hand", "left")
    memories.of("bob").remember("hand", "right")
    assert memories.of("ann").recall("hand") == "left"


def test_without_a_name_nothing_is_kept(clock):
    memories = Memories(8, 100.0, clock)
    memories.of("").remember("hand", "left")
    assert memories.of("").recall("hand") is None


def test_the_one_not_used_for_longest_is_forgotten_when_there_are_too_many(clock):
    memories = Memories(2, 100.0, clock)
    for name in ("ann", "bob"):
        memories.of(name).remember("name", name)
    memories.of("ann")
    memories.of("eve")
    assert memories.of("ann").recall("name") == "ann"
    assert memories.of("bob").recall("name") is None


def test_a_memory_that_nobody_used_grows_old_and_one_in_use_does_not(clock):
    memories = Memories(8, 100.0, clock)
    memories.of("ann").remember("name", "ann")
    memories.of("bob").remember("name", "bob")
    clock.time = 90.0
    memories.of("ann")
    clock.time = 150.0
    assert memories.of("ann").recall("name") == "ann"
    assert memories.of("bob").recall("name") is None


def test_a_name_without_end_is_refused(clock):
    with pytest.raises(InvalidRequestError, match="characters"):
        Memories(8, 100.0, clock).of("x" * (LONGEST_ID + 1))
