"""Reads of styles, photos and findings; `*_for_user` are the only way from a request to a row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Prefetch, Q, QuerySet, When
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.agents.models import AgentTask
from apps.garments.attributes import ATTRIBUTES
from apps.garments.models import Analysis, Decision, LandmarkDecision, Part, PartDecision, Photo, Style
from apps.problems import NotFound

USABLE_FIRST = Case(When(refused="", then=0), default=1)
FRONT_FIRST = Case(When(photo__view="front", then=0), When(photo__view="back", then=1), default=2)

Viewer = User | AnonymousUser
Row = TypeVar("Row", Style, Photo, Analysis, Decision, Part, PartDecision, LandmarkDecision)


@dataclass(frozen=True)
class Attribute:
    """One of sleeve, neck and closure: a value of `attributes.ATTRIBUTES`, None where nothing is known."""

    value: str | None
    confidence: float | None
    provenance: str


@dataclass(frozen=True)
class Findings:
    """What is known about a style: decisions of people over the newest analysis of its front.

    Where no front photo could be used the back counts, then a detail, and last an analysis that was refused.

    Provenance is "estimated" for the analysis, "typed" where a person changed it, "confirmed" where a person
    chose what the analysis had found. `garment_type` is None, `colours` empty, where nothing is known.
    `attributes` always names sleeve, neck and closure. `view` is what the photo was seen to show.
    `advisories` are the codes of what looks odd about the garment as a whole.
    """

    analysis: Analysis | None
    garment_type: str | None
    garment_provenance: str
    confidence: float | None
    alternatives: Sequence[dict[str, Any]]
    colours: Sequence[dict[str, Any]]
    colour_provenance: str
    attributes: Mapping[str, Attribute]
    view: str | None
    advisories: Sequence[str]
    quality: dict[str, Any] | None
    refused: str


def style_list_for_user(
    user: Viewer, workspace_id: UUID | None = None, *, query: str = "", archived: bool = False
) -> QuerySet[Style]:
    """Styles, last changed first; `query` looks in number, name, brand and season."""
    styles = visible(Style.objects.all(), user).filter(archived_at__isnull=not archived)
    if workspace_id is not None:
        styles = styles.filter(workspace=workspace_id)
    if "\x00" in query:  # PostgreSQL has no such character, so no text contains it
        return styles.none()
    for word in query.split():
        styles = styles.filter(
            Q(code__icontains=word)
            | Q(name__icontains=word)
            | Q(brand__icontains=word)
            | Q(season__icontains=word)
        )
    return styles.select_related("workspace", "created_by")


def style_get_for_user(user: Viewer, style_id: UUID | str) -> Style:
    """Raises NotFound when the style is not in a workspace of the user's."""
    style = (
        visible(Style.objects.all(), user)
        .filter(id=style_id)
        .select_related("workspace", "created_by")
        .first()
    )
    if style is None:
        raise NotFound("style_not_found", _("There is no such style."))
    return style


def photo_list_for_user(user: Viewer, style: Style) -> QuerySet[Photo]:
    """The photos of a style in the order they came."""
    return visible(Photo.objects.all(), user).filter(style=style).select_related("style")


def photo_get_for_user(user: Viewer, photo_id: UUID | str) -> Photo:
    """Raises NotFound when the photo is not in a workspace of the user's."""
    photo = visible(Photo.objects.all(), user).filter(id=photo_id).select_related("style__workspace").first()
    if photo is None:
        raise NotFound("photo_not_found", _("There is no such photo."))
    return photo


def analysis_get_for_user(user: Viewer, analysis_id: UUID | str) -> Analysis:
    """Raises NotFound when the analysis is not in a workspace of the user's."""
    analysis = visible(Analysis.objects.all(), user).filter(id=analysis_id).first()
    if analysis is None:
        raise NotFound("analysis_not_found", _("There is no such analysis."))
    return analysis


def analysis_latest_for_user(user: Viewer, photo: Photo) -> Analysis | None:
    """The newest analysis of a photo."""
    return visible(Analysis.objects.all(), user).filter(photo=photo).first()


def analysis_usable_for_user(user: Viewer, photo: Photo) -> Analysis | None:
    """The newest analysis of a photo that found a garment."""
    return visible(Analysis.objects.all(), user).filter(photo=photo, refused="").first()


def decision_list_for_user(user: Viewer, style: Style) -> QuerySet[Decision]:
    """Every decision about a style, newest first."""
    return visible(Decision.objects.all(), user).filter(style=style).select_related("decided_by")


def photos_with_work(user: Viewer, style: Style) -> list[Photo]:
    """The photos of a style, each with `latest_analysis` and `latest_task` (either may be None)."""
    photos = list(
        photo_list_for_user(user, style).prefetch_related(
            Prefetch("analyses", queryset=Analysis.objects.order_by("-created_at", "-id"))
        )
    )
    tasks: dict[str, AgentTask] = {}
    subjects = [f"photo:{photo.id}" for photo in photos]
    for task in AgentTask.objects.filter(workspace=style.workspace_id, subject__in=subjects):
        tasks.setdefault(task.subject, task)
    for photo in photos:
        analyses = list(photo.analyses.all())
        photo.latest_analysis = analyses[0] if analyses else None  # type: ignore[attr-defined]
        photo.latest_task = tasks.get(f"photo:{photo.id}")  # type: ignore[attr-defined]
    return photos


def findings_for_user(user: Viewer, style: Style) -> Findings:
    """What is known about a style; see Findings."""
    analyses = visible(Analysis.objects.all(), user).filter(photo__style=style)
    analysis = analyses.order_by(USABLE_FIRST, FRONT_FIRST, "-created_at", "-id").first()
    found: dict[str, Any] = analysis.findings if analysis else {}
    garment: dict[str, Any] = found.get("garment") or {}
    decided = _decided(user, style)
    garment_type, garment_provenance = garment.get("type"), "estimated"
    if decided.get(Decision.Field.GARMENT_TYPE):
        garment_provenance = "confirmed" if decided[Decision.Field.GARMENT_TYPE] == garment_type else "typed"
        garment_type = decided[Decision.Field.GARMENT_TYPE]
    colours, colour_provenance = found.get("colours") or [], "estimated"
    if decided.get(Decision.Field.COLOURS):
        colour_provenance = (
            "confirmed" if _same_colours(decided[Decision.Field.COLOURS], colours) else "typed"
        )
        colours = decided[Decision.Field.COLOURS]
    attributes = found.get("attributes") or {}
    return Findings(
        analysis=analysis,
        garment_type=garment_type,
        garment_provenance=garment_provenance,
        confidence=garment.get("confidence"),
        alternatives=garment.get("alternatives") or [],
        colours=colours,
        colour_provenance=colour_provenance,
        attributes={
            field: _attribute(attributes.get(field) or {}, decided.get(field)) for field in ATTRIBUTES
        },
        view=found.get("view"),
        advisories=[str(item["code"]) for item in found.get("advisories") or [] if item["part"] is None],
        quality=found.get("quality"),
        refused=analysis.refused if analysis else "",
    )


def _attribute(found: Mapping[str, Any], decided: str | None) -> Attribute:
    if decided is None:
        return Attribute(found.get("value"), found.get("confidence"), "estimated")
    same = decided == found.get("value")
    return Attribute(decided, found.get("confidence") if same else None, "confirmed" if same else "typed")


def _decided(user: Viewer, style: Style) -> dict[str, Any]:
    """The newest value of each decided field; None where it was taken back. Measurements are left out."""
    newest: dict[str, Any] = {}
    for decision in decision_list_for_user(user, style).filter(key=""):
        newest.setdefault(decision.field, decision.value)
    return newest


def _same_colours(decided: list[dict[str, Any]], found: list[dict[str, Any]]) -> bool:
    def key(colours: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
        return [(c["hex"], c["name_en"], c["name_ja"]) for c in colours]

    return key(decided) == key(found)


def visible(rows: QuerySet[Row], user: Viewer) -> QuerySet[Row]:
    """The rows of the workspaces that the user is in; none for a stranger or a switched-off account."""
    if not user.is_authenticated or not user.is_active:
        return rows.none()
    return rows.filter(workspace__memberships__user=user)
