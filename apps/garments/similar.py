"""Garments that look alike, by the embeddings of their photos; never beyond the workspace."""

from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import OuterRef, Subquery
from pgvector.django import CosineDistance

from apps.garments.models import Analysis, Photo, Style
from apps.garments.selectors import FRONT_FIRST, Viewer, visible

MOST = 12
NEIGHBOURS = 120
"""Photos that are looked at to find MOST styles: a style has a few photos of its own."""

LEAST_SIMILARITY = 0.5
"""Cosine from which garments count as similar: of the pairs of 239 photos never trained on that are that
near, 85 % have the same type by their owners, and 95 % of these photos have one that near."""


@dataclass(frozen=True)
class SimilarStyle:
    """A style that looks alike: `similarity` is the cosine of the embeddings, `cover` the photo compared."""

    style: Style
    similarity: float
    cover: Photo


def similar_list_for_user(user: Viewer, style: Style, limit: int = MOST) -> list[SimilarStyle]:
    """Styles of the same workspace that look like this one, most alike first; archived ones are left out.

    Compared are the newest usable analyses of photos, with those of the same network only. Empty while this
    style has no embedding, and where nothing reaches LEAST_SIMILARITY.
    """
    newest = (
        Analysis.objects.filter(photo=OuterRef("photo"), refused="")
        .order_by("-created_at", "-id")
        .values("id")
    )
    counting = visible(Analysis.objects.all(), user).filter(
        id=Subquery(newest[:1]), workspace=style.workspace_id, embedding__isnull=False
    )
    own = counting.filter(photo__style=style).order_by(FRONT_FIRST, "-created_at").first()
    if own is None:
        return []
    near = (
        counting.filter(embedding_model=own.embedding_model, photo__style__archived_at=None)
        .exclude(photo__style=style)
        .annotate(distance=CosineDistance("embedding", own.embedding))
        .order_by("distance")
        .select_related("photo__style")
        .defer("findings", "embedding")
    )
    found: dict[object, SimilarStyle] = {}
    with transaction.atomic():
        # The index answers with neighbours of all workspaces; it goes on until enough of this one are there.
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL hnsw.iterative_scan = strict_order")
        for analysis in near[:NEIGHBOURS]:
            photo, similarity = analysis.photo, 1 - analysis.distance
            if similarity < LEAST_SIMILARITY:
                break
            found.setdefault(photo.style_id, SimilarStyle(photo.style, round(similarity, 4), photo))
    return list(found.values())[:limit]
