import io
import zipfile

import numpy as np
import pytest

from perception.errors import InvalidObservationError
from perception.observation_file import load_observation


def archive(**arrays):
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def array():
    out = io.BytesIO()
    np.save(out, np.zeros(3))
    return out.getvalue()


def broken():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("names.npy", array() * 50)
    data = bytearray(out.getvalue())
    data[45:60] = b"\xff" * 15
    return bytes(data)


FILES = {
    "empty": b"",
    "a text": b"hello",
    "an array": array(),
    "other arrays": archive(ee=np.zeros(7)),
    "arrays of another form": archive(names=np.array(["a"]), intrinsics_0=np.zeros(4)),
    "a name that is no list": archive(names=np.array("a")),
    "a broken archive": broken(),
}


@pytest.mark.parametrize("data", FILES.values(), ids=FILES)
def test_a_file_that_holds_something_else_is_refused_with_the_remedy(data, tmp_path):
    path = tmp_path / "seen.npz"
    path.write_bytes(data)
    with pytest.raises(InvalidObservationError, match="--save-observation") as caught:
        load_observation(path)
    assert "pickle" not in str(caught.value)


def test_a_file_that_is_not_there_is_told_once(tmp_path):
    with pytest.raises(InvalidObservationError) as caught:
        load_observation(tmp_path / "seen.npz")
    assert str(caught.value).count("seen.npz") == 1
