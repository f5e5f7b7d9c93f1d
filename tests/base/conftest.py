import pytest


@pytest.fixture(scope="session")
def base():
    """The model that ships with the library; not to be trained further."""
    from pretraining.base import load_base_model

    return load_base_model()
