/* A chapter had a row for each of its statements; those that are not decisive are in the ledger now.
   And a page in the frame of a window that keeps own data (run/own.js), both from a disk, says which
   it is. */
(() => {
  "use strict";

  function follow() {
    const asked = /^#claim-([A-Z]{3}-\d{2})$/.exec(location.hash);
    if (asked && !document.getElementById(asked[0].slice(1)))
      location.replace(new URL(`10_ledger.html#${asked[1]}`, location));
  }

  const start = () => {
    if (window.parent !== window && location.protocol === "file:")
      window.parent.postMessage({ page: location.href, title: document.title }, "*");
    if (!location.pathname.includes("/chapters/")) return;
    follow();
    window.addEventListener("hashchange", follow);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
