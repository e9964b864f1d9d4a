import numpy as np
import pytest

from perception.backends.embedded.examples import Examples
from perception.backends.embedded.proposals import propose
from perception.foreground import Foreground
from perception.observation import NO_BODY
from sims.grounding.corpus import (
    SAME,
    CorpusConfig,
    overlaps,
    render_corpus,
    wholes,
)
from sims.grounding.laying import SceneConfig
from sims.grounding.scenes import shoot
from sims.grounding.sensor import as_sensed
from sims.world import World

TINY = CorpusConfig(shards=2, scenes=2, scene=SceneConfig(size=(160, 160)))


@pytest.fixture(scope="module")
def shot():
    with World(0) as world:
        return shoot(world, np.random.default_rng(4), SceneConfig())


def test_a_killed_run_makes_the_shards_that_an_unbroken_one_makes(tmp_path):
    lines = []
    first, second = render_corpus(TINY, tmp_path, lines.append)
    before = Examples.load(first), Examples.load(second)
    second.unlink()
    render_corpus(TINY, tmp_path, lines.append)
    assert len(lines) == 3
    for kept, made in zip(before, map(Examples.load, (first, second)), strict=True):
        assert len(kept) and {"", *kept.noun} > {""}
        for name in Examples.__slots__:
            np.testing.assert_array_equal(getattr(kept, name), getattr(made, name))


def test_what_a_proposal_shows_is_what_it_shares_the_most_pixels_with(shot):
    seen = Foreground.of(shot.cameras, NO_BODY, TINY.seen.foreground)
    proposals = propose(seen, TINY.seen.proposals)
    shares, best = overlaps(shot, seen, proposals)
    assert ((shares >= 0.0) & (shares <= 1.0)).all()
    found = set(best[shares >= SAME].tolist())
    assert len(found) >= 0.6 * sum(p.of is None for p in shot.pieces)
    none, nothing = overlaps(shot, seen, [])
    assert len(none) == len(nothing) == 0


def test_the_whole_of_a_thing_has_its_parts_and_theirs(shot):
    members = wholes(shot)
    for piece in shot.pieces:
        assert members[piece.number, piece.number]
        if piece.of is not None:
            assert members[piece.of, piece.number]
            assert (members[piece.of] >= members[piece.number]).all()


def test_a_real_sensor_loses_some_depth_and_bends_little_of_the_rest(shot):
    camera = shot.cameras[0]
    sensed = as_sensed(camera, np.random.default_rng(0))
    lost = (sensed.depth == 0.0) & (camera.depth > 0.0)
    assert 0.002 < lost.mean() < 0.2
    kept = (sensed.depth > 0.0) & (camera.depth > 0.0)
    gap = np.abs(sensed.depth - camera.depth)[kept]
    assert np.median(gap) < 0.006
    millimetres = sensed.depth[kept] * 1e3
    np.testing.assert_allclose(millimetres, np.round(millimetres), atol=1e-2)
    np.testing.assert_array_equal(sensed.colour, camera.colour)
