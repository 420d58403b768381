"""Only owners say whether corrections may train models, and every word of theirs is kept."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.consent import training_consent_set
from apps.accounts.models import ConsentChange, Membership
from apps.problems import Forbidden, NotFound
from tests.apps.people import a_member, a_person, workspace_of

pytestmark = pytest.mark.django_db


def test_a_workspace_has_not_consented_until_its_owner_does() -> None:
    owner = a_person()
    workspace = workspace_of(owner)
    assert workspace.training_consent is False
    changed = training_consent_set(user=owner, workspace=workspace, consent=True)
    assert (changed.training_consent, changed.training_consent_by) == (True, owner)
    assert changed.training_consent_at is not None


def test_every_change_is_kept_and_repeating_it_is_none() -> None:
    owner = a_person()
    workspace = workspace_of(owner)
    other = a_member(workspace, Membership.Role.OWNER)
    for user, consent in ((owner, False), (owner, True), (other, True), (other, False)):
        training_consent_set(user=user, workspace=workspace, consent=consent)
    kept = [(change.consent, change.decided_by) for change in ConsentChange.objects.all()]
    assert kept == [(False, other), (True, owner)]


@pytest.mark.parametrize("role", [role for role in Membership.Role if role != Membership.Role.OWNER])
def test_others_cannot(role: str) -> None:
    workspace = workspace_of(a_person())
    for user, error in ((a_member(workspace, role), Forbidden), (a_person(), NotFound)):
        with pytest.raises(error):
            training_consent_set(user=user, workspace=workspace, consent=True)
    workspace.refresh_from_db()
    assert (workspace.training_consent, ConsentChange.objects.exists()) == (False, False)


def test_the_api_tells_members_and_obeys_owners() -> None:
    owner = a_person(display_name="Yamada")
    workspace = workspace_of(owner)
    url = f"/api/v1/workspaces/{workspace.pk}/training-consent"
    viewer, client = Client(), Client()
    viewer.force_login(a_member(workspace, Membership.Role.VIEWER))
    client.force_login(owner)
    assert viewer.get(url).json() == {"consent": False, "decided_by": None, "decided_at": None}
    assert viewer.put(url, {"consent": True}, content_type="application/json").status_code == 403
    given = client.put(url, {"consent": True}, content_type="application/json").json()
    assert (given["consent"], given["decided_by"]) == (True, "Yamada")
    assert viewer.get(url).json() == given


def test_the_switch_in_the_settings() -> None:
    owner = a_person()
    client = Client()
    client.force_login(owner)
    for sent, kept in (("1", True), ("0", False)):
        assert client.post(reverse("training_consent"), {"consent": sent}).status_code == 302
        assert workspace_of(owner).training_consent is kept
