"""Which architectures of the hub there are here, and how each is loaded."""

from types import MappingProxyType

from perception.backends.hub.concepts import STRETCH as SAM3_STRETCH
from perception.backends.hub.concepts import ConceptDetector
from perception.backends.hub.config import ModelSource
from perception.backends.hub.detection import Detector, DinoDetector, OwlDetector
from perception.backends.hub.loading import load_part, load_tokenizer, load_weights
from perception.backends.hub.masks import STRETCH as SAM2_STRETCH
from perception.backends.hub.masks import Sam2Segmenter, SamSegmenter, Segmenter
from perception.backends.hub.pixels import Stretch

_READS = "AutoModelForZeroShotObjectDetection"
_MASKS = "AutoModelForMaskGeneration"

# What a checkpoint says it is, to the class of `transformers` that loads it. The
# published checkpoints of SAM 2 and SAM 3 are those of their video models.
DETECTORS = MappingProxyType(
    {
        "owlvit": _READS,
        "owlv2": _READS,
        "grounding-dino": _READS,
        "mm-grounding-dino": _READS,
        "sam3": "Sam3Model",
        "sam3_video": "Sam3Model",
    }
)
SEGMENTERS = MappingProxyType({"sam": _MASKS, "sam2": _MASKS, "sam2_video": _MASKS})


def load_detector(source: ModelSource, batch: int) -> Detector:
    """Return the detector of a folder or a name on the hub.

    Args:
        source: Where it comes from.
        batch: Images it sees at once, at most.

    Raises:
        MissingExtraError: The extra `voxfield[models]` is not installed.
        WrongModelError: The model is no detector that reads.
        ModelLoadError: There is no such model or device, or files are missing.
    """
    weights = load_weights(source, DETECTORS)
    vocabulary = int(weights.model.config.text_config.vocab_size)
    tokenizer = load_tokenizer(source, vocabulary)
    if weights.architecture.startswith("sam3"):
        stretch = Stretch.of(source, SAM3_STRETCH)
        return ConceptDetector(weights, tokenizer, stretch)
    processor = load_part(source, "AutoImageProcessor", backend="pil")
    owl = weights.architecture.startswith("owl")
    kind = OwlDetector if owl else DinoDetector
    return kind(weights, tokenizer, processor, batch)


def load_segmenter(source: ModelSource, batch: int) -> Segmenter:
    """Return the segmenter of a folder or a name on the hub.

    Args:
        source: Where it comes from.
        batch: Images it encodes at once, at most.

    Raises:
        MissingExtraError: The extra `voxfield[models]` is not installed.
        WrongModelError: The model is no SAM or SAM 2.
        ModelLoadError: There is no such model or device, or files are missing.
    """
    weights = load_weights(source, SEGMENTERS)
    if weights.architecture == "sam":
        processor = load_part(source, "AutoImageProcessor", backend="pil")
        return SamSegmenter(weights, processor, batch)
    return Sam2Segmenter(weights, Stretch.of(source, SAM2_STRETCH), batch)
