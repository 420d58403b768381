"""Image quality: what is wrong with a drawn photo is found, and what is right is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest

from ml.vision.quality import ADVICE, LIMITS, Measures, Quality, judge_quality, measure, quality_of
from tests.ml.pictures import Pixels, shirt_mask, shirt_photo

Mask = np.ndarray
Scene = tuple[Pixels, Mask]


def scene(**options: object) -> Scene:
    return shirt_photo(720, 960, **options), shirt_mask(720, 960)  # type: ignore[arg-type]


def moved(photo: Scene, matrix: list[list[float]]) -> Scene:
    size = photo[1].shape[::-1]
    affine = np.array(matrix, np.float64)
    picture = cv2.warpAffine(photo[0], affine, size, borderMode=cv2.BORDER_REPLICATE)
    mask = cv2.warpAffine(photo[1].astype(np.uint8), affine, size)
    return picture, mask > 0


def dark(photo: Scene) -> Scene:
    return (photo[0] * 0.3).astype(np.uint8), photo[1]


def bright(photo: Scene) -> Scene:
    return np.clip(photo[0].astype(int) + 215, 0, 255).astype(np.uint8), photo[1]


def blurred(photo: Scene) -> Scene:
    return cv2.GaussianBlur(photo[0], (0, 0), 4), photo[1]


def reduced(photo: Scene) -> Scene:
    mask = cv2.resize(photo[1].astype(np.uint8), (120, 160), interpolation=cv2.INTER_AREA) > 0
    return cv2.resize(photo[0], (120, 160), interpolation=cv2.INTER_AREA), mask


def distant(photo: Scene) -> Scene:
    return moved(photo, [[0.35, 0, 230], [0, 0.35, 300]])


def cut_off(photo: Scene) -> Scene:
    return moved(photo, [[1, 0, 0], [0, 1, 330]])


def turned(photo: Scene) -> Scene:
    trousers = np.zeros((960, 720), np.uint8)
    trousers[120:840, 250:350] = trousers[120:840, 380:480] = trousers[120:300, 250:480] = 1
    picture = np.where(trousers[..., None] > 0, (60, 60, 90), (205, 195, 180)).astype(np.uint8)
    return moved((picture, trousers > 0), cv2.getRotationMatrix2D((360, 480), 20, 0.9).tolist())


FAULTS: list[tuple[str, Callable[[Scene], Scene]]] = [
    ("too_dark", dark),
    ("overexposed", bright),
    ("blurred", blurred),
    ("too_small", reduced),
    ("far_away", distant),
    ("cropped", cut_off),
    ("tilted", turned),
]


@pytest.mark.parametrize(("code", "spoil"), FAULTS, ids=[row[0] for row in FAULTS])
def test_fault_is_named_and_lowers_the_score(code: str, spoil: Callable[[Scene], Scene]) -> None:
    good = judge_quality(*scene())
    spoilt = judge_quality(*spoil(scene()))
    assert code in [issue.code for issue in spoilt.issues]
    assert spoilt.score < good.score - 0.1


def test_good_photo_has_no_issues() -> None:
    quality = judge_quality(*scene())
    assert quality.issues == ()
    assert quality.score > 0.9


@pytest.mark.parametrize("cloth", [(12, 12, 14), (120, 20, 30), (30, 60, 140)])
def test_dark_cloth_in_good_light_is_no_dark_photo(cloth: tuple[int, int, int]) -> None:
    assert judge_quality(*scene(cloth=cloth)).issues == ()


def test_white_cloth_is_not_overexposed() -> None:
    assert judge_quality(*scene(cloth=(232, 232, 228), floor=(120, 100, 80))).issues == ()


def test_cloth_like_the_floor_has_low_contrast() -> None:
    quality = judge_quality(*scene(cloth=(200, 190, 176)))
    assert [issue.code for issue in quality.issues] == ["low_contrast"]


def test_reduced_copy_is_judged_by_the_size_of_the_photo() -> None:
    picture, mask = reduced(scene())
    assert measure(picture, mask).garment_px == pytest.approx(112, abs=2)
    assert measure(picture, mask, reduction=25.0).garment_px == pytest.approx(25 * 112, abs=50)


@pytest.mark.parametrize("spread", [1.5, 2.5, 4.0])
def test_blur_is_measured_in_pixels(spread: float) -> None:
    picture, mask = scene(noise=1.0)
    measured = measure(cv2.GaussianBlur(picture, (0, 0), spread), mask).blur
    assert measured == pytest.approx(spread, rel=0.3)


@pytest.mark.parametrize(("angle", "expected"), [(0, 0), (7, 7), (-20, 20), (85, 5)])
def test_tilt_is_that_of_the_long_axis(angle: float, expected: float) -> None:
    mask = np.zeros((400, 400), np.uint8)
    mask[60:340, 150:250] = 1
    lying = cv2.warpAffine(mask, cv2.getRotationMatrix2D((200, 200), angle, 1), (400, 400)) > 0
    assert measure(np.zeros((400, 400, 3), np.uint8), lying).tilt == pytest.approx(expected, abs=0.6)


FINE = Measures(
    brightness=0.9, clipped=0.0, blur=1.0, contrast=40.0, garment_px=900.0, coverage=0.4, cut=0.0, tilt=1.0
)


@pytest.mark.parametrize(("code", "name", "limits"), LIMITS, ids=[row[0] for row in LIMITS])
def test_worse_values_are_worse(code: str, name: str, limits: tuple[float, float, float]) -> None:
    scores = []
    for limit, severity in zip(limits, ("note", "warning", "severe"), strict=True):
        quality = quality_of(replace(FINE, **{name: limit}))
        assert [(issue.code, issue.severity) for issue in quality.issues] == [(code, severity)]
        scores.append(quality.score)
    assert 1.0 > scores[0] > scores[1] > scores[2] > 0


def test_worst_issue_comes_first() -> None:
    quality = quality_of(replace(FINE, blur=2.3, brightness=0.1))
    assert [issue.code for issue in quality.issues] == ["too_dark", "blurred"]


def test_advice_is_there_for_every_code_in_both_languages() -> None:
    assert set(ADVICE) == {code for code, _, _ in LIMITS}
    for english, japanese in ADVICE.values():
        assert english.endswith(".")
        assert japanese.endswith("。")
    issue = quality_of(replace(FINE, brightness=0.1)).to_json()["issues"][0]
    assert set(issue) == {"code", "severity", "text_en", "text_ja"}


def test_empty_or_foreign_mask_is_an_error() -> None:
    picture = np.zeros((20, 20, 3), np.uint8)
    with pytest.raises(ValueError, match="empty"):
        judge_quality(picture, np.zeros((20, 20), np.bool_))
    with pytest.raises(ValueError, match="size"):
        judge_quality(picture, np.ones((20, 21), np.bool_))
    with pytest.raises(ValueError, match="score"):
        Quality(1.2, ())
