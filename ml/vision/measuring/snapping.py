"""Landmarks drawn to the silhouette, on which they lie by definition: corners, notches, edges."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ml.vision.landmarks import Landmark, Landmarks
from ml.vision.measuring.frame import STEP, Frame, Mask, Points, make_frame

Kind = Literal["corner", "notch", "edge"]

_CORNERS = ("cuff_outer", "cuff_inner", "hem", "waist", "leg_outer", "leg_inner")
_SIDES = ("left", "right")
# neck_front lies inside the silhouette wherever the back of the neck is seen: it is left alone.
KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        **{f"{stem}_{side}": "corner" for stem in _CORNERS for side in _SIDES},
        **{f"underarm_{side}": "notch" for side in _SIDES},
        "crotch": "notch",
        **{f"{stem}_{side}": "edge" for stem in ("hps", "shoulder") for side in _SIDES},
    }
)
# Which way the silhouette points at a landmark of the left side, x right, y down; mirrored for the right.
OUTWARD: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "hem": (-0.7, 0.7),
        "waist": (-0.7, -0.7),
        "leg_outer": (-0.7, 0.7),
        "leg_inner": (0.7, 0.7),
        "underarm": (-0.7, 0.7),
        "crotch": (0.0, 1.0),
        "hps": (0.0, -1.0),
        "shoulder": (-0.7, -0.7),
    }
)

REACH = 3.0  # standard errors within which a landmark moves
PLACEMENT = 0.006  # of the garment's longer side: how exactly anybody places a landmark
CORNER_PULL = 2.5  # log-likelihood of a right-angled corner against a straight edge
LEAST_NOTCH = 0.35  # rad
# Where draws begin, from the found place (0) to the one it snaps to (1): by coverage of the 95 % interval.
TOWARDS_EDGE: Mapping[Kind, float] = MappingProxyType({"corner": 0.5, "edge": 0.5, "notch": 0.0})
ARMS = (9.0, 18.0)  # units on either side over which a turn is seen


def snap_to_silhouette(landmarks: Landmarks, mask: Mask) -> dict[str, Landmark]:
    """``landmarks`` with those on the silhouette moved to it; ``mask`` H×W bool, upright.

    Corners (cuffs, hems, waist, legs) go to convex corners, underarms and crotch to notches, neck and
    shoulder points to the edge, none farther than REACH standard errors; a landmark without spread (set by
    a person), or without a fitting place, stays.
    """
    frame = make_frame(landmarks, mask)
    if frame is None:
        return dict(landmarks)
    places = {
        name: frame.from_pixels(np.array(((found.x, found.y),), np.float64))
        for name, found in landmarks.items()
    }
    spreads = {name: found.spread * frame.units for name, found in landmarks.items()}
    moved = {name: frame.to_pixels(place)[0] for name, place in snap(frame, places, spreads).items()}
    return {
        name: found
        if found.spread == 0 or name not in KINDS
        else Landmark(name, float(moved[name][0]), float(moved[name][1]), found.spread, found.confidence)
        for name, found in landmarks.items()
    }


def snap(frame: Frame, places: Mapping[str, Points], spreads: Mapping[str, float]) -> dict[str, Points]:
    """N×2 draws of each landmark, in the frame's units, each drawn to the silhouette on its own."""
    turns, normals = _turns(frame.contour)
    return {
        name: draws
        if name not in KINDS or spreads[name] == 0
        else _snapped(frame.contour, turns, normals, name, draws, spreads[name], _outward(name, places))
        for name, draws in places.items()
    }


def _turns(contour: Points) -> tuple[NDArray[np.float64], Points]:
    """At each point of the outline: how far it turns (rad, convex positive), and the outward unit normal."""
    turns = np.zeros(len(contour))
    normals = np.zeros_like(contour)
    for arm in ARMS:
        steps = max(1, round(arm / STEP))
        before = contour - np.roll(contour, steps, axis=0)
        after = np.roll(contour, -steps, axis=0) - contour
        cross = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
        turns += np.arctan2(cross, np.sum(before * after, axis=1)) / len(ARMS)
        along = before + after
        normals += np.column_stack((along[:, 1], -along[:, 0]))
    return turns, normals / np.maximum(np.hypot(*normals.T), 1e-9)[:, None]


def _outward(name: str, places: Mapping[str, Points]) -> Points:
    """The unit vector in which the silhouette points at a landmark."""
    stem, _, side = name.rpartition("_")
    if name == "crotch":
        return np.array(OUTWARD["crotch"])
    if stem.startswith("cuff"):
        return _cuff_outward(stem, side, places)
    x, y = OUTWARD[stem]
    return _unit(np.array((x if side == "left" else -x, y)))


def _cuff_outward(stem: str, side: str, places: Mapping[str, Points]) -> Points:
    """Along the sleeve and away from the cuff's other corner."""
    own = places[f"{stem}_{side}"][0]
    other = "cuff_inner" if stem == "cuff_outer" else "cuff_outer"
    total = np.zeros(2)
    starts = [
        places[f"{start}_{side}"][0]
        for start in ("shoulder", "underarm", "hps")
        if f"{start}_{side}" in places
    ]
    if starts:
        total += _unit(own - starts[0])
    if f"{other}_{side}" in places:
        total += _unit(own - places[f"{other}_{side}"][0])
    return _unit(total)


def _unit(vector: Points) -> Points:
    return np.asarray(vector / max(float(np.hypot(*vector)), 1e-9), np.float64)


def _snapped(
    contour: Points,
    turns: NDArray[np.float64],
    normals: Points,
    name: str,
    draws: Points,
    spread: float,
    outward: Points,
) -> Points:
    """Each draw at the likeliest point of the outline near it, or where it was."""
    kind = KINDS[name]
    longest = float(np.ptp(contour, axis=0).max())
    error = float(np.hypot(spread, PLACEMENT * longest))
    near = np.hypot(*(contour - draws[0]).T) < 2 * REACH * error
    agreement = normals @ outward
    signed = -turns if kind == "notch" else turns
    if kind == "notch":
        near &= (signed > LEAST_NOTCH) & (agreement > 0.2)
    elif kind == "corner":
        near &= agreement > -0.2
    else:
        near &= agreement > 0
    if not near.any():
        return draws
    spots = contour[near]
    pull = np.clip(signed[near] / (np.pi / 2), 0, 2) * np.clip(agreement[near], 0, 1)
    if kind == "edge":
        pull = np.zeros_like(pull)

    def nearest(places: Points) -> Points:
        distance = ((places[:, None, :] - spots[None, :, :]) ** 2).sum(axis=2)
        score = CORNER_PULL * pull[None, :] - distance / (2 * error**2)
        best = score.argmax(axis=1)
        within = distance[np.arange(len(places)), best] <= (REACH * error) ** 2
        return np.where(within[:, None], spots[best], places)

    # Seen from the silhouette the true place lies between the found one and the corner: draws around the
    # found one alone jump to other corners more often than the estimate itself does.
    first = nearest(draws[:1])
    return np.vstack((first, nearest(draws[1:] + TOWARDS_EDGE[kind] * (first - draws[:1]))))
