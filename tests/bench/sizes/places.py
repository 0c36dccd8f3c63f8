"""Where the generated licenses are: divisions, towns and streets that the sample has nothing of.

Divisions, their codes and their towns are real (GB/T 2260); streets, villages, parks and malls
are invented in the manner of real ones.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Division:
    """A county-level division: its name in addresses, in holders' names and in permit numbers."""

    code: str
    province_name: str
    county: str
    holder: str
    province: str
    short: str
    towns: tuple[str, ...]

    @property
    def address(self) -> str:
        return self.province_name + self.county

    @property
    def rural_towns(self) -> tuple[str, ...]:
        return tuple(town for town in self.towns if town.endswith("镇"))


def _beijing(code: str, name: str, short: str, towns: str) -> Division:
    return Division(code, "北京市", name, "北京", "京", short, tuple(towns.split()))


def _tianjin(code: str, name: str, short: str, towns: str) -> Division:
    return Division(code, "天津市", name, "天津", "津", short, tuple(towns.split()))


def _hebei(code: str, city: str, name: str, short: str, towns: str) -> Division:
    return Division(code, "河北省", f"{city}市{name}", city, "冀", short, tuple(towns.split()))


BEIJING: Final = (
    _beijing("110101", "东城区", "东", "东华门街道 景山街道 和平里街道"),
    _beijing("110102", "西城区", "西", "什刹海街道 椿树街道 牛街街道"),
    _beijing("110106", "丰台区", "丰", "卢沟桥街道 马家堡街道 花乡街道"),
    _beijing("110107", "石景山区", "石", "古城街道 鲁谷街道 苹果园街道"),
    _beijing("110109", "门头沟区", "门", "斋堂镇 潭柘寺镇 大峪街道"),
    _beijing("110111", "房山区", "房", "良乡镇 琉璃河镇 长阳镇"),
    _beijing("110112", "通州区", "通", "马驹桥镇 漷县镇 永乐店镇"),
    _beijing("110113", "顺义区", "顺", "后沙峪镇 李桥镇 牛栏山镇"),
    _beijing("110114", "昌平区", "昌", "回龙观街道 沙河镇 崔村镇"),
    _beijing("110115", "大兴区", "兴", "黄村镇 庞各庄镇 魏善庄镇"),
    _beijing("110116", "怀柔区", "怀", "雁栖镇 渤海镇 汤河口镇"),
    _beijing("110117", "平谷区", "平", "金海湖镇 峪口镇 大华山镇"),
    _beijing("110118", "密云区", "密", "古北口镇 溪翁庄镇 不老屯镇"),
    _beijing("110119", "延庆区", "延", "八达岭镇 旧县镇 千家店镇"),
)
TIANJIN: Final = (
    _tianjin("120101", "和平区", "和", "小白楼街道 劝业场街道 五大道街道"),
    _tianjin("120103", "河西区", "西", "友谊路街道 挂甲寺街道"),
    _tianjin("120104", "南开区", "南", "万兴街道 鼓楼街道 水上公园街道"),
    _tianjin("120110", "东丽区", "丽", "军粮城街道 张贵庄街道"),
    _tianjin("120111", "西青区", "青", "杨柳青镇 精武镇"),
    _tianjin("120116", "滨海新区", "滨", "塘沽街道 胡家园街道 汉沽街道"),
    _tianjin("120119", "蓟州区", "蓟", "渔阳镇 下营镇 穿芳峪镇"),
)
HEBEI: Final = (
    _hebei("130102", "石家庄", "长安区", "石长", "建北街道 谈固街道"),
    _hebei("130203", "唐山", "路北区", "唐北", "龙东街道 凤凰新城街道"),
    _hebei("130304", "秦皇岛", "北戴河区", "秦北", "西山街道 海滨镇"),
    _hebei("130403", "邯郸", "丛台区", "邯丛", "四季青街道 黄粱梦镇"),
    _hebei("130606", "保定", "莲池区", "保莲", "裕华街道 百楼镇"),
    _hebei("130705", "张家口", "宣化区", "张宣", "皇城街道 洋河南镇"),
    _hebei("130828", "承德", "围场满族蒙古族自治县", "承围", "四合永镇 棋盘山镇"),
    _hebei("130930", "沧州", "孟村回族自治县", "沧孟", "新县镇 辛店镇"),
    _hebei("131028", "廊坊", "大厂回族自治县", "廊大", "夏垫镇 祁各庄镇"),
    _hebei("131082", "廊坊", "三河市", "三", "燕郊镇 李旗庄镇"),
)
DIVISIONS: Final = (*BEIJING, *TIANJIN, *HEBEI)
RURAL: Final = tuple(division for division in DIVISIONS if division.rural_towns)

STREETS: Final = tuple(
    "枣林前街 柳荫胡同 槐柏树街 芳古路 新发地路 晋元庄路 育新街 双峪路 拱辰大街 云景里大街 仁和路 府前西街 "
    "欣宁街 迎宾南路 湖光北街 檀营路 妫水北街 滨江道 解放南路 水阁大街 津塘公路 柳口路 洞庭北路 迎宾大道 "
    "中山东路 建设北路 联峰路 滏河北大道 五四西路 钟楼大街 木兰大道 通翔街 厂通路 燕顺路".split()
)
VILLAGES: Final = tuple(
    "大柳树营村 前沙涧村 辛庄户村 西小营村 上苇甸村 南窑村 东石羊村 小胡营村 北孟各庄村 苏庄户村 下坡屯村 "
    "贾家堡子村 二道河村 三间房村 八里桥村 蔡各庄村 芦庄村 冯各庄村 哈里哈村 头道沟村".split()
)
PARKS: Final = tuple(
    "临空经济核心区融慧园 金桥科技产业基地景盛南四街 生物医药基地天荣街 雁栖经济开发区乐园大街 八达岭经济开发区康西路 "
    "金海工业园区兴谷东路 武清开发区福源道北侧 华明高新技术产业区 高新区湘江道 鹿泉区光谷科技园 "
    "白沟箱包产业聚集区 潮白河工业区创业路".split()
)
MALLS: Final = tuple(
    "云颐汇 翡丽港 悦荟里 天阶 龙湖畔 凯晟广场 银滩奥莱 鼎盛荟 麦凯乐城 万筑里 北纬四十度 滨海坊".split()
)
