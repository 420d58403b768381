"""How well a photo serves as the source of a drawing, and what to do better.

Every measure is a plain quantity of the picture inside and around the silhouette; ``LIMITS`` says from
which value on it is a problem. The limits were set by looking at the extremes of 1,400 phone photos and
at blurred, darkened and brightened copies of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.vision.colour_space import Lab, srgb_to_lab
from ml.vision.photo import Pixels, shrink

Mask = NDArray[np.bool_]
Severity = Literal["note", "warning", "severe"]

MEASURED_LONGEST = 640  # px: tones and colours
SHARPNESS_LONGEST = 1280  # px: edges
EDGE_WINDOW = 15
LEAST_EDGE = 12  # grey levels: below this it is noise
EDGE_SHARE = 0.01  # of the pixels around the garment, those with the steepest edges
CLIPPED = 250
BRIGHT_QUANTILE = 0.95
LONG_AXIS = 1.8  # ratio of the second moments from which the long axis says how a garment lies
SEVERITIES: tuple[Severity, ...] = ("note", "warning", "severe")


@dataclass(frozen=True)
class Issue:
    """One problem of a photo, with advice in both languages."""

    code: str
    severity: Severity
    text_en: str
    text_ja: str

    def to_json(self) -> dict[str, Any]:
        """The issue as results carry it."""
        return {
            "code": self.code,
            "severity": self.severity,
            "text_en": self.text_en,
            "text_ja": self.text_ja,
        }


@dataclass(frozen=True)
class Quality:
    """``score`` 0 (useless) to 1 (nothing to improve), and the issues found, worst first."""

    score: float
    issues: tuple[Issue, ...]

    def __post_init__(self) -> None:
        if not 0 <= self.score <= 1:
            raise ValueError("quality: score must lie in 0 to 1")

    def to_json(self) -> dict[str, Any]:
        """The quality as results carry it."""
        return {"score": self.score, "issues": [issue.to_json() for issue in self.issues]}


@dataclass(frozen=True)
class Measures:
    """What was measured.

    ``brightness``: that a twentieth of the picture exceeds, strongest channel, 0–1. ``clipped``: share of
    the garment that is pure white. ``blur``: standard deviation of the edges' spread, in px of a 1280 px
    copy. ``contrast``: median colour distance (Lab) across the outline. ``garment_px``: longer side of
    the garment's box in the photo. ``coverage``: share of the photo. ``cut``: share of the frame's length
    that the garment touches. ``tilt``: degrees between the garment's long axis and the nearer of upright
    and level, 0 where it has none.
    """

    brightness: float
    clipped: float
    blur: float
    contrast: float
    garment_px: float
    coverage: float
    cut: float
    tilt: float


# code, measure, limits of note, warning and severe (rising: larger is worse; falling: smaller is worse).
LIMITS: tuple[tuple[str, str, tuple[float, float, float]], ...] = (
    ("too_dark", "brightness", (0.60, 0.45, 0.30)),
    ("overexposed", "clipped", (0.06, 0.20, 0.50)),
    ("blurred", "blur", (2.2, 3.0, 4.5)),
    ("low_contrast", "contrast", (9.0, 6.0, 3.5)),
    ("too_small", "garment_px", (320.0, 220.0, 140.0)),
    ("far_away", "coverage", (0.12, 0.07, 0.03)),
    ("cropped", "cut", (0.01, 0.05, 0.20)),
    ("tilted", "tilt", (9.0, 16.0, 30.0)),
)
ADVICE: dict[str, tuple[str, str]] = {
    "too_dark": (
        "Too dark. Photograph it flat from above near a window or with more light.",
        "暗すぎます。窓際など明るい場所で、平らに置いて真上から撮影してください。",
    ),
    "overexposed": (
        "Parts are pure white and show no cloth. Avoid flash and direct sun, or lower the exposure.",
        "白く飛んで生地が見えない部分があります。フラッシュや直射日光を避け、露出を下げてください。",
    ),
    "blurred": (
        "Not sharp. Hold the phone still, wipe the lens and tap the garment to focus.",
        "ピントが合っていません。レンズを拭き、服をタップして、ぶれないように撮影してください。",
    ),
    "low_contrast": (
        "The garment hardly differs from what is behind it. Lay it on a surface of another colour.",
        "服と背景の色が近すぎます。色の違う無地の床やシーツの上に置いてください。",
    ),
    "too_small": (
        "The garment has few pixels. Send the original photo and not a preview of it.",
        "服の画素数が足りません。縮小されていない元の写真を使ってください。",
    ),
    "far_away": (
        "The garment fills little of the picture. Go closer.",
        "服が小さく写っています。もっと近づいて撮影してください。",
    ),
    "cropped": (
        "The garment touches the edge of the picture. Step back so that all of it is in view.",
        "服が画面からはみ出しています。少し離れて、全体が入るように撮影してください。",
    ),
    "tilted": (
        "The garment lies at an angle. Turn it upright in the picture.",
        "服が傾いています。画面に対してまっすぐに置いてください。",
    ),
}
# What is left of the score at the limit of a note, of a warning and of a severe problem.
SCORE_AT_LIMITS = (0.95, 0.75, 0.35)


def judge_quality(pixels: Pixels, mask: Mask, reduction: float = 1.0) -> Quality:
    """The quality of a photo (H×W×3 uint8 sRGB) of the garment in ``mask`` (H×W bool).

    ``reduction``: how many times smaller than the photo ``pixels`` and ``mask`` are, when they are a copy
    of it. Raises ValueError when the mask is empty or of another size.
    """
    return quality_of(measure(pixels, mask, reduction))


def quality_of(measures: Measures) -> Quality:
    """Issues and score of measured values; the score is the product of what each measure leaves."""
    score, found = 1.0, []
    for code, name, limits in LIMITS:
        value = float(getattr(measures, name))
        score *= _left(value, limits)
        level = _level(value, limits)
        if level >= 0:
            found.append((level, Issue(code, SEVERITIES[level], *ADVICE[code])))
    found.sort(key=lambda pair: -pair[0])
    return Quality(round(score, 3), tuple(issue for _, issue in found))


def _level(value: float, limits: tuple[float, float, float]) -> int:
    """Index of the severity reached, -1 for none."""
    rising = limits[0] < limits[-1]
    return sum(value >= limit if rising else value <= limit for limit in limits) - 1


def _left(value: float, limits: tuple[float, float, float]) -> float:
    """Part of the score that is left at ``value``: 1 well before the first limit, then between the limits."""
    first, second, third = limits
    harmless = first - (second - first)
    beyond = third + (third - second)
    places = [harmless, first, second, third, beyond]
    values = [1.0, *SCORE_AT_LIMITS, 0.1]
    if first > third:
        places, values = places[::-1], values[::-1]
    return float(np.interp(value, places, values))


def measure(pixels: Pixels, mask: Mask, reduction: float = 1.0) -> Measures:
    """All measures of a photo and its silhouette; see judge_quality."""
    if pixels.shape[:2] != mask.shape:
        raise ValueError("quality: the mask is not of the picture's size")
    if not mask.any():
        raise ValueError("quality: the mask is empty")
    small = shrink(pixels, MEASURED_LONGEST)
    cover = shrink(mask.astype(np.uint8) * 255, MEASURED_LONGEST)
    inside = cover >= min(128, int(cover.max()))
    lab = srgb_to_lab(small)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return Measures(
        brightness=float(np.quantile(small.max(axis=2), BRIGHT_QUANTILE)) / 255,
        clipped=float((small[inside].min(axis=1) >= CLIPPED).mean()),
        blur=edge_spread(pixels, mask),
        contrast=outline_contrast(lab, inside),
        garment_px=float(max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1) * reduction,
        coverage=float(mask.mean()),
        cut=frame_share(mask),
        tilt=tilt_of(inside),
    )


def edge_spread(pixels: Pixels, mask: Mask) -> float:
    """Blur in px at 1280 px: an edge smoothed by a Gaussian σ has the slope contrast / (σ √2π) in its middle.

    Median of σ over the steepest edges in the garment's surroundings; smaller photos are measured as they
    are.
    """
    grey = cv2.cvtColor(shrink(pixels, SHARPNESS_LONGEST), cv2.COLOR_RGB2GRAY)
    cover = shrink(mask.astype(np.uint8), SHARPNESS_LONGEST)
    window = np.ones((EDGE_WINDOW, EDGE_WINDOW), np.uint8)
    around = cv2.dilate(cover, window) > 0
    across = cv2.Scharr(grey, cv2.CV_32F, 1, 0, scale=1 / 32)
    slope = cv2.magnitude(across, cv2.Scharr(grey, cv2.CV_32F, 0, 1, scale=1 / 32))
    contrast = cv2.subtract(cv2.dilate(grey, window), cv2.erode(grey, window))
    sample = slope[::3, ::3][around[::3, ::3]]
    if not sample.size:
        return 0.0
    steep = around & (slope >= np.quantile(sample, 1 - EDGE_SHARE)) & (contrast >= LEAST_EDGE)
    if not steep.any():
        return 0.0
    return float(np.median(contrast[steep] / (slope[steep] * np.sqrt(2 * np.pi))))


def outline_contrast(lab: Lab, inside: Mask) -> float:
    """Median distance in Lab between the cloth just inside the outline and what lies just outside."""
    reach = max(2, round(0.012 * max(inside.shape)))
    side = 2 * reach + 1
    weight = inside.astype(np.float32)
    rim = cv2.morphologyEx(inside.astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0
    in_count, out_count = cv2.blur(weight, (side, side)), cv2.blur(1 - weight, (side, side))
    rim &= (in_count > 0.15) & (out_count > 0.15)
    if not rim.any():
        return 100.0
    in_mean = cv2.blur(lab * weight[..., None], (side, side))[rim] / in_count[rim][:, None]
    out_mean = cv2.blur(lab * (1 - weight)[..., None], (side, side))[rim] / out_count[rim][:, None]
    return float(np.median(np.linalg.norm(in_mean - out_mean, axis=1)))


def frame_share(mask: Mask) -> float:
    """Share of the picture's frame, in length, that the mask touches."""
    edges = (mask[0], mask[-1], mask[1:-1, 0], mask[1:-1, -1])
    return float(sum(int(edge.sum()) for edge in edges) / max(1, sum(edge.size for edge in edges)))


def tilt_of(inside: Mask) -> float:
    """Degrees between the long axis of the mask and upright or level; 0 for shapes without one."""
    moments = cv2.moments(inside.astype(np.uint8), binaryImage=True)
    xx, yy, xy = (moments[key] / max(1.0, moments["m00"]) for key in ("mu20", "mu02", "mu11"))
    spread = np.hypot(xx - yy, 2 * xy)
    long_axis, short_axis = (xx + yy + spread) / 2, (xx + yy - spread) / 2
    if short_axis <= 0 or long_axis / short_axis < LONG_AXIS:
        return 0.0
    angle = np.degrees(0.5 * np.arctan2(2 * xy, xx - yy)) % 90
    return float(min(angle, 90 - angle))
