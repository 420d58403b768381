"""The identity behind `manage.py techpack`: one service user with a workspace of its own."""

from django.db import transaction

from apps.accounts.models import Membership, User, Workspace

EMAIL = "command-line@localhost"


@transaction.atomic
def command_line_user() -> tuple[User, Workspace]:
    """The user, who cannot sign in, and its workspace; made at the first call."""
    user = User.objects.filter(email=EMAIL).first()
    if user is None:
        user = User.objects.create_user(EMAIL, None, display_name="Command line", is_service=True)
    membership = Membership.objects.filter(user=user).select_related("workspace").first()
    if membership is None:
        membership = Membership.objects.create(
            user=user, workspace=Workspace.objects.create(name="Command line"), role=Membership.Role.DESIGNER
        )
    return user, membership.workspace
