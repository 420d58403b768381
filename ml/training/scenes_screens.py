"""Synthetic screenshots: a garment photo inside a web shop, a gallery or a marketplace app, drawn by code."""

import cv2
import numpy as np
from numpy.random import Generator
from PIL import Image, ImageDraw, ImageFont

from ml.training.scenes_wardrobe import Pixels, Wardrobe

WORDS = [
    "Cotton shirt",
    "Linen dress",
    "Slim jeans",
    "Zip hoodie",
    "Wool coat",
    "Summer top",
    "Add to cart",
    "Buy now",
    "Free returns",
    "New in",
    "Sale",
    "Women",
    "Men",
    "Kids",
    "Size guide",
    "In stock",
    "Reviews",
    "Only 2 left",
    "Ships tomorrow",
    "Favourites",
    "Search",
    "Home",
    "Profile",
    "Seller",
    "Condition: good",
    "Brand new with tags",
    "Message",
    "Offer",
    "Details",
    "Material",
    "Care",
    "Regular fit",
    "Share",
    "Description",
    "Similar items",
]
CURRENCIES = ("$", "£", "USD ", "EUR ", "JPY ")

Colour = tuple[int, int, int]


class Screen:
    """A screen being drawn: a sheet, its two tones and an accent."""

    def __init__(self, rng: Generator, width: int, height: int) -> None:
        dark = rng.random() < 0.25
        self.rng, self.width, self.height = rng, width, height
        self.paper: Colour = _tone(rng, 8, 34) if dark else _tone(rng, 240, 256)
        self.ink: Colour = _tone(rng, 215, 256) if dark else _tone(rng, 0, 60)
        self.faint: Colour = _tone(rng, 60, 110) if dark else _tone(rng, 150, 215)
        red, green, blue = rng.integers(0, 256, 3)
        self.accent: Colour = (int(red), int(green), int(blue))
        self.sheet = Image.new("RGB", (width, height), self.paper)
        self.draw = ImageDraw.Draw(self.sheet)

    def text(self, x: float, y: float, text: str, size: float, colour: Colour | None = None) -> None:
        font = ImageFont.load_default(max(6, size))
        self.draw.text((x, y), text, fill=colour or self.ink, font=font)

    def words(self, count: int) -> str:
        return " ".join(str(self.rng.choice(WORDS)) for _ in range(count))

    def price(self) -> str:
        amount = f"{self.rng.uniform(3, 200):.2f}"
        sign = str(self.rng.choice(CURRENCIES))
        return sign + amount if self.rng.random() < 0.7 else f"{amount} {sign}"

    def button(self, box: tuple[float, float, float, float], label: str, filled: bool) -> None:
        radius = (box[3] - box[1]) * float(self.rng.choice([0.0, 0.2, 0.5]))
        fill = self.accent if filled else None
        self.draw.rounded_rectangle(box, radius, fill=fill, outline=self.faint)
        size = (box[3] - box[1]) * 0.42
        colour = (self.paper if sum(self.accent) < 420 else (0, 0, 0)) if filled else self.ink
        self.text(box[0] + (box[3] - box[1]) * 0.5, box[1] + size * 0.55, label, size, colour)

    def photo(self, pixels: Pixels, box: tuple[int, int, int, int]) -> None:
        """A photo filling a box as apps do: cropped in the middle, or whole on the paper's tone."""
        width, height = box[2] - box[0], box[3] - box[1]
        fit, fill = (f(width / pixels.shape[1], height / pixels.shape[0]) for f in (min, max))
        scale = fill if self.rng.random() < 0.7 else fit
        size = max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale))
        image = Image.fromarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))
        left, top = max(0, (size[0] - width) // 2), max(0, (size[1] - height) // 2)
        image = image.crop((left, top, min(size[0], left + width), min(size[1], top + height)))
        self.sheet.paste(image, (box[0] + (width - image.width) // 2, box[1] + (height - image.height) // 2))


def screenshot(rng: Generator, wardrobe: Wardrobe, side: int = 640) -> Pixels:
    """A phone's product page, gallery or list of offers, or a web shop in a browser; longer side `side`."""
    kind = rng.random()
    if kind < 0.75:
        screen = Screen(rng, round(side / rng.uniform(1.7, 2.2)), side)
        top = _status_bar(screen)
        (_product if kind < 0.4 else _gallery if kind < 0.55 else _offers)(screen, wardrobe, top)
    else:
        screen = Screen(rng, side, round(side / rng.uniform(1.3, 1.8)))
        _browser(screen, wardrobe)
    pixels = np.asarray(screen.sheet, np.uint8)
    if rng.random() < 0.25:
        top = int(rng.uniform(0, 0.08) * pixels.shape[0])
        pixels = pixels[top : pixels.shape[0] - int(rng.uniform(0, 0.3) * pixels.shape[0])]
    return np.ascontiguousarray(pixels)


def _tone(rng: Generator, low: int, high: int) -> Colour:
    tone = int(rng.integers(low, high))
    return tone, tone, tone


def _status_bar(screen: Screen) -> int:
    """Clock, bars and battery; returns the height used."""
    rng, unit = screen.rng, screen.height / 100
    screen.text(unit * 2, unit * 0.7, f"{rng.integers(0, 24)}:{rng.integers(0, 60):02d}", unit * 2)
    right = screen.width - unit * 2
    screen.draw.rectangle((right - unit * 3, unit, right, unit * 2.4), outline=screen.ink)
    level = rng.uniform(0.2, 1) * unit * 3
    screen.draw.rectangle((right - unit * 3, unit, right - unit * 3 + level, unit * 2.4), fill=screen.ink)
    for bar in range(4):
        x = right - unit * (7 - bar * 0.8)
        screen.draw.rectangle((x, unit * (2.2 - bar * 0.4), x + unit * 0.5, unit * 2.4), fill=screen.ink)
    return round(unit * 4)


def _heading(screen: Screen, top: int) -> int:
    unit = screen.height / 100
    y = top + unit * 2.5
    screen.draw.line([(unit * 4, y - unit), (unit * 2.8, y), (unit * 4, y + unit)], fill=screen.ink, width=2)
    screen.text(unit * 7, y - unit * 1.3, screen.words(1), unit * 2.2)
    for place in range(int(screen.rng.integers(1, 4))):
        x = screen.width - unit * (4 + place * 5)
        screen.draw.ellipse((x - unit, y - unit, x + unit, y + unit), outline=screen.ink, width=2)
    return round(top + unit * 6)


def _tabs(screen: Screen) -> None:
    unit = screen.height / 100
    top = screen.height - unit * 7
    screen.draw.rectangle((0, top, screen.width, screen.height), fill=screen.paper)
    screen.draw.line((0, top, screen.width, top), fill=screen.faint)
    count = int(screen.rng.integers(3, 6))
    for place in range(count):
        x = (place + 0.5) * screen.width / count
        box = (x - unit * 1.3, top + unit, x + unit * 1.3, top + unit * 3.6)
        colour = screen.accent if place == 0 else screen.faint
        (screen.draw.ellipse if screen.rng.random() < 0.5 else screen.draw.rectangle)(
            box, outline=colour, width=2
        )
        screen.text(x - unit * 2, top + unit * 4.2, screen.words(1)[:7], unit * 1.4, colour)


def _product(screen: Screen, wardrobe: Wardrobe, top: int) -> None:
    rng, unit, width = screen.rng, screen.height / 100, screen.width
    top = _heading(screen, top) if rng.random() < 0.8 else top
    bottom = round(top + width * rng.uniform(0.9, 1.35))
    screen.photo(wardrobe.any_garment(rng).pixels, (0, top, width, bottom))
    for dot in range(int(rng.integers(0, 6))):
        x = width / 2 + (dot - 2.5) * unit * 2
        colour = screen.accent if dot == 0 else screen.faint
        screen.draw.ellipse((x, bottom - unit * 2.5, x + unit, bottom - unit * 1.5), fill=colour)
    y = bottom + unit * 1.5
    screen.text(unit * 2, y, screen.words(2), unit * 2.6)
    screen.text(unit * 2, y + unit * 3.8, screen.price(), unit * 3.4, screen.accent)
    for place, size in enumerate(("XS", "S", "M", "L", "XL")[: int(rng.integers(0, 6))]):
        x = unit * (2 + place * 7)
        screen.button((x, y + unit * 9, x + unit * 6, y + unit * 12.5), size, filled=place == 2)
    for line in range(6):
        screen.text(unit * 2, y + unit * (14 + line * 2.6), screen.words(4), unit * 1.7, screen.faint)
    _tabs(screen)
    if rng.random() < 0.8:
        box = (unit * 2, screen.height - unit * 13, width - unit * 2, screen.height - unit * 8)
        screen.button(
            box, str(rng.choice(["Add to cart", "Buy now", "Message", "Make an offer"])), filled=True
        )


def _gallery(screen: Screen, wardrobe: Wardrobe, top: int) -> None:
    unit = screen.height / 100
    top = _heading(screen, top)
    pixels = wardrobe.any_garment(screen.rng).pixels
    height = min(round(screen.width * pixels.shape[0] / pixels.shape[1]), round(unit * 74))
    middle = round(screen.height / 2)
    screen.photo(pixels, (0, max(top, middle - height // 2), screen.width, middle + height // 2))
    _tabs(screen)


def _offers(screen: Screen, wardrobe: Wardrobe, top: int) -> None:
    unit, gap = screen.height / 100, round(screen.height / 60)
    top = _heading(screen, top)
    wide = (screen.width - gap * 3) // 2
    high = round(wide * screen.rng.uniform(1.0, 1.4))
    while top < screen.height:
        for column in range(2):
            x = gap + column * (wide + gap)
            screen.photo(wardrobe.any_garment(screen.rng).pixels, (x, top, x + wide, top + high))
            screen.text(x, top + high + unit * 0.5, screen.words(1), unit * 1.8)
            screen.text(x, top + high + unit * 3, screen.price(), unit * 2)
        top += high + round(unit * 7)
    _tabs(screen)


def _browser(screen: Screen, wardrobe: Wardrobe) -> None:
    rng, unit, width, height = screen.rng, screen.height / 60, screen.width, screen.height
    screen.draw.rectangle((0, 0, width, unit * 5), fill=screen.faint)
    for dot, colour in enumerate(((237, 106, 94), (245, 191, 79), (98, 197, 84))):
        screen.draw.ellipse((unit * (1 + dot * 2), unit, unit * (2.3 + dot * 2), unit * 2.3), fill=colour)
    screen.draw.rounded_rectangle(
        (unit * 10, unit * 0.8, width - unit * 6, unit * 4), unit, fill=screen.paper
    )
    screen.text(
        unit * 12, unit * 1.3, "www.example.com/" + screen.words(1).lower().replace(" ", "-"), unit * 1.6
    )
    for place in range(6):
        screen.text(unit * (2 + place * 13), unit * 6, screen.words(1), unit * 1.7)
    left, top, bottom = round(unit * 9), round(unit * 10), round(height - unit * 3)
    right = round(width * rng.uniform(0.45, 0.58))
    screen.photo(wardrobe.any_garment(rng).pixels, (left, top, right, bottom))
    for place in range(4):
        y = round(top + place * unit * 9)
        screen.photo(
            wardrobe.any_garment(rng).pixels, (round(unit), y, left - round(unit), y + round(unit * 8))
        )
    x = right + unit * 3
    screen.text(x, top, screen.words(2), unit * 2.6)
    screen.text(x, top + unit * 5, screen.price(), unit * 3, screen.accent)
    for line in range(7):
        screen.text(x, top + unit * (10 + line * 2.6), screen.words(3), unit * 1.5, screen.faint)
    screen.button((x, height - unit * 15, width - unit * 4, height - unit * 10), "Add to cart", filled=True)
