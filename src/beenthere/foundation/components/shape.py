"""What a component is: a name, what it takes, what it is for."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One value a component takes. `choices`, when given, are the only words it accepts."""

    name: str
    use: str
    required: bool = False
    default: object = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Component:
    """A component; example `components/examples/<name>.html`, and unless it is `drawn` a template."""

    name: str
    purpose: str
    parameters: tuple[Parameter, ...] = ()
    body: str = ""
    slots: tuple[str, ...] = ()

    @property
    def template(self) -> str:
        return f"components/{self.name}.html"

    @property
    def example(self) -> str:
        return f"components/examples/{self.name}.html"

    def parameter(self, name: str) -> Parameter | None:
        return next((one for one in self.parameters if one.name == name), None)


def need(name: str, use: str, *, choices: tuple[str, ...] = ()) -> Parameter:
    return Parameter(name=name, use=use, required=True, choices=choices)


def may(name: str, use: str, *, default: object = "", choices: tuple[str, ...] = ()) -> Parameter:
    return Parameter(name=name, use=use, default=default, choices=choices)
