"""Golden outputs: text files that a person has read. `pytest --overwrite` writes them anew, to be read again."""

import os
import signal
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

from tests.fuzz import SEED

# An example takes longer on a machine that is busy, which says nothing of the program.
settings.register_profile("mlp", deadline=None)
settings.register_profile("few", deadline=None, max_examples=20)  # of what another run searches
settings.load_profile("mlp")

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser):
    parser.addoption("--overwrite", action="store_true", help="write the golden files anew")


def pytest_report_header():
    return f"damaged files: MLP_FUZZ_SEED={SEED}"


def pytest_configure():
    # A shell ignores Ctrl-C for what it runs in the background, and so would every process that a test starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # Processes that tests start compile the package once, and not each again where a container says so.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    # What jax compiles is kept, as for users, but not among what is theirs.
    os.environ["JAX_COMPILATION_CACHE_DIR"] = str(Path(tempfile.gettempdir()) / "mlp-tests-jax")


@pytest.fixture
def golden(request):
    """Compare text with the golden file of this name."""

    def compare(name, text):
        path = GOLDEN / name
        if request.config.getoption("--overwrite"):
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return compare
