/* Terms of the glossary explained in place: on hover, on focus, and by tap.
   The definitions stand at the end of the page, hidden (rescat/course/glossary.py). Without this
   script a term is a link to the glossary. */
(() => {
  "use strict";
  const BEFORE_SHOWN = 150; // ms: a pointer that only passes by opens nothing
  const BEFORE_HIDDEN = 300; // ms: time to move the pointer onto the box
  const EDGE = 8; // px between the box and the edge of the window

  const box = document.createElement("span");
  box.className = "term-box";
  const text = document.createElement("span");
  const way = document.createElement("a");
  let shownFor = null; // the link whose definition is shown
  let timer = 0;
  let lastPointer = "";

  function place() {
    const lines = shownFor.getClientRects(); // a term may stand on two lines
    if (!lines.length) return;
    const { width, height } = box.getBoundingClientRect();
    const last = lines[lines.length - 1];
    const below = last.bottom + height + EDGE <= window.innerHeight || lines[0].top < height + EDGE;
    const left = Math.min((below ? last : lines[0]).left, window.innerWidth - width - EDGE);
    box.style.left = `${Math.max(EDGE, left)}px`;
    box.style.top = `${below ? last.bottom : lines[0].top - height}px`;
  }

  function show(link, definition, byTap) {
    clearTimeout(timer);
    text.textContent = definition.textContent;
    way.href = link.href;
    way.textContent = `In the glossary: ${link.textContent}`;
    /* A tap can't follow the term itself, so the box has a link. A tooltip may not hold one. */
    way.hidden = !byTap;
    if (byTap) box.removeAttribute("role");
    else box.setAttribute("role", "tooltip");
    shownFor = link;
    link.after(box);
    place();
  }

  function hide() {
    clearTimeout(timer);
    box.remove();
    shownFor = null;
  }

  function later(what, wait) {
    clearTimeout(timer);
    timer = setTimeout(what, wait);
  }

  /* The pointer has left; what has the keyboard's focus stays explained. */
  const hideSoon = () =>
    later(() => {
      if (shownFor && document.activeElement !== shownFor && !box.contains(document.activeElement))
        hide();
    }, BEFORE_HIDDEN);

  function explain(link, definition) {
    link.setAttribute("aria-describedby", definition.id);
    link.addEventListener("pointerenter", (event) => {
      if (event.pointerType === "touch") return;
      if (shownFor === link) clearTimeout(timer);
      else later(() => show(link, definition, false), BEFORE_SHOWN);
    });
    link.addEventListener("pointerleave", (event) => {
      if (event.pointerType !== "touch") hideSoon();
    });
    link.addEventListener("focus", () => {
      if (shownFor !== link) show(link, definition, false);
    });
    link.addEventListener("blur", (event) => {
      if (shownFor === link && !box.contains(event.relatedTarget)) hide();
    });
    link.addEventListener("click", (event) => {
      const byTap = lastPointer === "touch" && event.detail > 0; // the Enter key has 0
      if (!byTap) return;
      event.preventDefault();
      if (shownFor === link && !way.hidden) hide();
      else show(link, definition, true);
    });
  }

  function start() {
    box.append(text, way);
    box.addEventListener("pointerenter", () => clearTimeout(timer));
    box.addEventListener("pointerleave", (event) => {
      if (event.pointerType !== "touch") hideSoon();
    });
    way.addEventListener("blur", (event) => {
      if (event.relatedTarget !== shownFor) hide();
    });
    for (const link of document.querySelectorAll('article a[href*="#term-"]')) {
      const name = decodeURIComponent(link.hash.slice(1));
      const definition = document.getElementById(`definition-${name}`);
      if (definition && link.querySelector(".std-term")) explain(link, definition);
    }
    document.addEventListener(
      "pointerdown",
      (event) => {
        lastPointer = event.pointerType;
        if (shownFor && !box.contains(event.target) && !shownFor.contains(event.target)) hide();
      },
      true,
    );
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && shownFor) hide();
    });
    for (const moved of ["scroll", "resize"])
      window.addEventListener(moved, () => shownFor && place(), { capture: true, passive: true });
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
