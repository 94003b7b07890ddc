/* Which P values can an estimate with its confidence interval have, each rounded as printed? Against
   rescat.attainable_p. */
(() => {
  "use strict";
  const { register, chart, normalTails } = window.rescatExplorables;

  const NORMAL = Infinity; /* degrees of freedom */

  /* The regularised incomplete beta function, by Lentz's continued fraction. */
  function beta(x, a, b, logBeta) {
    if (x <= 0) return 0;
    if (x >= 1) return 1;
    if (x > (a + 1) / (a + b + 2)) return 1 - beta(1 - x, b, a, logBeta);
    const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta) / a;
    let c = 1;
    let d = 1 / (1 - ((a + b) * x) / (a + 1));
    let f = d;
    for (let m = 1; m < 500; m += 1) {
      for (const term of [
        (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)),
        (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)),
      ]) {
        d = 1 / (1 + term * d);
        c = 1 + term / c;
        f *= c * d;
      }
      if (Math.abs(c * d - 1) < 1e-16) break;
    }
    return front * f;
  }

  /* The logarithm of B(df / 2, 1 / 2), from that of 1 and 2 degrees of freedom upwards. */
  function logBetaOf(df) {
    let log = df % 2 ? Math.log(Math.PI) : Math.log(2);
    for (let k = df % 2 ? 1 : 2; k < df; k += 2) log += Math.log(k / (k + 1));
    return log;
  }

  /* Both tails beyond t. */
  function twoTails(t, df) {
    if (df === NORMAL) return normalTails(t);
    return beta(df / (df + t * t), df / 2, 0.5, logBetaOf(df));
  }

  /* How many standard errors half a 95 % interval has. */
  function multiplier(df) {
    let low = 0;
    let high = 700; /* of one degree of freedom it is 12.7 */
    for (let k = 0; k < 100; k += 1) {
      const middle = (low + high) / 2;
      if (twoTails(middle, df) > 0.05) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  }

  /* The corners (estimate, half width) of all that rounds to the printed figures: each figure is a
     strip between two lines. An interval that is not even bounds its half width alone. */
  function corners({ estimate, low, high, decimals, even }) {
    const half = 0.5 * 10 ** -decimals;
    const strips = even
      ? [
          [estimate, 1, 0],
          [low, 1, -1],
          [high, 1, 1],
        ]
      : [
          [estimate, 1, 0],
          [(high - low) / 2, 0, 1],
        ];
    const sides = strips.flatMap(([printed, a, b]) => [
      [a, b, printed + half],
      [-a, -b, half - printed],
    ]);
    const found = [];
    sides.forEach(([a, b, c], i) => {
      for (const [p, q, r] of sides.slice(i + 1)) {
        const det = a * q - b * p;
        if (Math.abs(det) < 1e-9) continue;
        const point = [(c * q - b * r) / det, (a * r - c * p) / det];
        if (sides.every(([x, y, most]) => x * point[0] + y * point[1] <= most + 1e-12))
          found.push(point);
      }
    });
    return found;
  }

  /* How many half widths of its interval the estimate is from zero, for all that rounds to the figures;
     of a difference of two independent slopes, for each pair of corners. */
  function ratios({ what, estimate, low, high, estimate2, low2, high2, decimals, even }) {
    const first = corners({ estimate, low, high, decimals, even });
    if (what === "slope") return first.map(([slope, half]) => Math.abs(slope) / half);
    const second = corners({ estimate: estimate2, low: low2, high: high2, decimals, even });
    return first.flatMap(([a, p]) => second.map(([b, q]) => Math.abs(b - a) / Math.hypot(p, q)));
  }

  /* The least and the greatest two-sided P; nothing if no estimate and half width round to this. */
  function range(settings) {
    const df = settings.convention === "z" ? NORMAL : settings.df;
    const width = multiplier(settings.convention === "mixed" ? NORMAL : df);
    const values = ratios(settings).map((ratio) => twoTails(ratio * width, df));
    return values.length ? [Math.min(...values), Math.max(...values)] : [];
  }

  const shown = (p) => (p < 0.0001 ? "less than 0.0001" : p.toFixed(4));

  const ofTwo = ({ what }) => what === "difference";

  register("p-of-limits", {
    controls: [
      {
        key: "what",
        label: "P of",
        type: "select",
        options: [
          ["slope", "one slope against zero"],
          ["difference", "the difference of two slopes"],
        ],
      },
      { key: "estimate", label: "Slope of the controls", type: "number", step: 0.001 },
      { key: "low", label: "Lower end of its 95 % interval", type: "number", step: 0.001 },
      { key: "high", label: "Upper end", type: "number", step: 0.001 },
      {
        key: "estimate2",
        label: "Slope of the MSC patients",
        type: "number",
        step: 0.001,
        when: ofTwo,
      },
      {
        key: "low2",
        label: "Lower end of its 95 % interval",
        type: "number",
        step: 0.001,
        when: ofTwo,
      },
      { key: "high2", label: "Upper end", type: "number", step: 0.001, when: ofTwo },
      {
        key: "relation",
        label: "P is printed with",
        type: "select",
        options: [
          ["=", "P ="],
          ["<", "P <"],
        ],
      },
      { key: "printed", label: "P, as printed", type: "number", min: 0, max: 1, step: 0.001 },
      {
        key: "decimals",
        label: "Printed decimals of each figure",
        type: "range",
        min: 1,
        max: 5,
        step: 1,
      },
      {
        key: "convention",
        label: "Interval and P by",
        type: "select",
        options: [
          ["z", "z, both"],
          ["t", "t, both"],
          ["mixed", "z the interval, t the P"],
        ],
      },
      {
        key: "df",
        label: "Degrees of freedom of t",
        type: "range",
        min: 2,
        max: 60,
        step: 1,
        when: ({ convention }) => convention !== "z",
      },
      { key: "even", label: "The slope is in the middle of its interval", type: "check" },
    ],
    compute: range,
    draw(settings, where, say) {
      const { what, printed, relation, decimals, convention } = settings;
      where.replaceChildren();
      const [least, most] = range(settings);
      const ordered =
        settings.low < settings.high && (what === "slope" || settings.low2 < settings.high2);
      if (least === undefined || !ordered) {
        say(
          ordered
            ? "No slope in the middle of an interval rounds to these figures: the interval cannot be a slope plus and minus one multiple of its standard error."
            : "The lower end of an interval must lie below its upper end.",
        );
        return;
      }
      const floor = 1e-4;
      const at = (p) => Math.max(p, floor);
      const plot = chart(where, {
        height: 130,
        left: 16,
        x: {
          from: floor,
          to: 1,
          log: true,
          label:
            what === "slope"
              ? "Two-sided P, slope against zero"
              : "Two-sided P, difference of the slopes",
          ticks:
            where.clientWidth < 480
              ? [0.0001, 0.001, 0.01, 0.05, 1]
              : [0.0001, 0.001, 0.01, 0.05, 0.1, 0.5, 1],
        },
        y: { from: 0, to: 1, ticks: [] },
      });
      plot.line(
        [
          [0.05, 0],
          [0.05, 0.75],
        ],
        "rest dashed thin",
      );
      plot.bar(at(least), at(most), 0.3, 0.7, "control");
      plot.dot(at(printed), 0.5, "mark", 7);
      plot.words(at(printed), 0.85, `printed P ${relation} ${printed}`, {
        dx: 0,
        dy: 0,
        look: "strong",
      });
      const half = 0.5 * 10 ** -decimals;
      const fits =
        relation === "<" ? least < printed : printed + half >= least && printed - half <= most;
      const by = {
        z: "z",
        t: `t with ${settings.df} degrees of freedom`,
        mixed: `an interval by z and P by t with ${settings.df} degrees of freedom`,
      }[convention];
      say(
        `With rounding, these figures allow a P from ${shown(least)} to ${shown(most)} (two-sided, by ${by}). ` +
          `The printed P ${relation} ${printed} is ${fits ? "inside" : "outside, so that with these assumptions the figures do not go together"}.`,
      );
    },
  });
})();
