"""Checkpoints of a few thousand random weights, in the format of the hub.

Each has the architecture, the files and the processor of a public one: only the
sizes are small, and the tokenizer is made here. `save_*` return the folder as text.
"""

import json

import torch
from transformers import (
    BertConfig,
    BertTokenizer,
    CLIPTokenizer,
    GroundingDinoConfig,
    GroundingDinoForObjectDetection,
    GroundingDinoImageProcessorPil,
    MMGroundingDinoConfig,
    MMGroundingDinoForObjectDetection,
    Owlv2Config,
    Owlv2ForObjectDetection,
    Owlv2ImageProcessorPil,
    OwlViTConfig,
    OwlViTForObjectDetection,
    OwlViTImageProcessorPil,
    Sam2Config,
    Sam2Model,
    Sam2VideoConfig,
    Sam2VideoModel,
    Sam3Config,
    Sam3Model,
    Sam3TrackerVideoConfig,
    Sam3VideoConfig,
    Sam3VideoModel,
    SamConfig,
    SamImageProcessorPil,
    SamModel,
    SwinConfig,
)

LETTERS = "abcdefghijklmnopqrstuvwxyz"
LONGEST_OWL, LONGEST_SAM3 = 16, 32  # tokens, as in the public ones
# Grounding DINO knows [CLS], [SEP], "." and "?" by their numbers.
FIXED = {101: "[CLS]", 102: "[SEP]", 1012: ".", 1029: "?"}


def save_owlv2(folder):
    return _save_owl(
        folder, Owlv2Config, Owlv2ForObjectDetection, Owlv2ImageProcessorPil
    )


def save_owlvit(folder):
    return _save_owl(
        folder, OwlViTConfig, OwlViTForObjectDetection, OwlViTImageProcessorPil
    )


def save_grounding_dino(folder):
    return _save_dino(folder, GroundingDinoConfig, GroundingDinoForObjectDetection)


def save_mm_grounding_dino(folder):
    return _save_dino(folder, MMGroundingDinoConfig, MMGroundingDinoForObjectDetection)


def save_sam(folder):
    torch.manual_seed(3)
    config = SamConfig(
        vision_config={
            "hidden_size": 16,
            "output_channels": 16,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "mlp_dim": 32,
            "image_size": 64,
            "patch_size": 8,
            "window_size": 4,
            "global_attn_indexes": [1],
            "num_pos_feats": 8,
        },
        prompt_encoder_config={
            "hidden_size": 16,
            "image_size": 64,
            "patch_size": 8,
            "mask_input_channels": 4,
        },
        mask_decoder_config=_decoder(),
    )
    SamModel(config).save_pretrained(folder)
    SamImageProcessorPil(
        size={"longest_edge": 64},
        pad_size={"height": 64, "width": 64},
        mask_size={"longest_edge": 32},
        mask_pad_size={"height": 32, "width": 32},
    ).save_pretrained(folder)
    return str(folder)


def save_sam2(folder):
    torch.manual_seed(4)
    return _save_sam2(folder, Sam2Model(Sam2Config(**_sam2_parts())))


def save_sam2_video(folder):
    """The public SAM 2 checkpoints say that they are video models."""
    torch.manual_seed(4)
    config = Sam2VideoConfig(**_sam2_parts(), image_size=64, **_memory(16))
    return _save_sam2(folder, Sam2VideoModel(config))


def save_sam3(folder):
    torch.manual_seed(5)
    return _save_sam3(folder, Sam3Model(_sam3_config()))


def save_sam3_video(folder):
    """The public SAM 3 checkpoint says that it is a video model."""
    torch.manual_seed(5)
    tracker = Sam3TrackerVideoConfig(
        vision_config=_sam3_vision(),
        prompt_encoder_config={
            "hidden_size": 32,
            "image_size": 64,
            "patch_size": 8,
            "mask_input_channels": 4,
        },
        mask_decoder_config=_decoder() | {"hidden_size": 32},
        **_memory(32),
    )
    config = Sam3VideoConfig(detector_config=_sam3_config(), tracker_config=tracker)
    return _save_sam3(folder, Sam3VideoModel(config))


def _save_sam3(folder, model):
    model.save_pretrained(folder)
    _clip_tokenizer(LONGEST_SAM3).save_pretrained(folder)
    _save_settings(folder, "Sam3ImageProcessorFast", [0.5, 0.5, 0.5], [0.5, 0.5, 0.5])
    return str(folder)


def _sam3_config():
    small = {"hidden_size": 32, "num_attention_heads": 2}
    layers = small | {"num_layers": 2, "intermediate_size": 32}
    text = _clip_text(_clip_tokenizer(LONGEST_SAM3), LONGEST_SAM3)
    return Sam3Config(
        vision_config=_sam3_vision(),
        text_config=text | {"projection_dim": 16},
        geometry_encoder_config=layers,
        detr_encoder_config=layers,
        detr_decoder_config=layers | {"num_queries": 40},
        mask_decoder_config=small,
    )


def _sam3_vision():
    vit = {
        "model_type": "sam3_vit_model",
        "hidden_size": 32,
        "intermediate_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "image_size": 64,
        "pretrain_image_size": 32,
        "patch_size": 8,
        "window_size": 4,
        "global_attn_indexes": [1],
    }
    return {
        "backbone_config": vit,
        "fpn_hidden_size": 32,
        "backbone_feature_sizes": [[32, 32], [16, 16], [8, 8]],
    }


def _memory(width):
    """Sizes of what only a video model has."""
    return {
        "memory_attention_hidden_size": width,
        "memory_attention_num_layers": 1,
        "memory_attention_feed_forward_hidden_size": 32,
        "memory_attention_rope_feat_sizes": [4, 4],
        "memory_encoder_hidden_size": width,
        "memory_encoder_output_channels": 4,
        "memory_fuser_embed_dim": width,
        "memory_fuser_intermediate_dim": 32,
        "mask_downsampler_embed_dim": width,
    }


def _save_owl(folder, config_kind, model_kind, processor_kind):
    torch.manual_seed(1)
    tokenizer = _clip_tokenizer(LONGEST_OWL)
    text = _clip_text(tokenizer, LONGEST_OWL)
    vision = {
        "hidden_size": 16,
        "intermediate_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "image_size": 64,
        "patch_size": 8,
    }
    config = config_kind(text_config=text, vision_config=vision, projection_dim=16)
    model_kind(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    processor_kind(size={"height": 64, "width": 64}).save_pretrained(folder)
    return str(folder)


def _save_dino(folder, config_kind, model_kind):
    torch.manual_seed(2)
    tokenizer = _bert_tokenizer()
    config = config_kind(
        backbone_config=SwinConfig(
            image_size=64,
            embed_dim=8,
            depths=[1, 1, 1, 1],
            num_heads=[1, 1, 2, 2],
            window_size=4,
            out_features=["stage2", "stage3", "stage4"],
        ),
        text_config=BertConfig(
            vocab_size=len(tokenizer),
            hidden_size=16,
            intermediate_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
        ),
        d_model=32,  # its norms have 32 groups
        encoder_layers=2,
        encoder_ffn_dim=32,
        encoder_attention_heads=2,
        decoder_layers=2,
        decoder_ffn_dim=32,
        decoder_attention_heads=2,
        num_queries=30,
        max_text_len=32,
        query_dim=4,
    )
    model_kind(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    GroundingDinoImageProcessorPil(
        size={"shortest_edge": 64, "longest_edge": 96}
    ).save_pretrained(folder)
    return str(folder)


def _save_sam2(folder, model):
    model.save_pretrained(folder)
    _save_settings(
        folder, "Sam2ImageProcessorFast", [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
    )
    return str(folder)


def _save_settings(folder, processor, mean, deviation):
    """Write what an image processor would that does not load without torchvision."""
    settings = {
        "image_processor_type": processor,
        "size": {"height": 64, "width": 64},
        "image_mean": mean,
        "image_std": deviation,
        "rescale_factor": 1 / 255,
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(settings))


def _sam2_parts():
    hiera = {
        "model_type": "sam2_hiera_det_model",
        "hidden_size": 8,
        "image_size": [64, 64],
        "blocks_per_stage": [1, 1, 2, 1],
        "embed_dim_per_stage": [8, 16, 32, 64],
        "num_attention_heads_per_stage": [1, 1, 2, 2],
        "window_size_per_stage": [8, 4, 4, 2],
        "global_attention_blocks": [3],
        "window_positional_embedding_background_size": [2, 2],
    }
    vision = {
        "backbone_config": hiera,
        "backbone_channel_list": [64, 32, 16, 8],
        "backbone_feature_sizes": [[16, 16], [8, 8], [4, 4]],
        "fpn_hidden_size": 16,
    }
    prompt = {
        "hidden_size": 16,
        "image_size": 64,
        "patch_size": 16,
        "mask_input_channels": 4,
    }
    return {
        "vision_config": vision,
        "prompt_encoder_config": prompt,
        "mask_decoder_config": _decoder(),
    }


def _decoder():
    return {
        "hidden_size": 16,
        "mlp_dim": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "iou_head_hidden_dim": 16,
    }


def _clip_text(tokenizer, longest):
    return {
        "vocab_size": len(tokenizer),
        "hidden_size": 16,
        "intermediate_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "max_position_embeddings": longest,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }


def _clip_tokenizer(longest):
    """The end of a text has the largest number: the text tower looks for it."""
    tokens = ["!", *LETTERS, *(each + "</w>" for each in LETTERS)]
    tokens += ["<|startoftext|>", "<|endoftext|>"]
    vocabulary = {token: number for number, token in enumerate(tokens)}
    return CLIPTokenizer(
        vocab=vocabulary, merges=[], pad_token="!", model_max_length=longest
    )


def _bert_tokenizer():
    words = {0: "[PAD]", 100: "[UNK]", 103: "[MASK]"} | FIXED
    words |= {200 + i: letter for i, letter in enumerate(LETTERS)}
    words |= {300 + i: "##" + letter for i, letter in enumerate(LETTERS)}
    vocabulary = {words.get(i, f"[unused{i}]"): i for i in range(1030)}
    return BertTokenizer(vocab=vocabulary)
