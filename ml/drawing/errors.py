"""Errors of the drawing house: each carries a code for programs and a sentence for people."""

from __future__ import annotations

from ml.errors import MlError


class DrawingError(MlError):
    """A drawing cannot be made; ``code`` names the reason, the text says what to do about it."""


class DocumentError(DrawingError):
    """A drawing document is not valid; ``where`` is the place in its JSON, ``views[0].layers[1]`` say."""

    def __init__(self, code: str, reason: str, where: str = "") -> None:
        super().__init__(code, f"{where}: {reason}" if where else reason)
        self.reason = reason
        self.where = where

    def inside(self, place: str) -> DocumentError:
        """The same error seen from one level further out."""
        joint = "" if not self.where or self.where.startswith("[") else "."
        return DocumentError(self.code, self.reason, f"{place}{joint}{self.where}")
