"""The tech pack exporter: gather, draw, set the PDF, fill the workbook, store one issue."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.db.models import Max
from django.utils import timezone

from apps.agents.context import TaskContext
from apps.garments.models import Style
from apps.garments.selectors import style_get_for_user
from apps.svg.export import revision_png
from apps.svg.selectors import revision_svg
from apps.techpacks.content import build_content
from apps.techpacks.models import TechPackExport
from apps.techpacks.pdf import crop_to_drawing, render_pdf
from apps.techpacks.selectors import newest_revisions, pack_source_for_user
from apps.techpacks.xlsx import render_xlsx
from ml.drawing.document import Document


def run(context: TaskContext) -> dict[str, Any]:
    """Make one issue of a style's tech pack from its newest revisions and findings."""
    task = context.task
    style = style_get_for_user(task.created_by, UUID(context.configuration["style_id"]))
    context.report("gather", 5)
    revisions = newest_revisions(style)
    issue = _next_issue(style)
    source = pack_source_for_user(
        task.created_by, style, revisions=revisions, issue=issue, at=timezone.localtime()
    )
    content = build_content(source)

    context.report("flats", 20)
    flats = {
        f"{revision.drawing.view}.svg": crop_to_drawing(
            revision_svg(revision), Document.from_json(revision.document)
        )
        for revision in revisions
    }
    context.report("pdf", 45)
    pdf = render_pdf(content, flats, settings.FONT_FOLDER)
    context.report("xlsx", 75)
    pictures = {revision.drawing.view: revision_png(revision) for revision in revisions}
    xlsx = render_xlsx(content, pictures)

    context.report("store", 90)
    with context.effect() as result:
        Style.objects.select_for_update().get(id=style.id)
        export = TechPackExport(
            workspace=style.workspace,
            style=style,
            number=_next_issue(style),
            task=task,
            content=content,
            created_by=task.created_by,
        )
        export.pdf.save("", ContentFile(pdf), save=False)
        export.xlsx.save("", ContentFile(xlsx), save=False)
        export.save()
        export.revisions.set(revisions)
        result.update(export_id=str(export.id), number=export.number)
    return result


def _next_issue(style: Style) -> int:
    newest = TechPackExport.objects.filter(style=style).aggregate(newest=Max("number"))["newest"]
    return (newest or 0) + 1
