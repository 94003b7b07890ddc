/* A thousand trials drawn in the page, in which the mean slopes are equal: how often does each test find
   a difference? The tests are the book's own (engine.js). For the first settings the rates are those
   of the trials that were drawn for the book, and nothing is loaded. */
(() => {
  "use strict";
  const { register, chart, latest, svg, untouched } = window.rescatExplorables;
  const COUNT = 1000;
  const LEVEL = 0.05;

  const percent = (share) => `${(100 * share).toFixed(1)} %`;
  const half = (n) => 1.96 * Math.sqrt((LEVEL * (1 - LEVEL)) / n);

  /* What rescat.simulate_trial is given. */
  const drawn = ({ trial, sdTreated, sdControl, keptControl, draw: seed }) => ({
    ...trial,
    sd_slope: [sdControl, sdTreated],
    kept: [keptControl, trial.kept[1]],
    seed,
  });

  const rates = (found, names) =>
    Object.fromEntries(
      Object.keys(names).map((name) => [
        name,
        found.filter((p) => p[name] < LEVEL).length / found.length,
      ]),
    );

  async function compute(settings, { count = COUNT, ...options } = {}) {
    const found = await window.rescatEngine.trials(drawn(settings), { count, ...options });
    return { n: found.length, rates: rates(found, settings.names) };
  }

  function show({ names, mark }, where, { n, rates: shares }) {
    where.replaceChildren();
    const keys = Object.keys(names);
    const plot = chart(where, {
      height: 78 + 38 * keys.length,
      left: 150,
      x: {
        from: 0,
        to: Math.max(0.2, ...Object.values(shares)) * 1.08,
        label: "Trials with P below 0.05",
        words: (x) => `${Math.round(100 * x)} %`,
      },
      y: {
        from: -keys.length + 0.4,
        to: 0.6,
        label: " ",
        ticks: keys.map((_, i) => -i),
        words: (y) => names[keys[-y]],
      },
    });
    const [low, high] = [LEVEL - half(n), LEVEL + half(n)];
    plot.area(
      [
        [low, 0.6],
        [high, 0.6],
        [high, -keys.length + 0.4],
        [low, -keys.length + 0.4],
      ],
      "rest",
    );
    plot.down(LEVEL, "rest dashed thin");
    keys.forEach((key, i) => {
      const share = shares[key];
      const error = 1.96 * Math.sqrt((share * (1 - share)) / n);
      const look = share > high ? "mark" : "ink";
      plot.line(
        [
          [Math.max(share - error, 0), -i],
          [share + error, -i],
        ],
        `${look} thin`,
      );
      plot.dot(share, -i, look, 7);
      plot.words(share, -i, percent(share), {
        dx: 10,
        dy: -8,
        look: share > high ? "invented" : "",
      });
    });
    const right = plot.root.viewBox.baseVal.width - 4;
    plot.root.append(
      svg("text", { x: right, y: 14, class: "invented", "text-anchor": "end" }, mark),
    );
  }

  function sentence({ names }, { n, rates: shares }, of) {
    const keys = Object.keys(names);
    const told = (group) =>
      group.map((key) => `${names[key]} (${percent(shares[key])})`).join(", ");
    const high = keys.filter((key) => shares[key] > LEVEL + half(n));
    const low = keys.filter((key) => shares[key] < LEVEL - half(n));
    const parts = [
      high.length ? `Too often: ${told(high)}.` : "No test errs too often.",
      ...(low.length ? [`Too rarely: ${told(low)}.`] : []),
    ];
    return `${n.toLocaleString("en")} trials ${of}, and no true difference: 5 % should have P below 0.05. ${parts.join(" ")}`;
  }

  async function draw(settings, where, say) {
    const made = await latest(where, (signal) => {
      if (untouched(settings)) return settings.found;
      const progress = (part, found) => {
        if (signal.aborted || part === 1) return;
        const so = { n: found.length, rates: rates(found, settings.names) };
        show(settings, where, so);
        say(
          `${so.n.toLocaleString("en")} of ${COUNT.toLocaleString("en")} trials are drawn and tested.`,
        );
      };
      return compute(settings, { signal, progress });
    });
    if (!made) return;
    show(settings, where, made);
    say(sentence(settings, made, untouched(settings) ? "drawn for the book" : "drawn in this page"));
  }

  register("thousand-trials", {
    controls: [
      {
        key: "sdTreated",
        label: "SD of the slopes, treated",
        type: "range",
        min: 0,
        max: 0.045,
        step: 0.005,
        words: (x) => `${x.toFixed(3)} per day`,
      },
      {
        key: "sdControl",
        label: "SD of the slopes, controls",
        type: "range",
        min: 0,
        max: 0.045,
        step: 0.005,
        words: (x) => `${x.toFixed(3)} per day`,
      },
      {
        key: "keptControl",
        label: "Samples of the controls",
        type: "range",
        min: 0.3,
        max: 1,
        step: 0.05,
        words: (x) => `${Math.round(100 * x)} %`,
      },
      { key: "draw", label: "Draw number", type: "number", min: 1, max: 9999, step: 1 },
    ],
    compute,
    draw,
  });
})();
