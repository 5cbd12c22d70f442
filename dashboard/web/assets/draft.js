/* The draft of a request: it grows as it is written, is copied or taken into a mail, and recorded as asked. */
(() => {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const areas = () => ["draft-note", "draft-forward"].map($).filter(Boolean);
  const text = () => areas().map((area) => area.value.trim()).join("\n\n* * *\n\n");
  const reason = () => $("draft-text").dataset.reason;
  let filledFor = null;  // of which address the draft is: opened again, it is as it was left

  const first = () => document.querySelector('.path-card[aria-selected="true"]')?.dataset.first;

  function open() {
    if (filledFor === location.search && $("draft-text").dataset.first === first()) { show(); return; }
    window.dash_clientside.set_props("draft-for", { data: { search: location.search, turn: Date.now() } });
  }

  function show() {
    if (!$("draft-dialog").open) $("draft-dialog").showModal();
    written();
    $("draft-note").focus();
  }

  function written() {
    for (const area of areas()) { area.style.height = "auto"; area.style.height = `${area.scrollHeight + 2}px`; }
    const many = areas().flatMap((area) => area.value.split(/\s+/)).filter(Boolean).length;
    $("draft-count").textContent = `${many} word${many === 1 ? "" : "s"}`;
    if (!text().includes(reason())) $("draft-missing").hidden = true;
  }

  /* Chooses what only its writer can write, so that it is seen and the next letter takes its place. */
  function selectReason(area) {
    const at = area.value.indexOf(reason());
    if (at >= 0) area.setSelectionRange(at, at + reason().length);
  }

  /* A mail's address, with its parts encoded; what no encoding holds, half a character, is left out. */
  function mailto() {
    const encode = (part) => encodeURIComponent(part.replace(/\p{Surrogate}/gu, ""));
    const to = encode($("draft-text").dataset.mail || "").replace("%40", "@");
    return `mailto:${to}?subject=${encode($("draft-subject").value)}&body=${encode(text().replace(/\n/g, "\r\n"))}`;
  }

  async function copy() {
    const area = areas().find((one) => one.value.includes(reason()));
    if (area && $("draft-missing").hidden) {
      $("draft-missing").hidden = false;
      area.focus();
      selectReason(area);
      return;
    }
    try { await navigator.clipboard.writeText(text()); }
    catch { window.intrograph.toast("The browser did not let it be copied."); return; }
    taken(true);
  }

  function taken(copied) {
    const { by, to, at } = $("draft-text").dataset;
    $("draft-dialog").close();
    if ($("draft-record")?.checked) window.intrograph.act({ do: "ask", by, to, at, copied });
    else if (copied) window.intrograph.toast("Copied.");
  }

  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest?.(selector);
    if (on("#draft")) open();
    if (on("#draft-copy")) copy();
    if (on("#draft-mail")) { on("#draft-mail").href = mailto(); taken(false); }
    if (on("#draft-cancel")) { filledFor = null; $("draft-dialog").close(); }
  });

  let around = {}, said = null;  // what stands before and after the reason, by part, and the reason as it stands in both

  /* Writes the reason into the other part, too, as long as it is the same there. */
  function repeatReason(area) {
    const other = areas().find((one) => one !== area), [start, end] = around[area.id] || [];
    if (!other || end === undefined || around[other.id].join(said) !== other.value) return;
    if (!area.value.startsWith(start) || !area.value.endsWith(end)) return;
    said = area.value.slice(start.length, area.value.length - end.length);
    window.dash_clientside.set_props(other.id, { value: around[other.id].join(said) });
    requestAnimationFrame(written);
  }

  document.addEventListener("input", (event) => {
    if (!event.target.closest("#draft-text")) return;
    repeatReason(event.target);
    written();
  });
  document.addEventListener("focusin", (event) => { if (event.target.id === "draft-note") selectReason(event.target); });

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    draft: {
      filled: (children) => {
        filledFor = children?.props ? location.search : null;
        if (filledFor !== null) requestAnimationFrame(() => {
          said = reason();
          around = Object.fromEntries(areas().map((area) => [area.id, area.value.split(said)]));
          show();
        });
        return window.dash_clientside.no_update;
      },
    },
  });
})();
