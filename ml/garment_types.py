"""The garment types the product knows, with their names in the trade."""

from types import MappingProxyType
from typing import NamedTuple


class GarmentName(NamedTuple):
    """Name of a garment type in English and Japanese."""

    en: str
    ja: str


NAMES = MappingProxyType(
    {
        "t-shirt": GarmentName("T-shirt", "Tシャツ"),
        "longsleeve": GarmentName("Long-sleeve top", "長袖カットソー"),
        "shirt": GarmentName("Shirt", "シャツ"),
        "blouse": GarmentName("Blouse", "ブラウス"),
        "polo": GarmentName("Polo shirt", "ポロシャツ"),
        "top": GarmentName("Top", "トップス"),
        "undershirt": GarmentName("Undershirt", "タンクトップ・肌着"),
        "sweatshirt": GarmentName("Sweatshirt", "スウェット"),
        "hoodie": GarmentName("Hoodie", "パーカー"),
        "cardigan": GarmentName("Cardigan", "カーディガン"),
        "sweater": GarmentName("Sweater", "セーター"),
        "jacket": GarmentName("Jacket", "ジャケット・ブルゾン"),
        "coat": GarmentName("Coat", "コート"),
        "vest": GarmentName("Vest", "ベスト"),
        "blazer": GarmentName("Blazer", "テーラードジャケット"),
        "dress": GarmentName("Dress", "ワンピース"),
        "skirt": GarmentName("Skirt", "スカート"),
        "pants": GarmentName("Trousers", "パンツ"),
        "jeans": GarmentName("Jeans", "ジーンズ"),
        "shorts": GarmentName("Shorts", "ショートパンツ"),
        "leggings": GarmentName("Leggings", "レギンス"),
        "bodysuit": GarmentName("Bodysuit", "ボディスーツ"),
        "jumpsuit": GarmentName("Jumpsuit", "ジャンプスーツ"),
        "other": GarmentName("Other", "その他"),
    }
)
GARMENT_TYPES = tuple(NAMES)
