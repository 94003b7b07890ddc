"""One root for the errors and one for the warnings, and the kinds that they were before."""

import pytest

import rescat


@pytest.mark.parametrize("name", ["DataError", "ModelError", "OriginError"])
def test_what_is_wrong_with_values_is_a_value_error(name):
    assert issubclass(getattr(rescat, name), rescat.RescatError)
    assert issubclass(getattr(rescat, name), ValueError)


def test_every_error_and_warning_at_the_door_has_its_root():
    kinds = {name: getattr(rescat, name) for name in rescat.__all__ if name.endswith("Error")}
    assert len(kinds) == 6
    assert all(issubclass(kind, rescat.RescatError) for kind in kinds.values())
    kinds = {name: getattr(rescat, name) for name in rescat.__all__ if name.endswith("Warning")}
    assert len(kinds) == 3
    assert all(issubclass(kind, rescat.RescatWarning) for kind in kinds.values())
    assert issubclass(rescat.RescatWarning, UserWarning)


def test_an_extra_that_is_missing_is_an_import_error():
    assert issubclass(rescat.MissingExtraError, ImportError)
