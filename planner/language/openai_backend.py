"""Language models behind any OpenAI-compatible endpoint.

Address, model and key come from the environment (`planner.language.environment`).
The key goes to the client and nowhere else. How each trouble ends:

| the endpoint | ends as |
|---|---|
| 408, 409, 429, 5xx; no connection; slower than `timeout`; a stream that breaks off | \
asked again, `tries` times in all and while `patience` lasts, after a pause that \
doubles, with jitter, and never shorter than Retry-After; then \
`WriterUnavailableError` |
| Retry-After longer than `most_pause` or than `patience` lasts; a used-up quota | \
`WriterUnavailableError` |
| 401, 403, 404 and other 4xx | `WriterUnavailableError` |
| 400 about temperature, max_tokens or stream_options | asked again without it |
| no JSON, chunks that are none, no text | `WriterUnavailableError` |
| one JSON body where a stream was asked for | asked again without a stream |
| cut off at `max_tokens` | an answer marked as truncated, which the writer repairs |
"""

import importlib
import importlib.util
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from planner.errors import InvalidRequestError, WriterUnavailableError
from planner.language.backend import AGAIN, Answer, Message, OnText, Usage
from planner.language.endpoint import (
    BrokenOffError,
    Fault,
    MalformedError,
    NoStreamError,
    Reply,
    ask,
    fault_of,
)
from planner.language.environment import BASE_URL, KEY, MODEL, read_environment
from planner.language.illustrated import content_of
from planner.language.spoken import Spoken

DEFAULT_URL = "https://api.openai.com/v1"
NO_KEY = "none"
# What some models refuse, and what they want instead, if anything.
_OPTIONAL = {
    "temperature": "",
    "stream_options": "",
    "max_tokens": "max_completion_tokens",
}


@dataclass(frozen=True, slots=True)
class OpenAIConfig:
    """How an endpoint is asked.

    Attributes:
        timeout: For one call, [s].
        patience: For one answer, all its calls and pauses together, [s]; clients
            wait a minute.
        tries: Calls in all, if the trouble is one that passes.
        pause: Before the second call, [s]; doubled each time, less up to half of it.
        most_pause: Longest wait that a server may ask for, [s].
        temperature: 0 for the same answer each time.
        max_tokens: Of an answer.
        stream: Whether the text is told as it is written.
    """

    timeout: float = 50.0
    patience: float = 55.0
    tries: int = 3
    pause: float = 1.0
    most_pause: float = 30.0
    temperature: float = 0.0
    max_tokens: int = 2000
    stream: bool = True


@dataclass(frozen=True, slots=True)
class EndpointWords:
    """What an endpoint is called in sentences, and by which variables it is named."""

    what: str = "language model"
    base_url: str = BASE_URL
    model: str = MODEL
    key: str = KEY


@dataclass(frozen=True)
class OpenAIBackend:
    """One model at one endpoint."""

    base_url: str
    model: str
    key: str = field(repr=False)
    config: OpenAIConfig = OpenAIConfig()
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)
    rng: np.random.Generator = field(default_factory=np.random.default_rng, repr=False)
    words: EndpointWords = EndpointWords()

    name = "openai"
    cacheable = True

    def __post_init__(self):
        parts = urlsplit(self.base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InvalidRequestError(
                f"{self.words.base_url} is '{parts.path}', which is no address; one is "
                "http://localhost:8000/v1"
            )
        if parts.username or parts.password or parts.query:
            # Addresses are told in reports; keys never are.
            raise InvalidRequestError(
                "the endpoint's address holds a key or a query: set "
                f"{self.words.key} instead"
            )

    @classmethod
    def from_environment(cls, config: OpenAIConfig) -> "OpenAIBackend":
        """Return the endpoint that the environment names.

        Raises:
            InvalidRequestError: The model is not set, or the key where one is needed.
            WriterUnavailableError: The package `openai` is not installed.
        """
        _library()
        given = read_environment()
        base_url = given.base_url or DEFAULT_URL
        if not given.model:
            raise InvalidRequestError(f"set {MODEL} to the model's name")
        if not given.key and base_url == DEFAULT_URL:
            raise InvalidRequestError(f"set {KEY}, or {BASE_URL} to a local server")
        return cls(base_url, given.model, given.key or NO_KEY, config)

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
        start = time.monotonic()
        library = _library()
        client = library.OpenAI(
            base_url=self.base_url,
            api_key=self.key,
            timeout=self.config.timeout,
            max_retries=0,
        )
        with client:
            reply, calls = self._ask(library, client, self._request(messages), on_text)
        usage = Usage(
            self.name,
            self.model,
            calls,
            reply.prompt_tokens,
            reply.completion_tokens,
            time.monotonic() - start,
        )
        return Answer(reply.text, usage, reply.truncated)

    def _ask(
        self,
        library: ModuleType,
        client: Any,
        request: dict[str, Any],
        on_text: OnText | None,
    ) -> tuple[Reply, int]:
        """Ask until there is an answer; return it and the number of calls."""
        tries = calls = 0
        end = time.monotonic() + self.config.patience
        while True:
            calls += 1
            limit = max(min(self.config.timeout, end - time.monotonic()), 0.001)
            deadline = time.monotonic() + limit
            spoken = Spoken((), on_text, "" if self.key == NO_KEY else self.key)
            try:
                timed = client.with_options(timeout=limit)
                return ask(timed, request, spoken, deadline), calls
            except NoStreamError:
                request = _without_stream(request)
                continue
            except _troubles(library) as error:
                fault = fault_of(library, error)
            if fault.refused in request and fault.refused in _OPTIONAL:
                request = _without(request, fault.refused)
                continue
            tries += 1
            if not fault.passing or tries == self.config.tries:
                raise self._unavailable(fault, tries)
            self._wait(fault, tries, end - time.monotonic())
            if spoken.told and on_text is not None:
                on_text(AGAIN)

    def _request(self, messages: tuple[Message, ...]) -> dict[str, Any]:
        request: dict[str, Any] = {
            "model": self.model,
            "messages": [
                {"role": each.role, "content": content_of(each)} for each in messages
            ],
            "temperature": self.config.temperature,
            "max_tokens": self.config.max_tokens,
        }
        if self.config.stream:
            request |= {"stream": True, "stream_options": {"include_usage": True}}
        return request

    def _wait(self, fault: Fault, tries: int, left: float) -> None:
        # Clients that were refused together should not come back together.
        pause = self.config.pause * 2.0 ** (tries - 1) * self.rng.uniform(0.5, 1.0)
        pause = max(float(pause), fault.wait)
        if fault.wait > self.config.most_pause or pause > left:
            raise self._unavailable(fault, tries)
        self.sleep(pause)

    def _unavailable(self, fault: Fault, tries: int) -> WriterUnavailableError:
        asked = f"; it asks to wait {fault.wait:.0f} s" if fault.wait else ""
        times = f", asked {tries} times" if tries > 1 else ""
        words = self.words
        return WriterUnavailableError(
            f"the {words.what} '{self.model}' did not answer ({fault.what}{times}"
            f"{asked}); check {words.base_url}, {words.model} and {words.key}"
        )


def _without(request: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a request without what the server refuses."""
    kept = {key: value for key, value in request.items() if key != name}
    instead = _OPTIONAL[name]
    return kept | ({instead: request[name]} if instead else {})


def _without_stream(request: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in request.items() if k not in ("stream", "stream_options")}


def _troubles(library: ModuleType) -> tuple[type[Exception], ...]:
    """Return what a request may raise; older versions let the transport's through."""
    found = [library.OpenAIError, ValueError, MalformedError, BrokenOffError]
    for name in ("httpx2", "httpx"):
        try:
            found.append(importlib.import_module(name).HTTPError)
        except ModuleNotFoundError:
            continue
    return tuple(found)


def is_installed() -> bool:
    """Say whether the package `openai` is there, without importing it."""
    return importlib.util.find_spec("openai") is not None


def _library() -> ModuleType:
    # It takes seconds to import, and most of us never need it.
    try:
        return importlib.import_module("openai")
    except ModuleNotFoundError:
        raise WriterUnavailableError(
            "the backend 'openai' needs the package openai: "
            "pip install 'voxfield[llm]', or choose another backend"
        ) from None
