"""Characters that are taken for one another: same sound, same look, traditional form. From general knowledge, for noise only.

Each word is a group whose characters replace each other. Sounds are those of a clerk in the south-west, who does not keep n from l
or in from ing apart.
"""

from __future__ import annotations

HOMOPHONES = """
张章彰 杨扬阳洋 李里黎 刘留柳 陈程成诚 吴伍武 龙隆 罗骆洛 潘盘攀 石时实 韦维围 陆路露 王汪 黄皇煌 周舟洲 徐许旭 胡湖 朱珠诸 田甜 姚瑶
姜江 欧区 蒙孟 莫默 岑芹 高皋 林琳霖临 何河荷 郭国 马玛 赵照兆 梁良粮 宋松 郑正政 谢解 唐堂棠 冯峰锋丰风枫 韩寒 曹草 袁元源园媛 邓登
傅付富 沈审 曾增 彭朋鹏 吕旅 苏舒 卢芦 蒋讲 蔡才财 丁叮 魏卫伟炜 薛雪学 叶业 余于俞 杜度 戴代 夏霞侠 钟中忠终 任仁 范凡帆 方芳 谭覃坛
廖辽 邹周 熊雄 金今锦 秦勤琴 史始 顾故 万晚婉 雷蕾 汤涛 尹银 易益毅 贺鹤 龚公 文雯闻 陶桃 安庵 秀绣 英因瑛莹 珍真贞 桂贵 兰岚 芝之 莲连联
香湘 素诉 淑舒 花华 翠脆 云芸 芬分 仙先鲜 琼穷 梅美妹 月悦玥 清青轻 菊巨 娥鹅 巧俏 德得 国果 明铭名鸣 光广 玉钰育裕 世士 发法 昌常 福富
祥翔 兴星 永勇咏 顺舜 天添 荣容蓉融 义意艺 朝超 建健剑 军君均钧 红洪宏鸿 强墙 志治智致 春椿 刚钢 海亥 波博 辉晖徽 生胜升 平萍苹屏 燕艳雁彦
丽莉利立 群裙 敏闽 静晶婧敬 玲灵铃岭 娟涓 斌兵滨彬 杰洁捷 飞菲 亮谅 磊垒 宇雨语羽 浩皓昊豪 俊峻骏竣 凯楷 佳嘉家 鑫欣心新馨 怡宜仪 思丝诗
婷亭廷 倩茜 琪奇琦祺 颖影 慧惠会 子紫梓 涵晗函寒 轩萱宣 泽则择 睿瑞锐 晨辰宸臣 奕一逸 彤桐童 妍研 若偌 依伊 沐木 曦熙溪西 雅亚 启起 政振
再在 通同 秋丘 进近 应映 廷庭 绍少 树书 权全泉 友有 大达 大代 能宁
"""

LOOKALIKES = """
杨扬 陈阵 吴昊 龙尤 潘播 石右 韦书 陆陡 王玉 田由申甲 姚桃 姜美羊 欧殴 蒙豪 莫英 岑芩 徐除 胡湖 朱未末 高亮 林材 郭邹 马乌 赵赴 梁粱 宋宗
唐康 冯汈 曹漕 袁衰 邓郑 傅傳博 沈忱 吕昌 苏芬 丁了 叶吐 余佘 汪江 任仟 范苑 谭潭 廖寥 邱丘 史吏 侯候 孟盂 万方 雷霉 易昜 龚袭 秀季 珍诊
芝艺 莲连 香杳 素索 淑椒 凤风 翠萃 云去 芬芳 仙他 梅海 月用 清请情 菊匊 国围 明朋 光先 世也 永水 祥样 天夫无 成咸 荣茶 才寸 大太犬 建健 军车
志忘 勇男 伟韦 华毕 平乎 红江 强弦 春看 刚钢 波皮 兵乒 丽俪 敏毓 静净 娟捐 玲铃 霞露 洁浩 斌赋 杰木 涛滔 飞气 亮高 磊垒 宇字 浩洁 俊峻 鑫金
佳住 怡治 思恩 婷停 雪雷 琪棋 子了 涵函 泽译 睿容 晨晟 妍研 雅稚 未末 士土 干千 己已巳 人入 日曰 白自 木本 贵责 先光 老考 正止 友发 安妥
"""

# Simplified and traditional form side by side.
TRADITIONAL = """
张張 杨楊 刘劉 陈陳 吴吳 龙龍 罗羅 韦韋 陆陸 黄黃 赵趙 郑鄭 谢謝 冯馮 邓鄧 许許 吕呂 苏蘇 卢盧 蒋蔣 贾賈 叶葉 阎閻 钟鍾 谭譚 邹鄒 孙孫 马馬
韩韓 萧蕭 欧歐 汤湯 严嚴 齐齊 顾顧 龚龔 贺賀 颜顏 鲁魯 银銀 陇隴 陶陶 国國 华華 兰蘭 凤鳳 云雲 贵貴 荣榮 兴興 胜勝 义義 万萬 学學 应應 绍紹
发發 庆慶 军軍 伟偉 强強 刚剛 飞飛 鹏鵬 涛濤 丽麗 艳艷 静靜 琼瓊 莲蓮 红紅 珍珍 清清 娇嬌 芦蘆 龄齡 宝寶 铁鐵 关關 东東 乐樂 书書 义義 亚亞
亿億 仪儀 会會 传傳 伦倫 余餘 俊俊 光光 关關 凯凱 剑劍 动動 劲勁 勋勛 卫衛 双雙 听聽 启啟 团團 园園 围圍 圣聖 坚堅 声聲 头頭 孙孫 宁寧 实實
宪憲 对對 导導 尔爾 岁歲 岚嵐 岭嶺 币幣 师師 帅帥 广廣 开開 异異 归歸 张張 录錄 德德 忆憶 忠忠 怀懷 总總 惠惠 战戰 报報 拥擁 来來 杰傑 枫楓
桥橋 欢歡 泽澤 洁潔 涟漣 润潤 渊淵 满滿 灿燦 炜煒 热熱 爱愛 玛瑪 环環 现現 玺璽 瑶瑤 畅暢 益益 盖蓋 礼禮 祯禎 离離 种種 积積 竞競 笔筆 红紅
纪紀 纯純 练練 绣繡 维維 绵綿 罗羅 美美 联聯 胜勝 腾騰 芸芸 苹蘋 荣榮 莹瑩 蓝藍 蔼藹 虑慮 行行 见見 规規 觉覺 许許 诗詩 诚誠 语語 谊誼 谦謙
贝貝 贞貞 贤賢 贵貴 赞贊 轩軒 辉輝 达達 运運 进進 远遠 连連 金金 钢鋼 钧鈞 钰鈺 铃鈴 铭銘 银銀 锋鋒 锐銳 锦錦 镇鎮 长長 闻聞 阳陽 际際 陈陳
韵韻 顺順 颖穎 飞飛 馨馨 驰馳 骏駿 鲁魯 鸣鳴 鸿鴻 鹤鶴 麦麥 齐齊 龙龍 婵嬋 娴嫻 婉婉 彦彥 晓曉 晖暉 显顯 继繼 昆崑 浓濃 寿壽 传傳 积積 满滿
"""


def groups(table: str) -> dict[str, str]:
    """Character -> the others of its groups, in the order written."""
    others: dict[str, str] = {}
    for group in table.split():
        for one in group:
            others[one] = others.get(one, "") + "".join(other for other in group if other != one and other not in others.get(one, ""))
    return {one: rest for one, rest in others.items() if rest}


def traditional() -> dict[str, str]:
    """Simplified character -> its traditional form."""
    return {pair[0]: pair[1] for pair in TRADITIONAL.split() if pair[0] != pair[1]}
