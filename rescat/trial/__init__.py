"""What the paper's tables say: cohort, safety, manufacturing, scores."""
