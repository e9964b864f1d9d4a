"""The environment variables of backends that see with models, all in one place.

| variable | meaning |
|---|---|
| VOXFIELD_PERCEPTION_GROUNDER | `embedded`: folder of what `train grounder` made |
| VOXFIELD_PERCEPTION_PHRASES | what to look for, commas between: `mug, fork, tray` |
| VOXFIELD_PERCEPTION_DETECTOR | folder or hub name, as `HubConfig.detector` |
| VOXFIELD_PERCEPTION_SEGMENTER | folder or hub name, as `HubConfig.segmenter` |
| VOXFIELD_PERCEPTION_DEVICE | `cpu` (default), `cuda`, `cuda:1`, `mps` |
| VOXFIELD_PERCEPTION_DTYPE | `auto` (default), `float32`, `bfloat16`, `float16` |
| VOXFIELD_PERCEPTION_THRESHOLD | what a box must score, 0 to 1 |
| VOXFIELD_PERCEPTION_MODEL | `marks`: name of a model that sees, at the endpoint |
| VOXFIELD_PERCEPTION_BASE_URL | `marks`: the endpoint; that of OpenAI if absent |
| VOXFIELD_PERCEPTION_API_KEY | `marks`: the key; a local server may need none |
| VOXFIELD_PERCEPTION_KEEP | `marks`: folder for what the model is shown and says |

PHRASES is for `hub` and `marks`, the others are those of `hub`. An empty variable
counts as absent; `HubConfig` has what holds then. The key goes to the endpoint's client
and nowhere else.
"""

import os
from collections.abc import Mapping
from dataclasses import replace

from perception.backends.hub.config import HubConfig
from perception.backends.marks.config import MarksConfig
from perception.errors import InvalidSettingError

PREFIX = "VOXFIELD_PERCEPTION_"
PHRASES = PREFIX + "PHRASES"
GROUNDER = PREFIX + "GROUNDER"
THRESHOLD = PREFIX + "THRESHOLD"
MODEL = PREFIX + "MODEL"
BASE_URL = PREFIX + "BASE_URL"
KEY = PREFIX + "API_KEY"
KEEP = PREFIX + "KEEP"


def read_environment(
    variables: Mapping[str, str] | None = None,
) -> tuple[HubConfig, tuple[str, ...]]:
    """Return which models are asked, and for what.

    Args:
        variables: By name; those of the process if absent.

    Raises:
        InvalidSettingError: A variable has no such value.
    """
    given = os.environ if variables is None else variables

    def text(name: str) -> str:
        return given.get(PREFIX + name, "").strip()

    config = HubConfig()
    config = replace(
        config,
        detector=text("DETECTOR") or config.detector,
        segmenter=text("SEGMENTER") or config.segmenter,
        device=text("DEVICE") or config.device,
        dtype=text("DTYPE") or config.dtype,
        threshold=_number(THRESHOLD, text("THRESHOLD")),
    )
    return config, read_phrases(given)


def read_phrases(variables: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Return what is looked for, none of it twice.

    Args:
        variables: By name; those of the process if absent.
    """
    given = os.environ if variables is None else variables
    phrases = [phrase.strip() for phrase in given.get(PHRASES, "").split(",")]
    return tuple(dict.fromkeys(phrase for phrase in phrases if phrase))


def read_viewer(variables: Mapping[str, str] | None = None) -> MarksConfig:
    """Return which model is shown marks; its name is empty if none is named.

    Args:
        variables: By name; those of the process if absent.
    """
    given = os.environ if variables is None else variables
    model, base_url, keep = (
        given.get(name, "").strip() for name in (MODEL, BASE_URL, KEEP)
    )
    return MarksConfig(model, base_url, keep)


def read_viewer_key(variables: Mapping[str, str] | None = None) -> str:
    """Return the key of the endpoint; empty if there is none.

    Args:
        variables: By name; those of the process if absent.
    """
    given = os.environ if variables is None else variables
    return given.get(KEY, "").strip()


def read_grounder(variables: Mapping[str, str] | None = None) -> str:
    """Return the folder of the embedded model; empty for the one that ships.

    Args:
        variables: By name; those of the process if absent.
    """
    given = os.environ if variables is None else variables
    return given.get(GROUNDER, "").strip()


def _number(name: str, text: str) -> float | None:
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise InvalidSettingError(f"{name} is '{text}', which is no number") from None
