"""Reads of the drawing house; `*_for_user` are the only way from a request to a row."""

from typing import TypeVar
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.garments.models import Style
from apps.problems import NotFound
from apps.svg.models import Drawing, Review, Revision
from ml.drawing.document import Document
from ml.drawing.svg import StyleHeader, serialise

Viewer = User | AnonymousUser
Row = TypeVar("Row", Drawing, Revision, Review)


def drawing_list_for_user(user: Viewer, style: Style) -> QuerySet[Drawing]:
    """The drawings of a style, one a view."""
    return _visible(Drawing.objects.all(), user).filter(style=style).select_related("style").order_by("view")


def drawing_get_for_user(user: Viewer, drawing_id: UUID) -> Drawing:
    """Raises NotFound when the drawing is not in a workspace of the user's."""
    drawing = _visible(Drawing.objects.all(), user).filter(id=drawing_id).select_related("style").first()
    if drawing is None:
        raise NotFound("drawing_not_found", _("There is no such drawing."))
    return drawing


def revision_list_for_user(user: Viewer, drawing: Drawing) -> QuerySet[Revision]:
    """The revisions of a drawing, newest first, without their documents."""
    return (
        _visible(Revision.objects.all(), user)
        .filter(drawing=drawing)
        .select_related("created_by", "drawing__style", "analysis")
        .defer("document", "analysis__findings")
    )


def revision_get_for_user(user: Viewer, revision_id: UUID) -> Revision:
    """Raises NotFound when the revision is not in a workspace of the user's."""
    revision = (
        _visible(Revision.objects.all(), user)
        .filter(id=revision_id)
        .select_related("drawing__style", "created_by")
        .first()
    )
    if revision is None:
        raise NotFound("revision_not_found", _("There is no such revision."))
    return revision


def review_list_for_user(user: Viewer, drawing: Drawing) -> QuerySet[Review]:
    """Every verdict on a drawing, newest first."""
    return (
        _visible(Review.objects.all(), user)
        .filter(revision__drawing=drawing)
        .select_related("reviewer", "revision")
    )


def revision_newest(drawing: Drawing) -> Revision | None:
    """The revision that a verdict is about."""
    return drawing.revisions.select_related("drawing__style", "created_by").first()


def revision_svg(revision: Revision) -> str:
    """The SVG of a revision; equal documents give equal text."""
    style = revision.drawing.style
    header = StyleHeader(
        style_number=style.code, name=style.name, view=revision.drawing.view, revision=revision.number
    )
    return serialise(Document.from_json(revision.document), header)


def _visible(rows: QuerySet[Row], user: Viewer) -> QuerySet[Row]:
    if not user.is_authenticated or not user.is_active:
        return rows.none()
    return rows.filter(workspace__memberships__user=user)
