"""Which models of the hub ground phrases, where they run and what they let pass."""

from dataclasses import dataclass, field

from perception.errors import InvalidSettingError
from perception.fusion import FusionConfig

DTYPES = ("auto", "float32", "bfloat16", "float16")


# What makes the masks where none is named and the detector makes none.
SEGMENTER = "facebook/sam2.1-hiera-tiny"


@dataclass(frozen=True, slots=True)
class ModelSource:
    """Where a model comes from and where it runs.

    Attributes:
        name: Folder, or name on the hub.
        revision: Of a name on the hub.
        device: `cpu`, `cuda`, `cuda:1`, `mps`.
        dtype: Of the weights, one of `DTYPES`; `auto` as they were saved.
    """

    name: str
    revision: str | None = None
    device: str = "cpu"
    dtype: str = "auto"


@dataclass(frozen=True, slots=True)
class HubConfig:
    """A detector, a segmenter and how they are used.

    Attributes:
        detector: Folder or name of an OWL-ViT, OWLv2, Grounding DINO, MM Grounding
            DINO or SAM 3.
        segmenter: Folder or name of a SAM or SAM 2; if empty, the masks are those of
            the detector where it makes them, as SAM 3 does, or `SEGMENTER`'s.
        detector_revision: Of a name on the hub.
        segmenter_revision: Likewise.
        device: `cpu`, `cuda`, `cuda:1`, `mps`.
        dtype: Of the weights, one of `DTYPES`; `auto` as they were saved.
        threshold: A box must score more; if absent, what the detector's own
            post-processing has: 0.1 for OWL, 0.25 for Grounding DINO, 0.3 for SAM 3.
        overlap: Of two boxes of one phrase whose intersection over union is more than
            this, the better one stays.
        most: Boxes of one phrase in one image, at most.
        nearest: How many glimpses an abstention has, at most.
        batch: Images a detector or segmenter sees at once, at most.
        fusion: Masks to things in space.
    """

    detector: str = "google/owlv2-base-patch16-ensemble"
    segmenter: str = ""
    detector_revision: str | None = None
    segmenter_revision: str | None = None
    device: str = "cpu"
    dtype: str = "auto"
    threshold: float | None = None
    overlap: float = 0.5
    most: int = 10
    nearest: int = 3
    batch: int = 4
    fusion: FusionConfig = field(default_factory=FusionConfig)

    def __post_init__(self):
        if self.dtype not in DTYPES:
            raise InvalidSettingError(
                f"dtype '{self.dtype}' is none of {', '.join(DTYPES)}"
            )
        for name in ("threshold", "overlap"):
            share: float | None = getattr(self, name)
            if share is not None and not 0.0 <= share <= 1.0:
                raise InvalidSettingError(f"{name} is {share}; it must be in 0-1")
        for name, least in (("most", 1), ("nearest", 0), ("batch", 1)):
            if getattr(self, name) < least:
                raise InvalidSettingError(
                    f"{name} is {getattr(self, name)}; it must be {least} or more"
                )

    @property
    def detector_source(self) -> ModelSource:
        """Where the detector comes from and where it runs."""
        return ModelSource(
            self.detector, self.detector_revision, self.device, self.dtype
        )

    @property
    def segmenter_source(self) -> ModelSource:
        """Where the segmenter comes from and where it runs."""
        return ModelSource(
            self.segmenter or SEGMENTER,
            self.segmenter_revision,
            self.device,
            self.dtype,
        )
