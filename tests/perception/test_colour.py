import colorsys

import numpy as np
import pytest

from perception.colour import COLOURS, chroma, colour_word, palette

CSS = {
    "red": (255, 0, 0),
    "orange": (255, 140, 0),
    "yellow": (255, 255, 0),
    "green": (0, 128, 0),
    "cyan": (0, 255, 255),
    "blue": (0, 0, 255),
    "purple": (128, 0, 128),
    "pink": (255, 105, 180),
    "brown": (139, 69, 19),
    "gray": (128, 128, 128),
    "white": (255, 255, 255),
    "black": (0, 0, 0),
}


def patch(rgb, n=60):
    return np.tile(np.array(rgb, dtype=np.uint8), (n, 1))


def test_the_table_of_this_test_has_every_word():
    assert set(CSS) == set(COLOURS)


@pytest.mark.parametrize("word", CSS)
def test_web_colours_have_their_own_names(word):
    assert colour_word(patch(CSS[word])) == word


@pytest.mark.parametrize("word", CSS)
def test_a_shaded_half_does_not_change_the_word(word):
    lit = patch(CSS[word])
    shaded = (0.55 * lit).astype(np.uint8)
    assert colour_word(np.concatenate([lit, shaded])) == word


def test_chroma_is_what_shading_leaves():
    hues = [colorsys.hsv_to_rgb(h, 0.8, 1.0) for h in np.linspace(0, 0.95, 20)]
    lit = (255 * np.array(hues)).astype(np.uint8)
    shaded = (0.6 * lit).astype(np.uint8)
    assert np.abs(chroma(lit) - chroma(shaded)).max() < 0.05
    apart = np.linalg.norm(chroma(lit)[:, None] - chroma(lit)[None], axis=2)
    assert apart[~np.eye(20, dtype=bool)].min() > 0.1


def test_the_palette_separates_two_paints_whatever_their_noise():
    rng = np.random.default_rng(0)
    red = patch((210, 30, 30), 500) + rng.integers(-8, 9, (500, 3))
    orange = patch((240, 130, 20), 500) + rng.integers(-8, 9, (500, 3))
    both = np.concatenate([red, orange]).astype(np.uint8)
    classes = palette(chroma(both))
    assert len(np.unique(classes[:500])) == 1
    assert len(np.unique(classes[500:])) == 1
    assert classes[0] != classes[-1]
