"""Messages with pictures, for models that see."""

import base64
from dataclasses import dataclass

from perception.backends.marks.viewer import Shown
from planner.language.backend import Message

Part = dict[str, object]


@dataclass(frozen=True, slots=True)
class Illustrated(Message):
    """A message whose text follows pictures; only an endpoint takes them."""

    pictures: tuple[Shown, ...] = ()


def content_of(message: Message) -> str | list[Part]:
    """Return the content of a message as chat completions have it."""
    if not isinstance(message, Illustrated):
        return message.content
    parts: list[Part] = []
    for each in message.pictures:
        data = base64.b64encode(each.png).decode()
        url = f"data:image/png;base64,{data}"
        parts.append({"type": "text", "text": each.caption})
        parts.append({"type": "image_url", "image_url": {"url": url}})
    parts.append({"type": "text", "text": message.content})
    return parts
