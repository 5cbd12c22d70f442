/* The forms of what is said by hand: opened by a button, filled on the server, sent by their main button. */
(() => {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const set = (id, data) => window.dash_clientside.set_props(id, { data });
  const SETTLES = 50;  // milliseconds until Dash knows what was typed
  let wanted = null, turn = 0;  // what asked for the form last, and when
  let filledFor = null;  // of what the form is: opened again on the same page, it is as it was left

  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-form]");
    const menu = event.target.closest?.("details.menu .choice")?.closest("details");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
    if (opener && opener.dataset.form === filledFor) show();
    else if (opener) {
      wanted = opener.dataset.form;
      turn = Date.now();
      filledFor = null;
      set("form-for", { ...JSON.parse(wanted), search: location.search, turn });
    }
    const go = event.target.closest?.("#form-body [data-go]")?.dataset.go;
    if (!go || $("form-body").ariaBusy === "true") return;
    $("form-body").ariaBusy = "true";  // sent once, however slow the answer is
    set("form-send", { go, turn: Date.now() });
  });

  function show() {
    if (!$("form-dialog").open) $("form-dialog").showModal();
    $("form-body").querySelector(".form-fields input, .form-fields textarea, #form-go")?.focus();
  }

  document.addEventListener("page:shown", () => { if (!$("form-dialog").open) filledFor = null; });

  const isOpen = (field) => field.dataset.expanded === "true" || field.getAttribute("aria-expanded") === "true";

  let reached = false;  // whether an arrow led to what is offered since the name was typed; a list keeps the place of before
  document.addEventListener("input", () => { reached = false; }, true);
  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.key.startsWith("Arrow")) reached = true;
    if (event.key !== "Enter" || event.isComposing) return;
    if (!field.closest?.("#form-body") || !field.matches("input:not([type=checkbox])")) return;
    const arrived = field.readOnly || reached, named = field.value && field.id.includes('"who"');
    reached = false;
    if (!isOpen(field) || !(arrived || named)) { setTimeout(() => $("form-go")?.click(), SETTLES); return; }
    if (arrived) return;
    event.preventDefault();
    event.stopPropagation();
    takeMeant(field);
  }, true);

  /* Takes whom a name box offers for just what is typed: of that name one person alone, or else who is to be made.
     Both stand first; what was offered for less of the name is waited out. */
  function takeMeant(field, tries = 20) {
    const made = `+${field.value.trim().replace(/\s+/g, " ")}`;
    const options = [...($(field.getAttribute("aria-controls"))?.querySelectorAll('[role="option"]') || [])];
    const before = options.findIndex((one) => one.getAttribute("value") === made);
    if (before < 0 && tries && document.activeElement === field) setTimeout(() => takeMeant(field, tries - 1), 50);
    else if (before === 0 || before === 1) options[0].click();
  }

  /* Esc closes the list or the calendar of a field first, and the form only then; a field may close its own before that. */
  let closes = false;
  window.addEventListener("keydown", (event) => {
    closes = event.key === "Escape" && [...document.querySelectorAll("#form-body :is(input, button)")].some(isOpen);
  }, true);
  document.addEventListener("cancel", (event) => { if (event.target.id === "form-dialog" && closes) event.preventDefault(); }, true);

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    forms: {
      filled: (children) => {
        filledFor = children?.props ? wanted : null;
        if (filledFor !== null) requestAnimationFrame(show);
        return window.dash_clientside.no_update;
      },
      sent: (done) => {
        if (done?.form && done.form === turn) {
          $("form-dialog").close();
          window.dash_clientside.set_props("form-body", { children: null });
        }
        return window.dash_clientside.no_update;
      },
    },
  });
})();
