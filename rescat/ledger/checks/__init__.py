"""The checks that the ledger names, one module per chapter or subject.

Each takes a claim and the tables, and returns a finding. The name of the function is what the
column ``check`` of ``data/published/claims.csv`` holds.
"""
