"""Optimizers without the compiler: torch's own updates, and no import of it."""

import subprocess
import sys

import torch

from pretraining.training.eager import EagerAdamW

TRAINS = """
import sys
from pretraining.training.quick import quick_train
quick_train(["one small text " * 9])
print("torch._dynamo" in sys.modules, "sympy" in sys.modules)
"""


def test_training_does_not_import_the_compiler():
    done = subprocess.run([sys.executable, "-c", TRAINS], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_updates_are_those_of_torch_to_the_last_bit():
    runs = []
    for kind in (EagerAdamW, torch.optim.AdamW):
        layer = torch.nn.Linear(5, 4)
        with torch.no_grad():
            for number, weight in enumerate(layer.parameters()):
                weight.copy_(torch.linspace(-1, 1, weight.numel()).reshape(weight.shape) + number)
        optimizer = kind(layer.parameters(), lr=0.1, weight_decay=0.1, betas=(0.9, 0.95), fused=True)
        for step in range(5):
            optimizer.zero_grad()
            layer(torch.linspace(-step, 1, 5)).square().sum().backward()
            optimizer.step()
        runs.append([weight.detach() for weight in layer.parameters()])
    assert all(torch.equal(one, other) for one, other in zip(*runs, strict=True))


def test_an_update_needs_no_gradient_of_its_own():
    weight = torch.nn.Parameter(torch.ones(3))
    optimizer = EagerAdamW([weight], lr=0.5)
    weight.sum().backward()
    optimizer.step()
    assert weight.is_leaf
    assert not weight.equal(torch.ones(3))
    optimizer.zero_grad()
    assert weight.grad is None
