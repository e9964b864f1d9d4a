"""Noun phrases that a reader says of which things they are true.

"Red mug handle" may be a handle that is red, or the handle of a red mug: where a thing
that the first words name has a part that the last words name, the part is meant.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from perception.scene import Object3D, Reader, Scene
from perception.words import ANYTHING, COLOUR_WORDS, SHAPE_WORDS, singular

LIKELY = 0.5


def read(scene: Scene, reader: Reader, words: Sequence[str]) -> list[Object3D]:
    """Return the things that words are true of, the surest first."""
    said = [word for word in words if SHAPE_WORDS.get(singular(word)) != ANYTHING]
    things = scene.objects
    if not said:
        return sorted(things, key=lambda each: (-each.score, each.id))
    cuts = [cut for cut in range(1, len(said)) if said[cut - 1] not in COLOUR_WORDS]
    texts = [" ".join(said)]
    for cut in cuts:
        texts += [" ".join(said[:cut]), " ".join(said[cut:])]
    likely = reader.read(texts, things)
    found = likely[0]
    for k in range(len(cuts)):
        whole, part = likely[1 + 2 * k : 3 + 2 * k]
        owned = np.minimum(part, _of_owner(things, whole))
        if owned.max(initial=0.0) > LIKELY:
            found = owned
            break
    order = sorted(range(len(things)), key=lambda i: (-found[i], things[i].id))
    return [things[i] for i in order if found[i] > LIKELY]


def _of_owner(
    things: Sequence[Object3D], likely: Float[np.ndarray, "n"]
) -> Float[np.ndarray, "n"]:
    """Return for each thing how likely words are true of what it is a part of."""
    of = {each.id: float(p) for each, p in zip(things, likely, strict=True)}
    return np.array([of.get(each.parent or 0, 0.0) for each in things])
