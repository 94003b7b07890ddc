"""The course: exercises that check themselves, quizzes, a second trial to audit."""

from .exercises import *  # noqa: F403
