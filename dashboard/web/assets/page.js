/* What the browser does by itself: drawings put in place, the choice of a way and a step, keys, the address.
   What is shown is made on the server; nothing here makes markup of data. */
(() => {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const set = (id, props) => window.dash_clientside.set_props(id, props);
  const PHONE = 768;
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
    if (!old || !morph(old, next)) box.replaceChildren(next);
  }

  const parts = (svg) => new Map([...svg.querySelectorAll("[data-key]")].map((part) => [part.dataset.key, part]));

  function morph(old, next) {
    const before = parts(old), after = parts(next);
    if (old.getAttribute("viewBox") !== next.getAttribute("viewBox") || before.size !== after.size) return false;
    if ([...after.keys()].some((key) => !before.has(key))) return false;
    for (const [key, part] of after) {
      const held = before.get(key);
      for (const { name } of [...held.attributes]) if (!part.hasAttribute(name)) held.removeAttribute(name);
      for (const { name, value } of part.attributes) if (held.getAttribute(name) !== value) held.setAttribute(name, value);
      if (!part.querySelector("[data-key]") && held.innerHTML !== part.innerHTML) held.replaceChildren(...part.childNodes);
    }
    for (const { name, value } of next.attributes) old.setAttribute(name, value);
    for (const part of after.values()) {  // what lies above what
      const held = before.get(part.dataset.key), above = part.nextElementSibling?.dataset?.key;
      const there = above ? before.get(above) : null;
      if (held.nextElementSibling !== there && (above ? there?.parentNode === held.parentNode : true)) {
        const focused = held === document.activeElement;
        held.parentNode.insertBefore(held, there ?? null);
        if (focused) held.focus({ preventScroll: true });
      }
    }
    return true;
  }

  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "attributes") place(change.target);
      for (const added of change.addedNodes) {
        if (added.nodeType !== 1) continue;
        if (added.hasAttribute("data-svg")) place(added);
        added.querySelectorAll("[data-svg]").forEach(place);
      }
    }
  }).observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-svg"] });

  // --- the address ----------------------------------------------------------------------------------------------

  function visit(href) {
    const here = location.pathname + location.search;
    closeSheet();
    if (href === here) { ask({}); return; }
    history.pushState({}, "", href);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  }

  function askFor(who) {
    const kept = new URLSearchParams(location.search);
    for (const name of ["to", "org", "way", "step"]) kept.delete(name);
    const fields = new URLSearchParams([["to", who], ...kept]);
    visit(`/?${fields}`);
  }

  function centre() {
    const page = window.innerWidth;
    const beside = page >= 1440 ? 364 + 392 : page >= 1200 ? 320 + 360 : page >= PHONE ? 320 : 0;
    return Math.max(320, page - beside - 40);
  }

  const seen = () => ({ width: centre(), window: window.innerWidth });
  let asking = {};

  /* Has the server show the address anew, with more that is wanted of it. */
  function ask(more) {
    asking = { pathname: location.pathname, search: location.search, ...seen(), ...more, turn: (asking.turn || 0) + 1 };
    set("asking", { data: asking });
  }

  // --- ways and steps -------------------------------------------------------------------------------------------

  const cards = () => [...document.querySelectorAll(".path-card")];
  const chosenCard = () => document.querySelector('.path-card[aria-selected="true"]');
  const chosenWay = () => Number(chosenCard()?.dataset.rank || 1);
  const stepButtons = () => [...document.querySelectorAll(".segments [data-step]")];
  const chosenStep = () => Number(document.querySelector('.segments [aria-pressed="true"]')?.dataset.step || 1);
  let choice = {};

  function choose({ way = chosenWay(), step = null, contacts = 3 }) {
    const fields = new URLSearchParams(location.search);
    way === 1 ? fields.delete("way") : fields.set("way", way);
    step ? fields.set("step", step) : fields.delete("step");
    history.replaceState(history.state, "", `${location.pathname}?${fields}`);
    const other = way !== chosenWay();
    choice = { way, step, contacts, whole: asking.whole === true, ...seen(), turn: (choice.turn || 0) + 1 };
    if (other && window.innerWidth < PHONE) { ask({ way, step, whole: asking.whole }); return; }  // its card unfolds
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

  function openProof() {
    document.documentElement.classList.add("sheet-open");
    const first = window.innerWidth < PHONE ? $("proof-close") : document.querySelector('.segments [aria-pressed="true"]');
    first?.focus();
  }

  function closeSheet() {
    if (!document.documentElement.classList.contains("sheet-open")) return false;
    document.documentElement.classList.remove("sheet-open");
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
      button.onclick = () => { note.remove(); undo(); };
      note.append(button);
    }
    box.replaceChildren(note);
    setTimeout(() => note.remove(), last);
  }

  const act = (wanted) => set("act", { data: { ...wanted, turn: Date.now() } });

  function copyLink() {
    navigator.clipboard.writeText(location.href).then(
      () => toast("Copied. The link opens on this machine only."),
      () => toast("The browser did not let it be copied: the address bar has it."),
    );
  }

  const fetchOfTheBrowser = window.fetch;
  window.fetch = (...sent) => fetchOfTheBrowser(...sent).then(
    (got) => {
      if (got.status >= 500) toast("This went wrong here, not with your data. What you see is still right.", 8000);
      if (got.status === 403) toast("This page is from before intrograph was started anew: reload it.", 8000);
      return got;
    },
    (error) => {
      toast("intrograph does not answer: it was stopped. Start it again, then go on here.", 8000);
      throw error;
    },
  );

  // --- pointer --------------------------------------------------------------------------------------------------

  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest?.(selector);
    const link = on("a.go");
    if (link && !(event.ctrlKey || event.metaKey || event.shiftKey || event.button)) {
      event.preventDefault();
      visit(link.getAttribute("href"));
      return;
    }
    const option = on('[role="option"]')?.querySelector(".ask-option");
    if (option) { askFor(option.dataset.id || option.dataset.name); return; }
    if (on("#ask-go")) { submit(); return; }
    if (on("#ask-clear")) { clear(); return; }
    if (on("#keys-open")) { $("shortcuts").showModal(); return; }
    if (on("#keys-close")) { $("shortcuts").close(); return; }
    if (on("#keys-switch")) { switchKeys(); return; }
    if (on("#same-yes")) { act({ do: "same" }); return; }
    if (on("#same-no")) { act({ do: "apart" }); return; }
    if (on("#same-later")) { $("same-name").remove(); focusWay(); return; }
    if (on("#ask-again")) { ask({}); return; }
    if (on("#copy-link")) { copyLink(); return; }
    if (on("#proof-close") || on("#scrim")) { closeSheet(); return; }
    if (on("#weaker")) { ask({ way: chosenWay(), step: chosenStep(), whole: true }); return; }
    if (on("#show-all")) { choose({ step: chosenStep(), contacts: (choice.contacts || 3) + 50 }); return; }
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
      document.querySelectorAll(`#paths [data-way="${card.dataset.rank}"]`).forEach((part) => part.classList.toggle("hover", on));
    });
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
    const who = $("ask").value.trim();
    if (who) askFor(who); else $("ask").focus();
  }

  function clear() {
    set("ask", { value: "", data: [] });
    $("ask").focus();
  }

  function inAskBox(event) {
    const open = $("ask").getAttribute("aria-expanded") === "true";
    if (event.key === "Enter" && !event.defaultPrevented && !event.isComposing) { event.preventDefault(); submit(); }
    if (event.key === "Escape" && !open) {
      if ($("ask").value) clear(); else { $("ask").blur(); focusWay(); }
    }
  }

  const SINGLE = {
    "/": () => { $("ask").focus(); $("ask").select(); },
    "?": () => $("shortcuts").showModal(),
    c: () => { if (chosenCard()) copyLink(); },
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || $("shortcuts")?.open) return;
    if (event.target.id === "ask") { inAskBox(event); return; }
    if (inField(event.target)) return;
    if (onWays(event)) { event.preventDefault(); return; }
    if (!keysOn()) return;
    const candidate = document.querySelectorAll("#candidates .candidate")[Number(event.key) - 1];
    if (SINGLE[event.key]) SINGLE[event.key]();
    else if (candidate) candidate.click();
    else if (/^[1-9]$/.test(event.key) && cards()[event.key - 1]) { choose({ way: Number(event.key) }); focusWay(); }
    else return;
    event.preventDefault();
  });

  /* The keys that need no switch: they move, and act on what has the focus. */
  function onWays(event) {
    const on = event.target.closest?.(".path-card, .step, .segments, #ways") || event.target === document.body;
    if (event.key === "Escape") { if (!closeSheet()) focusWay(); return true; }
    if (!on || !chosenCard()) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { nextWay(event.key === "ArrowDown" ? 1 : -1); return true; }
    if (event.key === "ArrowRight" || event.key === "ArrowLeft") { nextStep(event.key === "ArrowRight" ? 1 : -1); return true; }
    if (event.key !== "Enter" && event.key !== " ") return false;
    if (event.target.matches?.("g.step, path.step, line.step")) { event.target.dispatchEvent(new MouseEvent("click", { bubbles: true })); return true; }
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
    renderPerson: ({ option }) => {
      const make = window.React.createElement;
      const [id, why, on] = option.value.split("\x1f");
      return make("div", { className: "ask-option", "data-id": id, "data-name": option.label },
        make("span", { className: "strong", dir: "auto" }, option.label),
        make("span", { className: "small", dir: "auto" }, [why, on].filter(Boolean).join(" · ")));
    },
  });

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    page: {
      ask: (pathname, search) => {
        asking = { pathname, search, ...seen(), turn: (asking.turn || 0) + 1 };
        return asking;
      },
      done: (done) => {
        if (done) {
          toast(done.words, 10000, done.ids && (() => act({ do: "undo", ids: done.ids })));
          ask({});
        }
        return window.dash_clientside.no_update;
      },
      shown: (children) => {
        if (!children) return window.dash_clientside.no_update;
        choice = {};
        requestAnimationFrame(() => {
          const asked = document.querySelector("#page [data-asked]");
          if (asked) set("ask", { value: asked.dataset.asked });
          if (asking.turn < 2) return;  // somebody who opens the page has not asked yet
          if (chosenCard()) focusWay(); else $("heading")?.focus();
        });
        const title = document.querySelector("#page h1")?.textContent || "";
        document.title = title ? `${title} · intrograph` : "intrograph";
        $("keys-switch")?.setAttribute("aria-checked", String(keysOn()));
        return title;
      },
    },
  });
})();
