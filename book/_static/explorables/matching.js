/* Who is matched with whom, if some covariates count more than others? Against rescat.match: two controls
   for each treated patient, each control once, with the least total distance. The distances in each
   covariate alone come with the section (rescat.match_distances). */
(() => {
  "use strict";
  const { register, svg } = window.rescatExplorables;

  const distances = (apart, weights) =>
    Object.values(apart)[0].map((row, i) =>
      row.map((_, j) =>
        Math.sqrt(
          Object.entries(apart).reduce(
            (sum, [name, table]) => sum + weights[name] * table[i][j] ** 2,
            0,
          ),
        ),
      ),
    );

  /* Every way to give two free controls to one treated patient after another, the best for each set of
     controls that are taken: all ways are looked at, so that the least total is exact. */
  function optimal(table) {
    let best = new Map([[0, { total: 0, sets: [] }]]);
    for (const row of table) {
      const next = new Map();
      for (const [taken, { total, sets }] of best) {
        for (let a = 0; a < row.length; a += 1) {
          for (let b = a + 1; b < row.length; b += 1) {
            const pair = (1 << a) | (1 << b);
            if (taken & pair) continue;
            const sum = total + row[a] + row[b];
            if (sum < (next.get(taken | pair)?.total ?? Infinity))
              next.set(taken | pair, { total: sum, sets: [...sets, [a, b]] });
          }
        }
      }
      best = next;
    }
    return [...best.values()].reduce((one, other) => (other.total < one.total ? other : one));
  }

  function matched({ apart, ...weights }) {
    const table = distances(apart, weights);
    return { table, ...optimal(table) };
  }

  register("matching", {
    controls: [
      ["age", "Weight of age"],
      ["male", "Weight of sex"],
      ["bmi", "Weight of BMI"],
      ["pao2_fio2", "Weight of PaO2/FiO2"],
    ].map(([key, label]) => ({ key, label, type: "range", min: 0, max: 5, step: 0.5 })),
    compute: matched,
    draw(settings, where, say) {
      const { treated, controls, apart, names, differences } = settings;
      const weights = Object.keys(apart).map((name) => settings[name]);
      where.replaceChildren();
      if (!weights.some(Boolean)) {
        say(
          "With no weight at all every pair is equally near, and any choice is as good as another.",
        );
        return;
      }
      const { table, total, sets } = matched(settings);
      const width = Math.max(where.clientWidth, 260);
      const [head, high, left] = [46, 40, 64];
      const cell = (width - left - 4) / controls.length;
      const root = svg("svg", {
        viewBox: `0 0 ${width} ${head + high * treated.length + 4}`,
        role: "img",
        class: "explorable-chart",
      });
      const text = (x, y, words, look = "") =>
        root.append(svg("text", { x, y, class: look, "text-anchor": "middle" }, words));
      const most = Math.max(...table.flat());
      text(left + (width - left) / 2, 14, "Matched control");
      controls.forEach((name, j) => text(left + cell * (j + 0.5), 36, name, "strong"));
      table.forEach((row, i) => {
        const y = head + high * i;
        text(left / 2, y + high / 2 + 5, `MSC ${treated[i]}`, "strong");
        row.forEach((distance, j) => {
          const x = left + cell * j;
          const chosen = sets[i].includes(j);
          root.append(
            svg("rect", {
              x: x + 1,
              y: y + 1,
              width: cell - 2,
              height: high - 2,
              class: "area control",
              style: `opacity: ${(0.35 * (1 - distance / most)).toFixed(3)}`,
            }),
          );
          if (chosen)
            root.append(
              svg("rect", {
                x: x + 2.5,
                y: y + 2.5,
                width: cell - 5,
                height: high - 5,
                rx: 4,
                class: "line treated",
              }),
            );
          text(x + cell / 2, y + high / 2 + 5, distance.toFixed(1), chosen ? "strong" : "");
        });
      });
      where.append(root);
      const mean = (name) =>
        sets
          .flatMap((set, i) => set.map((j) => differences[name][i][j]))
          .reduce((sum, x) => sum + Math.abs(x), 0) / sets.flat().length;
      const pairs = sets.map(
        (set, i) => `${treated[i]} with ${set.map((j) => controls[j]).join(" and ")}`,
      );
      const apartIn = Object.entries(names).map(([name, [label, unit, decimals]]) =>
        unit
          ? `${label} ${mean(name).toFixed(decimals)} ${unit}`
          : `${label} in ${Math.round(mean(name) * sets.flat().length)} of ${sets.flat().length} pairs`,
      );
      root.setAttribute("aria-label", `Who is matched: MSC patient ${pairs.join("; ")}.`);
      say(
        `The least total distance is ${total.toFixed(1)}. What is left between those who are matched, on average: ${apartIn.join(", ")}.`,
      );
    },
  });
})();
