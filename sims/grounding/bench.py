"""How often the embedded grounder finds what is meant, by kind of phrase.

Scenes are new, their phrases have one agreed answer (`sims.grounding.questions`). A
phrase is right if the first instance has an intersection over union of a half or more
with what is meant, over the pixels of all cameras, its parts counted or not; a plural
if the instances are those and no others; one of what is absent if the grounder
abstains. All is asked twice: of the pictures as rendered, with mild noise, and as a
real sensor would have them (`sims.grounding.sensor`).
"""

import logging
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from random import Random

import numpy as np
from rich.table import Table

from perception.backends.embedded.grounder import EmbeddedGrounder
from perception.errors import NoSurfaceError
from perception.grounder import Found, Grounded, Grounder, Instance, NotFound
from perception.observation import Camera
from sims.grounding.corpus import wholes
from sims.grounding.laying import SceneConfig
from sims.grounding.nouns import lexicon
from sims.grounding.questions import CATEGORIES, Asker, Question
from sims.grounding.scenes import Shot, shoot
from sims.grounding.sensor import as_sensed
from sims.intervals import wilson
from sims.world import World

log = logging.getLogger(__name__)
SAME = 0.5  # intersection over union
TIMED = 10  # phrases of a call that is timed, at least


@dataclass(frozen=True, slots=True)
class GrounderBenchConfig:
    """What is measured.

    Attributes:
        scenes: How many.
        seed: Everything follows from it.
        questions: Of each category and scene, at most.
    """

    scenes: int = 1000
    seed: int = 0
    questions: int = 2


@dataclass(slots=True)
class _Tally:
    """What became of the phrases of one category on one kind of picture."""

    right: int = 0
    count: int = 0
    wrong: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, slots=True)
class CategoryReport:
    """One category on one kind of picture.

    Attributes:
        category: Of the phrases.
        sensed: Whether the pictures were those of a real sensor.
        right: Phrases that were.
        count: All of them.
        low: Lower end of the 95 % Wilson interval of the share.
        high: Upper end.
        wrong: Some phrases that were not, with what was found.
    """

    category: str
    sensed: bool
    right: int
    count: int
    low: float
    high: float
    wrong: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class GrounderReport:
    """All categories.

    Attributes:
        grounder: Who was asked.
        scenes: How many.
        categories: Of each kind of picture.
        centre_mm: Median error of the centre of what was found rightly.
        centre_p90_mm: The same, exceeded by one in ten.
        cpu_ms: Median CPU time of ten phrases in two pictures.
        cpu_p95_ms: The same, exceeded by one in twenty.
    """

    grounder: str
    scenes: int
    categories: tuple[CategoryReport, ...]
    centre_mm: float
    centre_p90_mm: float
    cpu_ms: float
    cpu_p95_ms: float

    def facts(self) -> dict[str, object]:
        """Return it as plain values."""
        return asdict(self)

    def table(self) -> Table:
        """Return it to be looked at."""
        table = Table(title=f"grounder: {self.grounder}", title_justify="left")
        for column in ("phrases", "rendered", "95 %", "as sensed", "95 %"):
            table.add_column(column, justify="left" if column == "phrases" else "right")
        told = {(each.category, each.sensed): each for each in self.categories}
        for name in CATEGORIES:
            row = [name]
            for sensed in (False, True):
                each = told.get((name, sensed))
                if each is None or not each.count:
                    row += ["-", ""]
                    continue
                share = 100 * each.right / each.count
                row.append(f"{each.right}/{each.count} = {share:.1f} %")
                row.append(f"{100 * each.low:.0f}-{100 * each.high:.0f}")
            table.add_row(*row)
        table.caption = (
            f"centre: median {self.centre_mm:.1f} mm, 90 % within "
            f"{self.centre_p90_mm:.1f} mm; {TIMED} phrases, two pictures: median "
            f"{self.cpu_ms:.0f} CPU ms, 95 % within {self.cpu_p95_ms:.0f}"
        )
        return table


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Questions about one shot, and what was answered.

    Attributes:
        shot: What is asked about.
        sensed: Whether the pictures are those of a real sensor.
        cameras: The pictures.
        questions: About them.
        answers: To each of the questions.
        seconds: CPU time it took.
    """

    shot: Shot
    sensed: bool
    cameras: tuple[Camera, ...]
    questions: tuple[Question, ...]
    answers: tuple[Grounded, ...]
    seconds: float

    def right(self, place: int) -> bool:
        """Say whether an answer is right."""
        found = _instances(self.answers[place])
        return _right(_Match(self.shot), self.questions[place], found)


def ask_about_scenes(
    config: GrounderBenchConfig, grounder: Grounder
) -> Iterator[Asked]:
    """Yield the answers of a grounder about new scenes, each seen in two ways."""
    words = lexicon()
    with World(config.seed) as world:
        for number in range(config.scenes):
            rng = np.random.default_rng([config.seed, 0xBE, number])
            shot = shoot(world, rng, SceneConfig(measured=True))
            asker = Asker(shot, words, Random(f"questions {config.seed} {number}"))
            questions = tuple(asker.questions(config.questions))
            if questions:
                yield _asked(shot, False, shot.cameras, questions, grounder)
                sensed = tuple(as_sensed(each, rng) for each in shot.cameras)
                yield _asked(shot, True, sensed, questions, grounder)


def run_grounder_bench(
    config: GrounderBenchConfig,
    grounder: Grounder | None = None,
    progress: Callable[[str], None] = log.info,
) -> GrounderReport:
    """Return what a grounder makes of phrases about new scenes.

    Args:
        config: What is measured.
        grounder: Who is asked; the embedded one that ships if absent.
        progress: Gets a sentence every hundred scenes.
    """
    grounder = grounder or EmbeddedGrounder.load()
    tallies = {(c, s): _Tally() for c in CATEGORIES for s in (False, True)}
    errors: list[float] = []
    seconds: list[float] = []
    for number, asked in enumerate(ask_about_scenes(config, grounder), start=1):
        for place, question in enumerate(asked.questions):
            tally = tallies[question.category, asked.sensed]
            off_mm = _note(tally, asked, place)
            if off_mm is not None and not asked.sensed:
                errors.append(off_mm)
        if not asked.sensed and len(asked.questions) >= TIMED:
            seconds.append(asked.seconds)
        if number % 200 == 0:
            progress(f"{number // 2} of {config.scenes} scenes")
    return GrounderReport(
        grounder.name,
        config.scenes,
        tuple(_category(key, tally) for key, tally in tallies.items()),
        _quantile(errors, 0.5),
        _quantile(errors, 0.9),
        _quantile(seconds, 0.5) * 1e3,
        _quantile(seconds, 0.95) * 1e3,
    )


def _asked(
    shot: Shot,
    sensed: bool,
    cameras: tuple[Camera, ...],
    questions: tuple[Question, ...],
    grounder: Grounder,
) -> Asked:
    phrases = [each.phrase for each in questions]
    start = time.process_time()
    try:
        answers = grounder.ground(cameras, phrases)
    except NoSurfaceError:
        answers = tuple(NotFound(each) for each in phrases)
    seconds = time.process_time() - start
    return Asked(shot, sensed, cameras, questions, answers, seconds)


def _note(tally: _Tally, asked: Asked, place: int) -> float | None:
    """Count an answer; return the error of its centre in [mm] if it is right."""
    shot, question = asked.shot, asked.questions[place]
    instances = _instances(asked.answers[place])
    tally.count += 1
    if not asked.right(place):
        match = _Match(shot)
        seen = ", ".join(
            shot.pieces[best - 1].noun if (best := match.best(each)) else "nothing"
            for each in instances[:3]
        )
        tally.wrong.append(f"{question.phrase} -> {seen or 'not found'}")
        return None
    tally.right += 1
    if len(question.answer) != 1 or question.answer[0] not in shot.boxes:
        return None
    gap = instances[0].position - shot.boxes[question.answer[0]].mean(axis=0)
    return 1e3 * float(np.linalg.norm(gap))


def _instances(answer: Grounded) -> tuple[Instance, ...]:
    return answer.instances if isinstance(answer, Found) else ()


def _right(match: "_Match", question: Question, instances: Sequence[Instance]) -> bool:
    if question.category == "absent":
        return not instances
    if not instances:
        return False
    if question.category != "plural":
        return match.fits(instances[0], question.answer[0])
    every = all(
        any(match.fits(each, number) for each in instances)
        for number in question.answer
    )
    return every and all(
        any(match.fits(each, number) for number in question.answer)
        for each in instances
    )


@dataclass(frozen=True)
class _Match:
    """Compares instances with pieces of a shot, over the pixels of all cameras."""

    shot: Shot

    def fits(self, instance: Instance, number: int) -> bool:
        """Say whether an instance is a piece, its parts counted or not."""
        own = np.zeros(len(self.shot.pieces) + 1, dtype=bool)
        own[number] = True
        return any(
            self._iou(instance, np.flatnonzero(members)) >= SAME
            for members in (own, wholes(self.shot)[number])
        )

    def best(self, instance: Instance) -> int:
        """Return the number of the piece that an instance is; 0 if it is none."""
        numbers = range(1, len(self.shot.pieces) + 1)
        return next((i for i in numbers if self.fits(instance, i)), 0)

    def _iou(self, instance: Instance, numbers: np.ndarray) -> float:
        seen = {each.camera: each.mask for each in instance.sightings}
        both = either = 0
        for camera, owners in zip(self.shot.cameras, self.shot.owners, strict=True):
            true = np.isin(owners, numbers)
            mask = seen.get(camera.name, np.zeros_like(true))
            both += int((true & mask).sum())
            either += int((true | mask).sum())
        return both / max(either, 1)


def _category(key: tuple[str, bool], tally: _Tally) -> CategoryReport:
    low, high = wilson(tally.right, tally.count) if tally.count else (0.0, 1.0)
    return CategoryReport(
        key[0], key[1], tally.right, tally.count, low, high, tuple(tally.wrong[:40])
    )


def _quantile(values: Sequence[float], share: float) -> float:
    if len(values) < 2:
        return values[0] if values else 0.0
    if share == 0.5:
        return statistics.median(values)
    return float(np.quantile(values, share))
