"""What a caller is told when something does not go: in Chinese, with the way out, and never with a value of his request.

What lies outside a scope and what does not exist are one and the same answer, byte for byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, Field


class ProblemBody(BaseModel):
    """The body of every answer that is an error."""

    code: str = Field(description="固定的代码，供程序判断", examples=["not_found"])
    message: str = Field(description="发生了什么")
    way_out: str = Field(description="怎么办")


@dataclass(eq=False)
class Problem(Exception):
    """An answer other than the one asked for."""

    status: int
    code: str
    message: str
    way_out: str
    headers: Mapping[str, str] | None = None

    @property
    def body(self) -> ProblemBody:
        """What is sent."""
        return ProblemBody(code=self.code, message=self.message, way_out=self.way_out)


def not_found() -> Problem:
    """404 for all that is not there, or not for this caller."""
    return Problem(
        404, "not_found", "没有这份内容，或者它不在您的权限范围内。", "请核对期次、区划代码和部门名称；需要扩大权限，请联系县级管理员。"
    )


def unknown_token() -> Problem:
    """401 for a token that is missing, unknown, expired or revoked."""
    way_out = "请在请求头写 Authorization: Bearer 令牌；令牌遗失或到期，请向县级管理员申领新的。"
    return Problem(401, "no_token", "没有有效的令牌：未提供、已过期或已停用。", way_out, {"www-authenticate": "Bearer"})


def too_often(seconds: int) -> Problem:
    """429."""
    return Problem(
        429, "too_often", "请求太频繁。", f"请在 {seconds} 秒后再试，并按 ETag 缓存已取过的内容。", {"retry-after": str(seconds)}
    )


def changing() -> Problem:
    """503 while a release is being replaced."""
    return Problem(503, "changing", "这一期正在更新。", "请在一分钟后再取一次。", {"retry-after": "60"})


def too_large(most: int) -> Problem:
    """413."""
    return Problem(413, "too_large", f"文件超过 {most // 1_000_000} MB。", "请只交回原来的工作簿，不要在里面插入照片。")


def not_understood(what: str) -> Problem:
    """422 for a request that is not written as the interface says."""
    return Problem(422, "not_understood", f"请求的写法不对：{what}。", "写法见 /api/v1/openapi.json。")


def not_allowed() -> Problem:
    """405."""
    return Problem(405, "not_allowed", "这个地址不接受这种操作。", "写法见 /api/v1/openapi.json。")


def broken() -> Problem:
    """500; what went wrong stands in the server's own log, without values."""
    return Problem(500, "broken", "服务内部出错，这次请求没有办成。", "请稍后再试；仍不行请告知县级管理员出错的时间。")


def no_log() -> Problem:
    """503: what cannot be written down is not handed out."""
    return Problem(503, "no_log", "访问记录写不进去，暂停提供数据。", "请告知县级管理员检查数据库和磁盘。", {"retry-after": "60"})
