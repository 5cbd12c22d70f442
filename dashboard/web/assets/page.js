/* What the browser does by itself: drawings put in place, the choice of a way and a step, keys, the address.
   What is shown is made on the server; nothing here makes markup of data. */
(() => {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const set = (id, props) => window.dash_clientside.set_props(id, props);
  const PHONE = 768;
  const DOWN = "intrograph does not answer: it was stopped. Start it again, then go on here.";
  const KEYS_OFF = "intrograph-keys-off";

  // --- drawings --------------------------------------------------------------------------------------------------

  /* Puts the SVG that an element's data-svg holds into it. A drawing of the same parts is changed into the new one
     part by part, so that colours and widths pass over and nothing jumps. */
  function place(box) {
    const text = box.getAttribute("data-svg");
    if (!text) { box.replaceChildren(); return; }
    const parsed = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    if (parsed.nodeName !== "svg") return;
    const next = document.importNode(parsed, true);
    const old = box.querySelector(":scope > svg");
    if (!old || !morph(old, next)) {
      if (box.id === "paths") next.classList.add("is-new");
      box.replaceChildren(next);
    }
    if (box.id === "paths") box.querySelector(".word.chosen")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  const parts = (svg) => new Map([...svg.querySelectorAll("[data-key]")].map((part) => [part.dataset.key, part]));

  function morph(old, next) {
    const before = parts(old), after = parts(next);
    if (old.getAttribute("viewBox") !== next.getAttribute("viewBox") || !after.size || before.size !== after.size) return false;
    if ([...after.keys()].some((key) => !before.has(key))) return false;
    for (const [key, part] of after) {
      const held = before.get(key);
      for (const { name } of [...held.attributes]) if (!part.hasAttribute(name)) held.removeAttribute(name);
      for (const { name, value } of part.attributes) if (held.getAttribute(name) !== value) held.setAttribute(name, value);
      if (!part.querySelector("[data-key]") && held.innerHTML !== part.innerHTML) held.replaceChildren(...part.childNodes);
    }
    for (const { name, value } of next.attributes) old.setAttribute(name, value);
    return true;
  }

  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "attributes") place(change.target);
      for (const added of change.addedNodes) {
        if (added.nodeType !== 1) continue;
        if (added.hasAttribute("data-svg")) place(added);
        added.querySelectorAll("[data-svg]").forEach(place);
        const handle = added.id === "as-of" ? added : added.querySelector("#as-of");
        if (handle) {
          handle.dataset.at = handle.getAttribute("aria-valuenow");
          putHandle(handle);
          if (returnTo === "as-of") { handle.focus(); returnTo = null; }
        }
      }
    }
  }).observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-svg"] });

  // --- the address ----------------------------------------------------------------------------------------------

  function visit(href) {
    closeSheet();
    if (href !== location.pathname + location.search) history.pushState({}, "", href);
    ask({});
  }

  window.addEventListener("popstate", () => { $("toasts")?.replaceChildren(); ask({}); });

  function askFor(who, field = "to") {
    const kept = new URLSearchParams(location.search), here = location.pathname === "/";
    for (const name of [...kept.keys()]) if (["to", "org", "list", "way", "step"].includes(name) || !(here || ["asof", "since"].includes(name))) kept.delete(name);
    const fields = new URLSearchParams([[field, who], ...kept]);
    visit(`/?${fields}`);
  }

  function centre() {
    const page = window.innerWidth;
    const beside = page >= 1440 ? 364 + 392 : page >= 1200 ? 320 + 360 : page >= PHONE ? 320 : 0;
    return Math.max(320, page - beside - 40 - (beside ? 1 : 0));  // padding, and the border of the column
  }

  const seen = () => ({ width: centre(), window: window.innerWidth });
  let asking = {};

  /* Has the server show the address anew, with more that is wanted of it. */
  function ask(more) {
    asking = { pathname: location.pathname, search: location.search, ...seen(), ...more, turn: (asking.turn || 0) + 1 };
    set("asking", { data: asking });
  }

  // --- filters: each is a part of the address -------------------------------------------------------------------

  function filter(name, change) {
    const fields = new URLSearchParams(location.search);
    for (const gone of ["way", "step"]) fields.delete(gone);
    change(fields, name);
    visit(`/?${fields}`);
  }

  const put = (value) => (fields, name) => { value ? fields.set(name, value) : fields.delete(name); };

  /* Adds a value, or takes it out: kinds stand in one field with commas, people in a field each. */
  const toggle = (value) => (fields, name) => {
    const commas = name === "kinds";
    const held = commas ? (fields.get(name) || "").split(",").filter(Boolean) : fields.getAll(name);
    const next = held.includes(value) ? held.filter((one) => one !== value) : [...held, value];
    fields.delete(name);
    if (commas && next.length) fields.set(name, next.join(",")); else if (!commas) next.forEach((one) => fields.append(name, one));
  };

  let reopen = null;  // which chip stays open over the next answer, and what in it has the focus

  const closeFilters = (but = null) =>
    document.querySelectorAll("details.filter[open]").forEach((one) => { if (one !== but) one.open = false; });

  // --- exports --------------------------------------------------------------------------------------------------

  const ON = (id) => $(id)?.getAttribute("aria-checked") === "true";

  function exportAddress(form) {
    const fields = new URLSearchParams(location.search);
    const scope = document.querySelector('#export-dialog [data-scope][aria-pressed="true"]')?.dataset.scope || "ways";
    fields.set("way", chosenWay());
    fields.set("step", chosenStep());
    fields.set("scope", scope);
    fields.set("format", form === "png" ? "svg" : form);
    if (asking.whole) fields.set("whole", "1");
    if (ON("export-private")) fields.set("private", "1");
    return `/export?${fields}`;
  }

  async function take(form) {
    const got = await fetch(exportAddress(form));
    if (!got.ok) { $("export-dialog").close(); toast(await got.text(), 8000); return; }
    let name = /filename="([^"]+)"/.exec(got.headers.get("Content-Disposition"))?.[1] || "ways";
    let file = await got.blob();
    if (form === "png") { file = await png(file); name = name.replace(/svg$/, "png"); }
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    $("export-dialog").close();
    toast(`Written: ${name}. Private evidence is ${ON("export-private") ? "in it: keep it to yourself" : "left out"}.`);
  }

  function png(svg) {
    const address = URL.createObjectURL(svg);
    return new Promise((done, failed) => {
      const image = new Image();
      image.onload = () => {
        const canvas = document.createElement("canvas");
        canvas.width = image.naturalWidth * 2;
        canvas.height = image.naturalHeight * 2;
        const pen = canvas.getContext("2d");
        pen.fillStyle = "#fff";
        pen.fillRect(0, 0, canvas.width, canvas.height);
        pen.drawImage(image, 0, 0, canvas.width, canvas.height);
        URL.revokeObjectURL(address);
        canvas.toBlob(done, "image/png");
      };
      image.onerror = failed;
      image.src = address;
    });
  }

  /* What is private is asked for first: the switch turns only once that was read and said. */
  function switchPrivate(sure) {
    const on = ON("export-private");
    $("export-ask").hidden = on || sure;
    if (on || sure) $("export-private").setAttribute("aria-checked", String(!on));
    else $("export-sure").focus();
  }

  // --- ways and steps -------------------------------------------------------------------------------------------

  const cards = () => [...document.querySelectorAll(".path-card")];
  const chosenCard = () => document.querySelector('.path-card[aria-selected="true"]');
  const chosenWay = () => Number(chosenCard()?.dataset.rank || 1);
  const stepButtons = () => [...document.querySelectorAll(".segments [data-step]")];
  const chosenStep = () => Number(document.querySelector('.segments [aria-pressed="true"]')?.dataset.step || 1);
  let choice = {};
  let firstNew = null;  // which item of a list is the first one that was not listed before

  function focusNew(list) {
    const item = document.querySelector(list)?.children[firstNew];
    if (item) { item.tabIndex = -1; item.focus(); }
    firstNew = null;
  }

  function choose({ way = chosenWay(), step = null, contacts = 3 }) {
    const fields = new URLSearchParams(location.search);
    way === 1 ? fields.delete("way") : fields.set("way", way);
    step ? fields.set("step", step) : fields.delete("step");
    history.replaceState(history.state, "", `${location.pathname}?${fields}`);
    const other = way !== chosenWay(), folded = !cards()[way - 1];
    const strip = $("strip")?.firstElementChild?.dataset.chosen !== String(way);
    choice = { way, step, contacts, strip, whole: asking.whole === true, ...seen(), turn: (choice.turn || 0) + 1 };
    if (folded || (other && window.innerWidth < PHONE)) {  // its card is to be made, or unfolds
      ask({ way, step, whole: folded || asking.whole });
      return;
    }
    for (const card of cards()) {
      const is = Number(card.dataset.rank) === way;
      card.setAttribute("aria-selected", String(is));
      card.tabIndex = is ? 0 : -1;
    }
    for (const button of document.querySelectorAll(`.path-card .step`)) {
      button.setAttribute("aria-pressed", String(step === Number(button.dataset.step)));
    }
    set("choice", { data: choice });
  }

  function focusWay() {
    const card = chosenCard();
    card?.focus({ preventScroll: true });
    card?.scrollIntoView({ block: "nearest" });
  }

  function nextWay(by) {
    const all = cards(), at = all.indexOf(chosenCard());
    const card = all[at + by];
    if (!card) return;
    choose({ way: Number(card.dataset.rank) });
    focusWay();
  }

  function nextStep(by) {
    const step = chosenStep() + by;
    if (step < 1 || step > stepButtons().length) return;
    choose({ step });
  }

  const isSheet = () => document.documentElement.classList.contains("sheet-open");

  /* On a phone the proof is a dialog over the page: what lies behind takes no focus. */
  function toggleSheet(open) {
    document.documentElement.classList.toggle("sheet-open", open);
    const behind = ".header, .heading, .opening, #same-name, .note, .columns > .list, .take-out";
    document.querySelectorAll(behind).forEach((one) => { one.inert = open; });
    const proof = $("proof");
    if (!proof) return;
    if (open) { proof.setAttribute("role", "dialog"); proof.setAttribute("aria-modal", "true"); }
    else { proof.removeAttribute("role"); proof.removeAttribute("aria-modal"); }
  }

  function openProof() {
    const phone = window.innerWidth < PHONE;
    if (phone) toggleSheet(true);
    const first = phone ? $("proof-close") : document.querySelector('.segments [aria-pressed="true"]');
    first?.focus();
  }

  function closeSheet() {
    if (!isSheet()) return false;
    toggleSheet(false);
    focusWay();
    return true;
  }

  // --- notices --------------------------------------------------------------------------------------------------

  function toast(words, last = 4000, undo = null) {
    const box = $("toasts");
    if (!box) return;
    const note = document.createElement("div");
    note.className = "toast";
    note.textContent = words;
    if (undo) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Undo";
      button.setAttribute("aria-keyshortcuts", "Control+Z Meta+Z");
      button.onclick = () => { note.remove(); undo(); };
      note.append(button);
    }
    box.replaceChildren(note);
    setTimeout(() => note.remove(), last);
  }

  const act = (wanted) => set("act", { data: { ...wanted, turn: Date.now() } });

  function copyText(text, told) {
    const refused = () => toast("The browser did not let it be copied.");
    if (navigator.clipboard) navigator.clipboard.writeText(text).then(() => toast(told), refused);
    else refused();  // there is none over plain http
  }

  const isHere = () => /^(127\.|localhost$|\[::1\]$)/.test(location.hostname);
  const copyLink = () => copyText(location.href, isHere() ? "Copied. The link opens on this machine only." : "Copied. The link asks for the password.");

  const fetchOfTheBrowser = window.fetch;
  window.fetch = (...sent) => fetchOfTheBrowser(...sent).then(
    (got) => {
      const away = got.status > 501 && got.status < 505;  // so says the proxy, where the server is down
      if (away) toast(DOWN, 8000);
      else if (got.status >= 500) toast("This went wrong here, not with your data. What you see is still right.", 8000);
      if (got.status === 401) {  // the session has ended
        location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
        return new Promise(() => {});  // nobody is there any more to read it
      }
      if (got.status === 403) toast("This page is from before intrograph was started anew: reload it.", 8000);
      return got;
    },
    (error) => {
      $("form-body")?.removeAttribute("aria-busy");  // Dash leaves it so; the form may be sent once more
      toast(DOWN, 8000);
      throw error;
    },
  );

  const token = () => /(?:^|; )_csrf_token=([\w-]+)/.exec(document.cookie)?.[1] || "";

  async function logOut() {
    const got = await fetch("/logout", { method: "POST", headers: { "X-CSRFToken": token() } });
    if (got.ok) location.assign("/login");
    else toast(await got.text(), 10000);
  }

  // --- pointer --------------------------------------------------------------------------------------------------

  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest?.(selector);
    const link = on("a.go");
    if (link && !(event.ctrlKey || event.metaKey || event.shiftKey || event.button)) {
      event.preventDefault();
      const day = link.dataset.nav === "network" && new URLSearchParams(location.search).get("asof");
      visit(link.getAttribute("href") + (day ? `?asof=${day}` : ""));
      return;
    }
    const option = on('[role="option"]')?.querySelector(".ask-option");
    if (option) { askFor(option.dataset.id || option.dataset.name, option.dataset.field); return; }
    if (on("#ask-go")) { submit(); return; }
    if (on("#ask-clear")) { clear(); return; }
    if (on("#log-out")) { logOut(); return; }
    if (on("#keys-open")) { $("shortcuts").showModal(); return; }
    const closed = on("[data-close]");
    if (closed) { $(closed.dataset.close).close(); return; }
    if (on("#keys-switch")) { switchKeys(); return; }
    const scope = on("#export-dialog [data-scope]");
    if (scope) {
      for (const one of scope.parentNode.children) one.setAttribute("aria-pressed", String(one === scope));
      return;
    }
    const form = on("#export-dialog [data-format]");
    if (form) { take(form.dataset.format); return; }
    if (on("#export")) { $("export-dialog").showModal(); return; }
    if (on("#export-private")) { switchPrivate(false); return; }
    if (on("#export-sure")) { switchPrivate(true); return; }
    if (on("#all-filters")) {
      const open = on(".filters").classList.toggle("open");
      $("all-filters").setAttribute("aria-expanded", String(open));
      return;
    }
    closeFilters(on("details.filter"));
    const param = on("[data-param]");
    if (param) {
      const chip = param.closest("details.filter"), { param: name, value } = param.dataset;
      reopen = param.dataset.several && chip
        ? { at: [...chip.parentNode.children].indexOf(chip), on: `[data-param="${name}"][data-value="${CSS.escape(value)}"]` } : null;
      filter(name, (param.dataset.several ? toggle : put)(value));
      return;
    }
    const changing = on("[data-act]");
    if (changing) { changing.closest("dialog")?.close(); act(JSON.parse(changing.dataset.act)); return; }
    if (on("#same-later")) { $("same-name").remove(); focusWay(); return; }
    if (on("#ask-again")) { ask({}); return; }
    const copied = on("[data-copy]");
    if (copied) { copyText(copied.dataset.copy, "Copied."); return; }
    if (on("#copy-link")) { copyLink(); return; }
    if (isSheet() && (on("#proof-close") || !on("#proof"))) { closeSheet(); return; }
    if (on("#weaker")) { ask({ way: chosenWay(), step: chosenStep(), whole: true }); return; }
    const more = on("#story-more");
    if (more) { firstNew = $("story").childElementCount; ask({ contacts: Number(more.dataset.chapters) }); return; }
    if (on("#show-all")) {
      firstNew = document.querySelector("#evidence .acts").childElementCount;
      choose({ step: chosenStep(), contacts: (choice.contacts || 3) + 50 });
      return;
    }
    const segment = on(".segments [data-step]");
    if (segment) { choose({ step: Number(segment.dataset.step) }); return; }
    const step = on(".step");
    if (step) {
      choose({ way: Number(step.dataset.way), step: Number(step.dataset.step) });
      if (window.innerWidth < PHONE) openProof();
      return;
    }
    const card = on(".path-card");
    if (card && Number(card.dataset.rank) !== chosenWay()) choose({ way: Number(card.dataset.rank) });
  });

  for (const [kind, on] of [["mouseover", true], ["mouseout", false]]) {
    document.addEventListener(kind, (event) => {
      const card = event.target.closest?.(".path-card");
      if (!card || card.contains(event.relatedTarget)) return;
      document.querySelectorAll(`#paths .way:not(.top)[data-way="${card.dataset.rank}"]`).forEach((part) => part.classList.toggle("near", on));
    });
  }

  // --- the handle of the months: an index from the first month on -----------------------------------------------

  const monthsFrom = (since, count) => new Date(Date.UTC(+since.slice(0, 4), +since.slice(5, 7) - 1 + count, 1));

  /* The last day of the handle's month, and no later than today. */
  function dayOf(handle, at) {
    const end = new Date(monthsFrom(handle.dataset.since, at + 1) - 86400000).toISOString().slice(0, 10);
    return end < handle.dataset.until ? end : handle.dataset.until;
  }

  const putHandle = (handle) => {
    handle.style.left = `${((handleAt(handle) + 1) / (Number(handle.getAttribute("aria-valuemax")) + 1)) * 100}%`;
  };

  function moveHandle(handle, to) {
    const most = Number(handle.getAttribute("aria-valuemax"));
    const at = Math.max(0, Math.min(most, to));
    if (at === handleAt(handle)) return;
    const said = new Date(`${dayOf(handle, at)}T00:00Z`).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
    handle.setAttribute("aria-valuenow", at);
    handle.setAttribute("aria-valuetext", said);
    handle.title = said;
    putHandle(handle);
  }

  const handleAt = (handle) => Number(handle.getAttribute("aria-valuenow"));
  let settling = 0;

  function askAsOf(handle, after) {
    clearTimeout(settling);
    if (handle.getAttribute("aria-valuenow") === handle.dataset.at) return;
    settling = setTimeout(() => {
      const day = dayOf(handle, handleAt(handle));
      const held = new URLSearchParams(location.search).get("asof") || handle.dataset.until;
      returnTo = document.activeElement === handle ? "as-of" : null;
      if (day !== held) filter("asof", put(day === handle.dataset.until ? "" : day));
    }, after);
  }

  let returnTo = null;

  document.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest?.("#as-of");
    if (!handle) return;
    event.preventDefault();
    handle.focus();
    handle.setPointerCapture(event.pointerId);
    const box = handle.parentNode.getBoundingClientRect(), most = Number(handle.getAttribute("aria-valuemax"));
    handle.onpointermove = (moved) => moveHandle(handle, Math.round(((moved.clientX - box.left) / box.width) * (most + 1)) - 1);
    handle.onpointerup = () => { handle.onpointermove = handle.onpointerup = null; askAsOf(handle, 0); };
  });

  const SLIDES = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -12, PageUp: 12, Home: -1e6, End: 1e6 };

  function onHandle(event) {
    const by = SLIDES[event.key];
    if (event.target.id !== "as-of" || !by) return false;
    moveHandle(event.target, handleAt(event.target) + by);
    askAsOf(event.target, 500);
    return true;
  }

  // --- keys -----------------------------------------------------------------------------------------------------

  const inField = (element) => element?.matches?.('input, textarea, select, [contenteditable="true"]');
  const keysOn = () => { try { return !localStorage.getItem(KEYS_OFF); } catch { return true; } };

  function switchKeys() {
    const off = keysOn();
    try { off ? localStorage.setItem(KEYS_OFF, "1") : localStorage.removeItem(KEYS_OFF); } catch { /* it lasts for this page */ }
    $("keys-switch").setAttribute("aria-checked", String(!off));
  }

  function submit() {
    const who = $("ask").value.trim(), asked = new URLSearchParams(location.search);
    if (who) askFor(who, ["org", "list"].find((field) => asked.get(field) === who) || "to"); else $("ask").focus();
  }

  function clear() {
    set("ask", { value: "", data: [] });
    $("ask").focus();
  }

  function inNameBox(event) {
    const box = event.target;
    if (event.key === "Escape") closeFilters();
    if (event.key === "Enter" && /^(avoid|via)-name$/.test(box.id) && box.value.trim()) {
      filter(box.id.replace("-name", ""), toggle(box.value.trim()));
    }
  }

  function inAskBox(event) {
    const open = $("ask").getAttribute("aria-expanded") === "true";
    if (event.key === "Enter" && !event.defaultPrevented && !event.isComposing) { event.preventDefault(); submit(); }
    if (event.key === "Escape" && !open) {
      if ($("ask").value) clear(); else { $("ask").blur(); focusWay(); }
    }
  }

  /* Leaves out the first person of the chosen way; they are named by their id. */
  function avoidFirst() {
    const card = chosenCard();
    if (!card?.dataset.first) return;
    const before = location.pathname + location.search;
    filter("avoid", toggle(card.dataset.first));
    toast(`Without ${card.dataset.firstName}.`, 10000, () => visit(before));
  }

  const SINGLE = {
      "/": () => { $("ask")?.focus(); $("ask")?.select(); },
    "?": () => $("shortcuts").showModal(),
    d: () => $("draft")?.click(),
    c: () => { if (chosenCard()) copyLink(); },
    e: () => { if (chosenCard()) $("export-dialog").showModal(); },
    x: () => avoidFirst(),
  };

  function takeBack(event) {
    const undo = event.key === "z" && (event.ctrlKey || event.metaKey) && !inField(event.target) && document.querySelector("#toasts button");
    if (!undo) return false;
    event.preventDefault();
    undo.click();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (!document.querySelector("dialog[open]") && takeBack(event)) return;
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.id === "ask") { inAskBox(event); return; }
    if (inField(event.target)) { inNameBox(event); return; }
    if (onHandle(event) || onWays(event)) { event.preventDefault(); return; }
    if (!keysOn()) return;
    const place = event.key === "Enter" && event.target === document.body ? 1 : Number(event.key);
    const candidate = document.querySelectorAll("#candidates .candidate")[place - 1];
    if (SINGLE[event.key]) SINGLE[event.key]();
    else if (candidate) candidate.click();
    else if (/^[1-9]$/.test(event.key) && Number(event.key) <= Number($("ways")?.dataset.all)) { choose({ way: Number(event.key) }); focusWay(); }
    else return;
    event.preventDefault();
  });

  /* The keys that need no switch: they move, and act on what has the focus. */
  function onWays(event) {
    const on = event.target.closest?.(".path-card, .step, .segments, #ways") || event.target === document.body;
    if (event.key === "Escape") {
      const open = document.querySelector("details.filter[open]");
      if (open) { open.open = false; open.querySelector("summary").focus(); } else if (!closeSheet()) focusWay();
      return true;
    }
    if (!on || !chosenCard()) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { nextWay(event.key === "ArrowDown" ? 1 : -1); return true; }
    if (event.key === "ArrowRight" || event.key === "ArrowLeft") { nextStep(event.key === "ArrowRight" ? 1 : -1); return true; }
    if (event.key !== "Enter" && event.key !== " ") return false;
    if (event.target.matches?.("#paths [role=button]")) { event.target.dispatchEvent(new MouseEvent("click", { bubbles: true })); return true; }
    if (event.target.matches?.(".path-card")) { openProof(); return true; }
    return false;
  }

  // --- with Dash ------------------------------------------------------------------------------------------------

  let resized = 0;
  window.addEventListener("resize", () => {
    clearTimeout(resized);
    resized = setTimeout(() => {
      const before = asking;
      if (!chosenCard() || (before.width === centre() && before.window === window.innerWidth)) return;
      ask({ way: chosenWay(), step: chosenStep(), whole: before.whole });
    }, 200);
  });

  window.dashMantineFunctions = Object.assign(window.dashMantineFunctions || {}, {
    keepAll: ({ options }) => options,
    keepNewest: ({ options, search }) => (search ? options.filter((one) => one.typed === options[0].typed) : []),
    renderPerson: ({ option }) => {
      const make = window.React.createElement;
      const [field, id, why, on] = option.value.split("\x1f");
      return make("div", { className: "ask-option", "data-field": field, "data-id": id, "data-name": option.label },
        make("span", { className: "strong", dir: "auto" }, option.label),
        make("span", { className: "small", dir: "auto" }, [why, on].filter(Boolean).join(" · ")));
    },
  });

  function reopened() {
    const chip = reopen && document.querySelector(".filters")?.children[reopen.at], on = reopen?.on;
    reopen = null;
    if (!chip) return false;
    chip.open = true;
    (chip.querySelector(on) || chip.querySelector("summary")).focus();
    return true;
  }

  window.intrograph = Object.assign(window.intrograph || {}, { keysOn, visit, toast, act, token });

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    page: {
      begin: () => {
        asking = { pathname: location.pathname, search: location.search, ...seen(), turn: 1 };
        return asking;
      },
      proved: () => {
        if (firstNew !== null) focusNew("#evidence .acts");
        return window.dash_clientside.no_update;
      },
      asOf: (day) => {
        const held = new URLSearchParams(location.search).get("asof");
        const usual = document.querySelector(".filters")?.dataset.today;
        if (day && day !== (held || usual)) filter("asof", put(day === usual ? "" : day));
        return window.dash_clientside.no_update;
      },
      since: (day) => {
        if ((day || null) !== new URLSearchParams(location.search).get("since")) filter("since", put(day));
        return window.dash_clientside.no_update;
      },
      done: (done) => {
        if (done) {
          if (done.to?.startsWith("http")) { location.assign(done.to); return window.dash_clientside.no_update; }
          if (done.to) {  // whose page it was is gone, and what was forgotten stands nowhere
            history.replaceState({}, "", done.to);
            set("draft-body", { children: null });
          }
          if (done.words) toast(done.words, 10000, done.undo && (() => act(done.undo)));
          if (!done.stays) ask({});
          document.dispatchEvent(new CustomEvent("page:done", { detail: done }));
        }
        return window.dash_clientside.no_update;
      },
      shown: (children) => {
        if (!children) return window.dash_clientside.no_update;
        choice = {};
        requestAnimationFrame(() => {
          if (firstNew !== null) { focusNew("#story"); return; }
          $("page").scrollTop = 0;
          document.dispatchEvent(new Event("page:shown"));
          const asked = document.querySelector("#page [data-asked]");
          if (document.activeElement !== $("ask") || asked) set("ask", { value: asked?.dataset.asked || "" });
          if (reopened() || returnTo || asking.turn < 2) return;  // somebody who opens the page has not asked yet
          const first = chosenCard() ? null : document.querySelector("#page [data-focus], #candidates .candidate") || $("heading") || document.querySelector("#page .state h1");
          if (first) first.focus(); else focusWay();
        });
        const title = document.querySelector("#page h1")?.textContent || "";
        const part = { "/network": "network", "/bring-in": "bring-in", "/sources": "bring-in", "/jobs": "jobs" }[location.pathname] || "ask";
        for (const one of document.querySelectorAll("[data-nav]")) one.dataset.nav === part ? one.setAttribute("aria-current", "page") : one.removeAttribute("aria-current");
        document.title = title ? `${title} · intrograph` : "intrograph";
        $("keys-switch")?.setAttribute("aria-checked", String(keysOn()));
        return title;
      },
    },
  });
})();
