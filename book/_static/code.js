/* Code is out of sight until it is asked for; the choice is remembered. In exercises it stays: there
   it is the text. Without this script all code is there, the longer cells folded. */
(() => {
  "use strict";
  const root = document.documentElement;
  if (location.pathname.includes("/exercises/")) return;

  /* A browser may refuse to remember, above all on pages from a disk. */
  const remembered = () => {
    try {
      return localStorage.getItem("code") === "shown";
    } catch {
      return false;
    }
  };
  root.classList.toggle("code-off", !remembered());

  document.addEventListener("DOMContentLoaded", () => {
    const place = document.querySelector(".header-article__right, .article-header-buttons");
    if (!place || !document.querySelector("div.cell_input")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm code-switch";
    const say = () => {
      const off = root.classList.contains("code-off");
      button.textContent = off ? "Show code" : "Hide code";
    };
    say();
    button.addEventListener("click", () => {
      const off = root.classList.toggle("code-off");
      try {
        localStorage.setItem("code", off ? "hidden" : "shown");
      } catch {
        /* It holds for this page then. */
      }
      say();
    });
    place.prepend(button);
  });
})();
