/* Beside the drawing: the filters with their counts, and the people as rows or as a table. Each is told what is shown;
   explore.js decides that. All words from data are put in as text. */
(() => {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const set = (id, props) => window.dash_clientside.set_props(id, props);
  const CLOSENESS = ["close", "familiar", "slight"], TABLE_FROM = 200;
  const number = new Intl.NumberFormat("en-GB");

  window.intrograph = Object.assign(window.intrograph || {}, {
    CLOSENESS, showFilters, countFilters, showPeople,
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
  const badge = (group, letter = "") => sign(badgeClass(group), letter);
  const unseen = (words) => span("unseen", words);

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
    const row = (mark, label, group) => make("li", "", { "data-group": group }, mark, named("label", label), many(0));
    const rows = groups.map(([letter, called], group) => row(badge(group, letter), called, group));
    if (people.group.includes(-1)) rows.push(row(badge(-1), "in smaller groups", -1));
    if (connects.length) rows.push(row(sign("badge ring"), "connects groups", "connects"));
    if (links.bridges.length) rows.push(row(sign("bridge"), "only link between two", "bridges"));
    return make("section", "groups", {}, make("h2", "", {}, "Groups"), make("ul", "", {}, ...rows));
  }

  /* Ticks the boxes as the address says, and counts what there is in the time that is drawn, whatever is ticked:
     relationships of a kind or closeness; people on a list or network or in a group, who have a relationship then. */
  function countFilters({ graph, closeness, out, back, shown }, ticked) {
    const found = { kinds: [], closeness: [], list: [], on: [] }, there = new Set([graph.me]), groups = {};
    const add = (name, bits) => { for (let bit = 0; bits; bits >>= 1, bit++) if (bits & 1) found[name][bit] = (found[name][bit] || 0) + 1; };
    for (let i = 0; i < closeness.length; i++) {
      if (closeness[i] > 2) continue;
      add("closeness", 1 << closeness[i]);
      add("kinds", out[i] | back[i]);
      there.add(graph.links.a[i]).add(graph.links.b[i]);
    }
    there.delete(null);
    for (const i of there) {
      add("list", graph.people.lists[i]);
      add("on", graph.people.networks[i]);
      if (graph.people.group) groups[graph.people.group[i]] = (groups[graph.people.group[i]] || 0) + 1;
    }
    Object.assign(groups, { connects: graph.connects.length, bridges: graph.bridges.size });
    for (const line of document.querySelectorAll("#filters [data-group]")) {
      line.querySelector(".many").textContent = number.format(groups[line.dataset.group] || 0);
      line.hidden = shown.dated && Number.isNaN(Number(line.dataset.group));
    }
    const named = { kinds: graph.kinds.map(([kind]) => kind), closeness: CLOSENESS, list: graph.lists, on: graph.networks.map(([name]) => name) };
    for (const box of document.querySelectorAll("#filters [data-filter]")) {
      const { filter, value } = box.dataset, chosen = ticked(filter);
      box.checked = chosen.length ? chosen.includes(value) : filter === "kinds" || filter === "closeness";
      box.parentNode.querySelector(".many").textContent = number.format(found[filter][named[filter].indexOf(value)] || 0);
    }
  }

  // --- people -------------------------------------------------------------------------------------------------------

  function showPeople(view, around) {
    const { graph, shown, picked, sort } = view, { people, total, relationships } = graph;
    if (graph.rings) { showRings(graph, shown, picked, around); return; }
    const of = (few, all) => `${number.format(few)}${all > few ? ` of ${number.format(all)}` : ""}`;
    const who = of(shown.people, total > people.id.length ? total : 0);
    const links = of(shown.count, shown.dated ? 0 : relationships);
    $("counts").textContent = `${who} ${who === "1" ? "person" : "people"}, ${links} ${links === "1" ? "relationship" : "relationships"}`;
    const byName = (i, j) => people.name[i].localeCompare(people.name[j]);
    if (sort === "name") shown.byName ||= [...shown.order].sort(byName);
    const order = sort === "name" ? shown.byName : shown.order, bound = tiesOf(view);
    if (order.length > TABLE_FROM) showTable(graph, shown, order, bound, picked);
    else showRows(picked, order.map((i) => row(i, picked, ...personRow(graph, shown, i, bound.get(i)))));
  }

  /* Says how those whom somebody chosen has to do with are tied to them: closeness, and who acts towards whom. */
  function tiesOf({ graph: { links, people }, shown, picked, out, back }) {
    const told = new Map(), who = picked >= 0 ? people.name[picked].split(/\s+/)[0] : "";
    for (const [i, other] of window.intrograph.linksOf(links, picked)) {
      if (!(shown.links[i] || shown.noticed[i])) continue;
      const [there, here] = (links.a[i] === picked ? [out[i], back[i]] : [back[i], out[i]]).map((bits) => Boolean(bits & shown.directed));
      const ways = there && here ? "both ways" : there ? `from ${who}` : here ? `to ${who}` : "";
      told.set(other, [shown.links[i] ? CLOSENESS[shown.closeness[i]] : "noticed", ways].filter(Boolean).join(", "));
    }
    return told;
  }

  function personRow({ people, me, groups }, { degree, connects }, i, tie) {
    const letter = groups[people.group[i]]?.[0], why = tie || (connects?.has(i) ? "connects groups" : "");
    return [
      i === me ? sign("badge me") : badge(people.group[i], letter),
      span("label", named("name", people.name[i]), why ? span("second", ` ${why}`) : null, letter ? unseen(`, group ${letter}`) : null),
      many(degree[i]), unseen(" relationships"),
    ];
  }

  const row = (i, picked, ...content) =>
    make("li", "", { role: "option", tabindex: -1, "data-place": i, "aria-selected": i === picked }, ...content);

  function showRings({ people, rest, more, centre, me }, { order, wanted, narrowed }, picked, around) {
    const titles = ["", centre === me ? "People you can ask" : "Relationships", "People behind them", "People further on"];
    const rows = [], left = [];
    for (const ring of [1, 2, 3]) {
      const here = order.filter((i) => people.ring[i] === ring), others = rest.ring.flatMap((one, i) => (one === ring && !narrowed && (wanted[rest.closeness[i]] ?? true) ? [i] : []));
      const how = (words) => span("closeness", ring === 1 ? sign(`mark ${words.replaceAll(",", "")}`) : null, words);
      const line = (i) => make("li", "", {}, make("a", "go label", { dir: "auto", href: around(rest.id[i]) }, rest.name[i]), how(rest.how[i]));
      if (here.length) rows.push(make("li", "title", { role: "presentation" }, titles[ring]));
      for (const i of here) rows.push(row(i, picked, sign("face", people.mark[i]), named("label name", people.name[i]), how(people.how[i])));
      if (!others.length) continue;
      const all = wanted.every(Boolean) ? more[ring - 1] : others.length;
      const words = `and ${number.format(all)} more ${titles[ring].toLowerCase()}`;
      left.push(make("details", "more", {}, make("summary", "", {}, words), make("ul", "", {}, ...others.map(line))));
    }
    showRows(picked, rows, ...left);
  }

  /* Rows are one stop for the Tab key; the arrows move in them, and who had the focus keeps it. */
  function showRows(picked, rows, ...more) {
    requestAnimationFrame(() => {
      const box = $("people-box"), was = document.activeElement?.closest?.("#people [role=option]");
      if (!box) return;
      $("people-table").hidden = true;
      box.hidden = false;
      box.replaceChildren(make("ul", "", { id: "people", role: "listbox", "aria-label": "People" }, ...rows), ...more);
      const made = rows.filter((one) => one.getAttribute("role") === "option");
      const at = made.find((one) => Number(one.dataset.place) === picked) || made[0];
      if (!at) return;
      at.tabIndex = 0;
      if (was) at.focus({ preventScroll: true });
      if (innerWidth < 768) document.querySelector(".listing").scrollTop = 0;
      else if (picked >= 0) at.scrollIntoView({ block: "nearest" });
    });
  }

  /* Many people are a table of AG Grid's, which makes only the rows in sight. A person's row stays the same object: for
     each that is another one, the table sets a timer. */
  function showTable(graph, { degree, connects }, order, bound, picked) {
    const { people, groups } = graph, box = $("people-table");
    graph.rows ||= people.id.map((id, i) => ({ id, place: i, name: people.name[i], group: people.group[i], letter: groups[people.group[i]]?.[0] || "" }));
    const why = (i) => bound.get(i) || (connects?.has(i) ? "connects groups" : "");
    const rowData = order.map((i) => Object.assign(graph.rows[i], { many: degree[i], why: why(i) }));
    box.hidden = false;
    $("people-box").hidden = true;
    $("people-box").replaceChildren();
    const table = $("people-grid") && window.dash_ag_grid.getApi("people-grid");
    const id = people.id[picked], chosen = { selectedRows: id ? { ids: [id] } : [], scrollTo: id ? { rowId: id } : {} };
    if (!table) {
      graph.listed = order;
      const { props, ...made } = JSON.parse(box.dataset.table);
      set("people-table", { children: [{ ...made, props: { ...props, rowData, ...chosen } }] });
      return;
    }
    if (graph.listed !== order) table.setGridOption("rowData", rowData);
    graph.listed = order;
    table.refreshCells({ force: true });
    set("people-grid", chosen);
  }

  const part = (cls, more, ...children) => window.React.createElement("span", { className: cls, ...more }, ...children);
  window.dashAgGridComponentFunctions = Object.assign(window.dashAgGridComponentFunctions || {}, {
    GroupBadge: ({ value, data }) => part(badgeClass(value), {}, data.letter),
    PersonName: ({ value, data }) => part("", { title: [value, data.why].join(" ") }, part("", { dir: "auto" }, value), part("second", {}, ` ${data.why}`)),
  });
})();
