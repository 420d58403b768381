"""The analyser on a drawn photo, and decisions that no run overwrites."""

import cv2
import numpy as np
import pytest

from apps.agents.models import AgentTask
from apps.garments.decisions import decision_make, decision_take_back
from apps.garments.models import Analysis
from apps.garments.selectors import findings_for_user
from apps.garments.services import photo_analyse, photo_delete
from apps.problems import Problem
from tests import pictures
from tests.apps.garments.garments import a_designer, a_photo, a_style, run_to_end

pytestmark = pytest.mark.django_db(transaction=True)
NAVY = {"hex": "#1f2a44", "name_en": "navy", "name_ja": "紺", "share": 1}


def test_analysis_finds_the_garment_and_asks_for_its_drawing():
    user = a_designer()
    style = a_style(user)
    photo = a_photo(user, style)
    task = run_to_end(photo_analyse(user=user, photo=photo))
    assert task.status == AgentTask.Status.SUCCEEDED, task.error
    analysis = Analysis.objects.get(task=task)
    with analysis.mask.open("rb") as file:
        mask = cv2.imdecode(np.frombuffer(file.read(), np.uint8), cv2.IMREAD_GRAYSCALE)
    truth = pictures.garment_picture("t-shirt", width=600, height=800).mask
    assert mask.shape == (800, 600)
    assert set(np.unique(mask)) == {0, 255}
    found = mask > 127
    assert (found & truth).sum() / (found | truth).sum() > 0.95
    assert task.model_versions[0]["name"] == "garment"
    drawing = AgentTask.objects.get(agent_type="svg_generator")
    assert drawing.configuration == {"analysis_id": str(analysis.id), "mirrored": True}
    assert findings_for_user(user, style).colours


def test_detail_photo_is_analysed_and_not_drawn():
    user = a_designer()
    photo = a_photo(user, a_style(user), view="detail")
    assert run_to_end(photo_analyse(user=user, photo=photo)).status == AgentTask.Status.SUCCEEDED
    assert not AgentTask.objects.filter(agent_type="svg_generator").exists()


def test_floor_without_garment_is_refused_and_not_drawn():
    user = a_designer()
    style = a_style(user)
    photo = a_photo(user, style, pictures.as_jpeg(pictures.floor_picture(width=600, height=800)))
    task = run_to_end(photo_analyse(user=user, photo=photo))
    assert task.status == AgentTask.Status.SUCCEEDED
    findings = findings_for_user(user, style)
    assert findings.refused
    assert findings.garment_type is None
    assert not AgentTask.objects.filter(agent_type="svg_generator").exists()


def test_photo_deleted_meanwhile_fails_with_a_reason():
    user = a_designer()
    photo = a_photo(user, a_style(user))
    task = photo_analyse(user=user, photo=photo)
    photo_delete(user=user, photo=photo)
    task = run_to_end(task)
    assert task.status == AgentTask.Status.FAILED
    assert task.error["code"] == "photo_not_found"


def test_decision_wins_over_every_later_run_until_taken_back():
    user = a_designer()
    style = a_style(user)
    photo = a_photo(user, style)
    run_to_end(photo_analyse(user=user, photo=photo))
    estimated = findings_for_user(user, style)
    assert estimated.garment_provenance == estimated.colour_provenance == "estimated"
    decision_make(user=user, style=style, field="garment_type", value="jumpsuit")
    decision_make(user=user, style=style, field="colours", value=[NAVY])
    run_to_end(photo_analyse(user=user, photo=photo))
    decided = findings_for_user(user, style)
    assert (decided.garment_type, decided.garment_provenance) == ("jumpsuit", "typed")
    assert ([c["hex"] for c in decided.colours], decided.colour_provenance) == (["#1f2a44"], "typed")
    decision_take_back(user=user, style=style, field="garment_type")
    decision_take_back(user=user, style=style, field="colours")
    back = findings_for_user(user, style)
    assert (back.garment_type, back.colours) == (estimated.garment_type, estimated.colours)
    assert style.decisions.count() == 4


def test_choosing_what_was_found_confirms_it():
    user = a_designer()
    style = a_style(user)
    run_to_end(photo_analyse(user=user, photo=a_photo(user, style)))
    found = findings_for_user(user, style)
    decision_make(user=user, style=style, field="garment_type", value=found.garment_type)
    decision_make(user=user, style=style, field="colours", value=list(found.colours))
    confirmed = findings_for_user(user, style)
    assert confirmed.garment_provenance == confirmed.colour_provenance == "confirmed"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("garment_type", "spaceship", "unknown_garment_type"),
        ("garment_type", None, "unknown_garment_type"),
        ("colours", [], "bad_colours"),
        ("colours", [NAVY] * 13, "bad_colours"),
        ("colours", [{**NAVY, "hex": "navy"}], "bad_colours"),
        ("colours", [{**NAVY, "hex": "#1f2a44;x"}], "bad_colours"),
        ("colours", [{**NAVY, "share": 2}], "bad_colours"),
        ("colours", [{**NAVY, "share": "many"}], "bad_colours"),
        ("colours", [{**NAVY, "name_en": "x" * 61}], "bad_colours"),
        ("colours", "navy", "bad_colours"),
        ("colours", ["navy"], "bad_colours"),
        ("price", 1, "unknown_field"),
    ],
)
def test_wrong_decisions_are_refused(field, value, code):
    user = a_designer()
    style = a_style(user)
    with pytest.raises(Problem) as problem:
        decision_make(user=user, style=style, field=field, value=value)
    assert problem.value.code == code
    assert not style.decisions.exists()


def test_colour_without_names_gets_those_of_the_table():
    user = a_designer()
    style = a_style(user)
    decision = decision_make(
        user=user, style=style, field="colours", value=[{"hex": "#FFFFFF"}, {"hex": "#000000"}]
    )
    assert [colour["name_ja"] for colour in decision.value] == ["白", "黒"]
    assert sum(colour["share"] for colour in decision.value) == pytest.approx(1)
