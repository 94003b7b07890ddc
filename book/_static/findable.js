/* Search, sort and filters for the tables that rescat/pages/findable.py makes.
   Without this script they are plain tables, with every row in view. */
(() => {
  "use strict";

  /* PaO₂ is found as pao2, and naïve as naive. */
  const folded = (text) =>
    text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();

  const make = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };

  function enhance(table) {
    const body = table.tBodies[0];
    const rows = [...body.rows];
    const words = new Map(rows.map((row) => [row, folded(row.textContent)]));
    const values = new Map(rows.map((row) => [row, JSON.parse(row.dataset.values)]));
    const choices = JSON.parse(table.dataset.filters);

    const search = make("input", { type: "search", autocomplete: "off" });
    const selects = Object.entries(choices).map(([label, options]) => {
      const select = make("select", {}, make("option", { value: "" }, "all"));
      select.append(...options.map((value) => make("option", { value }, value)));
      select.dataset.filter = label;
      return select;
    });
    const reset = make("button", { type: "button" }, "Show all");
    const count = make("p", { className: "findable-count" });
    count.setAttribute("role", "status");
    const labelled = (label, field) => {
      field.id = `${table.id}-${label.toLowerCase().replaceAll(" ", "-")}`;
      return make("div", {}, make("label", { htmlFor: field.id }, label), field);
    };
    const controls = make(
      "div",
      { className: "findable-controls" },
      labelled("Search", search),
      ...selects.map((select) => labelled(select.dataset.filter, select)),
      reset,
    );
    controls.setAttribute("role", "search");
    table.before(controls, count);

    function show() {
      const wanted = folded(search.value).split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        const fits =
          wanted.every((word) => words.get(row).includes(word)) &&
          selects.every((s) => !s.value || values.get(row)[s.dataset.filter] === s.value);
        row.hidden = !fits;
        shown += fits;
      }
      count.textContent = `${shown} of ${rows.length} shown`;
    }

    function showAll() {
      search.value = "";
      for (const select of selects) select.value = "";
      show();
    }

    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = make("button", { type: "button" }, ...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const text = (row) => row.cells[column].textContent.trim();
        const order = (a, b) => text(a).localeCompare(text(b), "en", { numeric: true });
        body.append(...[...rows].sort((a, b) => (up ? order(a, b) : order(b, a))));
      });
    });

    search.addEventListener("input", show);
    for (const select of selects) select.addEventListener("change", show);
    reset.addEventListener("click", showAll);

    /* A link to a row that is filtered out shows every row again. */
    window.addEventListener("hashchange", () => {
      const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      if (row && row.hidden && body.contains(row)) {
        showAll();
        row.scrollIntoView();
      }
    });
    show();
  }

  const start = () => document.querySelectorAll("table.findable:not(details table)").forEach(enhance);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
