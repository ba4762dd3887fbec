"""Parts of a country in which projects are done, by the codes of ISO 3166-2. Pure.

What has no name here (other countries) is called by its code; a code alone decides who reads.
"""

from __future__ import annotations

from custody.terms import Text

PATTERN = r"^[A-Z]{2}-[A-Z0-9]{1,3}$"

_CHINA = """
AH Anhui 安徽|BJ Beijing 北京|CQ Chongqing 重庆|FJ Fujian 福建|GD Guangdong 广东|GS Gansu 甘肃
GX Guangxi 广西|GZ Guizhou 贵州|HA Henan 河南|HB Hubei 湖北|HE Hebei 河北|HI Hainan 海南
HK Hong_Kong 香港|HL Heilongjiang 黑龙江|HN Hunan 湖南|JL Jilin 吉林|JS Jiangsu 江苏|JX Jiangxi 江西
LN Liaoning 辽宁|MO Macao 澳门|NM Inner_Mongolia 内蒙古|NX Ningxia 宁夏|QH Qinghai 青海
SC Sichuan 四川|SD Shandong 山东|SH Shanghai 上海|SN Shaanxi 陕西|SX Shanxi 山西|TJ Tianjin 天津
TW Taiwan 台湾|XJ Xinjiang 新疆|XZ Tibet 西藏|YN Yunnan 云南|ZJ Zhejiang 浙江
"""
_UNITED_STATES = """
AK Alaska 阿拉斯加|AL Alabama 亚拉巴马|AR Arkansas 阿肯色|AZ Arizona 亚利桑那
CA California 加利福尼亚|CO Colorado 科罗拉多|CT Connecticut 康涅狄格
DC District_of_Columbia 哥伦比亚特区|DE Delaware 特拉华|FL Florida 佛罗里达|GA Georgia 佐治亚
HI Hawaii 夏威夷|IA Iowa 艾奥瓦|ID Idaho 爱达荷|IL Illinois 伊利诺伊|IN Indiana 印第安纳
KS Kansas 堪萨斯|KY Kentucky 肯塔基|LA Louisiana 路易斯安那|MA Massachusetts 马萨诸塞
MD Maryland 马里兰|ME Maine 缅因|MI Michigan 密歇根|MN Minnesota 明尼苏达|MO Missouri 密苏里
MS Mississippi 密西西比|MT Montana 蒙大拿|NC North_Carolina 北卡罗来纳|ND North_Dakota 北达科他
NE Nebraska 内布拉斯加|NH New_Hampshire 新罕布什尔|NJ New_Jersey 新泽西|NM New_Mexico 新墨西哥
NV Nevada 内华达|NY New_York 纽约|OH Ohio 俄亥俄|OK Oklahoma 俄克拉何马|OR Oregon 俄勒冈
PA Pennsylvania 宾夕法尼亚|RI Rhode_Island 罗得岛|SC South_Carolina 南卡罗来纳
SD South_Dakota 南达科他|TN Tennessee 田纳西|TX Texas 得克萨斯|UT Utah 犹他|VA Virginia 弗吉尼亚
VT Vermont 佛蒙特|WA Washington 华盛顿|WI Wisconsin 威斯康星|WV West_Virginia 西弗吉尼亚
WY Wyoming 怀俄明
"""


def _read(country: str, table: str) -> dict[str, Text]:
    rows = (row.split() for row in table.replace("\n", "|").split("|") if row)
    return {f"{country}-{code}": Text(en.replace("_", " "), zh) for code, en, zh in rows}


REGIONS: dict[str, Text] = _read("CN", _CHINA) | _read("US", _UNITED_STATES)
"""Code to name, for the countries whose regimes ship."""


def name(code: str) -> Text:
    """Return what a region is called, with its code.

    >>> name("CN-ZJ").en
    'Zhejiang (CN-ZJ)'
    >>> name("DE-BY").en
    'DE-BY'
    """
    known = REGIONS.get(code)
    return Text(f"{known.en} ({code})", f"{known.zh}（{code}）") if known else Text(code, code)
