"""A drafted contract as YAML that people edit: one column a line, and above it, as comments, what could not be decided."""

from __future__ import annotations

from typing import Any

import yaml

from drafting.columns import Drafted

WIDTH = 4_000  # no line is broken
ASK = "# 问："


class _Flow(yaml.SafeDumper):
    """YAML in one line, in the order given."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's signature
        """Two columns with the same list say it twice."""
        return True


def flow(value: Any) -> str:
    """A value in one line of YAML."""
    text = yaml.dump(value, Dumper=_Flow, allow_unicode=True, default_flow_style=True, sort_keys=False, width=WIDTH)
    return str(text).removesuffix("...\n").strip()


def as_yaml(content: dict[str, Any], drafted: list[Drafted], head: list[str], questions: list[str], schema: str) -> str:
    """The file: how it was made, what to ask about the whole, then every field."""
    of = {column.name: column for column in drafted if not column.ignored}
    lines = [
        f"# yaml-language-server: $schema={schema}",
        *(f"# {line}" for line in head),
        "#",
        "# 带“问”的行是程序拿不准的地方，核对以后请把该行删掉。",
    ]
    for key, value in content.items():
        if key == "columns":
            lines += ["", "columns:"]
            for column in value:
                lines += _column(column, of[column["name"]])
        elif key == "expectations":
            lines += ["", "expectations:" if value else "expectations: []"]
            for expect in value:
                first, *rest = [f"{name}: {flow(said)}" for name, said in expect.items() if said not in ([], "")]
                lines += [f"  - {first}", *(f"    {line}" for line in rest)]
        elif key == "ignore":
            lines += _asked([question for column in drafted if column.ignored for question in column.questions], "")
            lines.append(f"{key}: {flow(value)}")
        elif key == "title":
            lines += [f"{key}: {flow(value)}"]
        else:
            lines.append(f"{key}: {flow(value)}")
        if key == "role":
            lines += _asked(questions, "")
    return "\n".join(lines) + "\n"


def _asked(questions: list[str] | tuple[str, ...], indent: str) -> list[str]:
    """Questions as comments; a header may hold a line break, a comment may not."""
    return [f"{indent}{ASK}{' '.join(question.split())}" for question in questions]


def _column(column: dict[str, Any], drafted: Drafted) -> list[str]:
    """The lines of one column: its questions, then itself; values one a line."""
    lines = _asked(drafted.questions, "  ")
    values = column.get("values")
    if not values:
        return [*lines, f"  - {flow(column)}"]
    first, *rest = [f"{name}: {flow(said)}" for name, said in column.items() if name != "values"]
    return [
        *lines,
        f"  - {first}",
        *(f"    {line}" for line in rest),
        "    values:",
        *(f"      {flow(str(value))}: {flow([str(spelling) for spelling in spellings])}" for value, spellings in values.items()),
    ]
