/* The page of jobs: the sum on the button follows what is typed, and the buttons begin and stop a fetch. */
(() => {
  "use strict";
  const dollars = (value) => `$${(Number(value) || 0).toFixed(2)}`;
  let last = {};

  document.addEventListener("click", (event) => {
    const pressed = event.target.closest?.("#fetch-go, #fetch-stop");
    if (!pressed || (pressed.id === last.id && Date.now() - last.at < 1000)) return;  // a double click is one
    last = { id: pressed.id, at: Date.now() };
    // What stands on the button is what was agreed to.
    const budget = Number(document.getElementById("fetch-for")?.textContent.replace("$", ""));
    window.intrograph.act({ do: pressed.id === "fetch-go" ? "fetch" : "stop", budget, search: location.search });
  });

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    jobs: {
      sum: dollars,
      /* Where the button that had the focus is gone, what it was about has it. */
      shown: () => {
        requestAnimationFrame(() => {
          if (document.activeElement === document.body) document.querySelector("#fetching h2")?.focus();
        });
        return window.dash_clientside.no_update;
      },
    },
  });
})();
