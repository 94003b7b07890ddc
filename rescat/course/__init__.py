"""The course: exercises that check themselves, quizzes, sessions, slides, a second trial."""
