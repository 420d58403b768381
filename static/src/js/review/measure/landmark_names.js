import { gettext } from "../../i18n.js";

/** The points of a garment in the order the list shows them; left and right are those of the picture. */
export const LANDMARKS = [
  "hps_left", "hps_right", "neck_front", "shoulder_left", "shoulder_right", "underarm_left", "underarm_right",
  "cuff_outer_left", "cuff_outer_right", "cuff_inner_left", "cuff_inner_right", "hem_left", "hem_right",
  "waist_left", "waist_right", "crotch", "leg_outer_left", "leg_outer_right", "leg_inner_left", "leg_inner_right",
];

export function landmarkLabel(name) {
  switch (name) {
    case "hps_left": return gettext("High point shoulder, left");
    case "hps_right": return gettext("High point shoulder, right");
    case "neck_front": return gettext("Front neck");
    case "shoulder_left": return gettext("Shoulder point, left");
    case "shoulder_right": return gettext("Shoulder point, right");
    case "underarm_left": return gettext("Underarm, left");
    case "underarm_right": return gettext("Underarm, right");
    case "cuff_outer_left": return gettext("Sleeve end outside, left");
    case "cuff_outer_right": return gettext("Sleeve end outside, right");
    case "cuff_inner_left": return gettext("Sleeve end inside, left");
    case "cuff_inner_right": return gettext("Sleeve end inside, right");
    case "hem_left": return gettext("Hem corner, left");
    case "hem_right": return gettext("Hem corner, right");
    case "waist_left": return gettext("Waist, left");
    case "waist_right": return gettext("Waist, right");
    case "crotch": return gettext("Crotch");
    case "leg_outer_left": return gettext("Leg end outside, left");
    case "leg_outer_right": return gettext("Leg end outside, right");
    case "leg_inner_left": return gettext("Leg end inside, left");
    case "leg_inner_right": return gettext("Leg end inside, right");
    default: return name;
  }
}
