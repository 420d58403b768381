"""Every word printed in a tech pack, in both languages, whatever the language of the interface."""

from typing import Final, TypedDict


class Label(TypedDict):
    """One printed text in Japanese and English."""

    ja: str
    en: str


def label(ja: str, en: str) -> Label:
    return {"ja": ja, "en": en}


HEADER: Final = {
    "style_no": label("品番", "Style no."),
    "name": label("品名", "Name"),
    "brand": label("ブランド", "Brand"),
    "season": label("シーズン", "Season"),
    "item": label("アイテム", "Item"),
    "sample_size": label("サンプルサイズ", "Sample size"),
    "size_range": label("サイズ展開", "Size range"),
    "fabric": label("表地", "Fabric"),
    "designer": label("担当", "Designer"),
    "date": label("日付", "Date"),
    "issue": label("版", "Issue"),
    "status": label("状態", "Status"),
    "unit": label("単位", "Unit"),
}

PAGES: Final = {
    "flats": label("絵型", "Technical flat"),
    "no_flat": label("絵型はまだありません", "No flat has been drawn yet"),
    "colourways": label("配色表", "Colourways"),
    "no_colours": label("色はまだ記録されていません", "No colours have been recorded yet"),
    "poms": label("寸法表(仕上り寸法)", "Points of measure (finished)"),
    "no_poms": label(
        "アイテムが決まると採寸箇所が入ります", "Points of measure follow once the item is known"
    ),
    "revisions": label("変更履歴", "Revision log"),
    "no_revisions": label("変更履歴はまだありません", "Nothing has been recorded yet"),
    "no": label("番号", "No."),
    "swatch": label("色見本", "Swatch"),
    "colour_name": label("色名", "Colour"),
    "value": label("色値", "Value"),
    "share": label("面積比", "Share"),
    "source": label("出所", "Source"),
    "code": label("記号", "Code"),
    "pom": label("採寸箇所", "Point of measure"),
    "how": label("測り方", "How to measure"),
    "minus": label("公差 −", "Tol. −"),
    "plus": label("公差 +", "Tol. +"),
    "value_cm": label("寸法 cm", "Value cm"),
    "note": label("備考", "Note"),
    "uncertainty": label("不確かさ cm", "Uncertainty cm"),
    "revision": label("改訂", "Rev."),
    "date": label("日時", "Date"),
    "author": label("担当", "Author"),
    "change": label("内容", "Change"),
    "comment": label("コメント", "Comment"),
}

VIEWS: Final = {
    "front": label("前", "Front"),
    "back": label("後", "Back"),
    "detail": label("部分", "Detail"),
}

STATES: Final = {
    "in_review": label("確認中", "In review"),
    "changes_requested": label("修正依頼", "Changes requested"),
    "approved": label("承認", "Approved"),
    "none": label("絵型なし", "No flat"),
}

CHANGES: Final = {
    "mirrored": label("写真から作図(左右対称)", "Drawn from the photo, mirrored"),
    "faithful": label("写真から作図(写真どおり)", "Drawn from the photo, faithful"),
    "approved": label("承認", "Approved"),
    "changes_requested": label("修正依頼", "Changes requested"),
}

REASONS: Final = {
    "too_uncertain": (
        "※1",
        label(
            "信頼できません:不確かさが公差を超えています。実物を測って入力してください。",
            "Not reliable: the uncertainty exceeds the tolerance. Measure the garment and type the value.",
        ),
    ),
    "no_scale": (
        "※2",
        label(
            "信頼できません:写真の縮尺が不明です。実寸を1か所入力するか、A4用紙と一緒に撮影してください。",
            "Not reliable: the photo has no scale. Type one dimension, or photograph an A4 sheet beside it.",
        ),
    ),
    "not_visible": (
        "※3",
        label(
            "写真からは読み取れません。実物を測って入力してください。",
            "Cannot be read in the photos. Measure the garment and type the value.",
        ),
    ),
}
"""Why a point of measure is blank: the mark printed in its place, and its footnote."""

PROVENANCE: Final = {
    "estimated": ("E", label("推定", "estimated")),
    "typed": ("T", label("入力", "typed")),
    "confirmed": ("C", label("確認済", "confirmed")),
    "default": ("D", label("既定値", "default")),
}
