/* Mouse, wheel and fingers on a drawing, as what they do: hover, click, drag, zoom; places are in pixels of the canvas. */
(() => {
  "use strict";
  const STILL = 4;  // pixels that a click may slip
  window.intrograph = Object.assign(window.intrograph || {}, { point });

  /* Begins to listen; gives what ends it. */
  function point(canvas, { hover, click, drag, zoom }) {
    const ended = new AbortController(), held = new Map();
    const reach = (event) => (event.pointerType === "touch" ? 14 : 5);
    const on = (name, does, more) => canvas.addEventListener(name, does, { signal: ended.signal, ...more });
    const place = (x, y) => { const box = canvas.getBoundingClientRect(); return [x - box.left, y - box.top]; };
    let went = 0;

    on("pointerdown", (event) => {
      if (event.button) return;
      canvas.setPointerCapture(event.pointerId);
      held.set(event.pointerId, [event.clientX, event.clientY]);
      if (held.size === 1) went = 0;
    });

    on("pointermove", (event) => {
      const before = held.get(event.pointerId), { clientX: x, clientY: y } = event;
      if (!before) { hover(...place(x, y), reach(event)); return; }
      const [bx, by] = before, other = [...held].find(([id]) => id !== event.pointerId)?.[1];
      went += Math.abs(x - bx) + Math.abs(y - by);
      if (went < STILL) return;
      held.set(event.pointerId, [x, y]);
      if (!other) { drag(x - bx, y - by); return; }
      const [ox, oy] = other, apart = (px, py) => Math.max(Math.hypot(px - ox, py - oy), 1);
      zoom(apart(x, y) / apart(bx, by), ...place((x + ox) / 2, (y + oy) / 2));
    });

    on("pointerup", (event) => {
      if (held.delete(event.pointerId) && went < STILL) click(...place(event.clientX, event.clientY), reach(event));
    });
    on("pointercancel", (event) => held.delete(event.pointerId));
    on("pointerleave", () => hover());
    on("wheel", (event) => {
      event.preventDefault();
      const by = event.deltaMode ? .05 : event.ctrlKey ? .01 : .002;
      zoom(Math.exp(-event.deltaY * by), ...place(event.clientX, event.clientY));
    }, { passive: false });

    return () => ended.abort();
  }
})();
