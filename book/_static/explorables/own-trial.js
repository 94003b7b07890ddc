/* A trial of one's own: what it could show. Trials are drawn and fitted by the book's own engine
   (engine.js), as rescat.design does; for the first settings its figures are in the page, and nothing
   is loaded. */
(() => {
  "use strict";
  const { register, chart, latest, make, normalTails, svg, untouched } = window.rescatExplorables;
  const COUNT = 500;
  const LEVEL = 0.05;
  const POWER = 0.8;
  const MOST = 100000; /* patients of an arm: nobody looks beyond */

  const percent = (share) => `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
  const mean = (values) => values.reduce((sum, x) => sum + x, 0) / values.length;

  /* The least P of an exact test of all allocations; the opposite one of equal groups counts as well. */
  function smallest(treated, controls) {
    let ways = 1;
    for (let k = 1; k <= treated; k += 1) ways *= (controls + k) / k;
    return (1 + (treated === controls)) / ways;
  }

  /* Below the normal distribution, from the left. */
  const below = (z) => (z < 0 ? normalTails(-z) / 2 : 1 - normalTails(z) / 2);

  /* The power with so many times the patients. Noncentral t, as Abramowitz and Stegun 26.7.10. */
  function powerOf({ treated, controls, difference, limits }, se, factor) {
    const df = factor * (treated + controls) - 2;
    const whole = Math.min(Math.max(Math.floor(df), 1), limits.length);
    const next = Math.min(whole + 1, limits.length);
    const limit = limits[whole - 1] + (df - whole) * (limits[next - 1] - limits[whole - 1]);
    const shift = (Math.abs(difference) * Math.sqrt(factor)) / se;
    const spread = Math.sqrt(1 + limit ** 2 / (2 * df));
    const at = limit * (1 - 1 / (4 * df));
    return below((shift - at) / spread) + below((-shift - at) / spread);
  }

  /* Patients of each group for a power of 80 %: [control, treated]; null beyond what anybody recruits. */
  function needed(settings, se) {
    const { treated, controls, difference } = settings;
    if (!difference) return null;
    let [low, high] = [2 / Math.min(treated, controls), MOST / Math.max(treated, controls)];
    if (powerOf(settings, se, high) < POWER) return null;
    for (let k = 0; k < 60; k += 1) {
      const middle = Math.sqrt(low * high);
      if (powerOf(settings, se, middle) < POWER) low = middle;
      else high = middle;
    }
    return [controls, treated].map((n) => Math.ceil(high * n - 1e-9));
  }

  const pair = (value) => [value, value];

  /* What rescat.design is given. */
  const drawn = (settings) => ({
    ...settings.trial,
    treated: settings.treated,
    controls: settings.controls,
    slope: [0, settings.difference],
    sd_slope: pair(settings.sdSlope),
    sd_residual: pair(settings.sdResidual),
    days: settings.days.split(",").map(Number),
    left: pair(settings.left),
    seed: 1,
  });

  function summed({ names, treated, controls, difference }, found) {
    const estimates = found.map((one) => one.difference).filter((x) => !Number.isNaN(x));
    const middle = mean(estimates);
    const se = Math.sqrt(
      estimates.reduce((sum, x) => sum + (x - middle) ** 2, 0) / (estimates.length - 1),
    );
    const tests = Object.fromEntries(
      Object.keys(names).map((name) => {
        const usable = found.filter((one) => !Number.isNaN(one.p[name]));
        const significant = usable.filter((one) => one.p[name] <= LEVEL);
        const told = { rate: usable.length ? significant.length / usable.length : 0 };
        /* Type S and M are those of the fit of all. */
        if (difference && significant.length && ["wald", "satterthwaite"].includes(name)) {
          told.wrong_sign = mean(significant.map((one) => +(one.difference * difference < 0)));
          told.exaggeration = mean(
            significant.map((one) => Math.abs(one.difference / difference)),
          );
        }
        return [name, told];
      }),
    );
    return { n: found.length, tests, se, smallest: smallest(treated, controls) };
  }

  async function compute(settings, { count = COUNT, ...options } = {}) {
    const found = await window.rescatEngine.designed(drawn(settings), { count, ...options });
    const made = summed(settings, found);
    return { ...made, needed: needed(settings, made.se) };
  }

  function show(settings, where, found) {
    where.replaceChildren();
    const patients = settings.treated + settings.controls;
    /* Two of each group, and enough for the approximation. */
    const least = Math.max(6, (2 * patients) / Math.min(settings.treated, settings.controls));
    const enough = needed(settings, found.se);
    const most = Math.max(40, 1.5 * patients, Math.min(1.3 * (enough?.[0] + enough?.[1] || 0), 400));
    const plot = chart(where, {
      x: { from: 0, to: most, label: "Patients of both groups" },
      y: {
        from: 0,
        to: 1,
        label: "Trials that find the difference",
        ticks: [0, 0.2, 0.4, 0.6, 0.8, 1],
        words: percent,
      },
    });
    const sizes = Array.from({ length: 121 }, (_, i) => least + (i * (most - least)) / 120);
    plot.line(
      sizes.map((n) => [n, powerOf(settings, found.se, n / patients)]),
      "ink",
    );
    plot.across(POWER, "rest dashed thin");
    const { rate } = found.tests.satterthwaite;
    const error = 1.96 * Math.sqrt((rate * (1 - rate)) / found.n);
    plot.line(
      [
        [patients, Math.max(rate - error, 0)],
        [patients, Math.min(rate + error, 1)],
      ],
      "treated",
    );
    plot.dot(patients, rate, "treated", 7);
    plot.words(patients, rate, percent(rate), { dx: 10, dy: 20 });
    plot.key(
      ["treated", "the trials that were drawn, with the 95 % confidence interval"],
      ["ink", "about, with other numbers of patients"],
      ["rest dashed thin", "80 %"],
    );
    const right = plot.root.viewBox.baseVal.width - 4;
    plot.root.append(
      svg("text", { x: right, y: 14, class: "invented", "text-anchor": "end" }, settings.mark),
    );
  }

  function sentence(settings, { n, tests, se, smallest: least }) {
    const { treated, controls, difference } = settings;
    const { rate, wrong_sign: wrong, exaggeration } = tests.satterthwaite;
    const parts = [
      `${percent(rate)} of ${n.toLocaleString("en")} trials of ${treated} treated patients and ` +
        `${controls} controls have P of 0.05 or less.`,
    ];
    if (!difference) parts.push("There is no difference to find: it should be 5 %.");
    else if (exaggeration)
      parts.push(
        `Their estimates are ${exaggeration.toFixed(1)} times the true difference on average ` +
          `(type M), and ${percent(wrong)} have the wrong sign (type S).`,
      );
    const enough = needed(settings, se)?.map((count) => count.toLocaleString("en"));
    if (enough) parts.push(`For a power of 80 %, about ${enough[1]} treated patients and ${enough[0]} controls are needed.`);
    else if (difference) parts.push("No number of patients that could be recruited gives a power of 80 %.");
    const p = least < 0.0001 ? "below 0.0001" : least.toFixed(least < 0.01 ? 4 : 3);
    parts.push(`The least P that a test of all allocations could give is ${p}.`);
    return parts.join(" ");
  }

  async function draw(settings, where, say) {
    const made = await latest(where, (signal) => {
      if (untouched(settings)) return settings.found;
      const progress = (part, found) => {
        if (signal.aborted || part === 1) return;
        say(`${found.length} of ${COUNT} trials are drawn and tested.`);
      };
      return compute(settings, { signal, progress });
    });
    if (!made) return;
    show(settings, where, made);
    const { satterthwaite, ...others } = made.tests;
    const told = Object.entries(others).map(([of, { rate }]) => `${settings.names[of]} ${percent(rate)}`);
    where.append(make("p", {}, `By Satterthwaite's t. By other tests: ${told.join("; ")}.`));
    say(sentence(settings, made));
  }

  const perDay = (x) => `${x.toFixed(3)} per day`;
  const DAYS = ["0, 3, 6, 14, 28", "0, 3, 6", "0, 28", "0, 14, 28", "0, 7, 14, 21, 28", "0, 14, 28, 60, 90"];

  register("own-trial", {
    controls: [
      { key: "treated", label: "Treated patients", type: "range", min: 2, max: 60, step: 1 },
      { key: "controls", label: "Controls", type: "range", min: 2, max: 60, step: 1 },
      {
        key: "difference",
        label: "True difference (log10 per day)",
        type: "range",
        min: 0,
        max: 0.06,
        step: 0.001,
        words: (x) => `${x.toFixed(3)}: ${(10 ** (14 * x)).toFixed(1)} times in 14 days`,
      },
      {
        key: "sdSlope",
        label: "SD of the slopes of patients",
        type: "range",
        min: 0,
        max: 0.05,
        step: 0.001,
        words: perDay,
      },
      {
        key: "sdResidual",
        label: "SD around a patient's line (log10)",
        type: "range",
        min: 0.05,
        max: 0.6,
        step: 0.01,
        words: (x) => x.toFixed(2),
      },
      {
        key: "days",
        label: "Days of sampling",
        type: "select",
        options: DAYS.map((days) => [days, days]),
      },
      {
        key: "left",
        label: "Patients who have left by the last day",
        type: "range",
        min: 0,
        max: 0.9,
        step: 0.05,
        words: percent,
      },
    ],
    compute,
    smallest,
    powerOf,
    needed,
    draw,
  });
})();
