"""The analyser on drawn photos, with the real network: what it stores, what it asks for, and only once."""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
from django.core.files.storage import default_storage

from apps.agents.models import AgentTask
from apps.agents.services import task_cancel, task_run, tasks_collected
from apps.garments.landmark_selectors import landmark_list_for_user
from apps.garments.landmarks import landmark_place
from apps.garments.measurement_selectors import measurements_for_user
from apps.garments.measurements import measurement_type
from apps.garments.models import Analysis, Photo
from apps.garments.part_selectors import part_list_for_user, part_payload
from apps.garments.parts import part_add, parts_accept_rest
from apps.garments.selectors import findings_for_user
from apps.garments.services import photo_add, photo_analyse, photo_delete
from apps.problems import Conflict, Problem
from ml.vision.parts import SURE
from tests.apps.garments.factories import a_photo, a_style
from tests.pictures import Picture, as_jpeg, floor_picture, garment_picture

pytestmark = pytest.mark.django_db(transaction=True)

Status = AgentTask.Status


@pytest.fixture(scope="module")
def picture() -> Picture:
    return garment_picture("t-shirt", width=360, height=480)


def analysed(photo: Photo, **options: Any) -> AgentTask:
    """The ended task; the drawing it asks for is left waiting."""
    with tasks_collected():
        task = photo_analyse(user=photo.created_by, photo=photo, **options)
        task_run(task.id, retry=False)
    task.refresh_from_db()
    return task


def test_a_photo_leaves_one_analysis_and_asks_for_its_drawing(
    picture: Picture, stored: Callable[[], set[str]]
) -> None:
    photo = a_photo(upload=as_jpeg(picture.pixels))
    task = analysed(photo)
    assert (task.status, task.error, task.progress) == (Status.SUCCEEDED, None, 100)
    analysis = Analysis.objects.get()
    assert (analysis.task, analysis.photo, analysis.refused) == (task, photo, "")
    assert analysis.findings["models"] == task.model_versions
    assert analysis.findings["colours"]
    drawing = AgentTask.objects.get(agent_type="svg_generator")
    assert drawing.configuration == {"analysis_id": str(analysis.id), "mirrored": True}
    assert (drawing.workspace, drawing.created_by, drawing.subject) == (
        task.workspace,
        task.created_by,
        f"photo:{photo.id}",
    )
    assert task.result == {
        "analysis_id": str(analysis.id),
        "refused": None,
        "drawing_task_id": str(drawing.id),
    }


def test_parts_and_embedding_are_stored_with_the_analysis(picture: Picture) -> None:
    photo = a_photo(upload=as_jpeg(picture.pixels))
    analysed(photo)
    analysis = Analysis.objects.get()
    assert "embedding" not in analysis.findings
    assert np.linalg.norm(analysis.embedding) == pytest.approx(1, abs=1e-3)
    sums = {model["name"]: model["sha256"] for model in analysis.findings["models"]}
    assert analysis.embedding_model == sums["traits"]
    stored_parts = [{"kind": part.kind, "box": part.box} for part in analysis.parts.all()]
    sure = [part for part in analysis.findings["parts"] if part["confidence"] >= SURE]
    assert stored_parts == [{"kind": part["kind"], "box": part["box"]} for part in sure]
    assert all(part.found["model"].startswith("parts ") for part in analysis.parts.all())


def test_a_second_run_keeps_what_people_decided(picture: Picture) -> None:
    photo = a_photo(upload=as_jpeg(picture.pixels))
    user = photo.created_by
    analysed(photo)
    part_add(user=user, photo=photo, kind="neckline", box=[130, 25, 230, 75])
    landmark_place(user=user, photo=photo, name="hem_left", x=80, y=430)
    measurement_type(user=user, style=photo.style, pom="T01", cm=62)
    parts_accept_rest(user=user, photo=photo)
    decided = [part_payload(part) for part in part_list_for_user(user, photo)]
    analysed(photo)
    kept = [part_payload(part) for part in part_list_for_user(user, photo)]
    assert kept == decided
    hem = next(mark for mark in landmark_list_for_user(user, photo) if mark.name == "hem_left")
    assert (hem.x, hem.y, hem.provenance) == (80, 430, "typed")
    length = next(row for row in measurements_for_user(user, photo.style).rows if row.pom == "T01")
    assert (length.value, length.provenance) == (62, "typed")
    assert photo.analyses.count() == 2
    assert photo.analyses.first().findings["reference"] == {"T01": 62}


def test_the_mask_has_the_size_of_the_upright_photo(picture: Picture, stored: Callable[[], set[str]]) -> None:
    analysed(a_photo(upload=as_jpeg(picture.pixels, orientation=6)))
    with Analysis.objects.get().mask.open("rb") as file:
        mask = cv2.imdecode(np.frombuffer(file.read(), np.uint8), cv2.IMREAD_UNCHANGED)
    assert mask is not None
    assert mask.shape == (480, 360)
    assert set(np.unique(mask)) == {0, 255}
    found = mask > 0
    assert (found & picture.mask).sum() / (found | picture.mask).sum() > 0.95


def test_a_detail_is_analysed_and_not_drawn(picture: Picture) -> None:
    task = analysed(a_photo(upload=as_jpeg(picture.pixels), view="detail"))
    assert task.status == Status.SUCCEEDED
    assert not AgentTask.objects.filter(agent_type="svg_generator").exists()


def test_a_floor_is_refused_and_not_drawn(stored: Callable[[], set[str]]) -> None:
    photo = a_photo(upload=as_jpeg(floor_picture(width=360, height=480)))
    task = analysed(photo)
    assert task.status == Status.SUCCEEDED
    analysis = Analysis.objects.get()
    assert task.result == {"analysis_id": str(analysis.id), "refused": analysis.refused}
    assert analysis.refused in {"not_a_garment", "unusable"}
    assert analysis.findings["garment"] is None
    assert findings_for_user(photo.created_by, photo.style).refused == analysis.refused
    assert not AgentTask.objects.filter(agent_type="svg_generator").exists()


def test_a_message_that_comes_twice_does_nothing_twice(
    picture: Picture, stored: Callable[[], set[str]]
) -> None:
    photo = a_photo(upload=as_jpeg(picture.pixels))
    task = analysed(photo)
    before = stored()
    task_run(task.id)
    assert Analysis.objects.count() == 1
    assert AgentTask.objects.filter(agent_type="svg_generator").count() == 1
    assert stored() == before


def test_a_start_whose_worker_was_lost_is_repeated_over_its_own_file(
    picture: Picture, stored: Callable[[], set[str]]
) -> None:
    """The first start wrote the mask and died before its transaction was through."""
    photo = a_photo(upload=as_jpeg(picture.pixels))
    task = analysed(photo)
    before = stored()
    Analysis.objects.all().delete()
    AgentTask.objects.filter(id=task.id).update(status=Status.QUEUED, result=None)
    with tasks_collected():
        task_run(task.id, retry=False)
    task.refresh_from_db()
    assert task.status == Status.SUCCEEDED
    assert Analysis.objects.count() == 1
    assert stored() == before


def test_each_run_adds_an_analysis_and_keeps_the_earlier(picture: Picture) -> None:
    photo = a_photo(upload=as_jpeg(picture.pixels))
    first, second = analysed(photo), analysed(photo)
    assert [analysis.task for analysis in photo.analyses.all()] == [second, first]


def test_a_cancelled_analysis_leaves_nothing(picture: Picture, stored: Callable[[], set[str]]) -> None:
    photo = a_photo(upload=as_jpeg(picture.pixels))
    before = stored()
    with tasks_collected():
        task = photo_analyse(user=photo.created_by, photo=photo)
        task_cancel(user=photo.created_by, task=task)
        task_run(task.id)
    task.refresh_from_db()
    assert task.status == Status.CANCELLED
    assert not Analysis.objects.exists()
    assert stored() == before


def test_a_photo_that_was_deleted_meanwhile_is_a_reason_to_fail(stored: Callable[[], set[str]]) -> None:
    photo = a_photo()
    with tasks_collected() as waiting:
        photo_analyse(user=photo.created_by, photo=photo)
        photo_delete(user=photo.created_by, photo=photo)
        task_run(waiting[0])
    task = AgentTask.objects.get()
    assert task.status == Status.FAILED
    assert task.error is not None
    assert task.error["code"] == "photo_not_found"
    assert task.error["texts"]["en"] == "The photo has been deleted."
    assert not stored()


def test_a_lost_original_is_a_reason_to_fail() -> None:
    photo = a_photo()
    default_storage.delete(str(photo.original.name))
    task = analysed(photo)
    assert task.status == Status.FAILED
    assert task.error is not None
    assert task.error["code"] == "photo_not_found"
    assert "Upload it again" in task.error["texts"]["en"]


def test_the_same_request_gives_the_same_task() -> None:
    photo = a_photo()
    with tasks_collected() as waiting:
        first = photo_analyse(user=photo.created_by, photo=photo, idempotency_key="k1")
        again = photo_analyse(user=photo.created_by, photo=photo, idempotency_key="k1")
        assert list(waiting) == [first.id]
        assert again == first
        with pytest.raises(Conflict, match="idempotency_mismatch"):
            photo_analyse(user=photo.created_by, photo=a_photo(photo.style), idempotency_key="k1")


def test_a_known_dimension_reaches_the_analysis(picture: Picture) -> None:
    style = a_style()
    with tasks_collected():
        _photo, task = photo_add(
            user=style.created_by,
            style=style,
            upload=as_jpeg(picture.pixels),
            filename="tee.jpg",
            reference={"T01": 52},
        )
        assert task is not None
        task_run(task.id, retry=False)
    assert Analysis.objects.get().findings["reference"] == {"T01": 52.0}


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ({"X99": 52}, "unknown_pom"),
        ({"T01": 0}, "bad_reference"),
        ({"T01": -1}, "bad_reference"),
        ({"T01": 501}, "bad_reference"),
        ({"T01": "52"}, "bad_reference"),
        ({"T01": True}, "bad_reference"),
        ({"T01": float("nan")}, "bad_reference"),
        (["T01"], "bad_reference"),
    ],
)
def test_what_is_no_known_dimension(reference: Any, code: str) -> None:
    photo = a_photo()
    with pytest.raises(Problem) as refused:
        photo_analyse(user=photo.created_by, photo=photo, reference=reference)
    assert refused.value.code == code
    assert not AgentTask.objects.exists()
