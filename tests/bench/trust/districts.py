"""Fifty districts of three provinces as a list of them would have them: real names, invented hosts.

Codes are those of GB/T 2260; the short character is what license numbers begin with.
"""

from typing import Final, NamedTuple


class District(NamedTuple):
    """``host`` is the word that tells it from the province's others."""

    code: str
    name: str
    name_en: str
    host: str
    short: str


_BEIJING: Final = """
110101 东城 Dongcheng 东  110102 西城 Xicheng 西  110105 朝阳 Chaoyang 朝  110106 丰台 Fengtai 丰
110107 石景山 Shijingshan 石  110108 海淀 Haidian 海  110109 门头沟 Mentougou 门
110111 房山 Fangshan 房  110112 通州 Tongzhou 通  110113 顺义 Shunyi 顺  110114 昌平 Changping 昌
110115 大兴 Daxing 兴  110116 怀柔 Huairou 怀  110117 平谷 Pinggu 平  110118 密云 Miyun 密
110119 延庆 Yanqing 延
"""
_TIANJIN: Final = """
120101 和平 Heping 和  120102 河东 Hedong 东  120103 河西 Hexi 西  120104 南开 Nankai 南
120105 河北 Hebei 北  120106 红桥 Hongqiao 红  120110 东丽 Dongli 丽  120111 西青 Xiqing 青
120112 津南 Jinnan 津  120113 北辰 Beichen 辰  120114 武清 Wuqing 武  120115 宝坻 Baodi 宝
120116 滨海新 Binhai-New-Area 滨  120117 宁河 Ninghe 宁  120118 静海 Jinghai 静
120119 蓟州 Jizhou 蓟
"""
_HEBEI: Final = """
130102 石家庄市长安 Chang'an 长  130104 石家庄市桥西 Qiaoxi 桥  130105 石家庄市新华 Xinhua 新
130107 石家庄市井陉矿 Jingxing-Mining 井  130108 石家庄市裕华 Yuhua 裕  130202 唐山市路南 Lunan 南
130203 唐山市路北 Lubei 北  130207 唐山市丰南 Fengnan 丰  130302 秦皇岛市海港 Haigang 海
130304 秦皇岛市北戴河 Beidaihe 戴  130402 邯郸市邯山 Hanshan 邯  130403 邯郸市丛台 Congtai 丛
130602 保定市竞秀 Jingxiu 竞  130606 保定市莲池 Lianchi 莲  130702 张家口市桥东 Qiaodong 东
130802 承德市双桥 Shuangqiao 双  131002 廊坊市安次 Anci 安  131003 廊坊市广阳 Guangyang 广
"""
_PROVINCES: Final = (
    ("北京市", "Beijing", "政务服务局", "Government Services Bureau", _BEIJING),
    ("天津市", "Tianjin", "政务服务办公室", "Government Services Office", _TIANJIN),
    ("河北省", "Hebei", "行政审批局", "Administrative Approval Bureau", _HEBEI),
)


def districts() -> tuple[District, ...]:
    """All fifty, by their codes."""
    found = []
    for province, province_en, office, office_en, rows in _PROVINCES:
        words = iter(rows.split())
        for code, name, name_en, short in zip(words, words, words, words, strict=True):
            host = name_en.replace("'", "").upper()
            found.append(
                District(
                    code,
                    f"{province}{name}区{office}",
                    f"{_in_english(name_en)} {office_en}, {province_en}",
                    f"YZ.{host}.{province_en.upper()}.EXAMPLE",
                    short,
                )
            )
    return tuple(found)


def _in_english(name: str) -> str:
    words = name.replace("-", " ")
    return words if words.endswith("Area") else f"{words} District"
