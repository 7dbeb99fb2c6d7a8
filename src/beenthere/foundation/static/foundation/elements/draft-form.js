// <draft-form>: words are never lost. Two seconds after the last change, and when the page is hidden or left,
// the form is posted to data-autosave-url. When that fails the words stay on this phone (draft-store.js) and
// are offered on return; they come back only when asked for, and nothing is ever submitted by itself.
// "Draft saved" is said only after the server answered. A prompt shows only when the words really differ.

import { dropDraft, dropSaved, findDraft, forgetAll, keepDraft, sweep } from "./draft-store.js";

const QUIET_MS = 2000;
const RETRY_MS = 20_000;
const HOLD_MS = 800;
const KEEPALIVE_BYTES = 60_000; // browsers refuse a larger body that outlives its page

class DraftForm extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    if (!this.form || this.ready) return;
    this.ready = true;
    this.saved = this.asServed();
    this.keptHere = true;
    this.form.addEventListener("input", () => this.changed());
    this.form.addEventListener("change", () => this.changed());
    this.form.addEventListener("submit", (event) => this.submitted(event));
    this.listen();
    this.lookForDraft();
    if (this.unsaved) this.changed();
  }

  disconnectedCallback() {
    this.stop?.abort();
    clearTimeout(this.timer);
    if (this.ready && !this.leaving) this.hide();
  }

  listen() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    document.addEventListener("visibilitychange", () => document.hidden && this.hide(), { signal });
    addEventListener("pagehide", () => this.hide(), { signal });
    addEventListener("pageshow", () => { this.leaving = false; }, { signal });
    addEventListener("online", () => this.save(), { signal });
    addEventListener("beforeunload", (event) => this.warn(event), { signal });
    document.addEventListener("beenthere:keep", (event) => event.detail.push(this.keepAll()), { signal });
  }

  get ring() { return this.dataset.ring || "page"; }
  get draftKey() { return this.dataset.draftKey; }

  // What the person wrote, as text that can be compared: pairs of name and value. Files and hidden inputs
  // (tokens, ids, counters) are not theirs.
  words(form = this.form) {
    const hidden = new Set([...form.elements].filter((one) => one.type === "hidden").map((one) => one.name));
    const isWord = ([name, value]) => typeof value === "string" && !hidden.has(name);
    return JSON.stringify([...new FormData(form)].filter(isWord));
  }

  // The words the server put into the page. After Back a browser may already have filled in others.
  asServed() {
    const served = this.form.cloneNode(true);
    served.reset();
    return this.words(served);
  }

  get unsaved() { return this.words() !== this.saved; }

  changed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), QUIET_MS);
  }

  async save() {
    clearTimeout(this.timer);
    if (!this.unsaved || this.leaving) return;
    if (this.sending) {
      await this.sending;
      return this.save();
    }
    const words = this.words();
    this.say(this.dataset.wordsSaving);
    this.sending = this.post();
    const { saved, answer } = await this.sending;
    this.sending = null;
    await (saved ? this.savedOnServer(words, answer) : this.keepHere(words, answer.error));
  }

  // -> {saved, answer}: whether the server said yes, and what it said. A redirect leads to sign-in: not a yes.
  async post() {
    this.count();
    const body = new FormData(this.form);
    const keepalive = this.words().length < KEEPALIVE_BYTES;
    try {
      const response = await fetch(this.dataset.autosaveUrl, {
        method: "POST", body, keepalive, redirect: "manual", headers: { Accept: "application/json" },
      });
      return { saved: response.ok, answer: await response.json().catch(() => ({})) };
    } catch {
      return { saved: false, answer: {} };
    }
  }

  // Each sending of this form has a higher number, so that one that was overtaken cannot undo a later one.
  count() {
    const number = this.form.elements.namedItem("edit_number");
    if (number) number.value = Number(number.value || 0) + 1;
  }

  async savedOnServer(words, answer) {
    this.saved = words;
    this.say(filled(this.dataset.wordsSaved, answer.saved_at || spoken(new Date())));
    this.settle();
    if (!this.offered) await this.drop();
  }

  // A saved draft has an address of its own: a reload, Back or a lock lead to it, not to an empty form.
  settle() {
    const { address } = this.dataset;
    if (address && location.pathname !== address) history.replaceState(history.state, "", address);
  }

  // When the server gave a reason, trying the same again helps nobody: the next change will.
  async keepHere(words, reason) {
    this.keptHere = await this.keep(words).then(() => true, () => false);
    this.say(reason || (this.keptHere ? this.dataset.wordsOffline : this.dataset.wordsUnkept));
    if (!reason) this.timer = setTimeout(() => this.save(), RETRY_MS);
  }

  // The page may be gone before an answer comes, so both ways are taken; an answer removes the copy here.
  hide() {
    if (!this.unsaved || this.leaving) return;
    const kept = this.keepNow();
    this.save().then(() => kept).then(() => this.unsaved || this.drop());
  }

  keep(words) {
    const record = this.form.elements.namedItem("client_id")?.value;
    return keepDraft(this.ring, this.draftKey, JSON.parse(words), record);
  }

  keepNow() {
    return this.keep(this.words()).catch(() => undefined);
  }

  drop() {
    return dropDraft(this.ring, this.draftKey).catch(() => undefined);
  }

  async keepAll() {
    if (!this.unsaved) return;
    await this.keepNow();
    await this.save();
    this.leaving = true;
  }

  // A submit can still fail on its way. Words the server does not have yet are first kept here, which takes a
  // few hundredths of a second, and stay until a page says that they were saved (<draft-done>).
  submitted(event) {
    if (event.defaultPrevented) return;
    if (!navigator.onLine) {
      event.preventDefault();
      this.stayHere();
      return;
    }
    if (this.unsaved && !this.sure) {
      event.preventDefault();
      this.keepThenSubmit(event.submitter);
      return;
    }
    this.leaving = true;
    clearTimeout(this.timer);
    this.count();
  }

  // Without a network a submit would trade the page for the browser's error page. The words stay here instead.
  async stayHere() {
    this.keptHere = await this.keep(this.words()).then(() => true, () => false);
    this.say(this.keptHere ? this.dataset.wordsOffline : this.dataset.wordsUnkept);
  }

  async keepThenSubmit(button) {
    if (this.holding) return;
    this.holding = true;
    await Promise.race([this.keepNow(), new Promise((done) => setTimeout(done, HOLD_MS))]);
    this.holding = false;
    this.sure = true;
    this.form.requestSubmit(button);
    this.sure = false;
  }

  warn(event) {
    if (this.unsaved && !this.keptHere && !this.leaving) event.preventDefault();
  }

  async lookForDraft() {
    const draft = await findDraft(this.ring, this.draftKey).catch(() => null);
    if (!draft) return;
    if (JSON.stringify(draft.words) !== this.words()) this.offer(draft);
    else if (!this.unsaved) this.drop();
  }

  offer(draft) {
    this.offered = true;
    const box = this.piece("offer");
    const words = this.piece("offer-words");
    words.textContent = filled(words.dataset.words, spoken(draft.at));
    box.hidden = false;
    const answer = (back) => {
      box.hidden = true;
      this.offered = false;
      if (back) this.putBack(draft.words);
      this.drop();
    };
    this.piece("put-back").addEventListener("click", () => answer(true), { once: true });
    this.piece("throw-away").addEventListener("click", () => answer(false), { once: true });
  }

  putBack(pairs) {
    const byName = Map.groupBy ? Map.groupBy(pairs, ([name]) => name) : grouped(pairs);
    for (const control of this.form.elements) {
      if (!control.name || ["hidden", "file", "submit"].includes(control.type)) continue;
      fill(control, (byName.get(control.name) ?? []).map(([, value]) => value));
    }
    this.form.dispatchEvent(new Event("change", { bubbles: true }));
    this.form.querySelector("textarea, input:not([type=hidden])")?.focus();
  }

  say(words) {
    let line = this.querySelector("[data-draft-status]");
    if (!line) {
      line = document.createElement("p");
      line.className = "bt-saved";
      line.setAttribute("aria-live", "polite");
      line.dataset.draftStatus = "";
      this.form.append(line);
    }
    line.textContent = words;
  }

  piece(name) {
    return this.querySelector(`[data-part="${name}"]`);
  }
}

function fill(control, values) {
  if (control.type === "checkbox" || control.type === "radio") control.checked = values.includes(control.value);
  else if (control.type === "select-multiple") for (const one of control.options) one.selected = values.includes(one.value);
  else if (values.length) control.value = values.shift();
}

function grouped(pairs) {
  const found = new Map();
  for (const pair of pairs) found.set(pair[0], [...(found.get(pair[0]) ?? []), pair]);
  return found;
}

function filled(words, time) {
  return words.replace("%(time)s", time);
}

function spoken(date) {
  const sameDay = date.toDateString() === new Date().toDateString();
  const day = sameDay ? {} : { weekday: "long" };
  return date.toLocaleString(`${document.documentElement.lang || "en"}-US`, { ...day, hour: "numeric", minute: "2-digit" });
}

// The server says on the page after a save that the words of this draft are in the record.
class DraftDone extends HTMLElement {
  connectedCallback() {
    dropSaved(this.dataset.ring || "page", this.dataset.draftKey).catch(() => undefined);
  }
}

customElements.define("draft-form", DraftForm);
customElements.define("draft-done", DraftDone);

document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-forget-drafts]")) forgetAll().catch(() => undefined);
});
sweep().catch(() => undefined);
