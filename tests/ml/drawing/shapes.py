"""Garments drawn by code: masks whose corners, sides and axis are known."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

HEIGHT, WIDTH = 640, 480


@dataclass(frozen=True)
class Shape:
    """A drawn garment: its mask, its outline as a fine polygon and its corners, all in continuous pixels."""

    name: str
    mask: BoolArray
    polygon: FloatArray
    corners: FloatArray

    def __str__(self) -> str:
        return self.name


def bezier(*control: tuple[float, float]) -> FloatArray:
    """A quadratic or cubic Bézier as 40 points, its end left out."""
    t = np.linspace(0, 1, 40, endpoint=False)[:, None]
    level = [np.repeat(np.array([point], dtype=float), 40, axis=0) for point in control]
    while len(level) > 1:
        level = [a * (1 - t) + b * t for a, b in pairwise(level)]
    return level[0]


def rasterise(polygons: list[FloatArray], height: int = HEIGHT, width: int = WIDTH) -> BoolArray:
    """The pixels that are at least half covered (even-odd rule), from a picture eight times as large."""
    large = np.zeros((height * 8, width * 8), dtype=np.uint8)
    fixed = [np.round((polygon * 8 - 0.5) * 256).astype(np.int32) for polygon in polygons]
    cv2.fillPoly(large, fixed, 255, shift=8)
    return np.asarray(cv2.resize(large, (width, height), interpolation=cv2.INTER_AREA) >= 128)


def shape(name: str, parts: list[FloatArray], corners: list[tuple[float, float]]) -> Shape:
    """A shape of polygon parts that follow one another."""
    polygon = np.concatenate(parts)
    return Shape(name, rasterise([polygon]), polygon, np.array(corners, dtype=float).reshape(-1, 2))


def points(*values: tuple[float, float]) -> FloatArray:
    """Points of a polygon."""
    return np.array(values, dtype=float)


def t_shirt(tilt: float = 0.0, folded: bool = False) -> Shape:
    """A T-shirt with a round neck and waisted sides; ``folded`` tucks the right sleeve away."""
    neck_left, neck_right = (190.0, 90.0), (290.0, 90.0)
    sleeve = [(290.0, 90.0), (350.0, 110.0), (440.0, 200.0), (390.0, 250.0), (350.0, 210.0)]
    right = [neck_right, (346.0, 120.0), (350.0, 210.0)] if folded else sleeve
    parts = [
        bezier(neck_left, (215, 140), (265, 140), neck_right),
        points(*right[:-1]),
        bezier(right[-1], (335, 330), (335, 430), (352, 560)),
        bezier((352, 560), (280, 566), (200, 566), (128, 560)),
        bezier((128, 560), (145, 430), (145, 330), (130, 210)),
        points((130, 210), (90, 250), (40, 200), (130, 110)),
    ]
    corners = [neck_left, neck_right, (440, 200), (390, 250), (350, 210), (352, 560)]
    corners += [(128, 560), (130, 210), (90, 250), (40, 200)]
    drawn = shape("T-shirt", parts, [] if folded else corners)
    return turned(drawn, tilt) if tilt else drawn


def trousers() -> Shape:
    """Wide trousers with a slightly curved waist."""
    legs = [(330.0, 60.0), (400.0, 600.0), (316.0, 600.0), (240.0, 300.0)]
    legs += [(480 - x, y) for x, y in reversed(legs[:-1])]
    return shape("trousers", [bezier(legs[-1], (240, 72), legs[0]), points(*legs[:-1])], legs)


def square() -> Shape:
    """A scarf, say."""
    corners = [(120.0, 200.0), (360.0, 200.0), (360.0, 440.0), (120.0, 440.0)]
    return shape("square", [points(*corners)], corners)


def circle() -> Shape:
    """A shape without any corner."""
    angle = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    return shape("circle", [np.stack([240 + 150 * np.cos(angle), 320 + 150 * np.sin(angle)], axis=1)], [])


def camisole() -> Shape:
    """A top with two straps, three pixels wide, that each enclose an opening."""
    body = np.concatenate(
        [points((120, 250)), bezier((120, 250), (240, 300), (360, 250)), points((390, 580), (90, 580))]
    )
    mask = rasterise([body]).astype(np.uint8)
    for x in (150, 330):
        cv2.ellipse(mask, (x, 262), (22, 130), 0, 175, 365, 1, 3)
    return Shape("camisole", mask.astype(bool), body, np.array([[390.0, 580.0], [90.0, 580.0]]))


def turned(drawn: Shape, degrees: float) -> Shape:
    """The shape turned clockwise on the screen about the middle of the picture."""
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle = np.array([WIDTH / 2, HEIGHT / 2])
    polygon, corners = (((values - middle) @ turn.T) + middle for values in (drawn.polygon, drawn.corners))
    return Shape(f"{drawn.name} turned by {degrees:g}°", rasterise([polygon]), polygon, corners)


SHAPES = (t_shirt(), t_shirt(tilt=-7), trousers(), square(), circle(), camisole())
