"""Every setting of the service in one place, and the pipeline made from it."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from perception.backends.choice import (
    PerceiverConfig,
    PerceiverName,
    make_perceiver,
    perceiver_settings,
)
from perception.perceiver import Perceiver
from planner.errors import InvalidRequestError
from planner.language.environment import STYLE, read_environment
from planner.language.sandbox import Sandbox, SandboxConfig
from planner.language.viewer import open_viewer
from planner.language.writer import WriterConfig, make_writer
from planner.pipeline import Pipeline
from planner.program_host import PipelineConfig


@dataclass(frozen=True, slots=True)
class VoxfieldConfig:
    """Settings of every part.

    Attributes:
        perceiver: Who finds the objects.
        writer: Who writes the programs.
        sandbox: Limits of running programs.
        pipeline: Maps, motion and timing.
    """

    perceiver: PerceiverConfig = field(default_factory=PerceiverConfig)
    writer: WriterConfig = field(default_factory=WriterConfig)
    sandbox: SandboxConfig = field(default_factory=SandboxConfig)
    pipeline: PipelineConfig = field(default_factory=PipelineConfig)


LanguageName = Literal["embedded", "openai", "local", "replay"]


def settings_for(
    language: LanguageName, perception: PerceiverName = "segmentation"
) -> VoxfieldConfig:
    """Return the defaults with two parts by name, the rest from the environment.

    `planner.language.environment` and `perception.backends.hub.environment` list the
    variables.

    Raises:
        InvalidRequestError: A variable of the language has no such value.
        InvalidSettingError: A variable of perception has no such value.
    """
    given = read_environment()
    if given.style not in ("", "whole", "hierarchy"):
        raise InvalidRequestError(
            f"{STYLE} is '{given.style}'; it is whole or hierarchy"
        )
    return VoxfieldConfig(
        perceiver=perceiver_settings(perception),
        writer=WriterConfig(
            backend=language,
            style="hierarchy" if given.style == "hierarchy" else "whole",
            budget=given.budget,
            record=given.record,
            replay=given.replay,
        ),
    )


@contextmanager
def open_pipeline(
    config: VoxfieldConfig | None = None, perceiver: Perceiver | None = None
) -> Generator[Pipeline, None, None]:
    """Yield a pipeline with its sandbox running.

    Args:
        config: Settings; the defaults need no network.
        perceiver: Who finds the objects; as the settings have it if absent.
    """
    config = config or VoxfieldConfig()
    perceiver = perceiver or make_perceiver(config.perceiver, open_viewer)
    with Sandbox(config.sandbox) as sandbox:
        writer = make_writer(config.writer)
        yield Pipeline(perceiver, writer, sandbox, config.pipeline)
