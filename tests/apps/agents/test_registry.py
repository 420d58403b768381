"""Kinds of agents: what a spec must hold, and what an unknown kind gives."""

from dataclasses import replace
from typing import Any

import pytest

from apps.agents import registry
from apps.problems import Problem
from tests.apps.agents.samples.specs import SAMPLES


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"queue": "gpu"}, "no queue 'gpu'"),
        ({"soft_limit_s": 10, "hard_limit_s": 10}, "soft limit"),
        ({"soft_limit_s": 0}, "soft limit"),
        ({"max_attempts": 0}, "max_attempts"),
    ],
)
def test_specs_that_make_no_sense(changes: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        replace(SAMPLES[0], **changes)


def test_a_kind_is_registered_once_and_the_same_again_is_fine() -> None:
    registry.register(SAMPLES[0])
    with pytest.raises(ValueError, match="registered twice"):
        registry.register(replace(SAMPLES[0], max_attempts=9))
    assert registry.get("sample_steady") == SAMPLES[0]


def test_an_unknown_kind_is_a_problem() -> None:
    with pytest.raises(Problem, match="unknown_agent_type"):
        registry.get("fortune_teller")


def test_steps_are_named_for_people() -> None:
    assert SAMPLES[0].step_label("sew") == "Sewing"
    assert SAMPLES[0].step_label("") == ""


def test_workers_warm_up_for_their_own_queues_only() -> None:
    assert registry.warm_up_paths({"cv"}) == {"apps.garments.pipeline.warm_up"}
    assert registry.warm_up_paths({"export", "nlp"}) == set()
