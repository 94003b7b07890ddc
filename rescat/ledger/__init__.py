"""The paper's statements, a check or a reasoned judgement for each, and what follows from them."""
