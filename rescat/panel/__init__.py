"""The random-slope model on many markers, and what many tests do to a P value."""
