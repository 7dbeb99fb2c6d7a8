// <client-id><input type="hidden"></client-id>: fills the empty input with a UUIDv7 (RFC 9562, section 5.7).
// The id makes a second send of the same form the same record. It orders records by time; it is no secret.

export function uuid7(now = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let rest = now;
  for (let place = 5; place >= 0; place -= 1) {
    bytes[place] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

class ClientId extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector("input");
    if (input && !input.value) input.value = uuid7();
  }
}

customElements.define("client-id", ClientId);
