"""Errors of the ml package: a stable code for programs, an English sentence that says what to do."""

from __future__ import annotations


class MlError(Exception):
    """Something a caller can act on.

    ``code`` is stable, lower_snake_case (interfaces translate by it); ``text`` one or two English sentences.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


class PhotoError(MlError):
    """A photo cannot be used: wrong type, damaged, too large … (codes: ``ml.vision.photo.PHOTO_CODES``)."""


class ModelError(MlError):
    """A model cannot be loaded: "missing_weights", "corrupt_weights", "bad_card" or "bad_model"."""


class DeviceError(MlError):
    """The device asked for is not there ("no_cuda") or not known ("unknown_device")."""
