"""Models and their processors, from a folder or from the hub.

Image processors are those on Pillow: they need no torchvision, and with it installed
the pixels stay the same.
"""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from perception.backends.hub.config import ModelSource
from perception.checkpoints import FAILURES, first_line, loaded
from perception.errors import MissingExtraError, ModelLoadError, WrongModelError

LEAST_SHARE = 0.5  # of the tokens that a model knows, in its tokenizer


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """A model in memory.

    Attributes:
        source: Where it comes from.
        architecture: Its `model_type`.
        model: A `transformers` model that only infers.
    """

    source: ModelSource
    architecture: str
    model: Any = field(repr=False)


def libraries() -> tuple[ModuleType, ModuleType]:
    """Return torch and transformers.

    Raises:
        MissingExtraError: The extra `voxfield[models]` is not installed.
    """
    # They take seconds to import, and many never need them.
    try:
        importlib.import_module("PIL")  # the image processors are lost without it
        return importlib.import_module("torch"), importlib.import_module("transformers")
    except ModuleNotFoundError as error:
        module = "pillow" if error.name == "PIL" else error.name
        raise MissingExtraError(module or "transformers", "models") from None


def load_weights(source: ModelSource, kinds: Mapping[str, str]) -> Weights:
    """Return a model.

    Args:
        source: Where it comes from.
        kinds: Architectures that can stand there, and which class of `transformers`
            loads each.

    Raises:
        MissingExtraError: The extra `voxfield[models]` is not installed.
        WrongModelError: The model is of another architecture.
        ModelLoadError: There is no such model or device, or weights are missing.
    """
    torch, transformers = libraries()
    if Path(source.name).is_absolute() and not Path(source.name).is_dir():
        raise ModelLoadError(source.name, "there is no such folder")
    try:
        config = _loaded(transformers.AutoConfig.from_pretrained, source)
        architecture: str = config.model_type
        if architecture not in kinds:
            raise WrongModelError(source.name, architecture, tuple(kinds))
        model, told = _loaded(
            getattr(transformers, kinds[architecture]).from_pretrained,
            source,
            dtype=source.dtype,
            output_loading_info=True,
        )
        model = model.to(torch.device(source.device)).eval()
    except FAILURES as error:
        raise ModelLoadError(source.name, first_line(error)) from error
    missing = sorted(cast("set[str]", told["missing_keys"]))
    if missing:
        # They would be random numbers, and the model would see what is not there.
        raise ModelLoadError(
            source.name, f"{len(missing)} weights are missing, {missing[0]} first"
        )
    return Weights(source, architecture, model)


def load_part(source: ModelSource, kind: str, **options: Any) -> Any:
    """Return a model's tokenizer or image processor.

    Args:
        source: Where it comes from.
        kind: Which class of `transformers` loads it.
        options: What that class takes besides.

    Raises:
        MissingExtraError: The extra `voxfield[models]` is not installed.
        ModelLoadError: The files are missing, or need what is not installed.
    """
    _, transformers = libraries()
    try:
        return _loaded(getattr(transformers, kind).from_pretrained, source, **options)
    except FAILURES as error:
        raise ModelLoadError(source.name, first_line(error)) from error


def load_tokenizer(source: ModelSource, vocabulary: int) -> Any:
    """Return a model's tokenizer.

    Args:
        source: Where it comes from.
        vocabulary: How many tokens the model knows.

    Raises:
        MissingExtraError: The extra `voxfield[models]` is not installed.
        ModelLoadError: The files are missing, or are another model's.
    """
    tokenizer = load_part(source, "AutoTokenizer")
    count = len(tokenizer)
    # Without its files one of a handful of tokens is made, to which every word is
    # unknown; models with some rows to spare are common.
    if not LEAST_SHARE * vocabulary <= count <= vocabulary:
        raise ModelLoadError(
            source.name,
            f"its tokenizer has {count} tokens and the model knows {vocabulary}",
        )
    return tokenizer


def load_settings(source: ModelSource) -> dict[str, Any]:
    """Return what a checkpoint says of its images, as its files have it.

    Raises:
        MissingExtraError: The extra `voxfield[models]` is not installed.
        ModelLoadError: The files are missing.
    """
    _, transformers = libraries()
    try:
        settings, _ = _loaded(
            transformers.ImageProcessingMixin.get_image_processor_dict, source
        )
    except FAILURES as error:
        raise ModelLoadError(source.name, first_line(error)) from error
    return settings


def _loaded(load: Callable[..., Any], source: ModelSource, **options: Any) -> Any:
    return loaded(load, source.name, source.revision, **options)
