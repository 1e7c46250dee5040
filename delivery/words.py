"""The words that every list shares: conclusions, choices and the sentences that stand on each page.

What people write into a list and what the program reads back are the same strings, so they stand here once.
"""

from __future__ import annotations

# domain.md 8.3. The first four say that the fact was true, the last but one to the fifth correct a bureau's record.
CONCLUSIONS = (
    "属实-拟纳入",
    "属实-单项帮扶",
    "属实-已在监测或已享受",
    "属实-能自行应对",
    "不属实-数据有误",
    "查无此人或非本村",
    "已死亡或迁出",
    "重复线索",
    "暂未联系上",
)
TRUE_CONCLUSIONS = CONCLUSIONS[:4]
UNTRUE_CONCLUSIONS = CONCLUSIONS[4:8]
INCLUDED, HELPED = CONCLUSIONS[:2]
NOT_HERE = CONCLUSIONS[5]  # the row is of nobody at this door
OPEN_CONCLUSION = CONCLUSIONS[8]  # the lead stays open: nobody was met

# Conclusions that say a bureau's row is wrong, with what the bureau is asked to do.
CORRECTING = {
    CONCLUSIONS[4]: "入户核实与所报不符，请核对原始记录，更正后重报。",
    CONCLUSIONS[5]: "按所报的村找不到此人，请核对姓名、证件号码和住址，更正后重报。",
    CONCLUSIONS[6]: "此人已死亡或迁出，请核对后更新或从清单中移出。",
}

NUMBERED_CONCLUSIONS = tuple(f"{number} {words}" for number, words in enumerate(CONCLUSIONS, start=1))

TICK = "□"  # a box to tick
YES_NO_PARTLY = ("是", "否", "部分")
YES_NO = ("是", "否")
SIGNED, UNSIGNED = ("已签", "是"), ("未签", "否", "无")  # of the 承诺授权; a form offers the first of each
SECURED = ("有保障", "有问题", "不适用")
PROPOSALS = ("纳入监测", "单项帮扶", "不纳入", "身份不符")
REVIEW_DECISIONS = ("同一人", "同户他人", "不是", "无法判断")
REVIEW_YES = REVIEW_DECISIONS[:2]  # at most one for each record
REVIEW_NOT, REVIEW_UNKNOWN = REVIEW_DECISIONS[2:]
REVOKED = "撤销"  # takes back what was decided; the computed answer stands again
REVIEW_CHOICES = (*REVIEW_DECISIONS, REVOKED)

NOT_A_VERDICT = "线索不等于结论：部门数据只提示“该去看看”，是否属实以入户所见、所问、所核为准。"
CARE = "本表含个人信息，仅供入户核查使用；不得拍照转发、不得张贴公示，用毕交回乡镇统一保管。"
COUNTY_ONLY = "本表含个人信息，仅供县级复核使用；不得拍照转发、不得外传。"

GRADES = {"red": "红", "yellow": "黄"}
CERTAIN = "证件一致"  # of LEAD.identity: the only one that needs no second look at the door
FIRST_CHECK = "先核对身份"
