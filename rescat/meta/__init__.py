"""Meta-analysis: what several trials say together, and how far they differ."""
