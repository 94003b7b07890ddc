/* The search page: what is meant comes first, each hit with a line that says what it is.
   SEARCH_ENTRIES (rescat/book/search.py) are the things that have names; Sphinx's own index of all
   words (searchtools.js) finds the rest. Nothing is fetched, so it works from a folder on a disk. */
(() => {
  "use strict";
  const SHOWN_FIRST = 15;

  const plain = (text) => text.normalize("NFKD").toLowerCase().replace(/\p{M}/gu, "");
  const wordsOf = (text) => plain(text).match(/[\p{L}\p{N}]+/gu) || [];
  /* As one word: IL-6, IL 6 and IL6 are the same. */
  const joined = (text) => wordsOf(text).join("");

  const entries = () =>
    SEARCH_ENTRIES.map(([kind, title, address, text, names], order) => ({
      kind,
      title,
      address,
      text,
      order,
      joined: [title, ...names].map(joined),
      named: [title, ...names].flatMap(wordsOf),
      said: wordsOf(text),
    }));

  /* Of two letters or figures all count: the 6 of IL-6 does not begin 60. */
  const isStart = (word, other) => (word.length > 2 ? other.startsWith(word) : other === word);
  const begins = (words, word) => words.some((other) => isStart(word, other));

  /* How well an entry is what was asked for: from 5, its name, to 0, not at all. */
  function points(entry, whole, words) {
    if ([whole, whole.replace(/s$/, "")].some((name) => entry.joined.includes(name))) return 5;
    if (whole.length > 2 && begins(entry.joined, whole)) return 4;
    const found = words.filter((word) => begins(entry.named, word));
    if (found.length === words.length) return words.length ? 3 : 0;
    if (!words.every((word) => found.includes(word) || begins(entry.said, word))) return 0;
    return found.length ? 2 : 1;
  }

  function byName(all, query) {
    const words = wordsOf(query).filter((word) => !stopwords.includes(word));
    return all
      .map((entry) => [points(entry, joined(query), words), entry])
      .filter(([n]) => n)
      .sort(([n, entry], [m, other]) => m - n || entry.order - other.order)
      .map(([, entry]) => entry);
  }

  /* Pages by all their words, the best first, with the line of the page. */
  function byWords(all, query) {
    const known = new Map(all.map((entry) => [entry.address, entry]));
    const [asked, ...terms] = Search._parseQuery(query);
    return Search._performSearch(asked, ...terms)
      .reverse()
      .map(([page, title, anchor, about]) => {
        const inPage = known.get(`${page}.html`);
        const text = anchor ? "" : inPage?.text;
        const entry = { kind: about || inPage?.kind || "Page", address: `${page}.html${anchor}` };
        return known.get(entry.address) || { ...entry, title: asText(title), text: text || "" };
      });
  }

  /* Titles of Sphinx's index are HTML (rescat/book/policy.py). */
  const asText = (title) => new DOMParser().parseFromString(title, "text/html").body.textContent;

  /* How many letters are to be added, left out, changed or swapped; at most a few matter. */
  function typos(a, b) {
    const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
    for (let i = 1; i <= a.length; i++) {
      rows.push([i]);
      for (let j = 1; j <= b.length; j++) {
        const change = rows[i - 1][j - 1] + (a[i - 1] !== b[j - 1]);
        rows[i][j] = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, change);
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
          rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
      }
    }
    return rows[a.length][b.length];
  }

  /* The same question with each word that no page has as the nearest one that some page has. */
  function respelt(all, query) {
    const count = new Map();
    for (const word of all.flatMap((entry) => [...entry.named, ...entry.said]))
      count.set(word, (count.get(word) || 0) + 1);
    const known = [...count.keys()].sort((a, b) => count.get(b) - count.get(a));
    const nearest = (word) => {
      if (word.length < 4 || begins(known, word)) return word;
      const most = word.length < 8 ? 1 : 2;
      let best = [most + 1, word];
      for (const other of known) {
        if (Math.abs(other.length - word.length) > most) continue;
        const n = typos(word, other);
        if (n < best[0]) best = [n, other];
      }
      return best[1];
    };
    return wordsOf(query).map(nearest).join(" ");
  }

  function shown(entry, words) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = entry.address;
    link.textContent = entry.title;
    const kind = document.createElement("span");
    kind.className = "search-kind";
    kind.textContent = entry.kind;
    item.append(link, " ", kind);
    if (entry.text) {
      const text = document.createElement("p");
      text.className = "context";
      text.append(...marked(entry.text, words));
      item.append(text);
    }
    return item;
  }

  /* The words that were asked for are marked where a line has them. */
  const marked = (text, words) =>
    text.split(/([\p{L}\p{N}]+)/u).map((part) => {
      if (!part || !words.some((word) => isStart(word, plain(part)))) return part;
      const mark = document.createElement("mark");
      mark.textContent = part;
      return mark;
    });

  function found(all, query) {
    const hits = new Map();
    for (const entry of [...byName(all, query), ...byWords(all, query)])
      if (!hits.has(entry.address)) hits.set(entry.address, entry);
    return [...hits.values()];
  }

  function answer(query) {
    const all = entries();
    let asked = query;
    let hits = found(all, query);
    if (!hits.length) {
      asked = respelt(all, query);
      hits = found(all, asked);
    }
    Search.stopPulse();
    Search.title.textContent = "Search results";
    Search.status.setAttribute("role", "status");
    Search.status.textContent = said(query, asked, hits.length);
    const words = wordsOf(asked).filter((word) => !stopwords.includes(word));
    const items = hits.map((entry) => shown(entry, words));
    Search.output.append(...items.slice(0, SHOWN_FIRST));
    const rest = items.slice(SHOWN_FIRST);
    if (!rest.length) return;
    const more = document.createElement("button");
    more.type = "button";
    more.textContent = `Show the other ${rest.length}`;
    more.addEventListener("click", () => {
      more.remove();
      Search.output.append(...rest);
      rest[0].querySelector("a").focus();
    });
    Search.output.after(more);
  }

  function said(query, asked, n) {
    if (!n) return `Nothing was found for “${query}”. Is it spelt as you mean it?`;
    const places = n === 1 ? "1 place" : `${n} places`;
    if (asked === query) return `${places} found.`;
    return `Nothing was found for “${query}”. ${places} found for “${asked}”.`;
  }

  /* On the search page alone. Its scripts come after this one, and begin when all are there. */
  document.addEventListener("DOMContentLoaded", () => {
    if (typeof Search !== "undefined" && typeof SEARCH_ENTRIES !== "undefined")
      Search.query = answer;
  });
})();
