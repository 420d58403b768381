import { gettext } from "../../i18n.js";

/** What a doubt of the analysis (ml/vision/part_checks.py) means for the person who looks at the part. */
export function advisoryText(code) {
  switch (code) {
    case "two_of_a_kind": return gettext("There is another one of this kind at the neck; a garment has one.");
    case "collar_and_neckline": return gettext("Both a collar and a neckline were found; usually it is one of them.");
    case "collar_and_hood": return gettext("Both a collar and a hood were found. Check that both are there.");
    case "hood_and_neckline": return gettext("Both a hood and a neckline were found; usually it is one of them.");
    case "neck_not_at_top": return gettext("It lies below where the neck of the garment is.");
    case "neck_on_bottoms": return gettext("A garment of this type has no neck.");
    case "collar_missing": return gettext("A garment of this type has a collar, but none was found.");
    case "hood_missing": return gettext("A garment of this type has a hood, but none was found.");
    case "waistband_missing": return gettext("A garment of this type has a waistband, but none was found.");
    case "waistband_not_at_waist": return gettext("It does not lie at the waist.");
    case "waistband_not_at_hem": return gettext("It does not lie at the hem.");
    case "too_many_cuffs": return gettext("There are more cuffs than sleeves or legs.");
    case "cuff_without_sleeve": return gettext("The garment has no sleeves, so it can have no cuff.");
    case "cuff_not_at_end": return gettext("It does not lie at the end of a sleeve or leg.");
    case "button_out_of_row": return gettext("It is out of line with the other buttons.");
    case "button_missing": return gettext("There is a gap in its row of buttons: one may be missing.");
    case "zip_and_buttons": return gettext("A zip with buttons beside it: usually the garment closes with one of them.");
    default: return gettext("Something about it looks unusual. Check it.");
  }
}
