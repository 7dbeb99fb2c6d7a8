// One tap, one send. After a submit the buttons of the form rest; they wake when the page is shown again
// (Back keeps the page as it was) or when the send did not lead anywhere within ten seconds.
// Without JavaScript the record's own id makes a second send harmless.

const REST_MS = 10_000;

function rest(form) {
  form.setAttribute("aria-busy", "true");
  for (const button of buttonsOf(form)) {
    button.setAttribute("aria-disabled", "true");
    const words = button.querySelector("span");
    if (button.dataset.busyLabel && words) {
      button.dataset.label = words.textContent;
      words.textContent = button.dataset.busyLabel;
    }
  }
}

function wake(form) {
  form.removeAttribute("aria-busy");
  for (const button of buttonsOf(form)) {
    button.removeAttribute("aria-disabled");
    const words = button.querySelector("span");
    if (button.dataset.label && words) words.textContent = button.dataset.label;
    delete button.dataset.label;
  }
}

function buttonsOf(form) {
  return [...form.elements].filter((one) => one.type === "submit");
}

// A submit that another listener stopped has not been sent. Those listeners run before this one bubbles up.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.hasAttribute("aria-busy")) {
    event.preventDefault();
    return;
  }
  if (event.defaultPrevented || form.method === "get") return;
  rest(form);
  setTimeout(() => wake(form), REST_MS);
});

document.addEventListener("htmx:after:request", (event) => {
  const form = event.target.closest?.("form");
  if (form) wake(form);
});

addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[aria-busy]")) wake(form);
});
