"""Models of a few thousand random weights, and what makes them say something."""

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    LogitsProcessor,
    PreTrainedTokenizerFast,
)

from planner.language.api import API

TEMPLATE = (
    "{% for m in messages %}<|{{ m['role'] }}|>{{ m['content'] }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
NO_SYSTEM = (
    "{% if messages[0]['role'] == 'system' %}"
    "{{ raise_exception('no system role') }}{% endif %}" + TEMPLATE
)
_SPECIAL = ["<|end|>", "<|pad|>", "<|system|>", "<|user|>", "<|assistant|>"]


def tiny_tokenizer(template=TEMPLATE):
    """A byte-level BPE trained on the spot on the API's own lines."""
    raw = Tokenizer(models.BPE())
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=600,
        special_tokens=_SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    raw.train_from_iterator([f"{each.head}: {each.meaning}" for each in API], trainer)
    made = PreTrainedTokenizerFast(
        tokenizer_object=raw, eos_token="<|end|>", pad_token="<|pad|>"
    )
    made.chat_template = template
    return made


def save_tiny_model(folder, template=TEMPLATE, longest=4096):
    """Write a checkpoint with random weights; return its folder as text."""
    tokenizer = tiny_tokenizer(template)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=longest,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=None,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return str(folder)


class Saying(LogitsProcessor):
    """Leaves one token at each place: those of a text, then the end."""

    def __init__(self, tokenizer, text, start):
        self._ids = [*tokenizer(text)["input_ids"], tokenizer.eos_token_id]
        self._start = start

    def __call__(self, input_ids, scores):
        at = min(input_ids.shape[1] - self._start, len(self._ids) - 1)
        only = scores.new_full(scores.shape, float("-inf"))
        only[:, self._ids[at]] = 0.0
        return only


def saying(tokenizer, *texts):
    """Processors that make a model say one text after another, the last for ever."""
    left = list(texts)

    def processors(start):
        text = left.pop(0) if len(left) > 1 else left[0]
        return [Saying(tokenizer, text, start)]

    return processors
