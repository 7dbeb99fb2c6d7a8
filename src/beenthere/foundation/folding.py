"""Templates whose unchanging parts are said once: text, translations, icons, addresses of files and pages.

A page of ours is mostly words that are the same on every page of one language. Django asks the catalogue,
the icon and the address for each of them again on every request; measured on the list of people that was a
third of what drawing the page cost. Neighbouring nodes that depend on nothing but the language are folded
into one, which remembers what it said. What depends on a request, a user or a value is left alone, so
nothing of one request can reach another.
"""

from typing import Any, TypeGuard
from uuid import UUID

from django.template.base import FilterExpression, Node, NodeList, TextNode, Variable
from django.template.context import Context
from django.template.defaulttags import IfNode, URLNode
from django.template.library import SimpleNode
from django.template.loaders import base, cached
from django.templatetags.i18n import TranslateNode
from django.templatetags.static import StaticNode
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from beenthere.foundation.addresses import address_of
from beenthere.foundation.templatetags.icons import icon


class Folded(Node):
    """Neighbours that say the same on every page of one language, or give a name to words or an address that
    are the same: `{% translate "Name" as label %}`, `{% url "home" as address %}`."""

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes
        self.names = [name for name in map(_assigned, nodes) if name]
        self.kept: dict[str | None, tuple[SafeString, dict[str, Any]]] = {}

    def render(self, context: Context) -> SafeString:
        language = get_language()
        if language not in self.kept:
            said = NodeList(self.nodes).render(context)
            self.kept[language] = said, {name: context[name] for name in self.names}
        said, named = self.kept[language]
        for name, value in named.items():
            context[name] = value
        return said


class Addressed(Node):
    """`{% url "person" page.id as address %}`: the address around an id is the same for every id."""

    def __init__(self, node: URLNode, name: str) -> None:
        self.node, self.name = node, name

    def render(self, context: Context) -> SafeString:
        ids = [argument.resolve(context) for argument in self.node.args]
        if not all(type(one) is UUID for one in ids):
            return SafeString(self.node.render(context))
        address = address_of(self.name, *ids)
        if self.node.asvar:
            context[self.node.asvar] = address
            return SafeString("")
        return SafeString(conditional_escape(address))


class _Folds(base.Loader):
    def get_template(self, template_name: str, skip: Any = None) -> Any:
        template = super().get_template(template_name, skip)
        fold(template.nodelist)
        return template


class Loader(cached.Loader, _Folds):
    """Django's cached loader; a template is folded once, when it is first read."""


def fold(nodes: NodeList) -> None:
    """Fold in place: whoever holds this list (a block, a parent) goes on holding it."""
    folded: list[Node] = []
    run: list[Node] = []
    for node in nodes:
        if _is_constant(node) or _assigned(node):
            run.append(node)
            continue
        folded += _joined(run)
        run = []
        if _is_about_things(node):
            folded.append(Addressed(node, node.view_name.resolve(Context())))
            continue
        for inner in _lists_in(node):
            fold(inner)
        folded.append(node)
    nodes[:] = folded + _joined(run)


def _joined(run: list[Node]) -> list[Node]:
    return [Folded(run)] if len(run) > 1 or any(not isinstance(node, TextNode) for node in run) else run


def _lists_in(node: Node) -> list[NodeList]:
    if isinstance(node, IfNode):
        return [nodelist for _condition, nodelist in node.conditions_nodelists]
    named = (getattr(node, name, None) for name in node.child_nodelists)
    return [nodelist for nodelist in named if isinstance(nodelist, NodeList)]


def _assigned(node: Node) -> str:
    """The name that a node gives to words or an address which depend on nothing but the language."""
    if type(node) is TranslateNode or type(node) is URLNode:
        return str(node.asvar) if node.asvar and _asks_nothing(node) else ""
    return ""


def _is_about_things(node: Node) -> TypeGuard[URLNode]:
    """An address made of a name and values, none of which has a name of its own."""
    return type(node) is URLNode and bool(node.args) and not node.kwargs and _is_literal(node.view_name)


def _is_constant(node: Node) -> bool:
    """By exact class: a subclass may look at more than its arguments."""
    if type(node) is TextNode:
        return True
    if type(node) is TranslateNode or type(node) is URLNode:
        return node.asvar is None and _asks_nothing(node)
    if type(node) is StaticNode:
        return node.varname is None and _is_literal(node.path)
    if type(node) is SimpleNode:
        arguments = [*node.args, *node.kwargs.values()]
        return node.func is icon and node.target_var is None and all(map(_is_literal, arguments))
    return False


def _asks_nothing(node: TranslateNode | URLNode) -> bool:
    if isinstance(node, TranslateNode):
        return _is_literal(node.filter_expression) and _is_literal(node.message_context)
    return not (node.args or node.kwargs) and _is_literal(node.view_name)


def _is_literal(expression: FilterExpression | None) -> bool:
    if expression is None:
        return True
    named = isinstance(expression.var, Variable) and expression.var.lookups is not None
    return not named and not expression.filters
