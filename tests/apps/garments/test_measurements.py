"""Measurements: read from landmarks and silhouette at once, never over what a person typed or confirmed."""

from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import Membership
from apps.garments.decisions import decision_make
from apps.garments.landmarks import landmark_hide, landmark_place
from apps.garments.measurement_selectors import MeasurementRow, measurements_for_user
from apps.garments.measurements import measurement_confirm, measurement_take_back, measurement_type
from apps.garments.models import Decision, Photo, Style
from apps.garments.services import photo_analyse
from apps.problems import Conflict, Forbidden, NotFound, Problem
from ml.points_of_measure import points_for
from tests.apps.garments.factories import a_style, an_analysis
from tests.apps.garments.measured import (
    CHEST_TO_LENGTH,
    LANDMARKS,
    a_measured_photo,
    findings,
)
from tests.apps.garments.test_api import send
from tests.apps.people import a_key, a_member, a_person, bearer
from tests.pictures import garment_picture

pytestmark = pytest.mark.django_db

LENGTH, CHEST, HEM = "T01", "T03", "T05"


@pytest.fixture
def photo() -> Photo:
    return a_measured_photo()


def row(style: Style, pom: str) -> MeasurementRow:
    rows = measurements_for_user(style.created_by, style).rows
    return next(one for one in rows if one.pom == pom)


def analysed_again(photo: Photo, **changes: Any) -> None:
    an_analysis(photo, mask=garment_picture("t-shirt", width=360, height=480).mask, **findings(**changes))


def test_without_a_scale_there_are_lines_and_no_centimetres(photo: Photo) -> None:
    found = measurements_for_user(photo.created_by, photo.style)
    assert [one.pom for one in found.rows] == [point.code for point in points_for("t-shirt")]
    chest = row(photo.style, CHEST)
    assert (found.scale, chest.value, chest.reliable, chest.reason) == (None, None, False, "no_scale")
    assert chest.line is not None
    assert chest.photo_id == str(photo.id)
    rib = row(photo.style, "N4")
    assert (rib.value, rib.reason, rib.line, rib.photo_id) == (None, "not_visible", None, None)


def test_one_typed_dimension_rescales_the_others(photo: Photo) -> None:
    style, user = photo.style, photo.created_by
    for length in (60.0, 50.0):
        measurement_type(user=user, style=style, pom=LENGTH, cm=length)
        typed, chest = row(style, LENGTH), row(style, CHEST)
        assert (typed.value, typed.provenance, typed.uncertainty) == (length, "typed", None)
        assert (chest.provenance, chest.reliable) == ("estimated", True)
        assert chest.value == pytest.approx(length * CHEST_TO_LENGTH, abs=chest.uncertainty)
        scale = measurements_for_user(user, style).scale
        assert scale is not None
        length_px = LANDMARKS["hem_left"][1] - LANDMARKS["hps_left"][1]
        assert (scale.source, scale.cm_per_px) == ("typed", pytest.approx(length / length_px, rel=0.03))


def test_what_is_too_uncertain_is_refused(photo: Photo) -> None:
    vague = {name: {"spread": 12, "confidence": 0.5} for name in LANDMARKS}
    analysed_again(photo, landmark_details=vague)
    measurement_type(user=photo.created_by, style=photo.style, pom=LENGTH, cm=60)
    neck = row(photo.style, "T09")
    assert (neck.value, neck.reliable, neck.reason) == (None, False, "too_uncertain")
    assert neck.uncertainty is not None
    assert neck.uncertainty > neck.tolerance_plus


def test_typed_and_confirmed_values_outlive_later_analyses_and_scales(photo: Photo) -> None:
    style, user = photo.style, photo.created_by
    measurement_type(user=user, style=style, pom=LENGTH, cm=60)
    measurement_confirm(user=user, style=style, pom=CHEST)
    confirmed = row(style, CHEST)
    assert confirmed.provenance == "confirmed"
    analysed_again(photo, landmarks={name: [x * 0.9, y * 0.9] for name, (x, y) in LANDMARKS.items()})
    measurement_type(user=user, style=style, pom=HEM, cm=60)
    kept = row(style, CHEST)
    assert (kept.value, kept.uncertainty, kept.provenance) == (
        confirmed.value,
        confirmed.uncertainty,
        "confirmed",
    )
    assert row(style, LENGTH).value == 60
    measurement_take_back(user=user, style=style, pom=CHEST)
    assert row(style, CHEST).provenance == "estimated"
    assert [(one.key, one.value and one.value["provenance"]) for one in Decision.objects.all()] == [
        (CHEST, None),
        (HEM, "typed"),
        (CHEST, "confirmed"),
        (LENGTH, "typed"),
    ]


def test_a_dragged_landmark_is_measured_at_once(photo: Photo) -> None:
    style, user = photo.style, photo.created_by
    measurement_type(user=user, style=style, pom=LENGTH, cm=60)
    before = row(style, "T09")
    x, y = LANDMARKS["hps_right"]
    landmark_place(user=user, photo=photo, name="hps_right", x=x + 15, y=y)
    assert before.line is not None
    assert (after := row(style, "T09").line) is not None
    assert after[-1][0] > before.line[-1][0] + 8
    landmark_hide(user=user, photo=photo, name="hps_right")
    assert row(style, "T09").reason == "not_visible"


def test_another_garment_type_asks_for_other_points(photo: Photo) -> None:
    style, user = photo.style, photo.created_by
    measurement_type(user=user, style=style, pom="N4", cm=2)
    decision_make(user=user, style=style, field="garment_type", value="dress")
    codes = [one.pom for one in measurements_for_user(user, style).rows]
    assert codes == [*(point.code for point in points_for("dress")), "N4"]


def test_a_known_dimension_given_with_an_analysis_is_typed(photo: Photo) -> None:
    photo_analyse(user=photo.created_by, photo=photo, reference={LENGTH: 60})
    assert (row(photo.style, LENGTH).value, row(photo.style, LENGTH).provenance) == (60, "typed")
    photo_analyse(user=photo.created_by, photo=photo)
    analysed_again(photo)
    assert row(photo.style, LENGTH).value == 60


def test_a_sheet_of_paper_found_in_the_photo_gives_the_scale(photo: Photo) -> None:
    """An A4 sheet of 59.4 × 42 px, seen from straight above: 2 px in a centimetre."""
    sheet = {
        "kind": "a4",
        "corners": [[10, 10], [69.4, 10], [69.4, 52], [10, 52]],
        "to_cm": [[0.5, 0, 0], [0, 0.5, 0], [0, 0, 1]],
        "corner_spread": 0.2,
    }
    analysed_again(photo, reference_object=sheet)
    found = measurements_for_user(photo.created_by, photo.style)
    assert found.scale is not None
    assert (found.scale.source, found.scale.cm_per_px) == ("a4", pytest.approx(0.5, rel=0.05))


def test_a_back_photo_fills_what_the_front_does_not_show(photo: Photo) -> None:
    style = photo.style
    without = {name: spot for name, spot in LANDMARKS.items() if not name.startswith("hem")}
    analysed_again(photo, landmarks=without)
    assert row(style, HEM).reason == "not_visible"
    back = a_measured_photo(style, "back")
    assert row(style, HEM).photo_id == str(back.id)
    assert row(style, "T06").photo_id == str(photo.id)


@pytest.mark.parametrize(
    ("pom", "cm", "code"),
    [
        ("X99", 50, "unknown_pom"),
        (LENGTH, 0, "bad_measurement"),
        (LENGTH, 501, "bad_measurement"),
        (LENGTH, float("nan"), "bad_measurement"),
    ],
)
def test_what_cannot_be_typed(pom: str, cm: float, code: str, photo: Photo) -> None:
    with pytest.raises(Problem) as refused:
        measurement_type(user=photo.created_by, style=photo.style, pom=pom, cm=cm)
    assert (refused.value.code, Decision.objects.exists()) == (code, False)


def test_only_what_was_seen_and_is_reliable_is_confirmed(photo: Photo) -> None:
    style, user = photo.style, photo.created_by
    with pytest.raises(Problem, match="nothing_to_confirm"):
        measurement_confirm(user=user, style=style, pom=CHEST)
    measurement_type(user=user, style=style, pom=LENGTH, cm=60)
    shown = row(style, CHEST).value
    assert shown is not None
    measurement_type(user=user, style=style, pom=LENGTH, cm=50)
    with pytest.raises(Conflict) as stale:
        measurement_confirm(user=user, style=style, pom=CHEST, seen=shown)
    assert (stale.value.code, stale.value.extra["value"]) == ("stale_measurement", row(style, CHEST).value)
    measurement_confirm(user=user, style=style, pom=LENGTH)
    assert row(style, LENGTH).provenance == "typed"


@pytest.mark.parametrize("role", [Membership.Role.EDITOR, Membership.Role.VIEWER])
def test_only_designers_decide(role: str, photo: Photo) -> None:
    for user, error in ((a_member(photo.style.workspace, role), Forbidden), (a_person(), NotFound)):
        with pytest.raises(error):
            measurement_type(user=user, style=photo.style, pom=LENGTH, cm=60)
        for decide in (measurement_confirm, measurement_take_back):
            with pytest.raises(error):
                decide(user=user, style=photo.style, pom=LENGTH)
    assert not Decision.objects.exists()


def test_the_api_answers_all_measurements_to_each_write() -> None:
    owner = a_person()
    api = Client(headers=bearer(a_key(owner)[1]))
    style = a_measured_photo(a_style(owner)).style
    url = f"/styles/{style.id}/measurements"
    first = send(api, "GET", url).json()
    assert first["scale"] is None
    typed = send(api, "PUT", f"{url}/{LENGTH}", {"value": 60}).json()
    values = {one["pom"]: one for one in typed["rows"]}
    assert (values[LENGTH]["value"], values[LENGTH]["provenance"]) == (60, "typed")
    assert values[CHEST]["value"] is not None
    stale = send(api, "POST", f"{url}/{CHEST}/confirm", {"seen": 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_measurement")
    confirmed = send(api, "POST", f"{url}/{CHEST}/confirm", {"seen": values[CHEST]["value"]}).json()
    assert {one["pom"]: one["provenance"] for one in confirmed["rows"]}[CHEST] == "confirmed"
    assert send(api, "DELETE", f"{url}/{CHEST}").json() == typed
    assert send(api, "DELETE", f"{url}/{LENGTH}").json() == first
