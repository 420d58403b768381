import { html, nothing, svg } from "lit";
import { gettext, interpolate } from "../../i18n.js";
import { icon } from "../../icon.js";

/** How to photograph with something of known size: a garment, and an A4 sheet and a card beside it. */
function picture() {
  return html`<svg class="scale-picture drawn" viewBox="0 0 132 84" role="img" aria-label=${gettext("A garment lying flat, an A4 sheet and a card lying beside it")}>
    ${svg`<rect class="drawn-floor" width="132" height="84" rx="4"></rect>
    <path class="drawn-outline" d="M34 14 L26 17 L10 32 L18 41 L24 36 L24 72 L66 72 L66 36 L72 41 L80 32 L64 17 L56 14 Q45 23 34 14 Z"></path>
    <rect class="drawn-paper" x="90" y="14" width="29.7" height="42"></rect>
    <text class="drawn-word" x="104.8" y="38" text-anchor="middle">A4</text>
    <rect class="drawn-card" x="96" y="63" width="17.1" height="10.8" rx="1.4"></rect>
    <path class="drawn-stripe" d="M96 66.6 H113.1"></path>`}
  </svg>`;
}

function sourceText(source) {
  switch (source) {
    case "a4": return gettext("Scale from the A4 sheet in the photo");
    case "card": return gettext("Scale from the card in the photo");
    default: return gettext("Scale from what you typed");
  }
}

/** scale: {source, cm_per_px, uncertainty (relative, 95 %)} or null; begin() puts the cursor where one types. */
export function scaleStrip(scale, { editable, begin }) {
  if (scale) {
    const values = { px: (1 / scale.cm_per_px).toFixed(1), percent: (scale.uncertainty * 100).toFixed(1) };
    return html`<div class="scale-strip scale-known">${icon("ruler-dimension-line")}<div><strong>${sourceText(scale.source)}</strong>
      <span class="soft small numbers">${interpolate(gettext("1 cm is %(px)s px, ± %(percent)s %"), values)}</span></div></div>`;
  }
  return html`<div class="scale-strip">
    ${picture()}
    <div><strong>${gettext("No scale yet")}</strong>
      <p class="small">${gettext("Type one dimension you measured and the others follow. Or photograph it again with an A4 sheet or a bank card lying flat beside it.")}</p></div>
    ${editable ? html`<button type="button" class="button button-small" @click=${begin}>${icon("ruler")}${gettext("Type a dimension")}</button>` : nothing}
  </div>`;
}
