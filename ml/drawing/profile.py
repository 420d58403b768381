"""The drawing profile: layers, weights, roles and names, read from ``profile.json``.

The same file feeds the editor in the browser, so that both sides draw alike.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any


@dataclass(frozen=True)
class Name:
    """A name in both languages."""

    en: str
    ja: str


@dataclass(frozen=True)
class Stroke:
    """A line: its weight in millimetres and its dash pattern (empty for a solid line)."""

    width: float
    dash: tuple[float, ...]

    def __post_init__(self) -> None:
        # Illustrator holds three pairs of dash and gap and fails on more.
        if not 0 < self.width <= 5 or len(self.dash) > 6 or any(length <= 0 for length in self.dash):
            raise ValueError("a stroke is up to 5 mm wide and has at most six dash numbers")


@dataclass(frozen=True)
class LayerStyle:
    """A layer of every drawing: id, names, stroke and whether its closed shapes hide what lies below."""

    id: str
    name: Name
    stroke: Stroke
    fill: bool


@dataclass(frozen=True)
class ViewStyle:
    """A view of the garment and what its centre line is called."""

    id: str
    name: Name
    centre_id: str
    centre_kind: str
    centre_code: str
    centre_name: Name


@dataclass(frozen=True)
class Profile:
    """Everything of ``profile.json``; ``roles`` maps a role to its stroke, ``None`` being the layer's."""

    decimals: int
    font: str
    ink: str
    paper: str
    layers: tuple[LayerStyle, ...]
    roles: Mapping[str, Stroke | None]
    node_kinds: Mapping[str, str]
    provenances: tuple[str, ...]
    views: Mapping[str, ViewStyle]
    garments: Mapping[str, Name]


def _name(data: Mapping[str, Any]) -> Name:
    return Name(en=data["en"], ja=data["ja"])


def _layer(data: Mapping[str, Any]) -> LayerStyle:
    return LayerStyle(data["id"], _name(data), _stroke(data), data["fill"])


def _stroke(data: Mapping[str, Any]) -> Stroke:
    return Stroke(float(data["stroke"]), tuple(float(length) for length in data["dash"]))


def _view(key: str, data: Mapping[str, Any]) -> ViewStyle:
    centre = data["centre"]
    return ViewStyle(key, _name(data), centre["id"], centre["kind"], centre["code"], _name(centre))


def _load() -> Profile:
    data = json.loads(resources.files(__package__).joinpath("profile.json").read_text(encoding="utf-8"))
    return Profile(
        decimals=data["decimals"],
        font=data["font"],
        ink=data["ink"],
        paper=data["paper"],
        layers=tuple(_layer(layer) for layer in data["layers"]),
        roles={key: None if role is None else _stroke(role) for key, role in data["roles"].items()},
        node_kinds=data["node_kinds"],
        provenances=tuple(data["provenances"]),
        views={key: _view(key, view) for key, view in data["views"].items()},
        garments={key: _name(name) for key, name in data["garments"].items()},
    )


PROFILE = _load()
LAYERS: Mapping[str, LayerStyle] = {layer.id: layer for layer in PROFILE.layers}
