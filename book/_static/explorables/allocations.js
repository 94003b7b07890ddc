/* Seven randomised patients: which allocations were possible, what each would have given, and the least
   P value that any could give. The model is fitted by the book's own engine (engine.js); for the first
   settings its figures are in the page, and nothing is loaded. */
(() => {
  "use strict";
  const { register, chart, latest, svg } = window.rescatExplorables;

  const decimal = (p) => p.toFixed(3);
  const signed = (x) => `${x < 0 ? "\u2212" : ""}${Math.abs(x).toFixed(2)}`;
  const named = ({ order, ways }, allocation) =>
    order.filter((_, i) => !ways[allocation - 1][i]).join(" and ");

  /* The samples under an allocation, if the treatment adds a slope to those that it treats. */
  function under({ samples, order, ways, allocation, effect }) {
    const label = Object.fromEntries(order.map((name, i) => [name, ways[allocation - 1][i]]));
    const group = samples.patient.map((name) => label[name]);
    return {
      ...samples,
      group,
      value: samples.value.map((y, j) => y + effect * group[j] * samples.day[j]),
    };
  }

  /* t of each allocation, and P of the chosen one under the scheme. */
  async function compute(settings, options) {
    const { found, schemes, scheme, ways, allocation, effect, tie } = settings;
    const statistic = effect
      ? (await window.rescatEngine.permutations(under(settings), { ways, ...options })).statistic
      : found;
    const { weights, smallest } = schemes[scheme];
    const observed = Math.abs(statistic[allocation - 1]);
    const p = statistic.reduce(
      (sum, t, i) => sum + weights[i] * (Math.abs(t) >= observed * (1 - tie)),
      0,
    );
    return { statistic, smallest, p: weights[allocation - 1] > 0 ? p : null };
  }

  function drawPatients(settings, where, set) {
    const { order, ways, allocation } = settings;
    const { patient, day, value } = under(settings);
    const plot = chart(where, {
      height: 260,
      right: 44,
      x: {
        from: -0.5,
        to: Math.max(...day) + 0.5,
        label: "Day",
        ticks: [...new Set(day)].sort((a, b) => a - b),
      },
      y: { from: Math.min(...value) - 0.2, to: Math.max(...value) + 0.2, label: "Value" },
    });
    order.forEach((name, i) => {
      const rows = patient.map((_, j) => j).filter((j) => patient[j] === name);
      const look = ways[allocation - 1][i] ? "treated" : "control dashed";
      plot.line(
        rows.map((j) => [day[j], value[j]]),
        look,
      );
      for (const j of rows) {
        plot.dot(day[j], value[j], look, 5);
        plot.root.lastChild.dataset.patient = i;
      }
    });
    /* Names at the last sample of each, apart from each other. */
    let above = -Infinity;
    order
      .map((name, i) => ({ name, i, row: patient.lastIndexOf(name) }))
      .map((end) => ({ ...end, x: plot.px(day[end.row]) + 9, y: plot.py(value[end.row]) + 4 }))
      .sort((one, other) => one.y - other.y)
      .forEach(({ name, i, x, y }) => {
        above = Math.max(y, above + 13);
        plot.root.append(svg("text", { x, y: above, "data-patient": i }, name));
      });
    plot.root.append(
      svg(
        "text",
        { x: plot.root.viewBox.baseVal.width - 4, y: 14, class: "invented", "text-anchor": "end" },
        settings.mark,
      ),
    );
    plot.key(["treated", "treated"], ["control dashed", "control"]);
    /* A press on a treated patient makes it a control, in the place of the first of the two. */
    plot.root.addEventListener("click", ({ target }) => {
      const place = target.dataset.patient;
      if (place === undefined || !ways[allocation - 1][place]) return;
      const kept = order
        .map((_, i) => i)
        .filter((i) => !ways[allocation - 1][i])
        .at(-1);
      const wanted = order.map((_, i) => Number(i !== Number(place) && i !== kept));
      set({ allocation: ways.findIndex((way) => way.every((x, i) => x === wanted[i])) + 1 });
    });
  }

  function drawStatistics(settings, where, set, { statistic }) {
    const { schemes, scheme, allocation } = settings;
    const { weights } = schemes[scheme];
    const possible = statistic.map((_, i) => i).filter((i) => weights[i] > 0);
    const finite = statistic.filter(Number.isFinite).map(Math.abs);
    const reach = Math.max(1, ...finite) * 1.15;
    const width = reach / 9;
    const piles = {};
    const at = possible.map((i) => {
      const t = Math.min(Math.max(statistic[i], -reach), reach);
      const pile = Math.round(t / width);
      piles[pile] = (piles[pile] ?? 0) + 1;
      return [i, pile * width, piles[pile]];
    });
    const most = Math.max(4, ...Object.values(piles));
    const plot = chart(where, {
      height: 60 + 26 * most,
      left: 20,
      x: { from: -reach, to: reach, label: "t of each possible allocation" },
      y: { from: 0.3, to: most + 0.7, ticks: [] },
    });
    const observed = Math.abs(statistic[allocation - 1]) * (1 - settings.tie);
    const size = Math.min(9, (plot.px(width) - plot.px(0)) / 2);
    for (const [i, x, y] of at) {
      const extreme = Math.abs(statistic[i]) >= observed && weights[allocation - 1] > 0;
      plot.dot(
        x,
        y,
        i === allocation - 1 ? "mark" : extreme ? "ink" : "rest",
        i === allocation - 1 ? size + 3 : size,
      );
      plot.root.lastChild.dataset.allocation = i + 1;
    }
    plot.root.addEventListener("click", ({ target }) => {
      if (target.dataset.allocation) set({ allocation: Number(target.dataset.allocation) });
    });
  }

  async function draw(settings, where, say, set) {
    const found = await latest(where, (signal) => compute(settings, { signal }));
    if (!found) return;
    where.replaceChildren();
    drawPatients(settings, where, set);
    drawStatistics(settings, where, set, found);
    const { scheme, schemes, allocation } = settings;
    const possible = schemes[scheme].weights.filter((weight) => weight > 0).length;
    const these = named(settings, allocation);
    say(
      found.p === null
        ? `With the scheme "${scheme}", ${these} could not both have been the controls: choose another allocation.`
        : `With ${these} as controls t is ${signed(found.statistic[allocation - 1])} and exact P = ${decimal(found.p)}. ` +
            `Under the scheme "${scheme}" there are ${possible} allocations, and no values at all could give a P below ${decimal(found.smallest)}.`,
    );
  }

  register("allocations", {
    controls: [
      {
        key: "scheme",
        label: "How patients were allocated",
        type: "select",
        options: ({ schemes }) => Object.keys(schemes).map((name) => [name, name]),
      },
      {
        key: "allocation",
        label: "Controls",
        type: "range",
        min: 1,
        max: 21,
        step: 1,
        words: (k, settings) => named(settings, k),
      },
      {
        key: "effect",
        label: "Slope that treatment adds",
        type: "range",
        min: 0,
        max: 0.2,
        step: 0.01,
        words: (x) => `${x.toFixed(2)} per day`,
      },
    ],
    compute,
    draw,
  });
})();
