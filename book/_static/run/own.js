/* Tables of the reader's own in a page that runs (run.js, which hands `page` on): chosen or dropped,
   checked by the package's own `check`, or read by its `import` if they are files of a laboratory, and
   then used by the page. They are in the memory of this window alone. To keep them from page to page,
   the window shows the book in a frame and gives them to each page that asks (button.js); the policy
   of the pages lets the frame hold this book and nothing else. */
(() => {
  "use strict";
  const TABLES = ["patients.csv", "events.csv", "biomarkers.csv"];
  const LABORATORY = /\.(csv|txt|tsv|xlsx|xpt)$/i;
  const here = window.location;
  const onDisk = here.protocol === "file:";
  const book = new URL("../../", document.currentScript.src).href;

  const command = (...words) => `__import__("rescat.__main__", fromlist=["main"]).main(${JSON.stringify(words)})`;
  /* What an edition of a folder has: names, and whether each is of a marker. */
  const partsOf = (folder) =>
    `print(__import__("json").dumps([[p.name, p.is_marker] for p in __import__("rescat.book.edition", fromlist=["edition"]).edition(${JSON.stringify(folder)}).parts if not p.left_out]))`;
  const listed = (files) => files.map(({ name }) => name).slice(0, 5).join(", ") || "no file";

  /* The files of what was dropped; of a folder those that lie in it. Chromium reads a dropped folder
     by a handle, also from a page on a disk, where its older way fails; Firefox has the older alone. */
  async function dropped(transfer) {
    const items = [...transfer.items].filter(({ kind }) => kind === "file");
    const found = items.map((item) => {
      const entry = item.webkitGetAsEntry();
      if (!entry?.isDirectory) return [item.getAsFile()];
      return item.getAsFileSystemHandle ? item.getAsFileSystemHandle().then(ofHandle) : ofEntry(entry);
    });
    return (await Promise.all(found)).flat().filter(({ name }) => !name.startsWith("."));
  }

  async function ofHandle(handle) {
    const found = [];
    for await (const one of handle.values()) if (one.kind === "file") found.push(await one.getFile());
    return found;
  }

  async function ofEntry(entry) {
    const reader = entry.createReader();
    const found = [];
    for (;;) {
      const more = await new Promise((done, failed) => reader.readEntries(done, failed)); // 100 at a time
      if (!more.length) break;
      found.push(...more.filter(({ isFile }) => isFile));
    }
    return Promise.all(found.map((one) => new Promise((done, failed) => one.file(done, failed))));
  }

  window.rescatOwn = (page) => {
    const { make, button, place } = page;
    const files = new Map(); // of Python: path and bytes
    let folder = "";
    let told; // what check said of them: { listed, markers }
    let turns = 0;
    const said = make("div", { class: "run-check", role: "status" });

    function choose(words, settings) {
      const input = make("input", { type: "file", ...settings });
      input.addEventListener("change", async () => {
        await take([...input.files]);
        input.value = "";
      });
      return make("label", { class: "run-choose" }, `${words} `, input);
    }

    const zone = make("div", { class: "run-drop" }, make("p", {}, `Drop a folder here with ${TABLES.join(", ")} or some of them; or with files of a laboratory, of REDCap or of CDISC as they are (CSV, TXT, XLSX, XPT) and the mapping for them (TOML), if you have one. Or choose:`));
    zone.append(choose("Files", { multiple: true }), choose("A folder", { webkitdirectory: "" }));
    zone.addEventListener("dragover", (event) => {
      event.preventDefault();
      zone.classList.add("run-over");
    });
    zone.addEventListener("dragleave", () => zone.classList.remove("run-over"));
    zone.addEventListener("drop", async (event) => {
      event.preventDefault();
      zone.classList.remove("run-over");
      try {
        await take(await dropped(event.dataTransfer));
      } catch {
        said.replaceChildren(report(false, "This browser does not let a page read what was dropped.\n  expected: files, dropped or chosen, or a folder chosen by the button"));
      }
    });
    const made = make(
      "details",
      { class: "run-own" },
      make("summary", {}, "Your own data"),
      make("p", {}, "They are read into the memory of this window and into nothing else: not sent, not stored, gone when you close or reload it."),
      zone,
      said,
    );

    const report = (good, text) => {
      const shown = page.box(good ? "stream" : "run-stderr", text);
      shown.tabIndex = 0;
      return shown;
    };
    /* What a command of the package says, without the places of its files in Python and what only
       a terminal does. */
    async function asked(...words) {
      const { outputs, error } = await page.ask(command(...words));
      const text = page.textOf(outputs).replace(/\/tmp\/(own|lab)-\d+\/?/g, "");
      const lines = text.replace(/^(Make them|Check them): .*\n?/gm, "").replace(/^(patients|events|biomarkers|import-log|import-read-as)\.csv\n/gm, "");
      const code = outputs.filter(({ type }) => type === "display").map(({ data }) => data["text/plain"]).pop();
      return { good: code === "0", text: lines.trim() || `${error?.ename}: ${error?.evalue}` };
    }

    async function put(where, file) {
      const bytes = new Uint8Array(await file.arrayBuffer());
      await page.python.put(where, bytes.slice());
      return bytes;
    }

    async function take(chosen) {
      const tables = chosen.filter(({ name }) => TABLES.includes(name.toLowerCase()));
      const others = chosen.filter((file) => !tables.includes(file));
      const laboratory = tables.some(({ name }) => name.toLowerCase() === "biomarkers.csv") ? [] : others.filter(({ name }) => LABORATORY.test(name));
      if (!tables.length && !laboratory.length) {
        said.replaceChildren(report(false, `Found ${listed(chosen)}.\n  expected: ${TABLES.join(", ")} or some of them, or files of a laboratory`));
        return;
      }
      said.replaceChildren("The files are read.");
      try {
        const read = await page.busy(async () => {
          await forget();
          turns += 1;
          folder = `/tmp/own-${turns}`;
          for (const file of tables) files.set(`${folder}/${file.name.toLowerCase()}`, await put(`${folder}/${file.name.toLowerCase()}`, file));
          const notes = laboratory.length ? await imported(laboratory, others.find(({ name }) => /\.toml$/i.test(name))) : [];
          if (notes) await checked(notes);
        });
        if (read) return;
        files.clear();
        said.replaceChildren("The files were not read: cells were running, or Stop was pressed. Choose them again.");
      } catch (error) {
        said.replaceChildren(report(false, error.message));
      }
    }

    /* Files of a laboratory, of REDCap or of CDISC become tables; null if they leave something open. */
    async function imported(laboratory, mapping) {
      const from = `/tmp/lab-${turns}`;
      for (const file of laboratory) await put(`${from}/files/${file.name}`, file);
      if (mapping) await put(`${from}/mapping.toml`, mapping);
      const words = ["import", `${from}/files`, "--out", folder, "--draft", `${from}/missing.toml`];
      const { good, text } = await asked(...words, ...(mapping ? ["--map", `${from}/mapping.toml`] : []));
      const found = async (path) => page.textFrom(await page.python.get(path));
      if (!good) {
        const missing = await found(`${from}/missing.toml`).catch(() => null);
        const words = missing === null ? text : `The files do not say all that is needed. Save these lines, write a value into each that is empty, and drop the file beside the others.\n\n${missing}`;
        said.replaceChildren(report(false, words));
        if (missing !== null) said.append(button("Save these lines as mapping.toml", () => page.save(missing, "text/plain", "mapping.toml")));
        await forget();
        return null;
      }
      const notes = [report(true, text)];
      for (const name of TABLES) {
        const path = `${folder}/${name}`;
        const table = await page.python.get(path).catch(() => null);
        if (table === null) continue;
        files.set(path, table);
        notes.push(button(`Save ${name}`, () => page.save(table, "text/csv", name)));
      }
      const log = await found(`${folder}/import-log.csv`);
      notes.push(button("Save the log of what was changed or left out", () => page.save(log, "text/csv", "import-log.csv")));
      return notes;
    }

    async function checked(notes) {
      const { good, text } = await asked("check", folder);
      said.replaceChildren(...notes, report(good, text));
      if (!good) {
        await forget();
        said.append("Nothing was kept of these tables. Mend them and choose them again.");
        return;
      }
      const { outputs } = await page.ask(partsOf(folder));
      const rows = JSON.parse(page.textOf(outputs).trim().split("\n").pop());
      const named = (isMarker) => rows.filter(([, marker]) => marker === isMarker).map(([name]) => name);
      told = { listed: named(false), markers: named(true) };
      offer();
    }

    const fits = () => (place.dataset.notebook === "marker" ? told.markers.length > 0 : told.listed.includes(place.dataset.notebook));

    function offer() {
      if (fits()) {
        if (place.dataset.notebook === "marker") page.nameMarkers(told.markers);
        said.append(button("Run this page on your data", () => use()));
      } else said.append("These tables do not have what this page needs. ");
      if (window.parent === window) said.append(button("Keep them for other pages", carry));
      said.append(
        button("Forget these data", async () => {
          await page.busy(forget);
          await page.change("public", "data");
          said.replaceChildren("Forgotten.");
        }),
      );
    }

    async function use() {
      await page.change("private", folder);
      await page.runAll();
    }

    async function forget() {
      files.clear();
      if (folder) await page.ask(`__import__("shutil").rmtree(${JSON.stringify(folder)}, ignore_errors=True)`);
      folder = "";
    }

    /* State which page the frame shows, its public address alone: a reload or a bookmark comes back to
       it. A page on a disk may change what follows # (button.js goes where it says); there the frame is
       of another origin to this window, and says its page itself (moved.js). */
    function stated(address, title) {
      if (!address.startsWith(book)) return;
      const name = address.slice(book.length).replace(/[?#].*/, "");
      window.history.replaceState(null, "", onDisk ? `#page=${name}` : `${book}${name}`);
      document.title = `PRIVATE: ${title}`;
    }

    /* Show the book in a frame, and give the tables to each page in it that asks for them. */
    function carry() {
      page.python.stop();
      const frame = make("iframe", { class: "run-frame", title: "The book", src: here.href.split("#")[0] });
      frame.addEventListener("load", () => {
        const shown = frame.contentDocument;
        if (shown && !onDisk) stated(shown.location.href, shown.title);
      });
      window.addEventListener("message", ({ data, source, origin, ports }) => {
        const ours = source === frame.contentWindow && (onDisk || origin === here.origin);
        if (ours && data.page && onDisk) stated(data.page, data.title);
        if (ours && data === "rescat-own") ports[0].postMessage({ ...told, files: [...files].map(([path, bytes]) => [path.split("/").pop(), bytes]) });
      });
      const bar = make("div", { class: "run-kept", role: "region", "aria-label": "Your own data" });
      bar.append(
        make("p", {}, make("strong", {}, "PRIVATE. "), `In the memory of this window, for every page of it: ${[...files.keys()].map((path) => path.split("/").pop()).join(", ")}. Links that leave the book do not work here.`),
        button("Forget these data", () => here.reload()),
      );
      document.title = `PRIVATE: ${document.title.replace(/^PRIVATE: /, "")}`;
      document.documentElement.classList.add("run-carries");
      document.body.append(bar, frame);
      frame.focus();
    }

    return {
      made,
      files,
      /* Take over tables that the window around this page holds and that suit it, and run it on them. */
      async takeOver(given) {
        folder = "/tmp/own-0";
        for (const [name, bytes] of given.files) {
          files.set(`${folder}/${name}`, bytes);
          await page.python.put(`${folder}/${name}`, bytes.slice());
        }
        told = given;
        made.open = true;
        said.replaceChildren(`From the pages before: ${given.files.map(([name]) => name).join(", ")}. `);
        offer();
        await use();
      },
    };
  };
})();
