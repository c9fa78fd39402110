from pathlib import Path

import pytest

from tests.history.hosted_repository import HostedRepository
from tests.support import Repo


@pytest.fixture
def hosted(repo: Repo, tmp_path: Path) -> HostedRepository:
    return HostedRepository(repo, tmp_path)
