// <idle-guard data-ping-url data-lock-url data-seconds>: locks the page after a quiet time. Typing, tapping
// and scrolling count as being there; the server hears of it at most once a minute. Before the lock, every
// <draft-form> keeps its words. Other open tabs count as well: the last sign of life is shared between them.

const MINUTE_MS = 60_000;
const CHECK_MS = 5_000;
const SLOT = "beenthere:last-active";
const SIGNS = ["keydown", "input", "pointerdown", "touchstart", "wheel", "scroll"];

class IdleGuard extends HTMLElement {
  connectedCallback() {
    this.limit = Number(this.dataset.seconds) * 1000;
    this.pinged = Date.now();
    this.alive = () => this.active();
    for (const sign of SIGNS) document.addEventListener(sign, this.alive, { passive: true, capture: true });
    document.addEventListener("visibilitychange", () => this.check());
    addEventListener("pageshow", () => this.check());
    this.mark(Date.now());
    this.timer = setInterval(() => this.check(), Math.min(CHECK_MS, this.limit / 4));
  }

  disconnectedCallback() {
    for (const sign of SIGNS) document.removeEventListener(sign, this.alive, { capture: true });
    clearInterval(this.timer);
  }

  active() {
    const now = Date.now();
    if (now - this.last() >= this.limit) return this.check();
    this.mark(now);
    if (now - this.pinged < MINUTE_MS) return undefined;
    this.pinged = now;
    return fetch(this.dataset.pingUrl, { method: "POST", credentials: "same-origin", keepalive: true,
      headers: { "X-CSRFToken": token() } }).catch(() => undefined);
  }

  check() {
    if (Date.now() - this.last() >= this.limit) this.lock();
  }

  async lock() {
    if (this.locking) return;
    this.locking = true;
    const waits = [];
    document.dispatchEvent(new CustomEvent("beenthere:keep", { detail: waits }));
    await Promise.race([Promise.allSettled(waits), new Promise((done) => setTimeout(done, 3000))]);
    location.assign(this.dataset.lockUrl);
  }

  mark(now) {
    this.own = now;
    try {
      localStorage.setItem(SLOT, String(now));
    } catch {
      // a private window: this tab counts for itself
    }
  }

  last() {
    try {
      return Math.max(this.own, Number(localStorage.getItem(SLOT)) || 0);
    } catch {
      return this.own;
    }
  }
}

function token() {
  return document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
}

customElements.define("idle-guard", IdleGuard);
