/* Search, sort and filters for the tables that rescat/pages/findable.py makes. What is looked for
   stands in the address of the page, and what is shown can be saved as CSV.
   Without this script they are plain tables, with every row in view. */
(() => {
  "use strict";

  /* PaO₂ is found as pao2, naïve as naive, and −0.5 as a keyboard writes it. */
  const folded = (text) =>
    plain(text).normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();

  const plain = (text) => text.replaceAll("\u2212", "-");

  const make = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };

  const slug = (label) => label.toLowerCase().replaceAll(" ", "-");

  /* The words of a cell; what stands in a block of its own is apart. */
  const wordsOf = (cell) =>
    plain([...cell.childNodes].map((node) => node.textContent).join(" "))
      .replace(/\s+/g, " ")
      .replace(/ (?=[.,;:)])/g, "")
      .trim();

  /* A spreadsheet runs what begins like a formula, unless an apostrophe stands before it. */
  const quoted = (text) =>
    `"${text.replace(/^(\s*)('*[=+\-@＝＋－＠])/, "$1'$2").replaceAll('"', '""')}"`;

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
    const save = make("button", { type: "button" }, "Save as CSV");
    const count = make("span");
    count.setAttribute("role", "status");
    const link = make("a", {}, "Address of this view");
    const labelled = (label, field) => {
      field.id = `${table.id}-${slug(label)}`;
      field.name = `${table.id}.${slug(label)}`; /* in the address */
      return make("div", {}, make("label", { htmlFor: field.id }, label), field);
    };
    const controls = make(
      "div",
      { className: "findable-controls" },
      labelled("Search", search),
      ...selects.map((select) => labelled(select.dataset.filter, select)),
      reset,
      save,
    );
    controls.setAttribute("role", "search");
    controls.setAttribute("aria-label", `Search in ${table.caption?.textContent ?? table.id}`);
    /* Not in the box of a long table, which is laid out only when it is near what is in sight: a browser
       looks at every field, and would lay out all that is beside it in the box. */
    const box = table.closest(".table-box") ?? table;
    box.before(controls, make("p", { className: "findable-count" }, count, " · ", link));

    const fields = [search, ...selects];

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
      const address = new URL(location);
      for (const { name, value } of fields) {
        if (value) address.searchParams.set(name, value);
        else address.searchParams.delete(name);
      }
      address.hash = table.id;
      link.href = address;
    }

    /* The address of the page follows; a browser may refuse it after many changes. */
    function asked() {
      show();
      try {
        history.replaceState(null, "", link.href);
      } catch {
        /* The link still has it. */
      }
    }

    function showAll() {
      for (const field of fields) field.value = "";
      asked();
    }

    function saveShown() {
      const heads = [...table.tHead.rows[0].cells].map((head) => head.textContent);
      const more = Object.keys(choices).filter((label) => !heads.includes(label));
      const lines = [...body.rows]
        .filter((row) => !row.hidden)
        .map((row) => [
          ...[...row.cells].map(wordsOf),
          ...more.map((label) => values.get(row)[label]),
        ]);
      const text = [[...heads, ...more], ...lines]
        .map((line) => `${line.map(quoted).join(",")}\r\n`)
        .join("");
      const file = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv" }));
      make("a", { href: file, download: `${table.id}.csv` }).click();
      setTimeout(() => URL.revokeObjectURL(file), 10000);
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

    search.addEventListener("input", asked);
    for (const select of selects) select.addEventListener("change", asked);
    reset.addEventListener("click", showAll);
    save.addEventListener("click", saveShown);

    /* A link to a row that is filtered out shows every row again. */
    function showLinked() {
      const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      if (row && row.hidden && body.contains(row)) {
        for (const field of fields) field.value = "";
        show();
        row.scrollIntoView();
      }
    }
    window.addEventListener("hashchange", showLinked);

    const wanted = new URLSearchParams(location.search);
    for (const field of fields) {
      const value = wanted.get(field.name) ?? "";
      field.value = value;
      if (field.value !== value) field.value = ""; // no such choice
    }
    show();
    showLinked();
  }

  /* Also for a table that is made in the page (run/run.js). */
  const start = (part) => part.querySelectorAll("table.findable:not(details table)").forEach(enhance);
  window.rescatFindable = start;
  const all = () => start(document);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", all);
  else all();
})();
