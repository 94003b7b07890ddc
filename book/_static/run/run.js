/* A page that runs: the cells of its notebook in editors, with Run, and what they show in place of what
   stands on the page. Python is window.rescatRuntime (runtime.js), which has the notebooks; a cell of
   the page has the id of its cell in the notebook (rescat/book/run_here.py). Loaded at a click
   (button.js), with exercises.js and own.js. Nothing leaves the page: answers to exercises are kept in
   this browser, own data in the memory of this window. */
(() => {
  "use strict";
  const python = window.rescatRuntime;
  const NOTEBOOKS = "/book/notebooks/";
  const FOLDED = ["hide-input", "remove-input", "remove-cell"];
  const CLEAR = '[globals().pop(name) for name in list(globals()) if not name.startswith("__")];';

  const decoded = (bytes) => new TextDecoder().decode(bytes);
  const megabytes = (bytes) => Math.round(bytes / 1e6);
  const lines = (text) => text.split("\n").length;

  function make(tag, settings = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(settings)) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (name in element && typeof value !== "string") element[name] = value;
      else element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  }
  const button = (words, onclick, settings = {}) =>
    make("button", { type: "button", class: "run-button", onclick, ...settings }, words);

  function save(text, type, name) {
    const link = make("a", { download: name });
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  /* --- The page that runs, of which there is one ------------------------------------------------ */

  let place, cells, bar, status, form;
  let own = null; // tables of the reader's own, on pages that can use them
  let exercises = null;
  let mode = "public";
  let absent; // by mode: the tags of cells that this edition leaves out
  let ready = false; // Python is there and has the files
  let running = null; // an AbortController while cells run
  let time = 0; // of cells: each run has a number
  let runs = [null]; // by the number that Python gives to a run: the cell

  const tell = (words) => (status.textContent = words);
  const present = (cell) => !cell.tags.some((tag) => absent[mode].includes(tag));
  const isStub = (cell) => cell.tags.includes("stub");
  const used = () => cells.filter(present);
  const titleOf = (cell) => `cell ${used().indexOf(cell) + 1}`;

  /* --- Python ----------------------------------------------------------------------------------- */

  /* Start Python if it does not run, and give it the reader's files again. */
  async function begin(onprogress) {
    if (ready && python.running) return;
    await python.start({ onprogress });
    runs = [null];
    for (const [path, bytes] of own?.files ?? []) await python.put(path, bytes.slice());
    ready = true;
  }

  function ask(code, options = {}, cell = null) {
    runs.push(cell);
    return python.run(code, { signal: running?.signal, ...options });
  }

  /* Show how much was loaded, with a way out, until Python runs. */
  async function load() {
    const measure = make("progress", { max: python.size || 1, value: 0, "aria-label": "Loading" });
    const said = make("span", { role: "status" }, "Loading Python");
    const box = make("div", { class: "run-loading" }, measure, said);
    box.append(button("Cancel", () => python.stop()));
    place.append(box);
    let before = -1;
    try {
      await begin(({ loaded, total, stage }) => {
        if (stage === "starting") {
          measure.removeAttribute("value");
          said.textContent = "Everything is here. Python starts";
          return;
        }
        measure.max = total;
        measure.value = loaded;
        const tenth = Math.floor((10 * loaded) / total); // a screen reader hears ten, not a thousand
        if (tenth !== before) said.textContent = `${megabytes(loaded)} of ${megabytes(total)} MB`;
        before = tenth;
      });
    } finally {
      box.remove();
    }
  }

  /* --- What a cell shows ------------------------------------------------------------------------ */

  /* A bar of progress goes back to the beginning of its line. */
  const printed = (text) => text.replace(/[^\n]*\r(?!\n)/g, "");
  /* All that a cell printed. */
  const textOf = (outputs) => outputs.map(({ text }) => printed(text ?? "")).join("");

  function box(kind, text) {
    return make("div", { class: `output ${kind}` }, make("pre", {}, text));
  }

  function shown(output) {
    if (output.type === "stream")
      return box(output.name === "stderr" ? "run-stderr" : "stream", printed(output.text));
    if (output.type === "error") return fault(output);
    const { data } = output;
    const html = data["text/html"] ?? data["image/svg+xml"];
    if (html) {
      const made = make("div", { class: "output text_html" });
      made.innerHTML = html; // of the book's package; the policy of the page runs no script in it
      return made;
    }
    for (const type of ["image/png", "image/jpeg"]) {
      if (!data[type]) continue;
      const text = data["text/plain"] ?? "A picture";
      return make("div", { class: "output" }, make("img", { src: `data:${type};base64,${data[type]}`, alt: text }));
    }
    const text = data["text/plain"] ?? data["text/markdown"];
    return text === undefined ? make("div", { hidden: true }) : box("text_plain", text);
  }

  /* An error in the reader's words: what it is, and which line of whose cell. */
  function fault({ ename, evalue, traceback }) {
    const way = traceback.replace(/File "<cell (\d+)>", line (\d+)(?:, in (\S+))?/g, (_, run, line) =>
      runs[run] ? `Line ${line} of ${titleOf(runs[run])}` : `Line ${line}`,
    );
    const last = [...way.matchAll(/^ *(Line \d+ of cell \d+.*)\n(?: *(\S.*))?/gm)].pop();
    const made = make("div", { class: "run-error", role: "alert" });
    const words = evalue.replace(/ \(<cell \d+>, line \d+\)$/, "");
    made.append(make("p", {}, make("strong", {}, ename), `: ${words}`));
    if (last) {
      const where = make("p", {}, `${last[1].replace(/:?$/, "")}: `);
      if (last[2]) where.append(make("code", {}, last[2].trim()));
      made.append(where);
    }
    const whole = make("details", {}, make("summary", {}, "All that Python says"));
    whole.append(make("pre", {}, way));
    made.append(whole);
    return made;
  }

  /* Tables and figures have the numbers of those that they replace, and their buttons and fields. */
  function enliven(part, still) {
    const before = still ? [...still.querySelectorAll(".number")] : [];
    const places = [...part.querySelectorAll("a.number, caption.numbered")];
    if (before.length === places.length)
      places.forEach((each, at) => {
        if (each.matches("caption")) each.prepend(before[at].cloneNode(true), " ");
        else each.textContent = before[at].textContent;
      });
    window.rescatFigures?.(part);
    window.rescatFindable?.(part);
    window.rescatExplorables?.enhance(part);
  }

  /* --- Numbers in the text ---------------------------------------------------------------------- */

  const numbers = new Map(); // each element: its text on the page
  /* Without what typography made of a text: spaces, minus signs, quotation marks. */
  const plain = (text) =>
    text.replace(/\s/g, " ").replace(/\u2212/g, "-").replace(/[‘’]/g, "'").replace(/[“”]/g, '"').trim();

  function fillIn(glued) {
    for (const [name, data] of Object.entries(glued ?? {})) {
      const given = data["text/plain"];
      if (given === undefined) continue;
      const text = /^(['"]).*\1$/s.test(given) ? given.slice(1, -1).replace(/\\(['"\\])/g, "$1") : given;
      for (const element of document.getElementsByClassName(`glued-${name}`)) {
        if (!numbers.has(element)) numbers.set(element, element.textContent);
        const same = plain(numbers.get(element)) === plain(text);
        element.textContent = same ? numbers.get(element) : text.replace(/-(?=\d)/g, "\u2212");
        element.classList.toggle("run-number", !same);
      }
    }
  }

  function numbersBack() {
    for (const [element, text] of numbers) {
      element.textContent = text;
      element.classList.remove("run-number");
    }
  }

  /* --- Cells ------------------------------------------------------------------------------------ */

  const STATES = {
    new: "not run",
    running: "running",
    done: "done",
    failed: "failed",
    changed: "changed since it ran",
    above: "a cell above changed",
    stopped: "Python was stopped: run it again",
    left: "about the paper: not run on your data",
    right: "right",
    wrong: "not right yet",
    blank: "blank",
  };

  function stateOf(cell) {
    if (cell.now) return cell.now;
    if (!present(cell)) return "left";
    if (cell.ran === null) return cell.was ?? "new";
    if (cell.area.value !== cell.ran) return "changed";
    const above = used().slice(0, used().indexOf(cell)).filter((other) => !isStub(other));
    const moved = (other) =>
      other.changed > cell.at || (other.ran !== null && other.area.value !== other.ran);
    if (above.some(moved)) return "above";
    return cell.outcome ?? (cell.ok ? "done" : "failed");
  }

  function refresh() {
    for (const cell of cells) {
      const state = stateOf(cell);
      const there = state !== "left" || cell.onPage;
      cell.root.hidden = !there;
      cell.root.dataset.state = state;
      const took = state === "done" ? ` (${cell.seconds.toFixed(1)} s)` : "";
      cell.said.textContent = STATES[state] + took;
      cell.name.textContent = state === "left" ? "" : titleOf(cell).replace("c", "C");
      cell.run.hidden = state === "left";
      cell.back.hidden = cell.area.value === cell.original;
      cell.host?.classList.toggle("run-left-out", state === "left");
      cell.area.rows = Math.max(1, lines(cell.area.value));
    }
    bar.stop.disabled = !running;
    bar.all.disabled = Boolean(running);
    exercises?.refresh();
  }

  function show(cell, element) {
    const old = cell.output ?? cell.still;
    if (old?.isConnected) element ? old.replaceWith(element) : old.remove();
    else if (element) cell.root.after(element);
    cell.output = element;
  }

  function showStill(cell) {
    if (cell.output) cell.output.remove();
    cell.output = null;
    if (cell.still && !cell.still.isConnected) cell.root.after(cell.still);
  }

  async function runCell(cell) {
    const source = cell.area.value;
    const started = performance.now();
    const clock = setInterval(() => {
      cell.said.textContent = `running, ${Math.round((performance.now() - started) / 1000)} s`;
    }, 1000);
    const made = make("div", { class: "cell_output run-output docutils container" });
    let pieces = [];
    const onoutput = (output, index) => {
      if (output === null) {
        made.replaceChildren();
        pieces = [];
        return;
      }
      const piece = shown(output);
      if (pieces[index]) pieces[index].replaceWith(piece);
      else made.append(piece);
      pieces[index] = piece;
      if (!made.isConnected) show(cell, made);
    };
    cell.now = "running";
    cell.outcome = null;
    refresh();
    try {
      await begin(({ stage }) => tell(stage === "starting" ? "Python starts again" : "Python is loaded again"));
      const result = await ask(source, { onoutput }, cell);
      time += 1;
      if (cell.ran !== source) cell.changed = time;
      [cell.ran, cell.at, cell.ok] = [source, time, result.ok];
      cell.seconds = (performance.now() - started) / 1000;
      if (!made.childElementCount) show(cell, null);
      enliven(made, cell.still);
      fillIn(result.glued);
      exercises?.note(cell, result.outputs);
      return result.ok;
    } catch (error) {
      forget("stopped");
      ready = false;
      if (!running.signal.aborted) show(cell, make("div", { class: "cell_output run-output" }, fault({ ename: "Python has ended", evalue: error.message, traceback: "" })));
      return false;
    } finally {
      clearInterval(clock);
      cell.now = null;
    }
  }

  /* What Python knew is gone; what the page shows stays. */
  function forget(was) {
    for (const cell of cells) [cell.ran, cell.was, cell.at, cell.changed] = [null, was, 0, 0];
  }

  /* Do something with Python, if nothing else runs; Stop ends it. Whether it was done. */
  async function busy(work) {
    if (running) {
      tell("Cells are running. Wait for them, or press Stop.");
      return false;
    }
    running = new AbortController();
    document.documentElement.classList.add("run-busy");
    refresh();
    try {
      await begin(() => tell("Python starts again"));
      await work();
      return true;
    } catch (error) {
      if (!running.signal.aborted) throw error;
      forget("stopped");
      ready = false;
      tell(STOPPED);
      return false;
    } finally {
      running = null;
      document.documentElement.classList.remove("run-busy");
      refresh();
    }
  }

  const STOPPED = "Stopped. Python starts again with the next run.";

  async function runThese(list) {
    for (const cell of list) {
      tell(`Running ${titleOf(cell)} of ${used().length}`);
      if (!(await runCell(cell))) {
        const stopped = running.signal.aborted;
        tell(stopped ? STOPPED : `${titleOf(cell).replace("c", "C")} failed.`);
        if (!stopped) cell.root.scrollIntoView({ block: "nearest" });
        return;
      }
      refresh();
    }
    const changed = document.querySelectorAll(".run-number").length;
    const also = changed ? ` ${changed} numbers in the text are other than on the page: they have a line below.` : "";
    tell(`Done: ${list.length} ${list.length === 1 ? "cell" : "cells"}.${also}`);
  }

  const runAll = () => busy(() => runThese(used().filter((cell) => !isStub(cell))));

  /* A cell, and before it those above that were not run: it may need what they set. */
  function runOne(cell) {
    const list = used();
    const above = list.slice(0, list.indexOf(cell)).filter((other) => other.ran === null && !isStub(other));
    return busy(() => runThese([...above, cell]));
  }

  function editor(cell) {
    const area = make("textarea", {
      class: "run-code",
      wrap: "off",
      autocapitalize: "off",
      autocomplete: "off",
      "aria-label": `Code of ${cell.id}`,
    });
    area.spellcheck = false;
    area.value = cell.source;
    let leaving = false; // after Escape the Tab key goes on, as elsewhere
    const insert = (text) => {
      if (!document.execCommand("insertText", false, text)) area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    };
    area.addEventListener("keydown", (event) => {
      const { key, shiftKey, ctrlKey, metaKey, altKey } = event;
      if (key === "Escape") leaving = true;
      else if (key === "Enter" && (shiftKey || ctrlKey || metaKey)) {
        event.preventDefault();
        runOne(cell);
      } else if (key === "Tab" && !(leaving || shiftKey || ctrlKey || altKey || metaKey)) {
        event.preventDefault();
        insert("    ");
      } else if (key === "Enter") {
        event.preventDefault();
        const before = area.value.slice(0, area.selectionStart).split("\n").pop();
        insert(`\n${before.match(/^ */)[0]}${/:\s*$/.test(before) ? "    " : ""}`);
      } else if (key !== "Shift") leaving = false;
    });
    area.addEventListener("focus", () => (leaving = false));
    area.addEventListener("input", () => {
      exercises?.keep(cell);
      refresh();
    });
    return area;
  }

  /* The code of a cell as the book has it; what it showed goes, if it is no more. */
  function putBack(cell) {
    cell.area.value = cell.original;
    if (!isStub(cell)) return;
    [cell.ran, cell.outcome] = [null, null];
    showStill(cell);
  }

  function opened(cell, open) {
    cell.area.hidden = !open;
    cell.code.setAttribute("aria-expanded", String(open));
    cell.code.textContent = open ? "Hide code" : "Code";
  }

  function build(cell) {
    cell.area = editor(cell);
    cell.run = button("Run", () => runOne(cell), { title: "Shift+Enter" });
    cell.name = make("span", { class: "run-name" });
    cell.said = make("span", { class: "run-state" });
    cell.back = button("Put the code back", () => {
      putBack(cell);
      exercises?.keep(cell);
      refresh();
    });
    cell.code = button("Code", () => opened(cell, cell.area.hidden), { class: "run-link" });
    const row = make("div", { class: "run-row" }, cell.run, cell.name, cell.said, cell.back, cell.code);
    cell.root = make("div", { class: "run-cell" }, row, cell.area);
    const name = `run-${cell.id}`;
    cell.name.id = name;
    cell.area.setAttribute("aria-label", `Code of this cell, ${lines(cell.source)} lines`);
    cell.area.setAttribute("aria-describedby", name);
    const off = document.documentElement.classList.contains("code-off");
    opened(cell, !off && !cell.tags.some((tag) => FOLDED.includes(tag)));
  }

  /* Put the cells on the page: where they stand, and those that the page leaves out after the one
     above them. */
  function lay() {
    let last = null;
    const waiting = [];
    for (const cell of cells) {
      cell.host = document.getElementById(`cell-${cell.id}`);
      cell.onPage = Boolean(cell.host);
      build(cell);
      if (cell.onPage) {
        for (const input of cell.host.querySelectorAll(":scope > .cell_input, :scope > details.above-input")) input.hidden = true;
        cell.still = cell.host.querySelector(":scope > .cell_output");
        cell.host.prepend(cell.root);
        for (const early of waiting.splice(0)) cell.host.before(early);
        last = cell.host;
      } else {
        cell.host = make("div", { class: "cell run-unseen docutils container" }, cell.root);
        if (last) last.after(cell.host);
        else waiting.push(cell.host);
        if (last) last = cell.host;
      }
    }
  }

  /* --- Parameters ------------------------------------------------------------------------------- */

  const ASSIGNED = /^(\w+) = (.*?)(?:  # (.*))?$/;
  const parametersCell = () => cells.find((cell) => cell.tags.includes("parameters"));

  /* A line of the cell of parameters with another value, as Python writes it. */
  const withValue = (source, name, value) =>
    source
      .split("\n")
      .map((line) => {
        const found = line.match(ASSIGNED);
        return found?.[1] === name ? `${name} = ${value}${found[3] ? `  # ${found[3]}` : ""}` : line;
      })
      .join("\n");

  function field(name, value, about) {
    const choice = about?.match(/: ((?:\w+, )*\w+ or \w+)$/)?.[1].split(/, | or /);
    const text = value.match(/^"(.*)"$/)?.[1];
    let input, read;
    if (text !== undefined && choice?.includes(text)) {
      input = make("select", {}, ...choice.map((word) => make("option", {}, word)));
      read = () => JSON.stringify(input.value);
    } else if (text !== undefined) {
      input = make("input", { type: "text" });
      read = () => JSON.stringify(input.value);
    } else if (/^(True|False)$/.test(value)) {
      input = make("input", { type: "checkbox" });
      input.checked = value === "True";
      read = () => (input.checked ? "True" : "False");
    } else if (/^-?[\d.]+(e-?\d+)?$/.test(value)) {
      input = make("input", { type: "number", step: /^-?\d+$/.test(value) ? "1" : "any", required: true });
      read = () => input.value;
    } else {
      input = make("input", { type: "text", required: true, pattern: "\\[.*\\]", title: "A list, such as [1, 2]" });
      read = () => input.value;
    }
    if (input.type !== "checkbox") input.value = text ?? value;
    input.name = name;
    const label = make("label", {}, make("span", {}, about ? about[0].toUpperCase() + about.slice(1) : name));
    label.append(" ", make("code", {}, name), input);
    return { name, label, read, input };
  }

  function parametersForm() {
    const cell = parametersCell();
    const assigned = (source) => source.split("\n").map((line) => line.match(ASSIGNED)).filter(Boolean);
    const fields = assigned(cell?.source ?? "").filter(([, name]) => name !== "data_dir").map(([, ...of]) => field(...of));
    if (!fields.length) return null;
    const made = make("form", { class: "run-parameters" }, ...fields.map(({ label }) => label));
    made.append(make("button", { type: "submit", class: "run-button" }, "Run with these"));
    made.addEventListener("submit", (event) => {
      event.preventDefault();
      for (const { name, read } of fields) cell.area.value = withValue(cell.area.value, name, read());
      refresh();
      runAll();
    });
    /* As the cell has them. */
    const again = () => {
      const values = Object.fromEntries(assigned(cell.area.value).map(([, name, value]) => [name, value]));
      for (const { name, input } of fields) {
        const value = values[name] ?? "";
        if (input.type === "checkbox") input.checked = value === "True";
        else input.value = value.match(/^"(.*)"$/)?.[1] ?? value;
      }
    };
    return { made, again, marker: fields.find(({ name }) => name === "marker")?.input };
  }

  /* --- Your own data ---------------------------------------------------------------------------- */

  /* Let the form offer the markers of other data. */
  function nameMarkers(markers) {
    const list = make("datalist", { id: "run-markers" }, ...markers.map((each) => make("option", { value: each })));
    document.getElementById("run-markers")?.remove();
    form.made.append(list);
    form.marker.setAttribute("list", "run-markers");
    const cell = parametersCell();
    const marker = markers.includes(form.marker.value) ? form.marker.value : markers[0];
    cell.area.value = withValue(cell.area.value, "marker", JSON.stringify(marker));
    form.again();
  }

  /* Other data: what was run on the ones before does not count. */
  async function change(to, folder) {
    const before = parametersCell().area.value;
    await reset();
    mode = to;
    const cell = parametersCell();
    cell.area.value = withValue(before, "data_dir", JSON.stringify(folder));
    form?.again();
    markPrivate();
    refresh();
  }

  function markPrivate() {
    const title = document.title.replace(/^PRIVATE: /, "");
    document.title = mode === "private" ? `PRIVATE: ${title}` : title;
    document.querySelector(".run-private")?.remove();
    document.documentElement.classList.toggle("run-on-own", mode === "private");
    if (mode === "private")
      place.before(
        make("p", { class: "run-private" }, "PRIVATE: what cells show on this page is made from your own data, in this page alone. Do not publish. The text is still that of the public book."),
      );
  }

  /* --- The bar above ---------------------------------------------------------------------------- */

  async function reset() {
    if (running) {
      running.abort(new DOMException("Stopped.", "AbortError"));
      ready = false;
    }
    for (const cell of cells) {
      showStill(cell);
      if (!isStub(cell)) cell.area.value = cell.source;
    }
    form?.again();
    forget("new");
    for (const cell of cells) cell.outcome = null;
    numbersBack();
    mode = "public";
    markPrivate();
    if (ready && python.running) await ask(CLEAR);
    refresh();
  }

  function toolbar() {
    status = make("p", { class: "run-status", role: "status" });
    bar = {
      all: button("Run all", runAll),
      stop: button("Stop", () => running?.abort(new DOMException("Stopped.", "AbortError"))),
      reset: button("Reset", async () => {
        await reset();
        tell("The page is as it was printed.");
      }),
      code: button("Show all code", () => {
        const open = cells.some((cell) => cell.area.hidden);
        if (open && document.documentElement.classList.contains("code-off")) document.querySelector(".code-switch")?.click();
        for (const cell of cells) opened(cell, open);
        bar.code.textContent = open ? "Hide all code" : "Show all code";
      }),
    };
    const row = make("div", { class: "run-tools", role: "group", "aria-label": "Run this page" }, bar.all, bar.stop, bar.reset, bar.code, status);
    return row;
  }

  async function read() {
    const { notebook, parameters } = place.dataset;
    absent = JSON.parse(place.dataset.absent);
    const known = JSON.parse(decoded(await python.get(`${NOTEBOOKS}${notebook}.ipynb`)));
    const found = known.cells.filter(({ cell_type, metadata }) => cell_type === "code" && !["instructor", "solution"].some((tag) => metadata.tags?.includes(tag)));
    cells = found.map(({ id, source, metadata }) => {
      const text = [source].flat().join("");
      return { id, original: text, tags: metadata.tags ?? [], source: text, ran: null, was: null, at: 0, changed: 0 };
    });
    const names = new Set(known.cells.map(({ id }) => `cell-${id}`));
    const strange = [...document.querySelectorAll('.cell[id^="cell-"]')].some(({ id }) => !names.has(id));
    if (strange) throw new Error("Python here belongs to another version of this book than this page. Reload the page; if that does not help, unpack both from one download.");
    for (const [name, value] of Object.entries(JSON.parse(parameters))) {
      const cell = parametersCell();
      cell.source = cell.original = withValue(cell.source, name, JSON.stringify(value));
    }
  }

  window.rescatRun = async (section, given) => {
    place = section;
    const impossible = python.supported();
    if (impossible) throw new Error(impossible);
    await load();
    place.querySelector(".run-fault")?.remove();
    await read();
    lay();
    place.replaceChildren(toolbar());
    place.classList.add("run-live");
    const header = document.querySelector(".bd-header-article");
    if (header) place.style.top = `${header.offsetHeight}px`;
    form = parametersForm();
    if (form) place.after(form.made);
    const page = {
      ...{ ask, box, busy, button, cells, change, isStub, make, nameMarkers, opened, place, putBack, python },
      ...{ refresh, runAll, runOne, save, STATES, tell, textFrom: decoded, textOf },
    };
    if (place.dataset.asked !== "[]") exercises = window.rescatExercises(page);
    if (place.dataset.own) own = window.rescatOwn(page);
    const part = exercises ?? own;
    if (part) (form?.made ?? place).after(part.made);
    document.documentElement.classList.add("run-on");
    refresh();
    tell("Python is ready. Shift+Enter in a cell runs it. Escape, then Tab, leaves a cell.");
    bar.all.focus({ preventScroll: true });
    if (given) await own.takeOver(given);
  };
})();
