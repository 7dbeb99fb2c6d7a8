"""The register of page components: each name, what it takes, what it is for.

The `{% component %}` tag reads it. A name or a parameter that is not here is a template error,
so a page cannot quietly pass a value that nothing shows.
"""

from typing import Final

from beenthere.foundation.components.controls import CONTROLS
from beenthere.foundation.components.parts import PARTS
from beenthere.foundation.components.shape import Component, Parameter

__all__ = ["BY_NAME", "REGISTER", "Component", "Parameter"]

REGISTER: Final[tuple[Component, ...]] = (*CONTROLS, *PARTS)
BY_NAME: Final[dict[str, Component]] = {one.name: one for one in REGISTER}
