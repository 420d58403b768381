"""The consent of a workspace's owners to train models with the corrections made in it."""

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import ConsentChange, User, Workspace
from apps.accounts.roles import Role
from apps.accounts.selectors import require_role


@transaction.atomic
def training_consent_set(*, user: User, workspace: Workspace, consent: bool) -> Workspace:
    """Give the consent, or withdraw it; every change is kept with who made it and when.

    Raises Forbidden to members who are not owners, NotFound to everybody else. What was exported before a
    withdrawal is out of reach; the next export leaves the workspace out.
    """
    require_role(user, workspace.pk, Role.OWNER)
    locked = Workspace.objects.select_for_update().get(pk=workspace.pk)
    if locked.training_consent != consent:
        locked.training_consent = consent
        locked.training_consent_by = user
        locked.training_consent_at = timezone.now()
        locked.save(update_fields=["training_consent", "training_consent_by", "training_consent_at"])
        ConsentChange.objects.create(workspace=locked, consent=consent, decided_by=user)
    return locked
