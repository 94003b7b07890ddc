/* Python in the page: a chapter's cells run in the reader's browser, with this book's package and
   data, also from a folder on a disk and without a network. rescat/book/runtime.py makes the files
   that it loads, and puts `window.rescatRuntimeFiles` at the head of this script.

     rescatRuntime.supported()            "" or a sentence that says why it cannot run here
     rescatRuntime.size                   bytes that the first start loads
     rescatRuntime.start({ onprogress })  loads and starts Python, once; a Promise. onprogress gets
                                          { loaded, total, stage: "loading" or "starting" }
     rescatRuntime.run(code, { onoutput, signal })
                                          runs a cell; a Promise of { ok, outputs, error, glued }.
                                          State stays from cell to cell. An aborted signal ends
                                          Python: the next start begins anew
     rescatRuntime.put(path, bytes), get(path), list(folder)
                                          the files of Python; a chapter's are below /book
     rescatRuntime.stop()                 ends Python, and frees its memory
     rescatRuntime.running                whether it was started

   Each output is one of
     { type: "stream", name: "stdout" or "stderr", text }
     { type: "display", data: { MIME type: text } }
     { type: "error", ename, evalue, traceback }
   onoutput(output, index) is called for each as it comes; printed text that goes on comes again as
   the whole of it, with the index that it had. onoutput(null, -1): the cell takes all of it away.
   glued is what the cell gave to the text of the chapter: { name: { MIME type: text } }.

   Behind this could stand another Python (Pyodide) as well: pages know nothing else of it. */
(() => {
  "use strict";
  const files = window.rescatRuntimeFiles;
  const here = new URL(".", document.currentScript.src);
  const onDisk = here.protocol === "file:";
  const sizeOf = (file) => file.bytes;
  const size = files ? Object.values(files).map(sizeOf).reduce((a, b) => a + b) : 0;

  let worker, begun, cell;
  let waiting = new Map();
  let numbers = 0;
  let progress = () => {};

  /* A module that a browser accepts if it knows exceptions as Python was compiled with (try_table). */
  const EXCEPTIONS = [
    0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 8, 1, 6, 0, 31, 64, 0, 11, 11,
  ];

  function supported() {
    if (!files) return "This copy of the book was made without Python for the page.";
    if (typeof WebAssembly !== "object" || typeof Worker !== "function")
      return "This browser cannot run WebAssembly in a worker.";
    if (typeof DecompressionStream !== "function" || !WebAssembly.validate(Uint8Array.from(EXCEPTIONS)))
      return "This browser is too old to run Python: it needs a version from 2025 or later.";
    return "";
  }

  const script = (name) =>
    new Promise((done, failed) => {
      const element = document.createElement("script");
      element.src = new URL(name, here).href;
      element.onload = () => done(element.remove());
      element.onerror = () => {
        element.remove();
        failed(
          new Error(
            onDisk
              ? "The files of Python are not in this folder. They are a download of their own: unpack it over the book."
              : `${name} could not be loaded.`,
          ),
        );
      };
      document.head.append(element);
    });

  function ask(name, asked = {}, transfer = []) {
    const to = worker;
    return new Promise((done, failed) => {
      waiting.set((numbers += 1), { done, failed });
      to.postMessage({ number: numbers, name, asked }, transfer);
    });
  }

  function shown(output) {
    const last = cell.outputs.at(-1);
    if (output.type === "stream" && last?.type === "stream" && last.name === output.name)
      last.text += output.text;
    else cell.outputs.push(output);
    cell.onoutput?.({ ...cell.outputs.at(-1) }, cell.outputs.length - 1);
  }

  function heard({ data }) {
    if (data.number) {
      const { done, failed } = waiting.get(data.number);
      waiting.delete(data.number);
      if (data.failed === undefined) done(data.answer);
      else failed(new Error(data.failed));
    } else if (data.loaded) progress(data.loaded);
    else if (data.starting) progress(0, "starting");
    else if (data.trouble) console.warn(data.trouble);
    else if (data.output && cell) shown(data.output);
    else if ("clear" in data && cell) {
      cell.outputs.length = 0;
      cell.onoutput?.(null, -1);
    }
  }

  function end(error) {
    worker?.terminate();
    const left = [...waiting.values()];
    [worker, begun, cell, waiting] = [null, null, null, new Map()];
    left.forEach(({ failed }) => failed(error));
  }

  /* From a disk: a script for each piece of each file, one after the other. */
  async function fromDisk() {
    for (const [name, { pieces }] of Object.entries(files)) {
      for (let number = 0; number < pieces; number += 1) {
        await script(`${name}-${number}.js`);
        const text = window.rescatRuntimePiece;
        delete window.rescatRuntimePiece;
        await ask("piece", { name, text });
        progress((text.length / 4) * 3);
      }
    }
  }

  async function begin() {
    const fault = supported();
    if (fault) throw new Error(fault);
    if (!window.rescatRuntimeWorker) await script("worker.js");
    const code = new Blob([window.rescatRuntimeWorker], { type: "text/javascript" });
    const address = URL.createObjectURL(code);
    const mine = new Worker(address);
    URL.revokeObjectURL(address);
    worker = mine;
    mine.onmessage = heard;
    mine.onerror = (event) => end(new Error(event.message || "Python has stopped."));
    if (onDisk) await fromDisk();
    const urls = Object.fromEntries(
      Object.keys(files).map((name) => [name, new URL(`${name}.bin?${files[name].digest}`, here).href]),
    );
    return ask("begin", { urls });
  }

  function start({ onprogress } = {}) {
    if (!begun) {
      let loaded = 0;
      progress = (more, stage = "loading") => {
        loaded += more;
        onprogress?.({ loaded: Math.min(loaded, size), total: size, stage });
      };
      const mine = (begun = begin());
      mine.catch((error) => begun === mine && end(error));
    }
    return begun;
  }

  async function run(code, { onoutput, signal } = {}) {
    if (!begun) throw new Error("Python was not started.");
    await begun;
    if (cell) throw new Error("A cell is running.");
    signal?.throwIfAborted();
    const mine = (cell = { outputs: [], onoutput });
    const stopped = () => end(signal.reason);
    signal?.addEventListener("abort", stopped);
    try {
      return { outputs: mine.outputs, ...(await ask("run", { code })) };
    } finally {
      signal?.removeEventListener("abort", stopped);
      if (cell === mine) cell = null;
    }
  }

  const later = (name) => async (path, bytes) => {
    if (!begun) throw new Error("Python was not started.");
    await begun;
    return ask(name, { path, bytes });
  };

  window.rescatRuntime = {
    start,
    run,
    put: later("put"),
    get: later("get"),
    list: later("list"),
    stop: () => end(new DOMException("Python was stopped.", "AbortError")),
    supported,
    size,
    get running() {
      return Boolean(begun);
    },
  };
})();
