"""Widths at a height of the garment, edge to edge, and lengths straight down to its hem."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ml.vision.measuring.crossings import Side, SideEdge, Values, ray_exit, side_edge
from ml.vision.measuring.frame import Points
from ml.vision.measuring.garment import NO_EDGE, SIDES, Garment, Reading, line_at, mean_of


def width(garment: Garment, sides: Mapping[Side, SideEdge], level: Values, top: str, end: str) -> Reading:
    """Edge to edge at ``level`` (N heights); where a sleeve hides an edge, to the line of the landmarks."""
    tops, ends = garment.pair(top), garment.pair(end)
    if tops is None or ends is None:
        raise ValueError(f"width: no pair of {top} and {end}")
    edges, extra = [], 0.0
    for side, start, stop in zip(SIDES, tops, ends, strict=True):
        edge = sides[side].at(level)
        missing = np.isnan(edge)
        if missing[0]:
            extra = NO_EDGE
        edges.append(np.where(missing, line_at(start, stop, level), edge))
    left, right = edges
    line = np.array(((left[0], level[0]), (right[0], level[0])))
    return Reading(right - left, line, extra)


def chest(garment: Garment) -> Reading | None:
    """T03: edge to edge, 2.5 cm below the underarms."""
    middle = garment.middle("underarm")
    if middle is None or garment.body is None:
        return None
    return width(garment, garment.body, middle[:, 1] + garment.offset(2.5), "underarm", "hem")


def narrowest(garment: Garment) -> Reading | None:
    """T04: edge to edge where the body is narrowest, between the underarms and the hem."""
    top, end = garment.middle("underarm"), garment.middle("hem")
    if top is None or end is None or garment.body is None:
        return None
    start, stop = top[0, 1] * 0.8 + end[0, 1] * 0.2, top[0, 1] * 0.2 + end[0, 1] * 0.8
    levels = np.linspace(start, stop, 61)
    widths = garment.body["right"].at(levels) - garment.body["left"].at(levels)
    if np.isnan(widths).mean() > 0.5:
        return None
    lowest = levels[int(np.nanargmin(widths))]
    # The narrowest place is flat: what remains unsure is the edge, and how it was laid.
    at = np.full(len(top), lowest) + (top[:, 1] - top[0, 1])
    return width(garment, garment.body, at, "underarm", "hem")


def armhole_to_armhole(garment: Garment) -> Reading | None:
    """T07: 13 cm below HPS, on garments without sleeves, whose armholes are the silhouette's edge."""
    neck, arms, shoulders = garment.middle("hps"), garment.pair("underarm"), garment.pair("shoulder")
    sleeves = any(name.startswith("cuff") for name in garment.points)
    if neck is None or arms is None or shoulders is None or sleeves:
        return None
    level = neck[:, 1] + garment.offset(13.0)
    if level[0] > max(arms[0][0, 1], arms[1][0, 1]):
        return None
    reach = 0.2 * float(np.hypot(*(arms[1][0] - arms[0][0])))
    rows = np.arange(len(garment.frame.soft), dtype=np.float64) + 0.5
    edges = []
    for side, start, stop in zip(SIDES, shoulders, arms, strict=True):
        expected = line_at(start[:1], stop[:1], rows)
        edges.append(side_edge(garment.frame.soft, expected, side, reach, reach / 2).at(level))
    if np.isnan(edges[0][0]) or np.isnan(edges[1][0]):
        return None
    line = np.array(((edges[0][0], level[0]), (edges[1][0], level[0])))
    return Reading(edges[1] - edges[0], line)


def hip(garment: Garment) -> Reading | None:
    """B03: edge to edge 7 cm above the crotch; on skirts 20 cm below the waistband's top."""
    ends = "leg_outer" if garment.pair("leg_outer") is not None else "hem"
    waist, end = garment.middle("waist"), garment.middle(ends)
    if garment.seat is None or waist is None or end is None:
        return None
    if "crotch" in garment.points:
        level = garment.points["crotch"][:, 1] - garment.offset(7.0)
    elif ends == "hem":
        level = waist[:, 1] + garment.offset(20.0)
    else:
        return None
    if not waist[0, 1] < level[0] < end[0, 1]:
        return None
    return width(garment, garment.seat, level, "waist", ends)


def body_length(garment: Garment) -> Reading | None:
    """T01: from each HPS straight down, parallel to the axis, to the hem's edge."""
    if garment.pair("hem") is None:
        return None
    sides = [
        _down_to_hem(garment, garment.points[f"hps_{side}"])
        for side in SIDES
        if f"hps_{side}" in garment.points
    ]
    return mean_of(sides)


def skirt_length(garment: Garment) -> Reading | None:
    """S1: from the middle of the waistband's top straight down to the hem's edge."""
    waist = garment.middle("waist")
    if waist is None or garment.pair("hem") is None or "crotch" in garment.points:
        return None
    return _down_to_hem(garment, waist)


def _down_to_hem(garment: Garment, starts: Points) -> Reading | None:
    """From ``starts`` straight down to the hem's edge; to the line of its corners where no edge is near."""
    pair = garment.pair("hem")
    if pair is None:
        return None
    rise = (pair[1][:, 1] - pair[0][:, 1]) / np.maximum(np.abs(pair[1][:, 0] - pair[0][:, 0]), 1e-6)
    corners = pair[0][:, 1] + rise * (starts[:, 0] - pair[0][:, 0])
    length = corners - starts[:, 1]
    if not length[0] > 8:
        return None
    lead = 0.12 * length
    inside = np.column_stack((starts[:, 0], corners - lead))
    reach = 2.2 * float(lead[0])
    down = ray_exit(garment.frame.soft, inside, np.tile((0.0, 1.0), (len(starts), 1)), reach)
    ends = np.where(np.isnan(down), corners, inside[:, 1] + down)
    line = np.array((starts[0], (starts[0, 0], ends[0])))
    return Reading(ends - starts[:, 1], line, NO_EDGE if np.isnan(down[0]) else 0.0)
