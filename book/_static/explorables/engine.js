/* The book's own models, in the page: what rescat.fit_slopes and rescat.permutation_test compute, by
   the same functions, compiled for the page (rescat/book/wasm.py). They are loaded when they are
   first asked for, and run beside the page where the browser lets them. Each returns a Promise:

     rescatEngine.fit(samples)                              slopes with interval, df and P
     rescatEngine.permutations(samples, { statistic })      the model refitted for each relabelling
     rescatEngine.trials(setting, { count })                P values of trials drawn by chance
     rescatEngine.designed(setting, { count })              without the exact one: { p, difference }

   samples       { patient, day, value, group }: arrays with an entry for each sample; group is 1
                 (treated) or 0, and is left out for a single line
   statistic     "t" or "welch", as in Python
   ways, weights the admissible ways to label the patients, and the probability of each, if not all
                 are admissible and equally probable
   signal        an AbortSignal: what nobody waits for any more ends
   progress      is called with the part that is done, and what was found so far

   Where samples cannot carry the model, the Promise is rejected with an Error that says why. */
(() => {
  "use strict";
  const script = document.currentScript;
  const SOME = { refits: 500, trials: 50 }; /* in one go, so that another question need not wait */

  /* All that computes. A worker gets it as text: it uses nothing from outside. */
  async function models({ wasm, columns, compared, starts, singular, tie }) {
    const bytes = Uint8Array.from(atob(wasm), (sign) => sign.charCodeAt(0));
    const { exports: compiled } = (await WebAssembly.instantiate(bytes)).instance;
    compiled._initialize();
    const OK = 0;
    const NOT_ESTIMABLE = 2;
    const MOST = 50000; /* relabellings that a page may take the time for */

    /* Call a compiled function. Arrays are copied into its memory; the last one it fills. */
    function call(name, size, ...given) {
      const held = [];
      const room = (length) => {
        const place = compiled.malloc(Math.max(length, 1));
        if (!place) throw new Error("The memory is too small for so many fits.");
        held.push(place);
        return place;
      };
      try {
        const passed = given.map((part) => {
          if (typeof part === "number") return part;
          const place = room(part.byteLength);
          new part.constructor(compiled.memory.buffer, place, part.length).set(part);
          return place;
        });
        const out = room(8 * size);
        compiled[name](...passed, out);
        return new Float64Array(compiled.memory.buffer, out, size).slice();
      } finally {
        held.forEach((place) => compiled.free(place));
      }
    }

    /* Rows of numbers, read by the name of their column. */
    const table = (numbers, names) => {
      const place = Object.fromEntries(names.map((name, k) => [name, k]));
      return (row, name) => numbers[row * names.length + place[name]];
    };

    /* What rescat.slopes.reml.many returns, for one data set and some ways to label the patients. */
    function many({ n, w, b, yy }, labels, { from = starts, every = true } = {}) {
      const ways = labels.length / n;
      const size = ways * columns.length;
      const groups = labels.includes(1) ? 2 : 1;
      const first = Float64Array.from(from.flat());
      const slopes = 2; /* random intercepts and slopes */
      const sizes = [ways, n, 1, ways];
      return call(
        "fit",
        size,
        ...sizes,
        w,
        b,
        yy,
        labels,
        groups,
        slopes,
        1 /* restricted likelihood */,
        0 /* no slope */,
        0 /* is held at zero */,
        first,
        from.length,
        +every,
      );
    }

    const mean = (numbers) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
    const sd = (numbers, centre) => Math.sqrt(mean(numbers.map((x) => (x - centre) ** 2)));
    const members = (label, k) => label.reduce((sum, x) => sum + (x === k), 0);

    /* The samples, checked, on the scales of the fit, and as sums for each patient. */
    function prepared({ patient, day, value, group }) {
      const names = [...new Set(patient)];
      const n = names.length;
      const place = new Map(names.map((name, i) => [name, i]));
      const label = new Int8Array(n);
      const seen = new Set();
      patient.forEach((name, j) => {
        const i = place.get(name);
        if (!Number.isFinite(day[j]) || !Number.isFinite(value[j]))
          throw new Error(`A day or a value of patient ${name} is not a number.`);
        if (seen.has(`${i} ${day[j]}`))
          throw new Error(`Patient ${name} has two values on day ${day[j]}.`);
        if (group && seen.has(i) && label[i] !== group[j])
          throw new Error(`Patient ${name} is in both groups.`);
        seen.add(i).add(`${i} ${day[j]}`);
        if (group) label[i] = group[j];
      });
      if (group)
        for (const [k, called] of ["control", "treated"].entries()) {
          const size = members(label, k);
          if (size < 2)
            throw new Error(
              `The ${called} group has ${size} patient${size === 1 ? "" : "s"} and needs two or more: ` +
                "the spread between patients cannot be seen in fewer.",
            );
        }
      if (value.length <= 2 * n)
        throw new Error(
          `${value.length} samples of ${n} patients: the model needs more than ${2 * n}.`,
        );
      const centre = mean(day);
      const location = mean(value);
      const scale = sd(day, centre);
      const spread = sd(value, location);
      if (!(scale > 0)) throw new Error("All samples are on one day: a slope needs two.");
      if (!(spread > 1e-12 * Math.abs(location)))
        throw new Error("All values are the same: there is no slope to estimate.");
      const w = new Float64Array(3 * n);
      const b = new Float64Array(2 * n);
      const yy = new Float64Array(n);
      patient.forEach((name, j) => {
        const i = place.get(name);
        const t = (day[j] - centre) / scale;
        const y = (value[j] - location) / spread;
        w[3 * i] += 1;
        w[3 * i + 1] += t;
        w[3 * i + 2] += t * t;
        b[2 * i] += y;
        b[2 * i + 1] += y * t;
        yy[i] += y * y;
      });
      return { names, n, label, w, b, yy, centre, location, spread, unit: spread / scale };
    }

    function inference(slope, se, df) {
      const known = df >= 1 ? df : NaN; /* a standard error with fewer says nothing */
      const t = slope / se;
      const reach = se * compiled.t_limit(0.05, known);
      const p = compiled.two_sided_p(t, known);
      return { slope, se, df: known, t, p, low: slope - reach, high: slope + reach };
    }

    function fit(samples) {
      const data = prepared(samples);
      const { unit, spread, location, centre } = data;
      const found = table(many(data, data.label), columns);
      const get = (name) => found(0, name);
      if (get("status") === NOT_ESTIMABLE || get("sigma2") < 1e-12)
        throw new Error(
          "A line with its scatter cannot be estimated: all samples of a group are on one day, or the " +
            "samples of each patient lie exactly on a line.",
        );
      const line = (group) => {
        const slope = unit * get(`slope_${group}`);
        const intercept = location + spread * get(`intercept_${group}`) - slope * centre;
        const se = unit * Math.sqrt(get(`vss_${group}`));
        return { intercept, ...inference(slope, se, get(`df_${group}`)) };
      };
      const made = {
        control: line("control"),
        sdSlope: unit * Math.sqrt(get("sigma2")) * Math.hypot(get("l"), get("c")),
        sdResidual: spread * Math.sqrt(get("sigma2")),
        singular: Math.abs(get("a")) < singular || Math.abs(get("c")) < singular,
        converged: get("status") === OK,
      };
      if (!samples.group) return made;
      const gap = unit * (get("slope_treated") - get("slope_control"));
      const se = unit * Math.sqrt(get("vss_difference"));
      return {
        ...made,
        treated: line("treated"),
        difference: inference(gap, se, get("df_difference")),
      };
    }

    /* Each patient's own least-squares slope; NaN for one whose samples are on one day. */
    function ownSlopes({ n, w, b, unit }) {
      return Float64Array.from({ length: n }, (_, i) => {
        const [m, t, tt] = w.subarray(3 * i);
        const [y, ty] = b.subarray(2 * i);
        const spread = m * tt - t * t;
        return spread > 1e-13 * m * tt ? (unit * (m * ty - t * y)) / spread : NaN;
      });
    }

    /* Every way to treat k of n patients, as rows of labels, in the order of Python's combinations. */
    const listed = {};
    function everyWay(n, k) {
      if (listed[[n, k]]) return listed[[n, k]];
      let size = 1;
      for (let i = 1; i <= k; i += 1) size *= (n - k + i) / i;
      if (size > MOST)
        throw new Error(
          `There are more than ${MOST.toLocaleString("en")} ways to label so many patients.`,
        );
      const rows = [];
      const chosen = Array.from({ length: k }, (_, i) => i);
      for (let last = 0; last >= 0;) {
        for (let i = 0; i < n; i += 1) rows.push(+chosen.includes(i));
        last = k - 1;
        while (last >= 0 && chosen[last] === n - k + last) last -= 1;
        if (last < 0) break;
        chosen[last] += 1;
        for (let i = last + 1; i < k; i += 1) chosen[i] = chosen[i - 1] + 1;
      }
      return (listed[[n, k]] = Int8Array.from(rows));
    }

    const welch = (slopes, labels) => {
      const ways = labels.length / slopes.length;
      return call("welch", ways * compared.length, ways, slopes.length, slopes, labels);
    };

    const withSlope = (slopes) => [...slopes.keys()].filter((i) => !Number.isNaN(slopes[i]));

    /* The statistic as observed, and of some of the ways to label the patients. */
    function refits(samples, { statistic = "t", ways = null, from = 0, to = Infinity } = {}) {
      const data = prepared(samples);
      const own = statistic === "welch" ? ownSlopes(data) : null;
      /* Welch's t leaves out who has no slope of its own. */
      const kept = own ? withSlope(own) : [...data.label.keys()];
      const label = Int8Array.from(kept, (i) => data.label[i]);
      const [n, treated] = [kept.length, members(label, 1)];
      const leftOut = data.names.filter((_, i) => !kept.includes(i));
      if (Math.min(treated, n - treated) < 2)
        throw new Error(
          "Each group needs two patients, for Welch's t with samples on two days or more.",
        );
      if (ways && leftOut.length)
        throw new Error(`Patient ${leftOut[0]} has no slope of its own: Welch's t cannot be used.`);
      const all = ways ? Int8Array.from(ways.flat()) : everyWay(n, treated);
      const total = all.length / n;
      const labels = Int8Array.from([...label, ...all.subarray(from * n, Math.min(to, total) * n)]);
      const rows = Array.from({ length: labels.length / n }, (_, row) => row);
      let difference, values;
      if (own) {
        const slopes = Float64Array.from(kept, (i) => own[i]);
        const found = table(welch(slopes, labels), compared);
        difference = rows.map((row) => found(row, "difference"));
        values = rows.map((row) => found(row, "statistic"));
      } else {
        /* From starts that know nothing of the labels, as an exact test asks. */
        const one = table(many(data, new Int8Array(n)), columns);
        const away = (name) => Math.max(Math.abs(one(0, name)), 0.2);
        const near = [away("a"), one(0, "l"), away("c")];
        const found = table(many(data, labels, { from: [near, ...starts], every: false }), columns);
        const gap = (row) => found(row, "slope_treated") - found(row, "slope_control");
        difference = rows.map((row) => data.unit * gap(row));
        values = rows.map((row) =>
          found(row, "status") === OK ? gap(row) / Math.sqrt(found(row, "vss_difference")) : NaN,
        );
      }
      /* What has no estimate counts as extreme. */
      const [observed, ...compare] = values.map((t) => (Number.isFinite(t) ? t : Infinity));
      return { total, leftOut, observed, difference: difference.slice(1), statistic: compare };
    }

    /* --- Trials drawn by chance --------------------------------------------------------------- */

    /* xoshiro128** of Blackman and Vigna, begun by splitmix32: the same numbers for the same seed. */
    function random(seed) {
      let z = seed | 0;
      const next = () => {
        z = (z + 0x9e3779b9) | 0;
        let x = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
        x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
        return (x ^ (x >>> 15)) >>> 0;
      };
      const s = [next(), next(), next(), next()];
      const turned = (x, k) => (x << k) | (x >>> (32 - k));
      const uniform = () => {
        const result = Math.imul(turned(Math.imul(s[1], 5), 7), 9) >>> 0;
        const t = s[1] << 9;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = turned(s[3], 11);
        return (result + 0.5) / 2 ** 32;
      };
      /* Box and Muller. */
      const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
      return { uniform, normal };
    }

    /* One trial as rescat.simulate_trial draws it: the treated patients first; pairs are (control,
       treated). Every number is drawn whether or not it is used: one setting changes no other. */
    function trial(setting, number) {
      const { uniform, normal } = random(Math.imul(setting.seed, 0x85ebca6b) ^ number);
      const samples = { patient: [], day: [], value: [], group: [] };
      for (let i = 0; i < setting.treated + setting.controls; i += 1) {
        const group = +(i < setting.treated);
        const of = (name) => setting[name][group];
        const level = of("level") + of("sd_intercept") * normal();
        const slope = of("slope") + of("sd_slope") * normal();
        /* Who leaves does so at a constant rate; `left` of the patients by the last day. */
        const stays = setting.left ? uniform() : 0;
        const there = (day) => stays < (1 - of("left")) ** (day / setting.days.at(-1));
        setting.days.forEach((day, k) => {
          const value = level + slope * day + of("sd_residual") * normal();
          const kept = uniform() < of("kept") && (!setting.left || there(day));
          if (k > 0 && !kept) return;
          samples.patient.push(i);
          samples.day.push(day);
          samples.value.push(value);
          samples.group.push(group);
        });
      }
      return samples;
    }

    /* The difference per day by the fit of all, and the P value of each test; NaN where a test cannot be
       computed. */
    function tested(samples, exact = true) {
      const data = prepared(samples);
      const { label } = data;
      const whole = table(many(data, label), columns);
      const gap = whole(0, "slope_treated") - whole(0, "slope_control");
      const se = Math.sqrt(whole(0, "vss_difference"));
      const good = whole(0, "status") === OK;
      /* A fit of each group alone: the patients of the other one are left out. */
      const [control, treated] = [0, 1].map((k) => {
        const found = table(
          many(
            data,
            label.map((x) => (x === k ? 0 : -1)),
          ),
          columns,
        );
        const get = (name) => found(0, name);
        const spare = label.reduce((sum, x, i) => sum + (x === k) * (data.w[3 * i] - 2), 0);
        const fine = spare > 0 && get("status") === OK;
        return { slope: get("slope_control"), v: get("vss_control"), df: get("df_control"), fine };
      });
      const v = control.v + treated.v;
      const df = v ** 2 / (control.v ** 2 / control.df + treated.v ** 2 / treated.df);
      const slopes = ownSlopes(data);
      const usable = withSlope(slopes);
      const kept = Float64Array.from(usable, (i) => slopes[i]);
      const own = Int8Array.from(usable, (i) => label[i]);
      const observed = table(welch(kept, own), compared);
      const t = observed(0, "statistic");
      const p = {
        wald: good ? compiled.two_sided_p(gap / se, Infinity) : NaN,
        satterthwaite: good ? inference(gap, se, whole(0, "df_difference")).p : NaN,
        by_group:
          control.fine && treated.fine
            ? inference(treated.slope - control.slope, Math.sqrt(v), df).p
            : NaN,
        welch: compiled.two_sided_p(t, observed(0, "df")),
      };
      if (exact) {
        const others = welch(kept, everyWay(kept.length, members(own, 1)));
        let extreme = 0;
        for (let row = 0; row < others.length; row += compared.length)
          extreme += !(Math.abs(others[row + 1]) < Math.abs(t) * (1 - tie));
        const ways = others.length / compared.length;
        p.permutation_welch = Number.isFinite(t) ? extreme / ways : NaN;
      }
      return { p, difference: good ? data.unit * gap : NaN };
    }

    const each = (of) => (setting, { from, to }) =>
      Array.from({ length: to - from }, (_, k) => of(trial(setting, from + k)));
    const trials = each((samples) => tested(samples).p);
    const designed = each((samples) => tested(samples, false));

    return {
      fit,
      refits,
      trials,
      designed,
      trial,
      many,
      welch,
      two_sided_p: compiled.two_sided_p,
      t_limit: compiled.t_limit,
    };
  }

  /* --- Where it computes ---------------------------------------------------------------------- */

  const loaded = () =>
    new Promise((done, failed) => {
      const element = document.createElement("script");
      element.src = new URL(script.dataset.models ?? "engine-module.js", script.src).href;
      element.onload = () => done(window.rescatModels);
      element.onerror = () => failed(new Error("The models could not be loaded."));
      document.head.append(element);
    });

  /* What a worker runs: it computes what it is asked, one question after the other. */
  function serve(making) {
    let made;
    self.onmessage = async ({ data: { number, name, given } }) => {
      try {
        if (name === "begin") made = await making(...given);
        postMessage({ number, answer: name === "begin" ? null : made[name](...given) });
      } catch (error) {
        postMessage({ number, failed: error.message });
      }
    };
  }

  function inWorker(known) {
    const code = `"use strict";(${serve})(${models});`;
    const worker = new Worker(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
    const waiting = new Map();
    let numbers = 0;
    const ask = (name, ...given) =>
      new Promise((done, failed) => {
        waiting.set((numbers += 1), { done, failed });
        worker.postMessage({ number: numbers, name, given });
      });
    worker.onmessage = ({ data: { number, answer, failed } }) => {
      const { done, failed: refuse } = waiting.get(number);
      waiting.delete(number);
      if (failed === undefined) done(answer);
      else refuse(new Error(failed));
    };
    worker.onerror = () => {
      for (const { failed } of waiting.values()) failed(new Error("The models have stopped."));
      waiting.clear();
    };
    return ask("begin", known).then(() => ask);
  }

  async function inPage(known) {
    const made = await models(known);
    return async (name, ...given) => {
      await new Promise((done) => setTimeout(done)); /* the page may draw in between */
      return made[name](...given);
    };
  }

  let begun;
  const ask = async (...question) => {
    begun ??= loaded().then((known) =>
      Promise.resolve(known)
        .then(inWorker)
        .catch(() => inPage(known)),
    );
    return (await begun)(...question);
  };

  /* A long question in parts, with what was found so far. */
  async function inParts(size, total, part, { signal, progress }) {
    for (let from = 0; from < total(); from += size) {
      if (signal?.aborted) throw new DOMException("nobody waits for it", "AbortError");
      await part(from, from + size);
      progress?.(Math.min(1, (from + size) / total()));
    }
  }

  async function permutations(
    samples,
    { statistic = "t", ways = null, weights = null, signal, progress } = {},
  ) {
    let known = { total: 1 };
    const difference = [];
    const values = [];
    await inParts(
      SOME.refits,
      () => known.total,
      async (from, to) => {
        known = await ask("refits", samples, { statistic, ways, from, to });
        difference.push(...known.difference);
        values.push(...known.statistic);
      },
      { signal, progress },
    );
    const { tie } = window.rescatModels;
    const limit = Math.abs(known.observed) * (1 - tie);
    const p = values.reduce(
      (sum, t, i) => sum + (Math.abs(t) >= limit) * (weights?.[i] ?? 1 / values.length),
      0,
    );
    const { observed, leftOut } = known;
    return { difference, statistic: values, observed, p, leftOut };
  }

  const drawn =
    (name) =>
    async (setting, { count = 1000, signal, progress } = {}) => {
      const found = [];
      await inParts(
        SOME.trials,
        () => count,
        async (from, to) =>
          found.push(...(await ask(name, setting, { from, to: Math.min(to, count) }))),
        { signal, progress: progress && ((part) => progress(part, found)) },
      );
      return found;
    };

  window.rescatEngine = {
    fit: (samples) => ask("fit", samples),
    permutations,
    trials: drawn("trials"),
    designed: drawn("designed"),
    ask,
  };
})();
