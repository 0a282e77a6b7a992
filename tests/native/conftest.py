"""Where files are counted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from distributed import LocalCluster


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=50
    ) as made:
        yield made.scheduler_address


@pytest.fixture(params=["one process", "two processes"])
def where(request: pytest.FixtureRequest) -> str | None:
    if request.param == "one process":
        return None
    address: str = request.getfixturevalue("cluster")
    return address
