"""Signing in to the live site with a browser."""

import re

from playwright.sync_api import Page, expect

from apps.accounts.models import User
from tests.apps.people import PASSWORD


def sign_in(page: Page, site: str, user: User) -> None:
    """Through the form, as a person would."""
    page.goto(f"{site}/accounts/login/")
    page.fill("input[name=login]", user.email)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/styles/$"))
