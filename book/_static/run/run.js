/* A page that runs: the cells of its notebook in editors, with Run, and what they show in place of what
   stands on the page. Python is window.rescatRuntime (runtime.js), which has the notebooks; a cell of
   the page has the id of its cell in the notebook (rescat/book/run_here.py). Loaded at a click
   (button.js). Nothing leaves the page: answers to exercises are kept in this browser, own data in
   the memory of this page. */
(() => {
  "use strict";
  const python = window.rescatRuntime;
  const NOTEBOOKS = "/book/notebooks/";
  const EXERCISE = "application/vnd.rescat.exercise+json";
  const STORE = "rescat-exercises";
  const OWN_TABLES = ["patients.csv", "events.csv", "biomarkers.csv"];
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

  let place, cells, bar, status, own, form;
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
    for (const [path, bytes] of own.files) await python.put(path, bytes.slice());
    ready = true;
  }

  function ask(code, options = {}, cell = null) {
    runs.push(cell);
    return python.run(code, options);
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
      const result = await ask(source, { onoutput, signal: running.signal }, cell);
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

  async function runAll(list) {
    if (running) {
      tell("Cells are running. Wait for them, or press Stop.");
      return;
    }
    running = new AbortController();
    document.documentElement.classList.add("run-busy");
    let done = 0;
    try {
      for (const cell of list) {
        tell(`Running ${titleOf(cell)} of ${used().length}`);
        if (!(await runCell(cell))) {
          const stopped = running.signal.aborted;
          tell(stopped ? "Stopped. Python starts again with the next run." : `${titleOf(cell).replace("c", "C")} failed.`);
          if (!stopped) cell.root.scrollIntoView({ block: "nearest" });
          return;
        }
        done += 1;
        refresh();
      }
      const changed = document.querySelectorAll(".run-number").length;
      const also = changed ? ` ${changed} numbers in the text are other than on the page: they have a line below.` : "";
      tell(`Done: ${done} ${done === 1 ? "cell" : "cells"}.${also}`);
    } finally {
      running = null;
      document.documentElement.classList.remove("run-busy");
      refresh();
    }
  }

  /* A cell, and before it those above that were not run: it may need what they set. */
  function runOne(cell) {
    const list = used();
    const above = list.slice(0, list.indexOf(cell)).filter((other) => other.ran === null && !isStub(other));
    return runAll([...above, cell]);
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
      cell.area.value = cell.original;
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
    const found = (cell?.source ?? "").split("\n").map((line) => line.match(ASSIGNED)).filter(Boolean);
    const fields = found.filter(([, name]) => name !== "data_dir").map(([, ...of]) => field(...of));
    if (!fields.length) return null;
    const made = make("form", { class: "run-parameters" }, ...fields.map(({ label }) => label));
    made.append(make("button", { type: "submit", class: "run-button" }, "Run with these"));
    made.addEventListener("submit", (event) => {
      event.preventDefault();
      for (const { name, read } of fields) cell.area.value = withValue(cell.area.value, name, read());
      refresh();
      runAll(used().filter((other) => !isStub(other)));
    });
    const again = () => {
      for (const { name, input } of fields) {
        const [, , value] = found.find(([, other]) => other === name);
        if (input.type === "checkbox") input.checked = value === "True";
        else input.value = value.match(/^"(.*)"$/)?.[1] ?? value;
      }
    };
    return { made, again, marker: fields.find(({ name }) => name === "marker")?.input };
  }

  /* --- Your own data ---------------------------------------------------------------------------- */

  const CHECK = (folder) =>
    `__import__("rescat.__main__", fromlist=["main"]).main(["check", ${JSON.stringify(folder)}])`;
  const MARKERS = (folder) =>
    `print("\\n".join(__import__("rescat").load_biomarkers(${JSON.stringify(folder)})["marker"].unique()))`;

  /* The files of what was dropped, those in a folder too. */
  async function dropped(transfer) {
    const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const files = [];
    for (const entry of entries) {
      let inner = [entry];
      if (entry.isDirectory) {
        const reader = entry.createReader();
        inner = await new Promise((done, failed) => reader.readEntries(done, failed));
      }
      for (const one of inner.filter((each) => each.isFile))
        files.push(await new Promise((done, failed) => one.file(done, failed)));
    }
    return files;
  }

  function ownData() {
    const files = new Map();
    const said = make("div", { class: "run-check", role: "status" });
    const choose = (words, settings) => {
      const input = make("input", { type: "file", ...settings });
      input.addEventListener("change", async () => {
        await take([...input.files]);
        input.value = "";
      });
      return make("label", { class: "run-choose" }, `${words} `, input);
    };
    const zone = make("div", { class: "run-drop" }, make("p", {}, `Drop a folder here with ${OWN_TABLES.join(", ")} or some of them, or choose:`));
    zone.append(choose("Files", { multiple: true, accept: ".csv,text/csv" }), choose("A folder", { webkitdirectory: "" }));
    zone.addEventListener("dragover", (event) => {
      event.preventDefault();
      zone.classList.add("run-over");
    });
    zone.addEventListener("dragleave", () => zone.classList.remove("run-over"));
    zone.addEventListener("drop", async (event) => {
      event.preventDefault();
      zone.classList.remove("run-over");
      await take(await dropped(event.dataTransfer));
    });
    const made = make(
      "details",
      { class: "run-own" },
      make("summary", {}, "Your own data"),
      make("p", {}, "They are read into the memory of this page and into nothing else: not sent, not stored, gone when you leave or reload the page. For another chapter, choose them there again."),
      zone,
      said,
    );
    let folders = 0;
    let folder = "";

    async function take(chosen) {
      if (running) {
        tell("Cells are running. Wait for them, or press Stop.");
        return;
      }
      const wanted = chosen.filter(({ name }) => OWN_TABLES.includes(name.toLowerCase()));
      if (!wanted.length) {
        const names = chosen.map(({ name }) => name).slice(0, 5).join(", ") || "no file";
        said.replaceChildren(box("run-stderr", `Found ${names}.\n  expected: ${OWN_TABLES.join(", ")} or some of them`));
        return;
      }
      said.replaceChildren("The tables are checked.");
      running = new AbortController();
      refresh();
      try {
        await begin(() => tell("Python is loaded again"));
        await forgetFiles();
        folder = `/tmp/own-${(folders += 1)}`;
        for (const file of wanted) {
          const bytes = new Uint8Array(await file.arrayBuffer());
          files.set(`${folder}/${file.name.toLowerCase()}`, bytes);
          await python.put(`${folder}/${file.name.toLowerCase()}`, bytes.slice());
        }
        const { outputs, error } = await ask(CHECK(folder), { signal: running.signal });
        const text = outputs.filter(({ type }) => type === "stream").map((output) => printed(output.text)).join("");
        const code = outputs.filter(({ type }) => type === "display").map(({ data }) => data["text/plain"]).pop();
        await checked(code === "0", text.replaceAll(`${folder}/`, "").replace(/^Make them: .*\n?/m, ""), error);
      } catch (error) {
        if (running.signal.aborted) forget("stopped");
        said.replaceChildren(box("run-stderr", error.message));
      } finally {
        running = null;
        refresh();
      }
    }

    async function checked(good, text, error) {
      const told = box(good ? "stream" : "run-stderr", text.trim() || `${error?.ename}: ${error?.evalue}`);
      told.tabIndex = 0;
      said.replaceChildren(told);
      if (!good) {
        await forgetFiles();
        said.append("Nothing was kept of these tables. Mend them and choose them again.");
        return;
      }
      if (!cells.length) return;
      const name = place.dataset.notebook;
      const listed = text.match(/^Will be made: (.*)$/m)?.[1].split(", ") ?? [];
      if (!(name === "marker" || listed.includes(name))) {
        said.append("These tables do not have what this chapter needs. Another chapter of the list can be run on them, on its own page.");
        return;
      }
      if (name === "marker") {
        const { outputs } = await ask(MARKERS(folder));
        const markers = outputs.map((output) => output.text ?? "").join("").trim().split("\n");
        const list = make("datalist", { id: "run-markers" }, ...markers.map((each) => make("option", { value: each })));
        said.append(list);
        form.marker.setAttribute("list", "run-markers");
        if (!markers.includes(form.marker.value)) form.marker.value = markers[0];
        parametersCell().area.value = withValue(parametersCell().area.value, "marker", JSON.stringify(form.marker.value));
      }
      said.append(
        button("Run this page on your data", async () => {
          await change("private", folder);
          runAll(used());
        }),
        button("Forget these data", async () => {
          await forgetFiles();
          await change("public", "data");
          said.replaceChildren("Forgotten.");
        }),
      );
    }

    async function forgetFiles() {
      files.clear();
      if (folder && ready) await ask(`__import__("shutil").rmtree(${JSON.stringify(folder)}, ignore_errors=True)`);
      folder = "";
    }

    return { made, files };
  }

  /* Other data: what was run on the ones before does not count. */
  async function change(to, folder) {
    const before = parametersCell().area.value;
    await reset();
    mode = to;
    const cell = parametersCell();
    cell.area.value = withValue(before, "data_dir", JSON.stringify(folder));
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

  /* --- Exercises -------------------------------------------------------------------------------- */

  let exercises = null;

  function exercisesOf() {
    const chapter = place.dataset.notebook.replace("exercises/", "");
    const read = () => {
      try {
        return JSON.parse(localStorage.getItem(STORE)) ?? {};
      } catch {
        return {};
      }
    };
    let held = read();
    let refused = false;
    const write = () => {
      try {
        localStorage.setItem(STORE, JSON.stringify(held));
      } catch {
        refused = true; // they hold as long as the page is open
      }
    };
    /* Each exercise: its section, and a cell with blanks or a field for a sentence. */
    const tasks = [...document.querySelectorAll('section[id^="exercise-"]')].map((section) => {
      const title = section.querySelector("h2").firstChild.textContent;
      const name = `${chapter.slice(0, 2)}-${title.match(/\d+/)[0]}`;
      const cell = cells.find((each) => isStub(each) && section.contains(each.host));
      const task = { name, title, section, cell };
      if (cell) {
        cell.task = task;
        if (held[name]?.code) cell.area.value = held[name].code;
        opened(cell, true);
      } else {
        task.area = make("textarea", { class: "run-sentence", rows: "4", "aria-label": `Your answer to exercise ${name}` });
        task.area.value = held[name]?.text ?? "";
        task.area.addEventListener("input", () => {
          held[name] = { text: task.area.value };
          write();
          refresh();
        });
        const solution = section.querySelector("details");
        const label = make("div", { class: "run-answer" }, "Your answer (kept in this browser; nobody checks it):", task.area);
        solution ? solution.before(label) : section.append(label);
      }
      return task;
    });
    const answered = ({ name }) => held[name]?.outcome === "right" || Boolean(held[name]?.text?.trim());
    const said = make("span", { class: "run-progress" });
    const made = make("div", { class: "run-exercises" }, said);
    made.append(
      button("Save my answers", () => save(`<!doctype html>\n${sheet().outerHTML}`, "text/html", `answers-${chapter}.html`)),
      button("Print my answers", () => {
        const page = sheet().querySelector("body");
        const paper = make("div", { class: "run-sheet" }, ...page.childNodes);
        document.body.append(paper);
        document.documentElement.classList.add("run-printing");
        const after = () => {
          paper.remove();
          document.documentElement.classList.remove("run-printing");
        };
        window.addEventListener("afterprint", after, { once: true });
        window.print();
      }),
      button("Forget my answers", () => {
        for (const { name, cell, area } of tasks) {
          delete held[name];
          if (cell) {
            cell.area.value = cell.original;
            [cell.ran, cell.outcome] = [null, null];
            showStill(cell);
          } else area.value = "";
        }
        write();
        refresh();
        tell("The answers on this page are forgotten.");
      }),
    );

    const WORDS = { right: "checked: right", wrong: "checked: not right yet", blank: "blank" };
    function sheet() {
      const body = make("body", {}, make("h1", {}, document.querySelector("h1").firstChild.textContent));
      body.append(make("p", {}, `Name: ____________________   Date: ${new Date().toLocaleDateString("en-GB", { dateStyle: "long" })}`));
      for (const { name, title, cell } of tasks) {
        const kept = held[name] ?? {};
        body.append(make("h2", {}, title));
        body.append(make("pre", {}, (cell ? cell.area.value : kept.text) || "no answer"));
        if (cell) body.append(make("p", {}, WORDS[kept.outcome] ?? "not checked"));
      }
      const style = make("style", {}, "body{font-family:sans-serif;max-width:45rem;margin:2rem auto}pre{white-space:pre-wrap;border:1px solid #888;padding:.5rem}");
      return make("html", { lang: "en" }, make("head", {}, make("meta", { charset: "utf-8" }), make("title", {}, "Answers"), style), body);
    }

    return {
      made,
      keep(cell) {
        if (!cell.task) return;
        held = read();
        if (cell.area.value === cell.original) delete held[cell.task.name];
        else held[cell.task.name] = { code: cell.area.value };
        write();
      },
      note(cell, outputs) {
        const report = outputs.map(({ data }) => data?.[EXERCISE]).find(Boolean);
        if (!report || !cell.task) return;
        const { outcome } = typeof report === "string" ? JSON.parse(report) : report;
        cell.outcome = outcome;
        if (outcome === "blank") return;
        held = read();
        held[cell.task.name] = { code: cell.area.value, outcome };
        write();
      },
      refresh() {
        const all = Object.values(held).filter(({ outcome }) => outcome === "right").length;
        const here = tasks.filter(answered).length;
        said.textContent =
          `${here} of ${tasks.length} answered here, ${all} checked as right in all chapters. ` +
          (refused ? "This browser does not keep them: save them before you leave." : "Kept in this browser alone.");
        for (const { name, cell } of tasks) {
          const outcome = held[name]?.outcome;
          if (cell && cell.ran === null && !cell.now && outcome) cell.said.textContent = `${STATES[outcome]}, when it was last run`;
        }
      },
    };
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
      all: button("Run all", () => runAll(used().filter((cell) => !isStub(cell)))),
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

  window.rescatRun = async (section) => {
    place = section;
    const impossible = python.supported();
    if (impossible) throw new Error(impossible);
    cells = [];
    own ??= ownData();
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
    if (place.dataset.notebook.startsWith("exercises/")) {
      exercises = exercisesOf();
      place.after(exercises.made);
    } else (form?.made ?? place).after(own.made);
    document.documentElement.classList.add("run-on");
    refresh();
    tell("Python is ready. Shift+Enter in a cell runs it. Escape, then Tab, leaves a cell.");
    bar.all.focus({ preventScroll: true });
  };
})();
