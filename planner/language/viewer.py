"""A vision-language model at an OpenAI-compatible endpoint, as perception asks it."""

from collections.abc import Sequence
from dataclasses import dataclass

from perception.backends.hub.environment import (
    BASE_URL,
    KEY,
    MODEL,
    read_viewer_key,
)
from perception.backends.marks.config import MarksConfig
from perception.backends.marks.viewer import Shown, Viewer
from perception.errors import (
    InvalidSettingError,
    MissingExtraError,
    ViewerUnavailableError,
)
from planner.errors import InvalidRequestError, WriterUnavailableError
from planner.language.backend import Message
from planner.language.illustrated import Illustrated
from planner.language.openai_backend import (
    DEFAULT_URL,
    NO_KEY,
    EndpointWords,
    OpenAIBackend,
    OpenAIConfig,
    is_installed,
)

WORDS = EndpointWords("vision-language model", BASE_URL, MODEL, KEY)


@dataclass(frozen=True, slots=True)
class EndpointViewer:
    """One model at one endpoint.

    Attributes:
        backend: Asks it.
    """

    backend: OpenAIBackend

    @property
    def model(self) -> str:
        """Its name, for messages."""
        return self.backend.model

    def answer(self, pictures: Sequence[Shown], talk: Sequence[str]) -> str:
        """Return what it says next.

        Args:
            pictures: Shown along with the first question.
            talk: A question, and in turn each reply and what was said to that.

        Raises:
            ViewerUnavailableError: It gave no answer.
        """
        first, *rest = talk
        messages: list[Message] = [Illustrated("user", first, tuple(pictures))]
        for number, text in enumerate(rest):
            messages.append(Message("user" if number % 2 else "assistant", text))
        try:
            return self.backend.complete(tuple(messages)).text
        except WriterUnavailableError as error:
            raise ViewerUnavailableError(self.model, str(error)) from error


def open_viewer(config: MarksConfig) -> Viewer:
    """Return the model that a configuration names, its key from the environment.

    Raises:
        MissingExtraError: The package `openai` is not installed.
        InvalidSettingError: The address is none, or there is no key where one is
            needed.
    """
    if not is_installed():
        raise MissingExtraError("openai", "llm")
    key, base_url = read_viewer_key(), config.base_url or DEFAULT_URL
    if not key and base_url == DEFAULT_URL:
        raise InvalidSettingError(f"set {KEY}, or {BASE_URL} to a local server")
    try:
        backend = OpenAIBackend(
            base_url, config.model, key or NO_KEY, OpenAIConfig(), words=WORDS
        )
    except InvalidRequestError as error:
        raise InvalidSettingError(str(error)) from error
    return EndpointViewer(backend)
