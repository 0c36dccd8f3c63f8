"""What the generated holders are called: words that neither the sample nor the phrases have."""

from typing import Final

BRANDS: Final = tuple(
    "鸿运 顺达 盛泰 兴隆 恒昌 瑞丰 宏图 百川 嘉诚 博远 卓尔 天行 聚德 福满 老董家 巧媳妇 三两 胖哥 沐禾 砚山 渔樵 "
    "朔风 鹤鸣 栎木 琼岛 堇色 桑落 渡鸦 熙和 麓源 蒹葭 芷兰 杞柳 岫云 箬笠 锦鲤 燕赵 津沽 太行 坝上 滦河 永济 "
    "广聚 德馨 亨通 裕隆 祥瑞 同庆 稻香园 九门 金钥匙 红房子 绿洲 蓝鲸 白鸽 黑土 紫藤 橙子 小象 大熊 七彩 四季".split()
)
RARE_BRANDS: Final = tuple(
    # outside GB 2312: of the extensions A, B and E too, as they stand in registered names
    "燚燊 堃珺 喆玥 赟熠 犇羴 淼鱻 垚烜 昇祎 囍堂 旻暄 䶮泉 㛃月 㙍园 𠮷祥 𬱖川 𬸦鸣 𬭚记 骉骏 翀霄 頔韵".split()
)
LATIN_BRANDS: Final = (
    ("豪斯曼", "Hausmann Deli & Grill"),
    ("奥利瓦", "Oliva"),
    ("布鲁克菲", "BROOKFIELD'S"),
    ("马尔科", "Marco Polo Café"),
    ("诺丁山", "Notting Hill Books"),
    ("维克托", "Victor 24/7"),
    ("北欧客", "NORDIC HOUSE"),
    ("爱丽丝顿", "Alliston Wellness Club"),
    ("托斯卡", "La Tosca"),
    ("斯坦利", "STANLEY & CO."),
    ("伊万诺", "Ivanov-Petrov"),
    ("罗塞塔", "Rosetta No.9"),
)
MINORITY_NAMES: Final = tuple(
    "阿迪力·吐尔逊江 古丽娜尔·买买提 努尔艾力·阿卜杜热合曼 扎西·次仁顿珠 卓玛央金·旺堆 巴特尔·苏和 "
    "乌兰图雅·孟和吉日嘎拉 叶尔兰·哈布勒 玛依拉·库尔班江 阿不都沙拉木·艾海提 帕提古丽·阿不力孜 "
    "仁青·桑杰嘉措".split()
)
PERSONS: Final = tuple(
    "王秀兰 李建国 张玉梅 刘德海 陈翠萍 杨振华 赵晓燕 黄志强 周桂芳 吴永刚 欧阳雪 司马光辉 宋二丫 郝春生 "
    "尹凤英 邵立冬 葛长顺 夏侯敏 翟腊梅 冀小龙".split()
)
GROUPS: Final = tuple(
    "华北文旅产业投资运营集团 京津冀现代商贸流通控股集团 首都农副产品供应链 冀中能源机械工业后勤保障 "
    "渤海湾国际会展商务 中铁第十八工程局生活保障 燕山石化职工服务保障 永定河流域生态文化".split()
)
BRANCHES: Final = tuple(
    "第三分公司 大学城分公司 高铁站前分公司 旅游度假区分公司 临空经济区分公司 机场服务分公司 科技城一分公司 "
    "奥体中心分公司".split()
)
TRADES: Final = {
    "01": "医疗器械",
    "02": "大药房",
    "03": "餐饮管理",
    "04": "健身服务",
    "05": "便利店",
    "06": "图书",
    "10": "动物医院",
    "11": "酒店管理",
    "12": "影城",
    "13": "歌厅娱乐",
    "14": "游艺娱乐",
    "15": "电子竞技",
    "16": "人力资源服务",
    "17": "体育发展",
    "18": "茶文化",
    "25": "咖啡餐饮",
    "26": "酒吧餐饮",
    "28": "清真食品",
    "32": "口腔门诊部",
    "35": "书画院",
    "36": "幼儿园",
    "37": "道路货物运输",
    "39": "美容美发",
}
