"""CIELAB and CIEDE2000 against published values."""

from __future__ import annotations

import numpy as np
import pytest

from ml.vision.colour_space import delta_e_2000, lab_to_hex, lab_to_srgb, luminance, srgb_to_lab

# Sharma, Wu, Dalal: The CIEDE2000 color-difference formula, table 1 (2005).
SHARMA = [
    ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
    ((50, 3.1571, -77.2803), (50, 0, -82.7485), 2.8615),
    ((50, 2.8361, -74.0200), (50, 0, -82.7485), 3.4412),
    ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
    ((50, -1.1848, -84.8006), (50, 0, -82.7485), 1.0000),
    ((50, -0.9009, -85.5211), (50, 0, -82.7485), 1.0000),
    ((50, 0, 0), (50, -1, 2), 2.3669),
    ((50, -1, 2), (50, 0, 0), 2.3669),
    ((50, 2.4900, -0.0010), (50, -2.4900, 0.0009), 7.1792),
    ((50, 2.4900, -0.0010), (50, -2.4900, 0.0011), 7.2195),
    ((50, -0.0010, 2.4900), (50, 0.0009, -2.4900), 4.8045),
    ((50, -0.0010, 2.4900), (50, 0.0011, -2.4900), 4.7461),
    ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
    ((50, 2.5, 0), (73, 25, -18), 27.1492),
    ((50, 2.5, 0), (61, -5, 29), 22.8977),
    ((50, 2.5, 0), (56, -27, -3), 31.9030),
    ((50, 2.5, 0), (58, 24, 15), 19.4535),
    ((50, 2.5, 0), (50, 3.1736, 0.5854), 1.0000),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((63.0109, -31.0961, -5.8663), (62.8187, -29.7946, -4.0864), 1.2630),
    ((61.2901, 3.7196, -5.3901), (61.4292, 2.2480, -4.9620), 1.8731),
    ((35.0831, -44.1164, 3.7933), (35.0232, -40.0716, 1.5901), 1.8645),
    ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ((36.4612, 47.8580, 18.3852), (36.2715, 50.5065, 21.2231), 1.4146),
    ((90.8027, -2.0831, 1.4410), (91.1528, -1.6435, 0.0447), 1.4441),
    ((90.9257, -0.5406, -0.9208), (88.6381, -0.8985, -0.7239), 1.5381),
    ((6.7747, -0.2908, -2.4247), (5.8714, -0.0985, -2.2286), 0.6377),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]


@pytest.mark.parametrize(("one", "other", "expected"), SHARMA)
def test_difference_of_published_pairs(
    one: tuple[float, ...], other: tuple[float, ...], expected: float
) -> None:
    pair = np.array(one), np.array(other)
    assert float(delta_e_2000(*pair)) == pytest.approx(expected, abs=1e-4)
    assert float(delta_e_2000(*reversed(pair))) == pytest.approx(expected, abs=1e-4)


def test_lightness_counts_half_for_textiles() -> None:
    light, dark = np.array((60.0, 10.0, 10.0)), np.array((50.0, 10.0, 10.0))
    assert delta_e_2000(light, dark, 2.0) == pytest.approx(delta_e_2000(light, dark) / 2)


@pytest.mark.parametrize(
    ("colour", "lab"),
    [
        ((255, 255, 255), (100, 0, 0)),
        ((0, 0, 0), (0, 0, 0)),
        ((255, 0, 0), (53.24, 80.09, 67.20)),
        ((0, 0, 255), (32.30, 79.19, -107.86)),
        ((119, 119, 119), (50.03, 0, 0)),
    ],
)
def test_known_colours(colour: tuple[int, int, int], lab: tuple[float, float, float]) -> None:
    assert srgb_to_lab(np.array(colour, np.uint8)) == pytest.approx(lab, abs=0.3)


def test_lab_and_srgb_are_inverse() -> None:
    colours = np.random.default_rng(3).integers(0, 256, (9, 5, 3), np.uint8)
    assert np.abs(lab_to_srgb(srgb_to_lab(colours)).astype(int) - colours).max() <= 1


def test_hex_and_luminance() -> None:
    assert lab_to_hex(srgb_to_lab(np.array((31, 42, 77), np.uint8))) == "#1f2a4d"
    assert float(luminance(np.float32(50.0))) == pytest.approx(0.1842, abs=1e-3)
    assert float(luminance(np.float32(4.0))) == pytest.approx(0.00443, abs=1e-4)
