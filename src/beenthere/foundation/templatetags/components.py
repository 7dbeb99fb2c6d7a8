"""`{% component "card" title="Today" %} ... {% slot "actions" %}...{% endslot %} {% endcomponent %}`

A component sees only what it is given, its body and its slots, and the request: what is not passed
cannot leak. Close it in place with a slash when it has no body: `{% component "tag" text="Due" / %}`.

Keywords that begin with `hx_`, `data_` or `aria_` become attributes of the main element, with hyphens.
With any `hx_` the element also gets `hx-nonce`, without which hx-csp removes htmx attributes.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import template
from django.forms.utils import flatatt
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from beenthere.foundation.components import BY_NAME, Component, Parameter
from beenthere.foundation.drawn import drawing

register = template.Library()

_ATTRIBUTE_PREFIXES = ("hx_", "data_", "aria_")
_SLOTS = "_component_slots"
_AMBIENT = ("request", "csrf_token", "demo", "user")


@register.tag("component")
def component(parser: Parser, token: Token) -> "ComponentNode":
    bits = token.split_contents()[1:]
    if not bits:
        raise template.TemplateSyntaxError('component needs a name: {% component "card" %}')
    closed = bits[-1] == "/"
    known = _known(bits[0])
    values = _keywords(parser, bits[1:-1] if closed else bits[1:], known)
    body = NodeList()
    if not closed:
        body = parser.parse(("endcomponent",))
        parser.delete_first_token()
    return ComponentNode(known, values, body)


def _known(quoted: str) -> Component:
    name = quoted.strip("\"'")
    if name not in BY_NAME:
        raise template.TemplateSyntaxError(f"no component is called {name!r}; see foundation/components/")
    return BY_NAME[name]


def _keywords(parser: Parser, bits: list[str], known: Component) -> dict[str, FilterExpression]:
    values: dict[str, FilterExpression] = token_kwargs(bits, parser)
    if bits:
        raise template.TemplateSyntaxError(f"component {known.name}: cannot read {' '.join(bits)!r}")
    for name in values:
        if known.parameter(name) is None and not name.startswith(_ATTRIBUTE_PREFIXES):
            raise template.TemplateSyntaxError(f"component {known.name} takes no {name!r}")
    for parameter in known.parameters:
        if parameter.required and parameter.name not in values:
            raise template.TemplateSyntaxError(f"component {known.name} needs {parameter.name!r}")
    return values


class ComponentNode(template.Node):
    """Renders one component in a context of its own."""

    child_nodelists = ("body",)

    def __init__(self, known: Component, values: Mapping[str, FilterExpression], body: NodeList) -> None:
        self.known, self.values, self.body = known, values, body
        self.draw = drawing(known.name)
        self.attributes = {
            name: value for name, value in values.items() if name.startswith(_ATTRIBUTE_PREFIXES)
        }

    def render(self, context: Context) -> SafeString:
        inside = {one.name: self._given(one, context) for one in self.known.parameters}
        inside["attributes"] = self._attributes(context)
        slots: dict[str, SafeString] = {}
        inside["slots"] = slots
        inside["body"] = self._body(context, slots) if self.body else SafeString("")
        if self.draw is not None:
            return self.draw(inside)
        inside.update({name: context[name] for name in _AMBIENT if name in context})
        page = context.template.engine.get_template(self.known.template)  # type: ignore[union-attr]
        with context.render_context.push_state(page):
            return page.nodelist.render(_alone(context, inside))

    def _given(self, parameter: Parameter, context: Context) -> Any:
        value = self.values.get(parameter.name)
        found = parameter.default if value is None else value.resolve(context)
        if not parameter.choices:
            return found
        if str(found) not in parameter.choices:
            raise ValueError(
                f"component {self.known.name}: {parameter.name} is {found!r}, not one of {parameter.choices}"
            )
        return str(found)

    def _attributes(self, context: Context) -> SafeString:
        if not self.attributes:
            return SafeString("")
        return attributes({name: value.resolve(context) for name, value in self.attributes.items()}, context)

    def _body(self, context: Context, slots: dict[str, SafeString]) -> SafeString:
        with context.push(**{_SLOTS: (self.known, slots)}):
            return _trimmed(self.body.render(context))


def _alone(context: Context, inside: dict[str, Any]) -> Context:
    """A context of which a component sees nothing but what it was given."""
    alone = Context(inside, autoescape=context.autoescape, use_l10n=context.use_l10n, use_tz=context.use_tz)
    alone.render_context = context.render_context
    alone.template = context.template
    return alone


def _trimmed(rendered: SafeString) -> SafeString:
    """Without the white space around it, and still marked as escaped: `strip` alone would lose the mark."""
    return mark_safe(rendered.strip())  # noqa: S308 - a node list has escaped it


@register.tag("slot")
def slot(parser: Parser, token: Token) -> "SlotNode":
    name = token.split_contents()[1].strip("\"'")
    content = parser.parse(("endslot",))
    parser.delete_first_token()
    return SlotNode(name, content)


class SlotNode(template.Node):
    """Part of a body that the component places itself; in the body it leaves nothing behind."""

    child_nodelists = ("content",)

    def __init__(self, name: str, content: NodeList) -> None:
        self.name, self.content = name, content

    def render(self, context: Context) -> SafeString:
        known, slots = context[_SLOTS]
        if self.name not in known.slots:
            raise template.TemplateSyntaxError(f"component {known.name} has no slot {self.name!r}")
        slots[self.name] = _trimmed(self.content.render(context))
        return SafeString("")


def attributes(given: Mapping[str, Any], context: Context) -> SafeString:
    """Keywords that are attributes, hyphenated and escaped; None and False leave the attribute out."""
    found = {name.replace("_", "-"): value for name, value in given.items()}
    request = context.get("request")
    if request is not None and any(
        name.startswith("hx-") and found[name] not in (None, False) for name in found
    ):
        found["hx-nonce"] = request.csp_nonce
    return flatatt(found)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One answer of a choice-group or of chips."""

    value: str
    label: str
    hint: str = ""


@register.filter
def as_choices(choices: Iterable[Any]) -> list[Choice]:
    """Pairs, triples, mappings or objects, all as `Choice`."""
    return [_choice(one) for one in choices]


def _choice(one: Any) -> Choice:
    if isinstance(one, (tuple, list)):
        value, label, *rest = one
        return Choice(value=str(value), label=label, hint=rest[0] if rest else "")
    if isinstance(one, Mapping):
        return Choice(value=str(one["value"]), label=one["label"], hint=one.get("hint", ""))
    return Choice(value=str(one.value), label=one.label, hint=getattr(one, "hint", ""))


@register.filter
def is_chosen(value: str, chosen: Any) -> bool:
    if isinstance(chosen, (list, tuple, set, frozenset)):
        return value in {str(one) for one in chosen}
    return chosen is not None and value == str(chosen)


@register.simple_tag(takes_context=True)
def each_chip(context: Context, choices: Iterable[Choice]) -> SafeString:
    """The inputs of chips, drawn in Python: lists have three groups of them above the rows."""
    kind = "checkbox" if context["several"] else "radio"
    required = SafeString(" required" if context["required"] and not context["several"] else "")
    return format_html_join(
        "",
        '\n    <div class="bt-chip">'
        '\n      <input class="bt-chip__input" type="{}" id="{}" name="{}" value="{}"{}{}{}>'
        '\n      <label class="bt-chip__label" for="{}">{}</label>\n    </div>',
        (
            (
                kind, place, context["name"], one.value,
                SafeString(" checked" if is_chosen(one.value, context["value"]) else ""), required,
                context["attributes"], place, one.label,
            )
            for place, one in _placed(context["field_id"], choices)
        ),
    )  # fmt: skip


def _placed(field_id: str, choices: Iterable[Choice]) -> Iterator[tuple[str, Choice]]:
    """Each choice with the id of its input."""
    for number, one in enumerate(choices):
        yield f"{field_id}_{slugify(one.value) or number}", one


@register.filter
def form_errors(form: Any, errors: Any) -> list[tuple[str, str]]:
    """(id of the input, message) for all that needs fixing; an empty id for the form as a whole."""
    if errors:
        return list(errors)
    if not form:
        return []
    whole = [("", message) for message in form.non_field_errors()]
    return whole + [
        (field.auto_id, _about(str(field.label), message)) for field in form for message in field.errors
    ]


def _about(label: str, message: str) -> str:
    return f"{label} {message}" if label.endswith("?") else f"{label}: {message}"


@register.filter
def initials(name: str) -> str:
    """First letters of the first and the last word."""
    words = [word for word in str(name).split() if word[0].isalnum()]
    return "".join(word[0] for word in dict.fromkeys((words[0], words[-1]))).upper() if words else ""


@register.filter
def tint(name: str) -> str:
    """One of four quiet colours, always the same for the same name; it means nothing."""
    return str(sum(map(ord, str(name))) % 4 + 1)


@register.filter
def message_kind(level_tag: str) -> str:
    """The kind of alert for one of Django's message levels."""
    return level_tag if level_tag in ("success", "warning", "error") else "info"


@register.filter
def draft_of(extra_tags: str | None) -> str:
    """The draft key in a message's `extra_tags="draft:<key>"`: that draft's words are in the record now."""
    tags = (extra_tags or "").split()
    return next((tag.removeprefix("draft:") for tag in tags if tag.startswith("draft:")), "")
