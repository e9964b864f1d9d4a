"""Training: the same seed gives the same weights, killed in between or not."""

import json
from dataclasses import replace

import numpy as np
import pytest
from raycast import block, bowl, observe
from safetensors.numpy import load_file

from perception.backends.embedded.config import EmbeddedConfig
from perception.backends.embedded.crops import crop
from perception.backends.embedded.examples import Examples, Truth, colour_truth
from perception.backends.embedded.lexicon import Lexicon, Noun
from perception.backends.embedded.model import Looker, LookModel
from perception.backends.embedded.network import NetworkConfig
from perception.backends.embedded.perceiver import load_perceiver
from perception.backends.embedded.proposals import propose
from perception.backends.embedded.train import GrounderTrainConfig, train_grounder
from perception.errors import InvalidSettingError, ModelLoadError, WrongModelError
from perception.foreground import Foreground
from perception.observation import NO_BODY

TINY = GrounderTrainConfig(
    passes=2,
    batch=12,
    phrases=12,
    texts=300,
    network=NetworkConfig(32, 48, 2, 24, 1, 1, 400),
)
LEXICON = Lexicon(
    nouns=(Noun("block", ("cube",)), Noun("bowl")),
    kinds={"toy": ("block",)},
    traits={"hollow": ("bowl",)},
    parts={"handle": ("bowl",)},
    strangers=("violin",),
)


class KilledError(Exception):
    pass


def examples(colour):
    observation = observe([block(colour, 0.5, 0.1), bowl("blue", 0.6, -0.2)])
    config = EmbeddedConfig()
    seen = Foreground.of(observation.cameras, NO_BODY, config.foreground)
    rows = propose(seen, config.proposals)
    crops = crop(seen, observation.cameras, rows)
    truths = [Truth("block", colour_truth([colour], [])) for _ in rows]
    return Examples.of(crops, truths, np.ones(len(rows)))


@pytest.fixture(scope="module")
def shards(tmp_path_factory):
    folder = tmp_path_factory.mktemp("crops")
    for colour in ("red", "green"):
        examples(colour).save(folder / f"{colour}.npz")
    return sorted(folder.glob("*.npz"))


@pytest.fixture(scope="module")
def trained(shards, tmp_path_factory):
    return train_grounder(TINY, LEXICON, shards, tmp_path_factory.mktemp("unbroken"))


def weights(model):
    return load_file(model / "model.safetensors")


def test_examples_are_what_was_saved(shards):
    kept = Examples.load(shards[0])
    assert len(kept) and set(kept.noun) == {"block"}
    both = Examples.joined([kept, kept])
    assert len(both) == 2 * len(kept)


def test_a_killed_run_goes_on_to_the_same_weights(trained, shards, tmp_path):
    def killed(line):
        raise KilledError(line)

    with pytest.raises(KilledError):
        train_grounder(TINY, LEXICON, shards, tmp_path, progress=killed)
    again = train_grounder(TINY, LEXICON, shards, tmp_path)
    mine, other = weights(trained), weights(again)
    assert mine.keys() == other.keys()
    assert all((mine[name] == other[name]).all() for name in mine)


def test_another_seed_gives_other_weights(trained, shards, tmp_path):
    other = weights(train_grounder(replace(TINY, seed=1), LEXICON, shards, tmp_path))
    mine = weights(trained)
    assert any(
        mine[name].shape != other[name].shape or (mine[name] != other[name]).any()
        for name in mine
    )


def test_a_folder_of_another_run_is_refused(trained, shards):
    with pytest.raises(InvalidSettingError, match="another configuration"):
        train_grounder(replace(TINY, batch=13), LEXICON, shards, trained.parent)


def test_what_was_trained_loads_and_says_what_it_is(trained):
    model = LookModel.load(trained)
    assert isinstance(model, Looker)
    assert model.vocabulary.nouns == ("block", "bowl")
    assert model.vocabulary.hanging == {"handle": ("bowl",)}
    facts = json.loads((trained / "training.json").read_text())
    assert facts["config"]["passes"] == 2
    scene = load_perceiver(EmbeddedConfig(model=str(trained))).perceive(
        observe([block("red", 0.5, 0.1)]), NO_BODY
    )
    assert scene.objects and scene.reader is not None


def test_a_text_reads_the_same_alone_and_among_others(trained):
    model = LookModel.load(trained)
    looks = np.eye(3, 32, dtype=np.float32)
    alone = model.likely(["red block"], looks)
    among = LookModel.load(trained).likely(["a bowl", "red block", "violin"], looks)
    np.testing.assert_allclose(alone[0], among[1], atol=1e-5)
    assert ((alone >= 0.0) & (alone <= 1.0)).all()


def test_a_folder_without_a_model_or_with_another_one_is_refused(trained, tmp_path):
    with pytest.raises(ModelLoadError, match=str(tmp_path)):
        LookModel.load(tmp_path)
    for path in trained.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "vocabulary.json").unlink()
    with pytest.raises(ModelLoadError, match=r"vocabulary\.json"):
        LookModel.load(tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps({**config, "model_type": "clip"}))
    with pytest.raises(WrongModelError, match="siglip"):
        LookModel.load(tmp_path)
