// Quizzes: shows the feedback of the chosen option. Nothing is stored and nothing is sent.
document.addEventListener("DOMContentLoaded", () => {
  for (const form of document.querySelectorAll("form.quiz")) {
    form.addEventListener("submit", (event) => event.preventDefault());
    for (const group of form.querySelectorAll("fieldset")) {
      const button = group.querySelector("button");
      const feedback = group.querySelector(".quiz-feedback");
      button.hidden = false;
      button.addEventListener("click", () => {
        const chosen = group.querySelector("input:checked");
        const right = chosen?.dataset.correct === "true";
        group.classList.toggle("quiz-right", right);
        group.classList.toggle("quiz-wrong", Boolean(chosen) && !right);
        if (!chosen) feedback.textContent = "Choose an answer first.";
        else feedback.innerHTML = `<strong>${right ? "Right." : "Not this one."}</strong> ${chosen.dataset.feedback}`;
      });
    }
  }
});
