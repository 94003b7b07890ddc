/* How many of n tests are significant by chance, if every two of their statistics are correlated alike?
   Against rescat.count_distribution, in the same way: given the common part u of the statistics, the
   tests are independent, and the binomial distribution is averaged over u. */
(() => {
  "use strict";
  const { register, chart, normalTails } = window.rescatExplorables;

  const REACH = 8; /* SDs beyond which the normal distribution has nothing to speak of */
  const PIECES = 8; /* of each stretch: with more, nothing changes before the 13th decimal */

  const tail = (z) => (z < 0 ? 1 - tail(-z) : normalTails(z) / 2);

  /* The z with this upper tail, by halving. */
  function quantile(share) {
    let low = 0;
    let high = 40;
    for (let k = 0; k < 80; k += 1) {
      const middle = (low + high) / 2;
      if (tail(middle) > share) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  }

  /* Gauss and Legendre's 20 places and weights from -1 to 1. */
  const RULE = Array.from({ length: 20 }, (_, i) => {
    let x = Math.cos((Math.PI * (i + 0.75)) / 20.5);
    let slope = 1;
    for (let turn = 0; turn < 8; turn += 1) {
      let [before, now] = [1, x];
      for (let k = 2; k <= 20; k += 1)
        [before, now] = [now, ((2 * k - 1) * x * now - (k - 1) * before) / k];
      slope = (20 * (before - x * now)) / (1 - x * x);
      x -= now / slope;
    }
    return [x, 2 / ((1 - x * x) * slope * slope)];
  });

  const logFactorials = [0];
  for (let k = 1; k <= 200; k += 1) logFactorials.push(logFactorials[k - 1] + Math.log(k));

  function binomial(n, rate) {
    const [yes, no] = [Math.log(rate), Math.log1p(-rate)];
    return Array.from({ length: n + 1 }, (_, k) =>
      Math.exp(logFactorials[n] - logFactorials[k] - logFactorials[n - k] + k * yes + (n - k) * no),
    );
  }

  /* The probability of each number of significant tests, from 0 to n. */
  function distribution(n, alpha, correlation) {
    if (correlation === 0) return binomial(n, alpha);
    const limit = quantile(alpha / 2);
    const own = Math.sqrt(1 - correlation);
    const common = Math.sqrt(correlation);
    /* Below zero everything is as above. The chance of a hit rises from 0 to 1 around one place, which
       has a stretch of its own. */
    const rise = [-REACH, REACH].map((side) =>
      Math.min(Math.max((limit + own * side) / common, 0), REACH),
    );
    const ends = [...new Set([0, ...rise, REACH])].sort((a, b) => a - b);
    const sums = new Array(n + 1).fill(0);
    let whole = 0;
    for (let part = 0; part + 1 < ends.length; part += 1) {
      const half = (ends[part + 1] - ends[part]) / PIECES / 2;
      for (let piece = 0; piece < PIECES; piece += 1) {
        for (const [place, share] of RULE) {
          const u = ends[part] + half * (2 * piece + 1 + place);
          const weight = Math.exp((-u * u) / 2) * half * share;
          const rate = tail((limit - common * u) / own) + tail((limit + common * u) / own);
          whole += weight;
          binomial(n, Math.min(Math.max(rate, 1e-12), 1 - 1e-12)).forEach(
            (p, k) => (sums[k] += weight * p),
          );
        }
      }
    }
    return sums.map((sum) => sum / whole);
  }

  /* A slider asks for the same again and again. */
  const kept = new Map();
  function remembered(...settings) {
    const key = settings.join();
    if (!kept.has(key)) kept.set(key, distribution(...settings));
    return kept.get(key);
  }

  const atLeast = (shares, k) =>
    Math.min(
      shares.slice(k).reduce((sum, p) => sum + p, 0),
      1,
    );

  const percent = (share) => `${(100 * share).toFixed(share > 1e-12 && share < 0.0995 ? 1 : 0)} %`;

  register("chance-hits", {
    controls: [
      { key: "tests", label: "Tests", type: "range", min: 1, max: 40, step: 1 },
      { key: "hits", label: "Hits: so many or more", type: "range", min: 1, max: 10, step: 1 },
      {
        key: "correlation",
        label: "Correlation between every two tests",
        type: "range",
        min: 0,
        max: 0.95,
        step: 0.05,
      },
      {
        key: "alpha",
        label: "A hit is P below",
        type: "select",
        options: [
          [0.001, "0.001"],
          [0.01, "0.01"],
          [0.05, "0.05"],
          [0.1, "0.10"],
        ],
      },
    ],
    compute: distribution,
    draw({ tests, hits, correlation, alpha }, where, say) {
      const shares = remembered(tests, alpha, correlation);
      const chance = atLeast(shares, hits);
      const shown = Math.min(tests, Math.max(8, hits + 2));
      where.replaceChildren();
      const most = Math.max(...shares);
      const plot = chart(where, {
        height: 260,
        x: {
          from: -0.6,
          to: shown + 0.6,
          label: "Hits, if no difference is real",
          ticks: Array.from({ length: shown + 1 }, (_, k) => k),
        },
        y: { from: 0, to: Math.min(1, most * 1.12), label: "Probability", words: percent },
      });
      shares.slice(0, shown + 1).forEach((share, k) => {
        plot.bar(k - 0.36, k + 0.36, 0, share, k >= hits ? "mark" : "rest");
        if (share >= 0.0005 && where.clientWidth > 480)
          plot.words(k, share, percent(share), { dx: -15, dy: -5 });
      });
      const across = Array.from({ length: 20 }, (_, i) => i / 20);
      const line = across.map((r) => [r, atLeast(remembered(tests, alpha, r), hits)]);
      const second = chart(where, {
        height: 220,
        x: {
          from: 0,
          to: 1,
          label: "Correlation between every two tests",
          ticks: [0, 0.2, 0.4, 0.6, 0.8, 1],
        },
        y: {
          from: 0,
          to: Math.max(0.06, ...line.map(([, p]) => p)) * 1.12,
          label: `Probability of ${hits} or more`,
          words: percent,
        },
      });
      second.across(0.05, "mark dashed thin");
      second.line(line, "ink");
      second.dot(correlation, chance, "mark");
      second.words(correlation, chance, percent(chance), { dy: -12, look: "strong" });
      const together = correlation
        ? `every two with a correlation of ${correlation}`
        : "independent of each other";
      say(
        hits > tests
          ? `${tests} ${tests === 1 ? "test" : "tests"} cannot give ${hits} hits.`
          : `If no difference is real, ${hits} or more of ${tests} tests have P below ${alpha} with a probability of ${percent(chance)} (tests ${together}; ${Number((tests * alpha).toFixed(3))} expected).`,
      );
    },
  });
})();
