import { gettext } from "../../i18n.js";

/** The kinds of parts in the order the lists show them. */
export const KINDS = [
  "button", "zipper", "pocket", "collar", "neckline", "hood", "cuff",
  "waistband", "placket", "drawstring", "logo", "print", "label", "stitch",
];

export function kindLabel(kind) {
  switch (kind) {
    case "button": return gettext("Button");
    case "zipper": return gettext("Zipper");
    case "pocket": return gettext("Pocket");
    case "collar": return gettext("Collar");
    case "neckline": return gettext("Neckline");
    case "hood": return gettext("Hood");
    case "cuff": return gettext("Cuff");
    case "waistband": return gettext("Waistband");
    case "placket": return gettext("Placket");
    case "drawstring": return gettext("Drawstring");
    case "logo": return gettext("Logo");
    case "print": return gettext("Print");
    case "label": return gettext("Label");
    case "stitch": return gettext("Stitching");
    default: return kind;
  }
}

/** Each state has a word, an icon and a line of its own (parts.css), so that none is told by colour alone. */
export const STATE_ICONS = {
  open: "circle-dashed",
  accepted: "check",
  corrected: "pencil",
  added: "plus",
  rejected: "x",
};

/** Whether a person said that the part is there. */
export function isKept(state) {
  return state === "accepted" || state === "corrected" || state === "added";
}

export function stateLabel(state) {
  switch (state) {
    case "accepted": return gettext("Accepted");
    case "corrected": return gettext("Corrected");
    case "added": return gettext("Added");
    case "rejected": return gettext("Rejected");
    default: return gettext("To be looked at");
  }
}
