/* A chapter had a row for each of its statements; those that are not decisive are in the ledger now. */
(() => {
  "use strict";

  function follow() {
    const asked = /^#claim-([A-Z]{3}-\d{2})$/.exec(location.hash);
    if (asked && !document.getElementById(asked[0].slice(1)))
      location.replace(new URL(`10_ledger.html#${asked[1]}`, location));
  }

  const start = () => {
    if (!location.pathname.includes("/chapters/")) return;
    follow();
    window.addEventListener("hashchange", follow);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
