/* None of n patients had an event: which true risks remain possible? Against rescat.upper_bound_of_zero
   and rescat.exact_interval. */
(() => {
  "use strict";
  const { register, chart } = window.rescatExplorables;

  /* The largest risk p with (1 - p)^n of at least what is left out above. */
  function limit(n, confidence, twoSided) {
    const left = (100 - confidence) / (twoSided ? 200 : 100);
    return -Math.expm1(Math.log(left) / n);
  }

  const percent = (share) => {
    const value = 100 * share;
    return `${value < 9.95 && value % 1 > 1e-9 ? value.toFixed(1) : value.toFixed(0)} %`;
  };

  register("zero-of-n", {
    controls: [
      {
        key: "n",
        label: "Patients, none with the event",
        type: "range",
        min: 1,
        max: 300,
        step: 1,
      },
      {
        key: "confidence",
        label: "Confidence",
        type: "range",
        min: 80,
        max: 99,
        step: 1,
        unit: "%",
      },
      { key: "two_sided", label: "Two-sided, as much software prints it", type: "check" },
    ],
    compute: limit,
    draw({ n, confidence, two_sided: twoSided }, where, say) {
      const left = (100 - confidence) / (twoSided ? 200 : 100);
      const most = limit(n, confidence, twoSided);
      where.replaceChildren();
      const plot = chart(where, {
        x: {
          from: 0,
          to: 1,
          label: "True risk of one patient",
          words: (share) => `${Math.round(100 * share)} %`,
          ticks: [0, 0.2, 0.4, 0.6, 0.8, 1],
        },
        y: {
          from: 0,
          to: 1,
          label: `Probability that none of ${n} has the event`,
          words: (share) => `${Math.round(100 * share)} %`,
          ticks: [0, 0.25, 0.5, 0.75, 1],
        },
      });
      const risks = Array.from(
        { length: 401 },
        (_, i) => (i / 400) ** 2,
      ); /* denser where the curve is steep */
      const curve = (to) =>
        [...risks.filter((risk) => risk < to), to].map((risk) => [risk, (1 - risk) ** n]);
      plot.area([[0, 0], ...curve(most), [most, 0]], "treated");
      plot.line(curve(1), "ink");
      plot.across(left, "mark dashed thin");
      plot.down(most, "treated thin");
      plot.dot(most, left, "treated");
      plot.words(most, left, `${percent(most)}`, { dy: -12, look: "strong" });
      plot.words(1, left, percent(left), { dx: 4, dy: -6 });
      const sided = twoSided
        ? `upper end of the two-sided ${confidence} % interval`
        : `one-sided ${confidence} % upper limit`;
      say(
        `If none of ${n} ${n === 1 ? "patient" : "patients"} had the event, a true risk of up to ${percent(most)} remains possible (${sided}).`,
      );
    },
  });
})();
