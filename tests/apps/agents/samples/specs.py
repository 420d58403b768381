"""The sample agents: each shows one way a task may go."""

from apps.accounts.roles import Role
from apps.agents.registry import AgentSpec, register

STEPS = (("cut", "Cutting"), ("sew", "Sewing"), ("press", "Pressing"))
QUICK = {"soft_limit_s": 3, "hard_limit_s": 6}


def _sample(name: str, **fields: object) -> AgentSpec:
    values = {"queue": "cv", "subject": "sample", "title": f"Sample: {name}", "steps": STEPS, **fields}
    return AgentSpec(agent_type=f"sample_{name}", run=f"tests.apps.agents.samples.runs.{name}", **values)


SAMPLES = (
    _sample("steady", start="tests.apps.agents.samples.runs.start_steady"),
    _sample("gated"),
    _sample("gated_in_effect"),
    _sample("gated_after_effect"),
    _sample("without_effect"),
    _sample("refusing"),
    _sample("failing", max_attempts=2),
    _sample("endless", **QUICK),
    _sample("stubborn", **QUICK),
    _sample("for_editors", role=Role.EDITOR),
)


def register_samples() -> None:
    for spec in SAMPLES:
        register(spec)
