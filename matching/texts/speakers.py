"""Who of those whom a text names is meant: not who only calls, holds an office, is blamed or has done something himself.

By the words before and behind a name. What texts are about at all is told by `texts.matters`, who is named in them by `texts.spoken`.
"""

from __future__ import annotations

import polars as pl

from matching.compare.names import EQUAL, LOOKALIKE
from matching.pairs import among
from matching.texts.matters import DISTRESS
from matching.texts.stretches import SHORT

# Who is speaking; but whoever speaks as somebody's neighbour names the one in need.
SPEAKERS = (
    "来电人?|来信人|投诉人|反映人|举报人|联系人|来访人|上访人|信访人|诉求人|求助人|报料人|代表|网友|网民|用户|博主|医生|老师|家属|"
    "代理人|受托人"
)
CALLER = rf"(?:^|[^被])(?:{SPEAKERS})(?:姓名)?[】\]〕]?[是为叫系:：“\"(（]*$"  # 被反映人 is whom it is about
CALLS = (
    r"^(?:\([^)]*\))?(?:先生|女士|老师|医生|同志)?[”\"]?(?:从\p{Han}{2,6})?"
    r"(?:来电|来信|来访|致电|打电话|反映|举报|投诉|代|替|帮|发|上传|留言|驾|开车|酒后|(?:电话)?(?:报告|汇报)|讲|说|[声宣]?称|要求|希望|询问|咨询|求证|想?问|想知道)"
)
SIGNED = r"^[，。、；,;:：\s\d()]*$"
NOT_CALLER = r"^(?:的|家|之)"
# Who gives his name only to speak of one of his family who is named, too: 我叫杨胜，我爸爸杨光…; 我是杨光的女儿杨梅.
FAMILY = (
    "爸爸?|妈妈?|父亲|母亲|爷爷|奶奶|公公|婆婆|外公|外婆|岳父|岳母|丈母娘|老丈人|老公|老婆|丈夫|妻子|爱人|儿子|女儿|儿媳|女婿|孙子|孙女|侄子|侄女|外甥女?|"
    "[哥弟姐妹叔伯]{1,2}|[堂表][哥弟姐妹]|伯父|大伯|舅舅|姑[姑妈]|姨妈|姨|嫂子|婶[婶子]?"
)
MY_FAMILY = rf"(?:我|本人)(?:的|家)?(?:{FAMILY})(?:名?叫|是)?$"
GIVES_HIS_NAME = r"(?:我|本人)(?:名?叫|是)(?:\p{Han}{0,12}(?:村|社区|街道|[镇乡组])的?(?:村民|居民)?)?$"
OF_THE_NAMED = rf"(?:我|本人)是(?:\p{{Han}}{{0,10}}(?:村|社区|[镇乡组])的?)?\p{{Han}}{{2,4}}的(?:{FAMILY})$"
# Who complains of another one's deed against himself speaks for himself, too.
WRONGED = r"(?:欠|借|骗|打|占|撞|抢|偷|扣|赶|害)\S{0,2}(?:我|自己|本人|[其他她](?:[^父母夫妻子女]|$))"
# Whose office stands before or behind the name is spoken about, or speaks, as its holder, and who is blamed is not in need, unless it is
# his own home or health; nor is who has done something himself.
BLAMED = (
    r"(?:被|被(?:投诉|举报|检举|控告|申诉)人|房东|债主|老板|雇主|法人|法定代表人|司机|肇事者|嫌疑人|被告|对方)[是为叫系:：]?$"
    r"|(?:举报|检举|控告|投诉|感谢|表扬)(?:\p{Han}{0,12}[村组镇乡]|\p{Han}{0,12}(?:社区|街道))?(?:的|村民)?$"  # or thanked
)
OFFICES = (
    "支书|书记|主任|村长|镇长|乡长|县长|局长|科长|股长|部长|主席|委员|会计|文书|所长|站长|院长|校长|园长|厂长|组长|队长|队员|干部|"
    "网格员|护林员|工作队|民政员|民警|警官|法官|律师|经理|负责人|承办人|经办人|受理人|接线员|派单员|登记人|填报人|审核人|村医|医生|护士|教师|班主任"
)
DEEDS = (
    "骗取|骗保|套取|冒领|虚报|瞒报|弄虚作假|贪污|挪用|侵占|霸占|强占|抢占|违规|违建|私自|偷|盗伐|赌博|殴打|打人|欺负|欺压|辱骂|行贿|受贿|"
    "优亲厚友|不作为|乱收费|乱倒|乱砍|乱堆|酒驾|酒后驾|肇事|逃逸|态度|打伤|归还|克扣|不符合|"
    "私占|采砂|采石|收受|聚众|虚假|不昧|见义勇为|臭|扰民|噪音|名下有|不公开|不在岗|占了?(?:公共|集体|道路|通道|河道)|砍(?:了|伐|倒)|"
    "把[^，。；,;]{1,14}(?:堵|倒|砍|推|占|拆|挖|毁)|[狗鸡鸭猪牛羊][^，。；,;]{0,6}(?:咬|无人看管|糟蹋|没[拴栓])|拖欠[^，。；,;]{0,14}(?:工资|工钱|工程款|货款|租金)"
)
# Who has done it, in the clause of his name; not who suffered it, nor who says, asks or claims something about another's.
ACCUSED = rf"^(?:{OFFICES})?[^，。；,;被遭受因反举投来要求请望申讨询称说诉问对满]{{0,8}}?(?:{DEEDS})"
OFFICE_BEFORE = rf"(?:{OFFICES})[是为叫系:：]?$"
OFFICE_BEHIND = rf"^(?:(?:作为|身为|担任|任|系)[^，。；,;]{{0,12}}?)?(?:{OFFICES})|^\([^)]{{0,12}}(?:{OFFICES})\)"
FINDS = r"^(?:同志)?(?:入户[^口]|走访|排查|核实|核查|上报|转介)"  # who goes from house to house speaks of others
# Who has taken somebody in; and to whom an official gave what was another's.
HOST = r"(?:借住|寄住|暂住|借宿|寄宿|租住)[在于到]?(?:\p{Han}{0,4}(?:邻居|亲戚|朋友|同村|村民))?的?$"
FAVOURED = r"(?:给|让|安排|照顾)了?(?:[他她其]|自己)的?(?:侄子|亲戚|亲属|家属|亲信|儿子|女儿|弟弟|哥哥|兄弟|姐夫|妹夫|小舅子|岳父|岳母)$"
OWN_NEED = (
    rf"^(?:\([^)]*\))?(?:{OFFICES})?(?:的|家|之|一家|本人|因|患|病|生病|得了|住院|受伤|残疾|死亡|去世|失业|突发|遭|被|"
    "生活|经济|贫困|困难|瘫痪|卧床|摔|车祸|年老|高龄|独居|无人)"
)
# Words by which a caller turns to somebody else; who has more people in his own house than himself does not.
ANOTHER = r"(?:村民|居民)[\p{Han}--[委小组的]]|邻居|同村|隔壁|亲戚"
DENOUNCES = "举报|检举|控告"
FOR_ALL = r"拖欠(?:工人|农民工|民工|员工|职工|村民)"  # wages of others than the caller's
# 杨胜替杨光反映: whoever is spoken for does not speak.
SPEAKS_FOR, ON_BEHALF = "^[替代帮]", r"(?:[替帮]|代(?:$|[^理，。；,;]))[^，。；,;]*$"
OWN = r"本人|自己|自家|我(?:[^们]|们?家|们?一家|$)|家中|家里|家住|住在|其(?:家|父|母|夫|妻|子|女|丈夫|儿|孙)"  # of a caller's own house
# 替杉木村杨光反映…: whose row it is only speaks for another; for one of his family he speaks of his own house.
SPOKEN_FOR = r"^(?:[替帮]|代(?:为|替)?)(?:\p{Han}|[·•\d])+(?:反映|求助|申请|申报|诉求|提出|咨询)"
OF_HIS_HOUSE = rf"^[替帮代为]+(?:[其我他她]|自己|本人|家[人属里中]|{FAMILY})|^代表|^帮[扶助忙]"
FOR_SOMEBODY_OF = r"^[^反求申诉提咨]*?(?:村|社区|寨|屯|[镇乡])"
INTRODUCES = r"(?:[村组队社替代帮为]|社区|村民|居民|反映|邻居|对象|当事人|患者)的?[:,\s]*"  # before the name of another
SPEAKER = ("person_name", "id_number", "head_name", "head_id", "relation")
OF_THE_SPEAKER = ("person_name", "phone", "sex", "age", "birth_date")


def spoken_for(mentions: pl.DataFrame) -> pl.DataFrame:
    """`mentions` in which a row that only says who speaks for another is about whomever its text names, and where that one lives.

    Where the text does not say where, he is a neighbour.
    """
    text = pl.col("text")
    asked = mentions.select("text", *SPEAKER).with_row_index("at").filter(text.is_not_null(), pl.col("person_name").is_not_null())
    bare = pl.all_horizontal(pl.col("id_number", "head_name", "head_id", "relation").is_null())
    asked = asked.filter(bare, text.str.contains(SPOKEN_FOR), ~text.str.contains(OF_HIS_HOUSE))
    if asked.is_empty():
        return mentions
    elsewhere = asked.filter(text.str.contains(FOR_SOMEBODY_OF))["at"]
    told = {**dict.fromkeys(OF_THE_SPEAKER, asked["at"]), **dict.fromkeys(("town", "village", "group", "address"), elsewhere)}
    return mentions.with_columns(mentions[name].clone().scatter(at, None) for name, at in told.items())


def without_officials(hits: pl.DataFrame) -> pl.DataFrame:
    """Hits without names inside longer ones, and without those of people who hold an office or are blamed."""
    end = pl.col("start") + pl.col("length")
    exact = hits.filter(pl.col("told") <= LOOKALIKE).group_by("m", from_="start", to=end).agg(within=pl.col("told").min())
    numbered = hits.with_row_index("hit")
    covered = numbered.join(exact, on="m").filter(
        (pl.col("from_") <= pl.col("start")) & (pl.col("to") >= end) & (pl.col("to") - pl.col("from_") > pl.col("length")),
        (pl.col("told") > EQUAL) | (pl.col("within") == EQUAL),  # 陆健家: 陆健 is written there, 陆健佳 only heard
    )
    hits = hits.filter(~among(numbered["hit"], covered["hit"]))
    before, behind = pl.col("before"), pl.col("behind")
    in_office = before.str.contains(OFFICE_BEFORE) | behind.str.contains(OFFICE_BEHIND)
    blamed = (in_office | before.str.contains(BLAMED)) & ~behind.str.contains(OWN_NEED)
    blamed |= before.str.contains(rf"{HOST}|{FAVOURED}") | behind.str.contains(FINDS)
    return hits.filter(~(blamed | behind.str.contains(ACCUSED)))


def without_callers(hits: pl.DataFrame, texts: pl.DataFrame) -> pl.DataFrame:
    """Hits without those of people who only speak about another one whom the text names."""
    end = pl.col("start") + pl.col("length")
    before, behind = pl.col("before"), pl.col("behind")
    calls = (before.str.contains(CALLER) & ~behind.str.contains(NOT_CALLER)) | behind.str.contains(CALLS)
    of_family = hits.filter(before.str.contains(MY_FAMILY))["m"]
    calls |= before.str.contains(GIVES_HIS_NAME) & among(hits["m"], of_family)
    calls |= before.str.contains(OF_THE_NAMED)
    hits = hits.with_columns(calls=calls).join(texts[["m", "text"]], on="m", maintain_order="left").with_row_index("hit")
    callers = hits.filter("calls")  # few: what is said before and after them is read for them alone
    helped = callers.filter(pl.col("text").str.slice(0, pl.col("start")).str.contains(ON_BEHALF))["hit"]
    hits = hits.with_columns(hits["calls"] & ~among(hits["hit"], helped))
    spelt = (pl.col("told") == EQUAL) | ((pl.col("told") <= LOOKALIKE) & (pl.col("length") > SHORT))  # two syllables may be a word
    spelt |= pl.col("numbered")
    callers = hits.filter("calls")
    named = among(callers["m"], hits.filter(~pl.col("calls") & spelt)["m"])
    turns = pl.col("text").str.contains(FOR_ALL) & ~pl.col("text").str.contains(OWN)
    turns |= pl.col("text").str.slice(end).str.contains(ANOTHER) | behind.str.contains(rf"{SPEAKS_FOR}|^[^，。；,;]{{0,6}}(?:{DENOUNCES})")
    wronged = behind.str.contains(CALLS) & pl.col("text").str.slice(end).str.contains(WRONGED)
    left_out = callers.filter((turns | named) & ~wronged)["hit"]
    return hits.filter(~among(hits["hit"], left_out)).drop("hit")


def with_meant(hits: pl.DataFrame, texts: pl.DataFrame, surnames: list[str]) -> pl.DataFrame:
    """`hits` and whether each is `meant`: not who calls, says nothing of his own house and may go on to name another, whom nobody knows."""
    said = hits.select("m", "calls", at=pl.col("start") + pl.col("length")).join(texts[["m", "text"]], on="m", maintain_order="left")
    text = pl.col("text")
    han = "".join(sign for sign in surnames if sign >= "\u3400")
    other = text.str.slice("at").str.contains(rf"{INTRODUCES}[{han}]\p{{Han}}") if han else pl.lit(value=False)
    return hits.with_columns(said.select(meant=~(pl.col("calls") & other & ~text.str.contains(OWN)))["meant"])


def rivals(hits: pl.DataFrame, people: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """Texts (m) of whose names, each where it stands, or numbers no single household has all.

    A head in brackets only says whose household it is. So are those who call, say nothing of their own house, and may name somebody:
    misheard, or by a nickname. Those of them who may name somebody in three characters or more are the second answer.
    """
    signed = hits.filter(pl.col("calls") & pl.col("behind").str.contains(SIGNED))["m"]  # who signs at the end has spoken of others
    houses = hits.join(people[["p", "h"]], on="p")
    houses = houses.filter(~pl.col("text").str.contains(OWN) | among(houses["m"], signed))
    callers, others = (houses.filter(calling)[["m", "h", "length"]] for calling in (pl.col("calls"), ~pl.col("calls")))
    unheard = callers.join(others, on="m", how="semi").join(others, on=["m", "h"], how="anti")["m"].cast(pl.UInt32)
    named_whole = others.filter(pl.col("length") > SHORT)["m"].cast(pl.UInt32)
    spelt = (pl.col("told") == EQUAL) | pl.col("numbered")  # what only sounds like a name may be a word
    spelt &= ~pl.col("before").str.contains(r"户主[:：]?$")
    named = hits.filter(spelt).join(people[["p", "h"]], on="p")
    named = named.sort("m", "start").with_columns(end=pl.col("start") + pl.col("length"))
    apart = (pl.col("start") >= pl.col("end").cum_max().shift(1).over("m")).fill_null(value=False)  # from all names before it
    named = named.with_columns(place=apart.cum_sum().over("m"))
    numbered = hits.filter("numbered").join(people[["p", "h"]], on="p")
    return pl.concat([_of_several(named, "place"), _of_several(numbered, "key"), unheard]).unique().sort(), unheard.filter(
        among(unheard, named_whole)
    )


def _of_several(named: pl.DataFrame, what: str) -> pl.Series:
    """Texts (m) of which no single household (h) has all that is named (`what`)."""
    borne = named.unique(["m", "h", what]).group_by("m", "h").agg(had=pl.len()).group_by("m").agg(most=pl.col("had").max())
    asked = named.group_by("m").agg(named=pl.col(what).n_unique())
    return asked.join(borne, on="m").filter(pl.col("most") < pl.col("named"))["m"].cast(pl.UInt32)


def needless(hits: pl.DataFrame, texts: pl.DataFrame, surnames: list[str]) -> pl.Series:
    """Texts (m) that name nobody but who calls: without a word of distress, or about one of his family whom nobody knows by that name."""
    gives = pl.col("before").str.contains(GIVES_HIS_NAME)
    told = (
        hits.group_by("m").agg(pl.col("calls").all(), gives=gives.filter(pl.col("told") == EQUAL).all()).join(texts[["m", "text"]], on="m")
    )
    han = "".join(sign for sign in surnames if sign >= "\u3400")
    of_family = pl.col("text").str.contains(rf"{MY_FAMILY.removesuffix('$')}[{han}]\p{{Han}}") if han else pl.lit(value=False)
    nobody = (pl.col("calls") & ~pl.col("text").str.contains(DISTRESS)) | (pl.col("gives") & of_family)
    return told.filter(nobody)["m"].cast(pl.UInt32)
