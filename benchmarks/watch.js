/* Put into each page that is measured, before its own scripts, with the selector of what is there once it is drawn. */
(selector) => {
  const frames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const all = { childList: true, subtree: true, characterData: true, attributes: true };

  /* The seconds from the start of the navigation to the second frame after it is there. */
  window.drawn = new Promise((done) => new MutationObserver((_, observer) => {
    const drawing = document.querySelector("#drawing"), peer = drawing?._cyreg?.cy;
    if (peer && !window.peer) {
      window.peer = peer;
      peer.one("render", () => { drawing.dataset.drawn = peer.elements().length; });
    }
    if (!document.querySelector(selector)) return;
    observer.disconnect();
    frames().then(() => done(performance.now() / 1000));
  }).observe(document, all));

  /* Moves the camera for a while, by one event a frame; gives the frames a second that were painted. */
  window.move = async (how) => {
    const canvas = document.querySelector("#drawing"), box = canvas.getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const send = (kind, type, more) => canvas.dispatchEvent(new kind(type, { bubbles: true, pointerId: 1, ...more }));
    const point = (type, dx, dy) => send(PointerEvent, type, { clientX: x + dx, clientY: y + dy });
    const turn = {
      pan: (i) => point("pointermove", 150 * Math.sin(i / 12), 90 * Math.cos(i / 12)),
      zoom: (i) => send(WheelEvent, "wheel", { clientX: x, clientY: y, deltaY: i % 60 < 30 ? -40 : 40 }),
    }[how];
    canvas.setPointerCapture = () => {};  // it takes real pointers only
    if (how === "pan") point("pointerdown", 0, 0);
    const began = performance.now(), before = Number(canvas.dataset.drawn);
    for (let i = 0; performance.now() - began < 2000 || i % 60; i++) {  // to the end of a turn, where it began
      turn(i);
      await new Promise(requestAnimationFrame);
    }
    const painted = (Number(canvas.dataset.drawn) - before) / ((performance.now() - began) / 1000);
    if (how === "pan") point("pointerup", 0, 0);
    return painted;
  };

  /* The milliseconds from the next click to the second frame after the last change, when all is quiet for a while. */
  window.settle = () => {
    window.settled = new Promise((done) => document.addEventListener("click", (click) => {
      let last = 0, quiet = 0;
      new MutationObserver(async (_, observer) => {
        await frames();
        last = performance.now();
        clearTimeout(quiet);
        quiet = setTimeout(() => { observer.disconnect(); done(last - click.timeStamp); }, 700);
      }).observe(document.querySelector("#network"), all);
    }, { capture: true, once: true }));
  };
}
