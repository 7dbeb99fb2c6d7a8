// <visit-timer> starts and stops a visit and fills the two time inputs; <time-nudge> moves a time by minutes.
// Both work on plain inputs, which stay usable by hand and with JavaScript off.

const DAY_MIN = 1440;
const STALE_MS = 16 * 3_600_000;

function clock(date) {
  return date.toTimeString().slice(0, 5);
}

function setTime(input, value) {
  if (!input || input.value === value) return;
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

class TimeNudge extends HTMLElement {
  connectedCallback() {
    for (const button of this.querySelectorAll("[data-minutes]")) button.hidden = false;
    this.addEventListener("click", (event) => {
      const button = event.target.closest("[data-minutes]");
      if (button) this.move(Number(button.dataset.minutes));
    });
  }

  move(minutes) {
    const input = this.querySelector("input");
    const [hour, minute] = (input.value || clock(new Date())).split(":").map(Number);
    const at = (hour * 60 + minute + minutes + DAY_MIN) % DAY_MIN;
    setTime(input, `${String(Math.floor(at / 60)).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}`);
  }
}

// What is kept on the phone: an opaque key and a start time. No name, nothing about the visit.
class VisitTimer extends HTMLElement {
  connectedCallback() {
    this.hidden = false;
    this.key = `beenthere:timer:${this.dataset.key}`;
    this.piece("start").addEventListener("click", () => this.start());
    this.piece("stop").addEventListener("click", () => this.stop());
    this.closest("form")?.addEventListener("submit", (event) => this.signed(event));
    if (this.hasAttribute("data-begun") && !this.since()) keep(this.key, String(Date.now()));
    this.show(this.since());
  }

  // Whoever signs while the timer runs is done with the visit.
  signed(event) {
    if (event.submitter?.value !== "sign" || !this.since()) return;
    if (this.input("end").value) forget(this.key);
    else this.stop();
  }

  piece(name) {
    return this.querySelector(`[data-part="${name}"]`);
  }

  input(which) {
    return document.getElementById(this.dataset[which]);
  }

  since() {
    const kept = Number(read(this.key));
    if (!kept) return null;
    if (Date.now() - kept < STALE_MS) return new Date(kept);
    forget(this.key);
    return null;
  }

  start() {
    const now = new Date();
    keep(this.key, String(now.getTime()));
    setTime(this.input("start"), clock(now));
    setTime(this.input("end"), "");
    this.show(now);
    this.piece("stop").focus();
  }

  stop() {
    const since = this.since();
    if (since) setTime(this.input("start"), clock(since));
    setTime(this.input("end"), clock(new Date()));
    forget(this.key);
    this.show(null);
    this.piece("start").focus();
  }

  show(since) {
    this.piece("start").hidden = Boolean(since);
    this.piece("stop").hidden = !since;
    const words = this.piece("words");
    words.textContent = since ? words.dataset.running.replace("%(time)s", spoken(since)) : "";
    if (since) setTime(this.input("start"), clock(since));
  }
}

function spoken(date) {
  return date.toLocaleTimeString(`${document.documentElement.lang || "en"}-US`, { hour: "numeric", minute: "2-digit" });
}

// A private window may refuse storage. The timer then lasts as long as the page.
const memory = new Map();

function read(key) {
  try {
    return localStorage.getItem(key) ?? memory.get(key) ?? null;
  } catch {
    return memory.get(key) ?? null;
  }
}

function keep(key, value) {
  memory.set(key, value);
  try {
    localStorage.setItem(key, value);
  } catch {
    // kept in memory above
  }
}

function forget(key) {
  memory.delete(key);
  try {
    localStorage.removeItem(key);
  } catch {
    // nothing was kept there
  }
}

customElements.define("time-nudge", TimeNudge);
customElements.define("visit-timer", VisitTimer);
