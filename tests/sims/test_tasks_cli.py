import json

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from sims import cli
from sims.env import IDS, env_id
from sims.gallery import HEIGHT, STRIP, WIDTH, show
from sims.registry import NAMES, make_task
from sims.suites import SUITES
from sims.tasks import Referenced


def test_every_entry_of_every_suite_is_a_task_that_knows_its_reference():
    for name in {name for entries in SUITES.values() for name in entries}:
        assert isinstance(make_task(name), Referenced)


def test_every_task_has_an_environment_of_its_own():
    assert sorted(IDS.values()) == sorted(NAMES)
    assert IDS[env_id("block-in-bowl")] == "block-in-bowl"
    assert env_id("SI-SA/push-line") == "Voxfield/SISAPushLine-v1"


def test_a_picture_shows_one_state_and_the_seed_decides_which():
    first, again, other = (show("push-button", seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.picture, again.picture)
    assert (first.picture != other.picture).any()


def test_the_verb_lists_tasks_with_instructions_and_leaves_pictures(tmp_path):
    verb = ["tasks", "--suite", "push", "--pictures", str(tmp_path), "--json"]
    result = CliRunner().invoke(cli.app, verb)
    assert result.exit_code == 0
    (told,) = json.loads(result.stdout)["tasks"]
    assert told["task"] == "push-block"
    assert "push the" in told["instruction"]
    assert told["environment"] in IDS
    picture = Image.open(tmp_path / "push.png")
    assert picture.size == (WIDTH, HEIGHT + STRIP)


@pytest.mark.parametrize("json_", [[], ["--json"]])
def test_an_unknown_suite_is_refused_with_the_known_ones(json_):
    result = CliRunner().invoke(cli.app, ["tasks", "--suite", "none", *json_])
    assert result.exit_code == 2
    assert "voxposer-blocks" in result.stderr + result.stdout
