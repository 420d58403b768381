"""REST: the landmarks of a photo."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import model_validator

from apps.accounts.selectors import user_of
from apps.garments import landmarks
from apps.garments.landmark_selectors import landmark_list_for_user
from apps.garments.models import Photo
from apps.garments.part_api import Provenance
from apps.garments.selectors import photo_get_for_user

router = Router(tags=["landmarks"])


class LandmarkOut(Schema):
    """A landmark in upright pixels; a hidden one has the place where it was found, or none."""

    name: str
    x: float | None
    y: float | None
    confidence: float | None
    provenance: Provenance
    hidden: bool


class LandmarksOut(Schema):
    landmarks: list[LandmarkOut]


class LandmarkIn(Schema):
    """Either x and y in upright pixels, or hidden: it is not to be seen."""

    x: float | None = None
    y: float | None = None
    hidden: bool = False

    @model_validator(mode="after")
    def place_or_hidden(self) -> "LandmarkIn":
        if self.hidden != (self.x is None and self.y is None) or (self.x is None) != (self.y is None):
            raise ValueError("Send either x and y, or hidden: true.")
        return self


@router.get("/photos/{photo_id}/landmarks", response=LandmarksOut)
def list_landmarks(request: HttpRequest, photo_id: UUID) -> dict[str, Any]:
    """The landmarks that were found or decided; left and right are those of the picture."""
    return _all(request, _photo(request, photo_id))


@router.put("/photos/{photo_id}/landmarks/{name}", response=LandmarksOut)
def decide_landmark(request: HttpRequest, photo_id: UUID, name: str, data: LandmarkIn) -> dict[str, Any]:
    """Place or hide a landmark; no later analysis moves it. Answers all landmarks of the photo."""
    user, photo = user_of(request), _photo(request, photo_id)
    if data.x is not None and data.y is not None:
        landmarks.landmark_place(user=user, photo=photo, name=name, x=data.x, y=data.y)
    else:
        landmarks.landmark_hide(user=user, photo=photo, name=name)
    return _all(request, photo)


@router.delete("/photos/{photo_id}/landmarks/{name}", response=LandmarksOut)
def take_back_landmark(request: HttpRequest, photo_id: UUID, name: str) -> dict[str, Any]:
    """Return to what the analysis found. Answers all landmarks of the photo."""
    photo = _photo(request, photo_id)
    landmarks.landmark_take_back(user=user_of(request), photo=photo, name=name)
    return _all(request, photo)


def _photo(request: HttpRequest, photo_id: UUID) -> Photo:
    return photo_get_for_user(user_of(request), photo_id)


def _all(request: HttpRequest, photo: Photo) -> dict[str, Any]:
    return {"landmarks": [row.to_json() for row in landmark_list_for_user(user_of(request), photo)]}
