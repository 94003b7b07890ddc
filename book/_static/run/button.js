/* The button that runs a page where it is read, if this copy of the book has Python for pages. Python,
   and what shows its cells (run.js), are loaded at a click: a page that nobody runs stays light. */
(() => {
  "use strict";
  const here = new URL(".", document.currentScript.src);
  const place = document.querySelector("section.run-here");
  if (!place) return;

  const script = (name) =>
    new Promise((done, failed) => {
      const element = document.createElement("script");
      element.src = new URL(name, here).href;
      element.onload = done;
      element.onerror = () => failed(new Error(`${name} of this book could not be loaded.`));
      document.head.append(element);
    });

  const button = place.querySelector(".run-start");
  script("runtime.js").then(() => {
    place.querySelector(".run-size").textContent = Math.round(window.rescatRuntime.size / 1e6);
    if (window.rescatRuntimeFiles) place.hidden = false;
    else place.remove();
  });
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      if (!window.rescatRun) await script("run.js");
      await window.rescatRun(place);
    } catch (error) {
      const said = place.querySelector(".run-fault") ?? document.createElement("p");
      said.className = "run-fault";
      said.setAttribute("role", "alert");
      said.textContent = error.message;
      place.append(said);
    }
    button.disabled = false;
  });
})();
