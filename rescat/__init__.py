"""The companion to the RESCAT trial: its tables, its checks and its figures."""

__version__ = "0.1.0"
