import imageio_ffmpeg
import numpy as np
import pytest

from planner.events import ProgramWritten, SubTaskStarted
from planner.value_maps import MapSet
from sims.arm import SimArm
from sims.camera import Rig, stage_view
from sims.overlay import Stroke, draw_strokes, project
from sims.video import Film, FilmConfig, VideoError, VideoWriter, still_ahead
from sims.world import World

SMALL = FilmConfig(fps=10, size=(160, 128), caption=32, hold=0.5)


def probe(path):
    """Return the number of frames and the size that a player would see."""
    frames, _ = imageio_ffmpeg.count_frames_and_secs(str(path))
    reader = imageio_ffmpeg.read_frames(str(path))
    size = next(reader)["size"]
    reader.close()
    return frames, tuple(size)


def test_a_video_has_the_frames_and_the_size_it_was_given(tmp_path):
    path = tmp_path / "video.mp4"
    writer = VideoWriter(path, 10, (64, 48))
    for value in range(0, 250, 50):
        writer.append(np.full((48, 64, 3), value, np.uint8))
    writer.close()
    assert probe(path) == (5, (64, 48))


def test_a_player_can_start_before_the_whole_file_is_there(tmp_path):
    path = tmp_path / "video.mp4"
    writer = VideoWriter(path, 10, (64, 48))
    writer.append(np.zeros((48, 64, 3), np.uint8))
    writer.close()
    content = path.read_bytes()
    assert 0 < content.index(b"moov") < content.index(b"mdat")


def test_a_film_runs_at_the_speed_of_the_world(tmp_path):
    path = tmp_path / "film.mp4"
    with World() as world:
        with Film(world, path, "wave", SMALL) as film:
            world.step(1.0)
            film.end(True, "done")
        world.step(0.5)  # no longer filmed
    first, during, held = 1, 10, 5
    assert probe(path) == (first + during + held, (160, 128 + 32))


def test_filming_changes_nothing_in_the_world(tmp_path):
    hashes: list[str] = []
    for filmed in (False, True):
        with World(3) as world:
            film = Film(world, tmp_path / "f.mp4", "wave", SMALL) if filmed else None
            world.step(0.3)
            hashes.append(world.state_hash())
            if film is not None:
                film.close()
    assert hashes[0] == hashes[1]


def test_an_episode_that_breaks_leaves_a_film_that_plays(tmp_path):
    path = tmp_path / "film.mp4"
    with World() as world, pytest.raises(RuntimeError, match="lost"):
        with Film(world, path, "wave", SMALL):
            raise RuntimeError("lost the arm")
    assert probe(path) == (1 + 5, (160, 160))


def test_an_encoder_that_stops_is_an_error_that_says_why(tmp_path):
    path = tmp_path / "no such folder" / "video.mp4"
    writer = VideoWriter(path, 10, (640, 480))
    picture = np.zeros((480, 640, 3), np.uint8)
    with pytest.raises(VideoError, match="No such file"):
        for _ in range(100):
            writer.append(picture)
    with pytest.raises(VideoError):
        writer.close()


def test_a_film_that_breaks_leaves_the_world_running(tmp_path):
    with World() as world:
        path = tmp_path / "no such folder" / "film.mp4"
        with Film(world, path, "wave", SMALL):
            world.step(1.0)
        assert world.time == pytest.approx(1.0, abs=0.01)


def test_the_caption_follows_the_program(tmp_path):
    with World() as world:
        with Film(world, tmp_path / "film.mp4", "wave", SMALL) as film:
            program = ProgramWritten("a = 1\nexecute(f)\n", "scripted", False, 0.0)
            seen = SimArm(world, Rig(world)).observe()
            film.listen(seen, [program, SubTaskStarted(0, 2, "gripper", MapSet(), ())])
            assert film.caption.text == "sub-task 1, line 2:  execute(f)"
            assert film.caption.title == "wave"


def test_the_stage_looks_at_points_where_they_are():
    view = stage_view(400, 300)
    target = np.add(view.target, [[0.0, 0.0, 0.0], [0.0, 0.0, 0.1]])
    pixels = project(target, view)
    np.testing.assert_allclose(pixels[0], [199.5, 149.5], atol=1e-6)
    assert pixels[1, 1] < pixels[0, 1]  # up in the world is up in the picture
    behind = np.array([view.eye]) * 2.0
    assert len(project(behind, view)) == 0


def test_a_stroke_is_drawn_where_it_runs_and_nowhere_else():
    view = stage_view(400, 300)
    picture = np.zeros((300, 400, 3), np.uint8)
    ends = np.add(view.target, [[0.0, 0.0, 0.0], [0.0, 0.0, 0.1]])
    drawn = draw_strokes(picture, view, [Stroke(ends, "#ff0000", 4.0)])
    (u, v), (_, top) = project(ends, view)
    assert drawn[round((v + top) / 2), round(u), 0] > 150
    assert drawn[:, : round(u) - 20].max() == 0
    assert drawn[:, round(u) + 20 :].max() == 0


def test_what_lies_behind_the_hand_is_no_longer_ahead():
    path = np.linspace([0.0, 0.0, 0.0], [1.0, 0.0, 0.0], 11)
    ahead = still_ahead(path, np.array([0.52, 0.01, 0.0]))
    np.testing.assert_allclose(ahead[:, 0], [0.52, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
