"""Fine-tuning in miniature, and what it changes: behaviour. What a model knows comes from pre-training.

Read in this order: `replies` (letting a model answer), `examples` (what it learns from, and what is kept out),
`answering` (the judge and its rates), `forced` (pushing new facts in). The loop is `training.fine_tune`.
"""

from ..training.fine_tune import FineTuner, FineTuningSettings
from .answering import LABELS, AnswerRates, answer_rates, declines, is_right, rates_table
from .examples import QuestionSets, known_topics, never_told, question_sets, rehearsal_text
from .forced import Forced, force_facts, matched_facts
from .replies import Reply, replies

__all__ = [
    "LABELS",
    "AnswerRates",
    "FineTuner",
    "FineTuningSettings",
    "Forced",
    "QuestionSets",
    "Reply",
    "answer_rates",
    "declines",
    "force_facts",
    "is_right",
    "known_topics",
    "matched_facts",
    "never_told",
    "question_sets",
    "rates_table",
    "rehearsal_text",
    "replies",
]
