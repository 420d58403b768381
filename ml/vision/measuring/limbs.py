"""Widths of sleeves and legs, at right angles to them."""

from __future__ import annotations

import numpy as np

from ml.vision.measuring.crossings import Side, Values, ray_exit
from ml.vision.measuring.frame import LONGEST, Points
from ml.vision.measuring.garment import NO_EDGE, SIDES, Garment, Reading, mean_of


def bicep(garment: Garment) -> Reading | None:
    """T15: 2.5 cm below the underarm along the sleeve's inner edge, at right angles to its fold."""

    def one(side: Side) -> Reading | None:
        names = [f"{stem}_{side}" for stem in ("shoulder", "cuff_outer", "cuff_inner", "underarm")]
        if any(name not in garment.points for name in names):
            return None
        shoulder, outer, inner, arm = (garment.points[name] for name in names)
        return _limb(garment, (arm, inner), (shoulder, outer), garment.offset(2.5))

    return mean_of([one(side) for side in SIDES])


def thigh(garment: Garment) -> Reading | None:
    """B08: at the crotch, at right angles to the leg."""
    return _leg_width(garment, np.zeros(len(garment.cm_per_unit)))


def knee(garment: Garment) -> Reading | None:
    """B09: 30 cm below the crotch, at right angles to the leg."""
    return _leg_width(garment, garment.offset(30.0))


def _leg_width(garment: Garment, below: Values) -> Reading | None:
    def one(side: Side) -> Reading | None:
        names = [f"waist_{side}", f"leg_outer_{side}", f"leg_inner_{side}", "crotch"]
        if any(name not in garment.points for name in names):
            return None
        waist, outer, inner, crotch = (garment.points[name] for name in names)
        return _limb(garment, (crotch, inner), (waist, outer), below)

    return mean_of([one(side) for side in SIDES])


def _limb(
    garment: Garment, inner: tuple[Points, Points], outer: tuple[Points, Points], below: Values
) -> Reading | None:
    """The width of a sleeve or leg at right angles to it, ``below`` units along its inner edge.

    ``inner`` and ``outer``: the draws at the top and at the end of its two edges.
    """
    start, stop = inner
    length = np.hypot(*(stop - start).T)
    if not length[0] >= max(8, 1.05 * below[0]):
        return None
    along = _units(stop - start)
    axis = _units(along + _units(outer[1] - outer[0]))
    normal = np.column_stack((-axis[:, 1], axis[:, 0]))
    facing = np.sign(np.sum(normal * (outer[0] - start), axis=1))
    normal *= np.where(facing == 0, 1, facing)[:, None]
    foot = start + along * below[:, None]
    expected = _distance_to_line(foot, normal, outer)
    if not abs(expected[0]) < LONGEST:  # the outer edge runs at right angles to the limb, or is a point
        return None
    # From half way out to the outer edge, and from there back to the inner one unless another limb is there.
    centre = foot + normal * (expected / 2)[:, None]
    reach = 1.2 * abs(float(expected[0]))
    out = ray_exit(garment.frame.soft, centre, normal, reach)
    back = ray_exit(garment.frame.soft, centre, -normal, reach)
    slack = 0.15 * expected
    hidden = np.isnan(back) | (back > expected / 2 + slack)
    back = np.where(hidden, expected / 2, back)
    lengths = out + back
    if not np.isfinite(lengths[0]):
        return None
    line = np.stack((centre[0] - normal[0] * back[0], centre[0] + normal[0] * out[0]))
    return Reading(lengths, line, NO_EDGE if hidden[0] else 0.0)


def _distance_to_line(foot: Points, normal: Points, line: tuple[Points, Points]) -> Values:
    """How far from ``foot`` along ``normal`` the line lies (N)."""
    along = line[1] - line[0]
    cross = along[:, 0] * normal[:, 1] - along[:, 1] * normal[:, 0]
    cross = np.where(np.abs(cross) < 1e-6, np.nan, cross)
    gap = line[0] - foot
    return np.asarray((along[:, 0] * gap[:, 1] - along[:, 1] * gap[:, 0]) / cross, np.float64)


def _units(vectors: Points) -> Points:
    return np.asarray(vectors / np.maximum(np.hypot(*vectors.T), 1e-9)[:, None], np.float64)
