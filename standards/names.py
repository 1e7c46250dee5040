"""Names of people, brought to the form in which they are compared.

Normalising removes what does not belong to the name (width, blanks, kinds of dots, traditional forms, remarks in brackets) and shows
what a system has lost as `□`. It never changes a character into another that only sounds or looks alike.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from standards import pinyin as readings
from standards.scrambled import common, unscrambled

HOLE = "□"
GAP = r"^(\p{Han}{1,2})_+$"  # 景满_: a gap for what could not be typed
HYPHEN = r"(\p{Han})[-–—―－_~]+(\p{Han})"  # 阿依古丽-亚森
PLAIN = r"^[\x{4E00}-\x{53E2}\x{53E4}-\x{56D6}\x{56D8}-\x{9FFF}]+$"  # characters that NFKC leaves alone, but for 口 and 囗, which are holes
LATIN = r"^\p{Latin}[\p{Latin}\p{M}\s.,-]*$"
# What is written where nobody's name is, and what spreadsheets write there.
NO_NAME = "同上|同前|本人|户主|无|无名|无名氏|不详|未知|未填|暂无|见附件|略|姓名"
NOTHING = rf"^(?:{NO_NAME}|[〃″′\"/-]+|(?i:null|#?N/A|#[A-Z/0]+[!?]))$"
TITLES = "先生|女士|师傅|老师|大爷|大妈|大娘|大叔|大姐|大哥|书记|主任|组长|村长|支书|会计|队长"
HOUSE = "一家|全家|家庭|户"
LABELS = (
    "户主|已故|死者|逝者|亡者|伤者|村民|居民|群众|患者|学生|申请人|当事人|残疾人|老人|五保老人|(?:五保|低保|贫困|脱贫|特困|监测|建档立卡)户"
)
COUNT = "[一二两三四五六七八九十]?"
PEOPLES = "(?:[汉苗侗水壮瑶彝回白满蒙藏]|布依|土家|仡佬|毛南|仫佬|维吾尔|哈尼)族"
BEHIND = (
    f"已?(?:故|死亡|去世)|同志|同学|本人|户主|老人|夫妇|代[领办签]|签[字名]|等(?:{COUNT}[人户名口])?|(?:一家)?口人|一家{COUNT}口人?"
    f"|{PEOPLES}|{HOUSE}|{TITLES}"
)
TITLE_BEHIND = rf"^(?:(\p{{Han}}[\p{{Han}}·]+?)(?:{BEHIND})|(\p{{Han}}{{3,}})家)$"  # 陆健家 may be a name
SURNAME_ONLY = rf"^\p{{Han}}?(\p{{Han}})氏$|^(\p{{Han}})(?:某+|{TITLES})$"  # 杨吴氏 is a 吴 who married a 杨
# Of two names in one cell that of the papers, or of him for whom another signs, and not what somebody was or is called besides.
OFFICIAL = (
    r"^\p{Han}.*(?:(?:身份证|户口本?)上?的?(?:姓名|名字|名|叫)|[(\[【,;、](?:现名|现用名|实名|真名|本名|学名|大名|代))[:为是]?"
    r"([\p{Han}--[不有与和错异无未待领办签填写收缴管]]\p{Han}{1,3})[)\]】]?$"
)
BESIDE = "·,，、;；:：-_/《》〈〉「」★☆▲△√✓✔◆◇※"  # marks before and behind a name
HEAD_BEHIND = r"^(\p{Han}[\p{Han}·]+)[\s,，;；:：/]+户主[:：\s]*\p{Han}.*$"  # 杨梅 户主杨光
ALIAS = "曾用名|原名|又名|又叫|别名|小名|乳名|外号|绰号"
# Sex, relation, age, a count or what was done behind a name: 杨光 男, 杨光-长子, 杨光45岁, 杨光-已核实.
KIN = "[长次三四大小]?[子女孙媳婿]|[妻夫父母兄弟]|妻子|丈夫|配偶|儿子|女儿|儿媳|父亲|母亲|孙子|孙女"
PERSONAL = (
    rf"^(\p{{Han}}[\p{{Han}}·]+?)(?:[\s,，、/|:—-]+(?:[男女](?:[\s,，、/|:-].*)?|之?(?:{KIN}))"
    r"|[\s,，、/|:-]*\d+(?:人|口人?|岁|组|号|户|名)"
    r"|[,，/|:：—-]+\s*(?:已|未|待|拟|重复|注销|死亡|外出|务工|同意|核实)\p{Han}*)$"
)
READ_SO = r"^(\p{Han})\((\p{Latin}[\p{Latin}\p{M}]*\d?)\)"  # 吴(róng): the character could not be typed
LABEL_AHEAD = rf"^(?:{LABELS})(\p{{Han}}[\p{{Han}}·]+)$"
BY_PROXY = r"(\p{Han}{2,})[\s(（]+代[办签领]?[)）]?\s*$"  # 李四 代: who signed for somebody
# what is no name though it is common characters
ADDED = rf"某|^..?氏$|(?:{BEHIND})$|^.{{3,}}家$|^(?:{LABELS})|{ALIAS}|^(?:{NO_NAME})$"
ENDS = {*"故亡世志学人主妇等户名口氏家庭领办签字族", *(title[-1] for title in TITLES.split("|"))}  # what the above may end with
HEADS = {*"五低贫脱特监建", *(label[0] for label in f"{LABELS}|{NO_NAME}".split("|"))}  # and begin with
COMPOUND = (
    "欧阳", "令狐", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容",
    "长孙", "宇文", "司徒", "夏侯", "万俟", "端木", "闻人", "赫连",
    "澹台", "独孤", "南宫", "西门", "百里", "呼延", "轩辕", "钟离", "申屠", "太史", "单于", "鲜于",
)  # fmt: skip


def normalise(name: pl.Expr) -> pl.Expr:
    """NFKC without blanks, dots as `·`, simplified characters; lost characters (`?`, `*`, 某, private use) as `□`.

    Without remarks in brackets, labels, numbers and titles (`户主:杨光`, `3.杨光`, 杨光同志); 杨师傅, 杨氏 and 杨某某 are `杨□□`.
    A name in pinyin becomes characters that are read so (`standards.pinyin`), one that was read in the wrong code is read again
    (`standards.scrambled`), and 杨老五(身份证名杨光) is 杨光. Null for words that say that nobody is named (同上, 本人, `#N/A`).
    """
    return name.map_batches(_normalise, return_dtype=pl.String, is_elementwise=True)


def _normalise(names: pl.Series) -> pl.Series:
    """`normalise` of a series: names of nothing but common characters only need their simplified forms."""
    names = unscrambled(names)
    plain = names.str.contains(PLAIN) & ~names.str.contains(ADDED)
    odd = (~plain.fill_null(value=True)).arg_true()
    simple = _simplified(names)
    return simple.scatter(odd, _without_additions(names.gather(odd))) if len(odd) else simple


def are_plain(codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    """Which names (code points, one row each, zeros beyond the end) `normalise` leaves as they are for certain, which is nearly all."""
    unlike, ahead, behind = _suspects()
    columns = np.minimum(codes, len(unlike) - 1).T
    odd = ahead[columns[0]]
    for at, column in enumerate(columns):
        odd |= unlike[column]
        odd |= behind[column] & (columns[at + 1] == 0 if at + 1 < len(columns) else True)
    plain: npt.NDArray[np.bool_] = ~odd
    return plain


@cache
def _suspects() -> tuple[npt.NDArray[np.bool_], ...]:
    """By code point: characters that are altered or say that something is no name, anywhere, at the head, at the end."""
    ahead, behind = (np.zeros(0xA000 + 1, dtype=bool) for _ in range(2))
    unlike = ~ahead
    unlike[[0, *map(ord, common())]] = False
    unlike[[ord(sign) for sign in (*"囗口某", *simplifications()) if ord(sign) < 0xA000]] = True
    ahead[[ord(head) for head in HEADS if head not in "(?:"]] = True
    behind[[ord(end) for end in ENDS]] = True
    return unlike, ahead, behind


def _without_additions(names: pl.Series) -> pl.Series:
    """`normalise` of names with blanks, dots, brackets, holes, or rare or Latin letters."""
    text = pl.col("name")
    text = text.str.normalize("NFKC")
    text = pl.when(~text.str.strip_chars().str.contains(NOTHING)).then(text.str.replace(BY_PROXY, "${1}"))
    text = text.str.replace(PERSONAL, "${1}").str.replace(HEAD_BEHIND, "${1}")
    text = text.str.replace_all(r"[\s\p{Cc}\p{Cf}'`\"“”‘’]", "").str.replace(OFFICIAL, "${1}").str.replace(READ_SO, "${1}${2}")
    text = text.str.replace_all(r"\([^)]*\)?|[\[【〔][^\]】〕]*[\]】〕]?", "")
    text = text.str.replace_all(r"[·•・.‧∙⋅●。﹒˙]+", "·").str.replace_all(HYPHEN, "${1}·${2}").str.replace(GAP, "${1}□")
    text = text.str.replace(r"^\p{Han}{1,4}:(\p{Han})", "${1}").str.replace_all(r"[0-9]+", "").str.strip_chars(BESIDE)
    text = text.str.replace(rf"(\p{{Han}}{{2,}}?)(?:{ALIAS}).*$", "${1}")
    text = text.str.replace(LABEL_AHEAD, "${1}").str.replace(TITLE_BEHIND, "${1}${2}")
    text = text.str.replace(SURNAME_ONLY, "${1}${2}□□").str.replace_all("某", HOLE)
    text = text.str.replace(r"^[*#]*([\p{Han}·]{3,})[*#]*$", "${1}")  # a mark beside the name: nobody hides a fourth character
    text = text.str.strip_chars(BESIDE)
    text = text.str.replace_all(r"[?*＊#\p{Co}\x{FFFD}〓囗口〇■▯☐○×]", HOLE).str.replace(r"^(\p{Han}{2,})□(\p{Han}{2,})$", "${1}·${2}")
    text = text.map_batches(_simplified, return_dtype=pl.String, is_elementwise=True)
    told = names.to_frame("name").with_columns(text=text)  # step by step: an expression that is used twice is worked out twice
    # Systems that lack a character are given its reading in letters.
    text = pl.when(pl.col("text").str.contains(r"\p{Han}")).then(readings.filled(pl.col("text")))
    told = told.with_columns(text=text.otherwise("text"))
    read_so = readings.transcribed(pl.when(pl.col("name").str.contains(LATIN)).then("name"))
    return told.select(pl.coalesce(read_so, pl.when(pl.col("text") != "").then("text")).alias(names.name))[names.name]


def _simplified(names: pl.Series) -> pl.Series:
    """Names in simplified characters, by the part of the table that they need: a search for all 4,000 takes long to set up."""
    table = simplifications()
    met = {sign: table[sign] for sign in set(names.str.join("").item()) & table.keys()}
    return names.str.replace_many(met) if met else names


@cache
def simplifications() -> dict[str, str]:
    """Traditional characters and their simplified forms: the character table of OpenCC (Apache-2.0), first form where there are several."""
    import opencc  # noqa: PLC0415 only its table is wanted, and once

    table = (Path(opencc.__file__).parent / "dictionary" / "TSCharacters.txt").read_text(encoding="utf-8")
    pairs = [line.split("\t") for line in table.splitlines() if "\t" in line]
    return {old: simple for old, new in pairs if (simple := new.split(" ", 1)[0]) != old}


def surname(name: pl.Expr) -> pl.Expr:
    """Surname of a normalised name: two characters where they are a compound surname and a given name follows, else one."""
    compound = name.str.slice(0, 2).is_in(COMPOUND) & (name.str.len_chars() > 2)
    return pl.when(compound).then(name.str.slice(0, 2)).otherwise(name.str.slice(0, 1))


def given(name: pl.Expr) -> pl.Expr:
    """What follows the surname; null when nothing does."""
    rest = pl.when(name.str.slice(0, 2).is_in(COMPOUND) & (name.str.len_chars() > 2)).then(name.str.slice(2)).otherwise(name.str.slice(1))
    return pl.when(rest != "").then(rest)


def pinyin(name: pl.Expr) -> pl.Expr:
    """Reading of a normalised name without tones, syllables joined by blanks; surnames as they are read as surnames."""
    heads, sounds = list(readings.SURNAMES), list(readings.SURNAMES.values())
    two = name.str.slice(0, 2).is_in([head for head in heads if len(head) == 2])
    head = pl.when(two).then(name.str.slice(0, 2)).otherwise(name.str.slice(0, 1))
    rest = pl.when(two).then(name.str.slice(2)).otherwise(name.str.slice(1))
    known = pl.concat_str(head.replace(heads, sounds), pl.lit(" "), rest)
    return readings.read(pl.when(head.is_in(heads)).then(known).otherwise(name))


def dialect(name_pinyin: pl.Expr) -> pl.Expr:
    """A reading as dialects merge it (n/l, zh/z, -ng/-n, …)."""
    return readings.dialect(name_pinyin)
