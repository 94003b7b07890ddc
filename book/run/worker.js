/* Python, beside the page: what runs in the worker that runtime.js starts. `shim` is the file system
   and the clock that Python expects of a computer (shim/), in memory; a reader's files stay here. */
(() => {
  "use strict";
  const { WASI, File, OpenFile, PreopenDirectory, Directory, ConsoleStdout } = shim;
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  let python; /* the exports of the running Python */
  let root; /* its files */
  let models; /* rescat's compiled functions */
  let asked, answered; /* the cell that runs, and what Python said of it */
  let lost; /* why Python is no more */
  const given = new Map(); /* pieces of files that arrived from the page */

  const say = (message, transfer) => postMessage(message, transfer ?? []);

  /* A folder that Python may write to: the shim's own say that nobody may do anything. */
  class Shelf extends PreopenDirectory {
    fd_fdstat_get() {
      const { ret, fdstat } = super.fd_fdstat_get();
      fdstat.fs_rights_base = fdstat.fs_rights_inherited = 0xffffffffffffffffn;
      return { ret, fdstat };
    }
  }

  /* --- Files ---------------------------------------------------------------------------------- */

  const parts = (path) => path.split("/").filter(Boolean);

  function folder(start, names, make) {
    let place = start;
    for (const name of names) {
      if (make && !place.contents.has(name)) place.contents.set(name, new Directory(new Map()));
      place = place.contents.get(name);
      if (!(place instanceof Directory)) return null;
    }
    return place;
  }

  function put(start, path, bytes, readonly = false) {
    const names = parts(path);
    const name = names.pop();
    const place = name && folder(start, names, true);
    if (!place) throw new Error(`${path}: not a place for a file`);
    place.contents.set(name, new File(bytes, { readonly }));
  }

  function found(path) {
    const names = parts(path);
    const name = names.pop();
    const place = folder(root.dir, names);
    return name === undefined ? root.dir : place?.contents.get(name);
  }

  function get(path) {
    const file = found(path);
    if (!(file instanceof File)) throw new Error(`${path}: no such file`);
    return file.data.slice();
  }

  function list(path) {
    const place = found(path);
    if (!(place instanceof Directory)) throw new Error(`${path}: no such folder`);
    return [...place.contents]
      .map(([name, entry]) => ({ name, folder: entry instanceof Directory, size: entry.data?.length ?? 0 }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /* An archive: the length of its contents, the contents ([name, size] in JSON), the files. */
  function* opened(bytes) {
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    let place = 4 + length;
    for (const [name, size] of JSON.parse(decoder.decode(bytes.subarray(4, place)))) {
      yield [name, bytes.slice(place, (place += size))];
    }
  }

  /* --- What arrives --------------------------------------------------------------------------- */

  /* A file as a stream of bytes, from the server or from the pieces that the page has sent. */
  async function stream(name, url) {
    if (given.has(name)) {
      const pieces = given.get(name);
      given.delete(name);
      return new Blob(pieces).stream();
    }
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url}: the server answered ${response.status}`);
    const counted = new TransformStream({
      transform(chunk, out) {
        say({ loaded: chunk.byteLength });
        out.enqueue(chunk);
      },
    });
    return response.body.pipeThrough(counted);
  }

  const unpacked = async (name, url) =>
    (await stream(name, url)).pipeThrough(new DecompressionStream("gzip"));
  const bytesOf = async (source) => new Uint8Array(await new Response(await source).arrayBuffer());

  /* --- The door ------------------------------------------------------------------------------- */

  /* rescat's compiled functions, called from Python (rescat/slopes/compiled.py): as engine.js calls
     them for explorables. Arrays are copied into their memory; the last one is filled. */
  function compute({ call, given: passed, size }, bytes) {
    const held = [];
    const room = (length) => {
      const place = models.malloc(Math.max(length, 1));
      if (!place) throw new Error("The memory is too small for so many fits.");
      held.push(place);
      return place;
    };
    try {
      let at = 0;
      const values = passed.map((value) => {
        if (typeof value === "number") return value;
        const place = room(value.bytes);
        new Uint8Array(models.memory.buffer).set(bytes.subarray(at, (at += value.bytes)), place);
        return place;
      });
      const out = room(8 * size);
      models[call](...values, out);
      return new Uint8Array(models.memory.buffer, out, 8 * size).slice();
    } finally {
      held.forEach((place) => models.free(place));
    }
  }

  function served(bytes) {
    const length = new DataView(bytes.buffer).getUint32(0, true);
    const what = JSON.parse(decoder.decode(bytes.subarray(4, 4 + length)));
    if (what.call) return compute(what, bytes.subarray(4 + length));
    if (what.output) say({ output: what.output });
    if ("clear" in what) say({ clear: what.clear });
    if (what.answer) answered = what.answer;
    return what.ask ? encoder.encode(JSON.stringify(asked)) : new Uint8Array(0);
  }

  function door(place, length, outPlace, outLength) {
    let reply;
    try {
      const sent = new Uint8Array(python.memory.buffer, place >>> 0, length >>> 0);
      reply = served(sent.slice());
    } catch (error) {
      say({ trouble: `${error}` });
      return -1;
    }
    const at = python.host_alloc(reply.length) >>> 0;
    if (!at) return -2;
    const view = new DataView(python.memory.buffer);
    new Uint8Array(python.memory.buffer, at, reply.length).set(reply);
    view.setUint32(outPlace >>> 0, at, true);
    view.setUint32(outLength >>> 0, reply.length, true);
    return 0;
  }

  /* time.sleep: until a time, or for some nanoseconds. The shim's own keeps a processor busy. */
  const bell = (() => {
    try {
      return new Int32Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer);
    } catch {
      return null; /* a browser that shares no memory: it counts the time */
    }
  })();

  function rest(subscriptions, events, count, counted) {
    const [CLOCK, REALTIME, ABSOLUTE, NOT_SUPPORTED] = [0, 0, 1, 58];
    const view = new DataView(python.memory.buffer);
    if (count !== 1 || view.getUint8(subscriptions + 8) !== CLOCK) return NOT_SUPPORTED;
    const now = () =>
      view.getUint32(subscriptions + 16, true) === REALTIME ? Date.now() : performance.now();
    const asked = Number(view.getBigUint64(subscriptions + 24, true)) / 1e6;
    const end = view.getUint16(subscriptions + 40, true) & ABSOLUTE ? asked : now() + asked;
    for (let left = end - now(); left > 0; left = end - now()) {
      if (bell) Atomics.wait(bell, 0, 0, left);
    }
    view.setBigUint64(events, view.getBigUint64(subscriptions, true), true);
    view.setUint16(events + 8, 0, true);
    view.setUint8(events + 10, CLOCK);
    view.setUint32(counted, 1, true);
    return 0;
  }

  /* Run some text in Python; 0 if it ended well. */
  function turn(text) {
    const bytes = encoder.encode(text);
    const place = python.host_alloc(bytes.length) >>> 0;
    new Uint8Array(python.memory.buffer).set(bytes, place);
    return python.turn(place, bytes.length);
  }

  /* --- What the page asks --------------------------------------------------------------------- */

  const raw = (name) => new ConsoleStdout((bytes) => {
    const text = decoder.decode(bytes);
    if (python && asked) say({ output: { type: "stream", name, text } });
    else say({ trouble: text });
  });

  async function begin({ urls }) {
    const compiled = unpacked("python", urls.python).then((source) =>
      WebAssembly.compileStreaming(
        new Response(source, { headers: { "Content-Type": "application/wasm" } }),
      ),
    );
    const [module, library, book] = await Promise.all([
      compiled,
      bytesOf(stream("library", urls.library)),
      bytesOf(unpacked("book", urls.book)),
    ]);
    root = new Shelf("/", new Map(["tmp"].map((name) => [name, new Directory(new Map())])));
    const shelves = new Shelf("/usr/local/lib", new Map());
    shelves.dir.contents.set("python315.zip", new File(library, { readonly: true }));
    const data = new Shelf("/usr/local/lib/python315.zip/matplotlib/mpl-data", new Map());
    for (const [name, bytes] of opened(book)) {
      if (name === "models.wasm") {
        models = (await WebAssembly.instantiate(bytes)).instance.exports;
        models._initialize();
      } else if (name.startsWith("mpl-data/")) put(data.dir, name.slice(9), bytes);
      else put(root.dir, name, bytes);
    }
    const wasi = new WASI(
      ["/usr/local/bin/python.wasm"],
      ["HOME=/tmp", "TMPDIR=/tmp", "MPLCONFIGDIR=/tmp", "MPLBACKEND=agg", "PYTHONTZPATH=", "PYTHONDONTWRITEBYTECODE=1", "PYTHONHASHSEED=0"],
      [new OpenFile(new File([])), raw("stdout"), raw("stderr"), shelves, data, root],
      { debug: false },
    );
    const system = { ...wasi.wasiImport, poll_oneoff: rest };
    const imports = { wasi_snapshot_preview1: system, host: { call: door } };
    const instance = await WebAssembly.instantiate(module, imports);
    python = instance.exports;
    wasi.inst = instance;
    python._initialize();
    say({ starting: true });
    /* No name of it may lie among those of the cells, which might change it. */
    const code = '__import__("sys").path[:0] = ["/book", "/book/run"]; __import__("kernel").begin()';
    if (turn(code) !== 0) throw new Error("Python did not start.");
    return { memory: python.memory.buffer.byteLength };
  }

  function run({ code }) {
    asked = { code };
    answered = null;
    try {
      turn('__import__("kernel").turn()');
    } catch (error) {
      lost = error; /* a trap, or a cell that ended the process: nothing of it can be trusted */
    }
    asked = null;
    if (!answered) throw new Error(`Python has ended: ${lost?.message ?? "it gave no answer"}.`);
    return { ...answered, memory: python.memory.buffer.byteLength };
  }

  /* A piece of a file, as base64: from a folder on a disk. */
  function piece({ name, text }) {
    const bytes = Uint8Array.fromBase64
      ? Uint8Array.fromBase64(text)
      : Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    if (!given.has(name)) given.set(name, []);
    given.get(name).push(bytes);
  }

  const ASKED = {
    begin,
    piece,
    run,
    put: ({ path, bytes }) => put(root.dir, path, bytes),
    get: ({ path }) => get(path),
    list: ({ path }) => list(path),
  };

  let last = Promise.resolve(); /* one thing after the other */
  onmessage = ({ data: { number, name, asked: what } }) => {
    last = last.then(async () => {
      try {
        say({ number, answer: await ASKED[name](what) });
      } catch (error) {
        say({ number, failed: `${error.message ?? error}`, ended: name === "run" });
      }
    });
  };
})();
