"""Invented data: twins that print what the paper prints, pools for matching, extremes."""
