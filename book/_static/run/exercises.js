/* The exercises of a page that runs (run.js, which hands `page` on): fields for what they ask for, what
   this browser keeps of the answers, and a sheet of them to save or print. What is asked comes with the
   page (rescat/book/run_here.py). The checker is that of the package; nobody checks words. */
(() => {
  "use strict";
  const REPORT = "application/vnd.rescat.exercise+json";
  const STORE = "rescat-exercises";
  const LEAST = 5; // different words: with fewer, a sentence does not count as answered
  const CHECKED = { right: "Checked: right.", wrong: "Checked: not right yet." };

  const isSentence = (text = "") => new Set(text.toLowerCase().match(/[\p{L}\d]+/gu)).size >= LEAST;
  const unquoted = (text) => text.trim().replace(/^(["'])(.*)\1$/, "$2");

  /* What was typed into a field as Python writes it; what is no number stays text, which the checker
     then says. */
  function asPython(text, kind) {
    const typed = text.trim();
    if (!typed) return "...";
    if (kind === "list") {
      const inner = typed.replace(/^\[(.*)\]$/, "$1");
      const parts = inner.split(/[,;]/.test(inner) ? /[,;]/ : /\s+/).map(unquoted).filter(Boolean);
      return `[${parts.map((part) => asPython(part, "number")).join(", ")}]`;
    }
    const number = typed.replace("\u2212", "-").replace(/^([-+]?\d+),(\d+)$/, "$1.$2");
    const isNumber = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(number);
    if (kind === "number" && isNumber) return number.replace(/^([-+]?)0+(?=\d)/, "$1");
    return JSON.stringify(unquoted(typed));
  }

  const lineOf = (name) => new RegExp(`^${name} *= *(.*?) *$`, "gm");

  /* What a field shows of the code: what the name is given there. Null if the code computes it. */
  function asTyped(code, name) {
    const found = [...code.matchAll(lineOf(name))];
    if (found.length !== 1) return null;
    const [, value] = found[0];
    if (value === "...") return "";
    const plain = /^(-?[\d.]+(e[-+]?\d+)?|(["'])[^"'\\]*\3|\[[^()[\]]*\])$/i.test(value);
    return plain ? unquoted(value) : null;
  }

  window.rescatExercises = (page) => {
    const { cells, make, button } = page;
    const asked = JSON.parse(page.place.dataset.asked);
    let held = {};
    let refused = false;
    function read() {
      try {
        held = JSON.parse(localStorage.getItem(STORE)) ?? {};
      } catch {
        /* this browser keeps nothing: they hold as long as the page is open */
      }
    }
    function keep(name, what) {
      read(); // another page may have written since
      if (what) held[name] = { ...held[name], ...what };
      else delete held[name];
      try {
        localStorage.setItem(STORE, JSON.stringify(held));
      } catch {
        refused = true;
      }
    }
    read();

    /* --- The fields --------------------------------------------------------------------------- */

    function wordsField(task, about) {
      task.area = make("textarea", { class: "run-sentence", rows: "4" });
      task.area.value = held[task.name]?.text ?? "";
      task.area.addEventListener("input", () => {
        keep(task.name, { text: task.area.value });
        page.refresh();
      });
      const rule = `${about} (kept in this browser; ${LEAST} different words or more count as an answer; nobody checks it):`;
      return make("label", { class: "run-answer" }, rule, task.area);
    }

    function codeField(task, { host, area }) {
      const names = [...area.value.matchAll(/^(\w+) = \.\.\.$/gm)].map(([, name]) => name);
      if (held[task.name]?.code) area.value = held[task.name].code;
      if (names.length !== task.parts.length) return;
      const form = make("form", { class: "run-fields" });
      task.fields = names.map((name, at) => {
        const [about, kind] = task.parts[at];
        const input = make("input", { type: "text", autocomplete: "off", placeholder: kind === "list" ? "such as 1, 2" : "" });
        input.addEventListener("input", () => {
          area.value = area.value.replace(lineOf(name), () => `${name} = ${asPython(input.value, kind)}`);
          area.dispatchEvent(new Event("input"));
        });
        form.append(make("label", {}, about[0].toUpperCase() + about.slice(1), input));
        return { name, about, input };
      });
      form.append(make("button", { type: "submit", class: "run-button" }, "Check"));
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        page.runOne(task.cell);
      });
      host.prepend(form);
    }

    const sections = [...document.querySelectorAll('section[id^="exercise-"]')];
    const tasks = asked.map((each, at) => {
      const task = { fields: [], ...each };
      if (task.sentence) {
        const about = `At the end of session ${task.name.split("-")[1]}, in one sentence: ${task.sentence}`;
        task.title = `Session ${task.name.split("-")[1]}: ${task.sentence}`;
        sections.at(-1).after(make("div", { class: "run-closing" }, wordsField(task, about)));
        return task;
      }
      const section = sections[at];
      task.title = section.querySelector("h2").firstChild.textContent;
      task.cell = cells.find((cell) => page.isStub(cell) && section.contains(cell.host));
      if (task.cell) {
        codeField(task, task.cell);
        page.opened(task.cell, !(task.fields.length && task.level.startsWith("Read")));
      }
      if (task.words) {
        const field = wordsField(task, task.cell ? "Your answer in words" : "Your answer");
        const solution = section.querySelector(".tag_solution, details");
        solution ? solution.before(field) : section.append(field);
      }
      return task;
    });
    const taskOf = (cell) => tasks.find((task) => task.cell === cell);

    const isAnswered = ({ name, cell, area }) =>
      (!cell || held[name]?.outcome === "right") && (!area || isSentence(held[name]?.text));

    /* --- What is kept, and the sheet ---------------------------------------------------------- */

    function sheet() {
      const day = new Date().toLocaleDateString("en-GB", { dateStyle: "long" });
      const body = make("body", {}, make("h1", {}, document.querySelector("h1").firstChild.textContent));
      body.append(make("p", {}, `Name: ______________________________   Date: ${day}`), make("p", {}, counted()));
      for (const { name, title, cell, fields, area } of tasks) {
        const part = make("section", {}, make("h2", {}, title));
        for (const { about, input } of fields)
          part.append(make("p", {}, `${about}: `, make("strong", {}, input.value || (input.readOnly ? "see the code" : "no answer"))));
        if (cell) {
          if (!fields.length || fields.some(({ input }) => input.readOnly)) part.append(make("pre", {}, cell.area.value));
          part.append(make("p", {}, CHECKED[held[name]?.outcome] ?? "Not checked."));
        }
        if (area) part.append(make("pre", {}, area.value.trim() || "no answer in words"));
        body.append(part);
      }
      return body;
    }

    const STYLE =
      "body{max-width:45rem;margin:2rem auto;padding:0 1rem;font:1rem/1.4 sans-serif}h1{font-size:1.5rem}h2{font-size:1.1rem}" +
      "pre{padding:.5rem;border:1px solid #888;white-space:pre-wrap;font:inherit}section{break-inside:avoid}";

    function saveSheet() {
      const head = make("head", {}, make("meta", { charset: "utf-8" }), make("title", {}, "Answers"), make("style", {}, STYLE));
      const whole = make("html", { lang: "en" }, head, sheet()).outerHTML;
      page.save(`<!doctype html>\n${whole}`, "text/html", `answers-${page.place.dataset.notebook.split("/").pop()}.html`);
    }

    function printSheet() {
      const paper = make("div", { class: "run-sheet" }, ...sheet().childNodes);
      document.body.append(paper);
      document.documentElement.classList.add("run-printing");
      const after = () => {
        paper.remove();
        document.documentElement.classList.remove("run-printing");
      };
      window.addEventListener("afterprint", after, { once: true });
      window.print();
    }

    function forget() {
      for (const { name, cell, area } of tasks) {
        keep(name, null);
        if (area) area.value = "";
        if (cell) page.putBack(cell);
      }
      page.refresh();
      page.tell("The answers on this page are forgotten.");
    }

    function counted() {
      const here = tasks.filter(isAnswered).length;
      const right = Object.values(held).filter(({ outcome }) => outcome === "right").length;
      return `${here} of ${tasks.length} answered here; ${right} checked as right in all chapters.`;
    }

    const said = make("span", { class: "run-progress" });
    const made = make("div", { class: "run-exercises" }, said);
    made.append(button("Save my answers", saveSheet), button("Print my answers", printSheet), button("Forget my answers", forget));

    return {
      made,
      /* The code of an exercise is another than it was. */
      keep(cell) {
        const task = taskOf(cell);
        if (task) keep(task.name, cell.area.value === cell.original ? { code: undefined, outcome: undefined } : { code: cell.area.value, outcome: undefined });
      },
      /* A cell has run: what the checker says of it. */
      note(cell, outputs) {
        const report = outputs.map(({ data }) => data?.[REPORT]).find(Boolean);
        const task = taskOf(cell);
        if (!report || !task) return;
        cell.outcome = report.outcome;
        if (cell.outcome !== "blank") keep(task.name, { code: cell.area.value, outcome: cell.outcome });
      },
      refresh() {
        said.textContent = `${counted()} ${refused ? "This browser does not keep them: save them before you leave." : "Kept in this browser alone."}`;
        for (const { name, cell, fields } of tasks) {
          for (const { name: given, input } of fields) {
            const typed = asTyped(cell.area.value, given);
            input.readOnly = typed === null;
            if (typed === null) input.value = "";
            else if (document.activeElement !== input) input.value = typed.replace(/^\[(.*)\]$/, "$1");
            input.title = typed === null ? "Your code computes it" : "";
          }
          const outcome = held[name]?.outcome;
          if (cell && cell.ran === null && !cell.now && outcome) cell.said.textContent = `${page.STATES[outcome]}, when it was last run`;
        }
      },
    };
  };
})();
