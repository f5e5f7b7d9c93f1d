"""A run to take away: a table of its events, and the Python that repeats it."""

from __future__ import annotations

import csv
import io

from ...training import Evaluation, Step
from .record import Record

DROPS = "model.dropout_generator = torch.Generator().manual_seed({})"
COLUMNS = ("step", "event", "loss_nats_per_token", "learning_rate", "gradient_norm", "tokens", "seconds", "text")


def as_csv(record: Record) -> str:
    """The kept events of a run as comma-separated values, with what was changed on the way."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(COLUMNS)
    for event in record.events:
        if isinstance(event, Step):
            numbers = (event.learning_rate, event.gradient_norm, event.tokens, event.seconds)
            table.writerow((event.step, "step", event.loss, *numbers, ""))
        elif isinstance(event, Evaluation):
            table.writerow((event.step, "evaluation", event.loss, *[""] * 5))
        else:
            table.writerow((event.step, "sample", *[""] * 5, event.text))
    for step, name, value in record.changes:
        table.writerow((step, "change", *[""] * 5, f"{name} = {value}"))
    return written.getvalue()


def as_python(record: Record) -> str:
    """A program that makes the same run: the same text, model, batches and changes at the same steps."""
    s = record.settings
    settings, config = s.training_settings(), s.model_config(record.vocab_size)
    settings.precision = record.precision
    dials = ", ".join(
        f"{name}={value!r}" for name, value in vars(settings).items() if value != getattr(type(settings), name, None)
    )
    shape = f"block_size={config.block_size}, layers={config.layers}, heads={config.heads}, width={config.width}"
    if s.dropout:
        shape += f", dropout={s.dropout!r}"
    changes: dict[int, dict[str, object]] = {}
    for step, name, value in record.changes:
        if name != "temperature":
            changes.setdefault(step, {})[name] = value
    drops = s.dropout or any(name == "dropout" for _, name, _ in record.changes)
    lines = [
        f"# Run {record.number} of the training lab: {record.parameters:,} parameters. {record.outcome}".rstrip(),
        *(["import torch", ""] if drops else []),
        "from pretraining.model import ModelConfig, Transformer",
        "from pretraining.training import Evaluation, Step, Trainer, TrainingSettings, choose_device",
        "from pretraining.widgets.lab.corpora import lab_corpus",
        "",
        f"corpus = lab_corpus({s.source!r}, vocab_size={s.vocab_size}, seed={s.seed})",
        f"config = ModelConfig(vocab_size=corpus.tokenizer.vocab_size, {shape})",
        f"model = Transformer(config, seed={s.seed}).to(choose_device({s.device!r}))",
        *([DROPS.format(s.seed)] if drops else []),
        f"settings = TrainingSettings({dials})",
        "trainer = Trainer(model, corpus.domains, corpus.heldout, settings)",
    ]
    if changes:
        lines += [f"changes = {changes!r}  # after which step what was turned"]
    lines += ["for event in trainer.events():", "    if isinstance(event, Evaluation):", "        print(event)"]
    if changes:
        lines += [
            "    elif isinstance(event, Step):",
            "        for name, value in changes.get(event.step, {}).items():",
            "            setattr(model if name == 'dropout' else settings, name, value)",
        ]
        if 0 in changes:
            at = lines.index("for event in trainer.events():")
            first = "for name, value in changes.get(0, {}).items():"
            lines[at:at] = [first, "    setattr(model if name == 'dropout' else settings, name, value)"]
    return "\n".join(lines) + "\n"
