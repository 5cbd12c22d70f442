/* Beside the drawing: the filters with their counts, and the people as rows or as a table. Each is told what is shown;
   explore.js decides that. All words from data are put in as text. */
(() => {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const set = (id, props) => window.dash_clientside.set_props(id, props);
  const CLOSENESS = ["close", "familiar", "slight"], LETTERS = "ABCDEFGH", TABLE_FROM = 200;
  const number = new Intl.NumberFormat("en-GB");
  const count = (many, one, more) => `${number.format(many)} ${many === 1 ? one : more}`;

  window.intrograph = Object.assign(window.intrograph || {}, {
    CLOSENESS, LETTERS, showFilters, countFilters, showPeople, markRow, stopAt, initials,
  });

  function make(tag, cls, props, ...children) {
    const element = document.createElement(tag);
    if (cls) element.className = cls;
    for (const [name, value] of Object.entries(props)) element.setAttribute(name, value);
    element.append(...children.filter((child) => child != null));
    return element;
  }

  const SILENT = { "aria-hidden": "true" };
  const span = (cls, ...children) => make("span", cls, {}, ...children);
  const sign = (cls, letter = "") => make("span", cls, SILENT, letter);
  const named = (cls, name) => make("span", cls, { dir: "auto" }, name);
  const many = (value) => span("many", number.format(value));
  const badgeClass = (group) => `badge g${(group % 4) + 1}${group > 3 ? " square" : ""}${group < 0 ? " none" : ""}`;
  const badge = (group) => sign(badgeClass(group), LETTERS[group]);

  function initials(name) {
    const words = name.split(/\s+/).filter(Boolean);
    return [words[0], words.length > 1 ? words.at(-1) : ""].map((word) => [...(word || "")][0] || "").join("").toUpperCase();
  }

  // --- filters ------------------------------------------------------------------------------------------------------

  function showFilters(graph) {
    const check = (name, value, label, mark) => make("label", "check", {},
      make("input", "", { type: "checkbox", "data-filter": name, "data-value": value }), mark, named("label", label), many(0));
    const part = (title, rows) => (rows.length ? make("fieldset", "", {}, make("legend", "", {}, title), ...rows) : "");
    $("filters").replaceChildren(
      part("Kinds", graph.kinds.map(([kind, label]) => check("kinds", kind, label))),
      part("Closeness", CLOSENESS.map((word) => check("closeness", word, word, sign(`mark ${word}`)))),
      part("Lists", graph.lists.map((name) => check("list", name, name))),
      part("Networks", graph.networks.length > 1 ? graph.networks.map(([name, label]) => check("on", name, label)) : []),
      graph.groups.length ? showGroups(graph) : "",
    );
  }

  function showGroups({ groups, people, connects, links }) {
    const row = (mark, label, size) => make("li", "", {}, mark, named("label", label), many(size));
    const size = (group) => people.group.filter((one) => one === group).length;
    const rows = groups.map(([, called], group) => row(badge(group), called, size(group)));
    if (size(-1)) rows.push(row(badge(-1), "in smaller groups", size(-1)));
    if (connects.length) rows.push(row(sign("badge ring"), "connects groups", connects.length));
    if (links.bridges.length) rows.push(row(sign("bridge"), "only link between two", links.bridges.length));
    return make("section", "groups", {}, make("h2", "", {}, "Groups"), make("ul", "", {}, ...rows));
  }

  /* Ticks the boxes as the address says, and counts: relationships of a kind or closeness, people on a list or network. */
  function countFilters({ graph, closeness, out, back }, ticked) {
    const found = { kinds: [], closeness: [], list: [], on: [] };
    const add = (name, bits) => { for (let bit = 0; bits; bits >>= 1, bit++) if (bits & 1) found[name][bit] = (found[name][bit] || 0) + 1; };
    for (let i = 0; i < closeness.length; i++) {
      if (closeness[i] > 2) continue;
      add("closeness", 1 << closeness[i]);
      add("kinds", out[i] | back[i]);
    }
    for (const bits of graph.people.lists) add("list", bits);
    for (const bits of graph.people.networks) add("on", bits);
    const place = {};
    for (const box of document.querySelectorAll("#filters [data-filter]")) {
      const { filter, value } = box.dataset, chosen = ticked(filter), at = place[filter] = (place[filter] ?? -1) + 1;
      box.checked = chosen.length ? chosen.includes(value) : filter === "kinds" || filter === "closeness";
      box.parentNode.querySelector(".many").textContent = number.format(found[filter][at] || 0);
    }
  }

  // --- people -------------------------------------------------------------------------------------------------------

  function showPeople({ graph, shown, picked, sort }, around) {
    if (graph.rings) { showRings(graph, shown, picked, around); return; }
    const { people, total } = graph, all = total > people.id.length ? ` of ${number.format(total)}` : "";
    const who = shown.people === 1 && !all ? "person" : "people";
    $("counts").textContent = `${number.format(shown.people)}${all} ${who}, ${count(shown.count, "relationship", "relationships")}`;
    const byName = (i, j) => people.name[i].localeCompare(people.name[j]);
    const order = sort === "name" ? [...shown.order].sort(byName) : shown.order;
    if (order.length > TABLE_FROM) showTable(graph, shown, order);
    else showRows(picked, order.map((i) => row(i, picked, ...personRow(graph, shown, i))));
  }

  function personRow({ people, me, connecting }, { degree }, i) {
    const why = connecting.has(i) ? span("second", " connects groups") : null;
    return [i === me ? sign("badge me") : badge(people.group[i]), span("label", named("name", people.name[i]), why), many(degree[i])];
  }

  const row = (i, picked, ...content) =>
    make("li", "", { role: "option", tabindex: -1, "data-place": i, "aria-selected": i === picked }, ...content);

  function showRings({ people, rest, more, centre, me, rings }, { order }, picked, around) {
    const titles = ["", centre === me ? "People you can ask" : "Relationships", "People behind them", "People further on"];
    const rows = [], left = [];
    for (const ring of [1, 2, 3]) {
      const here = order.filter((i) => people.ring[i] === ring), others = rest.ring.flatMap((one, i) => (one === ring ? [i] : []));
      const how = (words) => span("closeness", ring === 1 ? sign(`mark ${words.replace(",", "")}`) : null, words);
      const line = (i) => make("li", "", {}, make("a", "go label", { dir: "auto", href: around(rest.id[i]) }, rest.name[i]), how(rest.how[i]));
      if (here.length) rows.push(make("li", "title", { role: "presentation" }, titles[ring]));
      for (const i of here) rows.push(row(i, picked, sign("face", people.mark[i]), named("label name", people.name[i]), how(people.how[i])));
      if (!others.length) continue;
      const words = `and ${number.format(more[ring - 1])} more ${titles[ring].toLowerCase()}`;
      left.push(make("details", "more", {}, make("summary", "", {}, words), make("ul", "", {}, ...others.map(line))));
    }
    showRows(picked, rows, ...left);
  }

  /* Rows are one stop for the Tab key; the arrows move in them. */
  function showRows(picked, rows, ...more) {
    requestAnimationFrame(() => {
      const box = $("people-box");
      if (!box) return;
      $("people-table").hidden = true;
      box.hidden = false;
      box.replaceChildren(make("ul", "", { id: "people", role: "listbox", "aria-label": "People" }, ...rows), ...more);
      stopAt(picked);
    });
  }

  const options = () => [...document.querySelectorAll("#people [role=option]")];

  function stopAt(place) {
    const rows = options(), at = rows.find((one) => Number(one.dataset.place) === place) || rows[0];
    for (const one of rows) one.tabIndex = one === at ? 0 : -1;
  }

  /* Shows who is chosen, in the rows or in the table. */
  function markRow(place, id) {
    for (const one of options()) {
      const is = Number(one.dataset.place) === place;
      one.setAttribute("aria-selected", String(is));
      if (is && innerWidth >= 768) one.scrollIntoView({ block: "nearest" });
    }
    if (place >= 0) stopAt(place);
    if ($("people-grid")) set("people-grid", { selectedRows: id ? { ids: [id] } : [], scrollTo: id ? { rowId: id } : {} });
    if (innerWidth < 768) document.querySelector(".listing").scrollTop = 0;
  }

  /* Many people are a table of AG Grid's, which makes only the rows in sight. A person's row stays the same object: for
     each that is another one, the table sets a timer. */
  function showTable(graph, { degree }, order) {
    const { people, connecting } = graph;
    graph.rows ||= people.id.map((id, i) => ({ id, place: i, name: people.name[i], group: people.group[i], connects: connecting.has(i) }));
    const rowData = order.map((i) => Object.assign(graph.rows[i], { many: degree[i] }));
    const box = $("people-table");
    box.hidden = false;
    $("people-box").hidden = true;
    $("people-box").replaceChildren();
    const table = $("people-grid") && window.dash_ag_grid.getApi("people-grid");
    if (table) {
      table.setGridOption("rowData", rowData);
      table.refreshCells({ columns: ["many"] });
      return;
    }
    const { props, ...made } = JSON.parse(box.dataset.table);
    set("people-table", { children: [{ ...made, props: { ...props, rowData } }] });
  }

  const part = (cls, more, ...children) => window.React.createElement("span", { className: cls, ...more }, ...children);
  window.dashAgGridComponentFunctions = Object.assign(window.dashAgGridComponentFunctions || {}, {
    GroupBadge: ({ value }) => part(badgeClass(value), SILENT, LETTERS[value] || ""),
    PersonName: ({ value, data }) => part("", {}, part("", { dir: "auto" }, value), data.connects ? part("second", {}, " connects groups") : null),
  });
})();
