"""The vocabulary: programs survive it, and names are spelt as in the sentence."""

from random import Random

import pytest

from planner.language.embedded.constraint import grammar_for, name_words, slip
from planner.language.embedded.instructions import instruction
from planner.language.embedded.tokens import OUTSIDE, make_tokenizer, written_down
from planner.language.library import load_library

LIBRARY = load_library()


@pytest.fixture(scope="module")
def tokenizer():
    return make_tokenizer(0, size=900, sentences=3000)


@pytest.fixture(scope="module")
def accepts(tokenizer):
    """Say whether the grammar of a sentence accepts an answer."""
    import llguidance.hf  # noqa: PLC0415
    from llguidance import LLMatcher  # noqa: PLC0415

    reader = llguidance.hf.from_tokenizer(tokenizer)

    def go(sentence, answer):
        matcher = LLMatcher(reader, LLMatcher.grammar_from_lark(grammar_for(sentence)))
        ids = tokenizer(answer, add_special_tokens=False)["input_ids"]
        return matcher.try_consume_tokens(ids) == len(ids) and matcher.is_accepting()

    return go


def test_a_program_survives_the_tokenizer(tokenizer):
    rng = Random(2)
    tokens = characters = 0
    for _ in range(200):
        program = LIBRARY.program(instruction(rng).meaning)
        ids = tokenizer(program, add_special_tokens=False)["input_ids"]
        assert tokenizer.decode(ids) == program
        tokens, characters = tokens + len(ids), characters + len(program)
    assert tokens < characters / 10


def test_a_name_is_the_same_tokens_in_sentence_and_program(tokenizer):
    def pieces(text):
        return tokenizer.tokenize(text, add_special_tokens=False)

    said, written = pieces("put the zyblorg can in"), pieces("thing = 'zyblorg can'\n")
    name = pieces("zyblorg can")
    assert " ".join(name) in " ".join(said)
    assert " ".join(name) in " ".join(written)


def test_the_chat_template_reads_a_sentence_as_training_writes_it(tokenizer):
    messages = [
        {"role": "system", "content": "whatever"},
        {"role": "user", "content": "objects = ['a']\n# Query: Don't push Anna's CUP "},
    ]
    text = tokenizer.apply_chat_template(messages, tokenize=False)
    assert text == f"<s>{written_down(' Dont push Annas CUP')}<sep>"


def test_the_grammar_accepts_every_program_of_its_own_sentence(accepts):
    rng = Random(7)
    for _ in range(60):
        said = instruction(rng)
        answer = LIBRARY.program(said.meaning) + "\n"
        # Two slips in one word may go further than the grammar mends.
        names = [word for word in answer.split("'") if word]
        if all(set(each.split()) <= name_words(said.text) for each in names[1:2]):
            assert accepts(said.text, answer), said.text
    assert accepts("fly to the moon", OUTSIDE)


def test_the_grammar_refuses_names_that_nobody_said(accepts):
    good = LIBRARY.sample(LIBRARY.tasks["press"]) + "\n"
    assert accepts("push the green button", good)
    assert not accepts("push the red button", good)
    assert not accepts("push the green button", "import os\n")
    assert not accepts("push the green button", good.replace("press", "pass"))


def test_a_misspelt_word_may_be_written_right():
    assert {"block", "bloks"} <= name_words("take the bloks") | {"block"}
    assert "bowl" in name_words("put it in the bwol")
    assert "table" not in name_words("put it in the bwol")


@pytest.mark.parametrize(
    ("meant", "written", "is_slip"),
    [
        ("bowl", "bwol", True), ("block", "blok", True), ("drawer", "drawre", True),
        ("bowl", "bowl", False), ("cup", "cap", True), ("red", "blue", False),
        ("button", "mutton", True), ("it", "in", False), ("yellow", "yelow", True),
    ],
)  # fmt: skip
def test_slips_of_the_fingers(meant, written, is_slip):
    assert slip(meant, written) is is_slip
