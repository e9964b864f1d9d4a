import warnings

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from sims.env import IDS, LOWER, UPPER, EnvConfig, VoxfieldEnv, env_id
from sims.suites import SUITES


def actions(env, count):
    rng = np.random.default_rng(0)
    return [env.action_space.low + rng.random(8, np.float32) for _ in range(count)]


@pytest.fixture(params=[env_id(name) for name in SUITES["smoke"]])
def env(request):
    made = gymnasium.make(request.param, render_mode="rgb_array")
    yield made
    made.close()


def complaints(env):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(env.unwrapped, skip_render_check=False)


def test_gymnasium_finds_nothing_to_complain_of(env):
    complaints(env)


@pytest.mark.slow
@pytest.mark.parametrize("name", IDS)
def test_gymnasium_finds_nothing_to_complain_of_in_any_task(name):
    env = gymnasium.make(name, render_mode="rgb_array")
    complaints(env)
    env.close()


def test_the_same_seed_and_actions_end_in_the_same_state(env):
    def history(seed):
        env.reset(seed=seed)
        for action in actions(env, 3):
            _, _, _, _, info = env.step(action)
            assert not info["success"]
        return env.unwrapped.world.state_hash()

    assert history(7) == history(7)
    assert history(7) != history(8)


def test_the_hand_goes_where_the_action_says():
    env = VoxfieldEnv("push-button", EnvConfig(period=1.0))
    env.reset(seed=0)
    goal = np.array([0.45, 0.1, 0.3])
    scaled = 2 * (goal - LOWER) / (UPPER - LOWER) - 1
    action = np.array([*scaled, 0.0, 1.0, 0.0, 0.0, -1.0], dtype=np.float32)
    for _ in range(2):
        seen, reward, done, late, info = env.step(action)
    np.testing.assert_allclose(seen["ee_pose"][:3], goal, atol=0.002)
    assert seen["gripper_width"][0] < 0.002
    assert (reward, done, late, info["success"]) == (0.0, False, False, False)
    assert info["instruction"] == env.task.instruction
    env.close()


def test_an_episode_ends_when_its_time_is_up():
    env = VoxfieldEnv("push-button", EnvConfig(period=7.0))
    env.reset(seed=0)
    still = np.array([0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0], dtype=np.float32)
    assert [env.step(still)[3] for _ in range(3)] == [False, False, True]
    env.close()
