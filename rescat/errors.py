"""The errors that this package raises on purpose."""

__all__ = ["DataError", "ModelError", "OriginError"]


class DataError(ValueError):
    """A table that cannot be used, with the place and the remedy in the message."""


class ModelError(ValueError):
    """Data that a model cannot be fitted to, with the reason and the remedy in the message."""


class OriginError(ValueError):
    """A frame that does not say where its data come from."""
