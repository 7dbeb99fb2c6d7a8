// <passkey-button>: asks this device for a passkey and sends the answer with the form around it.
//
//   data-does="sign-in"   options are fetched from data-options-url, for whoever the device knows
//   data-does="prove"     options are in the page, in the JSON block named by data-options
//   data-does="add"       the same; a ticked input called passwordless asks for a passkey that signs in alone
//
// The form holds an input called credential. Nothing is put into the page as markup: Trusted Types forbid it.

const BASE64URL = { "+": "-", "/": "_" };

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));

function toText(buffer) {
  const letters = Array.from(new Uint8Array(buffer), (one) => String.fromCharCode(one)).join("");
  return btoa(letters).replace(/[+/]/g, (one) => BASE64URL[one]).replace(/=+$/, "");
}

const withBytes = (known) => (known ?? []).map((one) => ({ ...one, id: toBytes(one.id) }));

function creation({ publicKey }, passwordless) {
  const chosen = { ...publicKey.authenticatorSelection };
  chosen.residentKey = passwordless ? "required" : "discouraged";
  chosen.requireResidentKey = passwordless;
  if (passwordless) chosen.userVerification = "required";
  return { publicKey: {
    ...publicKey,
    challenge: toBytes(publicKey.challenge),
    user: { ...publicKey.user, id: toBytes(publicKey.user.id) },
    excludeCredentials: withBytes(publicKey.excludeCredentials),
    authenticatorSelection: chosen,
  } };
}

function request({ publicKey }) {
  return { publicKey: {
    ...publicKey,
    challenge: toBytes(publicKey.challenge),
    allowCredentials: withBytes(publicKey.allowCredentials),
  } };
}

function answer(credential) {
  const { response } = credential;
  const parts = { clientDataJSON: toText(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) parts[name] = toText(response[name]);
  }
  if (response.getTransports) parts.transports = response.getTransports();
  return JSON.stringify({
    type: credential.type,
    id: credential.id,
    rawId: toText(credential.rawId),
    authenticatorAttachment: credential.authenticatorAttachment ?? null,
    response: parts,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

class PasskeyButton extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button");
    this.form = this.closest("form");
    if (!window.PublicKeyCredential) {
      this.remove(); // its place was kept for nothing
      return;
    }
    this.hidden = false;
    this.button.addEventListener("click", () => this.ask());
  }

  async ask() {
    this.say("");
    this.button.setAttribute("aria-disabled", "true");
    try {
      this.form.elements.credential.value = answer(await this.credential());
      this.form.requestSubmit();
    } catch {
      // The person closed the window, has no passkey here, or waited too long: browsers do not say which.
      this.say(this.dataset.wordsFailed);
    } finally {
      this.button.removeAttribute("aria-disabled");
    }
  }

  async credential() {
    if (this.dataset.does === "add") {
      const passwordless = this.form.elements.passwordless?.checked ?? false;
      return navigator.credentials.create(creation(this.options().creation_options, passwordless));
    }
    const options = this.dataset.does === "sign-in" ? await this.fetched() : this.options();
    return navigator.credentials.get(request(options.request_options));
  }

  options() {
    return JSON.parse(document.getElementById(this.dataset.options).textContent);
  }

  async fetched() {
    const response = await fetch(this.dataset.optionsUrl, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(`passkey options: ${response.status}`);
    return response.json();
  }

  say(words) {
    const line = this.querySelector("[role=status]");
    if (line) line.textContent = words;
  }
}

customElements.define("passkey-button", PasskeyButton);
