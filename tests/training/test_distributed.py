"""One process, a batch in parts, several processes: the same losses; and a run that changes hands."""

import re
import subprocess
import sys

import pytest

from pretraining.model import ModelConfig, Transformer
from pretraining.training import Step, Trainer, TrainingSettings
from pretraining.training.checkpoint import checkpoints
from pretraining.training.distributed import Team
from training.test_trainer import CONFIG, TOKENS

OPTIONS = ["--source", "micro-world", "--size", "nano", "--vocab-size", "300", "--batch-size", "8", "--steps", "60"]
OPTIONS += ["--precision", "float32"]  # what is measured may differ from process to process, and rounds differently
MIXED = ["--mixture", "code=1,books=2", "--accumulation", "2"]


def torchrun(processes, *options, cwd):
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)]
    done = subprocess.run(
        [*command, "-m", "pretraining.training", *options], cwd=cwd, capture_output=True, text=True, timeout=300
    )
    return done


def losses(text):
    return [float(loss) for loss in re.findall(r"loss (\d+\.\d+)", text)]


def train(processes, *options, cwd):
    done = torchrun(processes, *options, cwd=cwd)
    assert done.returncode == 0, done.stderr[-3000:]
    return losses(done.stdout)


def test_parts_of_a_batch_add_up_to_the_batch():
    def run(parts):
        settings = TrainingSettings(steps=8, batch_size=12, accumulation=parts, warmup_steps=2, precision="float32")
        trainer = Trainer(Transformer(CONFIG), TOKENS[:3600], TOKENS[3600:], settings)
        return [event.loss for event in trainer.events() if isinstance(event, Step)]

    whole = run(1)
    for parts in (2, 3, 12):
        assert run(parts) == pytest.approx(whole, abs=1e-5)


def test_the_shares_of_a_batch_are_the_batch():
    rows = TOKENS[:24].reshape(12, 2)
    for size, parts in [(1, 3), (2, 3), (3, 2), (4, 1)]:
        teams = [Team(rank, size) for rank in range(size)]
        shares = [team.share(rows, parts, part) for part in range(parts) for team in teams]
        assert [row for share in shares for row in share.tolist()] == rows.tolist()


def test_a_batch_that_cannot_be_shared_is_refused():
    with pytest.raises(ValueError, match="divisible by 6"):
        Team(0, 2).check_batch(8, 3)


@pytest.mark.slow
def test_two_processes_train_as_one(tmp_path):
    alone = train(1, *OPTIONS, *MIXED, cwd=tmp_path)
    together = train(2, *OPTIONS, *MIXED, cwd=tmp_path)
    assert len(alone) == 6 + 3
    assert together == pytest.approx(alone, abs=2e-4)
    assert together[-1] < together[0] - 0.5


@pytest.mark.slow
def test_a_run_of_two_goes_on_alone_and_the_reverse(tmp_path):
    folders = {size: tmp_path / f"begun-by-{size}" for size in (1, 2)}
    ends = {size: train(size, *OPTIONS, "--out", str(folder), cwd=tmp_path)[-1] for size, folder in folders.items()}
    for first, second in ((2, 1), (1, 2)):
        folder = folders[first]
        last = checkpoints(folder)[-1]
        assert last.name == "step-000060"
        for file in last.iterdir():  # as if it had been stopped after step 50
            file.unlink()
        last.rmdir()
        resumed = train(second, "--resume", str(folder), cwd=tmp_path)
        assert resumed[-1] == pytest.approx(ends[1], abs=2e-4)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--batch-size", "7"], "divisible by 2"),
        (["--learning-rate", "nan"], "learning_rate"),
        (["--mixture", "code"], "written like"),
    ],
)
def test_bad_options_end_in_one_sentence(tmp_path, options, said):
    done = torchrun(2, *OPTIONS, *options, cwd=tmp_path)
    assert done.returncode != 0
    assert any(line.startswith("Error: ") and said in line for line in done.stderr.splitlines())


def test_dropout_and_the_model_s_own_modes_stay_apart():
    model = Transformer(ModelConfig(**{**CONFIG.__dict__, "dropout": 0.5}))
    settings = TrainingSettings(steps=4, batch_size=4, warmup_steps=0)
    trainer = Trainer(model, TOKENS[:3600], TOKENS[3600:], settings)
    assert trainer.evaluate().loss == trainer.evaluate().loss
