/* The first run: which exports were asked for, who I am, and the way into the demo. */
(() => {
  "use strict";
  const ASKED = "intrograph-asked";

  /* Gives the sources that were ticked; what else may stand there is nothing of ours. */
  function held() {
    try {
      const kept = JSON.parse(localStorage.getItem(ASKED));
      return Array.isArray(kept) ? kept : [];
    } catch { return []; }
  }

  function keep(names) {
    try { localStorage.setItem(ASKED, JSON.stringify(names)); } catch { /* it lasts for this page */ }
  }

  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest?.(selector);
    if (on("#demo")) window.intrograph.toast("Getting the demo ready.", 60000);
    const box = on("[data-next]")?.closest(".whose"), next = box?.nextElementSibling;
    if (!next) return;
    box.hidden = true;
    next.hidden = false;
    next.querySelector("button:last-child").focus();  // one who says no again does not say yes by that
  });

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    start: {
      asked: (ticks, ids) => {
        const fresh = ticks.every((one) => one == null);  // as the server made them
        const names = fresh ? held() : ids.filter((_, place) => ticks[place]).map((id) => id.asked);
        if (!fresh) keep(names);
        const ticked = ids.map((id) => names.includes(id.asked));
        return [ticked, `${ticked.filter(Boolean).length} of ${ids.length} asked for`];
      },
    },
  });
})();
