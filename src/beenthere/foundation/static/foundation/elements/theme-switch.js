// Light, dark, or what the device says. The choice is a cookie, so the server writes data-theme into the
// page and it never flashes in the wrong colours. It holds a word and nothing about anyone.

const YEAR_S = 31_536_000;

class ThemeSwitch extends HTMLElement {
  connectedCallback() {
    this.hidden = false;
    this.addEventListener("click", (event) => {
      const button = event.target.closest("[data-theme-choice]");
      if (button) this.choose(button.dataset.themeChoice);
    });
    this.show();
  }

  choose(theme) {
    const auto = theme === "auto";
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `bt_theme=${theme}; Path=/; SameSite=Lax; Max-Age=${auto ? 0 : YEAR_S}${secure}`;
    if (auto) delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    this.show();
  }

  show() {
    const now = document.documentElement.dataset.theme || "auto";
    for (const button of this.querySelectorAll("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === now));
    }
  }
}

customElements.define("theme-switch", ThemeSwitch);
