/* The annotated paper: a click on marked words opens their note beside them, and so does an
   address such as paper.html#SAF-15. Without this script the sign behind the words opens it. */
(() => {
  "use strict";

  const WIDE = window.matchMedia("(min-width: 1200px)");
  const marks = (note) => document.querySelectorAll(`mark[data-note="${note.id}"]`);
  const buttonOf = (id) => document.querySelector(`.note-button[popovertarget="${id}"]`);

  function open(id) {
    const button = buttonOf(id);
    button.focus({ preventScroll: true }); /* where the browser goes back to */
    document.getElementById(id).showPopover();
  }

  /* At the height of its sign: in the upper half of the window below it, else above. */
  function place(note) {
    const { top, bottom } = buttonOf(note.id).getBoundingClientRect();
    const upper = top < window.innerHeight / 2;
    const edge = Math.max(16, upper ? top - 8 : window.innerHeight - bottom - 8);
    note.style.top = upper && WIDE.matches ? `${edge}px` : "auto";
    note.style.bottom = upper || !WIDE.matches ? "auto" : `${edge}px`;
    note.style.maxHeight = WIDE.matches ? `${window.innerHeight - edge - 16}px` : "";
  }

  function shown(event) {
    const note = event.target;
    if (!note.matches?.(".note[popover]")) return;
    const isOpen = event.newState === "open";
    for (const mark of marks(note)) mark.classList.toggle("open", isOpen);
    if (event.type === "toggle" && isOpen) note.focus({ preventScroll: true });
    if (event.type === "beforetoggle" && isOpen) place(note);
  }

  /* A press outside a note closes it; that on its own words must not open it again. */
  let wasOpen = null;
  const pressed = () => {
    wasOpen = document.querySelector(".note:popover-open")?.id ?? null;
  };

  function clicked(event) {
    const mark = event.target.closest("mark[data-note]");
    if (!mark || event.target.closest("a, button") || String(window.getSelection())) return;
    if (mark.dataset.note !== wasOpen) open(mark.dataset.note);
  }

  /* A script of Sphinx takes the Escape key from the browser, which would close the note. */
  function escaped(event) {
    if (event.key === "Escape") document.querySelector(".note:popover-open")?.hidePopover();
  }

  function arrived() {
    const words = document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
    const mark = words?.closest("mark[data-note]");
    if (!mark) return;
    mark.scrollIntoView({ block: "center" });
    open(mark.dataset.note);
  }

  function start() {
    if (!document.querySelector(".annotated")) return;
    if (!HTMLElement.prototype.showPopover) return; /* every note is in view */
    for (const kind of ["beforetoggle", "toggle"]) document.addEventListener(kind, shown, true);
    document.addEventListener("pointerdown", pressed, true);
    document.addEventListener("click", clicked);
    document.addEventListener("keydown", escaped, true);
    window.addEventListener("hashchange", arrived);
    arrived();
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
