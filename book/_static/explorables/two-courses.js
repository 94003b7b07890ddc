/* A rise that ends, and the straight line that the model draws through it. Against
   rescat.expected_line: intercept and slope are weighted sums of the means on the days of sampling, and
   the weights of each sampling plan come with the section (rescat.line_weights). */
(() => {
  "use strict";
  const { register, chart } = window.rescatExplorables;

  /* The course on some days: from 0 on day 0 to `height` on the peak, and to `left` on its last day. */
  const course = (days, { height, peak, end, left }) =>
    days.map((day) => {
      if (day <= peak) return (height * day) / peak;
      if (day >= end) return left;
      return height + ((left - height) * (day - peak)) / (end - peak);
    });

  const sum = (weights, values) =>
    weights.reduce((total, weight, i) => total + weight * values[i], 0);

  /* Intercept and slope of the controls' line. */
  function line({ designs, design, days, treated, ...shape }) {
    const means = course(days, shape).map((extra, i) => extra + treated * days[i]);
    const { intercept, slope } = designs[design];
    return { means, intercept: sum(intercept, means), slope: sum(slope, means) };
  }

  const fold = (log10) => 10 ** log10;
  const times = (log10) => `${fold(log10).toFixed(1)} times`;

  register("two-courses", {
    controls: [
      {
        key: "design",
        label: "Who of the controls gave blood",
        type: "select",
        options: ({ designs }) => Object.keys(designs).map((name) => [name, name]),
      },
      { key: "peak", label: "Day of the peak", type: "range", min: 2, max: 27, step: 1 },
      {
        key: "height",
        label: "Rise to, on that day",
        type: "range",
        min: 0,
        max: 1.2,
        step: 0.01,
        words: times,
      },
      { key: "end", label: "Day when the fall ends", type: "range", min: 3, max: 28, step: 1 },
      {
        key: "left",
        label: "From then on",
        type: "range",
        min: 0,
        max: 1.2,
        step: 0.01,
        words: times,
      },
    ],
    compute: line,
    draw(settings, where, say) {
      const { days, treated, printed, low, high, peak, height, end, left } = settings;
      where.replaceChildren();
      if (end <= peak) {
        say("The fall must end after the day of the peak.");
        return;
      }
      const { means, intercept, slope } = line(settings);
      const shape = [0, peak, end, 28];
      const trueCourse = course(shape, settings).map((extra, i) => [
        shape[i],
        extra + treated * shape[i],
      ]);
      const fitted = [
        [0, intercept],
        [28, intercept + slope * 28],
      ];
      const highest = Math.max(0.9, ...[...trueCourse, ...fitted].map(([, value]) => value)) * 1.1;
      const lowest = Math.min(0, ...fitted.map(([, value]) => value)) * 1.1;
      const plot = chart(where, {
        x: { from: 0, to: 28, label: "Day", ticks: days },
        y: {
          from: lowest,
          to: highest,
          label: "NFL, times the level of MSC on day 0",
          ticks: [1, 2, 4, 8, 16, 32].map(Math.log10).filter((tick) => tick <= highest),
          words: (tick) => String(Math.round(fold(tick))),
        },
      });
      plot.line(
        [
          [0, 0],
          [28, treated * 28],
        ],
        "treated",
      );
      plot.line(trueCourse, "ink dotted");
      plot.line(fitted, "ink");
      plot.line(
        [
          [0, 0],
          [28, printed * 28],
        ],
        "mark dashed thin",
      );
      days.forEach((day, i) => plot.dot(day, means[i], "ink", 4));
      plot.words(0, highest, "INVENTED", { dx: 10, dy: 16, look: "invented" });
      plot.key(
        ["ink dotted", "course of the controls"],
        ["ink", "the line through it"],
        ["mark dashed thin", "the controls' printed line"],
        ["treated", "MSC, as printed"],
      );
      const inside = slope >= low && slope <= high;
      const verdict =
        slope.toFixed(3) === printed.toFixed(3)
          ? "the printed slope"
          : `${inside ? "inside" : "outside"} the printed 95 % interval (${low} to ${high})`;
      say(
        `A straight line through this rise has an expected slope of ${slope.toFixed(3)} per day: ${verdict}.`,
      );
    },
  });
})();
