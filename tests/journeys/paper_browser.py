"""A browser that only knows HTML: it follows links by their words, fills forms and presses buttons."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from django.test import Client

VOID = {"input", "img", "br", "hr", "meta", "link", "source", "wbr"}


@dataclass
class Form:
    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)


class Page(HTMLParser):
    """Links (`around` are those outside the middle), forms and words of a page, as it was served."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[tuple[str, str]] = []
        self.around: list[tuple[str, str]] = []
        self.forms: list[Form] = []
        self.words: list[str] = []
        self._open: list[tuple[str, dict[str, str]]] = []
        self._heard: list[list[str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(of.get("action", ""), of.get("method", "get").lower()))
        elif tag == "input":
            self._input(of)
        if tag not in VOID:
            self._open.append((tag, of))
            self._heard.append([])

    def _input(self, of: dict[str, str]) -> None:
        if not self.forms or "name" not in of:
            return
        form, name, value = self.forms[-1], of["name"], of.get("value", "")
        form.choices.setdefault(name, []).append(value)
        if of.get("type") in {"checkbox", "radio"} and "checked" not in of:
            return
        form.values.setdefault(name, []).append(value or ("on" if of.get("type") == "checkbox" else ""))

    def handle_data(self, data: str) -> None:
        for heard in self._heard:
            heard.append(data)
        if not any(tag in {"script", "style", "head"} for tag, _of in self._open):
            self.words.append(data)

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            opened, of = self._open.pop()
            said = " ".join("".join(self._heard.pop()).split())
            self._closed(opened, of, said)
            if opened == tag:
                return

    def _closed(self, tag: str, of: dict[str, str], said: str) -> None:
        if tag == "a" and "href" in of:
            in_main = any(opened == "main" for opened, _of in self._open)
            (self.links if in_main else self.around).append((said, of["href"]))
        elif tag == "button" and self.forms and of.get("type", "submit") == "submit":
            self.forms[-1].buttons.append((said, of.get("name", ""), of.get("value", "")))
        elif tag == "textarea" and self.forms:
            self.forms[-1].values[of["name"]] = [said]
        elif tag == "option" and self.forms:
            name = next((o["name"] for t, o in reversed(self._open) if t == "select"), "")
            self.forms[-1].choices.setdefault(name, []).append(of.get("value", said))
            if "selected" in of:
                self.forms[-1].values[name] = [of.get("value", said)]


class Browser:
    """Somebody at a computer. Wherever they come, `words` is what they read there."""

    def __init__(self, client: Client) -> None:
        self.client, self.url, self.status, self.page = client, "/", 0, Page("")

    def open(self, url: str) -> "Browser":
        return self._show(self.client.get(url, follow=True), url)

    def _show(self, response: Any, url: str) -> "Browser":
        chain = getattr(response, "redirect_chain", [])
        self.url = urljoin(url, chain[-1][0]) if chain else url
        self.status = response.status_code
        self.page = Page(response.content.decode())
        return self

    @property
    def words(self) -> str:
        return " ".join("".join(self.page.words).split())

    def follow(self, words: str) -> "Browser":
        """The first link that says this, in the middle of the page before those around it."""
        links = self.page.links + self.page.around
        found = [href for said, href in links if words in said]
        assert found, f"no link says {words!r} on {self.url}: {[said for said, _href in links]}"
        return self.open(urljoin(self.url, found[0]))

    def press(self, words: str, /, **filled: Any) -> "Browser":
        """Fill fields by their names and press the button that says this."""
        for form in self.page.forms:
            for said, name, value in form.buttons:
                if said == words:
                    return self._send(form, filled | ({name: value} if name else {}))
        buttons = [said for form in self.page.forms for said, _name, _value in form.buttons]
        raise AssertionError(f"no button says {words!r} on {self.url}: {buttons}")

    def _send(self, form: Form, filled: dict[str, Any]) -> "Browser":
        unknown = filled.keys() - form.choices.keys() - form.values.keys() - {b[1] for b in form.buttons}
        assert not unknown, f"this form has no {unknown}: {sorted(form.choices)}"
        where = urljoin(self.url, form.action)
        send = self.client.post if form.method == "post" else self.client.get
        return self._show(send(where, form.values | filled, follow=True), where)

    def choice(self, name: str, number: int = 0) -> str:
        """The value of one choice of a field, as the page offers it."""
        for form in self.page.forms:
            offered = [value for value in form.choices.get(name, []) if value]
            if offered:
                return offered[number]
        raise AssertionError(f"nothing to choose for {name!r} on {self.url}")

    def choices(self, name: str) -> list[str]:
        return next((form.choices[name] for form in self.page.forms if name in form.choices), [])
