import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from perception.backends.marks.placing import place_labels, room_for

PATCH = (4, 6)


@st.composite
def images(draw):
    """Boxes in an image: small and large, over one another, at the border."""
    height, width = draw(st.integers(8, 60)), draw(st.integers(8, 60))
    most = min(room_for(height, width, PATCH), 12)
    masks = []
    for _ in range(draw(st.integers(1, most))):
        v, u = draw(st.integers(0, height - 1)), draw(st.integers(0, width - 1))
        mask = np.zeros((height, width), dtype=bool)
        mask[v : v + draw(st.integers(1, 30)), u : u + draw(st.integers(1, 30))] = True
        masks.append(mask)
    return masks


def whole(label):
    u0, v0, u1, v1 = label.box_px
    return slice(v0, v1), slice(u0, u1)


@settings(max_examples=150, deadline=None)
@given(images())
def test_numbers_stand_within_the_image_and_never_on_one_another(masks):
    labels = place_labels(masks, PATCH)
    assert len(labels) == len(masks)
    taken = np.zeros(masks[0].shape, dtype=int)
    for label in labels:
        u0, v0, u1, v1 = label.box_px
        assert (v1 - v0, u1 - u0) == PATCH
        assert min(u0, v0) >= 0
        assert v1 <= taken.shape[0]
        assert u1 <= taken.shape[1]
        taken[whole(label)] += 1
    assert taken.max() == 1


@settings(max_examples=50, deadline=None)
@given(images())
def test_a_number_points_to_a_pixel_of_its_thing(masks):
    for mask, label in zip(masks, place_labels(masks, PATCH), strict=True):
        u, v = label.anchor_px
        assert mask[v, u]


def test_a_large_thing_has_its_number_on_it_and_a_small_one_beside_it():
    large, small = np.zeros((2, 60, 80), dtype=bool)
    large[10:50, 5:40], small[20:25, 60:65] = True, True
    on, beside = place_labels([large, small], PATCH)
    assert large[whole(on)].all()
    covered = small[whole(beside)].sum()
    assert covered < 0.3 * small.sum()
    near = np.zeros_like(small)
    near[14:31, 54:71] = True
    assert near[whole(beside)].all()


def test_a_number_does_not_hide_another_thing_if_there_is_room():
    first, second = np.zeros((2, 40, 60), dtype=bool)
    first[18:23, 20:25], second[18:23, 27:32] = True, True
    labels = place_labels([first, second], PATCH)
    assert second[whole(labels[0])].sum() == 0
    assert first[whole(labels[1])].sum() == 0


def test_there_is_room_for_some_in_an_image_and_for_none_in_a_smaller_one():
    assert room_for(168, 224, (5, 8)) > 100
    assert room_for(4, 6, PATCH) == 1
    assert room_for(3, 60, PATCH) == 0
