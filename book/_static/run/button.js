/* The button that runs a page where it is read, if this copy of the book has Python for pages. Python,
   and what shows its cells (run.js), are loaded at a click: a page that nobody runs stays light. In a
   window that holds tables of the reader's own (own.js), a second button runs the page on them. */
(() => {
  "use strict";
  const here = new URL(".", document.currentScript.src);
  const place = document.querySelector("section.run-here");
  if (!place) return;
  const shown = /^#page=((?:[\w-]+\/)?[\w-]+\.html)$/.exec(window.location.hash); // of own.js
  if (shown) window.location.replace(new URL(`../../${shown[1]}`, here));

  const script = (name) =>
    new Promise((done, failed) => {
      const element = document.createElement("script");
      element.src = new URL(name, here).href;
      element.onload = done;
      element.onerror = () => failed(new Error(`${name} of this book could not be loaded.`));
      document.head.append(element);
    });

  const button = place.querySelector(".run-start");
  const buttons = [button];
  script("runtime.js").then(() => {
    place.querySelector(".run-size").textContent = Math.round(window.rescatRuntime.size / 1e6);
    if (window.rescatRuntimeFiles) place.hidden = false;
    else place.remove();
  });

  async function start(own) {
    for (const each of buttons) each.disabled = true;
    try {
      if (!window.rescatRun) await Promise.all(["exercises.js", "own.js", "run.js"].map(script));
      await window.rescatRun(place, own);
    } catch (error) {
      const said = place.querySelector(".run-fault") ?? document.createElement("p");
      said.className = "run-fault";
      said.setAttribute("role", "alert");
      said.textContent = error.message;
      place.append(said);
    }
    for (const each of buttons) each.disabled = false;
  }
  button.addEventListener("click", () => start(null));

  if (window.parent !== window && place.dataset.own) {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => {
      const { notebook } = place.dataset;
      if (!(notebook === "marker" ? data.markers.length : data.listed.includes(notebook))) return;
      const own = document.createElement("button");
      own.type = "button";
      own.className = "run-start run-on-yours";
      own.textContent = "Run it on your own data";
      own.addEventListener("click", () => start(data));
      button.after(" ", own);
      buttons.push(own);
    };
    window.parent.postMessage("rescat-own", "*", [port2]);
  }
})();
