"""Films of episodes: the stage, the planned path and the path taken, captioned."""

import logging
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np

from perception.observation import Observation
from planner.errors import MissingExtraError
from planner.events import Event, ProgramWritten, SegmentPlanned, SubTaskStarted
from planner.visualise.palette import nth
from sims.camera import render_view, stage_view
from sims.errors import SimError
from sims.overlay import Caption, Picture, Stroke, draw_caption, draw_strokes
from sims.world import World

log = logging.getLogger(__name__)

CLOSE_SECONDS = 30.0  # that the encoder is given to finish


class VideoError(SimError):
    """The encoder stopped."""


class VideoWriter:
    """An H.264 file, frame by frame; players can start before all of it is there.

    Args:
        path: Of the file; its directory exists.
        fps: Frames a second.
        size: Width and height, even, [px].
        whole_every: Frames from one that stands by itself to the next, so that any
            is soon found; 0 leaves that to the encoder.

    Raises:
        MissingExtraError: imageio-ffmpeg is not installed.
    """

    def __init__(
        self, path: Path, fps: int, size: tuple[int, int], *, whole_every: int = 0
    ):
        assert size[0] % 2 == 0 and size[1] % 2 == 0, f"{size} is not even"
        self.size = size
        self._path = path
        self._errors = tempfile.TemporaryFile()
        # imageio's own writer runs code between fork and exec, which breaks where
        # gRPC has threads; a group of its own keeps Ctrl-C from the encoder.
        self._encoder = subprocess.Popen(
            _command(path, fps, size, whole_every),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
            process_group=0,
        )

    def append(self, picture: Picture) -> None:
        """Add a frame.

        Raises:
            VideoError: The encoder stopped.
        """
        assert picture.shape == (self.size[1], self.size[0], 3)
        assert self._encoder.stdin is not None
        try:
            self._encoder.stdin.write(picture.tobytes())
        except (OSError, ValueError) as error:
            raise VideoError(self._sentence()) from error

    def close(self) -> None:
        """Finish the file.

        Raises:
            VideoError: The encoder did not.
        """
        with self._errors:
            try:
                self._encoder.communicate(timeout=CLOSE_SECONDS)
            except (OSError, subprocess.TimeoutExpired) as error:
                self._encoder.kill()
                raise VideoError(self._sentence()) from error
            if self._encoder.returncode != 0:
                raise VideoError(self._sentence())

    def _sentence(self) -> str:
        self._errors.seek(0)
        said = self._errors.read().decode(errors="replace").strip()
        return f"{self._path} could not be written: {said or 'the encoder stopped'}"


def _command(
    path: Path, fps: int, size: tuple[int, int], whole_every: int
) -> list[str]:
    try:
        import imageio_ffmpeg  # noqa: PLC0415 - only films need it
    except ImportError as error:
        raise MissingExtraError("imageio-ffmpeg", "sim") from error
    frames = f"-f rawvideo -pix_fmt rgb24 -s {size[0]}x{size[1]} -r {fps} -i -"
    coded = "-an -vcodec libx264 -pix_fmt yuv420p -crf 21 -movflags +faststart"
    if whole_every:
        coded += f" -g {whole_every}"
    program = imageio_ffmpeg.get_ffmpeg_exe()
    return [program, "-y", "-v", "error", *frames.split(), *coded.split(), str(path)]


@dataclass(frozen=True, slots=True)
class FilmConfig:
    """How a film looks.

    Attributes:
        fps: Frames a simulated second; each costs about 0.13 s.
        size: Width and height of the stage's picture, even, [px].
        caption: Height of the strip below it, even, [px].
        hold: How long the last picture stays, [s].
    """

    fps: int = 12
    size: tuple[int, int] = (800, 640)
    caption: int = 96
    hold: float = 2.0


class Film:
    """Films a world while it moves; give `listen` to the loop.

    A frame is taken whenever one is due in simulated time, so the film runs at the
    speed of the world, whatever planning takes. A film that breaks is logged and
    ends; the episode goes on.

    Args:
        world: What is filmed; its parts are laid out.
        path: Of the video; its directory exists.
        instruction: Stands below the picture.
        config: How it looks.

    Raises:
        MissingExtraError: imageio-ffmpeg or pillow is not installed.
    """

    def __init__(
        self,
        world: World,
        path: Path,
        instruction: str,
        config: FilmConfig | None = None,
    ):
        self.config = config or FilmConfig()
        self._world = world
        self._instruction = instruction
        width, height = self.config.size
        self._view = stage_view(width, height)
        self._begin = world.time
        self._source: list[str] = []
        self._subtask: SubTaskStarted | None = None
        self._path: np.ndarray | None = None
        self._taken: list[np.ndarray] = []
        self._picture: Picture | None = None
        self._closed = False
        self._writer = VideoWriter(
            path, self.config.fps, (width, height + self.config.caption)
        )
        self._frames = 0
        self._write(self.caption)
        world.on_step(self._stepped)

    def listen(self, observation: Observation, events: Sequence[Event]) -> None:
        """Take in what an observation led to."""
        del observation
        for event in events:
            match event:
                case ProgramWritten(source):
                    self._source = source.splitlines()
                case SubTaskStarted():
                    self._subtask, self._path = event, None
                case SegmentPlanned():
                    self._path = event.path_world
                case _:
                    pass

    def frame(self) -> None:
        """Add the picture of this instant."""
        self._picture = None
        self._write(self.caption)

    def end(self, success: bool | None, message: str) -> None:
        """Say how it ended, for as long as the last picture stays."""
        words = {None: "", True: "Success: ", False: "Failed: "}[success]
        now = self.caption
        caption = Caption(now.title, words + message, now.colour, now.right, success)
        for _ in range(round(self.config.hold * self.config.fps)):
            self._write(caption)

    def close(self) -> None:
        """Finish the file; the world goes on unfilmed."""
        if self._closed:
            return
        self._closed = True
        try:
            self._writer.close()
        except VideoError as error:
            log.warning("%s", error)

    def __enter__(self) -> "Film":
        """Return the film."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Finish the file, with the error that ended the episode if there is one."""
        if error is not None and not self._closed:
            self.end(False, f"{type(error).__name__}: {error}")
        self.close()

    def _stepped(self, world: World) -> None:
        due = self._begin + self._frames / self.config.fps
        if not self._closed and world.time >= due - 1e-9:
            self.frame()

    def _write(self, caption: Caption) -> None:
        if self._closed:
            return
        if self._picture is None:
            self._picture = self._shoot()
        picture = draw_caption(self._picture, caption, self.config.caption)
        try:
            self._writer.append(picture)
        except VideoError:
            self.close()  # which logs why
        self._frames += 1

    def _shoot(self) -> Picture:
        hand = self._world.panda.T_world_ee.position
        self._taken.append(hand)
        strokes = [Stroke(np.array(self._taken), "#334155", 2.0)]
        if self._path is not None and len(self._path) > 1:
            ahead = still_ahead(self._path, hand)
            strokes.append(Stroke(ahead, self._colour, 4.0, ring=True))
        picture = render_view(self._world, *self.config.size)
        return draw_strokes(picture, self._view, strokes)

    @property
    def _colour(self) -> str:
        return nth(self._subtask.index) if self._subtask else "#66758a"

    @property
    def caption(self) -> Caption:
        """What stands below the picture now."""
        text = "planning"
        if self._subtask is not None:
            line = self._subtask.line
            code = self._source[line - 1] if 0 < line <= len(self._source) else ""
            text = f"sub-task {self._subtask.index + 1}, line {line}:  {code.strip()}"
        time = f"{self._world.time - self._begin:.1f} s"
        return Caption(self._instruction, text, self._colour, time)


def still_ahead(path_world: np.ndarray, hand_world: np.ndarray) -> np.ndarray:
    """Return a path from the hand on: what lies behind its nearest point left out."""
    gaps = np.linalg.norm(path_world - hand_world, axis=1)
    return np.concatenate([hand_world[None], path_world[int(gaps.argmin()) :]])
