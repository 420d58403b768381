"""Synthetic pictures of a garment on a person: head, hands and legs behind and around a cut-out garment.

Real photographs of people are few in free packages; these add the cue that counts, skin and hair where a
body leaves the garment. Heads are cut from portraits where any are given, else drawn.
"""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.training.scenes_wardrobe import Garment, Pixels, Wardrobe, background

Colour = NDArray[np.float32]
Point = NDArray[np.float64]

SKINS = ((255, 224, 196), (240, 200, 165), (214, 164, 122), (172, 118, 80), (122, 78, 50), (80, 52, 38))
HAIRS = ((20, 16, 14), (60, 40, 26), (110, 74, 40), (190, 150, 90), (130, 125, 120), (140, 50, 30))
TOPS = ("hps_left", "hps_right", "underarm_left", "underarm_right")


def worn(rng: Generator, wardrobe: Wardrobe, portraits: Sequence[Path] = (), side: int = 512) -> Pixels:
    """A garment worn by a standing person, seen whole or cropped at head and knees.

    Raises ValueError when no image of the wardrobe has labelled underarms or a labelled waist.
    """
    tops = [image for image, points in wardrobe.landmarks.items() if all(name in points for name in TOPS)]
    legs = [image for image, points in wardrobe.landmarks.items() if _is_bottom(points)]
    if not tops and not legs:
        raise ValueError("worn scenes need images with labelled underarms or waists")
    on_top = bool(tops) and (not legs or rng.random() < 0.7)
    garment = wardrobe.any_garment(rng, tops if on_top else legs)
    height, width = garment.mask.shape
    scale = side / max(height, width) * rng.uniform(0.55, 0.75)
    size = (side, round(side * rng.uniform(0.6, 0.85)))
    shift = np.array([size[1] / 2, size[0] * rng.uniform(0.5, 0.6)]) - np.array([width, height]) / 2 * scale
    view = np.array([[scale, 0.0, shift[0]], [0.0, scale, shift[1]]])
    points = {name: np.array(place) * scale + shift for name, place in garment.landmarks.items()}
    scene = background(wardrobe.any_garment(rng), size, rng).astype(np.float32)
    scene = np.asarray(cv2.GaussianBlur(scene, (0, 0), float(rng.uniform(0.5, 4))), np.float32)
    skin = np.array(SKINS[int(rng.integers(len(SKINS)))], np.float32) + rng.normal(0, 8, 3).astype(np.float32)
    person = _Person(rng, scene, skin)
    if on_top:
        _body_of_top(person, points, portraits)
    else:
        _body_of_bottom(person, points)
    dressed = _put_on(rng, person.scene, garment, view)
    if on_top and rng.random() < 0.8:
        dressed = _hands(rng, dressed, points, skin)
    return np.clip(dressed, 0, 255).astype(np.uint8)


def _by(right: float, down: float) -> Point:
    return np.array([right, down])


def _is_bottom(points: dict[str, tuple[float, float]]) -> bool:
    return {"waist_left", "waist_right"} <= points.keys() and "hps_left" not in points


class _Person:
    """The body under construction: a float scene and a skin tone, limbs shaded round."""

    def __init__(self, rng: Generator, scene: NDArray[np.float32], skin: Colour) -> None:
        self.rng, self.scene, self.skin = rng, scene, skin

    def limb(self, start: Point, end: Point, thick: tuple[float, float], colour: Colour) -> None:
        """A tapered limb from start to end, `thick` px wide at both ends, darker towards its sides."""
        along = (end - start) / max(1e-6, float(np.hypot(*(end - start))))
        across = np.array([-along[1], along[0]])
        for share in np.linspace(1.0, 0.2, 5):
            a, b = (across * half / 2 * share for half in thick)
            polygon = np.array([start - a, start + a, end + b, end - b])
            plane = np.zeros(self.scene.shape[:2], np.float32)
            cv2.fillPoly(plane, [np.round(polygon * 16).astype(np.int32)], 1.0, cv2.LINE_AA, 4)
            cv2.circle(
                plane, tuple(np.round(end).astype(int).tolist()), max(1, round(thick[1] / 2 * share)), 1.0, -1
            )
            self.paint(plane, colour * (1.08 - 0.28 * share))

    def paint(self, plane: NDArray[np.float32], colour: Colour) -> None:
        """Paint where the plane (0–1) says, with a soft edge and grain."""
        rows, columns = np.flatnonzero(plane.any(1)), np.flatnonzero(plane.any(0))
        if not rows.size:
            return
        here = np.s_[max(0, rows[0] - 4) : rows[-1] + 5, max(0, columns[0] - 4) : columns[-1] + 5]
        soft = cv2.GaussianBlur(plane[here], (7, 7), 1.2)[..., None]
        grain = self.rng.normal(0, 3, soft.shape).astype(np.float32)
        self.scene[here] = self.scene[here] * (1 - soft) + (colour + grain) * soft

    def head(self, neck: Point, wide: float, portraits: Sequence[Path]) -> None:
        """Neck and head above the point between the shoulders, the head `wide` px across."""
        centre = neck - _by(0, wide * 0.95)
        self.limb(neck + _by(0, wide * 0.5), centre, (wide * 0.62, wide * 0.5), self.skin * 0.92)
        axes = wide / 2, wide * 0.66
        portrait = None
        if portraits and self.rng.random() < 0.7:
            portrait = cv2.imread(str(portraits[int(self.rng.integers(len(portraits)))]), cv2.IMREAD_COLOR)
        if portrait is not None:
            self._cut_head(centre, wide, np.asarray(cv2.cvtColor(portrait, cv2.COLOR_BGR2RGB), np.uint8))
            return
        hair = np.array(HAIRS[int(self.rng.integers(len(HAIRS)))], np.float32)
        length = self.rng.uniform(0.0, 0.9)
        self._ellipse(
            centre - _by(0, wide * 0.1 - length * wide * 0.3),
            axes[0] * 1.2,
            axes[1] * (1.05 + length * 0.3),
            hair,
        )
        self._ellipse(centre + _by(0, wide * 0.08), axes[0] * 0.9, axes[1] * 0.92, self.skin)
        for sign in (-1, 1):
            eye = centre + _by(sign * wide * 0.2, 0)
            self._ellipse(eye - _by(0, wide * 0.09), wide * 0.11, wide * 0.018, hair * 0.8)
            self._ellipse(eye, wide * 0.065, wide * 0.032, np.full(3, 245, np.float32))
            self._ellipse(eye, wide * 0.03, wide * 0.03, hair * 0.6)
        self._ellipse(centre + _by(0, wide * 0.2), wide * 0.06, wide * 0.05, self.skin * 0.85)
        lips = self.skin * np.array([0.85, 0.55, 0.55], np.float32)
        self._ellipse(centre + _by(0, wide * 0.38), wide * 0.15, wide * 0.04, lips)

    def _ellipse(self, centre: Point, across: float, down: float, colour: Colour) -> None:
        plane = np.zeros(self.scene.shape[:2], np.float32)
        middle = (round(float(centre[0])), round(float(centre[1])))
        cv2.ellipse(
            plane, middle, (max(1, round(across)), max(1, round(down))), 0, 0, 360, 1.0, -1, cv2.LINE_AA
        )
        self.paint(plane, colour)

    def _cut_head(self, centre: Point, wide: float, portrait: Pixels) -> None:
        """The middle of a square portrait, where its face is, as a soft oval."""
        size = wide * 2.0
        scale = size / min(portrait.shape[:2])
        offset = centre - np.array([portrait.shape[1] / 2, portrait.shape[0] * 0.46]) * scale
        view = np.array([[scale, 0, offset[0]], [0, scale, offset[1]]])
        shape = self.scene.shape[1], self.scene.shape[0]
        head = cv2.warpAffine(portrait, view, shape, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
        plane = np.zeros(self.scene.shape[:2], np.float32)
        middle = (round(float(centre[0])), round(float(centre[1])))
        cv2.ellipse(plane, middle, (round(wide * 0.62), round(wide * 0.85)), 0, 0, 360, 1.0, -1, cv2.LINE_AA)
        soft = cv2.GaussianBlur(plane, (0, 0), max(1.0, wide * 0.04))[..., None]
        self.scene = self.scene * (1 - soft) + head.astype(np.float32) * soft


def _span(points: dict[str, Point]) -> float:
    """The distance of the underarms in px, about the width of the shoulders."""
    return max(20.0, float(np.hypot(*(points["underarm_right"] - points["underarm_left"]))))


def _shoulder(points: dict[str, Point], edge: str) -> Point:
    """Where the arm begins: the labelled shoulder, else above the underarm at the height of the neck."""
    underarm, neck = points[f"underarm_{edge}"], points[f"hps_{edge}"]
    return points.get(f"shoulder_{edge}", np.array([underarm[0], (underarm[1] + 3 * neck[1]) / 4]))


def _body_of_top(person: _Person, points: dict[str, Point], portraits: Sequence[Path]) -> None:
    """Legs in trousers or bare below the hem, bare arms below the cuffs, head above the neck."""
    neck = (points["hps_left"] + points["hps_right"]) / 2
    span = _span(points)
    hems = [points.get(name) for name in ("hem_left", "hem_right")]
    if hems[0] is not None and hems[1] is not None:
        left, right = hems[0], hems[1]
        cloth = person.rng.uniform(20, 200, 3).astype(np.float32)
        colour = cloth if person.rng.random() < 0.7 else person.skin
        for foot, at in ((-0.25, 0.28), (0.25, 0.72)):
            start = left + (right - left) * at - _by(0, span * 0.1)
            end = start + _by(foot * span * 0.3, span * 2.2)
            person.limb(start, end, (span * 0.46, span * 0.28), colour)
    for edge in ("left", "right"):
        outer, inner = points.get(f"cuff_outer_{edge}"), points.get(f"cuff_inner_{edge}")
        if outer is None or inner is None:
            continue
        cuff = (outer + inner) / 2
        wide = float(np.hypot(*(outer - inner)))
        direction = cuff - _shoulder(points, edge)
        reach = float(np.hypot(*direction))
        rest = max(0.0, span * 1.35 - reach)
        if reach > 1 and rest > 0:
            end = cuff + direction / reach * rest
            person.limb(cuff - direction / reach * span * 0.1, end, (wide * 0.7, wide * 0.5), person.skin)
    person.head(neck, max(12.0, span * person.rng.uniform(0.4, 0.52)), portraits)


def _body_of_bottom(person: _Person, points: dict[str, Point]) -> None:
    """A torso above the waist, bare legs and feet below the hems."""
    left, right = points["waist_left"], points["waist_right"]
    span = max(20.0, float(np.hypot(*(right - left))))
    middle = (left + right) / 2
    cloth = person.rng.uniform(20, 240, 3).astype(np.float32)
    for sign in (-1, 1):
        shoulder = middle + _by(sign * span * 0.68, -span * 1.35)
        person.limb(
            shoulder, middle + _by(sign * span * 0.85, span * 0.25), (span * 0.3, span * 0.18), person.skin
        )
    person.limb(middle - _by(0, span * 1.5), middle + _by(0, span * 0.1), (span * 1.35, span * 1.02), cloth)
    for edge in ("left", "right"):
        outer = points.get(f"leg_outer_{edge}", points.get(f"hem_{edge}"))
        if outer is None:
            continue
        inner = points.get(f"leg_inner_{edge}", outer + _by((0.35 if edge == "left" else -0.35) * span, 0))
        start = (outer + inner) / 2
        end = start + _by(0, span * 0.9)
        person.limb(start - _by(0, span * 0.15), end, (span * 0.32, span * 0.2), person.skin)
        toe = end + _by((-0.15 if edge == "left" else 0.15) * span, span * 0.1)
        person.limb(end, toe, (span * 0.22, span * 0.2), np.full(3, person.rng.uniform(10, 230), np.float32))


def _put_on(
    rng: Generator, scene: NDArray[np.float32], garment: Garment, view: NDArray[np.float64]
) -> NDArray[np.float32]:
    size = scene.shape[1], scene.shape[0]
    pixels = cv2.warpAffine(garment.pixels, view, size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    mask = cv2.warpAffine(garment.mask, view, size, flags=cv2.INTER_LINEAR).astype(np.float32) / 255
    alpha = cv2.GaussianBlur(np.clip((mask - 0.45) / 0.5, 0, 1), (3, 3), 0)[..., None]
    folds = cv2.resize(rng.normal(1, 0.1, (7, 4)).astype(np.float32), size, interpolation=cv2.INTER_CUBIC)[
        ..., None
    ]
    return np.asarray(pixels * folds * alpha + scene * (1 - alpha), np.float32)


def _hands(
    rng: Generator, scene: NDArray[np.float32], points: dict[str, Point], skin: Colour
) -> NDArray[np.float32]:
    """Hands that come out of long sleeves."""
    person = _Person(rng, scene, skin)
    for edge in ("left", "right"):
        outer, inner = points.get(f"cuff_outer_{edge}"), points.get(f"cuff_inner_{edge}")
        shoulder = _shoulder(points, edge)
        if outer is None or inner is None:
            continue
        cuff, wide = (outer + inner) / 2, float(np.hypot(*(outer - inner)))
        direction = cuff - shoulder
        reach = float(np.hypot(*direction))
        span = _span(points)
        if reach > 0.9 * span:
            end = cuff + direction / reach * wide * 0.9
            person.limb(cuff, end, (wide * 0.6, wide * 0.75), skin)
    return person.scene
