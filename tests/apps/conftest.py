"""A file storage of its own for each test that looks at the files."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture
def stored(settings: Settings, tmp_path: Path) -> Callable[[], set[str]]:
    """The names of the files in a storage that was empty when the test began."""
    default = {**settings.STORAGES["default"], "OPTIONS": {"location": str(tmp_path), "base_url": None}}
    settings.STORAGES = {**settings.STORAGES, "default": default}

    def names() -> set[str]:
        return {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}

    return names
