"""The companion to the RESCAT trial: its tables, its checks and its figures.

What notebooks and an analysis of your own need is here by name; the rooms hold the rest. The names
stand in ``__init__.pyi``, which editors and type checkers read as well.
"""

from .base.door import opened

__version__ = "0.10.0"

__getattr__, __dir__, __all__ = opened(__name__, __file__)

del opened
