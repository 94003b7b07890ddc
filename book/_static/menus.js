/* The menus of the page bar, and the way back to the head of a page: all that the book used of
   Bootstrap's script (81 kB). */
(() => {
  "use strict";

  function menu(button) {
    const list = button.nextElementSibling;
    const set = (open) => {
      list.classList.toggle("show", open);
      button.setAttribute("aria-expanded", String(open));
    };
    button.addEventListener("click", () => set(!list.classList.contains("show")));
    button.parentElement.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      set(false);
      button.focus();
    });
    for (const kind of ["pointerdown", "focusin"])
      document.addEventListener(kind, (event) => {
        if (!button.parentElement.contains(event.target)) set(false);
      });
  }

  /* It is there while a reader goes up. */
  function back(button) {
    let last = 0;
    button.addEventListener("click", () => window.scrollTo(0, 0));
    window.addEventListener(
      "scroll",
      () => {
        const up = window.scrollY < last && window.scrollY > window.innerHeight;
        button.style.display = up ? "block" : "none";
        last = window.scrollY;
      },
      { passive: true },
    );
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll('[data-bs-toggle="dropdown"]').forEach(menu);
    document.querySelectorAll("#pst-back-to-top").forEach(back);
  });
})();
