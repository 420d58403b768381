"""The demo workspace of `make run`: one designer, three garments drawn by code, analysed like any other."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from apps.accounts.models import User, Workspace
from apps.accounts.services import user_create, workspace_create
from apps.garments.models import Style
from apps.garments.services import photo_add, style_create

EMAIL = "demo@techpack.example"
PASSWORD = "flat-drawing-27ss"  # noqa: S105 - printed at every start; the demo exists on 127.0.0.1 alone
PHOTOS = Path(__file__).parent / "demo_photos"


@dataclass(frozen=True)
class DemoGarment:
    """One sample style and the picture that goes with it."""

    code: str
    name: str
    fabric: str
    picture: str


GARMENTS = (
    DemoGarment("TS-2701", "クルーネックTシャツ", "天竺 綿100%", "t-shirt.jpg"),
    DemoGarment("PT-2702", "テーパードパンツ", "T/Rツイル", "pants.jpg"),
    DemoGarment("OP-2703", "Aラインワンピース", "ポリエステルジョーゼット", "dress.jpg"),
)


class DemoNotAllowedError(Exception):
    """These settings have no DEMO; a published installation never gets a known password."""


def demo_load() -> Workspace:
    """Make the demo user, workspace and styles where they are missing; returns the workspace.

    Raises DemoNotAllowedError unless the settings say DEMO = True.
    """
    if not getattr(settings, "DEMO", False):
        raise DemoNotAllowedError
    user, workspace = _designer()
    for garment in GARMENTS:
        _style(user, workspace, garment)
    return workspace


@transaction.atomic
def _designer() -> tuple[User, Workspace]:
    user = User.objects.filter(email=EMAIL).first()
    if user is None:
        user = user_create(
            email=EMAIL, password=PASSWORD, display_name="デモ", verified=True, workspace=False
        )
    workspace = Workspace.objects.filter(is_demo=True, memberships__user=user).first()
    return user, workspace or workspace_create(user=user, name="デモ Demo", is_demo=True)


@transaction.atomic
def _style(user: User, workspace: Workspace, garment: DemoGarment) -> None:
    if Style.objects.filter(workspace=workspace, code=garment.code).exists():
        return
    style = style_create(
        user=user,
        workspace=workspace,
        code=garment.code,
        name=garment.name,
        season="27SS",
        size_range="S / M / L",
        sample_size="M",
        fabric=garment.fabric,
    )
    picture = (PHOTOS / garment.picture).read_bytes()
    photo_add(user=user, style=style, upload=picture, filename=garment.picture)
