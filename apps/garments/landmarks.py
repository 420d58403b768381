"""What people say about the landmarks of a photo; every word is kept, the newest of a landmark counts."""

import math

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.accounts.selectors import require_role
from apps.garments.landmark_selectors import landmark_decisions_for_user
from apps.garments.models import LandmarkDecision, Photo, Style
from apps.problems import Problem
from ml.vision.landmarks import LANDMARKS

Verb = LandmarkDecision.Verb


def landmark_place(*, user: User, photo: Photo, name: str, x: float, y: float) -> None:
    """Say where a landmark is, in upright pixels; a place beside the photo is moved to its edge.

    Raises Problem for an unknown name and numbers that are not finite.
    """
    if not (math.isfinite(x) and math.isfinite(y)):
        raise Problem("bad_place", _("A place is two numbers: pixels from the left and from the top."))
    x, y = min(max(x, 0.0), float(photo.width)), min(max(y, 0.0), float(photo.height))
    _decide(user, photo, name, Verb.PLACE, round(x, 2), round(y, 2))


def landmark_hide(*, user: User, photo: Photo, name: str) -> None:
    """Say that a landmark is not to be seen in the photo. Raises as `landmark_place` does."""
    _decide(user, photo, name, Verb.HIDE)


def landmark_take_back(*, user: User, photo: Photo, name: str) -> None:
    """Return to what the analysis found. Raises as `landmark_place` does."""
    _decide(user, photo, name, Verb.TAKE_BACK)


@transaction.atomic
def _decide(
    user: User, photo: Photo, name: str, verb: str, x: float | None = None, y: float | None = None
) -> None:
    """One more row, unless it would say what counts already."""
    require_role(user, photo.workspace_id, Role.DESIGNER)
    if name not in LANDMARKS:
        raise Problem("unknown_landmark", _("There is no landmark of this name."), name=name)
    Photo.objects.select_for_update().get(id=photo.id)
    counts = landmark_decisions_for_user(user, photo).get(name)
    now = (counts.verb, counts.x, counts.y) if counts else (Verb.TAKE_BACK, None, None)
    if now == (verb, x, y):
        return
    LandmarkDecision.objects.create(
        workspace_id=photo.workspace_id, photo=photo, name=name, verb=verb, x=x, y=y, decided_by=user
    )
    Style.objects.filter(id=photo.style_id).update(updated_at=timezone.now())
