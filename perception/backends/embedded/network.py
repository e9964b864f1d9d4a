"""The embedded grounder's network: a SigLIP (Zhai et al. 2023) of a size of our own.

Its image tower takes the planes of `crops`, its text tower noun phrases. Like any
SigLIP, it says for each pair how likely the text is true of the picture.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from perception.backends.embedded.crops import PLANES, S

PAD, UNKNOWN, END = "<pad>", "<unk>", "</s>"
LONGEST = 12  # tokens of a phrase
# A SigLIP starts sure that nothing fits, with a slope that lets it learn.
SLOPE, LEVEL = 10.0, -4.0


@dataclass(frozen=True, slots=True)
class NetworkConfig:
    """Sizes.

    Attributes:
        width: Of both towers and of what they have in common.
        inner: Width of their feed-forward parts.
        heads: Of each layer.
        patch: Side of what becomes one token of a picture, [px].
        sight: Layers of the image tower.
        reading: Layers of the text tower.
        vocabulary: Tokens.
    """

    width: int = 128
    inner: int = 256
    heads: int = 4
    patch: int = 12
    sight: int = 4
    reading: int = 2
    vocabulary: int = 1500


def make_network(config: NetworkConfig, tokens: int) -> Any:
    """Return a `SiglipModel` with random weights.

    Args:
        config: Sizes.
        tokens: Of its tokenizer.
    """
    library = import_module("transformers")
    shared = {
        "hidden_size": config.width,
        "intermediate_size": config.inner,
        "num_attention_heads": config.heads,
    }
    text = {
        **shared,
        "vocab_size": tokens,
        "num_hidden_layers": config.reading,
        "max_position_embeddings": LONGEST,
        "projection_size": config.width,
        "pad_token_id": 0,
        "bos_token_id": None,
        "eos_token_id": 2,
    }
    image = {
        **shared,
        "num_hidden_layers": config.sight,
        "num_channels": PLANES,
        "image_size": S,
        "patch_size": config.patch,
    }
    network = library.SiglipModel(
        library.SiglipConfig(text_config=text, vision_config=image)
    )
    torch = import_module("torch")
    with torch.no_grad():
        network.logit_scale.fill_(torch.tensor(SLOPE).log())
        network.logit_bias.fill_(LEVEL)
    return network


def make_tokenizer(texts: Iterable[str], size: int) -> Any:
    """Return a `PreTrainedTokenizerFast` trained on some texts.

    Args:
        texts: What it is trained on.
        size: Tokens, at most.
    """
    library: Any = import_module("tokenizers")
    pre_tokenizers = library.pre_tokenizers
    bare = library.Tokenizer(library.models.BPE(unk_token=UNKNOWN))
    bare.normalizer = library.normalizers.Lowercase()
    bare.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    trainer = library.trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=[PAD, UNKNOWN, END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    bare.train_from_iterator(texts, trainer)
    return import_module("transformers").PreTrainedTokenizerFast(
        tokenizer_object=bare,
        pad_token=PAD,
        unk_token=UNKNOWN,
        eos_token=END,
        clean_up_tokenization_spaces=False,
    )


def tokens_of(tokenizer: Any, texts: list[str]) -> Any:
    """Return the (n, `LONGEST`) token ids of phrases."""
    return tokenizer(
        texts,
        padding="max_length",
        truncation=True,
        max_length=LONGEST,
        return_tensors="pt",
    )["input_ids"]


def pixels_of(planes: Any) -> Any:
    """Return a float tensor of planes of bytes, as the network sees them."""
    torch = import_module("torch")
    return torch.from_numpy(planes).float().div_(127.5).sub_(1.0)


def towers(network: Any, pixels: Any, ids: Any) -> tuple[Any, Any]:
    """Return unit vectors of pictures and of texts."""
    sight = network.vision_model(pixel_values=pixels).pooler_output
    reading = network.text_model(input_ids=ids).pooler_output
    return (
        sight / sight.norm(dim=-1, keepdim=True),
        reading / reading.norm(dim=-1, keepdim=True),
    )


def logits_of(network: Any, looks: Any, words: Any) -> Any:
    """Return the (pictures, texts) log odds that a text is true of a picture."""
    return looks @ words.T * network.logit_scale.exp() + network.logit_bias
