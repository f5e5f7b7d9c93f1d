import pytest

from pretraining.base import load_base_model
from pretraining.tuning import question_sets


@pytest.fixture(scope="session")
def base():
    """The model that ships with the library; not to be trained further."""
    return load_base_model()


@pytest.fixture(scope="session")
def sets(base):
    return question_sets(base.model, base.tokenizer, base.world)
