"""Who is meant by a text: the one in need, not who calls, holds an office or is blamed."""

from __future__ import annotations

import polars as pl
import pytest

from matching.match import Matched
from tests.unit.matching.cast import county, found, link, number

HAI = {"household_id": "A1", "person_name": "沈大海", "id_number": number("19800512", 415), "relation": "户主", "phone": "13900000001"}
FANG = {"household_id": "A1", "person_name": "贺桂芳", "id_number": number("19820920", 428), "relation": "配偶"}
XIAOFANG = {"household_id": "B1", "person_name": "贺小芳", "id_number": number("19700303", 428), "relation": "户主", "group": "2组"}
YI = {"household_id": "C1", "person_name": "沈颐", "id_number": number("19650406", 519), "relation": "户主", "group": "3组"}
YI |= {"phone": "13900000005"}

TEXTS = [
    # somebody is named, or nobody
    ("来电反映云山镇杉木村1组村民沈大海家房屋漏雨，请核实。", "A1"),
    ("杉木村沈大海与贺桂芳夫妇都病了，希望帮助。", "A1"),
    ("杉木村的沈小海患病，请核实。电话13900000001。", "A1"),  # one character misheard, his telephone
    ("杉木村的沈小海（身份证号522699198005124155）患病，请核实。电话+8613900000001。", "A1"),  # and no part of the number is one
    ("杉木村 沈 大海 家里没有水喝", "A1"),
    ("来电人反映云山镇杉木村1组村民沈　大海家房屋漏雨，请核实。", "A1"),
    ("孩子上不起学了，求帮助！杉木村沈颐", "C1"),
    ("杉木村沈大?家失火，家里没钱。", "A1"),  # what a system loses of a name
    ("杉木村沈大\ue0a5一家没有水喝", "A1"),
    ("网民留言：杉木村3组的沈颐老人瘫痪在床，无人照顾。", "C1"),
    ("群众反映杉木村有人生活困难。", None),
    ("有人反映杉木村一位老人生活困难，不清楚姓名。", None),
    # who calls is not the one in need, unless it is himself
    ("沈大海来电反映：杉木村村民贺小芳家房屋漏雨，请核实。", "B1"),
    ("来电人沈大海（电话13900000001）家里老人瘫痪在床，家住杉木村1组。", "A1"),
    ("来电人沈先生，杉木村人，电话13900000001，没有收入。", "A1"),
    ("诉求人：沈大海；当事人：贺小芳；地址：云山镇杉木村；内容：失业无收入。", "B1"),
    ("家属沈大海（女婿）代贺小芳咨询大病救助，杉木村人。", "B1"),
    ("快手用户“沈大海”发视频：杉木村八旬老人贺小芳独居破屋。", "B1"),
    # who calls about his own house: a 村民小组 is no villager, and a man's wife lives with him
    ("市民沈颐来电反映：本人家住杉木村第三村民小组，自来水已停两个月。", "C1"),
    ("杉木村沈大海来电，称其妻子患尿毒症，想申请低保。", "A1"),
    ("我叫老沈，是杉木村的村民，孩子上学没钱，电话13900000001。", "A1"),
    ("来电人称住在杉木村，家里老人生病没钱医。联系电话13900000001。", "A1"),
    ("来电人称杉木村有位老人没人管。联系电话13900000001。", "review"),
    # who speaks for another one, even if nobody knows that name
    ("沈大海替杉木村贺小芳反映，其低保被取消。", "B1"),
    ("沈大海替杉木村欧阳雪反映，其低保被取消。", None),
    ("沈大海来电反映，杉木村小颐的房子要倒了。", "review"),
    # who holds an office speaks or is spoken about as its holder, unless it is his own need
    ("村支书沈大海反映：杉木村贺小芳家因火灾房屋全毁。", "B1"),
    ("贺小芳投诉杉木村村主任沈大海不给办低保，自己瘫痪在床。", "B1"),
    ("村医沈大海来电反映，杉木村贺小芳患重病无钱医治。", "B1"),
    ("驻村干部沈大海代杉木村贺小芳申请临时救助。", "B1"),
    ("杉木村村支书沈大海工作态度差，请查处。", None),
    ("来电人咨询杉木村沈大海主任的办公电话。", None),
    ("反映杉木村沈大海家的狗没拴，咬伤路人已赔偿。", None),
    ("杉木村原村主任沈大海患尿毒症，每周透析三次。", "A1"),
    ("杉木村退休干部沈大海生活困难。", "A1"),
    ("市民来电,其父亲沈大海(杉木村民委员会1组)在工地摔伤。", "A1"),  # whose village it is, not his office
    ("沈大海（村支书）：杉木村贺小芳家昨晚失火，请求救助。", "B1"),
    ("贺小芳老人的女儿沈大海从广东来电，说老人独居杉木村，已两天联系不上。", "B1"),
    # who is blamed is not the one in need; who is wronged by him may be
    ("沈大海驾驶摩托车将杉木村贺小芳撞伤，至今未赔偿。", "B1"),
    ("杉木村租户贺小芳失业，房东沈大海要赶她走。", "B1"),
    ("杉木村贺小芳被沈大海打伤住院，家里没钱。", "B1"),
    ("杉木村贺小芳反映沈大海借走其三万元不还，现生活困难。", "review"),
    # forms with brackets; who asks, and lives elsewhere
    ("【诉求人】沈大海【联系电话】13900000001【诉求内容】杉木村村民贺小芳家被大火烧毁，现无处居住。", "B1"),
    ("来电人沈大海要求查询杉木村贺小芳的残疾人补贴为什么没有发放。电话13900000001。", "B1"),
    ("市民沈大海（电话13900000001）代其同村村民贺小芳（杉木村）来电，反映其患癌症无钱治疗。", "B1"),
    ("杉木村1组有户沈姓人家，老人没人管，电话13900000001。", "A1"),
    ("来电人自称姓沈，住杉木村，要求解决饮水问题，来电号码13900000001。", "A1"),
    # who has done something is not in need, nor is who denounces him or thanks
    ("举报杉木村沈大海骗取低保，家里有小汽车。", None),
    ("医保局沈大海科长态度恶劣，杉木村群众意见大。", None),
    ("感谢杉木村驻村第一书记沈大海帮助我们修路。", None),
    ("杉木村有群众举报沈大海家不符合低保条件。", None),
    ("来电人要求杉木村沈大海归还借款。", None),
    ("贺小芳举报杉木村沈大海有商品房却享受低保。", None),
    ("感谢云山镇杉木村沈大海拾金不昧。", None),
    ("来电人（沈大海，13900000001）为杉木村贺小芳申请轮椅。", "B1"),
    ("沈大海拖欠杉木村贺小芳工资12000元。", "B1"),
    ("杉木村沈大海要求归还被占用的土地。", "A1"),
    ("杉木村沈大海讨要被拖欠的工资，孩子上学没钱。", "A1"),
    ("杉木村沈大海称村干部优亲厚友，自己家低保没有批。", "A1"),
    ("杉木村沈大海被骗取养老钱五万元，现生活困难。", "A1"),
    ("反映杉木村村干部优亲厚友，沈大海家那么困难都没有评上低保。", "A1"),
    # who takes somebody in, who goes from house to house, who is given what was another's, who answers for a company
    ("老人贺小芳被儿子赶出家门，现借住在邻居沈大海家，杉木村。", "B1"),
    ("经沈大海核实，杉木村贺小芳夫妇均为残疾人。", "B1"),
    ("沈大海入户排查，发现杉木村贺小芳患癌症，自付4万元。", "B1"),
    ("沈大海同志来电：杉木村贺小芳家的牛全部病死。", "B1"),
    ("沈大海作为杉木村帮扶干部从未入户，群众生活困难也不管。", None),
    ("杉木村村主任优亲厚友，把低保名额给了他侄子沈大海。", None),
    ("砖厂法人沈大海拖欠工人工资，杉木村有人没钱过年。", None),
    ("砖厂拖欠工人工资，请处理。来电人沈大海，杉木村。", None),
    ("杉木村沈大海家养猪场臭气熏天，影响村民生活。", None),
    ("沈大海系杉木村村主任，对群众生活困难不管不问。", None),
    ("代理人沈大海诉称，杉木村贺小芳瘫痪在床，没钱医治。", "B1"),
    ("派单员沈大海转来：杉木村贺小芳家房子被风掀了顶。", "B1"),
    ("杉木村沈大海把建筑垃圾倒在贺小芳家门口，老人出门摔伤。", "B1"),
    # enquiries, suggestions, quarrels and thanks are about nobody in need, unless there is a word of distress
    ("杉木村村民沈大海来电咨询2027年医保缴费截止时间。", None),
    ("建议在杉木村主干道安装路灯。建议人：沈大海", None),
    ("杉木村沈大海与贺小芳因宅基地界址发生纠纷，要求调解。", None),
    ("感谢信：我是杉木村的沈大海，感谢医生治好了我多年的腰痛。", None),
    ("杉木村村民沈大海来电咨询，家里老人瘫痪在床能申请什么救助。", "A1"),
    ("杉木村沈大海家大火烧毁，恳请政府救助，感谢领导！", "A1"),
    # what is of public concern, and what people ask about for themselves, unless there is a word of distress
    ("沈大海称接到自称公安的诈骗电话。", None),
    ("杉木村村民沈大海反映通组路坑洼，要求修路。", None),
    ("市民沈大海反映云山镇集市占道停车，请交警来管。", None),
    ("沈大海反映杉木村自来水管网漏水，请派人维修。", None),
    ("我是杉木村的沈大海，想问下高龄补贴几号发。", None),
    ("沈大海咨询离婚手续怎么办。", None),
    ("我爷爷沈颐，61岁了，户口在杉木村，脚痛走不动，没得人管。", "C1"),
    ("沈大海问低保怎么申请，需要什么材料。", None),
    ("沈大海反映，云山镇至杉木村公路塌方，车辆无法通行。", None),
    ("杉木村沈大海：我村已完成排查，未发现返贫风险户。", None),
    ("希望县医院的医生周末也出诊。电话13900000001", None),
    ("沈大海来电，杉木村桐油树长得好。电话13900000001", "review"),  # nothing says that he is in need, nor that he is not
    ("沈大海反映杉木村变压器老化，自己种的菌子全部烂了，欠债五万。", "A1"),
    # who gives his name to speak of one of his family, and whom a complaint calls the one that it is about
    ("我叫沈大海，我岳母贺小芳在杉木村2组，瘫痪在床。电话13900000001", "B1"),
    ("我是杉木村的沈大海，我婆婆贺莲芝摔断了腿没钱医。电话13900000001", "review"),  # nobody is called so, and she may live elsewhere
    ("我是杉木村的沈大海，我妈妈瘫痪在床没钱医。电话13900000001", "A1"),
    ("我是贺小芳的女儿沈大海，妈妈在杉木村住的木房要倒了。电话13900000001", "B1"),
    ("一、反映人：沈大海。二、被反映人：贺小芳，杉木村人。三、事项：饮水困难。", "B1"),
    # whose telephone a text gives is named in it wherever it says that he lives
    ("老屋寨沈颐生了重病无钱医治，电话13900000005。", "C1"),
    # a caller's telephone says nothing of the one whom he calls about
    ("来电：杉木村2组，贺小莲，摔倒在家中。（来电人：沈大海，13900000001）", None),
    ("沈先生来电，称其邻居沈老师（杉木村3组）房屋漏雨。电话13900000001", "review"),
    ("杉木村有位老人，身已残疾，无人照顾。", None),  # a surname is misheard as another one: 身已 is not 沈颐
    # several households: somebody has to ask
    ("杉木村沈大海与贺小芳两家房屋被洪水冲毁。", "review"),
]


@pytest.fixture(scope="module")
def matched() -> Matched:
    """All texts in one month, each a list of its own."""
    rows = [{"feed": f"text {n}", "text": text, "town": None} for n, (text, _) in enumerate(TEXTS)]
    return link(county(HAI, FANG, XIAOFANG, YI), rows)


@pytest.mark.parametrize("n", range(len(TEXTS)))
def test_the_one_in_need(n: int, matched: Matched) -> None:
    text, expected = TEXTS[n]
    assert found(matched, f"text {n}") == [expected], text


LIAN, LIANS = number("19480715", 428), number("19660215", 428)  # two of one name
GUANG, GUANGS = number("19910909", 517), number("19580808", 515)
SHI, STRANGER = number("19770707", 311), number("19600606", 616)
NAMED_TWICE = [
    {"household_id": house, "person_name": name, "id_number": one, "relation": "户主", "group": group}
    for house, name, one, group in (
        ("D1", "潘秀莲", LIAN, "1组"), ("E1", "潘秀莲", LIANS, "4组"), ("G1", "龙光", GUANG, "2组"), ("H1", "龙光", GUANGS, "5组"),
    )
]  # fmt: skip
STONE = {"household_id": "F1", "person_name": "石有财", "id_number": SHI, "relation": "户主", "village": "石板村"}
HIS, HERS, WIFES, YIS = (person["id_number"] for person in (HAI, XIAOFANG, FANG, YI))

NUMBERED = [
    # at a name: which of two is meant
    (f"杉木村潘秀莲，身份证号{LIAN}，瘫痪在床无人照顾。", "D1"),
    (f"杉木村潘秀莲（{LIANS}）瘫痪在床无人照顾。", "E1"),
    (f"杉木村身份证号{LIANS}的潘秀莲瘫痪在床无人照顾。", "E1"),
    (f"杉木村潘秀莲的身份证号是{LIAN.lower()}，她瘫痪在床。", "D1"),
    (f"反映杉木村村民潘秀莲（女，身份证号码：{LIAN}，电话13911112222）患癌症无钱治疗。", "D1"),
    (f"诉求人：潘秀莲；身份证号：{LIANS}；地址：杉木村；内容：失业无收入。", "E1"),
    (f"【诉求人】潘秀莲【身份证号】{LIAN}【诉求内容】房屋被大火烧毁，无处居住。", "D1"),
    (f"身份证号：{LIANS}，姓名：潘秀莲，杉木村，因病致贫。", "E1"),
    (f"来电人潘秀莲，女，汉族，身份证号码{LIAN}，杉木村人，反映自家没有水喝。", "D1"),
    (f"潘秀莲{LIAN}13900001111生病住院没钱，杉木村。", "D1"),  # with a telephone behind it
    (f"杉木村龙光，{GUANG}，患尿毒症。", "G1"),
    (f"杉木村龙光（身份证{GUANGS}）家失火。", "H1"),  # 身份证 is no matter of papers here
    (f"杉木村潘秀莲，身份证号{STRANGER}，瘫痪在床。", None),  # one whom the register does not have
    # at a name that is misheard, wherever it lives
    (f"杉木村沈晓海（身份证号{HIS}）瘫痪在床。", "A1"),
    (f"申大海，身份证号{HIS}，没有收入，家里困难。", "A1"),
    (f"村民身份证号{HERS}的贺晓方患病住院。", "B1"),
    (f"杉木村沈毅老人，身份证号码：{YIS}，独居，无人照顾。", "C1"),
    (f"杉木村石有才，身份证号{SHI}，患癌症。", "F1"),
    (f"杉木村沈先生（{HIS}）瘫痪在床。", "A1"),
    (f"杉木村沈海（身份证号{HIS}）瘫痪在床。", "A1"),
    (f"\ue000杉木村沈大\ue001（身份证号{HIS}）瘫痪在床。", "A1"),  # signs that no system knows
    # who is meant is said by the words around the name, as if the number were not there
    (f"沈大海（身份证号{HIS}）来电反映：杉木村村民贺小芳家房屋漏雨，请核实。", "B1"),
    (f"沈大海，身份证号{HIS}，来电反映：杉木村村民贺小芳家房屋漏雨，请核实。", "B1"),
    (f"沈大海（{HIS}）替杉木村欧阳春（{STRANGER}）反映，其低保被取消。", None),
    (f"沈大海（{HIS}）拖欠杉木村贺小芳工资12000元。", "B1"),
    (f"经沈大海（{HIS}）核实，杉木村贺小芳夫妇均为残疾人。", "B1"),
    (f"医生沈大海{HIS}反映，杉木村潘秀莲{LIAN}无钱住院。", "D1"),
    (f"杉木村潘秀莲{LIAN}被村干部沈大海{HIS}打伤，没钱住院。", "D1"),
    (f"杉木村沈晓海（{HIS}）与贺小芳两家房屋被洪水冲毁。", "review"),
    # alone it speaks as a telephone does: for the household of whom the text names, or of whoever speaks of his own house
    (f"杉木村贺桂花瘫痪在床，没钱医。身份证号{HIS}", "A1"),
    (f"杉木村潘秀莲家没有水喝。联系人身份证号{LIAN}", "D1"),
    (f"来电人称住在杉木村，家里老人生病没钱医。身份证号{HIS}", "A1"),
    (f"来电人沈先生，杉木村人，身份证号{HIS}，没有收入。", "A1"),
]
OTHERS_NUMBERS = [
    # whoever only calls, holds an office or is blamed has a number, too
    (f"来电人沈晓海（{HIS}）反映杉木村罗春燕瘫痪在床。", None),  # whom nobody knows
    (f"来电人身份证号{HIS}，反映杉木村有位老人瘫痪在床。", None),
    (f"来电人身份证号{HIS}，反映杉木村贺小芳瘫痪在床。", "B1"),
    (f"村支书沈大海，身份证号{HIS}，反映杉木村有人生活困难。", None),
    (f"举报杉木村沈大海，身份证号{HIS}，骗取低保，家里有小汽车。", None),
    (f"举报身份证号{HIS}的沈大海骗取低保，杉木村。", None),
    (f"举报人身份证号{HERS}，举报杉木村沈大海骗取低保，家里有病人。", None),
    (f"杉木村租户贺小芳失业，房东沈大海（身份证号{HIS}）要赶她走。", "B1"),
    (f"杉木村潘秀莲家没有水喝。联系人身份证号{HIS}", "review"),  # and it speaks against nobody
    (f"来电人称住在杉木村，家里老人生病没钱医。身份证号{SHI}", None),  # whose house is elsewhere
    (f"杉木村沈大海（{HIS}）与贺小芳（{HERS}）两家房屋被洪水冲毁。", "review"),
    (f"杉木村潘秀莲（{LIAN}）和潘秀莲（{LIANS}）都瘫痪在床。", "review"),
    (f"杉木村沈大海（{HIS}）、贺桂芳（{WIFES}）夫妇都病了。", "A1"),
    (f"杉木村村民沈大海，单号202611{HIS}，房屋漏雨。", "A1"),  # what is longer is another number
]


@pytest.fixture(scope="module")
def numbered() -> Matched:
    rows = [{"feed": f"text {n}", "text": text, "town": None} for n, (text, _) in enumerate(NUMBERED + OTHERS_NUMBERS)]
    return link(county(HAI, FANG, XIAOFANG, YI, STONE, *NAMED_TWICE), rows)


@pytest.mark.parametrize("n", range(len(NUMBERED)))
def test_a_number_says_whose_name_it_is(n: int, numbered: Matched) -> None:
    text, expected = NUMBERED[n]
    assert found(numbered, f"text {n}") == [expected], text


@pytest.mark.parametrize("n", range(len(OTHERS_NUMBERS)))
def test_the_number_of_who_is_not_meant_leads_nowhere(n: int, numbered: Matched) -> None:
    text, expected = OTHERS_NUMBERS[n]
    assert found(numbered, f"text {len(NUMBERED) + n}") == [expected], text


def test_a_name_that_is_written_is_not_hidden_by_one_that_is_only_heard() -> None:
    """沈颐家 is 沈颐's house before it is 沈怡佳."""
    heard = {"household_id": "F1", "person_name": "沈怡佳", "id_number": number("19900215", 428), "relation": "户主", "group": "4组"}
    text = "群众反映杉木村沈颐家房屋漏雨，请核实。回复电话13900000009。"
    assert found(link(county({**YI, "phone": "13900000009"}, heard), [{"text": text, "town": None}])) == ["C1"]


def test_whatever_stands_for_the_dot_of_a_name() -> None:
    person = {"household_id": "M1", "person_name": "阿木·尔布", "id_number": number("19720311", 519), "relation": "户主"}
    rows = [{"text": f"杉木村阿木{dot}尔布因病住院，家里没钱。", "town": None} for dot in ("•", "—", "-", "_", "■", "")]
    assert found(link(county(person), rows)) == ["M1"] * len(rows)


def test_a_caller_of_the_family_tells_which_of_two_namesakes_is_meant() -> None:
    mother = {"household_id": "D1", "person_name": "潘秀莲", "id_number": number("19480715", 428), "relation": "之母"}
    daughter = {"household_id": "D1", "person_name": "欧阳雪", "id_number": number("19750911", 428), "relation": "户主"}
    namesake = {"household_id": "E1", "person_name": "潘秀莲", "id_number": number("19660215", 428), "relation": "户主", "group": "4组"}
    texts = ["杉木村村民欧阳雪来电称其家人潘秀莲瘫痪在床。", "来电人反映杉木村村民潘秀莲瘫痪在床。"]
    rows = [{"text": text, "town": None} for text in texts]
    assert found(link(county(mother, daughter, namesake), rows)) == ["D1", "review"]


SUNZI = {"household_id": "H1", "person_name": "舒瑾萱", "id_number": number("19900215", 428), "relation": "户主", "group": "4组"}
GUOQING = {"household_id": "H2", "person_name": "沈国庆", "id_number": number("19700215", 411), "relation": "户主", "group": "5组"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("来电人反映：杉木村4组村民瑾萱家里经常停水。", "H1"),  # nobody else of the village is called so
        ("杉木村5组村民“国庆”患病，请核实。", "H2"),
        ("杉木村国庆期间多日停水。", None),
        ("杉木村要求，国庆前修好水管。", None),
        ("杉木村村民舒萱瑾患病，请核实。", "review"),  # the characters of her name, and of nobody else's
    ],
    ids=range(5),
)
def test_what_a_text_calls_somebody_says_as_much_as_few_people_could_be_called_so(text: str, expected: str | None) -> None:
    assert found(link(county(SUNZI, GUOQING), [{"text": text, "town": None}])) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("替石板村贺小芳反映：房子被风掀了顶。", "B1"),
        ("代邻居贺小芳反映，其瘫痪在床。", "B1"),
        ("替石板村欧阳雪反映：房子被风掀了顶。", None),  # whom nobody knows; who speaks is not in need
        ("替妻子贺桂芳反映：瘫痪在床，没钱医治。", "A1"),
        ("代表全村反映：杉木村没有水喝。", "A1"),
        ("本人瘫痪在床，邻居贺小芳帮忙反映。", "A1"),
    ],
)
def test_who_signs_for_another_gives_him_his_row(text: str, expected: str | None) -> None:
    """The list has a column for who came; his own house is meant where he speaks for his family, or for all."""
    fang = {**XIAOFANG, "village": "石板村" if "石板村" in text else "杉木村", "group": "1组"}
    row = {"person_name": "沈大海", "phone": "13900000001", "village": "杉木村", "address": "云山镇杉木村1组", "text": text}
    assert found(link(county(HAI, FANG, fang), [row])) == [expected]


def test_it_is_told_that_nobody_was_looked_for() -> None:
    rows = [{"text": text, "town": None} for text in ("建议在杉木村主干道安装路灯。建议人：沈大海", "杉木村欧阳雪瘫痪在床。")]
    links = link(county(HAI), rows).links.filter(pl.col("feed") == "list").sort("row_id")
    assert links["status"].to_list() == ["absent", "absent"]
    assert [("未按人查找" in told, "没有相近的人" in told) for told in links["explanation"]] == [(True, False), (False, True)]


def test_words_that_are_like_a_nickname_are_nobodys() -> None:
    """大学学费 is not about everybody with 学 in his name: it stands in texts of one village after the other."""
    villages = ("杉木村", "石板村", "清水村")
    learned = [
        {"household_id": f"S{n}", "person_name": "潘学", "id_number": number("19700215", 411 + 2 * n), "village": village}
        for n, village in enumerate(villages)
    ]
    rows = [{"text": f"{village}1组的沈大海来电反映，孩子上大学学费没有着落。", "town": None} for village in villages]
    people = county({**HAI, "phone": None}, *learned)
    assert [found(link(people, some))[0] for some in (rows, rows[:1])] == ["A1", "review"]


def test_the_name_of_a_hamlet_is_nobodys() -> None:
    """Somebody of 石板村 is called 石板, but 石板3组 is where the one lives who signs."""
    stone = {"household_id": "S1", "person_name": "石板", "id_number": number("19700215", 411), "village": "石板村"}
    text = "反映人：沈大海；住址：云山镇石板1组；事由：残疾补贴停发，生活无着。"
    assert found(link(county({**HAI, "village": "石板村"}, stone), [{"text": text, "town": None}])) == ["A1"]
