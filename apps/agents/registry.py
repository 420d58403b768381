"""The kinds of background work there are. Each app registers its own when Django starts."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal, get_args

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.roles import Role
from apps.problems import Problem

Queue = Literal["nlp", "cv", "ml", "export"]


@dataclass(frozen=True)
class AgentSpec:
    """One kind of agent.

    run: dotted path of `run(context: TaskContext) -> dict`, imported by the worker only.
    subject: what it works on ("photo"); rows say `photo:<uuid>`.
    soft_limit_s, hard_limit_s: seconds of one start. At the first it may save its partial result, at the
        second its process is killed.
    max_attempts: automatic starts before it fails, the first included.
    title, steps: what people read; each step is (code, label).
    role: the lowest role that may start, cancel and retry it.
    start: dotted path of `start(*, user, configuration, priority, idempotency_key) -> AgentTask`, for kinds
        that POST /ai/tasks may start; it checks that the user may see what the configuration names.
    warm_up: dotted path of `warm_up() -> None`, which a worker of its queue calls when it starts.
    """

    agent_type: str
    queue: Queue
    run: str
    subject: str
    title: Promise | str
    steps: tuple[tuple[str, Promise | str], ...]
    soft_limit_s: int = 120
    hard_limit_s: int = 150
    max_attempts: int = 3
    role: Role = Role.DESIGNER
    start: str = ""
    warm_up: str = ""
    _labels: dict[str, Promise | str] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        if self.queue not in get_args(Queue):
            raise ValueError(f"{self.agent_type}: no queue {self.queue!r}")
        if not 0 < self.soft_limit_s < self.hard_limit_s:
            raise ValueError(f"{self.agent_type}: the soft limit must be above 0 and below the hard one")
        if self.max_attempts < 1:
            raise ValueError(f"{self.agent_type}: max_attempts must be at least 1")
        self._labels.update(self.steps)

    def step_label(self, code: str) -> str:
        """What people read for a step, in the active language; empty before the first step."""
        return str(self._labels.get(code, code))


_specs: dict[str, AgentSpec] = {}


def register(spec: AgentSpec) -> None:
    """Raises ValueError when another spec already has this agent type."""
    if _specs.setdefault(spec.agent_type, spec) != spec:
        raise ValueError(f"agent type {spec.agent_type} is registered twice")


def get(agent_type: str) -> AgentSpec:
    """Raises Problem(unknown_agent_type)."""
    try:
        return _specs[agent_type]
    except KeyError:
        raise Problem("unknown_agent_type", _("There is no such kind of agent.")) from None


def startable() -> list[AgentSpec]:
    """The kinds that a person or a partner may start through the API."""
    return [spec for spec in _specs.values() if spec.start]


def warm_up_paths(queues: Collection[str]) -> set[str]:
    """What workers of these queues call when they start."""
    return {spec.warm_up for spec in _specs.values() if spec.warm_up and spec.queue in queues}
