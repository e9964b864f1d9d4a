"""Nothing a program does reads, writes, connects, or outlives its limit."""

import socket
import threading
import time

import pytest

from planner.errors import PlanningError, ProgramFailedError
from planner.language.program import Program
from tests.planner.language.attacks import ESCAPES, FLOODS, FORGED, ODD
from tests.planner.language.fine_programs import GO

SECRET = "the code of the safe is 4711"
LONGEST = 2.0  # [s] on a busy machine; the limits themselves are tenths


@pytest.fixture
def prey(tmp_path, monkeypatch):
    """A secret file, one that must not come to be, and someone who listens."""
    (tmp_path / "secret").write_text(SECRET, encoding="utf-8")
    monkeypatch.setenv("VOXFIELD_SECRET", SECRET)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.0)
        yield tmp_path, listener


def attempt(source, sandbox, world):
    """Run a program; return all that came out of it and how it ended."""
    start = time.perf_counter()
    printed, failure = "", None
    try:
        printed = sandbox.run(Program.from_source(source), world).printed
    except PlanningError as error:
        failure = error
    assert time.perf_counter() - start < LONGEST
    return f"{printed} {world.said} {world.lines} {failure}", failure


def still_works(sandbox, make_world):
    world = make_world()
    sandbox.run(Program.from_source(GO), world)
    assert world.calls


@pytest.mark.parametrize("source", ESCAPES.values(), ids=ESCAPES)
def test_an_escape_reads_writes_and_reaches_nothing(
    source, sandbox, world, make_world, prey
):
    folder, listener = prey
    source = source.format(
        secret=folder / "secret",
        target=folder / "target",
        port=listener.getsockname()[1],
    )
    out, _ = attempt(source, sandbox, world)
    assert SECRET not in out
    assert "Popen" not in out
    assert not (folder / "target").exists()
    with pytest.raises(BlockingIOError):
        listener.accept()
    still_works(sandbox, make_world)


@pytest.mark.parametrize("source", FLOODS.values(), ids=FLOODS)
def test_a_flood_ends_in_a_typed_error_within_its_limit(
    source, sandbox, world, make_world
):
    world.replies = ["well"] * 1000
    _, failure = attempt(source, sandbox, world)
    assert failure is not None
    still_works(sandbox, make_world)


@pytest.mark.parametrize("source", FORGED.values(), ids=FORGED)
def test_a_forged_call_is_refused_with_a_sentence(source, sandbox, world, make_world):
    out, failure = attempt(source, sandbox, world)
    assert failure is not None
    assert len(str(failure)) < 1000
    assert "Traceback" not in out
    assert world.position == pytest.approx([0.40, 0.0, 0.30])
    still_works(sandbox, make_world)


@pytest.mark.parametrize("source", ODD.values(), ids=ODD)
def test_odd_texts_arrive_as_texts_that_can_be_shown(source, sandbox, world):
    out, _ = attempt(source, sandbox, world)
    texts = [*world.said, *(text for _, text in world.lines)]
    assert "".join(texts).isprintable()
    assert out.encode("utf-8")


def test_there_are_enough_attempts_of_every_kind():
    assert len(ESCAPES) + len(FLOODS) + len(FORGED) >= 60
    assert min(len(ESCAPES), len(FLOODS), len(FORGED)) >= 30


def test_what_a_program_does_to_the_prelude_ends_with_it(sandbox, make_world):
    source = (
        "_step = lambda *a: True\n_config['open'] = 7\nVec.__init__ = None\n"
        "np.array = None\nMap._record = lambda *a: None\n"
        "detect = execute = None\n"
    )
    with pytest.raises(ProgramFailedError):
        sandbox.run(Program.from_source(source + "cm2index(3)\nfail()"), make_world())
    still_works(sandbox, make_world)


def test_time_stands_still_inside(run):
    source = (
        "import time\nfrom datetime import datetime\n"
        "def now():\n"
        "    clocks = time.time(), time.monotonic(), time.perf_counter()\n"
        "    return [*clocks, datetime.now()]\n"
        "a = now()\nsum(range(10000))\nb = now()\n"
        "print(a == b, time.time() < 10**9)"
    )
    assert run(source) == "True True"


def test_programs_go_on_while_others_are_killed_beside_them(sandbox, make_world):
    """One long program and a row of killed ones in a pool of three workers."""
    good, ended = make_world(ticks=150), []
    good.on_step = lambda world, call: time.sleep(0.005)

    def work():
        ended.append(sandbox.run(Program.from_source(GO), good).subtasks)

    thread = threading.Thread(target=work)
    thread.start()
    killed = 0
    while thread.is_alive() and killed < 6:
        source = "x = 3**1000\nwhile True:\n    x = x * x"
        with pytest.raises(PlanningError):
            sandbox.run(Program.from_source(source), make_world())
        killed += 1
    thread.join(timeout=10)
    assert ended == [1]
    assert killed >= 2
    assert len(good.calls) == 150
