"""The session kept ready: taken once, made anew, never in anybody's way."""

import threading
import time

import pytest

from planner.errors import ProgramLimitError
from planner.language.program import Program
from planner.language.sandbox import Sandbox, SandboxConfig
from planner.language.shelf import Shelf


class Session:
    def __init__(self, log):
        self._log = log
        log.append("made")

    def __enter__(self):
        raise AssertionError("entered twice")

    def __exit__(self, *args):
        self._log.append("left")


def settled(log, count):
    """Wait until so many things have happened."""
    end = time.monotonic() + 2.0
    while len(log) < count and time.monotonic() < end:
        time.sleep(0.001)
    return list(log)


def test_a_session_is_made_before_it_is_asked_for_and_again_after():
    log = []
    shelf = Shelf(lambda: Session(log), workers=3)
    shelf.stock()
    assert settled(log, 1) == ["made"]
    with shelf.session():
        log.append("ran")
    assert settled(log, 4) == ["made", "ran", "left", "made"]
    shelf.close()
    assert log[-1] == "left"
    assert log.count("made") == log.count("left")


def test_no_session_is_given_twice():
    log, given = [], []
    shelf = Shelf(lambda: Session(log), workers=8)
    shelf.stock()

    def work():
        for _ in range(20):
            with shelf.session() as session:
                given.append(session)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(timeout=10)
    shelf.close()
    assert len(given) == len({id(each) for each in given}) == 120
    assert log.count("made") == log.count("left")


@pytest.mark.parametrize("workers", [1, 2])
def test_where_workers_are_few_none_waits_on_the_shelf(workers):
    log = []
    shelf = Shelf(lambda: Session(log), workers=workers)
    with shelf.session():
        pass
    settled(log, 2 if workers == 1 else 3)
    assert log.count("made") - log.count("left") <= workers - 1
    shelf.close()


def test_a_session_that_could_not_be_prepared_is_made_when_it_is_needed():
    tries = []

    def prepare():
        tries.append(1)
        if len(tries) == 1:
            raise TimeoutError("no worker")
        return Session([])

    shelf = Shelf(prepare, workers=3)
    shelf.stock()
    with shelf.session() as session:
        assert isinstance(session, Session)
    shelf.close()


def test_an_error_of_a_program_leaves_its_session_and_reaches_the_caller():
    log = []
    shelf = Shelf(lambda: Session(log), workers=3)
    with pytest.raises(ZeroDivisionError), shelf.session():
        raise ZeroDivisionError
    assert log[:2] == ["made", "left"]
    shelf.close()


def test_every_worker_can_run_a_program_at_once(make_world):
    """The session on the shelf keeps none of them busy."""
    with Sandbox(SandboxConfig(workers=3, warm=3, wait_seconds=1.0)) as pool:
        ended = []
        together = threading.Barrier(3)

        def meet(world, call):
            together.wait(timeout=5)

        def work():
            world = make_world(ticks=1, on_step=meet)
            program = Program.from_source("open_gripper()")
            ended.append(pool.run(program, world).subtasks)

        for _ in range(3):
            threads = [threading.Thread(target=work) for _ in range(3)]
            for each in threads:
                each.start()
            for each in threads:
                each.join(timeout=10)
        assert ended == [1] * 9


def test_a_program_more_than_there_are_workers_is_told_to_come_again(make_world):
    with Sandbox(SandboxConfig(workers=1, warm=1, wait_seconds=0.1)) as pool:
        program = Program.from_source("open_gripper()")

        def nested(world, call):
            with pytest.raises(ProgramLimitError, match="no sandbox worker is free"):
                pool.run(program, make_world())

        assert pool.run(program, make_world(ticks=1, on_step=nested)).subtasks == 1
