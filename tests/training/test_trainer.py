import math
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from pretraining.model import ModelConfig, Transformer
from pretraining.training import (
    Evaluation,
    Sample,
    Step,
    Trainer,
    TrainingDiverged,
    TrainingSettings,
    latest_checkpoint,
    learning_rate,
    load_model,
)
from pretraining.training.checkpoint import checkpoints

CONFIG = ModelConfig(vocab_size=11, block_size=6, layers=1, heads=2, width=16)
TOKENS = (torch.arange(4000) ** 2 // 7) % 11


def trainer(run_folder=None, seed=0, sampler=None, **changes):
    settings = {"steps": 30, "batch_size": 4, "warmup_steps": 4, "evaluate_every": 10, "checkpoint_every": 10}
    settings["precision"] = "float32"
    return Trainer(
        Transformer(CONFIG, seed=seed),
        TOKENS[:3600],
        TOKENS[3600:],
        TrainingSettings(**{**settings, "seed": seed, **changes}),
        run_folder=run_folder,
        sampler=sampler,
    )


def losses(events):
    return [event.loss for event in events if isinstance(event, Step)]


def test_events_come_in_order():
    events = list(trainer(sampler=lambda model: "text", sample_every=15).events())
    assert [event.step for event in events if isinstance(event, Step)] == list(range(1, 31))
    assert [event.step for event in events if isinstance(event, Evaluation)] == [0, 10, 20, 30]
    assert [event.step for event in events if isinstance(event, Sample)] == [15, 30]
    assert events[-1].step == 30
    steps = [event for event in events if isinstance(event, Step)]
    assert steps[-1].tokens == 30 * 4 * 6
    assert all(step.seconds > 0 and step.gradient_norm > 0 for step in steps)


def test_a_step_equals_the_loop_written_by_hand():
    run = trainer(steps=3, weight_decay=0.0, optimizer="adamw")
    by_hand = Transformer(CONFIG, seed=0)
    optimizer = torch.optim.AdamW(by_hand.parameters(), betas=(0.9, 0.95), weight_decay=0.0)
    generator = torch.Generator().manual_seed(0)
    for event in run.events():
        if not isinstance(event, Step):
            continue
        starts = torch.randint(3600 - 6, (4,), generator=generator)
        inputs = torch.stack([TOKENS[s : s + 6] for s in starts])
        targets = torch.stack([TOKENS[s + 1 : s + 7] for s in starts])
        loss = torch.nn.functional.cross_entropy(by_hand(inputs).flatten(0, 1), targets.flatten())
        optimizer.zero_grad()
        loss.backward()
        norm = math.sqrt(sum(float(p.grad.pow(2).sum()) for p in by_hand.parameters()))
        for p in by_hand.parameters():
            p.grad.mul_(min(1.0, 1.0 / norm))
        optimizer.param_groups[0]["lr"] = learning_rate(event.step, 3e-3, 3e-4, 4, 3)
        optimizer.step()
        assert event.loss == pytest.approx(loss.item(), rel=1e-5)
        assert event.gradient_norm == pytest.approx(norm, rel=1e-4)


def test_training_learns_and_the_held_out_loss_is_the_plain_mean():
    run = trainer(steps=200, evaluate_every=100)
    evaluations = [event for event in run.events() if isinstance(event, Evaluation)]
    assert evaluations[-1].loss < evaluations[0].loss - 0.5
    with torch.no_grad():
        n = (400 - 1) // 6 * 6
        logits = run.model(TOKENS[3600 : 3600 + n].reshape(-1, 6))
        expected = torch.nn.functional.cross_entropy(logits.flatten(0, 1), TOKENS[3601 : 3601 + n])
    assert evaluations[-1].loss == pytest.approx(expected.item(), rel=1e-5)


def test_a_resumed_run_equals_an_unbroken_one(tmp_path):
    unbroken = losses(trainer().events())
    broken = trainer(tmp_path)
    for event in broken.events():
        if event.step == 17:
            break
    again = trainer(tmp_path)
    again.restore(latest_checkpoint(tmp_path))
    assert again.step == 10
    events = list(again.events())
    assert losses(events) == unbroken[10:]
    assert [evaluation.step for evaluation in again.evaluations] == [0, 10, 20, 30]


def test_stop_ends_after_the_step_and_keeps_it(tmp_path):
    run = trainer(tmp_path)
    for event in run.events():
        if isinstance(event, Step) and event.step == 13:
            run.stop()
    assert run.step == 13
    again = trainer(tmp_path)
    again.restore(latest_checkpoint(tmp_path))
    assert losses(again.events()) == losses(trainer().events())[13:]


def test_the_learning_rate_can_be_changed_while_it_runs():
    run, rates = trainer(warmup_steps=0, floor=1.0), []
    for event in run.events():
        if isinstance(event, Step):
            rates.append(event.learning_rate)
            if event.step == 15:
                run.settings.learning_rate = 1e-4
    assert rates == [3e-3] * 15 + [1e-4] * 15


def test_only_matrices_decay():
    run = trainer(steps=5)
    run.run()
    groups = [group for optimizer in run.optimizers for group in optimizer.param_groups]
    decays = {id(p): group["weight_decay"] for group in groups for p in group["params"]}
    assert len(decays) == len(list(run.model.parameters()))
    assert all(decays[id(p)] == (0.1 if p.ndim == 2 else 0.0) for p in run.model.parameters())


def test_divergence_stops_with_advice_and_good_weights():
    run = trainer(steps=200)
    with torch.no_grad():
        run.model.lm_head.weight.fill_(1e38)
    with pytest.raises(TrainingDiverged, match=r"step 1\b.*learning rate"):
        run.run()
    assert run.step == 0


def test_load_model_gives_the_trained_weights(tmp_path):
    run = trainer(tmp_path)
    run.run()
    loaded = load_model(tmp_path)
    assert all(torch.equal(a, b) for a, b in zip(run.model.state_dict().values(), loaded.state_dict().values()))
    assert len(checkpoints(tmp_path)) == 2


def test_a_checkpoint_of_another_shape_is_refused(tmp_path):
    trainer(tmp_path).run()
    other = Trainer(
        Transformer(ModelConfig(vocab_size=11, block_size=6, layers=2, heads=2, width=16)),
        TOKENS, TOKENS[:50], TrainingSettings(),
    )  # fmt: skip
    with pytest.raises(ValueError, match="another shape"):
        other.restore(latest_checkpoint(tmp_path))
    with pytest.raises(ValueError, match="no checkpoint"):
        latest_checkpoint(tmp_path / "nowhere")


def test_half_written_checkpoints_are_never_seen(tmp_path, monkeypatch):
    run = trainer(tmp_path)
    events = run.events()
    while next(events).step < 20:
        pass
    monkeypatch.setattr("pathlib.Path.rename", lambda *_: (_ for _ in ()).throw(OSError("killed")))
    with pytest.raises(OSError, match="killed"):
        list(events)
    monkeypatch.undo()
    assert latest_checkpoint(tmp_path).name == "step-000010"
    again = trainer(tmp_path)
    again.restore(latest_checkpoint(tmp_path))
    assert losses(again.events()) == losses(trainer().events())[10:]
    assert not list(tmp_path.glob(".unfinished*"))


@pytest.mark.slow
def test_a_killed_command_resumes_to_the_same_loss(tmp_path):
    command = [sys.executable, "-m", "pretraining.cli", "train", "--size", "nano", "--steps", "120"]
    command += ["--vocab-size", "300", "--batch-size", "8", "--precision", "float32"]
    words = [f"word{n}" for n in range(50)]
    (tmp_path / "text.txt").write_text(" ".join(random.Random(0).choices(words, k=5_000)))  # quickly read by each run
    command += ["--source", "folder", "--path", str(tmp_path / "text.txt")]

    def final_loss(extra):
        done = subprocess.run([*command[:4], *extra], capture_output=True, text=True, check=True, timeout=300)
        return float(done.stdout.split("this model ")[1].split()[0])

    unbroken = final_loss([*command[4:], "--out", str(tmp_path / "unbroken")])
    for moment, how in [(70, signal.SIGKILL), (20, signal.SIGKILL), (60, signal.SIGINT)]:
        folder = tmp_path / f"broken-{moment}-{how}"
        process = subprocess.Popen([*command, "--out", str(folder)], stdout=subprocess.PIPE, text=True)
        wanted = max(0, moment // 50 * 50)
        for _ in range(1200):
            if any(int(c.name.split("-")[1]) >= wanted for c in checkpoints(folder)):
                break
            time.sleep(0.05)
        time.sleep(0.2)
        process.send_signal(how)
        said = process.communicate(timeout=60)[0]
        if how == signal.SIGINT:
            assert process.returncode == 130
            assert f"--resume {folder}" in said
        assert final_loss(["--resume", str(folder)]) == pytest.approx(unbroken, abs=1e-4)


@pytest.mark.parametrize(
    "change",
    [{"steps": 0}, {"batch_size": 0}, {"learning_rate": math.nan}, {"learning_rate": -1}, {"learning_rate": math.inf},
     {"warmup_steps": -1}, {"clip_norm": 0}, {"weight_decay": -0.1}, {"evaluate_every": 0}],
)  # fmt: skip
def test_settings_that_cannot_work_are_refused(change):
    (name,) = change
    with pytest.raises(ValueError, match=name):
        TrainingSettings(**change)


def test_a_block_longer_than_the_text_is_refused():
    with pytest.raises(ValueError, match="block"):
        Trainer(Transformer(CONFIG), TOKENS[:6], TOKENS, TrainingSettings())


@pytest.mark.parametrize("warmup", [0, 1, 7])
def test_the_schedule_climbs_falls_and_stays(warmup):
    rates = [learning_rate(step, 1.0, 0.1, warmup, 20) for step in range(30)]
    assert rates[warmup] == 1.0
    assert rates[:warmup] == [step / warmup for step in range(warmup)]
    assert all(a > b for a, b in zip(rates[warmup:20], rates[warmup + 1 : 21]))
    assert rates[20:] == [0.1] * 10
    middle = torch.optim.lr_scheduler.CosineAnnealingLR(torch.optim.SGD([torch.zeros(1)], lr=1.0), 20 - warmup, 0.1)
    for step in range(warmup, 20):
        assert rates[step] == pytest.approx(middle.get_last_lr()[0])
        middle.optimizer.step()
        middle.step()


def test_a_resumed_run_with_dropout_and_muon_equals_an_unbroken_one(tmp_path):
    def make(folder=None):
        model = Transformer(ModelConfig(**{**CONFIG.__dict__, "dropout": 0.2}))
        dials = {"steps": 30, "batch_size": 4, "warmup_steps": 4, "evaluate_every": 10, "checkpoint_every": 10}
        settings = TrainingSettings(**dials, precision="float32")
        return Trainer(model, TOKENS[:3600], TOKENS[3600:], settings, run_folder=folder)

    unbroken = losses(make().events())
    for event in make(tmp_path).events():
        if event.step == 17:
            break
    again = make(tmp_path)
    again.restore(latest_checkpoint(tmp_path))
    assert losses(again.events()) == unbroken[10:]
    other = trainer(optimizer="adamw")
    with pytest.raises(ValueError, match="another optimizer"):
        other.restore(latest_checkpoint(tmp_path))


@pytest.mark.parametrize("change", [{"batch_size": 9}, {"weight_decay": 0.5}, {"mixture": {"b": 1.0}}])
def test_dials_turned_while_it_runs_act_at_the_next_step(change):
    def run(turn):
        run = Trainer(
            Transformer(CONFIG),
            {"a": TOKENS[:2000], "b": TOKENS[2000:3600]},
            TOKENS[3600:],
            TrainingSettings(steps=12, batch_size=4, warmup_steps=0),
        )
        steps = []
        for event in run.events():
            if isinstance(event, Step):
                steps.append(event)
                if turn and event.step == 5:
                    for name, value in change.items():
                        setattr(run.settings, name, value)
        return steps

    still, turned = run(False), run(True)
    assert [step.loss for step in turned[:5]] == [step.loss for step in still[:5]]
    assert [step.loss for step in turned[6:]] != [step.loss for step in still[6:]]
    size = change.get("batch_size", 4)
    assert turned[-1].tokens == (5 * 4 + 7 * size) * CONFIG.block_size


def test_a_dial_turned_to_nonsense_is_refused_at_the_next_step():
    run = trainer()
    events = run.events()
    while not isinstance(next(events), Step):
        pass
    run.settings.learning_rate = math.nan
    with pytest.raises(ValueError, match="learning_rate"):
        next(events)


def test_patience_stops_a_run_that_no_longer_gets_better():
    run = trainer(steps=2000, learning_rate=1e-9, patience=3)
    run.run()
    assert 30 <= run.step < 200
    assert run.has_stalled
    assert not trainer(steps=30).has_stalled


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_only_checkpoints_that_can_be_read(tmp_path):
    """Twenty processes that save at every step, each killed after a random time; forked, so torch is imported once."""
    script = """
import os, pathlib, random, signal, sys, time
from training.test_trainer import checkpoints, trainer

trainer(steps=1)  # what building an optimizer imports
for seed in range(20):
    folder = pathlib.Path(sys.argv[1]) / str(seed)
    child = os.fork()
    if not child:
        try:
            trainer(folder, steps=100_000, checkpoint_every=1, evaluate_every=100_000).run()
        finally:
            os._exit(1)
    while not checkpoints(folder):
        assert os.waitpid(child, os.WNOHANG) == (0, 0), "it ended by itself"
        time.sleep(0.01)
    time.sleep(random.Random(seed).uniform(0, 0.5))
    os.kill(child, signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
"""
    subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], cwd=Path(__file__).parents[1], check=True, timeout=300
    )
    found = 0
    for seed in range(20):
        folder = tmp_path / str(seed)
        for checkpoint in checkpoints(folder):
            again = trainer(folder)
            again.restore(checkpoint)
            assert checkpoint.name == f"step-{again.step:06d}"
            again.train_step()
            found += 1
    assert found >= 20


def test_a_resumed_run_keeps_the_format_that_was_measured_before(tmp_path, monkeypatch):
    def measured(name):
        monkeypatch.setattr("pretraining.training.trainer.choose_precision", lambda *_: getattr(torch, name))

    measured("bfloat16")
    before = trainer(tmp_path, precision="auto")
    unbroken = losses(before.events())
    measured("float32")
    for asked, wanted in [("auto", "bfloat16"), ("float32", "float32")]:
        again = trainer(tmp_path, precision=asked)
        again.restore(checkpoints(tmp_path)[0])
        resumed = losses(again.events())
        assert again.precision == wanted
        assert (resumed == unbroken[-len(resumed) :]) == (wanted == "bfloat16")
