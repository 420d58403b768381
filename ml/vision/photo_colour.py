"""Decoded pictures of any mode and profile as opaque 8-bit sRGB."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
STRIP_ROWS = 512
WHITE = (255, 255, 255)
PROFILE_SPACES = {"RGB": "RGB ", "CMYK": "CMYK", "L": "GRAY"}
SIXTEEN_BIT_MODES = ("I", "I;16", "I;16B", "I;16L")


def pixels_of(image: Image.Image) -> NDArray[np.uint8]:
    """The pixels of an RGB picture, H×W×3; copied strip by strip, so that large photos are in memory once."""
    pixels = np.empty((image.height, image.width, 3), np.uint8)
    for top in range(0, image.height, STRIP_ROWS):
        bottom = min(image.height, top + STRIP_ROWS)
        pixels[top:bottom] = np.asarray(image.crop((0, top, image.width, bottom)))
    return pixels


def opaque_srgb(image: Image.Image) -> Image.Image:
    """``image`` in mode RGB: 8 bits, palettes looked up, profile applied, alpha composited on white."""
    image, alpha = split_alpha(eight_bit(image))
    image = to_srgb(image, image.info.get("icc_profile"))
    if alpha is None:
        return image
    page = Image.new("RGB", image.size, WHITE)
    page.paste(image, mask=alpha)
    return page


def eight_bit(image: Image.Image) -> Image.Image:
    """``image`` with 8 bits a channel: 16-bit greys scaled (0–65535 → 0–255), bilevel widened."""
    if image.mode in SIXTEEN_BIT_MODES:
        wide = np.clip(np.asarray(image), 0, 65535).astype(np.uint32)
        narrow = Image.fromarray(((wide + 128) // 257).astype(np.uint8))
        narrow.info = {"icc_profile": image.info.get("icc_profile")}
        return narrow
    if image.mode in ("1", "F"):
        return image.convert("L")
    return image


def split_alpha(image: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    """The picture in mode RGB, L or CMYK, and its alpha channel (a transparent colour counts) or None."""
    if "transparency" in image.info and image.mode in ("P", "L", "RGB"):
        image = image.convert("RGBA")
    elif image.mode in ("P", "PA"):
        image = image.convert("RGBA" if image.mode == "PA" else "RGB")
    if image.mode in ("RGBA", "LA"):
        return image.convert(image.mode[:-1]), image.getchannel("A")
    if image.mode in PROFILE_SPACES:
        return image, None
    return image.convert("RGB"), None


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """``image`` (mode RGB, L or CMYK) in sRGB, by its ICC ``profile`` where that is one for its colour space.

    Relative colorimetric with black point compensation, as viewers do. A missing, damaged or ill-matched
    profile means that RGB and greys are sRGB already, and CMYK is converted by the plain formula.
    """
    transform = None if not profile else _transform(profile, image.mode)
    if transform is None:
        return image if image.mode == "RGB" else image.convert("RGB")
    return ImageCms.applyTransform(image, transform) or image


def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """The transform from ``profile`` to sRGB; None when it is sRGB itself or cannot serve."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if source.profile.xcolor_space != PROFILE_SPACES[mode]:
            return None
        if "srgb" in (source.profile.profile_description or "").lower():
            return None
        return ImageCms.buildTransform(
            source,
            SRGB,
            mode,
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return None
