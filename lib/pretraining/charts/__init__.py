"""Numbers to charts: pure functions that give `altair.Chart`: units on the axes, a description for every reader."""

from .data import (
    EPOCH_COLUMNS,
    OUTCOME_COLUMNS,
    RIGHT,
    SHARE_COLUMNS,
    WRONG,
    cleaning_outcome,
    epochs_by_domain,
    outcome_description,
    share_of_tokens,
    token_ladder,
)
from .look import BLACK, BLUE, GREEN, ORANGE, PURPLE, SKY, VEGA_LITE, VERMILION, svg_figure, visible
from .loss import LOSS_SERIES, loss_comparison, loss_curve, losses_by_seed
from .targets import (
    next_token_bars,
    surprise_curve,
    surprise_description,
    surprise_rows,
    target_table_chart,
    target_table_rows,
)
from .tokens import CARRIED_COLUMNS, bytes_per_token_bars, bytes_per_token_growth, carried_description
from .training import TRAINING_COLUMNS, training_curves, training_description

__all__ = [
    "BLACK",
    "BLUE",
    "CARRIED_COLUMNS",
    "EPOCH_COLUMNS",
    "GREEN",
    "LOSS_SERIES",
    "ORANGE",
    "OUTCOME_COLUMNS",
    "PURPLE",
    "RIGHT",
    "SHARE_COLUMNS",
    "SKY",
    "TRAINING_COLUMNS",
    "VEGA_LITE",
    "VERMILION",
    "WRONG",
    "bytes_per_token_bars",
    "bytes_per_token_growth",
    "carried_description",
    "cleaning_outcome",
    "epochs_by_domain",
    "loss_comparison",
    "loss_curve",
    "losses_by_seed",
    "next_token_bars",
    "outcome_description",
    "share_of_tokens",
    "surprise_curve",
    "surprise_description",
    "surprise_rows",
    "svg_figure",
    "target_table_chart",
    "target_table_rows",
    "token_ladder",
    "training_curves",
    "training_description",
    "visible",
]
