/* The draft of a request: it grows as it is written, is copied or taken into a mail, and recorded as asked. */
(() => {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const areas = () => ["draft-note", "draft-forward"].map($).filter(Boolean);
  const text = () => parts().map((part) => part.trim()).join("\n\n* * *\n\n");
  const reason = () => $("draft-text").dataset.reason;
  let filledFor = null;  // of which address the draft is: opened again, it is as it was left

  let around = [];  // what stands before and after the reason in the note, as it was drafted

  /* Gives the reason as it was written into the note; none where more than it was changed there. */
  function told() {
    const [start, end] = around, note = $("draft-note").value, until = note.length - (end?.length ?? 0);
    const kept = end !== undefined && note.startsWith(start) && note.endsWith(end) && until >= start.length;
    return (kept && note.slice(start.length, until).trim()) || reason();
  }

  /* The parts as they are taken: the reason is written once, and stands in both. */
  const parts = () => areas().map((area) => area.value.replace(reason(), told));

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
    const area = areas()[parts().findIndex((part) => part.includes(reason()))];
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

  document.addEventListener("input", (event) => { if (event.target.closest("#draft-text")) written(); });
  document.addEventListener("focusout", (event) => {
    const forward = event.target.id === "draft-note" && $("draft-forward");
    if (!forward || !forward.value.includes(reason()) || told() === reason()) return;
    window.dash_clientside.set_props("draft-forward", { value: forward.value.replace(reason(), told) });
    requestAnimationFrame(written);
  });
  document.addEventListener("focusin", (event) => { if (event.target.id === "draft-note") selectReason(event.target); });

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    draft: {
      filled: (children) => {
        filledFor = children?.props ? location.search : null;
        if (filledFor !== null) requestAnimationFrame(() => {
          around = $("draft-note").value.split(reason());
          show();
        });
        return window.dash_clientside.no_update;
      },
    },
  });
})();
