"""The shipped model: it writes what it offers, and abstains where it is not sure."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from planner.errors import ModelLoadError, NotUnderstoodError
from planner.language.check import check
from planner.language.embedded.backend import EmbeddedBackend, shipped
from planner.language.embedded.judge import deeds, same
from planner.language.library import load_library
from planner.language.local_backend import LocalModel
from planner.language.prompt import code_of, repair_messages, write_messages
from planner.language.writer import Writer

LIBRARY = load_library()


@pytest.fixture(scope="module")
def embedded():
    return EmbeddedBackend.load()


def ask(backend, sentence):
    return code_of(backend.complete(write_messages("whole", sentence, (), ())).text)


def test_it_is_loaded_by_the_class_of_any_local_model(embedded):
    assert isinstance(embedded.local.model, LocalModel)


def test_what_ships_is_small():
    assert sum(each.stat().st_size for each in shipped().iterdir()) < 25_000_000


@pytest.mark.parametrize("task", LIBRARY.tasks.values(), ids=lambda task: task.name)
def test_what_it_offers_it_understands(task, embedded, sandbox):
    code = ask(embedded, task.sample)
    wanted = deeds(LIBRARY.sample(task), sandbox)
    assert all(map(same, deeds(code, sandbox), wanted)), code


@pytest.mark.parametrize(
    "sentence",
    ["fly to the moon", "make me a coffee and pay", "what is the weather", "asdf qwer"],
)
def test_it_abstains_from_what_is_outside_its_world(sentence, embedded):
    with pytest.raises(NotUnderstoodError) as refused:
        ask(embedded, sentence)
    samples = {task.sample for task in LIBRARY.tasks.values()}
    assert len(refused.value.closest) == 3
    assert set(refused.value.closest) <= samples


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("put the zorble in the blue bowl", "zorble"),
        ("Press the frindle button!", "frindle button"),
        ("move to the left of the quaxo", "quaxo"),
    ],
)
def test_it_copies_names_that_nobody_taught_it(said, name, embedded):
    assert f"'{name}'" in ask(embedded, said)


def test_the_same_sentence_gives_the_same_program_from_any_thread(embedded):
    said = ["open the drawer", "put the red block in the blue bowl"] * 4
    with ThreadPoolExecutor(4) as pool:
        programs = list(pool.map(lambda each: ask(embedded, each), said))
    assert programs[::2] == [programs[0]] * 4
    assert programs[1::2] == [programs[1]] * 4


def test_asked_again_it_samples_another_answer_that_is_valid_too(embedded):
    messages = write_messages("whole", "push the green button", (), ())
    again = repair_messages(messages, "open_gripper()\n", ("line 1: no",))
    assert check(code_of(embedded.complete(again).text)) == ()


def test_a_writer_tells_its_program_and_what_it_took(embedded):
    told = []
    writer = Writer(embedded)
    program = writer.write("Please push the green button.", (), told.append)
    assert "".join(told).strip() == program.source.strip()
    assert program.usage.backend == "embedded"
    assert program.usage.calls == 1
    assert program.usage.completion_tokens > 3
    assert program.usage.cost == 0.0


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(ModelLoadError):
        EmbeddedBackend.load(tmp_path)
