"""The questions of unit 8's self-check quiz: each choice with the reason why it is right or not."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Choice:
    """One choice.

    Attributes:
        text: what stands beside the button.
        why: the explanation shown when it is chosen.
        right: whether it is the right one.
    """

    text: str
    why: str
    right: bool = False


@dataclass(frozen=True)
class Question:
    """One question with its choices, one of them right.

    Attributes:
        text: the question.
        choices: in the order shown.
        see: the lesson and heading that explain it.
    """

    text: str
    choices: tuple[Choice, ...]
    see: str


SELF_CHECK = (
    Question(
        "A base model reads “What is the capital of France?” and goes on with “What is the capital of Spain?” Why?",
        (
            Choice(
                "It does not know any capital, so it changes the subject as quickly as it can.",
                "It may well know the answer; nobody asked in its own way.",
            ),
            Choice(
                "Lists of questions are common in text, so that is a likely continuation.",
                "It was trained to go on as text goes on, and a question is often followed by another one.",
                True,
            ),
            Choice(
                "It was trained too briefly to have learned how answers are given.",
                "More of the same training makes it better at continuing, not at answering.",
            ),
        ),
        "unit 3, The target table",
    ),
    Question(
        "What are the targets that a language model learns from?",
        (
            Choice(
                "Labels that many people wrote beside the text.",
                "Nobody could label trillions of tokens. The text labels itself.",
            ),
            Choice(
                "Questions, each with its right answer.",
                "That is one kind of fine-tuning. Pre-training needs only text.",
            ),
            Choice(
                "The text itself, one token later.",
                "Every token of the text is the target of everything before it. That is why plain text is enough.",
                True,
            ),
        ),
        "unit 3, The target table",
    ),
    Question(
        "A model gives the right next token a probability of 1/8. What is its loss there?",
        (
            Choice("0.125", "That is the probability. The loss is minus its natural logarithm."),
            Choice("About 2.08 nats", "-ln(1/8) = ln(8) = 2.08: as surprised as by one of eight equal choices.", True),
            Choice("7/8", "That is the probability of being wrong; the loss is a logarithm, -ln(1/8)."),
        ),
        "unit 3, The price of a prediction",
    ),
    Question(
        "In which order does one turn of the training loop go?",
        (
            Choice("loss, data, update, prediction", "A loss needs a prediction first, and a prediction needs data."),
            Choice(
                "data, prediction, loss, update",
                "Each step needs the one before: text, a guess, how wrong it was, and so which way to go.",
                True,
            ),
            Choice("data, update, prediction, loss", "The update comes last: only the loss says which way to go."),
        ),
        "unit 5, Something to learn, and somebody to learn it",
    ),
    Question(
        "What does backpropagation compute?",
        (
            Choice(
                "How the loss changes with each weight.",
                "These slopes, one for each weight, are the gradient. The optimizer then takes the step.",
                True,
            ),
            Choice(
                "The new value that each weight takes in the next turn.",
                "It gives only the direction. How far to go is up to the learning rate.",
            ),
            Choice("The text backwards.", "The text stays as it is; the slopes are worked out from the loss back."),
        ),
        "unit 5, How to get all gradients at once",
    ),
    Question(
        "Where does a trained model keep the year in which an event happened?",
        (
            Choice(
                "In a table of facts, with one row for each event that the text mentions.",
                "There is no table: a checkpoint holds weights and nothing else.",
            ),
            Choice("In the page that it read.", "The pages are gone after training. Only the weights remain."),
            Choice(
                "Nowhere: the weights make that year likely after such words.",
                "So a fact that was often and consistently stated is likely to come out right, and a rare one is not "
                "(arXiv 2211.08411).",
                True,
            ),
        ),
        "unit 4, The parameter budget",
    ),
    Question(
        "A model writes a date without any hesitation. What does that tell you?",
        (
            Choice(
                "That it has checked the date, or read it in a source that it trusts.",
                "Nothing inside looks anything up. Check it outside the model.",
            ),
            Choice(
                "That this continuation is likely, given its training text.",
                "Likely is not the same as true: a common mistake is likely, too.",
                True,
            ),
            Choice("That it is lying.", "A lie needs an intention. The program ran exactly as it was built."),
        ),
        "unit 7, on facts",
    ),
    Question(
        "With the same number of tokens, you raise the share of code from 10% to 70%. What do you expect?",
        (
            Choice(
                "Better at everything, since code teaches a model to think.",
                "The tokens for code are taken from something else, and that shows.",
            ),
            Choice("No difference: tokens are tokens.", "A model becomes good at what it reads; the mix decides."),
            Choice(
                "A lower loss on code, a higher one on prose.",
                "A fixed budget makes it a trade-off. (Some code also helps reasoning: arXiv 2408.10914.)",
                True,
            ),
        ),
        "unit 1, The mixture",
    ),
    Question(
        "A thousand good answers turned a base model into a polite assistant. What did they mainly teach?",
        (
            Choice(
                "How to respond: form, tone, when to stop.",
                "Little data is enough to shape behaviour (arXiv 2305.11206); the knowledge was there before.",
                True,
            ),
            Choice(
                "Facts about the world that the text did not have.",
                "A thousand answers hold few facts; trillions of tokens hold many.",
            ),
            Choice("Grammar.", "It wrote grammatical sentences long before it was polite."),
        ),
        "unit 7, base and fine-tuned",
    ),
    Question(
        "Your budget for a training run doubles. Where should the money go?",
        (
            Choice(
                "All into a larger model, which learns more from each token.",
                "It would see too little text for its size (arXiv 2203.15556).",
            ),
            Choice("All into more text.", "More text helps a small model less and less (arXiv 2203.15556)."),
            Choice(
                "Some into more parameters, some into more tokens.",
                "Both should grow together, at about the same rate (arXiv 2203.15556).",
                True,
            ),
        ),
        "unit 6, on the best size for a budget",
    ),
)
