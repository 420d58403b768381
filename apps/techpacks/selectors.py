"""Reads of the tech pack house; `*_for_user` are the only way from a request to a row."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.garments.measurement_selectors import measurements_for_user
from apps.garments.models import Photo, Style
from apps.garments.selectors import findings_for_user
from apps.problems import NotFound
from apps.svg.models import Drawing, Review, Revision
from apps.techpacks.content import Flat, LogEntry, PackSource
from apps.techpacks.models import TechPackExport


def export_list_for_user(user: User, style: Style) -> QuerySet[TechPackExport]:
    """Issues of a style's tech pack, newest first."""
    return (
        TechPackExport.objects.filter(style=style, workspace__memberships__user=user)
        .select_related("created_by")
        .defer("content")
    )


def export_get_for_user(user: User, export_id: UUID) -> TechPackExport:
    """One issue; NotFound when it is not in a workspace of the user's."""
    export = (
        TechPackExport.objects.filter(id=export_id, workspace__memberships__user=user)
        .select_related("style", "created_by")
        .first()
    )
    if export is None:
        raise NotFound("techpack_not_found", _("There is no such tech pack here."))
    return export


def newest_revisions(style: Style) -> list[Revision]:
    """The newest revision of each drawn view, front first."""
    revisions = (
        Revision.objects.filter(drawing__style=style)
        .order_by("drawing_id", "-number")
        .distinct("drawing_id")
        .select_related("drawing")
    )
    order = list(Photo.View.values)
    return sorted(revisions, key=lambda revision: order.index(revision.drawing.view))


def pack_source_for_user(
    user: User, style: Style, *, revisions: list[Revision], issue: int, at: datetime
) -> PackSource:
    """All that the pack prints, as of now."""
    findings = findings_for_user(user, style)
    return PackSource(
        style_no=style.code,
        name=style.name,
        brand=style.brand,
        season=style.season,
        sample_size=style.sample_size,
        size_range=style.size_range,
        fabric=style.fabric,
        designer=str(style.created_by),
        issue=issue,
        at=at,
        state=_state(revisions),
        garment_type=findings.garment_type,
        garment_provenance=findings.garment_provenance,
        colours=findings.colours,
        colour_provenance=findings.colour_provenance,
        measurements={row.pom: row.to_json() for row in measurements_for_user(user, style).rows},
        flats=[
            Flat(view=revision.drawing.view, revision=revision.number, file=f"{revision.drawing.view}.svg")
            for revision in revisions
        ],
        log=_log(style),
    )


def _state(revisions: list[Revision]) -> str:
    """The state that holds for all views: the least finished one."""
    states = {revision.drawing.state for revision in revisions}
    for state in (Drawing.State.CHANGES_REQUESTED, Drawing.State.IN_REVIEW, Drawing.State.APPROVED):
        if state in states:
            return str(state)
    return "none"


def _log(style: Style) -> list[LogEntry]:
    drawn = Revision.objects.filter(drawing__style=style).select_related("created_by").defer("document")
    reviews = Review.objects.filter(revision__drawing__style=style).select_related("reviewer", "revision")
    return [
        LogEntry(
            revision.number,
            timezone.localtime(revision.created_at),
            str(revision.created_by),
            "mirrored" if revision.mirrored else "faithful",
        )
        for revision in drawn
    ] + [
        LogEntry(
            review.revision.number,
            timezone.localtime(review.created_at),
            str(review.reviewer),
            review.verdict,
            review.comment,
        )
        for review in reviews
    ]
