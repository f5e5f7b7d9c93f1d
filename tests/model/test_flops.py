"""Operations computed from a shape against torch's own counter."""

import subprocess
import sys

import pytest
import torch
import torch.nn.functional as F
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from pretraining.model import SIZES, ModelConfig, Transformer, count_flops
from pretraining.model.flops import forward_flops, training_step_flops

CASES = [
    (ModelConfig(vocab_size=300, **SIZES["nano"]), 2, 64),
    (ModelConfig(vocab_size=1024, **SIZES["micro"]), 3, 40),
    (ModelConfig(vocab_size=65, block_size=96, layers=3, heads=2, width=40, ff_width=200), 1, 96),
]


@pytest.mark.parametrize(("config", "batch_size", "time"), CASES)
def test_counts_agree_with_torch_s(config, batch_size, time):
    """Attention is spelled out as products: the counter has no formula for the fused kernel of a processor."""
    model, inputs = Transformer(config), torch.zeros(batch_size, time, dtype=torch.long)
    with sdpa_kernel(SDPBackend.MATH):
        with FlopCounterMode(display=False) as forward:
            loss = F.cross_entropy(model(inputs).flatten(0, 1), inputs.flatten())
        with FlopCounterMode(display=False) as backward:
            loss.backward()
    assert forward_flops(config, batch_size, time) == pytest.approx(forward.get_total_flops(), rel=0.01)
    both = forward.get_total_flops() + backward.get_total_flops()
    assert training_step_flops(config, batch_size, time) == pytest.approx(both, rel=0.01)


def test_our_counter_is_torch_s_own():
    """Every kind of operation, both ways, and torch's class is as before."""
    model, inputs = Transformer(CASES[0][0]), torch.zeros(2, 64, dtype=torch.long)
    with sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as torchs:
        F.cross_entropy(model(inputs).flatten(0, 1), inputs.flatten()).backward()
    with count_flops() as ours:
        F.cross_entropy(model(inputs).flatten(0, 1), inputs.flatten()).backward()
    found = [counter.get_flop_counts()["Global"] for counter in (torchs, ours)]
    assert found[0] == found[1]
    assert len(found[0]) >= 2


COUNTS = """
import sys, torch
from pretraining.model import count_flops
weight = torch.ones(3, 4, requires_grad=True)
with count_flops() as counted:
    (torch.ones(2, 3) @ weight).sum().backward()
print(counted.get_total_flops(), "torch._dynamo" in sys.modules)
"""


def test_counting_does_not_import_the_compiler():
    done = subprocess.run([sys.executable, "-c", COUNTS], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["96", "False"]


@pytest.mark.parametrize(("batch_size", "time"), [(0, 8), (1, 0), (1, 65), (1.5, 8)])
def test_bad_sizes_are_refused(batch_size, time):
    with pytest.raises(ValueError, match="must be"):
        forward_flops(ModelConfig(vocab_size=9), batch_size, time)
