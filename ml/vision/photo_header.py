"""What kind of file it is, told from its content alone: name and declared type of an upload are not trusted.

Layouts: JPEG (ITU-T T.81), PNG and APNG (W3C PNG, third edition), WebP (RFC 9649), HEIF (ISO/IEC 23008-12).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

FORMATS = ("jpeg", "png", "webp", "heic")

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEIF_STILLS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"mif2"})
HEIF_SEQUENCES = frozenset({b"hevc", b"hevx", b"hevm", b"hevs", b"msf1"})
AVIF_BRANDS = frozenset({b"avif", b"avis"})
RAW_BRANDS = frozenset({b"crx "})

OTHER_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"GIF8", "a GIF"),
    (b"BM", "a BMP picture"),
    (b"II*\0", "a TIFF or camera RAW file"),
    (b"MM\0*", "a TIFF or camera RAW file"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 picture"),
    (b"8BPS", "a Photoshop file"),
    (b"%PDF", "a PDF document"),
    (b"%!PS", "a PostScript file"),
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"\0\0\x01\0", "an icon"),
    (b"\x1a\x45\xdf\xa3", "a video"),
)
TEXT_SAMPLE = 512


@dataclass(frozen=True)
class PhotoHeader:
    """Kind of a file: ``format`` is one of FORMATS or, when not accepted, ""; ``described`` names it.

    ``canvas`` is (width, height) where it must be known before a decoder may see the file (WebP), else None.
    """

    format: str
    described: str
    animated: bool = False
    canvas: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        if self.format not in (*FORMATS, ""):
            raise ValueError(f"photo header: unknown format {self.format!r}")


def read_header(content: bytes) -> PhotoHeader:
    """The kind of ``content``; never raises, whatever the bytes are."""
    if content.startswith(b"\xff\xd8\xff"):
        return PhotoHeader("jpeg", "a JPEG")
    if content.startswith(PNG_SIGNATURE):
        return PhotoHeader("png", "a PNG", animated=_png_is_animated(content))
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return _webp_header(content)
    if content[4:8] == b"ftyp":
        return _isobmff_header(content)
    for signature, described in OTHER_SIGNATURES:
        if content.startswith(signature):
            return PhotoHeader("", described)
    return PhotoHeader("", _describe_text(content[:TEXT_SAMPLE]))


def _png_is_animated(content: bytes) -> bool:
    """True when an acTL chunk with more than one frame stands before the first IDAT (APNG)."""
    position = len(PNG_SIGNATURE)
    while position + 8 <= len(content):
        length = int.from_bytes(content[position : position + 4], "big")
        kind = content[position + 4 : position + 8]
        if kind == b"acTL":
            return int.from_bytes(content[position + 8 : position + 12], "big") > 1
        if kind in (b"IDAT", b"IEND"):
            return False
        position += 12 + length
    return False


def _riff_chunks(content: bytes) -> Iterator[tuple[bytes, int]]:
    """(kind, offset of the payload) of each chunk of a RIFF file."""
    position = 12
    while position + 8 <= len(content):
        yield content[position : position + 4], position + 8
        length = int.from_bytes(content[position + 4 : position + 8], "little")
        position += 8 + length + (length & 1)


def _webp_header(content: bytes) -> PhotoHeader:
    """Canvas and animation flag from the first chunk that states a size."""
    for kind, start in _riff_chunks(content):
        body = content[start : start + 10]
        if len(body) < 10:
            break
        if kind == b"VP8X":
            width = 1 + int.from_bytes(body[4:7], "little")
            height = 1 + int.from_bytes(body[7:10], "little")
            return PhotoHeader("webp", "a WebP", bool(body[0] & 0x02), (width, height))
        if kind == b"VP8 ":
            width = int.from_bytes(body[6:8], "little") & 0x3FFF
            height = int.from_bytes(body[8:10], "little") & 0x3FFF
            return PhotoHeader("webp", "a WebP", canvas=(width, height))
        if kind == b"VP8L":
            bits = int.from_bytes(body[1:5], "little")
            return PhotoHeader("webp", "a WebP", canvas=(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)))
    return PhotoHeader("webp", "a WebP", canvas=(0, 0))


def _isobmff_header(content: bytes) -> PhotoHeader:
    """HEIF stills and sequences, AVIF, RAW and video, told apart by the brands of the ftyp box."""
    length = min(int.from_bytes(content[:4], "big"), 4096, len(content))
    major = content[8:12]
    brands = {content[at : at + 4] for at in range(16, length - 3, 4)} | {major}
    if brands & AVIF_BRANDS:
        return PhotoHeader("", "an AVIF picture")
    if brands & RAW_BRANDS:
        return PhotoHeader("", "a camera RAW file")
    if major in HEIF_SEQUENCES:
        return PhotoHeader("heic", "a HEIF image sequence", animated=True)
    if brands & HEIF_STILLS:
        return PhotoHeader("heic", "a HEIC")
    return PhotoHeader("", "a video")


def _describe_text(sample: bytes) -> str:
    """The kind of a file without a signature, as far as its first bytes read as text."""
    text = sample.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in text:
        return "an SVG drawing"
    if text.startswith((b"<!doctype html", b"<html")):
        return "a web page"
    if text and not any(byte < 9 or 13 < byte < 32 for byte in text):
        return "a text file"
    return "a file of unknown type"
