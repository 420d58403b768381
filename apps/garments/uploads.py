"""Reading an upload without trusting its size or its name."""

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from apps.garments.photo_problems import photo_problem
from apps.problems import Problem
from ml.errors import PhotoError
from ml.vision.photo import MAX_BYTES


def upload_read(file: "UploadedFile[bytes] | None") -> tuple[bytes, str]:
    """Bytes and file name. Raises Problem when there is no file or it is larger than a photo may be."""
    if file is None:
        raise Problem("photo_missing", _("Choose a photo to upload."))
    if file.size is None or file.size > MAX_BYTES:
        raise photo_problem(PhotoError("too_large", "too large"))
    return file.read(), file.name or "photo"
