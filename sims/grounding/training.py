"""The whole way to the embedded grounder: scenes, crops, weights."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from perception.backends.embedded.train import GrounderTrainConfig, train_grounder
from sims.grounding.corpus import CorpusConfig, render_corpus
from sims.grounding.nouns import lexicon
from sims.grounding.pairs import held_out


@dataclass(frozen=True, slots=True)
class GrounderRecipe:
    """What is rendered and what is learnt from it.

    Attributes:
        corpus: Scenes and crops.
        training: Network and schedule.
    """

    corpus: CorpusConfig = field(default_factory=CorpusConfig)
    training: GrounderTrainConfig = field(default_factory=GrounderTrainConfig)


def make_grounder(
    recipe: GrounderRecipe, folder: Path, progress: Callable[[str], None]
) -> Path:
    """Render and train, resuming what `folder` holds; return the model's folder.

    Raises:
        MissingExtraError: The extra `voxfield[models]` is not installed.
        InvalidSettingError: The folder holds a run of another configuration.
    """
    shards = render_corpus(recipe.corpus, folder / "crops", progress)
    words = replace(lexicon(), unsaid=held_out())
    return train_grounder(recipe.training, words, shards, folder, progress=progress)
