"""Why a photo cannot be used, in the words of the interface; codes are those of `ml.vision.photo`."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.problems import Problem
from ml.errors import PhotoError

TEXTS: dict[str, Promise] = {
    "empty": _("The file is empty. Copy the photo from the phone again."),
    "too_large": _("The file is larger than 20 MB. Use a smaller copy."),
    "unsupported_format": _("This is not a photo that can be used. Use JPEG, PNG, WebP or HEIC."),
    "animated": _("This picture is animated. Use a still photo."),
    "too_many_pixels": _("The picture has too many pixels. Use a copy with at most 80 megapixels."),
    "too_small": _("The picture is very small. Use the original photo, not its preview."),
    "damaged": _("The file is damaged or incomplete. Export it from the phone again."),
    "not_found": _("The photo's file is missing from the storage. Upload it again."),
    "unreadable": _("The photo's file cannot be read. Upload it again."),
}
STATUS = {"too_large": 413, "unsupported_format": 415}


def photo_problem(error: PhotoError) -> Problem:
    """The Problem for a PhotoError; KeyError for a code without words, which a test rules out."""
    return Problem(f"photo_{error.code}", TEXTS[error.code], status=STATUS.get(error.code, 422))
