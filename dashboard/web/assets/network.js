/* The drawing of people and relationships: one canvas, a camera, and what is under the pointer.
   Positions come from the server; what is drawn of them is said by explore.js. Links and nodes are painted once for a
   camera and kept as a picture, over which what is chosen is painted; while the camera moves, many links are left out. */
(() => {
  "use strict";
  const WIDTHS = [3.5, 2, 1], MANY = 2000, FULL = 60, NAMES = 60, MOST_NAMES = 120, REST = 140, DOT = 3;
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  window.intrograph = Object.assign(window.intrograph || {}, { draw, linksOf });

  /* Gives the links of somebody, each with who is at its other end. */
  function* linksOf({ a, b }, who) {
    for (let i = 0; who >= 0 && i < a.length; i++) if (a[i] === who) yield [i, b[i]]; else if (b[i] === who) yield [i, a[i]];
  }

  /* Begins a drawing on a canvas. `on.pick(place)` is called for a click on a person, or with -1 beside all. */
  function draw(canvas, on) {
    const pen = canvas.getContext("2d"), base = document.createElement("canvas"), under = base.getContext("2d", { alpha: false });
    const dots = window.intrograph.dots();
    let graph = null, shown = null, picked = -1, hovered = -1, paths = [], colours = {};
    let fitted = true;  // whether all is in sight, and nobody moved the camera since
    let apart = 100;  // how far from each other people stand, if they stood evenly
    let camera = { x: 0, y: 0, k: 1 }, size = { w: 1, h: 1, r: 1 }, stale = true, moving = false, queued = 0, resting = 0, flight = 0;

    // --- what is drawn ----------------------------------------------------------------------------------------------

    /* Takes a graph: people {x, y, name, group, mark}, links {a, b}, me, rings; `shown` says what of it is to be seen:
       nodes and links as bytes, closeness, degree, connects. */
    function show(next, what, keep = false) {
      graph = next;
      filter(what);
      if (!keep) { camera = whole(); fitted = true; pick(picked < graph.people.x.length ? picked : -1, false); }
    }

    function filter(what) {
      shown = what;
      const { a, b } = graph.links, { x, y } = graph.people;
      const [left, top, right, bottom] = bounds();
      apart = Math.max(Math.sqrt(((right - left) * (bottom - top)) / Math.max(shown.people, 1)) || 100, 1);
      if (fitted && whole().k < camera.k) camera = whole();  // who comes back is in sight
      paths = ["close", "familiar", "slight", "bridge", "dormant"].map(() => new Path2D());
      for (let i = 0; i < a.length; i++) {
        if (!shown.links[i]) continue;
        const path = paths[shown.dashed?.has(i) ? 4 : shown.bridges?.has(i) ? 3 : shown.closeness[i]];
        path.moveTo(x[a[i]], y[a[i]]);
        path.lineTo(x[b[i]], y[b[i]]);
      }
      repaint();
    }

    function pick(place, fly = true) {
      picked = place;
      if (place >= 0 && fly) into(place);
      repaint(false);
    }

    // --- the camera -------------------------------------------------------------------------------------------------

    function bounds() {
      let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
      const { x, y } = graph.people;
      for (const [rx, ry] of graph.rings || []) { right = Math.max(right, rx); bottom = Math.max(bottom, ry); left = -right; top = -bottom; }
      for (let i = 0; i < x.length; i++) {
        if (!shown.nodes[i]) continue;
        left = Math.min(left, x[i]); right = Math.max(right, x[i]);
        top = Math.min(top, y[i]); bottom = Math.max(bottom, y[i]);
      }
      return [left, top, right, bottom];
    }

    function whole() {
      const [left, top, right, bottom] = bounds();
      if (!(right >= left)) return { x: 0, y: 0, k: 1 };
      const wide = Math.max(size.w - 2 * Math.min(90, size.w / 7), 40), high = Math.max(size.h - 96, 40);
      const k = Math.min(wide / Math.max(right - left, 1), high / Math.max(bottom - top, 1), 1.6);
      return { x: (left + right) / 2, y: (top + bottom) / 2 + 6 / k, k };
    }

    const at = (i) => [(graph.people.x[i] - camera.x) * camera.k + size.w / 2, (graph.people.y[i] - camera.y) * camera.k + size.h / 2];

    function move(to) { camera = to; fitted = false; moving = true; clearTimeout(resting); resting = setTimeout(rest, REST); repaint(); }
    function rest() { moving = false; repaint(); }

    function zoom(by, px = size.w / 2, py = size.h / 2) {
      if (!graph) return;
      const k = Math.max(whole().k / 2, Math.min(camera.k * by, (4 * FULL) / apart)), left = 1 / camera.k - 1 / k;
      move({ x: camera.x + (px - size.w / 2) * left, y: camera.y + (py - size.h / 2) * left, k });
    }

    function fly(to, there = () => {}) {
      cancelAnimationFrame(flight);
      if (still.matches) { move(to); there(); return; }
      const from = camera, start = performance.now();
      const step = (now) => {
        const t = Math.min((now - start) / 400, 1), s = t * t * (3 - 2 * t);
        move({ x: from.x + (to.x - from.x) * s, y: from.y + (to.y - from.y) * s, k: from.k * (to.k / from.k) ** s });
        if (t < 1) flight = requestAnimationFrame(step); else there();
      };
      flight = requestAnimationFrame(step);
    }

    function fit() {
      if (!graph) return;
      fly(whole(), () => { fitted = true; });
    }

    /* Brings somebody into sight, near enough to be read; who can be seen and read stays where they are. */
    function into(i) {
      const [px, py] = at(i), k = shown.people <= NAMES ? camera.k : Math.max(camera.k, FULL / apart);
      if (k === camera.k && px > 40 && px < size.w - 40 && py > 40 && py < size.h - 60) return;
      fly({ x: graph.people.x[i], y: graph.people.y[i], k });
    }

    // --- painting ---------------------------------------------------------------------------------------------------

    function repaint(all = true) {
      stale = stale || all;
      if (!queued) queued = requestAnimationFrame(paint);
    }

    function readColours() {
      const style = getComputedStyle(canvas);
      for (const name of ["panel", "text", "text-2", "accent", "alt", "alt-ink", "link", "line", "tint", "g1", "g2", "g3", "g4"]) {
        colours[name] = style.getPropertyValue(`--${name}`).trim();
      }
      colours.font = style.getPropertyValue("--font");
      repaint();
    }

    const scale = () => (graph.rings ? 1 : Math.max(Math.min((camera.k * apart) / FULL, 1), shown.people <= NAMES ? .8 : .12));

    function radius(i) {
      if (graph.rings) return [20, 18, 15, 13][graph.people.ring[i]];
      return Math.max((i === graph.me ? 17 : Math.min(8 + .9 * shown.degree[i], 24)) * scale(), 1.5);
    }

    /* With the rings around a node. */
    const edge = (i) => radius(i) + (shown.connects?.has(i) ? 6 : 0) + (i === picked ? 5 : 0);

    function stroke(pen, path, width, colour, dash = []) {
      pen.lineWidth = width / camera.k;
      pen.strokeStyle = colour;
      pen.setLineDash(dash.map((one) => one / camera.k));
      pen.stroke(path);
    }

    const toGraph = (pen) => {
      const k = camera.k * size.r;
      pen.setTransform(k, 0, 0, k, (size.w / 2) * size.r - camera.x * k, (size.h / 2) * size.r - camera.y * k);
    };
    const toScreen = (pen) => pen.setTransform(size.r, 0, 0, size.r, 0, 0);

    function paint() {
      queued = 0;
      if (!graph) return;
      if (stale) paintBase();
      stale = false;
      pen.setTransform(1, 0, 0, 1, 0, 0);
      pen.drawImage(base, 0, 0);
      toScreen(pen);
      const heads = paintChosen();
      if (!moving || graph.people.x.length <= NAMES) paintNames();
      for (const head of heads) arrow(...head);  // on top: a name must not hide who acts towards whom
      canvas.dataset.drawn = String(Number(canvas.dataset.drawn || 0) + 1);
    }

    function paintBase() {
      toScreen(under);
      under.fillStyle = colours.panel;
      under.fillRect(0, 0, size.w, size.h);
      toGraph(under);
      for (const [rx, ry] of graph.rings || []) {
        const ring = new Path2D();
        ring.ellipse(0, 0, rx, ry, 0, 0, 7);
        stroke(under, ring, 1, colours.line);
      }
      const thin = graph.rings ? 1 : Math.max(scale(), .25);
      if (!moving || shown.count <= MANY) {
        const colour = graph.rings ? colours.alt : colours.link;
        for (const closeness of [2, 1, 0]) stroke(under, paths[closeness], WIDTHS[closeness] * thin, colour);
        stroke(under, paths[3], 2 * thin, colours["alt-ink"]);
        stroke(under, paths[4], 2, colour, [7, 5]);
      }
      paintNodes();
    }

    /* Who has most lies on top. */
    function paintNodes() {
      const large = [];
      dots.begin(base.width, base.height);
      for (let k = shown.order.length - 1; k >= 0; k--) {
        const i = shown.order[k], r = radius(i), [px, py] = at(i);
        if (r < DOT) dots.put(px * size.r, py * size.r, 2 * r * size.r, colourOf(i));
        else large.push(i);
      }
      dots.paint(under);
      toScreen(under);
      for (const i of large) node(under, i);
    }

    const groupOf = (i) => (graph.rings ? -1 : graph.people.group[i]);

    function colourOf(i) {
      const group = groupOf(i);
      return i === graph.me ? colours.text : group < 0 ? colours.alt : colours[`g${(group % 4) + 1}`];
    }

    const inSight = ([px, py], by) => px > -by && py > -by && px < size.w + by && py < size.h + by;

    function node(pen, i) {
      const place = at(i), [px, py] = place, r = radius(i);
      if (!inSight(place, r + 8)) return;
      const group = groupOf(i), colour = colourOf(i);
      pen.fillStyle = colour;
      if (r < DOT) { pen.fillRect(px - r, py - r, 2 * r, 2 * r); return; }
      if (graph.rings) ringed(pen, i, px, py, r);
      else shape(pen, px, py, group > 3 ? r * .9 : r, group > 3);
      if (shown.connects?.has(i)) { pen.strokeStyle = colour; pen.lineWidth = 2; pen.setLineDash([]); disc(pen, px, py, r + 4.5 * scale() + 1); pen.stroke(); }
      if (r < 7) return;
      const inner = graph.rings && i !== graph.me ? (graph.people.ring[i] < 2 ? colours.accent : colours["alt-ink"]) : colours.panel;
      write(pen, graph.people.mark[i], px, py, inner, `600 11px ${colours.font}`);
    }

    /* Of the rings: who can be asked in the accent, who is behind them in outline. */
    function ringed(pen, i, px, py, r) {
      const inner = graph.people.ring[i] < 2, me = i === graph.me;
      pen.fillStyle = me ? colours.text : inner ? colours.tint : colours.panel;
      disc(pen, px, py, r);
      pen.fill();
      if (me) return;
      pen.strokeStyle = inner ? colours.accent : colours.alt;
      pen.lineWidth = inner ? 2 : 1.5;
      pen.setLineDash([]);
      pen.stroke();
    }

    function disc(pen, px, py, r) { pen.beginPath(); pen.arc(px, py, r, 0, 7); }
    function shape(pen, px, py, r, square) { if (square) pen.fillRect(px - r, py - r, 2 * r, 2 * r); else { disc(pen, px, py, r); pen.fill(); } }

    function write(pen, words, px, py, colour, font) {
      pen.font = font;
      pen.textAlign = "center";
      pen.textBaseline = "middle";
      pen.fillStyle = colour;
      pen.fillText(words, px, py + .5);
    }

    /* The relationships of who is chosen, with who acts towards whom; and what was noticed but is no relationship. */
    function paintChosen() {
      const near = graph.rings ? graph.centre : picked;
      const touched = new Set(), heads = [];
      for (const [i, other] of linksOf(graph.links, near)) {
        if (!(shown.links[i] || (shown.noticed?.[i] && !graph.rings))) continue;
        const from = at(near), to = at(other), line = new Path2D();
        line.moveTo(...from);
        line.lineTo(...to);
        const seen = shown.links[i], colour = graph.rings ? colours.accent : seen ? colours.text : colours["alt-ink"];
        pen.setLineDash(!seen ? [2, 4] : shown.dashed?.has(i) ? [7, 5] : []);
        pen.strokeStyle = colour;
        pen.lineWidth = seen ? WIDTHS[shown.closeness[i]] : 1.25;
        pen.stroke(line);
        touched.add(other);
        if (!graph.rings) heads.push(...arrows(i, near, other, from, to, colour));
      }
      for (const i of touched) node(pen, i);
      if (near >= 0 && shown.nodes[near]) node(pen, near);
      for (const [i, colour] of [[hovered, colours["alt-ink"]], [picked, colours.accent]]) {
        if (i < 0 || !shown.nodes[i]) continue;
        pen.setLineDash([]);
        pen.strokeStyle = colour;
        pen.lineWidth = 2.5;
        disc(pen, ...at(i), edge(i) + (i === picked ? 0 : 4.5));
        pen.stroke();
      }
      return heads;
    }

    function arrows(link, near, other, from, to, colour) {
      const [there, back] = graph.links.a[link] === near ? [shown.out[link], shown.in[link]] : [shown.in[link], shown.out[link]];
      return [
        ...(there & shown.directed ? [[from, to, edge(other), colour]] : []),
        ...(back & shown.directed ? [[to, from, edge(near), colour]] : []),
      ];
    }

    function arrow([fx, fy], [tx, ty], gap, colour) {
      const turn = Math.atan2(ty - fy, tx - fx), long = Math.hypot(tx - fx, ty - fy) - gap - 2;
      if (long < 14) return;
      pen.save();
      pen.translate(fx + Math.cos(turn) * long, fy + Math.sin(turn) * long);
      pen.rotate(turn);
      pen.fillStyle = colour;
      pen.beginPath();
      pen.moveTo(0, 0); pen.lineTo(-9, -4.5); pen.lineTo(-9, 4.5);
      pen.fill();
      pen.restore();
    }

    // --- names: those that matter first -----------------------------------------------------------------------------

    function paintNames() {
      const few = shown.people <= NAMES, must = few && size.w >= 600, bold = new Set();
      const first = [picked, hovered].filter((i) => i >= 0);
      for (const [i, other] of linksOf(graph.links, graph.rings ? -1 : picked)) if (shown.links[i]) bold.add(picked).add(other);
      const others = few || camera.k * apart >= FULL ? shown.order : [];
      const order = [...new Set([...first, ...bold, ...(shown.connects || []), ...others])].filter((i) => shown.nodes[i] && i !== graph.me);
      const nodes = (few ? shown.order : []).map((i) => { const [px, py] = at(i), r = radius(i); return [px - r, py - r, px + r, py + r, i]; });
      const names = order.map((i) => ({
        id: i, words: graph.people.label[i], at: at(i), apart: edge(i), strong: bold.has(i) || graph.people.ring?.[i] === 1,
        must: must || bold.has(i) || first.includes(i), above: graph.rings && graph.people.y[i] < 0,
      }));
      window.intrograph.writeNames(pen, names.filter((one) => inSight(one.at, 20)), { taken: nodes, width: size.w, most: MOST_NAMES, colours });
    }

    // --- pointer ----------------------------------------------------------------------------------------------------

    /* Who is within so many pixels of a place. */
    function personAt(px, py, reach) {
      let best = -1, least = reach;
      for (let i = 0; graph && i < graph.people.x.length; i++) {
        if (!shown.nodes[i]) continue;
        const [x, y] = at(i), far = Math.hypot(x - px, y - py) - radius(i);
        if (far < least) { best = i; least = far; }
      }
      return best;
    }

    function hover(px, py, reach) {
      const now = px == null ? -1 : personAt(px, py, reach);
      if (now === hovered) return;
      hovered = now;
      canvas.style.cursor = now < 0 ? "" : "pointer";
      repaint(false);
    }

    const drag = (dx, dy) => { if (graph) move({ x: camera.x - dx / camera.k, y: camera.y - dy / camera.k, k: camera.k }); };
    const release = window.intrograph.point(canvas, { hover, drag, zoom, click: (...where) => { if (graph) on.pick(personAt(...where)); } });

    // --- size and theme ---------------------------------------------------------------------------------------------

    function resize() {
      const box = canvas.getBoundingClientRect(), first = size.w === 1;
      size = { w: Math.max(box.width, 2), h: Math.max(box.height, 2), r: window.devicePixelRatio || 1 };
      canvas.width = base.width = Math.round(size.w * size.r);
      canvas.height = base.height = Math.round(size.h * size.r);
      if (graph && first) camera = whole();
      stale = true;
      if (graph) paint();
    }

    const sized = new ResizeObserver(resize);
    sized.observe(canvas);
    const themed = new MutationObserver(readColours);
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ["data-mantine-color-scheme"] });
    readColours();
    resize();

    function end() {
      release();
      sized.disconnect();
      themed.disconnect();
      clearTimeout(resting);
      cancelAnimationFrame(flight);
      cancelAnimationFrame(queued);
      graph = null;
    }

    return { show, filter, pick, zoom, fit, end };
  }
})();
