"""The network and its training. Needs torch, which Postroom itself never does: see ``train``.

torch is imported inside the functions so that importing this module costs and needs nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from extractors.handprint.tiles import SIDE, VIEWS

Tiles = NDArray[np.uint8]
Numbers = NDArray[np.uint8]

_BATCH = 192
_PEAK_RATE = 3e-3
_DECAY = 0.03
_SMOOTHING = 0.01
_WITHIN = 0.5  # weight of the loss within the cell's alphabet
_AVERAGE = 0.9985
_BLINDFOLD = 0.2  # share of tiles that are shown without their second picture, or their third


@dataclass(frozen=True, slots=True)
class Plan:
    """How long to train: ``shards`` of tiles, each seen new once, then replayed.

    ``replay`` is how many earlier tiles are seen again for each new one.
    """

    shards: int
    replay: int
    seed: int


def network(classes: int) -> Any:
    """Convolutions, the later ones with a way round them; input (n, 3, 32, 32) from 0 to 1."""
    from torch import nn

    def convolution(inner: int, outer: int, size: int = 3, stride: int = 1) -> list[Any]:
        return [
            nn.Conv2d(inner, outer, size, stride=stride, padding=size // 2, bias=False),
            nn.BatchNorm2d(outer),
            nn.ReLU(inplace=True),
        ]

    class WayRound(nn.Module):  # type: ignore[misc]
        """Two convolutions whose result is added to what came in."""

        def __init__(self, width: int) -> None:
            super().__init__()
            self.inner = nn.Sequential(*convolution(width, width), *convolution(width, width)[:2])

        def forward(self, x: Any) -> Any:
            return (x + self.inner(x)).relu()

    return nn.Sequential(
        *convolution(VIEWS, 32, size=5, stride=2),
        *convolution(32, 48),
        nn.MaxPool2d(2),
        *convolution(48, 80),
        WayRound(80),
        nn.MaxPool2d(2),
        *convolution(80, 144),
        WayRound(144),
        nn.Flatten(),
        nn.Dropout(0.25),
        nn.Linear(144 * (SIDE // 8) ** 2, classes),
    )


def fit(
    alphabets: NDArray[np.int64],
    shards: Iterator[tuple[Tiles, Numbers]],
    plan: Plan,
    report: Callable[[str], None],
) -> Any:
    """Train a network; returns it with averaged weights, ready to use.

    ``alphabets`` (classes,) numbers the alphabet of each class (letters, digits, the rest). A field
    mostly says which alphabet it holds, so a third of the loss is within the cell's own alphabet:
    else an O, torn between O and 0, teaches nothing about O and D.

    The order of tiles depends on ``plan`` alone, not on how fast shards arrive, so that the same
    seed gives the same network on the same machine.
    """
    import torch
    from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

    torch.manual_seed(plan.seed)
    torch.set_num_threads(1)
    order = np.random.default_rng(plan.seed)
    net = network(len(alphabets)).to(memory_format=torch.channels_last)
    others = torch.from_numpy(alphabets[:, None] != alphabets[None])
    average = AveragedModel(net, multi_avg_fn=get_ema_multi_avg_fn(_AVERAGE), use_buffers=True)
    optimiser = torch.optim.AdamW(net.parameters(), lr=_PEAK_RATE, weight_decay=_DECAY)
    tiles: list[Tiles] = []
    numbers: list[Numbers] = []
    for round_, (new_tiles, new_numbers) in enumerate(shards):
        tiles.append(new_tiles)
        numbers.append(new_numbers)
        chosen = _chosen(order, [len(n) for n in numbers], plan.replay)
        losses = []
        net.train()
        batches = np.array_split(chosen, max(len(chosen) // _BATCH, 1))
        for step, batch in enumerate(batches):
            done = (round_ + step / len(batches)) / plan.shards
            for group in optimiser.param_groups:
                group["lr"] = _PEAK_RATE * _rate(done)
            x = torch.from_numpy(np.stack([tiles[s][i] for s, i in batch]))
            y = torch.tensor([int(numbers[s][i]) for s, i in batch])
            loss = _loss(net, x, y, others)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            average.update_parameters(net)
            losses.append(loss.item())
        report(f"shard {round_ + 1} of {plan.shards}: loss {np.mean(losses):.3f}")
    return average.module.eval()


def _loss(net: Any, tiles: Any, wanted: Any, others: Any) -> Any:
    """How wrong ``net`` is: among all classes, and among those of the cell's own alphabet."""
    import torch
    from torch.nn.functional import cross_entropy

    varied = _varied(tiles.float() / 255)
    with torch.autocast("cpu", torch.bfloat16):
        found = net(varied.contiguous(memory_format=torch.channels_last)).float()
    among_all = cross_entropy(found, wanted, label_smoothing=_SMOOTHING)
    within = cross_entropy(found.masked_fill(others[wanted], -1e4), wanted)
    return among_all + _WITHIN * within


def _chosen(order: np.random.Generator, sizes: list[int], replay: int) -> NDArray[np.int64]:
    """Pairs (shard, tile): the newest shard once and ``replay`` times as many from earlier ones."""
    last = len(sizes) - 1
    new = np.stack([np.full(sizes[-1], last), np.arange(sizes[-1])], axis=1)
    count = replay * sizes[-1] if last else 0
    shard = order.integers(0, max(last, 1), count)
    old = np.stack([shard, order.integers(0, min(sizes), count)], axis=1)
    return np.asarray(order.permutation(np.concatenate([new, old])))


def _rate(done: float) -> float:
    """Share of the peak learning rate after ``done`` (0 to 1) of the training."""
    return min(1.0, done / 0.03 + 0.03) * (0.5 * (1 + math.cos(math.pi * done)) + 0.003)


def _varied(x: Any) -> Any:
    """A batch of tiles each shifted, turned, sized, bent and inked a little differently.

    Some lose their second or third picture, so that the network can read by the first alone.
    """
    import torch
    from torch.nn.functional import affine_grid, grid_sample, interpolate, max_pool2d

    count = len(x)
    turn = torch.randn(count) * 0.05
    wide, high = torch.exp(torch.randn(2, count) * 0.07)
    move = torch.zeros(count, 2, 3)
    move[:, 0, 0] = torch.cos(turn) * wide
    move[:, 0, 1] = -torch.sin(turn) * wide + torch.randn(count) * 0.06
    move[:, 1, 0] = torch.sin(turn) * high
    move[:, 1, 1] = torch.cos(turn) * high
    move[:, :, 2] = torch.randn(count, 2) * 0.05
    bend = torch.randn(count, 2, 4, 4) * 0.07 * torch.rand(count, 1, 1, 1)
    bend = interpolate(bend, size=x.shape[2:], mode="bicubic").permute(0, 2, 3, 1)
    grid = affine_grid(move, list(x.shape), align_corners=False) + bend
    x = grid_sample(x, grid, align_corners=False).clamp(0, 1)
    # A third of the tiles with a thicker, a fifth with a thinner pen.
    choice, amount = torch.rand(count, 1, 1, 1), torch.rand(count, 1, 1, 1) * 0.8
    thicker, thinner = max_pool2d(x, 3, 1, 1), -max_pool2d(-x, 3, 1, 1)
    x = x + amount * (choice < 0.33) * (thicker - x) + 0.6 * amount * (choice > 0.8) * (thinner - x)
    x = x ** torch.exp(torch.randn(count, 1, 1, 1) * 0.25)
    x[:, 1:] *= torch.rand(count, VIEWS - 1, 1, 1) >= _BLINDFOLD
    return x


def scores(net: Any, tiles: Tiles) -> NDArray[np.float32]:
    """Scores (n, classes) before the softmax."""
    import torch

    with torch.no_grad():
        parts = [
            net(torch.from_numpy(part).float() / 255).numpy()
            for part in np.array_split(tiles, max(len(tiles) // 500, 1))
        ]
    return np.concatenate(parts)


def export(net: Any, temperature: float, classes: tuple[str, ...], path: Path) -> float:
    """Write ``net`` with its temperature and softmax to ``path`` (ONNX opset 18).

    The weights are kept as 16-bit floats, which halves the file; they are counted with as 32-bit.

    Returns the largest difference between a probability of the file and of torch.
    """
    import onnx
    import onnxruntime
    import torch
    from torch import nn

    class Calibrated(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.net = net

        def forward(self, tiles: Any) -> Any:
            return torch.softmax(self.net(tiles) / temperature, dim=1)

    model = Calibrated().eval()
    sample = torch.rand(7, VIEWS, SIDE, SIDE)
    torch.onnx.export(
        model, (sample[:2],), str(path), input_names=["tiles"], output_names=["probabilities"],
        opset_version=18, dynamo=False,
        dynamic_axes={"tiles": {0: "n"}, "probabilities": {0: "n"}},
    )  # fmt: skip
    stored = _halved(onnx.load(str(path)))
    entry = stored.metadata_props.add()
    entry.key, entry.value = "classes", "\n".join(classes)
    onnx.checker.check_model(stored)
    onnx.save(stored, str(path))
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {"tiles": sample.numpy()})
    with torch.no_grad():
        return float(np.abs(found - model(sample).numpy()).max())


def _halved(model: Any) -> Any:
    """The model with its large weights as 16-bit floats, each widened again before its use."""
    import onnx
    from onnx import helper, numpy_helper

    weights = model.graph.initializer
    for large in [w for w in weights if w.data_type == onnx.TensorProto.FLOAT]:
        numbers = numpy_helper.to_array(large)
        if numbers.size < 256:
            continue
        weights.remove(large)
        weights.append(numpy_helper.from_array(numbers.astype(np.float16), large.name + ".half"))
        widen = helper.make_node(
            "Cast", [large.name + ".half"], [large.name], to=onnx.TensorProto.FLOAT
        )
        model.graph.node.insert(0, widen)
    return model
