"""Styles, photos and analyses for tests, made through the services."""

from functools import cache

from apps.accounts.models import User
from apps.agents.models import AgentTask
from apps.agents.running import task_run
from apps.garments.models import Photo, Style
from apps.garments.services import photo_add, style_create
from tests.apps.people import a_person, workspace_of
from tests.pictures import as_jpeg, garment_picture


@cache
def tshirt_jpeg() -> bytes:
    """A phone's JPEG of a t-shirt, with camera and place in its EXIF."""
    return as_jpeg(garment_picture("t-shirt", width=600, height=800).pixels, gps=True)


def a_designer() -> User:
    return a_person()


def a_style(user: User, code: str = "TS-1", **fields: str) -> Style:
    return style_create(user=user, workspace=workspace_of(user), code=code, **fields)


def a_photo(user: User, style: Style, upload: bytes | None = None, **options: object) -> Photo:
    """A photo nobody has analysed yet."""
    photo, _task = photo_add(
        user=user,
        style=style,
        upload=upload or tshirt_jpeg(),
        filename="IMG_0001.JPG",
        **{"analyse": False, **options},
    )
    return photo


def run_to_end(task: AgentTask) -> AgentTask:
    """Run a task in this process, as a worker would."""
    task_run(task.id)
    task.refresh_from_db()
    return task
