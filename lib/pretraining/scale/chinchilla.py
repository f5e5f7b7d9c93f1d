"""The law of Chinchilla's authors for loss as a function of parameters and tokens, and its corrected constants.

L(N, D) = E + A / N^alpha + B / D^beta (arXiv 2203.15556, section 3.3). Fitting the measurements anew, as read off a
figure of the paper, gave other constants with wider intervals, and agrees better with the paper's other two ways of
finding the best size (arXiv 2404.10102). Takes numbers of parameters and tokens, hands on nats per token of the
authors' own text and tokenizer: compare such losses with each other, never with those of another text.
"""

from __future__ import annotations

from dataclasses import dataclass

from .checks import COUNTED, positive


@dataclass(frozen=True)
class LossLaw:
    """Loss of a model with N parameters after D tokens: floor + a / N**alpha + b / D**beta.

    Attributes:
        floor: what no model and no amount of text removes, in nats per token.
        a, alpha: the price of too small a model.
        b, beta: the price of too little text.
        source: where the constants are from.
    """

    floor: float
    a: float
    alpha: float
    b: float
    beta: float
    source: str

    def __call__(self, parameters: float, tokens: float) -> float:
        """Nats per token.

        Raises:
            ValueError: a number that is not positive.

        Example:
            >>> f"{CORRECTED(70e9, 1.4e12):.2f}"
            '1.97'
        """
        positive("parameters", parameters, COUNTED)
        positive("tokens", tokens, COUNTED)
        return self.floor + self.a / parameters**self.alpha + self.b / tokens**self.beta

    def optimum(self, flops: float) -> tuple[float, float]:
        """The best size for a budget, and its tokens, with flops = 6 N D (arXiv 2203.15556, equation 4).

        Raises:
            ValueError: a budget that is not positive.

        Example:
            >>> parameters, tokens = CORRECTED.optimum(5.88e23)
            >>> f"{parameters / 1e9:.0f} billion parameters, {tokens / parameters:.0f} tokens each"
            '73 billion parameters, 18 tokens each'
        """
        positive("flops", flops, "FLOPs in all")
        total = self.alpha + self.beta
        balance = (self.alpha * self.a / (self.beta * self.b)) ** (1 / total)
        parameters = balance * (flops / 6) ** (self.beta / total)
        return parameters, flops / 6 / parameters


PUBLISHED = LossLaw(1.69, 406.4, 0.34, 410.7, 0.28, "arXiv 2203.15556, equation 10")
CORRECTED = LossLaw(1.8172, 482.01, 0.3478, 2085.43, 0.3658, "arXiv 2404.10102, table 1")
