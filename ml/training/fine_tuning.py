"""What the trainings on the garment's crop share: start, rates, checkpoints."""

import math
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

import cv2
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from ml.training.folded import fold
from ml.training.garment_loop import Average, Stage
from ml.training.lite0 import Lite0

WARM_UP = 100
PREFIX = "encoder."

# The encoder up to stride 4: edges and textures, half of the cost and little to learn.
FROZEN_STAGES = 2

Network = TypeVar("Network", bound=nn.Module)
Batch = TypeVar("Batch")


def load_encoder(encoder: Lite0, checkpoint: Path) -> None:
    """Give the encoder the garment network's weights (its checkpoint), or ImageNet's where there is none."""
    if not checkpoint.exists():
        encoder.load_imagenet()
        return
    saved = torch.load(checkpoint, weights_only=True)["average"]
    encoder.load_state_dict(
        {name[len(PREFIX) :]: value for name, value in saved.items() if name.startswith(PREFIX)}
    )


def make_optimizer(
    network: nn.Module, encoder: nn.Module, *, encoder_rate: float, head_rate: float, decay: float
) -> torch.optim.AdamW:
    """AdamW over what is trained: the encoder at its own rate, no decay for biases and norms."""
    inside = {id(parameter) for parameter in encoder.parameters()}
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for parameter in filter(lambda parameter: parameter.requires_grad, network.parameters()):
        rate = encoder_rate if id(parameter) in inside else head_rate
        groups.setdefault((rate, decay if parameter.ndim > 1 else 0.0), []).append(parameter)
    return torch.optim.AdamW(
        [
            {"params": parameters, "rate": rate, "weight_decay": fade}
            for (rate, fade), parameters in groups.items()
        ],
        lr=head_rate,
    )


def stage_at(recipe: Sequence[Stage], epoch: int) -> tuple[Stage, int]:
    """The stage that an epoch belongs to, and its number in it. Raises ValueError beyond the recipe."""
    for stage in recipe:
        if epoch < stage.epochs:
            return stage, epoch
        epoch -= stage.epochs
    raise ValueError("the recipe has no such epoch")


def stages_done(recipe: Sequence[Stage], epochs: int) -> list[dict[str, Any]]:
    """The stages that `epochs` have gone through, the last as far as it went, as cards tell them."""
    done = []
    for stage in recipe:
        reached = min(stage.epochs, epochs)
        if reached:
            done.append({**asdict(stage), "epochs": reached})
        epochs -= reached
    return done


def stages_text(stages: Sequence[Mapping[str, Any]]) -> str:
    """The stages of a card in words."""
    return ", then ".join(
        f"{stage['epochs']} epochs of {stage['steps']} batches of {stage['size']} crops of about"
        f" {stage['area']} pixels"
        for stage in stages
    )


def set_rate(optimizer: torch.optim.Optimizer, place: float, peak: float, steps: int) -> None:
    """Warm up, hold `peak` for a tenth of the stage, then a cosine to 2 %. `place`: share of it done."""
    along = max(0.0, (place - 0.1) / 0.9)
    share = peak * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * along)))
    for group in optimizer.param_groups:
        group["lr"] = group["rate"] * min(1.0, (steps + 1) / WARM_UP) * share


@dataclass(frozen=True)
class Run:
    """Where a training run reads and writes, and what it goes through.

    ``crops``: file of the garments' crops. ``encoder``: checkpoint of the garment network.
    """

    data: Path
    out: Path
    crops: Path
    encoder: Path
    resume: bool
    recipe: tuple[Stage, ...]

    @property
    def area(self) -> int:
        """Pixels of the input in the last stage."""
        return self.recipe[-1].area


class FineTuned(nn.Module):
    """A network that starts from the garment network's encoder and is trained with its norms folded in."""

    encoder: Lite0

    def fold(self) -> None:
        """Freeze the encoder's norms and first stages, once its weights are loaded."""
        fold(self.encoder)
        for part in (self.encoder.stem, *self.encoder.stages[:FROZEN_STAGES]):
            part.requires_grad_(False)


@dataclass
class Training:
    """A training under way. `checkpoint` is replaced as a whole after every epoch."""

    checkpoint: Path
    network: nn.Module
    optimizer: torch.optim.AdamW
    average: Average
    epoch: int = 0

    def resume(self) -> None:
        """Go on from the checkpoint, if there is one."""
        if not self.checkpoint.exists():
            return
        saved = torch.load(self.checkpoint, weights_only=True)
        self.network.load_state_dict(saved["network"])
        self.optimizer.load_state_dict(saved["optimizer"])
        self.average.state, self.average.steps = saved["average"], saved["steps"]
        self.epoch = saved["epoch"]

    def save(self, material: Mapping[str, int]) -> None:
        """Write the checkpoint; `material` are counts of what was trained on."""
        new = self.checkpoint.with_name("new.pt")
        torch.save(
            {
                "network": self.network.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "average": self.average.state,
                "steps": self.average.steps,
                "epoch": self.epoch,
                "material": dict(material),
            },
            new,
        )
        new.replace(self.checkpoint)

    def step(self, losses: Mapping[str, Tensor]) -> None:
        """One step down the sum of the losses."""
        self.optimizer.zero_grad(set_to_none=True)
        sum(losses.values(), torch.zeros(())).backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), 10.0)
        self.optimizer.step()
        self.average.update(self.network)


def start(
    network: FineTuned, run: Run, checkpoint: str, *, encoder_rate: float, head_rate: float, decay: float
) -> Training:
    """A training of a new network, or that of the run's checkpoint where it is to resume."""
    torch.manual_seed(7)
    run.out.mkdir(parents=True, exist_ok=True)
    load_encoder(network.encoder, run.encoder)
    network.fold()
    network = channels_last(network)
    optimizer = make_optimizer(
        network, network.encoder, encoder_rate=encoder_rate, head_rate=head_rate, decay=decay
    )
    training = Training(run.out / checkpoint, network, optimizer, Average(network))
    if run.resume:
        training.resume()
    return training


def go_on(
    training: Training,
    run: Run,
    *,
    pictures: Callable[[Stage, int], Dataset[Batch]],
    losses: Callable[[Batch], Mapping[str, Tensor]],
    material: Mapping[str, int],
    score: Callable[[Mapping[str, Tensor]], str],
    score_every: int,
) -> None:
    """Train to the end of the recipe; every epoch ends with a checkpoint and a line of the mean losses.

    ``pictures`` of a stage and epoch are batches; ``score`` tells of a state in words.
    """
    epochs = sum(stage.epochs for stage in run.recipe)
    while training.epoch < epochs:
        started = time.monotonic()
        stage, number = stage_at(run.recipe, training.epoch)
        batches = DataLoader(
            pictures(stage, training.epoch), batch_size=None, num_workers=1, prefetch_factor=3,
            worker_init_fn=quiet_worker,
        )  # fmt: skip
        training.network.train()
        sums: Counter[str] = Counter()
        for step, batch in enumerate(batches):
            place = (number + step / stage.steps) / stage.epochs
            set_rate(training.optimizer, place, stage.peak, training.average.steps)
            told = losses(batch)
            training.step(told)
            sums.update({name: value.item() / stage.steps for name, value in told.items()})
        training.epoch += 1
        training.save(material)
        words = " ".join(f"{name} {value:.3f}" for name, value in sums.items())
        line = f"epoch {training.epoch}: {words} {time.monotonic() - started:.0f} s"
        if training.epoch % score_every == 0 or training.epoch == epochs:
            line += f" | val {score(training.average.state)}"
        print(time.strftime("%H:%M:%S"), line, flush=True)


def channels_last(network: Network) -> Network:
    """The network with its weights laid out as its inputs are."""
    return network.to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]


def quiet_worker(_: int) -> None:
    """One thread for a loader's process: the cores belong to the training."""
    cv2.setNumThreads(0)
    torch.set_num_threads(1)
