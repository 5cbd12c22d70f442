/* The first run: which exports were asked for, who I am, and the way into the demo. */
(() => {
  "use strict";

  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest?.(selector);
    if (on("#demo")) window.intrograph.toast("The demo is made ready.", 60000);
    const box = on("[data-next]")?.closest(".whose"), next = box?.nextElementSibling;
    if (!next) return;
    box.hidden = true;
    next.hidden = false;
    next.querySelector("button").focus();
  });

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    start: { count: (ticks) => `${ticks.filter((one) => one === true).length} of ${ticks.length} asked for` },
  });
})();
