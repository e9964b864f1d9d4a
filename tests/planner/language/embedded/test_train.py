"""Training: the same seed gives the same weights, killed in between or not."""

import json

import pytest
from safetensors.numpy import load_file

from planner.language.embedded.backend import EmbeddedBackend
from planner.language.embedded.corpus import WriterTrainConfig
from planner.language.embedded.train import train_writer

TINY = WriterTrainConfig(
    chunks=2, chunk=48, batch_tokens=1500, width=48, layers=2, heads=2, inner=96,
    vocabulary=400,
)  # fmt: skip


class KilledError(Exception):
    pass


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    return train_writer(TINY, tmp_path_factory.mktemp("unbroken"))


def weights(model):
    return load_file(model / "model.safetensors")


def test_a_killed_run_goes_on_to_the_same_weights(trained, tmp_path):
    def killed(line):
        raise KilledError(line)

    with pytest.raises(KilledError):
        train_writer(TINY, tmp_path, progress=killed)
    # What was lost was the chunk that had not been kept.
    lines = []
    again = train_writer(TINY, tmp_path, progress=lines.append)
    assert lines
    mine, other = weights(trained), weights(again)
    assert mine.keys() == other.keys()
    assert all((mine[name] == other[name]).all() for name in mine)


def test_another_seed_gives_other_weights(trained, tmp_path):
    from dataclasses import replace  # noqa: PLC0415

    other = weights(train_writer(replace(TINY, seed=1), tmp_path))
    mine = weights(trained)
    assert any(
        mine[name].shape != other[name].shape or (mine[name] != other[name]).any()
        for name in mine
    )


def test_what_was_trained_loads_and_says_what_it_is(trained):
    backend = EmbeddedBackend.load(trained)
    answer, sure = backend.answer("put the red block in the blue bowl")
    assert answer.usage.completion_tokens > 0
    assert 0.0 <= sure < 0.9  # it has learnt nothing yet
    facts = json.loads((trained / "training.json").read_text())
    assert facts["config"]["chunks"] == 2
