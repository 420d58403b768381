"""The recipe and the training loop of the garment network."""

import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import cv2
import torch
from torch import distributed, nn
from torch.multiprocessing.spawn import spawn
from torch.utils.data import DataLoader

from ml.training.garment_data import Batch, GarmentBatches, GarmentData, read_photos
from ml.training.garment_losses import mask_loss, type_loss
from ml.training.garment_network import GarmentNetwork
from ml.training.garment_scores import score_network
from ml.training.type_head import collect, fit

CHECKPOINT = "garment.pt"


@dataclass(frozen=True)
class Stage:
    """A part of the recipe: `epochs` of `steps` batches of `size` pictures of about `area` pixels."""

    epochs: int
    steps: int
    size: int
    area: int
    peak: float


RECIPE = (
    Stage(epochs=10, steps=80, size=24, area=192 * 256, peak=1.0),
    Stage(epochs=10, steps=60, size=16, area=288 * 384, peak=0.4),
)
ENCODER_RATE = 5e-4
DECODER_RATE = 2e-3
WARM_UP_STEPS = 100
TYPE_SHARE = 0.25
AVERAGE_DECAY = 0.995


class Average:
    """Exponential moving average of a network's weights and buffers."""

    def __init__(self, network: nn.Module) -> None:
        self.state = {name: tensor.clone() for name, tensor in network.state_dict().items()}
        self.steps = 0

    def update(self, network: nn.Module) -> None:
        self.steps += 1
        decay = min(AVERAGE_DECAY, (1 + self.steps) / (10 + self.steps))
        for name, tensor in network.state_dict().items():
            if tensor.is_floating_point():
                self.state[name].lerp_(tensor, 1 - decay)
            else:
                self.state[name].copy_(tensor)


def _ends(recipe: Sequence[Stage]) -> list[int]:
    """The epochs at which the stages end."""
    return list(accumulate(stage.epochs for stage in recipe))


def rate(recipe: Sequence[Stage], epoch: int, step: int, total: int) -> float:
    """Warm up, hold the stage's peak, and fall by a cosine to the next one, at the end to nearly nothing."""
    ends = _ends(recipe)
    index = next(i for i, end in enumerate(ends) if epoch < end)
    stage = recipe[index]
    place = (epoch - (ends[index] - stage.epochs) + step / stage.steps) / stage.epochs
    following = recipe[index + 1].peak if index + 1 < len(recipe) else 0.01
    fall = following + (stage.peak - following) * 0.5 * (1 + torch.cos(torch.tensor(place * torch.pi)).item())
    return float(fall * min(1.0, (total + 1) / WARM_UP_STEPS))


def _one(batch: list[Batch]) -> Batch:
    return batch[0]


def _quiet_worker(_: int) -> None:
    cv2.setNumThreads(0)
    torch.set_num_threads(1)


@dataclass(frozen=True)
class Run:
    """What a training run needs; `processes` share each batch, one thread each."""

    data: Path
    out: Path
    resume: bool = False
    pseudo: Path | None = None
    processes: int = 2
    recipe: tuple[Stage, ...] = RECIPE


def train(run: Run) -> None:
    """Train by the recipe; every epoch ends with a checkpoint, every third with a look at the val split.

    One thread in each of several processes loses less to a busy machine than several threads in one process.
    """
    run.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        meeting = f"file://{folder}/meeting"
        spawn(_train_part, args=(run, meeting), nprocs=run.processes)  # type: ignore[no-untyped-call]
    refit_types(run)


def _train_part(rank: int, run: Run, meeting: str) -> None:
    """Train on this process' share of every batch; the gradients are averaged over the processes."""
    torch.set_num_threads(1)
    torch.manual_seed(7 + rank)
    distributed.init_process_group("gloo", init_method=meeting, rank=rank, world_size=run.processes)
    source = GarmentData(
        run.data, [p for p in read_photos(run.data, run.pseudo) if p.split == "train"], run.pseudo
    )
    network, optimizer = _start()
    average = Average(network)
    first = 0
    if run.resume and (run.out / CHECKPOINT).exists():
        saved = torch.load(run.out / CHECKPOINT, weights_only=True)
        network.load_state_dict(saved["network"])
        optimizer.load_state_dict(saved["optimizer"])
        average.state, average.steps, first = saved["average"], saved["steps"], saved["epoch"]
    if rank == 0:
        print(_material(source), flush=True)
    ends = _ends(run.recipe)
    for epoch in range(first, ends[-1]):
        stage = run.recipe[next(i for i, end in enumerate(ends) if epoch < end)]
        started = time.monotonic()
        losses = _train_epoch(rank, run, epoch, stage, source, network, optimizer, average)
        if rank > 0:
            continue
        state = {
            "network": network.state_dict(),
            "optimizer": optimizer.state_dict(),
            "average": average.state,
        }
        _save({**state, "steps": average.steps, "epoch": epoch + 1, "material": _material(source)}, run.out)
        line = (
            f"epoch {epoch + 1}: mask {losses[0]:.4f} type {losses[1]:.4f} {time.monotonic() - started:.0f} s"
        )
        if epoch % 3 == 2 or epoch + 1 == ends[-1]:
            line += f" | val {score_network(average.state, run.data, 'val', stage.area).line()}"
        print(time.strftime("%H:%M:%S"), line, flush=True)
    distributed.destroy_process_group()


def _material(source: GarmentData) -> dict[str, object]:
    """What is trained on: counts that the card tells."""
    return {
        "senders": len({photo.sender for photo in source.photos}),
        "silhouettes": dict(Counter(str(photo.verdict) for photo in source.with_mask)),
        "type_only": len(source.type_only),
    }


def _save(state: dict[str, object], out: Path) -> None:
    torch.save(state, out / "new.pt")
    (out / "new.pt").replace(out / CHECKPOINT)


def refit_types(run: Run) -> None:
    """Fit the finished network's type head again, on all training photos as they are and as augmented."""
    saved = torch.load(run.out / CHECKPOINT, weights_only=True)
    if saved.get("types_refitted"):
        return
    torch.set_num_threads(run.processes)
    photos = [photo for photo in read_photos(run.data) if photo.split == "train"]
    area = run.recipe[-1].area
    views = [collect(saved["average"], run.data, photos, area, plain=plain) for plain in (True, False)]
    saved["average"].update(fit(saved["average"], views))
    saved["types_refitted"] = True
    _save(saved, run.out)
    print(score_network(saved["average"], run.data, "val", area).line(), flush=True)


def _start() -> tuple[GarmentNetwork, torch.optim.AdamW]:
    network = GarmentNetwork()
    network.encoder.load_imagenet()
    network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    encoder = list(network.encoder.parameters())
    inside = {id(parameter) for parameter in encoder}
    decoder = [parameter for parameter in network.parameters() if id(parameter) not in inside]
    groups = [{"params": encoder, "rate": ENCODER_RATE}, {"params": decoder, "rate": DECODER_RATE}]
    return network, torch.optim.AdamW(groups, lr=1e-3, weight_decay=0.01)


def _train_epoch(
    rank: int,
    run: Run,
    epoch: int,
    stage: Stage,
    source: GarmentData,
    network: GarmentNetwork,
    optimizer: torch.optim.AdamW,
    average: Average,
) -> list[float]:
    """One epoch on this process' share; returns the mean losses of mask and type."""
    share = stage.size // run.processes
    batches = GarmentBatches(
        source, area=stage.area, size=share, length=stage.steps, epoch=epoch, part=rank, parts=run.processes
    )
    loader = DataLoader(
        batches, batch_size=1, collate_fn=_one, num_workers=1, prefetch_factor=3, worker_init_fn=_quiet_worker
    )
    parameters = [parameter for parameter in network.parameters() if parameter.requires_grad]
    network.train()
    sums = [0.0, 0.0]
    for step, batch in enumerate(loader):
        for group in optimizer.param_groups:
            group["lr"] = group["rate"] * rate(run.recipe, epoch, step, average.steps)
        mask, kind = network(batch.pixels.contiguous(memory_format=torch.channels_last))
        losses = mask_loss(mask, batch.mask, batch.trust), type_loss(kind, batch.allowed)
        optimizer.zero_grad(set_to_none=True)
        (losses[0] + TYPE_SHARE * losses[1]).backward()  # type: ignore[no-untyped-call]
        _average_gradients(parameters, run.processes)
        torch.nn.utils.clip_grad_norm_(parameters, 5.0)
        optimizer.step()
        average.update(network)
        for index, loss in enumerate(losses):
            sums[index] += loss.item() / stage.steps
    return sums


def _average_gradients(parameters: Sequence[nn.Parameter], processes: int) -> None:
    gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
    flat = torch.cat([gradient.reshape(-1) for gradient in gradients]) / processes
    distributed.all_reduce(flat)
    for gradient, piece in zip(gradients, torch.split(flat, [g.numel() for g in gradients]), strict=True):
        gradient.copy_(piece.view(gradient.shape))
