/* The views Network and Neighbourhood: fetches what is drawn, filters it here, and shows it as a drawing and a list.
   What is chosen stands in the address; a day is asked of the server, as closeness is another on each. */
(() => {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const set = (id, props) => window.dash_clientside.set_props(id, props);
  const ours = window.intrograph = window.intrograph || {};
  const MUTUAL = ["meeting", "call", "connection", "introduction", "declared"];
  const SOON = 120, AGAIN = 600, PHONE = 768, NAME = 28;
  let view = null;  // the drawing, its graph and what is shown of it; null where another page is open
  Object.assign(ours, { view: () => view, put, load });

  // --- the address --------------------------------------------------------------------------------------------------

  const fields = () => new URLSearchParams(location.search);
  /* Words stand in one field with commas, as in an answer's address; names and ids in a field each. */
  const list = (name) => fields().getAll(name).flatMap((one) => (name === "list" || name === "grown" ? [one] : one.split(","))).filter(Boolean);

  function put(name, values) {
    const now = fields();
    now.delete(name);
    for (const one of [values].flat()) if (one) now.append(name, one);
    history.replaceState(history.state, "", `${location.pathname}?${now}`.replace(/\?$/, ""));
    view.href = location.href;
    markTabs();
  }

  /* An address of this part, on the same days. */
  function address(path, more) {
    const to = new URLSearchParams(more);
    for (const name of ["asof", "since"]) if (fields().get(name)) to.set(name, fields().get(name));
    return `${path}?${to}`.replace(/\?$/, "");
  }

  const around = (id) => address("/network", { around: id });

  /* The tabs lead to the same person. */
  function markTabs() {
    const who = fields().get("person") || fields().get("around") || "";
    const leads = {
      paths: address("/", who ? { to: who } : {}), around: around(who), network: address("/network", who ? { person: who } : {}),
    };
    for (const tab of document.querySelectorAll("#network [data-tab]")) tab.href = leads[tab.dataset.tab];
  }

  // --- what is drawn ------------------------------------------------------------------------------------------------

  function asks(more = {}) {
    const now = fields(), sent = new URLSearchParams(more);
    for (const name of ["asof", "since", "around", "steps", "grown"]) for (const value of now.getAll(name)) sent.append(name, value);
    return `/graph.json?${sent}`;
  }

  async function open(box) {
    close();
    view = { box, draw: ours.draw($("drawing"), { pick: pickAt }), graph: null, picked: -1, sort: "most", href: location.href, turn: 0 };
    markTabs();
    if ($("time")) ours.showMonths();
    await load();
  }

  function close() {
    view?.draw.end();
    view = null;
    clearTimeout(telling);
  }

  /* Fetches the graph, or, of the one that is shown, only what is between its people on other days; while it is being
     made, says so and asks again. An answer to what was asked before the last question is let go. */
  async function load({ keep = false, only = false } = {}) {
    const mine = view, turn = mine.turn += 1, late = () => mine !== view || turn !== mine.turn;
    for (;;) {
      const got = await fetch(asks(only ? { only: "view" } : {}));
      const told = got.headers.get("Content-Type")?.includes("json") ? await got.json() : await got.text();
      if (late()) return;
      if (!got.ok) { say(told); return; }
      if (only && got.status === 200 && told.key === mine.graph.key) { retake(told.view); return; }
      if (!only && got.status === 200) { take(told, keep); return; }
      if (told.wait) { say(told.wait); await new Promise((done) => setTimeout(done, AGAIN)); }
      if (late()) return;
      only = false;  // another generation: all of it is another one
    }
  }

  function retake(next) {
    readView(next);
    refilter();
    tell();
  }

  const say = (words) => { const box = $("drawing-state"); if (box) { box.textContent = words; box.hidden = !words; } };

  function take(graph, keep) {
    const { people, links, rings, me } = graph, same = keep && view.graph.people.id.length === people.id.length;
    const who = (view.picked >= 0 ? view.graph.people.id[view.picked] : fields().get("person")) || "";
    const label = (name) => (innerWidth < PHONE ? name.split(/\s+/)[0] : name.length > NAME ? `${name.slice(0, NAME - 1)}…` : name);
    people.label = people.name.map(label);
    people.mark ||= people.group.map((group, i) => (i === me ? "You" : graph.groups[group]?.[0] || ""));
    graph.directed = graph.kinds.reduce((bits, [kind], bit) => (MUTUAL.includes(kind) ? bits : bits | (1 << bit)), 0);
    graph.bridges = new Set(links.bridges);
    graph.connecting = new Set(graph.connects);
    stretch(graph, $("drawing").getBoundingClientRect());
    view.graph = graph;
    readView(graph.view);
    say(people.id.length > 1 ? "" : "No relationship is known here yet.");
    view.draw.show(graph, filter(), same);
    ours.showFilters(graph);
    ours.countFilters(view, list);
    choose(people.id.indexOf(who), { fly: !keep, who });
  }

  /* Positions are made for a wide drawing: where it is a tall one they are drawn out. */
  function stretch({ people, rings }, box) {
    const most = (values) => values.reduce((one, other) => Math.max(one, other), -Infinity);
    const span = (values) => Math.max(most(values) + most(values.map((one) => -one)), 1);
    const [wide, high] = rings ? rings.at(-1) : [span(people.x), span(people.y)];
    const by = Math.max(rings ? 1 : .7, Math.min((wide / high) * (box.height / box.width), 1.8));
    people.y = people.y.map((y) => y * by);
    for (const ring of rings || []) ring[1] *= by;
  }

  function readView({ closeness, dormant, out, in: back }) {
    Object.assign(view, { closeness: Uint8Array.from(closeness, Number), dormant: new Set(dormant), out, back });
  }

  /* What the filters leave: a link with one of the chosen kinds and closenesses between two people of the chosen lists
     and networks, and who has such a link. */
  function filter() {
    const { graph, closeness, out, back } = view, { people, links } = graph, size = people.id.length, close = list("closeness");
    const kinds = bits("kinds", graph.kinds.map(([kind]) => kind)), wanted = ours.CLOSENESS.map((word) => !close.length || close.includes(word));
    const dated = fields().has("asof") || fields().has("since");  // groups are those of today
    const lists = bits("list", graph.lists), on = bits("on", graph.networks.map(([name]) => name));
    const may = new Uint8Array(size), nodes = new Uint8Array(size), degree = new Int32Array(size), order = [];
    const drawn = new Uint8Array(links.a.length), noticed = new Uint8Array(links.a.length);
    let total = 0;
    for (let i = 0; i < size; i++) may[i] = i === graph.me || ((!lists || people.lists[i] & lists) && (!on || people.networks[i] & on));
    for (let i = 0; i < links.a.length; i++) {
      const a = links.a[i], b = links.b[i];
      if (!may[a] || !may[b] || (kinds && !((out[i] | back[i]) & kinds))) continue;
      if (closeness[i] === 3) noticed[i] = 1;
      if (!wanted[closeness[i]]) continue;
      drawn[i] = nodes[a] = nodes[b] = 1;
      degree[a] += 1; degree[b] += 1; total += 1;
    }
    for (const always of [graph.me, graph.centre]) if (always != null) nodes[always] = 1;
    for (let i = 0; i < size; i++) if (nodes[i]) order.push(i);
    if (!graph.rings) order.sort((i, j) => degree[j] - degree[i] || i - j);
    view.shown = {
      nodes, links: drawn, noticed, closeness, degree, order, out, in: back, count: total, people: order.length,
      directed: graph.directed & (kinds || ~0), wanted, narrowed: Boolean(kinds || lists || on), dated,
      bridges: dated ? null : graph.bridges, connects: dated ? null : graph.connecting, dashed: graph.rings ? view.dormant : null,
    };
    return view.shown;
  }

  const bits = (name, all) => list(name).reduce((held, one) => (all.includes(one) ? held | (1 << all.indexOf(one)) : held), 0);

  function refilter() {
    view.draw.filter(filter());
    ours.showPeople(view, around);
    ours.countFilters(view, list);
  }

  function tick(box) {
    const name = box.dataset.filter, boxes = [...document.querySelectorAll(`#filters [data-filter="${name}"]`)];
    const ticked = boxes.filter((one) => one.checked).map((one) => one.dataset.value);
    const usual = name === "kinds" || name === "closeness", all = usual && ticked.length === boxes.length;
    if (usual && !ticked.length) { box.checked = true; return; }  // of none, nothing could be drawn
    put(name, all ? [] : name === "list" ? ticked : ticked.join(","));
    refilter();
  }

  // --- who is chosen ------------------------------------------------------------------------------------------------

  let telling = 0;

  /* Chooses who was clicked on; in a neighbourhood, shows the people behind them, or takes them away again. */
  async function pickAt(place) {
    const { graph } = view, who = graph.people.id[place], grown = list("grown");
    choose(place, { fly: false });
    if (!graph.rings || place < 0 || place === graph.centre) return;
    const more = !grown.includes(who), before = graph.people.id.length;
    put("grown", more ? [...grown, who] : grown.filter((one) => one !== who));
    await load({ keep: true });
    if (more && view?.graph.people.id.length === before) {
      put("grown", grown);
      ours.toast(`Nobody else is known behind ${graph.people.name[place]}.`);
    }
  }

  /* Chooses somebody by place, or by id who is not drawn; -1 is nobody. */
  function choose(place, { fly = true, who = "" } = {}) {
    view.picked = place;
    view.draw.pick(place, fly);
    who = view.graph.people.id[place] || who;
    put("person", who);
    ours.showPeople(view, around);
    clearTimeout(telling);
    telling = setTimeout(tell, fly ? SOON : 0);
  }

  const tell = () => view && $("picked") && set("picking", { data: { id: fields().get("person") || fields().get("around") || "", search: location.search } });

  // --- pointer, keys, Dash ------------------------------------------------------------------------------------------

  function closeRail() {
    const { classList } = document.documentElement, was = classList.contains("rail-open");
    classList.remove("rail-open");
    if (was) $("rail-open")?.focus();
    return was;
  }

  function openRail() {
    document.documentElement.classList.add("rail-open");
    $("rail-close").focus();
  }

  document.addEventListener("change", ({ target }) => {
    if (!view?.graph) return;
    if (target.matches("#filters [data-filter]")) tick(target);
    if (target.id === "order") { view.sort = target.value; ours.showPeople(view, around); }
  });

  const ZOOM = 1.4;
  const toList = () => document.querySelector("#people [tabindex='0'], #people-grid .ag-cell")?.focus();
  const BUTTONS = {
    "#zoom-in": () => view.draw.zoom(ZOOM), "#zoom-out": () => view.draw.zoom(1 / ZOOM), "#fit": () => view.draw.fit(),
    "#play": () => ours.play(), "#rail-open": openRail, "#rail-close": closeRail,
  };
  const KEYS = {
    "+": BUTTONS["#zoom-in"], "=": BUTTONS["#zoom-in"], "-": BUTTONS["#zoom-out"], "−": BUTTONS["#zoom-out"], 0: BUTTONS["#fit"], l: toList,
  };

  document.addEventListener("click", ({ target }) => {
    if (!view?.graph) return;
    const row = target.closest?.("#people [role=option]"), button = Object.keys(BUTTONS).find((one) => target.closest?.(one));
    if (row) pickAt(Number(row.dataset.place));
    else if (button) BUTTONS[button]();
    else if (!target.closest?.("#rail")) closeRail();
  });

  /* Enter asks for somebody; in a neighbourhood, it does as a click. */
  function onRow(row, key) {
    const place = Number(row.dataset.place), { graph } = view;
    if (key === "Enter") {
      if (graph.rings) pickAt(place); else if (place !== graph.me) ours.visit(address("/", { to: graph.people.id[place] }));
      return true;
    }
    const to = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[key];
    let next = to && row[to];
    while (next && next.getAttribute("role") !== "option") next = next[to];
    if (!next) return Boolean(to);
    choose(Number(next.dataset.place));
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (!view?.graph || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const row = event.target.closest?.("#people [role=option]"), typing = event.target.matches?.("input, textarea, select, [role=slider]");
    const done = (row && onRow(row, event.key)) || (event.key === "Escape" && closeRail());
    const does = !done && !typing && ours.keysOn() && KEYS[event.key];
    if (does) does();
    if (done || does) event.preventDefault();
  });

  document.addEventListener("page:shown", () => {
    const box = $("network");
    if (!box) close(); else if (view?.box !== box || view.href !== location.href) open(box);
  });

  const unchanged = () => window.dash_clientside.no_update;

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    explore: {
      months: (value) => { ours.slid(value); return unchanged(); },
      row: (rows) => {
        const place = rows?.[0]?.place;
        if (view?.graph && place !== undefined && place !== view.picked) choose(place);
        return unchanged();
      },
    },
  });
})();
