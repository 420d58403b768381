"""Joining lines whose ends point at each other across a gap."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.vision.line_tracing import ALIKE, LEAST, STEP, Trace

Floats = NDArray[np.float64]

REACH = 30.0  # px between two ends
TURN = 0.9  # cosine between the directions of both
ASIDE, SPREAD = 3.0, 0.15  # px that one end may lie beside the other's course, and more for each px apart
TAIL = 8  # points that an end's direction is taken from


def join_traces(traces: list[Trace]) -> list[Trace]:
    """The traces with those made one whose ends point at each other across a gap, strongest first."""
    rest = sorted(traces, key=lambda trace: -trace.weight)
    joined: list[Trace] = []
    while rest:
        trace = rest.pop(0)
        while (
            match := next((one for one in (_joint(trace, other) for other in rest) if one), None)
        ) is not None:
            trace, other = match
            rest = [one for one in rest if one is not other]
        joined.append(trace)
    return sorted(joined, key=lambda trace: -trace.weight)


def _heading(points: Floats) -> Floats:
    """Direction in which a line leaves through its last point."""
    tail = points[-TAIL:]
    way = tail[-1] - tail[0]
    return np.asarray(way / max(float(np.hypot(*way)), LEAST))


def _joint(first: Trace, second: Trace) -> tuple[Trace, Trace] | None:
    """Both as one, and the second, when an end of each points at the other; else None."""
    if float(first.colour @ second.colour) < ALIKE:
        return None
    for one_turn in (1, -1):
        for other_turn in (1, -1):
            one, other = first.points[::one_turn], second.points[::other_turn]
            between = other[0] - one[-1]
            distance = float(np.hypot(*between))
            if distance > REACH:
                continue
            leaving, arriving = _heading(one), -_heading(other[::-1])
            if float(leaving @ arriving) < TURN:
                continue
            ahead = float(between @ leaving)
            aside = abs(float(leaving[0] * between[1] - leaving[1] * between[0]))
            if ahead < -2 * STEP or aside > ASIDE + SPREAD * distance:
                continue
            steps = max(0, round(distance / STEP) - 1)
            bridge = one[-1] + between * (np.arange(1, steps + 1) / (steps + 1))[:, None]
            points = np.concatenate([one, bridge, other])
            strength = np.concatenate(
                [first.strength[::one_turn], np.zeros(steps), second.strength[::other_turn]]
            )
            colour = first.colour * first.weight + second.colour * second.weight
            weight = first.weight + second.weight
            sharpness = (first.sharpness * first.weight + second.sharpness * second.weight) / weight
            colour /= max(float(np.hypot(*colour)), LEAST)
            return Trace(points, strength, colour, sharpness), second
    return None
