"""Synthetic drawings of garments: our own flats and pencil sketches, as files or on photographed paper."""

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.drawing.curves import flatten
from ml.drawing.silhouette import Box, faithful_silhouette, mirrored_silhouette
from ml.training.scenes_wardrobe import Garment, Mask, Pixels, Wardrobe, background

Points = NDArray[np.float64]
SHIFT = 4  # fractional bits of OpenCV's coordinates


def drawing(rng: Generator, wardrobe: Wardrobe, side: int = 512) -> Pixels:
    """A flat in one of several line styles, or a pencil sketch; half of them on photographed paper."""
    garment = wardrobe.any_garment(rng)
    height, width = (side, round(side * rng.uniform(0.65, 1.0)))
    paper = _paper(rng, (height, width))
    sheet = _pencil(rng, garment, paper) if rng.random() < 0.3 else _flat(rng, garment.mask, paper)
    if rng.random() < 0.5:
        return sheet
    return photographed(rng, sheet, background(wardrobe.any_garment(rng), (side, side), rng))


def _paper(rng: Generator, size: tuple[int, int]) -> Pixels:
    """White, cream, grey or brown paper, at times ruled or squared."""
    tones = ((255, 255, 255), (252, 250, 244), (244, 238, 222), (225, 225, 225), (190, 160, 120))
    tone = np.array(tones[int(rng.choice(5, p=[0.45, 0.2, 0.15, 0.1, 0.1]))], np.float32)
    sheet = np.broadcast_to(tone, (*size, 3)).copy()
    if rng.random() < 0.5:
        sheet += rng.normal(0, rng.uniform(1, 5), (*size, 1))
    if rng.random() < 0.2:
        step, ink = int(rng.integers(10, 30)), rng.uniform(150, 230, 3)
        sheet[::step] = sheet[::step] * 0.4 + ink * 0.6
        if rng.random() < 0.7:
            sheet[:, ::step] = sheet[:, ::step] * 0.4 + ink * 0.6
    return np.clip(sheet, 0, 255).astype(np.uint8)


def _flat(rng: Generator, mask: Mask, sheet: Pixels) -> Pixels:
    """Outline, seams, placket, pockets and hems of a garment, now and then filled, with call-outs."""
    height, width = sheet.shape[:2]
    share = rng.uniform(0.55, 0.85)
    box = Box(
        width * rng.uniform(0.45, 0.55), height * rng.uniform(0.45, 0.55), width * share, height * share
    )
    rings = flat_rings(mask, box, mirrored=bool(rng.random() < 0.7))
    ink = (rng.uniform(0, 70, 3) if rng.random() < 0.85 else rng.uniform(0, 200, 3)).tolist()
    weight = max(1, round(height / 512 * float(rng.choice([1, 2, 2, 3, 4]))))
    inside = np.zeros((height, width), np.uint8)
    cv2.fillPoly(inside, [_fixed(ring) for ring in rings], 255, shift=SHIFT)
    if rng.random() < 0.45:
        colour = rng.uniform(120, 255, 3) if rng.random() < 0.7 else rng.uniform(0, 255, 3)
        sheet = np.where(inside[..., None] > 0, colour.astype(np.uint8), sheet)
    sheet = np.ascontiguousarray(sheet)
    seams = np.zeros((height, width), np.uint8)
    _seams(rng, seams, rings[0], max(1, weight // 2))
    sheet[(seams > 0) & (inside > 0)] = np.array(ink, np.uint8)
    cv2.polylines(sheet, [_fixed(ring) for ring in rings], True, ink, weight, cv2.LINE_AA, SHIFT)
    if rng.random() < 0.35:
        _call_outs(rng, sheet, rings[0], ink)
    return sheet


def flat_rings(mask: Mask, box: Box, *, mirrored: bool) -> list[Points]:
    """The drawn outline of a mask and its openings as polygons (N, 2) in a box of the sheet.

    Raises `ml.drawing.errors.DrawingError` for masks that hold no garment.
    """
    silhouette = (mirrored_silhouette if mirrored else faithful_silhouette)(mask > 127, box)
    return [flatten(ring)[0] for ring in silhouette.rings]


def _fixed(points: Points) -> NDArray[np.int32]:
    return np.asarray(np.round(points * 2**SHIFT), np.int32)


def _seams(rng: Generator, plane: Mask, ring: Points, weight: int) -> None:
    """Centre line, placket with buttons, pockets, hem and arm seams, drawn into a plane."""
    (left, top), (right, bottom) = ring.min(axis=0), ring.max(axis=0)
    wide, high, middle = right - left, bottom - top, (left + right) / 2

    def line(*points: tuple[float, float], dashed: bool = False) -> None:
        path = np.array(points)
        if dashed:
            steps = np.linspace(0, len(path) - 1, 40)
            along = np.stack([np.interp(steps, np.arange(len(path)), path[:, axis]) for axis in (0, 1)], 1)
            for start in range(0, 39, 2):
                cv2.polylines(plane, [_fixed(along[start : start + 2])], False, 255, 1, cv2.LINE_AA, SHIFT)
        else:
            cv2.polylines(plane, [_fixed(path)], False, 255, weight, cv2.LINE_AA, SHIFT)

    if rng.random() < 0.6:
        line((middle, top), (middle, bottom))
    if rng.random() < 0.35:
        line((middle + wide * 0.04, top), (middle + wide * 0.04, bottom))
        for share in np.linspace(0.15, 0.9, int(rng.integers(3, 8))):
            centre = round(middle + wide * 0.02), round(top + high * share)
            cv2.circle(plane, centre, max(2, round(wide * 0.012)), 255, 1, cv2.LINE_AA)
    for share in (0.95, 0.97) if rng.random() < 0.7 else ():
        line((left, top + high * share), (right, top + high * share), dashed=bool(rng.random() < 0.7))
    if rng.random() < 0.6:
        for sign in (-1, 1):
            x = middle + sign * wide * rng.uniform(0.22, 0.34)
            line(
                (x - sign * wide * 0.05, top),
                (x, top + high * 0.2),
                (x + sign * wide * 0.03, top + high * 0.4),
            )
    if rng.random() < 0.5:
        y, size = top + high * rng.uniform(0.25, 0.7), wide * rng.uniform(0.08, 0.16)
        for sign in (-1, 1) if rng.random() < 0.6 else (1,):
            x = middle + sign * wide * rng.uniform(0.1, 0.22)
            corners = [
                (x - size / 2, y),
                (x + size / 2, y),
                (x + size / 2, y + size),
                (x - size / 2, y + size),
            ]
            line(*corners, corners[0])
            line((x - size / 2, y + size * 0.15), (x + size / 2, y + size * 0.15), dashed=True)
    depth = rng.uniform(0.03, 0.12) * high
    curve = np.linspace(0, np.pi, 12)
    line(*[(middle - np.cos(t) * wide * 0.12, top + np.sin(t) * depth) for t in curve])


def _call_outs(rng: Generator, sheet: Pixels, ring: Points, ink: list[float]) -> None:
    """Measure arrows and texts beside the flat, as technical sketches have."""
    height, width = sheet.shape[:2]
    for number in range(int(rng.integers(2, 8))):
        x, y = ring[int(rng.integers(len(ring)))]
        end = np.clip(
            (x + np.sign(x - width / 2) * width * 0.12, y + rng.normal(0, 12)), 4, (width - 4, height - 4)
        )
        cv2.line(sheet, (round(x), round(y)), (round(end[0]), round(end[1])), ink, 1, cv2.LINE_AA)
        label = str(rng.choice(["A", "B", "C", "1/2 chest", "rib", "topstitch", "YKK", "2 cm"])) + str(number)
        cv2.putText(
            sheet, label, (round(end[0]), round(end[1])), cv2.FONT_HERSHEY_SIMPLEX, 0.3, ink, 1, cv2.LINE_AA
        )


def _pencil(rng: Generator, garment: Garment, sheet: Pixels) -> Pixels:
    """A photo turned into a pencil sketch by dodging it with its blurred negative, on the paper given."""
    height, width = sheet.shape[:2]
    cut = garment.cut()
    scale = rng.uniform(0.6, 0.92) * min(width / cut.mask.shape[1], height / cut.mask.shape[0])
    size = max(1, round(cut.mask.shape[1] * scale)), max(1, round(cut.mask.shape[0] * scale))
    grey = cv2.cvtColor(cv2.resize(cut.pixels, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    mask = cv2.resize(cut.mask, size, interpolation=cv2.INTER_LINEAR)
    blurred = cv2.GaussianBlur(255 - grey, (0, 0), float(rng.uniform(2, 9)))
    sketch = cv2.divide(grey, 255 - blurred, scale=256).astype(np.float32) / 255
    sketch = np.clip(sketch, 0, 1) ** rng.uniform(1.5, 5)
    edge = cv2.morphologyEx(mask, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)).astype(np.float32) / 255
    shade = np.where(mask > 127, sketch, 1.0) * (1 - edge * rng.uniform(0.4, 0.9))
    if rng.random() < 0.5:
        rows, columns = np.mgrid[0 : size[1], 0 : size[0]]
        hatch = ((rows + columns) % int(rng.integers(4, 9)) < 1) & (mask > 127) & (grey < 130)
        shade = np.where(hatch, shade * 0.6, shade)
    left, top = (width - size[0]) // 2, (height - size[1]) // 2
    scene = sheet.astype(np.float32)
    tint = np.array([1.0, 1.0, 1.0]) if rng.random() < 0.7 else rng.uniform(0.6, 1.0, 3)
    scene[top : top + size[1], left : left + size[0]] *= shade[..., None] ** tint
    return np.clip(scene, 0, 255).astype(np.uint8)


def photographed(rng: Generator, sheet: Pixels, desk: Pixels) -> Pixels:
    """A sheet of paper photographed on a desk: perspective, shade across it, a shadow beneath."""
    height, width = sheet.shape[:2]
    high, wide = desk.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    scale = rng.uniform(0.75, 1.15) * min(wide / width, high / height)
    placed = (corners - (width / 2, height / 2)) * scale
    angle = np.deg2rad(rng.normal(0, 8))
    placed = placed @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    placed += np.array([wide / 2, high / 2]) + rng.normal(0, 0.03 * wide, (4, 2))
    view = cv2.getPerspectiveTransform(corners, placed.astype(np.float32))
    flat = cv2.warpPerspective(sheet, view, (wide, high), flags=cv2.INTER_AREA).astype(np.float32)
    there = cv2.warpPerspective(np.ones((height, width), np.float32), view, (wide, high))[..., None]
    shade = cv2.resize(
        rng.normal(0.92, 0.12, (3, 3)).astype(np.float32), (wide, high), interpolation=cv2.INTER_CUBIC
    )
    shadow = 1 - 0.35 * cv2.GaussianBlur(there, (0, 0), 0.012 * wide)[..., None]
    scene = flat * shade[..., None] * rng.uniform(0.7, 1.0, 3) ** 0.3 * there + desk * shadow * (1 - there)
    return np.clip(scene, 0, 255).astype(np.uint8)
