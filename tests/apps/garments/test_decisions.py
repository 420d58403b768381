"""What people may decide about a style, who may, and what is kept of it."""

from typing import Any

import numpy as np
import pytest

from apps.accounts.models import Membership
from apps.garments.decisions import MOST_COLOURS, decision_make, decision_take_back
from apps.garments.models import Decision
from apps.garments.selectors import decision_list_for_user
from apps.problems import Forbidden, NotFound, Problem
from ml.garment_types import GARMENT_TYPES
from ml.vision.colours import colour_name
from tests.apps.garments.factories import NAVY, a_style
from tests.apps.people import a_member, a_person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("garment_type", "spaceship", "unknown_garment_type"),
        ("garment_type", "T-Shirt", "unknown_garment_type"),
        ("garment_type", None, "unknown_garment_type"),
        ("garment_type", ["t-shirt"], "unknown_garment_type"),
        ("garment_type", {}, "unknown_garment_type"),
        ("colours", None, "bad_colours"),
        ("colours", "navy", "bad_colours"),
        ("colours", ["navy"], "bad_colours"),
        ("colours", [], "bad_colours"),
        ("colours", [NAVY] * (MOST_COLOURS + 1), "bad_colours"),
        ("colours", [{}], "bad_colours"),
        ("colours", [{**NAVY, "hex": "navy"}], "bad_colours"),
        ("colours", [{**NAVY, "hex": "#1f2a4"}], "bad_colours"),
        ("colours", [{**NAVY, "hex": "#1f2a44;x"}], "bad_colours"),
        ("colours", [{**NAVY, "hex": "#1f2a44\n"}], "bad_colours"),
        ("colours", [{**NAVY, "share": 2}], "bad_colours"),
        ("colours", [{**NAVY, "share": -0.1}], "bad_colours"),
        ("colours", [{**NAVY, "share": float("nan")}], "bad_colours"),
        ("colours", [{**NAVY, "share": "many"}], "bad_colours"),
        ("colours", [{**NAVY, "share": [1]}], "bad_colours"),
        ("colours", [{**NAVY, "name_en": "x" * 61}], "bad_colours"),
        ("colours", [{**NAVY, "name_ja": "紺\x00"}], "bad_colours"),
        ("colours", [{**NAVY, "name_ja": "紺\u202e"}], "bad_colours"),
        ("sleeve", "lapel", "unknown_attribute"),
        ("neck", None, "unknown_attribute"),
        ("closure", ["zipper"], "unknown_attribute"),
        ("measurement", 52, "unknown_field"),
        ("price", 1, "unknown_field"),
    ],
)
def test_what_cannot_be_decided(field: str, value: Any, code: str) -> None:
    style = a_style()
    with pytest.raises(Problem) as refused:
        decision_make(user=style.created_by, style=style, field=field, value=value)
    assert refused.value.code == code
    assert not Decision.objects.exists()


def test_every_garment_type_can_be_chosen() -> None:
    style = a_style()
    for code in GARMENT_TYPES:
        decision = decision_make(user=style.created_by, style=style, field="garment_type", value=code)
        assert decision.value == code


def test_colours_are_kept_in_one_form() -> None:
    style = a_style()
    decision = decision_make(
        user=style.created_by,
        style=style,
        field="colours",
        value=[
            {"hex": "#FFFFFF", "share": 0.9, "junk": "<script>"},
            {"hex": "#000000", "share": 0.3, "name_en": "Soot", "name_ja": "煤"},
        ],
    )
    assert decision.value is not None
    white, black = decision.value
    assert (white["hex"], white["share"]) == ("#ffffff", 0.75)
    assert (white["name_en"], white["name_ja"]) == colour_name(np.array([100, 0, 0], np.float32))
    assert white["lab"] == pytest.approx([100, 0, 0], abs=0.2)
    assert (black["share"], black["name_en"], black["name_ja"]) == (0.25, "Soot", "煤")
    assert set(white) == set(black) == {"hex", "lab", "share", "name_en", "name_ja"}


def test_the_history_keeps_who_decided_what_and_what_was_taken_back() -> None:
    style = a_style()
    colleague = a_member(style.workspace, Membership.Role.DESIGNER)
    decision_make(user=style.created_by, style=style, field="garment_type", value="polo")
    decision_make(user=colleague, style=style, field="garment_type", value="shirt")
    decision_take_back(user=style.created_by, style=style, field="garment_type")
    kept = [(d.value, d.decided_by) for d in decision_list_for_user(colleague, style)]
    assert kept == [(None, style.created_by), ("shirt", colleague), ("polo", style.created_by)]


def test_only_known_fields_are_taken_back() -> None:
    style = a_style()
    with pytest.raises(Problem, match="unknown_field"):
        decision_take_back(user=style.created_by, style=style, field="price")


@pytest.mark.parametrize("role", [Membership.Role.EDITOR, Membership.Role.VIEWER])
def test_only_designers_decide(role: str) -> None:
    style = a_style()
    for user, error in ((a_member(style.workspace, role), Forbidden), (a_person(), NotFound)):
        with pytest.raises(error):
            decision_make(user=user, style=style, field="garment_type", value="polo")
        with pytest.raises(error):
            decision_take_back(user=user, style=style, field="garment_type")
    assert not Decision.objects.exists()
