/* R in the page: the code of the section "The same in R" runs where it is read, if this copy of the
   book has R (rescat/book/webr.py puts this script and the files that it loads into one folder). R is
   loaded at a click, from the book's own folder, and only where the book comes from a server: a browser
   gives a page on a disk no such files. The tables to which the section leads are in R's folder. */
(() => {
  "use strict";
  const { src, dataset } = document.currentScript;
  const here = new URL(".", src);
  const section = document.getElementById("the-same-in-r");
  const printed = section?.querySelector("div.highlight-r");
  if (!printed) return;

  function make(tag, settings = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(settings)) {
      if (typeof value === "function") element.addEventListener(name, value);
      else element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  }
  const button = (words, click, kind = "run-button") => make("button", { type: "button", class: kind, click }, words);

  const place = make("section", { class: "run-here", "aria-label": "Run this in R here" });
  printed.after(place);
  if (window.location.protocol === "file:") {
    place.append(make("p", {}, "R runs in this page only where the book comes from a server: a browser does not give R's files to a page on a disk. Copy the code into an R of your own."));
    return;
  }
  const start = button(`Run this in R here (${dataset.megabytes} MB, once)`, begin, "run-start");
  place.append(
    start,
    make("p", { class: "run-before" }, `R ${dataset.version} starts in this page, with nothing to install: its files are loaded once from where this book is. Then the code runs in seconds to a minute, by computer. You can change it. `, make("strong", {}, "Nothing that you enter is sent anywhere.")),
  );

  /* The worker of R is made of text, so that the policy of this page holds in it: no other host, no
     eval. R's parts that draw would be made with eval; they become nothing (this R has no
     pictures), and the one that ends a call after an error is written out. */
  const POLICED = `self.eval = (code) =>
    code.includes("UnwindProtectException")
      ? (token) => { throw new globalThis.Module.webr.UnwindProtectException("An error ended a call", token); }
      : () => Number(code.includes("typeof OffscreenCanvas"));`;
  const ABSENT = "This R has no pictures, no help pages and none of the larger packages.";

  let r, starting, give; // R; a Promise of it; what ends a wait for it
  const orEnded = (work) => Promise.race([work, new Promise((_, failed) => (give = failed))]);

  function end(error) {
    r?.close();
    [r, starting] = [null, null];
    give?.(error);
  }

  async function load() {
    const { WebR, ChannelType } = await import(new URL("webr.js", here).href);
    const Plain = window.Worker;
    window.Worker = class extends Plain {
      constructor(address) {
        const code = `${POLICED}\nimportScripts(${JSON.stringify(String(address))});`;
        const made = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
        super(made);
        URL.revokeObjectURL(made);
        this.addEventListener("error", ({ message }) => end(new Error(`R could not run in this browser (${message || "its files were not loaded"}).`)));
      }
    };
    try {
      /* Of its two ways to speak with the page, the one that needs no headers of the server. */
      r = new WebR({ baseUrl: here.href, channelType: ChannelType.PostMessage, interactive: false });
    } finally {
      window.Worker = Plain;
    }
    await r.init();
    for (const { href } of section.querySelectorAll('a[href$=".csv"]')) {
      const table = await fetch(href);
      if (!table.ok) throw new Error(`${href} could not be loaded.`);
      await r.FS.writeFile(`/home/web_user/${href.split("/").pop()}`, new Uint8Array(await table.arrayBuffer()));
    }
    const letters = Math.floor(outputs.clientWidth / 9); // in a line of what R prints
    await r.evalRVoid(`options(width = ${Math.max(30, Math.min(letters, 80))})`);
    await r.flush(); // its greeting
  }

  /* --- What the reader has of it ------------------------------------------------------------------ */

  const original = printed.querySelector("pre").textContent.trimEnd();
  const area = make("textarea", { class: "run-code", wrap: "off", rows: original.split("\n").length + 1, spellcheck: "false", autocapitalize: "off", autocomplete: "off", "aria-label": "Code of R" });
  area.value = original;
  const status = make("p", { class: "run-status", role: "status" });
  const outputs = make("div", { class: "run-output", role: "region", "aria-label": "What R prints" });
  const run = button("Run", runCode);
  run.title = "Shift+Enter";
  const stop = button("Stop", () => end(new DOMException("Stopped.", "AbortError")));
  const back = button("Put the code back", () => {
    area.value = original;
    area.focus();
  });
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.shiftKey || event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (!run.disabled) runCode();
  });

  const box = (kind, text) => make("div", { class: `output ${kind}` }, make("pre", {}, text));

  /* Lines in their order; those that R prints as errors and warnings are told apart. */
  function show(lines, error) {
    const parts = [];
    for (const { type, data } of lines) {
      if (type !== "stdout" && type !== "stderr") continue;
      if (parts.at(-1)?.type === type) parts.at(-1).lines.push(data);
      else parts.push({ type, lines: [data] });
    }
    outputs.replaceChildren(...parts.map(({ type, lines }) => box(type === "stderr" ? "run-stderr" : "stream", lines.join("\n").replace(/^\n+|\s+$/g, ""))));
    if (error) outputs.append(make("div", { class: "run-error" }, error));
    return parts.some(({ type, lines }) => type === "stderr" && lines.some((line) => line.startsWith("Error")));
  }

  async function runCode() {
    [run.disabled, stop.disabled] = [true, false];
    try {
      if (!starting) {
        status.textContent = `R is loaded (${dataset.megabytes} MB) and starts`;
        starting = orEnded(load());
      }
      await starting;
      status.textContent = "R runs the code";
      let fault = "";
      const work = r.evalRVoid(area.value, { withAutoprint: true, captureStreams: false, captureConditions: false });
      await orEnded(work).catch((error) => {
        if (!r) throw error;
        fault = /download Emscripten/.test(error.message) ? ABSENT : error.message;
      });
      const failed = show(await r.flush(), fault) || fault;
      status.textContent = failed ? "R stopped at an error." : "Done. Shift+Enter runs the code again.";
    } catch (error) {
      if (r) end(error);
      const stopped = error.name === "AbortError";
      status.textContent = stopped ? "Stopped. R starts again with the next run." : "R did not run.";
      if (!stopped) show([], error.message);
    }
    [run.disabled, stop.disabled] = [false, true];
  }

  function begin() {
    const tools = make("div", { class: "run-tools", role: "group", "aria-label": "R" }, run, stop, back, status);
    printed.hidden = true;
    place.replaceChildren(area, tools, outputs);
    area.focus({ preventScroll: true });
    runCode();
  }
})();
