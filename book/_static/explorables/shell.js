/* Explorables: small exact computations that a reader changes in the page, in the place of a picture.
   rescat/pages/explorable.py writes the section: its question, the picture, what is fixed. Each file
   beside this one registers one explorable:

     window.rescatExplorables.register("zero-of-n", {
       controls: [{ key, label, type, ... }],
       compute(...) { ... }, // the formula alone, which tests compare with the package's own
       draw(settings, where, say, set) { ... },
     });

   type      more of the control
   range     min, max, step, unit; `words(value, settings)` in place of the number and its unit
   number    min, max, step: typed
   select    options: pairs of value and words, or a function of the settings that gives them
   check     yes or no
   any       `when(settings)`: whether the control is there with these settings

   The settings of the section give each control its first value, and whatever else `draw` needs;
   `examples`, if there, are settings by name to start from. `draw` fills `where` anew, and says the
   result in one sentence; it may be asynchronous, and is called again when the width changes. What is
   pressed or drawn with the pointer calls `set` with the settings that it changes.
   Nothing moves by itself. The controls come when the section is near what is in sight. Without
   scripts, or if `draw` fails, the picture stays. */
(() => {
  "use strict";

  const SETTLED = 500; /* ms without a change: then the result is announced and the address follows */
  const registered = {};

  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };

  /* A value as text, and back; what a control does not allow is undefined. */
  const written = (value) => (typeof value === "boolean" ? (value ? "yes" : "no") : String(value));

  function read(control, text, first) {
    if (control.type === "check") return { yes: true, no: false }[text];
    if (control.type === "select") {
      const value = typeof first === "number" ? Number(text) : text;
      return control.choices.some(([choice]) => choice === value) ? value : undefined;
    }
    const value = Number(text);
    const fits =
      text.trim() && Number.isFinite(value) && !(value < control.min || value > control.max);
    return fits ? value : undefined;
  }

  function fieldOf(control, id) {
    if (control.type === "select") {
      const options = control.choices.map(([value, words]) => make("option", { value }, words));
      return make("select", { id }, ...options);
    }
    const { min, max, step = "any" } = control;
    if (control.type === "check") return make("input", { id, type: "checkbox" });
    return make("input", { id, type: control.type, min, max, step, autocomplete: "off" });
  }

  function enhance(section, { controls, draw }) {
    const name = section.dataset.explorable;
    const data = JSON.parse(section.dataset.settings);
    const picture = section.querySelector(".explorable-picture");
    const firsts = Object.fromEntries(controls.map(({ key }) => [key, data[key]]));
    let values = { ...firsts };

    const parts = controls.map((given) => {
      const { options } = given;
      const choices = typeof options === "function" ? options(data) : options;
      const control = { ...given, choices };
      const field = fieldOf(control, `${section.id}-${control.key}`);
      const shown = make("span", {
        className: "explorable-value",
      }); /* an output would announce itself */
      const show = () => {
        const value = values[control.key];
        if (control.type === "check") field.checked = value;
        else field.value = value;
        if (control.type !== "range") return;
        const unit = control.unit ? ` ${control.unit}` : "";
        shown.textContent = control.words?.(value, { ...data, ...values }) ?? `${value}${unit}`;
        field.setAttribute("aria-valuetext", shown.textContent);
      };
      return { control, field, shown, show, box: null };
    });

    const asText = () =>
      parts
        .filter(({ box }) => !box.hidden)
        .map(({ control, field, shown }) => {
          const said = {
            check: () => written(field.checked),
            select: () => field.selectedOptions[0].textContent,
            range: () => shown.textContent,
            number: () => field.value,
          };
          return `${control.label}: ${said[control.type]()}`;
        });

    /* Only what differs from the first settings is in the address; it keeps what others put there. */
    function address() {
      const url = new URL(location.href);
      for (const { key } of controls) {
        if (values[key] === firsts[key]) url.searchParams.delete(`${name}.${key}`);
        else url.searchParams.set(`${name}.${key}`, written(values[key]));
      }
      url.hash = section.id;
      return url;
    }

    const answer = make("p", { className: "explorable-answer", ariaHidden: "true" });
    const status = make("p", { className: "explorable-status", role: "status" });
    const where = make("div", { className: "explorable-drawing" });
    const used = make("p", { className: "explorable-used" });
    const reset = make("button", { type: "button" }, "Reset");
    const copy = make("button", { type: "button" }, "Copy link to these settings");
    const link = make("input", {
      type: "text",
      readOnly: true,
      hidden: true,
      ariaLabel: "Link to these settings",
    });
    const start = make(
      "select",
      { id: `${section.id}-start` },
      make("option", { value: "" }, "these settings"),
    );
    start.append(
      ...Object.keys(data.examples ?? {}).map((value) => make("option", { value }, value)),
    );

    const labelled = (label, field, ...more) =>
      make("div", {}, make("label", { htmlFor: field.id }, label), field, ...more);
    const form = make(
      "form",
      { className: "explorable-controls" },
      ...(data.examples ? [labelled("Start from", start)] : []),
      ...parts.map((part) => {
        const { control, field, shown } = part;
        const label = make("label", { htmlFor: field.id }, control.label);
        part.box = make("div", { className: `explorable-${control.type}` });
        part.box.append(
          ...({ check: [field, label], range: [label, field, shown] }[control.type] ?? [
            label,
            field,
          ]),
        );
        return part.box;
      }),
      make("div", { className: "explorable-buttons" }, reset, copy, link),
    );
    const question = document.getElementById(section.getAttribute("aria-labelledby"));
    form.setAttribute("aria-label", `Settings: ${question.textContent}`);

    let timer,
      turn = 0,
      width = 0;

    function failed(error) {
      form.replaceWith(picture);
      for (const part of [answer, status, where, used]) part.remove();
      throw error;
    }

    function drawn() {
      width = where.clientWidth;
      if (!width) return; /* folded: drawn when it is opened */
      const own = ++turn;
      const say = (words) => {
        if (own !== turn) return; /* the answer to settings that have changed meanwhile */
        const sentence = words.replace(/(\d) %/g, "$1\u00a0%"); /* no line begins with % */
        answer.textContent = sentence;
        for (const svg of where.querySelectorAll("svg[role=img]:not([aria-label])"))
          svg.setAttribute("aria-label", sentence);
      };
      const settings = { ...data, ...values };
      for (const { control, box } of parts) box.hidden = !(control.when?.(settings) ?? true);
      used.textContent = `Settings. ${asText().join("; ")}.`;
      try {
        const made = draw(settings, where, say, set);
        if (!made?.then) return;
        section.setAttribute("aria-busy", "true");
        made.then(() => {
          if (own !== turn) return;
          section.removeAttribute("aria-busy");
          status.textContent = answer.textContent;
        }, failed);
      } catch (error) {
        failed(error);
      }
    }

    function settled() {
      clearTimeout(timer);
      link.hidden = true;
      timer = setTimeout(() => {
        status.textContent = answer.textContent;
        try {
          history.replaceState(null, "", address());
        } catch {
          /* A browser may refuse after many changes; the button still has the link. */
        }
      }, SETTLED);
    }

    function set(wanted) {
      values = { ...values, ...wanted };
      for (const { show } of parts) show();
      drawn();
      settled();
    }

    for (const { control, field, shown, show } of parts) {
      field.addEventListener("input", () => {
        const text = control.type === "check" ? written(field.checked) : field.value;
        const value = read(control, text, firsts[control.key]);
        field.toggleAttribute("aria-invalid", value === undefined);
        if (value === undefined) return;
        start.value = "";
        values[control.key] = value;
        if (control.type === "range") show();
        for (const other of parts) if (other.control.words) other.show();
        drawn();
        settled();
      });
    }
    start.addEventListener("change", () => set({ ...firsts, ...data.examples[start.value] }));
    reset.addEventListener("click", () => {
      start.value = "";
      set(firsts);
    });
    copy.addEventListener("click", async () => {
      link.value = address().href;
      try {
        await navigator.clipboard.writeText(link.value);
        status.textContent = copy.textContent = "Link copied";
        setTimeout(() => (copy.textContent = "Copy link to these settings"), 3000);
      } catch {
        link.hidden = false;
        link.focus();
        link.select();
        status.textContent = "Copy the link from this field.";
      }
    });
    form.addEventListener("submit", (event) => event.preventDefault());

    const asked = new URLSearchParams(location.search);
    for (const { control } of parts) {
      const text = asked.get(`${name}.${control.key}`);
      const value = text === null ? undefined : read(control, text, firsts[control.key]);
      if (value !== undefined) values[control.key] = value;
    }
    for (const { show } of parts) show();
    picture.replaceWith(form, answer, status, where, used);
    drawn();
    status.textContent = answer.textContent;
    new ResizeObserver(() => {
      if (where.clientWidth !== width) requestAnimationFrame(drawn);
    }).observe(where);
  }

  /* --- Drawing ------------------------------------------------------------------------------ */

  const SVG = "http://www.w3.org/2000/svg";

  function svg(name, attributes = {}, ...children) {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  /* Round numbers from one to another, about so many. */
  function ticks(from, to, about) {
    const rough = (to - from) / Math.max(about, 1);
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.999);
    const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    const found = [];
    for (let k = Math.ceil(from / step - 1e-9); k * step <= to + step * 1e-9; k += 1)
      found.push(Number((k * step).toFixed(decimals)));
    return found;
  }

  /* A frame with two axes, as wide as its place. An axis: from, to, label; `ticks` if not round
     numbers, `words` of a tick, `log`. All that is drawn is in the units of the axes, and has a class
     of shell.css for its colour. */
  function chart(where, { x, y, height = 300, left = 58, right = 26, label }) {
    const width = Math.max(where.clientWidth, 260);
    const top = y.label ? 30 : 12;
    const bottom = x.label ? 50 : 26;
    const root = svg("svg", {
      viewBox: `0 0 ${width} ${height}`,
      role: "img",
      class: "explorable-chart",
    });
    if (label) root.setAttribute("aria-label", label);
    const inner = { w: width - left - right, h: height - top - bottom };
    const share = (axis, value) =>
      axis.log
        ? Math.log(value / axis.from) / Math.log(axis.to / axis.from)
        : (value - axis.from) / (axis.to - axis.from);
    const px = (value) => left + inner.w * share(x, value);
    const py = (value) => top + inner.h * (1 - share(y, value));
    const text = (at, up, words, attributes = {}) =>
      root.append(svg("text", { x: at, y: up, ...attributes }, words));

    for (const tick of y.ticks ?? ticks(y.from, y.to, inner.h / 55)) {
      root.append(
        svg("line", { x1: left, x2: width - right, y1: py(tick), y2: py(tick), class: "grid" }),
      );
      text(left - 8, py(tick) + 4, y.words?.(tick) ?? String(tick).replace("-", "\u2212"), { "text-anchor": "end" });
    }
    for (const tick of x.ticks ?? ticks(x.from, x.to, inner.w / 70)) {
      root.append(
        svg("line", {
          x1: px(tick),
          x2: px(tick),
          y1: height - bottom,
          y2: height - bottom + 5,
          class: "axis",
        }),
      );
      text(px(tick), height - bottom + 19, x.words?.(tick) ?? String(tick).replace("-", "\u2212"), {
        "text-anchor": "middle",
      });
    }
    root.append(
      svg("line", {
        x1: left,
        x2: width - right,
        y1: height - bottom,
        y2: height - bottom,
        class: "axis",
      }),
    );
    if (x.label) text(left + inner.w / 2, height - 8, x.label, { "text-anchor": "middle" });
    if (y.label) text(4, 14, y.label);
    /* What lies outside the frame is not drawn. */
    const frame = svg("svg", {
      x: left,
      y: top,
      width: inner.w,
      height: inner.h,
      viewBox: `${left} ${top} ${inner.w} ${inner.h}`,
    });
    root.append(frame);
    where.append(root);

    const path = (points) =>
      points.map(([a, b], i) => `${i ? "L" : "M"}${px(a).toFixed(2)} ${py(b).toFixed(2)}`).join("");
    return {
      root,
      px,
      py,
      line: (points, look) => frame.append(svg("path", { d: path(points), class: `line ${look}` })),
      area: (points, look) =>
        frame.append(svg("path", { d: `${path(points)}Z`, class: `area ${look}` })),
      bar: (x0, x1, y0, y1, look) =>
        frame.append(
          svg("rect", {
            x: px(x0),
            y: py(y1),
            width: px(x1) - px(x0),
            height: Math.max(py(y0) - py(y1), 0),
            class: `bar ${look}`,
          }),
        ),
      across: (value, look) =>
        frame.append(
          svg("line", {
            x1: left,
            x2: width - right,
            y1: py(value),
            y2: py(value),
            class: `line ${look}`,
          }),
        ),
      down: (value, look) =>
        frame.append(
          svg("line", {
            x1: px(value),
            x2: px(value),
            y1: top,
            y2: height - bottom,
            class: `line ${look}`,
          }),
        ),
      dot: (a, b, look, r = 6) =>
        root.append(svg("circle", { cx: px(a), cy: py(b), r, class: `dot ${look}` })),
      /* What the lines are, below the frame. */
      key: (...entries) => {
        const items = entries.map(([look, words]) => {
          const sign = svg(
            "svg",
            { class: "explorable-chart", viewBox: "0 0 28 10", "aria-hidden": "true" },
            svg("path", { d: "M2 5H26", class: `line ${look}` }),
          );
          return make("li", {}, sign, words);
        });
        where.append(make("ul", { className: "explorable-key" }, ...items));
      },
      /* Words beside a point; at the right end they go to its left. */
      words: (a, b, said, { dx = 8, dy = -8, look = "" } = {}) => {
        const ends = px(a) + dx + 7.2 * said.length > width;
        root.append(
          svg(
            "text",
            {
              x: ends ? Math.max(px(a) - dx, 7.2 * said.length) : px(a) + dx,
              y: py(b) + dy,
              class: look,
              "text-anchor": ends ? "end" : "start",
            },
            said,
          ),
        );
      },
    };
  }

  /* Whether the settings are the first ones, whose figures are in the page. */
  const untouched = ({ first, ...settings }) =>
    Object.keys(first).every((key) => first[key] === settings[key]);

  /* The answer to what was asked last for a place. What was asked before ends, by its signal, and gives
     null. */
  async function latest(where, ask) {
    where.stop?.abort();
    const { signal } = (where.stop = new AbortController());
    try {
      const answer = await ask(signal);
      return signal.aborted ? null : answer;
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    }
  }

  /* The probability of a normal value at least as far from zero as z: a series near zero, a continued
     fraction beyond. */
  function normalTails(z) {
    const density = Math.exp((-z * z) / 2) * Math.sqrt(2 / Math.PI);
    if (z < 3) {
      let term = z;
      let sum = z;
      for (let k = 1; Math.abs(term) > 1e-17 * sum; k += 1) {
        term *= (z * z) / (2 * k + 1);
        sum += term;
      }
      return 1 - density * sum;
    }
    let fraction = 0;
    for (let k = 80; k >= 1; k -= 1) fraction = k / (z + fraction);
    return density / (z + fraction);
  }

  /* A page that opens spends no time on drawings that are far from what is in sight. One whose settings
     stand in the address is made at once. */
  const near = new IntersectionObserver(
    (seen) => {
      for (const { target, isIntersecting } of seen) {
        if (!isIntersecting) continue;
        near.unobserve(target);
        enhance(target, registered[target.dataset.explorable]);
      }
    },
    { rootMargin: "100%" },
  );

  window.rescatExplorables = {
    register(name, entry) {
      registered[name] = entry;
      const asked = [...new URLSearchParams(location.search).keys()];
      for (const section of document.querySelectorAll(`[data-explorable="${name}"]`)) {
        if (asked.some((key) => key.startsWith(`${name}.`))) enhance(section, entry);
        else near.observe(section);
      }
    },
    /* Also those of what is made in the page (run/run.js). */
    enhance(part) {
      for (const section of part.querySelectorAll("[data-explorable]")) {
        const entry = registered[section.dataset.explorable];
        if (entry) enhance(section, entry);
      }
    },
    registered,
    chart,
    svg,
    latest,
    make,
    normalTails,
    ticks,
    untouched,
  };
})();
