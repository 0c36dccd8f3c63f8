"""The phrases that packed text writes in one or two bytes (docs/spec/credential.md, "Packed text").

The tables are part of the format: an entry is never changed, moved or removed. A new edition of
the tables is a new claim label. They hold only what recurs everywhere (legal forms, parts of
addresses, published shapes of permit numbers) and no shop's name.
"""

from typing import Final

ONE_BYTE: Final = tuple(
    "有限公司|北京|市|区|街道|地区|路|街|号|号楼|楼|层|里|店|公司|室|座|院|（|）|〔|〕|第|〔20|〕第"
    "|字第|许|证|备|字|京|东|西|南|北|中|大|餐饮|管理|文化|科技|商贸|小|单元|1层|2层|大厦|中心|镇|村"
    "|JY1|JY2|JY3|-|A|B|、|·|甲|县".split("|")
)
TWO_BYTE: Final = tuple(
    # holders: legal forms and trades
    "（个体工商户）|股份有限公司|有限责任公司|（有限合伙）|（北京）|分公司|连锁|便利店|超市|药房"
    "|大药房|药店|书店|咖啡|酒吧|酒馆|茶|茶馆|小馆|饭店|饭馆|餐厅|火锅|烧烤|面馆|小吃|美食|饮品|奶茶|烘焙|蛋糕"
    "|餐饮管理有限公司|餐饮有限公司|餐饮服务有限公司|酒店|酒店管理有限公司|宾馆|旅馆|民宿|健身|健身服务|健身房"
    "|体育|体育文化|游泳|俱乐部|运动|影城|电影|影院|娱乐|电玩|电竞|网吧|网络|网络科技|文化传播|文化传媒|文化发展"
    "|文化有限公司|科技有限公司|科技发展|商贸有限公司|商业|贸易|贸易有限公司|管理有限公司|服务有限公司|企业管理"
    "|人力资源|劳务派遣|教育|教育科技|咨询|培训|幼儿园|学校|医院|门诊部|诊所|口腔|口腔诊所|中医|医疗|医疗器械"
    "|医疗美容|美容|美发|美容美发|健康|健康管理|养老|养老服务|宠物|宠物医院|动物医院|眼镜|洗衣|干洗|汽车|汽车维修"
    "|汽车服务|货运|客运|物流|运输|艺术|艺术馆|书画|美术馆|剧场|剧院|清真|生鲜|蔬菜|水果|食品|食品有限公司|百货"
    "|便民|分店|总店|旗舰店|一店|二店|三店|国际|集团|中国|发展|投资|实业|产业|服务部|经营部|商行|商店|工作室"
    # addresses
    "|北京市|天津市|河北省|上海市|北京市朝阳区|朝阳区|海淀区|东城区|西城区|丰台区|石景山区|通州区|顺义区|大兴区"
    "|昌平区|房山区|门头沟区|平谷区|怀柔区|密云区|延庆区|滨海新区|经济技术开发区|自由贸易试验区|科技园|物流园"
    "|产业园|工业园|开发区|广场|商场|购物中心|国际中心|底商|地下1层|地下一层|地下|一层|二层|三层|首层|门面|商铺"
    "|胡同|小区|家园|花园|东里|西里|南里|北里|东街|西街|南街|北街|大街|东路|西路|南路|北路|中路|大道|社区|B座|A座"
    "|C座|内|1号|2号|3号|甲1号|1号楼|2号楼|3号楼|层1|层2|层3|乡|办公楼|1幢|2幢|幢|号院|国际大厦|科园"
    # permit numbers, as departments publish them
    "|京卫公证字〔20|〕第110105-|新出发京零字第朝|新出发京批字第朝|京朝排水许字第20|京药监械经营备20"
    "|京朝药监械经营备20|京朝药监械经营许20|京DA0|京DB0|京CA0|消安检字〔20|朝消安检字〔20|京网文〔20|京环辐证["
    "|京公朝特|人服证字〔20|（京）人服证字〔20|教民1110|京交运管许可|动诊证（20|（京）动诊证（20|京（朝）|110105"
    "|110108|1101|字〔20|字（20|备〔20|〔202|许可|许可证|备案".split("|")
)
OTHER: Final = (
    "".join(chr(code) for code in range(0x20, 0x7F))
    + "，。；：？！“”‘’《》〈〉「」『』【】［］｛｝—…～％＋－／＆＃＠＊．＝〇①②③④⑤⑥⑦⑧⑨⑩○●×ⅠⅡⅢⅣⅤⅥ℃㎡"
)

SEPARATOR: Final = 0x00
DIGIT_PAIRS: Final = 0x01  # 0x01..0x64 write 00..99
DIGITS: Final = 0x65  # 0x65..0x6E write 0..9
PHRASES_ONE: Final = 0x6F  # 0x6F..0xAA
IDEOGRAPHS: Final = 0xAB  # 0xAB..0xFC, then a byte: U+4E00..U+9FFF
PHRASES_TWO: Final = 0xFD  # then a byte: TWO_BYTE
CHARACTERS: Final = 0xFE  # then a byte: OTHER
CODE_POINT: Final = 0xFF  # then three bytes: the code point, big-endian
