"""Muon against the singular value decomposition and against torch's own Muon."""

import pytest
import torch

from pretraining.model import ModelConfig, Transformer
from pretraining.training.muon import Muon, orthogonalize
from pretraining.training.optimizers import build_optimizers, set_rates

NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)


@pytest.mark.parametrize("shape", [(16, 16), (24, 8), (8, 24), (3, 12, 30)])
def test_singular_values_come_near_one_and_directions_stay(shape):
    matrices = torch.randn(*shape, generator=torch.Generator().manual_seed(0))
    u, _, v = torch.linalg.svd(matrices, full_matrices=False)
    turned = orthogonalize(matrices)
    found = torch.linalg.svdvals(turned)
    before = torch.linalg.svdvals(matrices / torch.linalg.matrix_norm(matrices, keepdim=True))
    assert found[before > 0.003].min() > 0.18
    assert found.max() < 1.87
    exact = u @ v
    likeness = (turned * exact).sum((-2, -1)) / (turned.norm(dim=(-2, -1)) * exact.norm(dim=(-2, -1)))
    assert likeness.min() > 0.75


def test_size_and_scale_of_the_gradient_do_not_matter():
    gradient = torch.randn(12, 20, generator=torch.Generator().manual_seed(1))
    assert torch.allclose(orthogonalize(gradient), orthogonalize(1e4 * gradient), atol=1e-5)
    assert torch.equal(orthogonalize(torch.zeros(4, 4)), torch.zeros(4, 4))


def test_steps_are_those_of_torch_but_for_its_bfloat16():
    """torch.optim.Muon orthogonalises in bfloat16; the updates agree to that precision."""
    generator = torch.Generator().manual_seed(2)
    start = [torch.randn(12, 20, generator=generator), torch.randn(20, 12, generator=generator)]
    ours, theirs = ([torch.nn.Parameter(weight.clone()) for weight in start] for _ in range(2))
    mine = Muon(ours, lr=0.1, momentum=0.9, weight_decay=0.05, polynomials=[NEWTON_SCHULZ] * 5)
    settings = {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.05, "ns_steps": 5, "adjust_lr_fn": "match_rms_adamw"}
    other = torch.optim.Muon(theirs, **settings, ns_coefficients=NEWTON_SCHULZ)
    for _ in range(4):
        for a, b in zip(ours, theirs):
            a.grad = torch.randn(a.shape, generator=generator)
            b.grad = a.grad.clone()
        mine.step()
        other.step()
    for a, b, s in zip(ours, theirs, start):
        assert torch.allclose(a - s, b - s, atol=0.02 * (b - s).abs().max().item())


def test_weights_without_a_gradient_stay():
    weight = torch.nn.Parameter(torch.ones(2, 2))
    Muon([weight], lr=0.1).step()
    assert torch.equal(weight, torch.ones(2, 2))


def test_only_matrices_are_taken():
    with pytest.raises(ValueError, match="matrices"):
        Muon([torch.nn.Parameter(torch.ones(3))])


@pytest.mark.parametrize("name", ["muon", "adamw"])
def test_every_weight_has_one_optimizer(name):
    model = Transformer(ModelConfig(vocab_size=11, block_size=6, layers=2, heads=2, width=16))
    optimizers = build_optimizers(model, name)
    owned = [id(weight) for one in optimizers for group in one.param_groups for weight in group["params"]]
    assert sorted(owned) == sorted(id(weight) for weight in model.parameters())
    if name == "muon":
        inside = {id(weight) for group in optimizers[0].param_groups for weight in group["params"]}
        assert inside == {id(w) for n, w in model.named_parameters() if n.endswith("_proj.weight") or ".ffn." in n}


def test_rates_reach_every_group_and_gains_never_decay():
    model = Transformer(ModelConfig(vocab_size=11, block_size=6, layers=1, heads=2, width=16))
    optimizers = build_optimizers(model, "muon")
    set_rates(optimizers, 0.5, 0.25)
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            assert group["lr"] == 0.5
            assert {weight.ndim for weight in group["params"]} == ({2} if group["weight_decay"] == 0.25 else {1})
