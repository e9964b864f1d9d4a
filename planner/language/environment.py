"""The environment variables of the language part, all of them, in one place.

| variable | meaning |
|---|---|
| VOXFIELD_LLM_MODEL | `openai`: name at the endpoint; `local`: folder or hub name |
| VOXFIELD_LLM_BASE_URL | `openai`: the endpoint; that of OpenAI if absent |
| VOXFIELD_LLM_API_KEY | `openai`: the key; a local server may need none |
| VOXFIELD_LLM_DEVICE | `local`: `cpu` (default), `cuda`, `cuda:1`, `mps` |
| VOXFIELD_LLM_DTYPE | `local`: `auto` (default), `float32`, `bfloat16`, `float16` |
| VOXFIELD_LLM_STYLE | `whole` (default) or `hierarchy` |
| VOXFIELD_LLM_RECORD | file to which every answer is appended |
| VOXFIELD_LLM_REPLAY | `replay`: the recorded file to answer from |
| VOXFIELD_LLM_MOST_TOKENS | for one instruction, read and written |
| VOXFIELD_LLM_MOST_SECONDS | for one instruction, waiting for the model |
| VOXFIELD_LLM_MOST_COST | for one instruction, in the currency of the prices |
| VOXFIELD_LLM_PRICE_IN | of a million tokens read |
| VOXFIELD_LLM_PRICE_OUT | of a million tokens written |

An empty variable counts as absent. The key goes to the endpoint's client and
nowhere else.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from planner.errors import InvalidRequestError
from planner.language.budget import BudgetConfig

PREFIX = "VOXFIELD_LLM_"
MODEL = PREFIX + "MODEL"
BASE_URL = PREFIX + "BASE_URL"
KEY = PREFIX + "API_KEY"
STYLE = PREFIX + "STYLE"
REPLAY = PREFIX + "REPLAY"


@dataclass(frozen=True, slots=True)
class Environment:
    """What the variables say; None or empty where one is absent.

    Attributes:
        model: Name or folder.
        base_url: Of the endpoint.
        key: Of the endpoint.
        device: For a model that runs here.
        dtype: Of its weights.
        style: Of the programs.
        record: Where answers are recorded.
        replay: Where recorded answers are.
        budget: Of one instruction.
    """

    model: str = ""
    base_url: str = ""
    key: str = field(default="", repr=False)
    device: str = ""
    dtype: str = ""
    style: str = ""
    record: Path | None = None
    replay: Path | None = None
    budget: BudgetConfig = field(default_factory=BudgetConfig)


def read_environment(variables: Mapping[str, str] | None = None) -> Environment:
    """Return what the variables say.

    Args:
        variables: By name; those of the process if absent.

    Raises:
        InvalidRequestError: One that should be a number is none.
    """
    given = os.environ if variables is None else variables

    def text(name: str) -> str:
        return given.get(PREFIX + name, "").strip()

    def path(name: str) -> Path | None:
        return Path(text(name)) if text(name) else None

    tokens = _number(PREFIX + "MOST_TOKENS", text("MOST_TOKENS"))
    return Environment(
        model=text("MODEL"),
        base_url=text("BASE_URL"),
        key=text("API_KEY"),
        device=text("DEVICE"),
        dtype=text("DTYPE"),
        style=text("STYLE"),
        record=path("RECORD"),
        replay=path("REPLAY"),
        budget=BudgetConfig(
            most_tokens=None if tokens is None else int(tokens),
            most_seconds=_number(PREFIX + "MOST_SECONDS", text("MOST_SECONDS")),
            most_cost=_number(PREFIX + "MOST_COST", text("MOST_COST")),
            price_in=_number(PREFIX + "PRICE_IN", text("PRICE_IN")) or 0.0,
            price_out=_number(PREFIX + "PRICE_OUT", text("PRICE_OUT")) or 0.0,
        ),
    )


def _number(name: str, text: str) -> float | None:
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        raise InvalidRequestError(f"{name} is '{text}', which is no number") from None
    if not 0.0 <= number < float("inf"):
        raise InvalidRequestError(f"{name} is {text}; it must be 0 or more")
    return number
