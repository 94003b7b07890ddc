"""Invented data: invented trials (twins) with the printed figures, pools for matching, extremes."""
