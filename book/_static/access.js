/* A box that scrolls can be scrolled by keyboard: it takes the focus while something of it is out
   of view. The theme's script does that for its own boxes. */
(() => {
  "use strict";
  const BOXES =
    ".findable-box, .table-scroll, .slope-fit, .figure-data-scroll, .cell_output, .output > div, div.math";

  function mark() {
    /* To ask for the size of what is folded would lay it all out. */
    const boxes = [...document.querySelectorAll(BOXES)].filter(
      (box) => !box.parentElement.closest("details:not([open])"),
    );
    const isCut = (box) =>
      box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
    const scrolls = boxes.map((box) => isCut(box) && getComputedStyle(box).overflowX !== "visible");
    boxes.forEach((box, i) => {
      if (scrolls[i]) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    });
  }

  let later = 0;
  window.addEventListener("resize", () => {
    clearTimeout(later);
    later = setTimeout(mark, 200);
  });
  document.addEventListener("toggle", mark, true);
  window.addEventListener("load", mark);
})();
