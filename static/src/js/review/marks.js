import { svg, nothing } from "lit";
import { textWidth } from "./text_width.js";

/** Small drawings over the photo, of a constant size on the screen. Points are pane pixels. */

const sprite = globalThis.document?.querySelector('meta[name="icons"]')?.content ?? "";
export const TAG_HEIGHT = 18;
const TAG_ICON = 12;
const TAG_PAD = 5;

export function tagWidth(text, icon) {
  return Math.ceil(textWidth(text)) + 2 * TAG_PAD + (icon ? TAG_ICON + 3 : 0);
}

/** A word on a filled ground: {x, y, width} from label_places.js. */
export function tag({ x, y, width }, text, { icon = "", className = "" } = {}) {
  return svg`<g class="tag ${className}" transform="translate(${Math.round(x)} ${Math.round(y)})">
    <rect width=${width} height=${TAG_HEIGHT} rx="3"></rect>
    ${icon ? svg`<use href="${sprite}#${icon}" x=${TAG_PAD - 1} y=${(TAG_HEIGHT - TAG_ICON) / 2} width=${TAG_ICON} height=${TAG_ICON}></use>` : nothing}
    <text x=${TAG_PAD + (icon ? TAG_ICON + 2 : 0)} y="13">${text}</text>
  </g>`;
}

export function points(list) {
  return list.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
}
