"""Language models behind any OpenAI-compatible endpoint.

Address, model and key come from VOXFIELD_LLM_BASE_URL, VOXFIELD_LLM_MODEL and
VOXFIELD_LLM_API_KEY. The key goes to the client and nowhere else.
"""

import importlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from planner.errors import InvalidRequestError, WriterUnavailableError
from planner.language.backend import Answer, Message, OnText, Usage

BASE_URL = "VOXFIELD_LLM_BASE_URL"
MODEL = "VOXFIELD_LLM_MODEL"
KEY = "VOXFIELD_LLM_API_KEY"
DEFAULT_URL = "https://api.openai.com/v1"


@dataclass(frozen=True, slots=True)
class OpenAIConfig:
    """How an endpoint is asked.

    Attributes:
        timeout: For one answer, [s].
        tries: Calls in all, if the trouble is one that passes.
        pause: Before the second call, [s]; doubled each time.
        temperature: 0 for the same answer each time.
        max_tokens: Of an answer.
    """

    timeout: float = 60.0
    tries: int = 3
    pause: float = 1.0
    temperature: float = 0.0
    max_tokens: int = 2000


@dataclass(frozen=True)
class OpenAIBackend:
    """One model at one endpoint."""

    base_url: str
    model: str
    key: str = field(repr=False)
    config: OpenAIConfig = OpenAIConfig()
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)

    name = "openai"
    cacheable = True

    @classmethod
    def from_environment(cls, config: OpenAIConfig) -> "OpenAIBackend":
        """Return the endpoint that the environment names.

        Raises:
            InvalidRequestError: The model is not set, or the key where one is needed.
            WriterUnavailableError: The package `openai` is not installed.
        """
        _library()
        base_url = os.environ.get(BASE_URL, "") or DEFAULT_URL
        model, key = os.environ.get(MODEL, ""), os.environ.get(KEY, "")
        if not model:
            raise InvalidRequestError(f"set {MODEL} to the model's name")
        if not key and base_url == DEFAULT_URL:
            raise InvalidRequestError(f"set {KEY}, or {BASE_URL} to a local server")
        return cls(base_url, model, key or "none", config)

    @property
    def parameters(self) -> dict[str, str]:
        """All that decides the answer; not the key."""
        return {
            "backend": self.name,
            "base_url": self.base_url,
            "model": self.model,
            "temperature": str(self.config.temperature),
            "max_tokens": str(self.config.max_tokens),
        }

    def complete(
        self, messages: tuple[Message, ...], on_text: OnText | None = None
    ) -> Answer:
        """Return the model's answer.

        Raises:
            WriterUnavailableError: It gave none.
        """
        library = _library()
        client = library.OpenAI(
            base_url=self.base_url,
            api_key=self.key,
            timeout=self.config.timeout,
            max_retries=0,
        )
        with client:
            for attempt in range(1, self.config.tries + 1):
                try:
                    text = self._ask(client, messages)
                    if on_text is not None:
                        on_text(text)
                    return Answer(text, Usage(self.name, self.model, attempt))
                except _passing(library) as error:
                    if attempt == self.config.tries:
                        raise self._unavailable(error) from None
                    self.sleep(self.config.pause * 2 ** (attempt - 1))
                except (library.OpenAIError, ValueError) as error:
                    raise self._unavailable(error) from None
        raise WriterUnavailableError("the language model was asked no times")

    def _ask(self, client: Any, messages: tuple[Message, ...]) -> str:
        answer = client.chat.completions.create(
            model=self.model,
            messages=[{"role": m.role, "content": m.content} for m in messages],
            temperature=self.config.temperature,
            max_tokens=self.config.max_tokens,
        )
        try:
            text = answer.choices[0].message.content
        except (AttributeError, IndexError, KeyError, TypeError):
            text = None  # the package does not check what it was sent
        if not isinstance(text, str) or not text.strip():
            raise WriterUnavailableError(
                f"the language model '{self.model}' gave an answer without text"
            )
        return text

    def _unavailable(self, error: Exception) -> WriterUnavailableError:
        # What a server says may hold the key; its kind and status do not.
        status = getattr(error, "status_code", None)
        what = type(error).__name__ + (f", status {status}" if status else "")
        return WriterUnavailableError(
            f"the language model '{self.model}' did not answer ({what}); check "
            f"{BASE_URL}, {MODEL} and {KEY}"
        )


def _passing(library: ModuleType) -> tuple[type[Exception], ...]:
    """Return the troubles that may pass by themselves."""
    return (
        library.RateLimitError,
        library.APIConnectionError,
        library.InternalServerError,
    )


def _library() -> ModuleType:
    # It takes seconds to import, and most of us never need it.
    try:
        return importlib.import_module("openai")
    except ModuleNotFoundError:
        raise WriterUnavailableError(
            "the backend 'openai' needs the package openai: "
            "pip install 'voxfield[llm]', or choose the backend 'offline'"
        ) from None
