/* Bringing in: what is dropped or chosen is sent in parts, and goes on where it stopped. Nothing is read here. */
(() => {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const PART = 8 << 20, AT_ONCE = 2, LONGEST_WAIT = 30000;
  const waiting = [], sending = new Map(), stopped = new Set();  // what is to be sent, what is, and what no more, by id
  const FULL = 429;

  // --- what is dropped or chosen -----------------------------------------------------------------------------------

  /* A file, or a folder with all that is in it, is one parcel. Its id is the same for the same files. */
  function parcel(name, files) {
    const told = files.map(({ path, file }) => [path, file.size, file.lastModified]).sort();
    return { id: hash(JSON.stringify([name, told])), name, files, size: files.reduce((sum, { file }) => sum + file.size, 0) };
  }

  /* Two runs of FNV-1a over 32 bits each: an id, and no secret. */
  function hash(text) {
    const run = (seed) => {
      let value = seed;
      for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 16777619);
      return (value >>> 0).toString(16).padStart(8, "0");
    };
    return run(2166136261) + run(3735928559);
  }

  function chosen(list) {
    const folders = new Map(), parcels = [];
    for (const file of list) {
      const [folder, ...rest] = (file.webkitRelativePath || "").split("/");
      if (!rest.length) { parcels.push(parcel(file.name, [{ path: file.name, file }])); continue; }
      if (!folders.has(folder)) folders.set(folder, []);
      folders.get(folder).push({ path: rest.join("/"), file });
    }
    for (const [folder, files] of folders) parcels.push(parcel(folder, files));
    take(parcels);
  }

  async function dropped(entries) {
    const parcels = [];
    for (const entry of entries) {
      const files = entry.isFile ? [{ path: entry.name, file: await fileOf(entry) }] : await inside(entry, "");
      if (files.length) parcels.push(parcel(entry.name, files));
    }
    take(parcels);
  }

  const fileOf = (entry) => new Promise((done, failed) => entry.file(done, failed));

  async function inside(folder, under) {
    const reader = folder.createReader(), files = [];
    for (;;) {
      const some = await new Promise((done, failed) => reader.readEntries(done, failed));
      if (!some.length) return files;
      for (const entry of some) {
        const path = `${under}${entry.name}`;
        if (entry.isFile) files.push({ path, file: await fileOf(entry) });
        else files.push(...await inside(entry, `${path}/`));
      }
    }
  }

  function take(parcels) {
    for (const { id } of parcels) stopped.delete(id);
    for (const one of parcels) if (!sending.has(one.id) && !waiting.some(({ id }) => id === one.id)) waiting.push(one);
    if (location.pathname !== "/bring-in") window.intrograph.visit("/bring-in");
    next();
  }

  // --- sending ---------------------------------------------------------------------------------------------------

  function next() {
    while (waiting.length && sending.size < AT_ONCE) {
      const one = waiting.shift();
      sending.set(one.id, new AbortController());
      send(one).catch((error) => window.intrograph.toast(`${one.name}: ${error.message}`, 10000)).finally(() => {
        sending.delete(one.id);
        watch();
        next();
      });
    }
  }

  async function send(one) {
    let wait = 1000;
    for (;;) {
      try {
        const files = Object.fromEntries(one.files.map(({ path, file }) => [path, file.size]));
        const held = new Map(Object.entries((await post(one, "offer", {}, JSON.stringify({ id: one.id, name: one.name, size: one.size, files }), "application/json")).held));
        watch();
        for (const { path, file } of one.files) {
          for (let at = held.get(path) || 0; at < file.size;) {
            at = (await post(one, "part", { id: one.id, path, offset: at }, file.slice(at, at + PART))).size;
            wait = 1000;
          }
        }
        await post(one, "done", { id: one.id });
        return;
      } catch (error) {
        if (stopped.has(one.id)) return;
        if (error.why || error.name === "NotReadableError") throw error.why ? new Error(error.why) : new Error("it changed or was moved while it was sent; choose it again");
        await new Promise((go) => setTimeout(go, wait));  // the server is away: it is asked how far it got
        wait = Math.min(wait * 2, LONGEST_WAIT);
      }
    }
  }

  async function post(one, what, fields, body = "", type = "application/octet-stream") {
    const got = await fetch(`/upload/${what}?${new URLSearchParams(fields)}`, {
      method: "POST", body, signal: sending.get(one.id)?.signal, headers: { "Content-Type": type, "X-CSRFToken": window.intrograph.token() },
    });
    if (got.ok) return got.json();
    const told = await got.json().catch(() => ({ why: `it was refused (${got.status}); reload the page` }));
    if (got.status === 409 && "size" in told) return told;
    throw got.status === FULL || (got.status >= 500 && got.status !== 507) ? {} : told;  // later it may do
  }

  /* What somebody stops is not sent on. */
  function leave({ do: what, id }) {
    if (what !== "stop-parcel") return;
    stopped.add(id);
    sending.get(id)?.abort();
    const at = waiting.findIndex((one) => one.id === id);
    if (at >= 0) waiting.splice(at, 1);
  }

  window.addEventListener("beforeunload", (event) => { if (sending.size) event.preventDefault(); });

  // --- the page ----------------------------------------------------------------------------------------------------

  const here = () => location.pathname === "/bring-in" && $("bring-in");
  const watch = () => { if (here()) window.dash_clientside.set_props("bring-tick", { interval: 500 }); };

  document.addEventListener("page:done", ({ detail }) => {
    if (detail.placed) window.dash_clientside.set_props("place", { value: "" });
    watch();
  });

  function choose(folder) {
    const input = document.createElement("input");
    Object.assign(input, { type: "file", multiple: true, webkitdirectory: folder });
    input.addEventListener("change", () => chosen(input.files));
    input.click();
  }

  function namePlace() {
    window.intrograph.act({ do: "read-place", place: $("place")?.value.trim() });
  }

  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest?.(selector);
    if (on("#choose-folder")) choose(true);
    else if (on("#drop")) choose(false);
    else if (on("#place-go")) namePlace();
    const act = on("#parcels [data-act]");
    if (act) leave(JSON.parse(act.dataset.act));
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.id === "place" && !event.isComposing) namePlace();
  });

  const holdsFiles = (event) => event.dataTransfer?.types?.includes("Files") && !document.querySelector("dialog[open]");

  for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();  // else the browser leaves the page and shows the file
      $("drop")?.classList.toggle("over", kind === "dragover" || kind === "dragenter");
      if (kind !== "drop") return;
      const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
      dropped(entries).catch(() => window.intrograph.toast("This could not be read.", 8000));
    });
  }

  /* What comes is shown as coming, whoever sends it; else somebody has to choose it again. */
  const lately = new Map(), SILENT = 10000;

  function look() {
    for (const body of document.querySelectorAll('[data-state="receiving"]')) {
      const id = body.dataset.parcel, said = body.querySelector(".parcel-foot span")?.textContent, now = Date.now();
      const ours = sending.has(id) || waiting.some((one) => one.id === id);
      if (ours && !lately.has(id)) body.scrollIntoView({ block: "nearest" });
      if (!lately.has(id) || lately.get(id).said !== said) lately.set(id, { said, at: lately.has(id) ? now : now - SILENT });
      const comes = String(ours || now - lately.get(id).at < SILENT);
      if (body.dataset.comes !== comes) body.dataset.comes = comes;
    }
  }

  setInterval(() => { if (here()) look(); }, 1000);
})();
