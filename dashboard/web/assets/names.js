/* Names beside nodes, in the order given: each where it hides neither a node nor a name, as far as there is such a place. */
(() => {
  "use strict";
  window.intrograph = Object.assign(window.intrograph || {}, { writeNames });

  /* Each name: id, words, at, how far it is apart from there, strong, must (else it is left out where it hides
     something), above (else below is tried first). `taken`: boxes of nodes, each with the id that may lie there. */
  function writeNames(pen, names, { taken, width, most, colours }) {
    let many = 0;
    for (const name of names) if (many < most && write(pen, name, taken, width, colours)) many += 1;
  }

  function write(pen, { id, words, at: [x, y], apart, strong, must, above }, taken, width, colours) {
    pen.font = `${strong ? 600 : 400} 12px ${colours.font}`;
    const wide = pen.measureText(words).width + 6, box = ([px, py]) => [px - wide / 2, py - 8, px + wide / 2, py + 8];
    const up = [x, y - apart - 10], down = [x, y + apart + 11];
    const places = [...(above ? [up, down] : [down, up]), [x + apart + wide / 2 + 3, y], [x - apart - wide / 2 - 3, y]];
    const where = places.find((one) => fits(box(one), id, taken, width)) || (must ? places[0] : null);
    if (!where) return false;
    taken.push(box(where));
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    pen.setLineDash([]);
    pen.lineWidth = 5;
    pen.strokeStyle = colours.panel;
    pen.strokeText(words, ...where);
    pen.fillStyle = colours.text;
    pen.fillText(words, ...where);
    return true;
  }

  const fits = ([left, top, right, bottom], id, taken, width) => left >= 0 && right <= width
    && taken.every(([l, t, r, b, own]) => own === id || left >= r || right <= l || top >= b || bottom <= t);
})();
