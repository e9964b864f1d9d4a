import re

import pytest

from planner.errors import InvalidRequestError
from planner.language import environment
from planner.language.environment import PREFIX, read_environment

NAMES = re.findall(r"^\| (VOXFIELD_LLM_\w+)", environment.__doc__, re.MULTILINE)


class Asked(dict):
    """Variables that note which of them were looked at."""

    def __init__(self):
        super().__init__()
        self.names = []

    def get(self, name, default=None):
        self.names.append(name)
        return default


def test_the_table_has_every_variable_that_is_read():
    asked = Asked()
    read_environment(asked)
    assert sorted(set(asked.names)) == sorted(NAMES)


def test_empty_is_absent():
    empty = dict.fromkeys(NAMES, " ")
    assert read_environment(empty) == read_environment({})


def test_numbers_are_numbers():
    given = read_environment({PREFIX + "MOST_TOKENS": "500", PREFIX + "PRICE_IN": ".5"})
    assert (given.budget.most_tokens, given.budget.price_in) == (500, 0.5)


@pytest.mark.parametrize("text", ["many", "-1", "nan", "inf", "1e999"])
@pytest.mark.parametrize("name", ["MOST_TOKENS", "MOST_SECONDS"])
def test_a_number_that_is_none_is_refused_by_name(name, text):
    with pytest.raises(InvalidRequestError, match=name):
        read_environment({PREFIX + name: text})


def test_the_key_is_not_shown():
    assert "sk-secret" not in repr(read_environment({PREFIX + "API_KEY": "sk-secret"}))
