/* The time that the network is drawn as of: two ends over the months, in the address and on the slider. */
(() => {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const set = (id, props) => window.dash_clientside.set_props(id, props);
  const ours = window.intrograph = window.intrograph || {};
  const DAY = 86400000, PLAY = 700;
  Object.assign(ours, { showMonths, slid, play });

  const fields = () => new URLSearchParams(location.search);
  const last = () => Number($("time").dataset.last);
  const first = () => $("time").dataset.first.split("-").map(Number);
  const month = (at) => { const [year, begin] = first(); return new Date(Date.UTC(year, begin - 1 + at, 1)); };
  const iso = (day) => day.toISOString().slice(0, 10);
  const since = (at) => (at > 0 ? iso(month(at)) : "");
  const until = (at) => (at < last() ? iso(new Date(month(at + 1) - DAY)) : "");

  /* The months that the address names, counted from the first. */
  function months() {
    const [year, begin] = first(), [start, end] = [fields().get("since"), fields().get("asof")];
    const at = (day) => Math.max(0, Math.min((Number(day.slice(0, 4)) - year) * 12 + Number(day.slice(5, 7)) - begin, last()));
    return [start ? at(start) : 0, end ? at(end) : last()];
  }

  /* Says which time is drawn: months, or the day where the address names one within a month. */
  function showMonths() {
    const [start, end] = months(), day = fields().get("asof"), begun = fields().get("since");
    const say = (when, more) => when.toLocaleDateString("en-GB", { ...more, month: "long", year: "numeric", timeZone: "UTC" });
    const from = begun && begun !== since(start) ? say(new Date(begun), { day: "numeric" }) : say(month(start));
    const to = day && day !== until(end) ? say(new Date(day), { day: "numeric" }) : say(month(end));
    $("time-words").textContent = from === to ? from : `${from} to ${to}`;
    document.querySelectorAll("#bars [data-month]").forEach((bar, at) => bar.classList.toggle("on", at >= start && at <= end));
    document.querySelectorAll("#months [role=slider]").forEach((thumb, at) => thumb.setAttribute("aria-valuetext", [from, to][at]));
  }

  /* Shows the network as of the end of one month, with what happened since another; an end that stays keeps its day. */
  async function between([start, end]) {
    const [from, to] = months(), before = location.search;
    if (start !== from) ours.put("since", since(start));
    if (end !== to) ours.put("asof", until(end));
    showMonths();
    try {
      await ours.load({ keep: true, only: true });
    } catch (error) {  // no answer: what is drawn is of the time before, and so says the page again
      history.replaceState(history.state, "", location.pathname + before);
      if ($("time")) { showMonths(); set("months", { value: months() }); }
      throw error;
    }
  }

  function slid(value) {
    if (ours.view()?.graph && value && String(value) !== String(months())) between(value);
    else if ($("time")) requestAnimationFrame(showMonths);  // the thumbs are new
  }

  /* Moves the end from the first chosen month to the last, one after the other has been drawn. */
  async function play() {
    const mine = ours.view(), [start, chosen] = months(), end = chosen > start ? chosen : last();
    mine.playing = !mine.playing;
    $("play").setAttribute("aria-pressed", String(mine.playing));
    try {
      for (let at = start; at <= end && mine === ours.view() && mine.playing; at++) {
        const next = new Promise((done) => setTimeout(done, PLAY));
        await between([start, at]);
        if (mine === ours.view()) set("months", { value: months() });
        await next;
      }
    } finally {
      mine.playing = false;
      $("play")?.setAttribute("aria-pressed", "false");
    }
  }
})();
