"""Work in the background as the browser shows it: by socket, without one, and when it goes wrong."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from apps.agents.models import AgentTask
from apps.garments.services import photo_analyse
from tests.apps.garments.factories import a_photo, a_style
from tests.apps.people import a_person
from tests.browser.sign_in import sign_in
from tests.pictures import as_jpeg, garment_picture

TASK_MS = 90_000
pytestmark = pytest.mark.django_db(transaction=True)


def test_progress_without_a_socket(page: Page, live_site: str, tmp_path: Path):
    """Some company networks let no WebSocket through: polling ends just as well."""
    page.route_web_socket(re.compile("/ws/tasks/"), lambda socket: socket.close())
    photo = tmp_path / "front.jpg"
    photo.write_bytes(as_jpeg(garment_picture("t-shirt").pixels))
    user = a_person(language="en")
    style = a_style(user)
    sign_in(page, live_site, user)
    page.goto(f"{live_site}/styles/{style.id}/")
    with page.expect_request("**/api/v1/ai/tasks/*"):
        page.set_input_files("input[name=photo-front]", photo)
    expect(page.locator("#style-head")).to_contain_text("In review", timeout=TASK_MS)


def test_failed_task_says_why_and_can_be_tried_again(page: Page, live_site: str):
    user = a_person(language="en")
    photo = a_photo(a_style(user))
    task = photo_analyse(user=user, photo=photo)
    AgentTask.objects.filter(id=task.id).update(
        status=AgentTask.Status.FAILED, error={"code": "worker_lost", "text": "The computer stopped."}
    )
    sign_in(page, live_site, user)
    page.goto(f"{live_site}/styles/{photo.style_id}/")
    shown = page.locator("#photos task-progress")
    expect(shown).to_contain_text("The computer stopped.")
    shown.get_by_role("button", name="Try again").click()
    expect(shown.locator("[data-task-status=failed]")).to_have_count(0)
