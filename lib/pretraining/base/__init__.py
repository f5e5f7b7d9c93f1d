"""The base model: a small pre-trained model that ships with the library, and what can be measured on it.

Read in this order: `card` (what the model is), `shipped` (loading it), `completion` (letting it write), `knowledge`
(probes), `domains` (bits per byte), `calibration` (confidence against accuracy), `prompts` and `behaviour` (what it
does when it is spoken to). Every measure takes a model and a tokenizer, so it works for any model of this course.
"""

from .behaviour import Behaviour, battery
from .calibration import (
    Answers,
    ReliabilityBin,
    expected_calibration_error,
    next_token_answers,
    probe_answers,
    reliability_bins,
)
from .card import Card
from .completion import Completion, Prompt, complete, complete_each, continuations, read_prompt
from .domains import bits_per_byte, bits_per_byte_by_domain, held_out_texts, other_texts
from .knowledge import Score, fact_scores, probe_scores
from .shipped import BaseModel, load_base_model

__all__ = [
    "Answers",
    "BaseModel",
    "Behaviour",
    "Card",
    "Completion",
    "Prompt",
    "ReliabilityBin",
    "Score",
    "battery",
    "bits_per_byte",
    "bits_per_byte_by_domain",
    "complete",
    "complete_each",
    "continuations",
    "expected_calibration_error",
    "fact_scores",
    "held_out_texts",
    "load_base_model",
    "next_token_answers",
    "other_texts",
    "probe_answers",
    "probe_scores",
    "read_prompt",
    "reliability_bins",
]
