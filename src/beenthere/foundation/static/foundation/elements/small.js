// Three small helpers: <print-button>, <sentence-starters>, and the focus that an error summary takes.

class PrintButton extends HTMLElement {
  connectedCallback() {
    this.hidden = false;
    this.addEventListener("click", () => print());
  }
}

class SentenceStarters extends HTMLElement {
  connectedCallback() {
    this.hidden = false;
    this.addEventListener("click", (event) => {
      const button = event.target.closest("[data-words]");
      if (button) this.begin(button.dataset.words);
    });
  }

  begin(words) {
    const area = document.getElementById(this.getAttribute("for"));
    const gap = area.value && !/\s$/.test(area.value) ? " " : "";
    area.focus();
    area.setRangeText(`${gap}${words} `, area.value.length, area.value.length, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

customElements.define("print-button", PrintButton);
customElements.define("sentence-starters", SentenceStarters);
document.querySelector("[data-focus]:not(.bt-sample *)")?.focus();
