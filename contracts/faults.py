"""What is wrong with a rule, said so that a county officer can mend it: file, rule, field, what is wrong, what to write instead."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from contracts.errors import ConfigError

ModelT = TypeVar("ModelT", bound=BaseModel)

GUIDE = "写法见 docs/write-a-rule.md，`hulian rules check` 可随时检查。"
SAYINGS = {
    "missing": "没有填，请补上",
    "float_parsing": "应当是数字，请去掉单位和其他字",
    "float_type": "应当是数字",
    "int_parsing": "应当是整数",
    "int_type": "应当是整数",
    "bool_parsing": "应当是 true 或 false",
    "bool_type": "应当是 true 或 false",
    "string_type": "应当是文字；像数字的文字请加引号",
    "list_type": "应当是一列，写作 [甲, 乙]",
    "dict_type": "应当是几个字段，写作 {字段: 值}",
    "model_type": "应当是几个字段，写作 {字段: 值}",
    "date_from_datetime_parsing": "应当是日期，写作 2026-01-01",
    "date_parsing": "应当是日期，写作 2026-01-01",
    "date_type": "应当是日期，写作 2026-01-01",
    "date_from_datetime_inexact": "应当是日期，写作 2026-01-01",
}


def check_rule(model: type[ModelT], content: Any, where: str) -> ModelT:
    """`content` as a `model`; raises `ConfigError` that says in Chinese, field by field, what is wrong in `where`."""
    try:
        return model.model_validate(content)
    except ValidationError as invalid:
        faults = invalid.errors(include_url=False)
        lines = "\n".join(f"  {_place(fault['loc'])}：{_saying(fault, model)}。" for fault in faults)
        raise ConfigError(f"{where}：有 {len(faults)} 处需要改：\n{lines}\n  {GUIDE}") from None


def _place(loc: Iterable[object]) -> str:
    """The field as it is reached, with places in lists counted from 1."""
    parts = [f"第{part + 1}项" if isinstance(part, int) else str(part) for part in loc]
    return "字段 " + " → ".join(parts) if parts else "整条规则"


def _saying(fault: Mapping[str, Any], model: type[BaseModel]) -> str:
    kind, context = fault["type"], fault.get("ctx", {})
    match kind:
        case "extra_forbidden":
            return _unknown(str(fault["loc"][-1]), model)
        case "literal_error":
            return f"只能写 {context['expected'].replace(' or ', '、').replace(', ', '、')}"
        case "string_pattern_mismatch":
            return f"写法不对，要符合 {context['pattern']}"
        case "value_error":
            return str(context["error"])
        case _:
            return SAYINGS.get(kind, f"不能用（{fault['msg']}）")


def _unknown(name: str, model: type[BaseModel]) -> str:
    near = difflib.get_close_matches(name, _fields(model), n=1)
    return f"没有这个字段，是不是要写 {near[0]}" if near else "没有这个字段，请删去或改正拼写"


def _fields(model: type[BaseModel]) -> list[str]:
    """Names of the model's fields and of those of its parts."""
    names = list(model.model_fields)
    for field in model.model_fields.values():
        for part in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(part, type) and issubclass(part, BaseModel):
                names += list(part.model_fields)
    return names
