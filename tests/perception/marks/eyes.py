"""What can be read off a marked picture, and a model that answers from what it sees.

The numbers are found in the pixels alone: a white frame round black, and in it the
very digits. The places come from the table in the question.
"""

import io
import json
import re

import numpy as np
from PIL import Image

from perception.backends.marks.drawing import patch

TALL = range(20, 90)


def opened(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def numbers_in(picture, most=60):
    """Return the numbers that stand in a picture, each with its box v0, u0, v1, u1."""
    white = (picture == 255).all(axis=2)
    corner = white[:-8, :-8] & white[:-8, 8:] & white[8:, :-8]
    corner &= (picture[4:-4, 4:-4] == 0).all(axis=2)
    found = {}
    for v, u in np.argwhere(corner):
        wide, tall = 2 + _run(white[v, u:]), 2 + _run(white[v:, u])
        top, left = int(v) - 1, int(u) - 1  # of the black rim
        if tall in TALL and wide > tall and min(top, left) >= 0:
            part = picture[top : top + tall, left : left + wide]
            if part.shape[:2] != (tall, wide) or not _framed(part):
                continue
            for number in range(1, most + 1):
                if np.array_equal(part, patch(number, tall, wide)):
                    assert number not in found, f"{number} stands there twice"
                    found[number] = (top, left, top + tall, left + wide)
    return found


def _framed(part):
    rim = (part[0], part[-1], part[:, 0], part[:, -1])
    line = (part[1, 1:-1], part[-2, 1:-1], part[1:-1, 1], part[1:-1, -2])
    return not any(side.any() for side in rim) and all((e == 255).all() for e in line)


def _run(line):
    ends = np.flatnonzero(~line)
    return int(ends[0]) if len(ends) else len(line)


def places_in(question):
    """Return x, y and height over the table, in [m], of each mark in a question."""
    rows = re.findall(r"^\d+(?:, -?[\d.]+){6}$", question, re.MULTILINE)
    places = {}
    for row in rows:
        number, y, x, bottom, top, *_ = (float(cell) for cell in row.split(", "))
        places[int(number)] = np.array([x, y, (bottom + top) / 2.0]) / 100.0
    return places


def phrases_in(question):
    return json.loads(re.search(r"^\[.*\]$", question, re.MULTILINE).group())


def reply(meant):
    """Return a reply of marks and nearest marks by phrase."""
    return json.dumps(
        {
            phrase: {"marks": list(marks), "nearest": list(nearest)}
            for phrase, (marks, nearest) in meant.items()
        }
    )


class Eyes:
    """Knows where things are, looks up their marks, and keeps what it was asked.

    Where something is are its x and y, or its height over the table, too. What it does
    not know is nearest to mark 1. Where replies are given, it says those
    first.
    """

    model = "eyes"

    def __init__(self, where=(), *replies):
        self.where = dict(where)
        self.replies = list(replies)
        self.asked = []

    def answer(self, pictures, talk):
        self.asked.append((tuple(pictures), tuple(talk)))
        if self.replies:
            return self.replies.pop(0)
        places = places_in(talk[0])
        legible = {n for each in pictures for n in numbers_in(opened(each.png))}
        assert legible == set(places)
        return reply({p: self._meant(p, places) for p in phrases_in(talk[0])})

    def _meant(self, phrase, places):
        centres = self.where.get(phrase, ())
        marks = [
            min(
                places,
                key=lambda n: np.linalg.norm(places[n][: len(centre)] - centre),
            )
            for centre in centres
        ]
        return marks, [] if marks else [1]
