"""The embedded model's vocabulary: words by byte pairs, program pieces as one token.

What stands between the slots of the example library is one token each, so a program
of forty lines is some twenty tokens; names are spelt like the words of a sentence, so
that copying them is copying tokens.
"""

from collections.abc import Iterator
from importlib import import_module
from random import Random
from typing import Any

from planner.language.embedded.instructions import instruction
from planner.language.embedded.outside import outside
from planner.language.library import load_library, vector
from planner.language.parts import DIRECTIONS, REGIONS, SIDES

PAD, BEGIN, SEPARATOR, END, OUTSIDE = "<pad>", "<s>", "<sep>", "</s>", "<outside>"
SPECIAL = (PAD, BEGIN, SEPARATOR, END, OUTSIDE)
# Letters stay together; every digit, space and sign is a token of its own.
_SPLIT = r"[a-z]+|[^a-z]"
# The last message is the instruction, maybe with what is seen in lines before it.
CHAT_TEMPLATE = (
    "{{ '<s>' + (messages | selectattr('role', 'equalto', 'user') | list)[-1].content"
    ".split('# Query: ')[-1] | lower | replace('\\'', '') | trim + '<sep>' }}"
)


def written_down(sentence: str) -> str:
    """Return a sentence as the model reads it; `CHAT_TEMPLATE` does the same."""
    return sentence.lower().replace("'", "").strip()


def code_tokens() -> tuple[str, ...]:
    """Return the texts of programs that are one token each, longest first."""
    vectors = {vector(each) for each in (*SIDES, *DIRECTIONS)}
    vectors |= {vector(each, flat=True) for each in REGIONS}
    found = {*load_library().pieces(), *vectors}
    return tuple(sorted(found, key=lambda each: (-len(each), each)))


def _sentences(seed: int, count: int) -> Iterator[str]:
    rng = Random(f"tokens {seed}")
    for _ in range(count):
        make = outside if rng.random() < 0.2 else instruction
        yield written_down(make(rng).text)


def make_tokenizer(seed: int, size: int = 4000, sentences: int = 60_000) -> Any:
    """Return a `PreTrainedTokenizerFast` trained on sentences of the grammar.

    Args:
        seed: Of the sentences.
        size: Words and pieces of words; the tokens of programs come on top.
        sentences: How many it is trained on.
    """
    library: Any = import_module("tokenizers")
    pre_tokenizers, decoders = library.pre_tokenizers, library.decoders
    bare = library.Tokenizer(library.models.BPE())
    bare.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(library.Regex(_SPLIT), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    bare.decoder = decoders.ByteLevel()
    trainer = library.trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    bare.train_from_iterator(_sentences(seed, sentences), trainer)
    bare.add_tokens(
        [library.AddedToken(each, normalized=False) for each in code_tokens()]
    )
    return import_module("transformers").PreTrainedTokenizerFast(
        tokenizer_object=bare,
        bos_token=BEGIN,
        eos_token=END,
        pad_token=PAD,
        additional_special_tokens=[SEPARATOR, OUTSIDE],
        chat_template=CHAT_TEMPLATE,
        clean_up_tokenization_spaces=False,
    )
