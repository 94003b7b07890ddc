"""The expected answers, each computed from the tables by a way of its own.

A solution in a notebook may use other functions than the answer here: where both agree, neither
is likely to be wrong. The answers are those of the public book, whatever data a notebook has.
"""
