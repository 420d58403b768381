"""The recipe of the trainings on the crop."""

import pytest
import torch
from torch import nn

from ml.training.fine_tuning import set_rate, stage_at, stages_done, stages_text
from ml.training.garment_loop import Stage

RECIPE = (
    Stage(epochs=3, steps=5, size=8, area=100, peak=1.0),
    Stage(epochs=2, steps=4, size=6, area=200, peak=0.5),
)


@pytest.mark.parametrize(("epoch", "stage", "number"), [(0, 0, 0), (2, 0, 2), (3, 1, 0), (4, 1, 1)])
def test_every_epoch_is_of_one_stage(epoch: int, stage: int, number: int) -> None:
    assert stage_at(RECIPE, epoch) == (RECIPE[stage], number)


def test_beyond_the_recipe_there_is_no_stage() -> None:
    with pytest.raises(ValueError, match="no such epoch"):
        stage_at(RECIPE, 5)


def test_the_card_tells_what_was_gone_through() -> None:
    assert [stage["epochs"] for stage in stages_done(RECIPE, 4)] == [3, 1]
    assert [stage["epochs"] for stage in stages_done(RECIPE, 2)] == [2]
    assert stages_text(stages_done(RECIPE, 4)) == (
        "3 epochs of 5 batches of 8 crops of about 100 pixels, then 1 epochs of 4 batches of 6 crops of"
        " about 200 pixels"
    )


def test_rate_warms_up_holds_and_falls() -> None:
    optimizer = torch.optim.SGD([{"params": nn.Linear(1, 1).parameters(), "rate": 0.1}], lr=1.0)

    def rate(place: float, steps: int = 1000, peak: float = 1.0) -> float:
        set_rate(optimizer, place, peak, steps)
        return float(optimizer.param_groups[0]["lr"])

    assert rate(0.0, steps=0) == pytest.approx(0.001)
    assert rate(0.05) == rate(0.1) == pytest.approx(0.1)
    assert rate(0.3) > rate(0.6) > rate(0.9)
    assert rate(1.0) == pytest.approx(0.002)
    assert rate(0.5, peak=0.5) == pytest.approx(rate(0.5) / 2)
