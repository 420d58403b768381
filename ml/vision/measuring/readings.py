"""How each POM is read: straight ways between landmarks, ways along an edge, and the table of all."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import cv2
import numpy as np

from ml.vision.measuring.crossings import Side
from ml.vision.measuring.frame import Frame, Points
from ml.vision.measuring.garment import SIDES, Garment, Read, Reading, mean_of
from ml.vision.measuring.levels import (
    armhole_to_armhole,
    body_length,
    chest,
    hip,
    narrowest,
    skirt_length,
)
from ml.vision.measuring.limbs import bicep, knee, thigh

BEND = 0.04  # of a path's length: what a tape laid along an edge does not follow
BAND_DIP = 0.05  # relative error: how far the front waistband lies below the line of its corners


def across(stem: str) -> Read:
    """Straight from the left landmark to the right one."""

    def read(garment: Garment) -> Reading | None:
        pair = garment.pair(stem)
        if pair is None:
            return None
        return Reading(np.hypot(*(pair[1] - pair[0]).T), np.stack((pair[0][0], pair[1][0])))

    return read


def straight(start: str, stop: str) -> Read:
    """Straight between two landmarks of one side; the mean of both sides where both are there."""

    def one(garment: Garment, side: Side) -> Reading | None:
        first, last = _ends(garment, start, stop, side)
        if first is None or last is None:
            return None
        return Reading(np.hypot(*(last - first).T), np.stack((first[0], last[0])))

    return lambda garment: mean_of([one(garment, side) for side in SIDES])


def along_edge(start: str, stop: str) -> Read:
    """Along the silhouette's edge between two landmarks of one side; the mean of both sides."""

    def one(garment: Garment, side: Side) -> Reading | None:
        first, last = _ends(garment, start, stop, side)
        if first is None or last is None:
            return None
        line, share = _taut(garment.frame, first[0], last[0])
        return Reading(np.hypot(*(last - first).T) * share, line)

    return lambda garment: mean_of([one(garment, side) for side in SIDES])


def _ends(garment: Garment, start: str, stop: str, side: Side) -> tuple[Points | None, Points | None]:
    """The draws of two landmarks; a name without sides (crotch) serves both."""
    return (
        garment.points.get(start, garment.points.get(f"{start}_{side}")),
        garment.points.get(stop, garment.points.get(f"{stop}_{side}")),
    )


def _taut(frame: Frame, first: Points, last: Points) -> tuple[Points, float]:
    """The edge between two places as a tape follows it, and its length as a share of the straight way.

    The straight way itself where the edge strays by half of it or more: then it runs around something else.
    """
    straight_line = np.stack((first, last))
    direct = float(np.hypot(*(last - first)))
    starts = np.hypot(*(frame.contour - first).T).argmin()
    stops = np.hypot(*(frame.contour - last).T).argmin()
    if direct < 1 or starts == stops:
        return straight_line, 1.0
    low, high = sorted((int(starts), int(stops)))
    inner = frame.contour[low : high + 1]
    outer = np.vstack((frame.contour[high:], frame.contour[: low + 1]))
    arc = min((inner, outer), key=lambda way: float(np.hypot(*np.diff(way, axis=0).T).sum()))
    if np.hypot(*(arc[0] - first)) > np.hypot(*(arc[-1] - first)):
        arc = arc[::-1]
    way = np.vstack((first, arc[1:-1], last)).astype(np.float32)
    tape = cv2.approxPolyDP(way.reshape(-1, 1, 2), BEND * direct, False).reshape(-1, 2).astype(np.float64)
    share = float(np.hypot(*np.diff(tape, axis=0).T).sum()) / direct
    normal = np.array((-(last - first)[1], (last - first)[0])) / direct
    strays = float(np.abs((tape - first) @ normal).max())
    if share > 1.35 or strays > 0.3 * direct:
        return straight_line, 1.0
    return tape, share


def neck_drop(garment: Garment) -> Reading | None:
    """T10: from the line between the HPS down to the front of the neck."""
    pair, front = garment.pair("hps"), garment.points.get("neck_front")
    if pair is None or front is None:
        return None
    along = pair[1] - pair[0]
    away = front - pair[0]
    cross = along[:, 0] * away[:, 1] - along[:, 1] * away[:, 0]
    lengths = cross / np.maximum(np.hypot(*along.T), 1e-6)
    if lengths[0] <= 0:
        return None
    share = float((away[0] @ along[0]) / max(float(along[0] @ along[0]), 1e-6))
    return Reading(np.abs(lengths), np.stack((pair[0][0] + share * along[0], front[0])))


def front_rise(garment: Garment) -> Reading | None:
    """B04: from the crotch to the middle of the waistband's top, straight."""
    waist, crotch = garment.middle("waist"), garment.points.get("crotch")
    if waist is None or crotch is None:
        return None
    return Reading(np.hypot(*(waist - crotch).T), np.stack((waist[0], crotch[0])), BAND_DIP)


READINGS: Mapping[str, Read] = MappingProxyType(
    {
        "T01": body_length,
        "T03": chest,
        "T04": narrowest,
        "T05": across("hem"),
        "T06": across("shoulder"),
        "T07": armhole_to_armhole,
        "T09": across("hps"),
        "T10": neck_drop,
        "T12": straight("shoulder", "underarm"),
        "T13": along_edge("shoulder", "cuff_outer"),
        "T15": bicep,
        "T16": straight("cuff_outer", "cuff_inner"),
        "B01": across("waist"),
        "B03": hip,
        "B04": front_rise,
        "B06": straight("crotch", "leg_inner"),
        "B07": along_edge("waist", "leg_outer"),
        "B08": thigh,
        "B09": knee,
        "B10": straight("leg_outer", "leg_inner"),
        "S1": skirt_length,
        "S2": across("hem"),
    }
)
