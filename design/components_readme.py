"""Writes templates/components/README.md from the register. Run: python design/components_readme.py"""

from pathlib import Path

from beenthere.foundation.components import REGISTER, Component

TARGET = Path(__file__).parents[1] / "src/beenthere/foundation/templates/components/README.md"
HEAD = (Path(__file__).parent / "components_head.md").read_text(encoding="utf-8")


def entry(one: Component) -> str:
    lines = [f"## {one.name}", "", one.purpose]
    if one.body:
        lines.append(f"Body: {one.body}.")
    if one.slots:
        lines.append("Slots: " + ", ".join(f"`{slot}`" for slot in one.slots) + ".")
    lines.append("")
    for parameter in one.parameters:
        star = "*" if parameter.required else ""
        words = f": {', '.join(parameter.choices)}" if parameter.choices else ""
        usual = f" (usual: {parameter.default})" if parameter.default not in ("", False) else ""
        lines.append(f"- `{parameter.name}`{star} {parameter.use}{words}{usual}")
    return "\n".join(lines).rstrip() + "\n"


def text() -> str:
    return HEAD + "\n" + "\n".join(entry(one) for one in REGISTER)


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
