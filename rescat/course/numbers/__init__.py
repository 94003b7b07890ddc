"""Numbers in the quizzes, one file a chapter."""
