/* The forms of what is said by hand: opened by a button, filled on the server, sent by their main button. */
(() => {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const SETTLES = 50;  // milliseconds until Dash knows what was typed

  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-form]");
    const menu = event.target.closest?.("details.menu .choice")?.closest("details");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
    if (!opener) return;
    const wanted = { ...JSON.parse(opener.dataset.form), search: location.search, turn: Date.now() };
    window.dash_clientside.set_props("form-for", { data: wanted });
  });

  const isOpen = (field) => field.dataset.expanded === "true" || field.getAttribute("aria-expanded") === "true";

  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.key !== "Enter" || event.isComposing || event.defaultPrevented) return;  // prevented: it chose what is offered
    if (!field.closest?.("#form-body") || !field.matches("input:not([type=checkbox])")) return;
    if (!isOpen(field)) { setTimeout(() => $("form-go")?.click(), SETTLES); return; }
    if (field.getAttribute("aria-activedescendant")) return;
    const first = $(field.getAttribute("aria-controls"))?.querySelector('[role="option"]');  // offered since the key
    if (first) { event.preventDefault(); first.click(); }
  });

  /* Esc closes the list of a field first, and the form only then. */
  document.addEventListener("cancel", (event) => {
    if (event.target.id === "form-dialog" && [...event.target.querySelectorAll("input")].some(isOpen)) event.preventDefault();
  }, true);

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    forms: {
      filled: (children) => {
        if (children?.props) {
          $("form-dialog").showModal();
          requestAnimationFrame(() => $("form-body").querySelector(".form-fields input, .form-fields textarea, #form-go")?.focus());
        }
        return window.dash_clientside.no_update;
      },
    },
  });
})();
