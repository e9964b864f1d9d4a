"""Laws of the count of identities, on sequences that are made up."""

from dataclasses import replace

import numpy as np
import pytest

from sims.tracking.counting import ENOUGH, Frame, Glimpse, count

STEP = 0.1  # [s]
THINGS = ("apple", "cup", "plate")


def perfect(length=50):
    """Return frames in which each thing has a track of its own all the time."""
    return [
        Frame(
            round(STEP * k, 6),
            tuple(Glimpse(t, 200, (n,)) for n, t in enumerate(THINGS, start=1)),
        )
        for k in range(length)
    ]


def changed(frames, since, until, change):
    """Return the frames with every glimpse changed from one index to another."""
    return [
        Frame(f.time, tuple(change(g) for g in f.glimpses)) if since <= k < until else f
        for k, f in enumerate(frames)
    ]


def tracked(thing, *tracks):
    return lambda g: replace(g, tracks=tracks) if g.thing == thing else g


def by_name(frames):
    return {each.thing: each for each in count(frames)}


def share(followed):
    return sum(f.kept for f in followed) / sum(len(f.counts) for f in followed)


def test_perfect_tracks_keep_every_identity():
    found = count(perfect())
    assert [f.identity for f in found] == [1, 2, 3]
    assert share(found) == 1.0
    assert all((f.switches, f.losses) == (0, ()) for f in found)


@pytest.mark.parametrize("at", [1, 17, 49])
def test_two_that_swap_lose_exactly_the_share_after_it(at):
    def swap(glimpse):
        other = {(1,): (2,), (2,): (1,)}
        return replace(glimpse, tracks=other.get(glimpse.tracks, glimpse.tracks))

    found = by_name(changed(perfect(), at, 50, swap))
    for thing in ("apple", "cup"):
        assert found[thing].kept == at
        assert len(found[thing].counts) == 50
        assert found[thing].switches == 1
        (loss,) = found[thing].losses
        assert not loss.found and loss.begin == pytest.approx(STEP * at)
    assert found["plate"].kept == 50


@pytest.mark.parametrize("frames_lost", [1, 4, 12])
def test_a_gap_of_some_seconds_is_made_up_in_as_many(frames_lost):
    frames = changed(perfect(), 20, 20 + frames_lost, tracked("cup"))
    found = by_name(frames)["cup"]
    (loss,) = found.losses
    assert loss.found
    assert loss.begin == pytest.approx(2.0)
    assert loss.gap == pytest.approx(STEP * frames_lost)
    assert loss.within(1.0) is (frames_lost <= 10)
    assert found.kept == 50 - frames_lost
    assert found.switches == 0


def test_time_in_which_a_thing_is_hidden_is_no_part_of_a_gap_and_does_not_count():
    def hide(g):
        return replace(g, pixels=ENOUGH - 1) if g.thing == "cup" else g

    frames = changed(perfect(), 20, 30, tracked("cup"))
    found = by_name(changed(frames, 22, 30, hide))["cup"]
    (loss,) = found.losses
    assert loss.gap == pytest.approx(2 * STEP)
    assert len(found.counts) == 42
    assert found.kept == 40


def test_a_hidden_thing_that_comes_back_with_its_track_was_never_lost():
    frames = changed(perfect(), 20, 30, lambda g: replace(g, pixels=0, tracks=()))
    assert share(count(frames)) == 1.0


def test_a_new_id_is_a_switch_and_what_was_on_it_is_told():
    frames = changed(perfect(), 10, 30, tracked("cup", 9))
    found = by_name(frames)["cup"]
    assert found.switches == 2  # there and back
    (loss,) = found.losses
    assert (loss.others, loss.gap) == ((9,), pytest.approx(2.0))


def test_a_second_track_on_a_thing_loses_nothing():
    frames = changed(perfect(), 10, 30, tracked("cup", 9, 2))
    assert share(count(frames)) == 1.0


def test_a_thing_counts_from_when_it_is_first_tracked():
    frames = changed(perfect(), 0, 15, tracked("cup"))
    found = by_name(frames)["cup"]
    assert (len(found.counts), found.kept, found.losses) == (35, 35, ())
    assert found.visible == 50


def test_what_is_never_tracked_has_no_identity():
    found = by_name(changed(perfect(), 0, 50, tracked("cup")))["cup"]
    assert (found.identity, found.counts, found.visible) == (0, (), 50)


def test_the_identity_of_one_thing_is_not_that_of_another():
    """A lid's track goes over to the jar that was hidden under it."""
    frames = changed(perfect(), 0, 25, tracked("cup"))
    frames = changed(frames, 25, 50, tracked("cup", 1))
    found = by_name(changed(frames, 25, 50, tracked("apple")))
    assert found["cup"].identity == 0
    assert found["apple"].kept == 25


def test_a_loss_that_the_end_cuts_short_is_neither_in_time_nor_late():
    early = by_name(changed(perfect(), 45, 50, tracked("cup")))["cup"].losses
    late = by_name(changed(perfect(), 30, 50, tracked("cup")))["cup"].losses
    assert [each.within(1.0) for each in (*early, *late)] == [None, False]


def test_kept_and_lost_frames_add_up_whatever_the_tracks_do():
    rng = np.random.default_rng(0)
    for _ in range(20):
        frames = [
            Frame(
                STEP * k,
                tuple(
                    Glimpse(
                        t,
                        int(rng.choice([0, 30, 200])),
                        tuple(rng.permutation(4)[: rng.integers(0, 3)].tolist()),
                    )
                    for t in THINGS
                ),
            )
            for k in range(30)
        ]
        for f in count(frames):
            times = [time for time, _ in f.counts]
            assert times == sorted(set(times))
            if f.counts:
                assert f.counts[0][1]
            runs = "".join("k" if kept else " " for _, kept in f.counts).split("k")
            assert len(f.losses) == sum(bool(run) for run in runs)
