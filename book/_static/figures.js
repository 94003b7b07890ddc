/* What a reader can do with a figure: save it as SVG or PNG, see the cell that made it, and go
   through its marks with the arrow keys. Without this script the figures, their captions, their data
   and the words of the marks on hover are there. */
(() => {
  "use strict";
  const SCALE = 3; // pixels of a PNG for each of the SVG: sharp on paper
  const here = document.currentScript?.src;

  const shown = (figure) =>
    [...figure.querySelectorAll("svg")].find((svg) => svg.getClientRects().length);

  /* A figure on its own: in light colours, which need no page. */
  function alone(svg, styles = "") {
    const copy = svg.cloneNode(true);
    const [, , width, height] = svg.getAttribute("viewBox").split(" ");
    copy.setAttribute("width", width);
    copy.setAttribute("height", height);
    for (const mark of copy.querySelectorAll(".fig-here")) mark.classList.remove("fig-here");
    let text = new XMLSerializer().serializeToString(copy);
    text = text.replace(/var\(--fig-[a-z]+,\s*(#[0-9A-Fa-f]+)\)/g, "$1");
    return text.replace(/>/, `>${styles}`);
  }

  function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  /* The font of the page does not reach into a picture. From a disk it can't be read: there a
     font as wide of this computer stands in. */
  async function fontStyles() {
    const rules = [];
    for (const [file, weight] of [["figures.woff2", 400], ["figures-bold.woff2", 700]]) {
      try {
        const answer = await fetch(new URL(file, here));
        const bytes = new Uint8Array(await answer.arrayBuffer());
        const coded = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
        rules.push(
          `@font-face{font-family:"RESCAT figures";font-weight:${weight};` +
            `src:url(data:font/woff2;base64,${coded})}`,
        );
      } catch {
        return "";
      }
    }
    return `<style>${rules.join("")}</style>`;
  }

  async function savePng(svg, name) {
    const image = new Image();
    const styles = here?.startsWith("file:") ? "" : await fontStyles();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(alone(svg, styles))}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = SCALE * image.naturalWidth;
    canvas.height = SCALE * image.naturalHeight;
    const context = canvas.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => save(blob, name), "image/png");
  }

  function way(words, does) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "fig-way";
    button.textContent = words;
    button.addEventListener("click", does);
    return button;
  }

  /* Code is out of sight until it is asked for (code.js); this shows that of one cell. */
  function wayToCode(figure) {
    const cell = figure.closest("div.cell");
    const input = cell?.querySelector("div.cell_input, details.above-input");
    if (!input) return null;
    const fold = input.closest("details") || input.querySelector("details");
    const button = way("The cell that made it", () => {
      const open = !cell.classList.contains("fig-cell");
      cell.classList.toggle("fig-cell", open);
      if (fold) fold.open = open;
      button.setAttribute("aria-expanded", String(open));
      if (open) input.scrollIntoView({ block: "nearest" });
    });
    button.setAttribute("aria-expanded", "false");
    return button;
  }

  /* One stop of the Tab key; the arrow keys go from mark to mark, and a line says which it is. */
  function marksOf(svg) {
    const marks = [...svg.querySelectorAll(".said")];
    if (!marks.length) return;
    const box = svg.parentElement;
    const hint = "Each mark says what it is: point, tap, or use the arrow keys.";
    const said = document.createElement("p");
    said.className = "fig-said";
    said.setAttribute("role", "status");
    said.textContent = hint;
    box.append(said);
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", `${marks.length} marks`);
    let at = -1;
    const show = (next) => {
      marks[at]?.classList.remove("fig-here");
      at = next;
      marks[at]?.classList.add("fig-here");
      said.textContent = marks[at]?.querySelector("title").textContent ?? hint;
    };
    box.addEventListener("keydown", (event) => {
      const last = marks.length - 1;
      const next = {
        ArrowRight: Math.min(at + 1, last),
        ArrowDown: Math.min(at + 1, last),
        ArrowLeft: Math.max(at - 1, 0),
        ArrowUp: Math.max(at - 1, 0),
        Home: 0,
        End: last,
        Escape: -1,
      }[event.key];
      if (next === undefined) return;
      event.preventDefault();
      show(next);
    });
    box.addEventListener("blur", () => show(-1));
    const point = (event) => {
      const mark = event.target.closest?.(".said");
      if (mark) show(marks.indexOf(mark));
    };
    svg.addEventListener("pointerover", point);
    svg.addEventListener("click", point); // a finger does not hover
  }

  /* Also for what is drawn in the page (run/run.js). */
  function start(part) {
    for (const figure of part.querySelectorAll("figure.fig")) {
      for (const svg of figure.querySelectorAll("svg")) marksOf(svg);
      const row = figure.nextElementSibling;
      if (!row?.matches(".fig-ways")) continue;
      const name = figure.dataset.name;
      const ways = [
        way("SVG", () => {
          const text = alone(shown(figure));
          save(new Blob([text], { type: "image/svg+xml" }), `${name}.svg`);
        }),
        way("PNG", () => savePng(shown(figure), `${name}.png`)),
      ];
      row.prepend(...ways);
      const code = wayToCode(figure);
      if (code) row.insertBefore(code, row.querySelector("details"));
    }
  }

  window.rescatFigures = start;
  const all = () => start(document);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", all);
  else all();
})();
