"""Forty pairs of names made by hand: one on a list, one of a party, and whether a person is to be shown them.

`python -m tests.screening.near_misses` prints the table that stands in `docs/screening.md`.
"""

from __future__ import annotations

from dataclasses import dataclass

from custody.screening.likeness import CUT_OFF, likeness


@dataclass(frozen=True, slots=True)
class Pair:
    """What differs between two names, and whether they are a hit."""

    differs: str
    listed: str
    party: str
    hit: bool


PAIRS = (
    Pair("case", "NORTHGATE AERIAL SURVEYS LLC", "Northgate Aerial Surveys LLC", True),
    Pair("case, full width", "ＮＯＲＴＨＧＡＴＥ　AERIAL", "northgate aerial", True),
    Pair("punctuation", "O'Hara & Sons, Mapping, Inc.", "OHara and Sons Mapping Inc", True),
    Pair("punctuation", "Blue-Ridge Geo.Data Ltd.", "Blue Ridge GeoData Ltd", True),
    Pair("hyphen for nothing", "Geo-Spatial Works GmbH", "Geospatial Works GmbH", True),
    Pair("soft hyphen", "Carto\u00adgraphic House", "Cartographic House", True),
    Pair("blanks", "  Harbour   Geodata Studio ", "Harbour Geodata Studio", True),
    Pair("blank inside", "Sky Bridge Imaging", "Skybridge Imaging", True),
    Pair("legal form written out", "Westgate Data Co., Ltd.", "Westgate Data Company Limited", True),
    Pair("legal form left out", "Westgate Data Processing Co., Ltd.", "Westgate Data Processing", True),
    Pair("legal form of another kind", "Acme Terrain LLC", "Acme Terrain Inc.", True),
    Pair("legal form, German", "Vermessung Süd GmbH & Co. KG", "Vermessung Süd GmbH", True),
    Pair("legal form, Russian, in front", "ООО Геодата Север", "Геодата Север", True),
    Pair("legal form, Chinese", "湖畔测绘有限公司", "湖畔测绘有限责任公司", True),
    Pair("legal form, Chinese, shares", "湖畔测绘股份有限公司", "湖畔测绘有限公司", True),
    Pair("legal form, Chinese, left out", "湖畔测绘有限公司", "湖畔测绘", True),
    Pair("brackets, Chinese", "东港地理信息（浙江）有限公司", "东港地理信息浙江有限公司", True),
    Pair("brackets, Chinese, narrow", "东港地理信息(浙江)有限公司", "东港地理信息（浙江）有限公司", True),
    Pair("Chinese with Latin", "ＡＢＣ 测绘有限公司", "abc测绘有限公司", True),
    Pair("word order", "Mapping Lakeside Ltd", "Lakeside Mapping Ltd", True),
    Pair("word order, comma", "Institute of Geodesy, Meridian", "Meridian Institute of Geodesy", True),
    Pair("word order, a person", "Ren Yifei", "Yifei Ren", True),
    Pair("accents", "Société Géomètre Étoile SARL", "Societe Geometre Etoile SARL", True),
    Pair("umlaut as two letters", "Müller Luftbild GmbH", "Mueller Luftbild GmbH", True),
    Pair("transliteration, Cyrillic", "Газгеодезия Север", "Gazgeodeziya Sever", True),
    Pair("transliteration, another way", "Щукин Картография", "Schukin Kartografiya", True),
    Pair("transliteration, Chinese blanks", "Zhe Jiang Lan He Ce Hui", "Zhejiang Lanhe Cehui", True),
    Pair("one letter wrong", "Meridian Research Institute", "Meridan Research Institute", True),
    Pair("two letters changed round", "Northfield Survey Institute", "Northfeild Survey Institute", True),
    Pair("a word more", "Coastal Hydrographic Services", "The Coastal Hydrographic Services", True),
    Pair("one sign of ten, Chinese", "岚河市地理信息测绘院", "岚河市地理信息测量院", True),
    Pair("one sign of four, Chinese", "湖畔测绘有限公司", "湖岸测绘有限公司", False),
    Pair("one letter in a short name", "Acme", "Acne", False),
    Pair("another firm of the trade", "Lakeside Mapping Ltd", "Hillside Printing Ltd", False),
    Pair("another firm, same last words", "Sunrise Survey Services", "Granite Survey Services", False),
    Pair("abbreviation", "International Terrain Models", "ITM", False),
    Pair("only the first word", "Meridian", "Meridian Research Institute", False),
    Pair("pinyin of characters", "湖畔测绘有限公司", "Hupan Cehui Youxian Gongsi", False),
    Pair("traditional characters", "東港測繪地圖", "东港测绘地图", False),
    Pair("translation", "湖畔测绘有限公司", "Lakeside Mapping Ltd", False),
)  # fmt: skip


def table() -> str:
    """Return the pairs with their scores and outcome, as Markdown."""
    lines = ["| differs | on the list | party | score | shown to a person |", "|---|---|---|---:|---|"]
    for pair in PAIRS:
        score = likeness(pair.listed, pair.party)
        said = "yes" if score >= CUT_OFF else "no"
        listed = pair.listed.replace("\u00ad", "&shy;")
        lines.append(f"| {pair.differs} | {listed.strip()} | {pair.party} | {score} | {said} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(table(), end="")
