"""Every architecture of the hub, loaded and run as a public checkpoint would be."""

import importlib
import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import numpy as np
import PIL.Image
import pytest
import tiny_checkpoints
import torch
import transformers
from raycast import ball, block, look_from, observe

from perception.backends.hub.catalogue import load_detector, load_segmenter
from perception.backends.hub.config import HubConfig, ModelSource
from perception.backends.hub.grounder import HubGrounder
from perception.errors import (
    InvalidPhraseError,
    MissingExtraError,
    ModelLoadError,
    WrongModelError,
)
from perception.grounder import Found, NotFound

TWO_STAGE = ("owlvit", "owlv2", "grounding_dino", "mm_grounding_dino")
ONE_STAGE = ("sam3", "sam3_video")
DETECTORS = (*TWO_STAGE, *ONE_STAGE)
SEGMENTERS = ("sam", "sam2", "sam2_video")
PHRASES = ["red block", "the green ball", "a long thin mug"]
# Of two sizes: a rig seldom has equal cameras.
RIG = (
    look_from("front", (1.25, 0.0, 0.65), width=120, height=90),
    look_from("left", (0.35, 0.8, 0.7), width=120, height=90),
    look_from("right", (0.35, -0.8, 0.7), width=64, height=100),
)


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    made = {}
    for name in (*DETECTORS, *SEGMENTERS):
        folder = tmp_path_factory.mktemp(name)
        made[name] = getattr(tiny_checkpoints, f"save_{name}")(folder)
    return made


@pytest.fixture(scope="module")
def cameras():
    return observe([block("red", 0.5, 0.1), ball("green", 0.4, -0.2)], RIG).cameras


@pytest.fixture(scope="module")
def images(cameras):
    return [camera.colour for camera in cameras]


@pytest.fixture(scope="module")
def detectors(folders):
    return {name: load_detector(ModelSource(folders[name]), 4) for name in DETECTORS}


@pytest.fixture(scope="module")
def segmenters(folders):
    return {name: load_segmenter(ModelSource(folders[name]), 4) for name in SEGMENTERS}


BOXES = [
    np.array([[10.0, 10.0, 60.0, 80.0], [50.0, 30.0, 119.0, 90.0]]),
    np.zeros((0, 4)),
    np.array([[0.0, 5.0, 40.0, 60.0]]),
]


@pytest.mark.parametrize("name", DETECTORS)
def test_a_detector_scores_boxes_for_each_phrase_in_each_image(detectors, images, name):
    found = detectors[name].detect(images, PHRASES)
    assert [len(each) for each in found] == [len(PHRASES)] * len(images)
    for boxes in (boxes for each in found for boxes in each):
        assert len(boxes.box_px) == len(boxes.score) > 0
        assert (boxes.score >= 0.0).all()
        assert (boxes.score <= 1.0).all()
        assert np.isfinite(boxes.box_px).all()
        assert (boxes.box_px[:, 2:] >= boxes.box_px[:, :2]).all()


@pytest.mark.parametrize("name", DETECTORS)
def test_many_phrases_and_images_at_once_are_as_one_at_a_time(detectors, images, name):
    together = detectors[name].detect(images, PHRASES)
    for image, of_image in zip(images, together, strict=True):
        for phrase, boxes in zip(PHRASES, of_image, strict=True):
            ((alone,),) = detectors[name].detect([image], [phrase])
            np.testing.assert_allclose(boxes.score, alone.score, atol=1e-4)
            np.testing.assert_allclose(boxes.box_px, alone.box_px, atol=1e-2)


@pytest.mark.parametrize("name", DETECTORS)
def test_boxes_are_in_the_pixels_of_the_camera(detectors, images, name):
    # The same picture at twice the size has the same boxes at twice the size; no
    # more than nearly, as each is scaled to the size that the model sees.
    image = np.kron(images[0][::8, ::8], np.ones((8, 8, 1), np.uint8))
    twice = np.kron(image, np.ones((2, 2, 1), np.uint8))
    ((small,),) = detectors[name].detect([image], PHRASES[:1])
    ((large,),) = detectors[name].detect([twice], PHRASES[:1])
    best = int(small.score.argmax())
    gap = np.abs(large.box_px - 2.0 * small.box_px[best]).max(axis=1)
    assert gap.min() < 0.05 * twice.shape[1]


@pytest.mark.parametrize("name", TWO_STAGE)
def test_boxes_are_those_of_the_librarys_own_processor(detectors, images, name):
    detector, phrase = detectors[name], "red block"
    kind = transformers.OwlViTProcessor if "owl" in name else None
    kind = transformers.Owlv2Processor if name == "owlv2" else kind
    kind = kind or transformers.GroundingDinoProcessor
    processor = kind(detector.processor, detector.tokenizer)
    inputs = processor(images=images[0], text=[[phrase]], return_tensors="pt")
    with torch.inference_mode():
        outputs = detector.weights.model(**inputs)
    (theirs,) = processor.post_process_grounded_object_detection(
        outputs, threshold=-1.0, target_sizes=[images[0].shape[:2]]
    )
    ((ours,),) = detector.detect(images[:1], [phrase])
    np.testing.assert_allclose(ours.score, theirs["scores"], atol=1e-5)
    np.testing.assert_allclose(ours.box_px, theirs["boxes"], atol=1e-3)


def test_boxes_and_masks_of_sam3_are_those_of_the_whole_model(detectors, images):
    detector, (height, width) = detectors["sam3"], images[0].shape[:2]
    tokens = detector.tokenizer(
        ["red block"], padding="max_length", max_length=32, return_tensors="pt"
    )
    with torch.inference_mode():
        out = detector.weights.model(detector.stretch.pixels(images[0]), **tokens)
    score = out.pred_logits[0].sigmoid() * out.presence_logits[0].sigmoid()
    best = int(score.argmax())
    ((ours,),) = detector.detect(images[:1], ["red block"])
    assert abs(ours.score[0] - float(score[best])) < 1e-5
    box_px = out.pred_boxes[0, best].numpy() * [width, height, width, height]
    np.testing.assert_allclose(ours.box_px[0], box_px, atol=1e-3)
    mask = out.pred_masks[0, best].sigmoid().numpy()
    np.testing.assert_allclose(ours.mask[0], mask, atol=1e-4)


def test_masks_are_those_of_the_librarys_own_processor(segmenters, images):
    segmenter = segmenters["sam"]
    processor = transformers.SamProcessor(segmenter.processor)
    inputs = processor(images[0], input_boxes=[BOXES[0].tolist()], return_tensors="pt")
    sizes = inputs["original_sizes"], inputs["reshaped_input_sizes"]
    with torch.inference_mode():
        outputs = segmenter.weights.model(
            pixel_values=inputs["pixel_values"],
            input_boxes=inputs["input_boxes"].float(),
            multimask_output=False,
        )
    (theirs,) = processor.post_process_masks(outputs.pred_masks, *sizes)
    (ours,) = segmenter.segment(images[:1], BOXES[:1])
    assert (ours != theirs[:, 0].numpy()).mean() < 1e-3


def test_sam2_sees_the_pixels_that_pillow_makes(segmenters, images):
    stretch = segmenters["sam2"].stretch
    height, width = stretch.size
    for image in images:
        shrunk = PIL.Image.fromarray(image).resize((width, height), 2)  # bilinear
        wanted = (np.asarray(shrunk) / 255.0 - stretch.mean) / stretch.deviation
        pixels = stretch.pixels(image)[0].permute(1, 2, 0).numpy()
        level = 1.0 / 255.0 / min(stretch.deviation)  # they may round otherwise
        np.testing.assert_allclose(pixels, wanted, atol=1.01 * level)


@pytest.mark.parametrize("name", SEGMENTERS)
def test_a_segmenter_has_a_mask_of_the_images_size_for_each_box(
    segmenters, images, name
):
    masks = segmenters[name].segment(images, BOXES)
    for image, boxes, each in zip(images, BOXES, masks, strict=True):
        assert each.dtype == np.bool_
        assert each.shape == (len(boxes), *image.shape[:2])
    assert 0.0 < masks[0].mean() < 1.0


@pytest.mark.parametrize("name", SEGMENTERS)
def test_many_boxes_and_images_at_once_are_as_one_at_a_time(segmenters, images, name):
    together = segmenters[name].segment(images, BOXES)
    for image, boxes, masks in zip(images, BOXES, together, strict=True):
        for box, mask in zip(boxes, masks, strict=True):
            ((alone,),) = segmenters[name].segment([image], [box[None]])
            assert (mask != alone).mean() < 1e-3


@pytest.mark.parametrize(
    ("detector", "segmenter"),
    [*product(TWO_STAGE, SEGMENTERS), *product(ONE_STAGE, ("", "sam2"))],
)
def test_any_detector_works_with_any_segmenter(folders, cameras, detector, segmenter):
    config = HubConfig(
        folders[detector], folders.get(segmenter, ""), threshold=0.0, most=4, batch=2
    )
    grounder = HubGrounder.load(config)
    first = grounder.ground(cameras, PHRASES)
    sizes = {camera.name: camera.depth.shape for camera in cameras}
    assert [each.phrase for each in first] == PHRASES
    for found in first:
        assert isinstance(found, Found)
        for sighting in (s for each in found.instances for s in each.sightings):
            height, width = sizes[sighting.camera]
            assert sighting.mask.shape == (height, width)
            assert sighting.mask.dtype == np.bool_
            assert (sighting.box_px >= 0.0).all()
            assert (sighting.box_px <= [width, height, width, height]).all()
    _same(first, grounder.ground(cameras, PHRASES))


def test_several_threads_may_ask_at_once(folders, cameras):
    config = HubConfig(folders["owlv2"], folders["sam"], threshold=0.0, most=2)
    grounder = HubGrounder.load(config)
    alone = [grounder.ground(cameras[:1], PHRASES[:n]) for n in (1, 2, 3)]
    with ThreadPoolExecutor(3) as pool:
        jobs = [
            pool.submit(grounder.ground, cameras[:1], PHRASES[:n]) for n in (1, 2, 3)
        ]
    for job, expected in zip(jobs, alone, strict=True):
        _same(job.result(), expected)


def _same(first, second):
    for a, b in zip(first, second, strict=True):
        assert len(a.instances) == len(b.instances)
        for one, other in zip(a.instances, b.instances, strict=True):
            np.testing.assert_array_equal(one.points_world, other.points_world)
            assert one.score == other.score


@pytest.mark.parametrize("detector", DETECTORS)
def test_a_threshold_of_one_abstains_with_the_nearest_seen(folders, cameras, detector):
    config = HubConfig(folders[detector], folders["sam2"], threshold=1.0, nearest=2)
    for each in HubGrounder.load(config).ground(cameras, PHRASES):
        assert isinstance(each, NotFound)
        assert len(each.nearest) == 2
        assert each.nearest[0].score >= each.nearest[1].score > 0.0


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize("detector", DETECTORS)
def test_weights_of_half_precision_work(folders, cameras, detector, dtype):
    segmenter = "sam" if dtype == "bfloat16" else "sam2"
    segmenter = "" if detector in ONE_STAGE else folders[segmenter]
    config = HubConfig(folders[detector], segmenter, dtype=dtype, threshold=0.0, most=2)
    grounder = HubGrounder.load(config)
    for part in filter(None, (grounder.detector, grounder.segmenter)):
        assert part.weights.model.dtype is getattr(torch, dtype)
    (red,) = grounder.ground(cameras[:1], PHRASES[:1])
    assert red.phrase == PHRASES[0]


def test_the_threshold_is_that_of_the_detector_unless_another_is_set(detectors):
    thresholds = [detectors[name].threshold for name in DETECTORS]
    assert thresholds == [0.1, 0.1, 0.25, 0.25, 0.3, 0.3]


@pytest.mark.parametrize("name", DETECTORS)
def test_a_phrase_longer_than_the_model_reads_is_refused(detectors, images, name):
    with pytest.raises(InvalidPhraseError, match="the model reads"):
        detectors[name].detect(images[:1], ["a", "a very " * 40 + "long name"])


LOADERS = {"detector": load_detector, "segmenter": load_segmenter}


@pytest.mark.parametrize("kind", LOADERS)
def test_a_folder_that_is_missing_or_empty_is_named(tmp_path, kind):
    nowhere = tmp_path / "nowhere"
    for folder, why in ((tmp_path, r"config\.json"), (nowhere, "no such folder")):
        with pytest.raises(ModelLoadError, match=why) as caught:
            LOADERS[kind](ModelSource(str(folder)), 1)
        assert caught.value.model == str(folder)


@pytest.mark.parametrize(
    ("kind", "other"), [("detector", "sam"), ("segmenter", "owlv2")]
)
def test_a_model_that_does_something_else_is_refused(folders, kind, other):
    with pytest.raises(WrongModelError, match=f"architecture is {other}") as caught:
        LOADERS[kind](ModelSource(folders[other]), 1)
    assert caught.value.architecture == other
    assert other not in caught.value.known


@pytest.mark.parametrize(
    ("kind", "name", "file"),
    [
        ("detector", "owlv2", "model.safetensors"),
        ("detector", "owlv2", "preprocessor_config.json"),
        ("detector", "grounding_dino", "tokenizer.json"),
        ("segmenter", "sam", "preprocessor_config.json"),
        ("segmenter", "sam2", "preprocessor_config.json"),
        ("segmenter", "sam2", "model.safetensors"),
    ],
)
def test_a_missing_file_is_an_error_that_names_the_model(
    folders, tmp_path, kind, name, file
):
    shutil.copytree(folders[name], tmp_path, dirs_exist_ok=True)
    (tmp_path / file).unlink()
    with pytest.raises(ModelLoadError) as caught:
        LOADERS[kind](ModelSource(str(tmp_path)), 1)
    assert caught.value.model == str(tmp_path)


@pytest.mark.parametrize(
    ("kind", "name", "key"),
    [("detector", "owlv2", "class_head"), ("segmenter", "sam", "mask_decoder")],
)
def test_missing_weights_are_an_error_and_not_random_numbers(
    folders, tmp_path, kind, name, key
):
    torch_files = importlib.import_module("safetensors.torch")
    shutil.copytree(folders[name], tmp_path, dirs_exist_ok=True)
    path = str(tmp_path / "model.safetensors")
    kept = {k: v for k, v in torch_files.load_file(path).items() if key not in k}
    torch_files.save_file(kept, path, metadata={"format": "pt"})
    with pytest.raises(ModelLoadError, match="weights are missing"):
        LOADERS[kind](ModelSource(str(tmp_path)), 1)


def test_weights_that_do_not_fit_the_config_are_an_error(folders, tmp_path):
    shutil.copytree(folders["owlv2"], tmp_path, dirs_exist_ok=True)
    config = json.loads((tmp_path / "config.json").read_text())
    config["vision_config"]["hidden_size"] = 32
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelLoadError):
        load_detector(ModelSource(str(tmp_path)), 1)


@pytest.mark.parametrize("device", ["cuda:7", "no such"])
def test_a_device_that_is_not_there_is_an_error(folders, device):
    with pytest.raises(ModelLoadError):
        load_segmenter(ModelSource(folders["sam"], device=device), 1)


@pytest.mark.parametrize("module", ["torch", "transformers", "PIL"])
def test_a_missing_library_names_its_extra(folders, monkeypatch, module):
    real = importlib.import_module

    def without(name, package=None):
        if name == module:
            raise ModuleNotFoundError(f"No module named '{name}'", name=name)
        return real(name, package)

    monkeypatch.setattr(importlib, "import_module", without)
    with pytest.raises(MissingExtraError, match=r"voxfield\[models\]"):
        HubGrounder.load(HubConfig(folders["owlv2"], folders["sam"]))


def test_the_libraries_are_not_imported_before_a_model_is_loaded():
    code = (
        "import sys, perception.backends.hub.grounder; "
        "print(sorted({'torch', 'transformers', 'PIL'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
