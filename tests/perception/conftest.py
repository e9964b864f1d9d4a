"""Makes the ray-caster importable, and makes one perceiver for all tests."""

import sys
from pathlib import Path

import pytest

from perception.backends.segmentation import SegmentationPerceiver

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def perceiver():
    return SegmentationPerceiver()
