"""Fixtures of the tests of the panel."""

import gc

import pytest


@pytest.fixture(autouse=True, scope="module")
def _no_collection():
    """Holm of statsmodels collects garbage at each call: half a second after many tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gc, "collect", lambda *_: 0)
        yield
