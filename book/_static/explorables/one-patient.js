/* What one patient decides: move a value, leave the patient out, or give the other label. The fit and
   the exact permutation test are the book's own (engine.js); for the first settings they are in the
   page, and nothing is loaded. */
(() => {
  "use strict";
  const { register, chart, latest, svg } = window.rescatExplorables;
  const REACH = 1; /* how far a value can be moved, in logarithms */
  const STEP = 0.02;
  const GROUPS = ["control", "treated"];
  const LINES = { control: "control thick dashed", treated: "treated thick" };

  const signed = (x, digits) => `${x < 0 ? "\u2212" : "+"}${Math.abs(x).toFixed(digits)}`;
  const number = (x, digits) => signed(x, digits).replace("+", "");
  const pValue = (p) => (p < 0.001 ? "P < 0.001" : `P = ${p.toFixed(3)}`);

  const patients = ({ patient }) => [...new Set(patient)];
  const groupOf = ({ patient, group }, name) => group[patient.indexOf(name)];
  const untouched = ({ shift, out, other, statistic }) =>
    !shift && !out && !other && statistic === "t";

  /* The samples with what the reader changed. */
  function changed({ samples, patient, day, shift, out, other }) {
    const rows = samples.patient
      .map((_, j) => j)
      .filter((j) => !(out && samples.patient[j] === patient));
    const own = (j) => samples.patient[j] === patient;
    return {
      patient: rows.map((j) => samples.patient[j]),
      day: rows.map((j) => samples.day[j]),
      value: rows.map((j) => samples.value[j] + (own(j) && samples.day[j] === day ? shift : 0)),
      group: rows.map((j) => (own(j) && other ? 1 - samples.group[j] : samples.group[j])),
    };
  }

  /* How many statistics are in each stretch of the histogram; what lies outside is in the last ones. */
  function counted(statistics, { from, width, n }) {
    const counts = new Array(n).fill(0);
    for (const t of statistics)
      counts[Math.min(Math.max(Math.floor((t - from) / width), 0), n - 1)] += 1;
    return counts;
  }

  async function compute(settings, options) {
    const engine = window.rescatEngine;
    const samples = changed(settings);
    const fit = await engine.fit(samples);
    options?.fitted?.(fit);
    const { statistic } = settings;
    const test = await engine.permutations(samples, { statistic, signal: options?.signal });
    const { observed, p, leftOut } = test;
    return {
      fit,
      permuted: {
        observed,
        p,
        leftOut,
        n: test.statistic.length,
        counts: counted(test.statistic, settings.bins),
      },
    };
  }

  const sentence = ({ difference }) =>
    `Difference of the slopes ${number(difference.slope, 4)} per day (95 % confidence interval ` +
    `${number(difference.low, 4)} to ${number(difference.high, 4)}), ${difference.df.toFixed(1)} degrees of ` +
    `freedom, ${pValue(difference.p)}`;

  function drawSamples(settings, where, set, fit) {
    const { samples, patient, day, shift, out, other } = settings;
    const values = samples.value;
    const range = { from: Math.min(...values) - 0.4, to: Math.max(...values) + 0.4 };
    const plot = chart(where, {
      height: 330,
      x: {
        from: -0.8,
        to: Math.max(...samples.day) + 0.8,
        label: "Day",
        ticks: [...new Set(samples.day)].sort((a, b) => a - b),
      },
      y: { ...range, label: settings.unit },
    });
    const shown = (j) =>
      values[j] + (samples.patient[j] === patient && samples.day[j] === day ? shift : 0);
    for (const name of patients(samples)) {
      const rows = samples.patient.map((_, j) => j).filter((j) => samples.patient[j] === name);
      const own = name === patient;
      const look = GROUPS[own && other ? 1 - groupOf(samples, name) : groupOf(samples, name)];
      const faint = own ? (out ? "rest dashed" : "mark") : `${look} thin faint`;
      plot.line(
        rows.map((j) => [samples.day[j], shown(j)]),
        faint,
      );
      for (const j of rows) {
        const held = own && samples.day[j] === day;
        if (held && shift) plot.dot(samples.day[j], values[j], "hollow", 4);
        plot.dot(
          samples.day[j],
          shown(j),
          own ? (out ? "rest" : "mark") : `${look} faint`,
          held ? 9 : own ? 6 : 3.5,
        );
        Object.assign(plot.root.lastChild.dataset, { patient: name, day: samples.day[j] });
      }
    }
    const ends = [Math.min(...samples.day), Math.max(...samples.day)];
    for (const group of fit ? GROUPS : [])
      plot.line(
        ends.map((t) => [t, fit[group].intercept + fit[group].slope * t]),
        LINES[group],
      );
    plot.root.append(
      svg(
        "text",
        { x: plot.root.viewBox.baseVal.width - 4, y: 14, class: "invented", "text-anchor": "end" },
        settings.mark,
      ),
    );
    plot.key(
      [LINES.treated, "line of the treated"],
      [LINES.control, "line of the controls"],
      ["mark", patient],
    );
    drag(settings, where, plot, range, set);
  }

  /* A point is chosen by a press and moved with it: by mouse, pen and finger. */
  function drag(settings, where, plot, range, set) {
    const valueAt = (event) => {
      const box = plot.root.getBoundingClientRect();
      const up = ((event.clientY - box.top) / box.height) * plot.root.viewBox.baseVal.height;
      const share = (plot.py(range.from) - up) / (plot.py(range.from) - plot.py(range.to));
      return range.from + share * (range.to - range.from);
    };
    where.onpointerdown = (event) => {
      const { patient, day } = event.target.dataset ?? {};
      if (!patient || event.button > 0) return;
      event.preventDefault();
      where.setPointerCapture(event.pointerId);
      const chosen = { patient, day: Number(day) };
      const same = patient === settings.patient && chosen.day === settings.day;
      const { samples } = settings;
      const row = samples.patient.findIndex(
        (name, j) => name === patient && samples.day[j] === chosen.day,
      );
      where.held = samples.value[row];
      if (!same) set({ ...chosen, shift: 0, out: false, other: false });
    };
    where.onpointermove = (event) => {
      if (where.held === undefined || !where.hasPointerCapture(event.pointerId)) return;
      const shift = Math.round((valueAt(event) - where.held) / STEP) * STEP;
      set({ shift: Number(Math.min(Math.max(shift, -REACH), REACH).toFixed(2)) });
    };
    where.onpointerup = where.onpointercancel = () => delete where.held;
  }

  function drawPermutations({ bins, statistic }, where, { observed, counts, n }) {
    const to = bins.from + bins.width * bins.n;
    const plot = chart(where, {
      height: 210,
      x: {
        from: bins.from,
        to,
        label: statistic === "welch" ? "Welch's t of each relabelling" : "t of each relabelling",
      },
      y: {
        from: 0,
        to: Math.max(...counts) * 1.25,
        label: `${n.toLocaleString("en")} ways to label the patients`,
      },
    });
    counts.forEach((count, k) => {
      const left = bins.from + k * bins.width;
      const extreme =
        Math.min(Math.abs(left), Math.abs(left + bins.width)) >=
        Math.abs(observed) - bins.width / 2;
      if (count) plot.bar(left, left + bins.width * 0.9, 0, count, extreme ? "mark" : "rest");
    });
    const inside = Math.min(Math.max(observed, bins.from), to);
    plot.down(inside, "ink thin");
    plot.down(-inside, "ink thin dashed");
    const side = observed < 0 ? -1 : 1;
    const place = {
      x: plot.px(inside) + 6 * side,
      y: plot.py(Math.max(...counts) * 1.12),
      "text-anchor": side < 0 ? "end" : "start",
    };
    plot.root.append(svg("text", place, `t = ${number(observed, 2)}`));
  }

  async function draw(settings, where, say, set) {
    const show = (fit, permuted) => {
      where.replaceChildren();
      drawSamples(settings, where, set, fit);
      if (permuted) drawPermutations(settings, where, permuted);
    };
    const first = settings.found;
    const before = where.permuted ?? first.permuted;
    const was = `Unchanged: ${number(first.fit.difference.slope, 4)}, ${pValue(first.fit.difference.p)}, by permutation ${pValue(first.permuted.p)}.`;
    let made;
    try {
      made = await latest(where, (signal) => {
        if (untouched(settings)) return first;
        const fitted = (fit) => {
          if (signal.aborted) return;
          show(fit, before);
          where.lastElementChild.classList.add("faint"); /* it is of the settings before */
          say(`${sentence(fit)}. All relabellings are being fitted again. ${was}`);
        };
        return compute(settings, { signal, fitted });
      });
    } catch (error) {
      show(null, null);
      say(error.message);
      return;
    }
    if (!made) return;
    const { fit, permuted } = made;
    show(fit, permuted);
    const found = `${sentence(fit)}; by exact permutation ${pValue(permuted.p)}.`;
    if (made === first) {
      say(`${found} Nothing is changed yet.`);
      return;
    }
    where.permuted = permuted;
    const notes = [
      fit.singular ? " The fit is singular: a variance is estimated as zero." : "",
      permuted.leftOut.length
        ? ` Welch's t leaves out ${permuted.leftOut.join(", ")}: samples on one day only.`
        : "",
    ];
    say(`${found}${notes.join("")} ${was}`);
  }

  register("one-patient", {
    controls: [
      {
        key: "patient",
        label: "Patient",
        type: "select",
        options: ({ samples }) =>
          patients(samples).map((name) => [name, `${name} (${GROUPS[groupOf(samples, name)]})`]),
      },
      {
        key: "day",
        label: "Sample of day",
        type: "select",
        options: ({ samples }) =>
          [...new Set(samples.day)].sort((a, b) => a - b).map((day) => [day, String(day)]),
      },
      {
        key: "shift",
        label: "This value moved by",
        type: "range",
        min: -REACH,
        max: REACH,
        step: STEP,
        words: (x, { base }) => (x ? `${signed(x, 2)} (${(base ** x).toFixed(2)} times)` : "0"),
      },
      {
        key: "statistic",
        label: "What is permuted",
        type: "select",
        options: [
          ["t", "t of the model"],
          ["welch", "Welch's t of own slopes"],
        ],
      },
      { key: "out", label: "Leave this patient out", type: "check" },
      {
        key: "other",
        label: "Give this patient the other label",
        type: "check",
        when: ({ out }) => !out,
      },
    ],
    compute,
    draw,
  });
})();
