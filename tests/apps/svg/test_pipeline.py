"""The drawer: from an analysis to the next revision, once, with what people decided."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import numpy as np
import pytest
from django.db import connection

from apps.accounts.models import Membership
from apps.agents.models import AgentTask
from apps.agents.services import task_run, tasks_collected
from apps.garments.decisions import decision_make
from apps.garments.models import Analysis, Part
from apps.garments.parts import part_accept, part_correct, part_reject
from apps.garments.services import photo_delete
from apps.problems import Conflict, Forbidden, NotFound, Problem
from apps.svg.models import Drawing, Revision
from apps.svg.services import content_hash, drawing_generate
from ml.drawing.document import Document
from tests.apps.garments.factories import a_photo, a_style, an_analysis, run_to_end
from tests.apps.people import a_member, a_person
from tests.apps.svg.factories import a_revision, redrawn

pytestmark = pytest.mark.django_db(transaction=True)
Status = AgentTask.Status


def asked(analysis: Analysis, **options: Any) -> AgentTask:
    """The waiting task that draws the newest analysis of the photo's view."""
    photo = analysis.photo
    values = {"view": photo.view, "mirrored": True, **options}
    with tasks_collected():
        return drawing_generate(user=photo.created_by, style=photo.style, **values)


def test_an_analysis_becomes_revision_one_in_review() -> None:
    analysis = an_analysis()
    task = run_to_end(asked(analysis))
    assert (task.status, task.error) == (Status.SUCCEEDED, None)
    revision = Revision.objects.get()
    drawing = revision.drawing
    assert (revision.number, revision.mirrored, revision.analysis) == (1, True, analysis)
    assert (drawing.style, drawing.view, drawing.state) == (analysis.photo.style, "front", "in_review")
    assert task.result == {
        "drawing_id": str(drawing.id),
        "revision_id": str(revision.id),
        "number": 1,
    }
    document = Document.from_json(revision.document)
    assert document.to_json() == revision.document
    assert document.views[0].mirrored
    assert revision.content_hash == content_hash(revision.document)


def test_the_faithful_drawing_is_the_next_revision() -> None:
    analysis = an_analysis()
    run_to_end(asked(analysis))
    run_to_end(asked(analysis, mirrored=False))
    newest, first = Revision.objects.all()
    assert [(r.number, r.mirrored) for r in (first, newest)] == [(1, True), (2, False)]
    assert not Document.from_json(newest.document).views[0].mirrored
    assert newest.content_hash != first.content_hash


def test_the_same_analysis_gives_the_same_drawing() -> None:
    analysis = an_analysis()
    run_to_end(asked(analysis))
    run_to_end(asked(analysis))
    newest, first = Revision.objects.all()
    assert newest.content_hash == first.content_hash


def test_front_and_back_are_two_drawings() -> None:
    style = a_style()
    run_to_end(asked(an_analysis(a_photo(style))))
    run_to_end(asked(an_analysis(a_photo(style, view="back"))))
    assert set(Drawing.objects.values_list("style", "view")) == {(style.id, "front"), (style.id, "back")}
    assert {d.revisions.get().number for d in Drawing.objects.all()} == {1}


def test_the_drawing_is_named_after_the_type_that_a_person_chose() -> None:
    analysis = an_analysis()
    style = analysis.photo.style
    decision_make(user=style.created_by, style=style, field="garment_type", value="blouse")
    run_to_end(asked(analysis))
    view = Document.from_json(Revision.objects.get().document).views[0]
    names = [part.name for layer in view.layers for part in layer.parts if part.kind == "silhouette"]
    assert [(name.en, name.ja) for name in names] == [("Blouse silhouette", "ブラウスのシルエット")]


def test_a_message_that_comes_twice_draws_once() -> None:
    task = run_to_end(asked(an_analysis()))
    run_to_end(task)
    assert Revision.objects.count() == 1


def test_two_drawers_at_once_number_their_revisions_in_turn() -> None:
    analysis, start = an_analysis(), Barrier(2)
    tasks = [asked(analysis, mirrored=True), asked(analysis, mirrored=False)]

    def draw(task: AgentTask) -> None:
        try:
            start.wait(10)
            task_run(task.id, retry=False)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(draw, tasks))
    assert sorted(Revision.objects.values_list("number", flat=True)) == [1, 2]
    assert Drawing.objects.count() == 1


def test_a_mask_without_a_garment_is_a_reason_to_fail() -> None:
    task = run_to_end(asked(an_analysis(mask=np.zeros((480, 360), np.bool_))))
    assert task.status == Status.FAILED
    assert task.error is not None
    assert task.error["code"].startswith("mask_")
    assert "Photograph" in task.error["texts"]["en"]
    assert not Drawing.objects.exists()


def test_what_was_deleted_meanwhile_is_a_reason_to_fail() -> None:
    analysis = an_analysis()
    task = asked(analysis)
    photo_delete(user=analysis.photo.created_by, photo=analysis.photo)
    task = run_to_end(task)
    assert task.status == Status.FAILED
    assert task.error is not None
    assert task.error["code"] == "nothing_to_draw"


def test_a_photo_that_was_drawn_is_kept() -> None:
    revision = a_revision()
    assert revision.analysis is not None
    photo = revision.analysis.photo
    with pytest.raises(Conflict, match="photo_in_use"):
        photo_delete(user=photo.created_by, photo=photo)
    with photo.original.open("rb") as file:
        assert file.read()
    assert redrawn(revision).number == 2


def test_only_a_view_that_was_analysed_can_be_drawn() -> None:
    analysis = an_analysis()
    an_analysis(a_photo(analysis.photo.style, view="back"), garment=None, refused="worn")
    for view in ("back", "detail", "inside"):
        with pytest.raises(Problem, match="nothing_to_draw"):
            asked(analysis, view=view)


def test_only_designers_ask_for_drawings() -> None:
    style = an_analysis().photo.style
    editor = a_member(style.workspace, Membership.Role.EDITOR)
    for user, error in ((editor, Forbidden), (a_person(), NotFound)):
        with pytest.raises(error):
            drawing_generate(user=user, style=style, view="front", mirrored=True)
    assert not AgentTask.objects.filter(agent_type="svg_generator").exists()


def rows_of_stitches(revision: Revision) -> int:
    layers = {layer.id: layer for layer in Document.from_json(revision.document).views[0].layers}
    return len(layers["topstitch"].parts)


LEFT_ROW = [[150.0, 180.0], [152.0, 320.0]]
LEFT_BOX = [140.0, 170.0, 160.0, 330.0]
RIGHT_ROW = [[215.0, 180.0], [216.0, 320.0]]
RIGHT_BOX = [205.0, 170.0, 225.0, 330.0]


def an_analysis_with_stitches() -> Analysis:
    found = [{"kind": "stitch", "box": box, "confidence": 0.7} for box in (LEFT_BOX, RIGHT_BOX)]
    return an_analysis(width=360, height=480, parts=found, stitch_lines=[LEFT_ROW, RIGHT_ROW])


def test_rows_of_stitches_are_drawn() -> None:
    run_to_end(asked(an_analysis_with_stitches(), mirrored=False))
    assert rows_of_stitches(Revision.objects.get()) == 2


def test_an_analysis_without_stitch_lines_is_drawn_without() -> None:
    run_to_end(asked(an_analysis(), mirrored=False))
    assert rows_of_stitches(Revision.objects.get()) == 0


def test_rows_of_rejected_stitches_are_not_drawn_until_the_part_is_back() -> None:
    analysis = an_analysis_with_stitches()
    part = Part.objects.get(box=LEFT_BOX)
    user = analysis.photo.created_by
    part_reject(user=user, part=part)
    run_to_end(asked(analysis, mirrored=False))
    assert rows_of_stitches(Revision.objects.get()) == 1
    part_accept(user=user, part=part)
    run_to_end(asked(analysis, mirrored=False))
    assert rows_of_stitches(Revision.objects.first()) == 2


def test_rows_of_what_is_called_something_else_are_not_drawn() -> None:
    analysis = an_analysis_with_stitches()
    user = analysis.photo.created_by
    part = Part.objects.get(box=LEFT_BOX)
    part_correct(user=user, part=part, kind="zipper")
    run_to_end(asked(analysis, mirrored=False))
    assert rows_of_stitches(Revision.objects.get()) == 1
    part_correct(user=user, part=part, kind="stitch")
    run_to_end(asked(analysis, mirrored=False))
    assert rows_of_stitches(Revision.objects.first()) == 2
