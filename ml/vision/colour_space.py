"""CIELAB (D65) and CIEDE2000."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

Lab = NDArray[np.float32]

# ISO/CIE 11664-6 suggests a lightness weight of 2 for textiles.
TEXTILE_LIGHTNESS = 2.0


def srgb_to_lab(pixels: NDArray[np.uint8]) -> Lab:
    """(…, 3) uint8 sRGB to (…, 3) float32 L* 0–100, a*, b*; D65."""
    flat = np.ascontiguousarray(pixels.reshape(1, -1, 3))
    lab = cv2.cvtColor(flat.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB)
    return cast(Lab, lab.reshape(pixels.shape))


def lab_to_srgb(lab: Lab) -> NDArray[np.uint8]:
    """(…, 3) L*a*b* to (…, 3) uint8 sRGB, clipped to the gamut."""
    flat = np.ascontiguousarray(np.asarray(lab, np.float32).reshape(1, -1, 3))
    rgb = cv2.cvtColor(flat, cv2.COLOR_LAB2RGB)
    return cast(NDArray[np.uint8], np.round(np.clip(rgb, 0, 1) * 255).astype(np.uint8).reshape(lab.shape))


def lab_to_hex(lab: Lab) -> str:
    """One colour (3,) as "#rrggbb"."""
    red, green, blue = (int(value) for value in lab_to_srgb(lab))
    return f"#{red:02x}{green:02x}{blue:02x}"


def luminance(lightness: NDArray[np.float32]) -> NDArray[np.float32]:
    """Relative luminance Y (0–1) of L* (CIE 15)."""
    f = (lightness + 16) / 116
    return cast(NDArray[np.float32], np.where(lightness > 8, f**3, lightness / 903.3))


def delta_e_2000(one: Lab, other: Lab, lightness_weight: float = 1.0) -> NDArray[np.float64]:
    """CIEDE2000 colour difference of (…, 3) arrays, broadcast. Formula: Sharma, Wu, Dalal, CRA 30 (2005)."""
    l1, a1, b1 = np.moveaxis(np.asarray(one, np.float64), -1, 0)
    l2, a2, b2 = np.moveaxis(np.asarray(other, np.float64), -1, 0)
    mean_chroma = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    g = 0.5 * (1 - np.sqrt(mean_chroma**7 / (mean_chroma**7 + 25.0**7)))
    a1, a2 = (1 + g) * a1, (1 + g) * a2
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    grey = c1 * c2 == 0
    turn = np.where(grey, 0, (h2 - h1 + 180) % 360 - 180)
    hue_difference = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    lightness, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    hue = np.where(grey, h1 + h2, (h1 + turn / 2) % 360)
    t = (
        1
        - 0.17 * _cos(hue - 30)
        + 0.24 * _cos(2 * hue)
        + 0.32 * _cos(3 * hue + 6)
        - 0.20 * _cos(4 * hue - 63)
    )
    squared = (lightness - 50) ** 2
    s_l = 1 + 0.015 * squared / np.sqrt(20 + squared)
    s_c, s_h = 1 + 0.045 * chroma, 1 + 0.015 * chroma * t
    r_c = 2 * np.sqrt(chroma**7 / (chroma**7 + 25.0**7))
    r_t = -np.sin(np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2)))) * r_c
    l_part = (l2 - l1) / (lightness_weight * s_l)
    c_part, h_part = (c2 - c1) / s_c, hue_difference / s_h
    return cast(NDArray[np.float64], np.sqrt(l_part**2 + c_part**2 + h_part**2 + r_t * c_part * h_part))


def _cos(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    return cast(NDArray[np.float64], np.cos(np.radians(degrees)))
