/* Light or dark from the start, as the system asks: the theme's own script decides only when the page
   is there, which would draw it twice. */
(() => {
  "use strict";
  const root = document.documentElement;
  if (root.dataset.theme === "auto") {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "dark" : "light";
  }
})();
