"""Matching, balance, and what a hidden difference could do. Knows of no trial."""
