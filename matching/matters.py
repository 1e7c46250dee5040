"""What texts are about: somebody in need, or what people also write about.

Words alone; who of those named is meant is for `matching.spoken` to say.
"""

from __future__ import annotations

import polars as pl

# What people write about who are not in need; and the words without which nobody is. Thanks come after help, unless they close a request.
MATTERS = (
    "表扬|点赞|未发现|无新增|没有新增|冒充|推销|学籍|撤并|食堂|刮擦|举报|检举|控告|投诉|纠纷|协商|协调|调解|停电|电压|变压器|路灯|班车|公交|客车|出租车|停车|占道|拥堵|红绿灯|驾校|信号|断网|网络|宽带|电信|移动公司"
    "|扰民|噪音|音响|广场舞|声音|吵得|垃圾|公厕|厕所|秸秆|臭|污水|排污|倾倒|油烟|环保|环境|户口|身份证|房产证|不动产证|准生证|营业执照|学区|择校|补课|补办|缴费|扣费|退款|退费|退还"
    "|建议|快递|商家|超市|食品|餐饮|过期|假货|假冒|冻结|诈骗电话|短信|中奖|骚扰|真假|财务|公开|公示|选举|违反|纪律|补偿款|征地|占地|地界|界线|核酸|疫苗|挂号|排队|预约"
    "|路面|坑洼|坑坑|修路|修桥|道路|公路|通组路|桥|井盖|电杆|电线|管网|管道|水压|健身|绿化|野猪|野狗|流浪狗|[狗牛]没[拴栓]|增加|增设|安装|风景|旅游|查处|整治|整改"
)
ENQUIRIES = (
    "(?:咨询|询问|请问|查询|了解|问|想知道).{0,20}(?:政策|标准|流程|条件|材料|手续|办理|时间|何时|几[时号点月]|什么时候|地址|地点|进度"
    "|断缴|报销|多少|在?哪|如何|怎么|什么|是否|有没有|吗)"
)
OWED = "为什么|为何|没有?(?:发|批|到|领)|未(?:发|批|到|领)|取消|停发"  # what somebody should have, and has not
# Of whom nobody speaks: what an enquiry asks for, and what leaks in the street.
BENEFITS = (
    "残疾人?(?:两项)?(?:证|补贴)|高龄[补津]贴|老年[补津]贴|住院费?报销|医疗(?:保险|费|救助)?报销|(?:医疗|养老|失业|工伤|大病)保险|失业金|低保|五保|特困"
    "|危房改造|大病救助|临时救助|医疗救助|丧葬费?|去世后|助学(?:金|贷款)|住房公积金|大学生|学费标准|生活补贴|就业补贴"
)
PUBLIC = (
    "焚烧|(?:自来水)?(?:管网|管道|水管)[^，。；]{0,4}漏水|漏水到|电线[^，。；]{0,4}漏电|(?:驾校|退)[^，。；]{0,6}学费|低保名单|路灯[^，。；]{0,6}[坏亮]"
    "|(?:公路|道路|路|桥|路段)[^，。；]{0,8}(?:塌方|塌陷|垮塌|断裂|开裂)|扶贫(?:干部|办|车间|项目)|脱贫攻坚|上学路远|老年人?活动"
    "|(?:未发现|无新增|没有新增|未新增|暂无)[^，。；]{0,10}(?:困难|风险|返贫|致贫)(?:风险|群众|户|对象|人员)*"
)
DISTRESS = (
    "病|癌|瘤|瘫|残|(?:^|[^狗鼠虫隐])患|症|脑|盲|聋|哑|失明|透析|手术|住院|治疗|医药|截肢|骨折|困难|困境|贫|穷|辛苦|可怜|造孽|救|帮扶|帮帮|低保|五保|特困|纳入|护理|"
    "轮椅|孤儿|孤寡|独居|无人(?:照|抚|赡|监护)|没人[管照]|一个人[住过]|老人|老母|老父|高龄|死|亡|去世|过世|离世|老伴刚?走|伤|摔|车祸|火灾|烧|塌|垮|倒了|要倒|漏|裂|危房|住房|木房|"
    "灾|洪水|山洪|冲[走毁垮]|干旱|冰雹|霜冻|绝收|减产|无收|滞销|亏[损本]|破产|失业|就业|下岗|收入|无法生活|生活[困艰无没来拮难费不陷]|工资|工钱|欠|债|断供|学费|上学|辍学|读书|大学|饮水|"
    "水喝|吃水|没有?水|停水|断水|自来水|水管|沟水|裁员|没活|没有?工作|找到?不?到?活|没有?钱|没得钱|无钱|缺钱|不起|不上|不敷出|家暴|被[骗占打]|不下去|挨冻|挨饿|不饱|赡养|抚养|单亲|离婚|坐牢|服刑"
)
THANKS, REQUEST = "感谢|致谢|表扬|点赞|锦旗", "请求|恳请|求助|希望|[盼望求]|申请|困难|没钱|无钱"


def about_nobody() -> pl.Expr:
    """Texts in which nobody is in need: thanks, and enquiries, complaints and suggestions without a word of distress."""
    text = pl.col("text")
    asked = pl.when(text.str.contains(ENQUIRIES) & ~text.str.contains(OWED)).then(text.str.replace_all(BENEFITS, ""))
    other = asked.is_not_null() | text.str.contains(MATTERS)
    other &= ~pl.coalesce(asked, "text").str.replace_all(PUBLIC, "").str.contains(DISTRESS)
    return other | (text.str.contains(THANKS) & ~text.str.contains(REQUEST))
