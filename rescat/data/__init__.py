"""The tables: their description, one validator, and a loader for each."""
