/* How fast must NFL rise in intensive care alone, to give the controls' printed slope without any effect?
   Against rescat.needed_slope: the slope of all controls is w m + (1 - w) c, with m of the matched
   controls, c of the randomised ones, and w the weight of the matched. */
(() => {
  "use strict";
  const { register, chart } = window.rescatExplorables;

  const needed = (printed, others, weight) => (printed - (1 - weight) * others) / weight;
  const together = (rate, others, weight) => weight * rate + (1 - weight) * others;

  const perDay = (slope) => `${slope.toFixed(3)} per day`;
  const BASES = { log10: 10, ln: Math.E };
  const asFold = (slope, scale) => `${(BASES[scale] ** (28 * slope)).toFixed(1)} times in 28 days`;

  register("place-of-care", {
    controls: [
      {
        key: "rate",
        label: "Slope of the matched controls, in intensive care",
        type: "range",
        min: 0,
        max: 0.12,
        step: 0.001,
        words: perDay,
      },
      {
        key: "others",
        label: "Slope of the randomised controls",
        type: "range",
        min: -0.02,
        max: 0.04,
        step: 0.001,
        words: perDay,
      },
      {
        key: "weight",
        label: "Weight of the matched controls",
        type: "range",
        min: 0.1,
        max: 1,
        step: 0.01,
      },
      {
        key: "scale",
        label: "Scale of the values (not printed)",
        type: "select",
        options: [
          ["log10", "log10"],
          ["ln", "natural logarithm"],
        ],
      },
    ],
    compute: needed,
    draw({ rate, others, weight, scale, printed, low, high, elsewhere, agreeing }, where, say) {
      const point = needed(printed, others, weight);
      const line = together(rate, others, weight);
      const reference = elsewhere * (scale === "ln" ? Math.LN10 : 1);
      where.replaceChildren();
      const top = 0.16;
      const plot = chart(where, {
        x: {
          from: 0.1,
          to: 1,
          label: "Weight of the matched controls",
          ticks: [0.1, 0.2, 0.4, 0.6, 0.8, 1],
        },
        y: {
          from: 0,
          to: top,
          label: "Slope of the matched controls per day",
          ticks: [0, 0.04, 0.08, 0.12, 0.16],
        },
      });
      const weights = Array.from({ length: 181 }, (_, i) => 0.1 + i / 200);
      const curve = (slope) => weights.map((w) => [w, needed(slope, others, w)]);
      plot.area([...curve(low), ...curve(high).reverse()], "control");
      plot.line(curve(printed), "ink");
      plot.across(reference, "mark dashed thin");
      const [least, most] = agreeing;
      const between = weights.filter((w) => w > least && w < most);
      plot.line(
        [least, ...between, most].map((w) => [w, needed(printed, others, w)]),
        "matched band",
      );
      plot.dot(weight, rate, "matched", 7);
      plot.key(
        ["ink", "what the printed slope asks for"],
        ["control band", "the same for its 95 % interval"],
        ["matched band", "samplings that agree with what is printed"],
        ["mark dashed thin", "rise in ventilated patients elsewhere"],
      );
      const place = line < low ? "below" : line > high ? "above" : "inside";
      say(
        `With these settings the slope of all controls is ${line.toFixed(3)} per day, ${place} the printed interval (${low} to ${high}); ` +
          `for the printed ${printed}, NFL must rise by ${point.toFixed(3)} per day in intensive care (${asFold(point, scale)}).`,
      );
    },
  });
})();
