"""The whole job for one garment: photos in, analysis, flat and tech pack out, through the services.

The tasks are the web's, run in this very process.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from apps.accounts.models import User, Workspace
from apps.agents.models import AgentTask
from apps.agents.queues import tasks_collected
from apps.agents.running import task_run
from apps.garments.models import Analysis, Photo, Style
from apps.garments.selectors import analysis_latest_for_user
from apps.garments.services import photo_add, photo_analyse, style_create
from apps.problems import Conflict, Problem
from apps.techpacks.models import TechPackExport
from apps.techpacks.services import techpack_export

VIEW_ORDER = (Photo.View.FRONT, Photo.View.BACK)
Progress = Callable[[str], None]


@dataclass(frozen=True)
class JobPhoto:
    """A photo as it came: its file name and bytes."""

    name: str
    data: bytes


@dataclass(frozen=True)
class JobResult:
    """What the job made. `analyses` are in the order of the photos."""

    style: Style
    analyses: tuple[Analysis, ...]
    export: TechPackExport


def techpack_job(
    *,
    user: User,
    workspace: Workspace,
    code: str,
    photos: Sequence[JobPhoto],
    say: Progress,
    reference: dict[str, float] | None = None,
) -> JobResult:
    """Run the job: the first photo is the front, the second the back, further ones are details.

    A style that already has this number is continued, a photo it already has is analysed again.
    Raises Problem with what to do for a photo that cannot be used; what was made before it stays.
    """
    style = _style(user, workspace, code)
    analyses = []
    with tasks_collected() as waiting:
        for index, photo in enumerate(photos):
            view = VIEW_ORDER[index] if index < len(VIEW_ORDER) else Photo.View.DETAIL
            say(f"{photo.name}: {view.label}")
            row = _photo(user, style, photo, view)
            photo_analyse(user=user, photo=row, reference=reference)
            _see_through(waiting, say)
            analysis = analysis_latest_for_user(user, row)
            if analysis is None:
                raise Problem("analysis_missing", _("The analysis left no result. Run the job again."))
            analyses.append(analysis)
        export = techpack_export(user=user, style=style)
        _see_through(waiting, say)
    return JobResult(style, tuple(analyses), TechPackExport.objects.get(task=export))


def _style(user: User, workspace: Workspace, code: str) -> Style:
    style = Style.objects.filter(workspace=workspace, code=code).first()
    return style or style_create(user=user, workspace=workspace, code=code)


def _photo(user: User, style: Style, photo: JobPhoto, view: str) -> Photo:
    """The stored photo; the one the style already has when these bytes are known."""
    try:
        row, _no_task = photo_add(
            user=user, style=style, upload=photo.data, filename=photo.name, view=view, analyse=False
        )
    except Conflict as conflict:
        if conflict.code != "duplicate_photo":
            raise
        row = Photo.objects.select_related("style__workspace").get(id=str(conflict.extra["photo_id"]))
    return row


def _see_through(waiting: deque[UUID], say: Progress) -> None:
    """Run the waiting tasks and those they ask for. Raises Problem when one does not succeed."""
    while waiting:
        task_id = waiting.popleft()
        task_run(task_id, retry=False)
        task = AgentTask.objects.get(id=task_id)
        say(f"{task.agent_type}: {task.status}")
        if task.status != AgentTask.Status.SUCCEEDED:
            error = task.error or {"code": task.status, "text": str(task.get_status_display())}
            raise Problem(error["code"], error["text"])
