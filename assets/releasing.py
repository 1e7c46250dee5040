"""Releasing in Dagster: jobs in which a person releases a proposal or takes a release back, and the check that all of it is whole."""

import dagster as dg
import polars as pl

from assets.county import CountyResource
from assets.digest import digest_of_inputs, handed_out_before
from assets.tables import small_table
from contracts.errors import HulianError
from contracts.month import Month
from delivery.county.changes import KINDS
from delivery.desk import open_desk
from delivery.errors import ReleaseError
from delivery.releases.issuing import Release, release, releases, withdraw
from delivery.releases.manifest import MANIFEST, faults, read_manifest

RELEASED = dg.AssetKey("released")
LATER = "草稿做好以后，收件、配置、程序或人的决定又有变化；发布的是草稿原样。要用新的，请先再运行当月。"
FAULTS = {"manifest": "清单读不出或不是发布时的清单", "missing": "缺少的文件", "changed": "被改动的文件", "unknown": "多出的文件"}


def release_month(county: CountyResource, month: Month, *, by: str, why: str) -> tuple[Release, bool, str]:
    """Release the proposal of `month`; returns the release, whether it is new, and what the person should know.

    Raises `ReleaseError` as `release` does, and where the proposal counts other releases of the months before than those that stand.
    """
    home, desk = county.home, open_desk(county.desk_url)
    if (home.proposal(month) / MANIFEST).exists():
        proposed = read_manifest(home.proposal(month))
        counted, stand = proposed["made_of"]["handed_out"], handed_out_before(county, month)
        if counted != stand:
            changed = "、".join(sorted(of for of in counted.keys() | stand.keys() if counted.get(of) != stand.get(of)))
            raise ReleaseError(f"草稿做好以后，{changed} 又有发布或撤回，重复抑制要按新的重算。请先运行: hulian run --month {month}")
    released, is_new = release(home, desk, month, by=by, why=why)
    told = [LATER] if is_new and str(released.manifest()["digest"]) != digest_of_inputs(county, month) else []
    if unreleased(county, month.plus(-1)):
        told.append(not_handed_out(month.plus(-1), month))
    return released, is_new, "\n".join(told)


def unreleased(county: CountyResource, month: Month) -> bool:
    """Whether `month` was screened, and no release of it stands."""
    return (county.home.proposal(month) / MANIFEST).exists() and not any(
        each.stands for each in releases(county.home, open_desk(county.desk_url), month)
    )


def not_handed_out(before: Month, month: Month) -> str:
    """What it means for `month` that the month before was not handed out."""
    return (
        f"{before} 没有发布，等于没有交办：{month} 的重复抑制、超期和成效都不计它，同一户会再次出现。"
        f"若已交办，请先 hulian release {before} --by 姓名，再运行 {month}。"
    )


class ReleaseConfig(dg.Config):
    """Which month, who releases or withdraws it, and why: needed for a second release of a month and for a withdrawal."""

    month: str
    by: str
    reason: str = ""


@dg.op(description="发布：把某月的草稿定为正式发布，编号、只读，从此不再改动。by 写经办人，再次发布须写 reason。")
def release_op(context: dg.OpExecutionContext, config: ReleaseConfig, county: CountyResource) -> None:
    """Release the proposal of a month."""
    try:
        released, is_new, told = release_month(county, Month.parse(config.month), by=config.by, why=config.reason)
    except HulianError as refused:
        raise dg.Failure(str(refused), allow_retries=False) from refused
    manifest = released.manifest()
    rows = [(number, *(counts[name] for name in KINDS)) for number, counts in manifest["changes"].items()]
    against = pl.DataFrame(rows, schema={"与之相比": pl.String, **dict.fromkeys(KINDS.values(), pl.Int64)}, orient="row")
    said = f"{released.issue} 号发布" if is_new else f"{released.issue} 号已是这份草稿，无须再发布"
    context.log_event(
        dg.AssetMaterialization(
            asset_key=RELEASED,
            description=said,
            metadata={
                "线索（户）": released.issue.entry.leads,
                "文件": released.issue.entry.files,
                "走访户变动": small_table(against),
                "说明": told or "—",
            },
        )
    )


@dg.op(description="撤回：收回某月现行的发布，文件保留但不再提供。by 写经办人，reason 写原因。")
def withdraw_op(context: dg.OpExecutionContext, config: ReleaseConfig, county: CountyResource) -> None:
    """Take back the release of a month that stands."""
    try:
        withdrawn = withdraw(county.home, open_desk(county.desk_url), Month.parse(config.month), by=config.by, why=config.reason)
    except HulianError as refused:
        raise dg.Failure(str(refused), allow_retries=False) from refused
    context.log_event(dg.AssetMaterialization(asset_key=RELEASED, description=f"{withdrawn.issue} 号已撤回"))


@dg.job(name="release_month", description="发布某月的草稿：由人决定，编号、只读。")
def release_job() -> None:
    """Hand a month out."""
    release_op()


@dg.job(name="withdraw_release", description="撤回某月现行的发布，须写原因。")
def withdraw_job() -> None:
    """Take a month back."""
    withdraw_op()


@dg.asset_check(asset="release", name="manifest", description="草稿和各期现行发布的文件，与清单（manifest）逐个一致，没有缺、改、多")
def release_manifest(county: CountyResource) -> dg.AssetCheckResult:
    """Files on disk = manifest, for every proposal and every release that stands."""
    found = {f"{path.name} 草稿": faults(path) for path in sorted((county.home.root / "proposals").glob("[0-9]*-[0-9]*"))}
    issued = releases(county.home, open_desk(county.desk_url))
    found |= {f"{each.issue} 号发布": each.faults() for each in issued if each.stands}
    rows = [(where, FAULTS[fault], count) for where, counts in found.items() for fault, count in counts.items()]
    wrong = pl.DataFrame(rows, schema={"哪一份": pl.String, "问题": pl.String, "个数": pl.Int64}, orient="row")
    return dg.AssetCheckResult(passed=wrong.is_empty(), metadata={"查了": len(found), "不一致": small_table(wrong)})
