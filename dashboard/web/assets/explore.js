/* The views Network and Neighbourhood: fetches what is drawn, filters it here, and shows the same as a list.
   What is chosen stands in the address; a day is asked of the server, as closeness is another on each. */
(() => {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const set = (id, props) => window.dash_clientside.set_props(id, props);
  const CLOSENESS = ["close", "familiar", "slight"], MUTUAL = ["meeting", "call", "connection", "introduction", "declared"];
  const GRID_FROM = 200, LETTERS = "ABCDEFGH", SOON = 120, PLAY = 700;
  const format = new Intl.NumberFormat("en-GB");
  const count = (many, one, more) => `${format.format(many)} ${many === 1 ? one : more}`;
  let view = null;  // the drawing, its graph and what is shown of it; null where another page is open

  const make = (tag, props = {}, ...children) => {
    const { dataset, ...rest } = props, element = document.createElement(tag);
    for (const [name, value] of Object.entries(rest)) name.includes("-") || name === "role" || name === "for" ? element.setAttribute(name, value) : (element[name] = value);
    Object.assign(element.dataset, dataset);
    element.append(...children.filter((child) => child != null));
    return element;
  };

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

  /* The tabs lead to the same person on the same day. */
  function markTabs() {
    const kept = fields(), who = kept.get("person") || kept.get("around") || "", days = new URLSearchParams();
    for (const name of ["asof", "since"]) if (kept.get(name)) days.set(name, kept.get(name));
    for (const tab of document.querySelectorAll("#network [data-tab]")) {
      const to = new URLSearchParams(days);
      if (who) to.set({ paths: "to", around: "around", network: "person" }[tab.dataset.tab], who);
      else if (tab.dataset.tab === "around") to.set("around", "");
      tab.href = `${tab.dataset.tab === "paths" ? "/" : "/network"}?${to}`.replace(/\?$/, "");
    }
  }

  // --- what is drawn ------------------------------------------------------------------------------------------------

  const asks = (more = {}) => {
    const now = fields(), sent = new URLSearchParams();
    for (const name of ["asof", "since", "around", "steps", "grown"]) for (const value of now.getAll(name)) sent.append(name, value);
    for (const [name, value] of Object.entries(more)) sent.set(name, value);
    return `/graph.json?${sent}`;
  };

  async function open(box) {
    close();
    const mine = view = { box, draw: window.intrograph.draw($("drawing"), { pick: pickAt }), graph: null, picked: -1, sort: "most", href: location.href };
    markTabs();
    await load(mine, false);
    if (mine === view && mine.graph) fillRail();
  }

  function close() {
    if (view) { clearInterval(view.playing); view.draw.end(); }
    view = null;
  }

  async function load(mine, keep) {
    for (;;) {
      const got = await fetch(asks());
      if (mine !== view) return;
      if (got.status === 202) { say((await got.json()).wait); await new Promise((done) => setTimeout(done, 600)); if (mine !== view) return; continue; }
      if (!got.ok) { say(await got.text()); return; }
      take(await got.json(), keep);
      return;
    }
  }

  const say = (words) => { const box = $("drawing-state"); if (box) { box.textContent = words; box.hidden = !words; } };

  function take(graph, keep) {
    const { people, links } = graph, first = (name) => name.split(/\s+/)[0];
    const who = view.picked >= 0 ? view.graph.people.id[view.picked] : fields().get("person") || "";
    people.mark = people.id.map((_, i) => (i === graph.me ? "You" : people.ring ? initials(people.name[i]) : people.group[i] < 0 ? "" : LETTERS[people.group[i]]));
    people.label = people.ring && innerWidth < 768 ? people.name.map(first) : people.name.map(shorten);
    stretch(graph, $("drawing").getBoundingClientRect());
    graph.directed = graph.kinds.reduce((bits, [kind], bit) => (MUTUAL.includes(kind) ? bits : bits | (1 << bit)), 0);
    graph.bridges = new Set(links.bridges);
    graph.connecting = new Set(graph.connects);
    const same = keep && view.graph.people.id.length === people.id.length;
    view.graph = graph;
    readView(graph.view);
    say(people.id.length > 1 ? "" : "No relationship is known here yet.");
    view.draw.show(graph, shown(), same);
    choose(people.id.indexOf(who), { fly: !keep, who });
    fillList();
  }

  /* Positions are made for a wide drawing: where it is a tall one they are drawn out. */
  function stretch({ people, rings }, box) {
    const span = (values) => Math.max(values.reduce((most, one) => Math.max(most, one), -Infinity) - values.reduce((least, one) => Math.min(least, one), Infinity), 1);
    const [wide, high] = rings ? rings.at(-1) : [span(people.x), span(people.y)];
    const by = Math.max(rings ? 1 : .7, Math.min((wide / high) * (box.height / box.width), 1.8));
    people.y = people.y.map((y) => y * by);
    for (const ring of rings || []) ring[1] *= by;
  }

  const shorten = (name) => (name.length > 28 ? `${name.slice(0, 27)}…` : name);
  const initials = (name) => { const words = name.split(/\s+/).filter(Boolean), letters = [words[0], words.length > 1 ? words.at(-1) : ""].map((word) => [...(word || "")][0] || ""); return letters.join("").toUpperCase(); };

  function readView({ closeness, dormant, out, in: back }) {
    Object.assign(view, { closeness: Uint8Array.from(closeness, Number), dormant: new Set(dormant), out, back });
  }

  /* What the filters leave: a link with one of the chosen kinds and closenesses between two people of the chosen lists
     and networks, and who has such a link. */
  function shown() {
    const { graph, closeness, out, back } = view, { people, links } = graph, many = people.id.length;
    const kinds = bitsOf("kinds", graph.kinds.map(([kind]) => kind)), close = list("closeness");
    const lists = bitsOf("list", graph.lists), on = bitsOf("on", graph.networks.map(([name]) => name));
    const wanted = CLOSENESS.map((word) => !close.length || close.includes(word));
    const may = new Uint8Array(many), nodes = new Uint8Array(many), degree = new Int32Array(many);
    for (let i = 0; i < many; i++) may[i] = i === graph.me || ((!lists || people.lists[i] & lists) && (!on || people.networks[i] & on)) ? 1 : 0;
    const drawn = new Uint8Array(links.a.length), noticed = new Uint8Array(links.a.length);
    let total = 0;
    for (let i = 0; i < links.a.length; i++) {
      const a = links.a[i], b = links.b[i];
      if (!may[a] || !may[b] || (kinds && !((out[i] | back[i]) & kinds))) continue;
      if (closeness[i] === 3) noticed[i] = 1;
      if (!wanted[closeness[i]]) continue;
      drawn[i] = nodes[a] = nodes[b] = 1;
      degree[a] += 1; degree[b] += 1; total += 1;
    }
    for (const always of [graph.me, graph.centre]) if (always != null) nodes[always] = 1;
    const order = [];
    for (let i = 0; i < many; i++) if (nodes[i]) order.push(i);
    if (!people.ring) order.sort((i, j) => degree[j] - degree[i] || i - j);
    view.shown = {
      nodes, links: drawn, noticed, closeness, degree, order, out, in: back, count: total, people: order.length,
      directed: graph.directed, bridges: graph.bridges, connects: graph.connecting, dashed: people.ring ? view.dormant : null,
    };
    return view.shown;
  }

  function bitsOf(name, all) {
    return list(name).reduce((bits, one) => (all.includes(one) ? bits | (1 << all.indexOf(one)) : bits), 0);
  }

  function refilter() {
    view.draw.filter(shown());
    fillList();
    countRail();
  }

  // --- who is chosen ------------------------------------------------------------------------------------------------

  let telling = 0;

  function pickAt(place) {
    const { graph } = view, who = graph.people.id[place];
    choose(place, { fly: false });
    if (graph.people.ring && place > 0) grow(who);
  }

  /* Chooses somebody by place, or by id who is not drawn; -1 is nobody. */
  function choose(place, { fly = true, who = "" } = {}) {
    view.picked = place;
    view.draw.pick(place, fly && place >= 0);
    who = view.graph.people.id[place] || who;
    put("person", who);
    for (const row of document.querySelectorAll("#people [role=option]")) {
      const is = Number(row.dataset.place) === place;
      row.setAttribute("aria-selected", String(is));
      if (is && innerWidth >= 768) row.scrollIntoView({ block: "nearest" });
    }
    if (innerWidth < 768) document.querySelector(".listing").scrollTop = 0;
    if (place >= 0) stop(place);
    if ($("people-grid")) set("people-grid", { selectedRows: who ? { ids: [who] } : [], scrollTo: who ? { rowId: who } : {} });
    clearTimeout(telling);
    telling = setTimeout(() => set("picking", { data: { id: who || fields().get("around") || "", search: location.search } }), fly ? SOON : 0);
  }

  /* Shows the people behind somebody, or takes them away again. */
  async function grow(who) {
    const grown = list("grown");
    put("grown", grown.includes(who) ? grown.filter((one) => one !== who) : [...grown, who]);
    await load(view, true);
  }

  // --- the rail -----------------------------------------------------------------------------------------------------

  function fillRail() {
    const { graph } = view;
    const row = (name, value, label, mark) => make("label", { className: "check" },
      make("input", { type: "checkbox", dataset: { filter: name, value } }), mark, make("span", { className: "label", dir: "auto" }, label), make("span", { className: "many" }));
    const part = (title, rows) => (rows.length ? make("fieldset", {}, make("legend", {}, title), ...rows) : null);
    $("filters").replaceChildren(...[
      part("Kinds", graph.kinds.map(([kind, label]) => row("kinds", kind, label))),
      part("Closeness", CLOSENESS.map((word) => row("closeness", word, word, make("span", { className: `mark ${word}`, "aria-hidden": "true" })))),
      part("Lists", graph.lists.map((name) => row("list", name, name))),
      graph.networks.length > 1 ? part("Networks", graph.networks.map(([name, label]) => row("on", name, label))) : null,
      graph.groups.length ? make("section", { className: "groups" }, make("h2", {}, "Groups"), make("ul", {}, ...groupRows())) : null,
    ].filter(Boolean));
    countRail();
  }

  const badge = (group) => make("span", { className: `badge g${(group % 4) + 1}${group > 3 ? " square" : ""}${group < 0 ? " none" : ""}`, "aria-hidden": "true" }, LETTERS[group] || "");

  function groupRows() {
    const { graph } = view;
    const row = (mark, label, many) => make("li", {}, mark, make("span", { className: "label", dir: "auto" }, label), make("span", { className: "many" }, many));
    const size = (group) => graph.people.group.filter((one) => one === group).length;
    const rows = graph.groups.map(([letter, called], group) => row(badge(group), called, format.format(size(group))));
    if (graph.people.group.includes(-1)) rows.push(row(badge(-1), "in smaller groups", format.format(size(-1))));
    if (graph.connects.length) rows.push(row(make("span", { className: "badge ring", "aria-hidden": "true" }), "connects groups", format.format(graph.connects.length)));
    if (graph.bridges.size) rows.push(row(make("span", { className: "bridge", "aria-hidden": "true" }), "only link between two", format.format(graph.bridges.size)));
    return rows;
  }

  /* Ticks the boxes as the address says, and counts: relationships of a kind or closeness, people of a list or network. */
  function countRail() {
    const { graph, closeness, out, back } = view, held = {};
    const usual = { kinds: true, closeness: true }, may = { kinds: graph.kinds.map(([one]) => one), closeness: CLOSENESS, list: graph.lists, on: graph.networks.map(([one]) => one) };
    for (const [name, all] of Object.entries(may)) held[name] = new Array(all.length).fill(0);
    for (let i = 0; i < closeness.length; i++) {
      if (closeness[i] > 2) continue;
      held.closeness[closeness[i]] += 1;
      for (let bits = out[i] | back[i], bit = 0; bits; bits >>= 1, bit++) if (bits & 1) held.kinds[bit] += 1;
    }
    for (const [name, from] of [["list", "lists"], ["on", "networks"]]) for (const mask of graph.people[from]) for (let bits = mask, bit = 0; bits; bits >>= 1, bit++) if (bits & 1) held[name][bit] += 1;
    for (const box of document.querySelectorAll("#rail [data-filter]")) {
      const { filter, value } = box.dataset, ticked = list(filter);
      box.checked = ticked.length ? ticked.includes(value) : Boolean(usual[filter]);
      box.parentNode.querySelector(".many").textContent = format.format(held[filter][may[filter].indexOf(value)]);
    }
  }

  function tick(box) {
    const { filter } = box.dataset, boxes = [...document.querySelectorAll(`#rail [data-filter="${filter}"]`)];
    const ticked = boxes.filter((one) => one.checked).map((one) => one.dataset.value), usual = filter === "kinds" || filter === "closeness";
    put(filter, usual && (ticked.length === boxes.length || !ticked.length) ? [] : filter === "list" ? ticked : ticked.join(","));
    refilter();
  }

  function closeRail() {
    const { classList } = document.documentElement, was = classList.contains("rail-open");
    classList.remove("rail-open");
    if (was) $("rail-open").focus();
    return was;
  }

  // --- the list -----------------------------------------------------------------------------------------------------

  const byName = (order) => [...order].sort((i, j) => view.graph.people.name[i].localeCompare(view.graph.people.name[j]));

  function fillList() {
    const { graph, shown: { order, count: links, degree, people: many } } = view, { people } = graph, box = $("people-box");
    const all = graph.total > people.id.length ? ` of ${format.format(graph.total)}` : "";
    $("counts").textContent = people.ring ? "" : `${format.format(many)}${all} ${many === 1 && !all ? "person" : "people"}, ${count(links, "relationship", "relationships")}`;
    if (people.ring) { fillRings(box); return; }
    const rows = view.sort === "name" ? byName(order) : order;
    if (rows.length > GRID_FROM) { fillGrid(rows); return; }
    const made = rows.map((i) => option(i, badgeOf(i), make("span", { className: "label" }, make("span", { className: "name", dir: "auto" }, people.name[i]), graph.connecting.has(i) ? make("span", { className: "second" }, " connects groups") : null), make("span", { className: "many" }, String(degree[i]))));
    show(box, made);
  }

  const badgeOf = (i) => (i === view.graph.me ? make("span", { className: "badge me", "aria-hidden": "true" }) : badge(view.graph.people.group[i]));

  function option(i, ...content) {
    return make("li", { role: "option", tabIndex: -1, dataset: { place: i }, "aria-selected": String(i === view.picked) }, ...content);
  }

  /* Rows are one stop for the Tab key; the arrows move in them. */
  function show(box, rows, ...more) {
    requestAnimationFrame(() => {
      if (!view) return;
      box.hidden = false;
      $("people-table").hidden = true;
      box.replaceChildren(make("ul", { id: "people", role: "listbox", "aria-label": "People" }, ...rows), ...more);
      stop(view.picked);
    });
  }

  function stop(place) {
    const rows = [...document.querySelectorAll("#people [role=option]")];
    const at = rows.find((row) => Number(row.dataset.place) === place) || rows[0];
    for (const row of rows) row.tabIndex = row === at ? 0 : -1;
  }

  function fillRings(box) {
    const { graph, shown: { order } } = view, { people, rest } = graph;
    const titles = ["", graph.centre === graph.me ? "People you can ask" : "Relationships", "People behind them", "People further on"];
    const rows = [], more = [];
    for (const ring of [1, 2, 3]) {
      const here = order.filter((i) => people.ring[i] === ring), left = rest.ring.map((one, i) => (one === ring ? i : -1)).filter((i) => i >= 0);
      if (!here.length) continue;
      rows.push(make("li", { role: "presentation", className: "title" }, titles[ring]));
      rows.push(...here.map((i) => option(i, make("span", { className: "face", "aria-hidden": "true" }, people.mark[i]), make("span", { className: "label name", dir: "auto" }, people.name[i]), howOf(people.how[i], ring))));
      if (!left.length) continue;
      const line = (i) => make("li", {}, make("a", { className: "go label", dir: "auto", href: around(rest.id[i]) }, rest.name[i]), howOf(rest.how[i], ring));
      more.push(make("details", { className: "more" }, make("summary", {}, `and ${format.format(graph.more[ring - 1])} more ${titles[ring].toLowerCase()}`), make("ul", {}, ...left.map(line))));
    }
    show(box, rows, ...more);
  }

  const around = (id) => { const to = new URLSearchParams({ around: id }); if (fields().get("asof")) to.set("asof", fields().get("asof")); return `/network?${to}`; };

  function howOf(how, ring) {
    const mark = ring === 1 ? make("span", { className: `mark ${how.split(",")[0]}${how.includes("dormant") ? " dormant" : ""}`, "aria-hidden": "true" }) : null;
    return make("span", { className: "closeness" }, mark, how);
  }

  /* Many people are a table of AG Grid's, which makes only the rows in sight. A row stays the same object, whatever it says:
     for each that is another the table sets a timer. */
  function fillGrid(order) {
    const { graph, shown: { degree } } = view, { people } = graph;
    graph.rows ||= people.id.map((id, place) => ({ id, group: people.group[place], name: people.name[place], connects: graph.connecting.has(place), place }));
    const rowData = order.map((i) => Object.assign(graph.rows[i], { many: degree[i] }));
    const box = $("people-table");
    $("people-box").hidden = true;
    $("people-box").replaceChildren();
    box.hidden = false;
    const table = $("people-grid") && window.dash_ag_grid.getApi("people-grid");
    if (table) { table.setGridOption("rowData", rowData); table.refreshCells({ columns: ["many"] }); return; }
    const { props, ...made } = JSON.parse(box.dataset.table);
    set("people-table", { children: [{ ...made, props: { ...props, rowData } }] });
  }

  window.dashAgGridComponentFunctions = Object.assign(window.dashAgGridComponentFunctions || {}, {
    PersonName: ({ value, data }) => window.React.createElement("span", {}, window.React.createElement("span", { dir: "auto" }, value), data.connects ? window.React.createElement("span", { className: "second" }, " connects groups") : null),
    GroupBadge: ({ value }) => window.React.createElement("span", { className: `badge g${(value % 4) + 1}${value > 3 ? " square" : ""}${value < 0 ? " none" : ""}`, "aria-hidden": "true" }, LETTERS[value] || ""),
  });

  // --- time ---------------------------------------------------------------------------------------------------------

  const time = () => $("time");
  const month = (at) => { const [year, first] = time().dataset.first.split("-").map(Number); return new Date(Date.UTC(year, first - 1 + at, 1)); };
  const iso = (day) => day.toISOString().slice(0, 10);

  /* Asks for the relationships between two months; the newest is as usual. */
  async function between([from, to]) {
    const last = Number(time().dataset.last), mine = view;
    const until = iso(new Date(month(to + 1) - 86400000));
    put("since", from > 0 ? iso(month(from)) : "");
    put("asof", to < last ? until : "");
    light([from, to]);
    const got = await fetch(asks({ only: "view" }));
    if (mine !== view || !got.ok) { if (mine === view && view) say(await got.text()); return; }
    const next = await got.json();
    if (next.key !== mine.graph.key) { await load(mine, true); return; }
    readView(next.view);
    refilter();
    set("picking", { data: { id: fields().get("person") || "", search: location.search } });
  }

  function light([from, to]) {
    const name = (at) => month(at).toLocaleDateString("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });
    $("time-words").textContent = from === to ? name(from) : `${name(from)} to ${name(to)}`;
    document.querySelectorAll("#bars [data-month]").forEach((bar, at) => bar.classList.toggle("on", at >= from && at <= to));
  }

  /* Moves the end from the first chosen month to the last, one after the other has been drawn. */
  async function play() {
    const mine = view, [from, to] = months(), until = to > from ? to : Number(time().dataset.last);
    if (mine.playing) { stopPlaying(); return; }
    mine.playing = true;
    $("play").setAttribute("aria-pressed", "true");
    for (let at = from; at <= until && mine === view && mine.playing; at++) {
      mine.months = `${from},${at}`;
      set("months", { value: [from, at] });
      const next = new Promise((done) => setTimeout(done, PLAY));
      await between([from, at]);
      await next;
    }
    if (mine === view) stopPlaying();
  }

  function stopPlaying() { view.playing = false; $("play").setAttribute("aria-pressed", "false"); }

  function months() {
    const { first, last } = time().dataset, [year, start] = first.split("-").map(Number);
    const at = (day, usual) => (day ? Math.max(0, Math.min((Number(day.slice(0, 4)) - year) * 12 + Number(day.slice(5, 7)) - start, Number(last))) : usual);
    return [at(fields().get("since"), 0), at(fields().get("asof"), Number(last))];
  }

  // --- pointer, keys, Dash ------------------------------------------------------------------------------------------

  document.addEventListener("change", (event) => {
    if (!view?.graph) return;
    if (event.target.matches("#rail [data-filter]")) tick(event.target);
    if (event.target.id === "order") { view.sort = event.target.value; fillList(); }
    if (event.target.name === "steps") { put("steps", event.target.value === "2" ? "" : event.target.value); put("grown", ""); load(view, false); }
  });

  document.addEventListener("click", (event) => {
    if (!view) return;
    const on = (selector) => event.target.closest?.(selector);
    const row = on("#people [role=option]");
    if (row) pickAt(Number(row.dataset.place));
    else if (on("#zoom-in")) view.draw.zoom(1.4);
    else if (on("#zoom-out")) view.draw.zoom(1 / 1.4);
    else if (on("#fit")) view.draw.fit();
    else if (on("#play")) play();
    else if (on("#rail-open")) { document.documentElement.classList.add("rail-open"); $("rail-close").focus(); }
    else if (on("#rail-close") || !on("#rail")) closeRail();
  });

  document.addEventListener("keydown", (event) => {
    if (!view?.graph || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const row = event.target.closest?.("#people [role=option]");
    const to = row && { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    if (to) {
      let next = row[to];
      while (next && next.getAttribute("role") !== "option") next = next[to];
      if (next) { choose(Number(next.dataset.place)); next.focus(); }
    } else if (row && event.key === "Enter") {
      if (view.graph.people.ring) pickAt(Number(row.dataset.place)); else $("picked-ask")?.focus();
    } else if (event.key === "Escape") {
      if (!closeRail()) return;
    } else if (!event.target.matches?.("input, textarea, select, [role=slider]") && window.intrograph.keysOn()) {
      const does = { "+": () => view.draw.zoom(1.4), "=": () => view.draw.zoom(1.4), "-": () => view.draw.zoom(1 / 1.4), "−": () => view.draw.zoom(1 / 1.4), 0: () => view.draw.fit(), l: () => document.querySelector("#people [tabindex='0'], #people-grid .ag-cell")?.focus() }[event.key];
      if (!does) return;
      does();
    } else return;
    event.preventDefault();
  });

  document.addEventListener("page:shown", () => {
    const box = $("network");
    if (!box) close();
    else if (view?.box !== box || view.href !== location.href) { open(box); if (time()) light(months()); }
  });

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    explore: {
      months: (value) => {
        if (view?.graph && value && String(value) !== view.months && String(value) !== String(months())) between(value);
        if (view) view.months = String(value);
        return window.dash_clientside.no_update;
      },
      row: (rows) => {
        const place = rows?.[0]?.place;
        if (view?.graph && place !== undefined && place !== view.picked) choose(place);
        return window.dash_clientside.no_update;
      },
    },
  });
})();
