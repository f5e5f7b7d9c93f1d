"""What the settings on the page will cost, said before anything starts."""

from __future__ import annotations

from ...training.plan import LONG_SECONDS, Plan, available_memory, measure_speed, plan
from .settings import BadSetting, LabSettings


class Costs:
    """Plans runs on this machine; learns from each run how far its estimates are off."""

    def __init__(self, device: str) -> None:
        self.device = device
        self.speed = measure_speed(device)
        self.correction = 1.0

    def plan(self, settings: LabSettings) -> Plan:
        """The cost of a run."""
        found = plan(
            settings.model_config(settings.vocab_size),
            settings.training_settings(),
            self.speed,
            available_memory(self.device),
        )
        return Plan(**{**vars(found), "seconds": found.seconds * self.correction})

    def learn(self, settings: LabSettings, steps_per_second: float) -> None:
        """Take in how fast a real run was; a speed of 0 is not known."""
        if steps_per_second:
            config = settings.model_config(settings.vocab_size)
            expected = self.speed.seconds_per_step(config, settings.batch_size, settings.optimizer)
            self.correction = min(10.0, max(0.1, 1 / steps_per_second / expected))

    def refuse_what_cannot_fit(self, settings: LabSettings) -> None:
        """Stop a run before it takes the memory that the notebook itself needs.

        Raises:
            BadSetting: the run needs more memory than there is.
        """
        found = self.plan(settings)
        if not found.fits:
            raise BadSetting("batch_size", f"{memory_sentence(found)} {SMALLER}")


SMALLER = "Choose a smaller batch, context, width or vocabulary."


def memory_sentence(found: Plan) -> str:
    """How much memory a run needs and how much there is."""
    return f"This run needs about {size(found.memory_bytes)} of memory, but only {size(found.free_bytes)} are free."


def warnings(found: Plan) -> list[str]:
    """What a learner should know before pressing Train."""
    said = [] if found.fits else [f"{memory_sentence(found)} {SMALLER}"]
    if found.is_long:
        said.append(
            f"This run takes about {duration(found.seconds)}, more than {LONG_SECONDS / 60:.0f} minutes: "
            "fewer steps or a smaller model answer sooner."
        )
    return said


def sentence(found: Plan) -> str:
    """The cost in one line."""
    return (
        f"{found.parameters:,} parameters, {found.tokens:,} tokens: about {duration(found.seconds)}, "
        f"{size(found.memory_bytes)} of memory"
    )


def duration(seconds: float) -> str:
    """A time as a person says it.

    Example:
        >>> [duration(s) for s in (0.4, 42, 400, 9000)]
        ['1 s', '42 s', '7 minutes', '2.5 hours']
    """
    if seconds < 100:
        return f"{max(1, round(seconds))} s"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours"


def size(n_bytes: float) -> str:
    """An amount of memory as a person says it.

    Example:
        >>> size(31_000_000), size(2_340_000_000)
        ('31 MB', '2.3 GB')
    """
    return f"{n_bytes / 1e9:.1f} GB" if n_bytes >= 1e9 else f"{n_bytes / 1e6:.0f} MB"
