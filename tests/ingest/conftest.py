"""What the tests of ingest share: the option that rewrites golden files."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--update-goldens` (run pytest on tests/ingest for it to be known)."""
    parser.addoption(
        "--update-goldens", action="store_true", help="rewrite the golden files from what sources yield now"
    )


@pytest.fixture
def update_goldens(request: pytest.FixtureRequest) -> bool:
    """Tell whether golden files are to be rewritten instead of compared."""
    return bool(request.config.getoption("--update-goldens", default=False))
