import { html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { gettext, interpolate } from "../../i18n.js";
import { icon } from "../../icon.js";
import { advisoryText } from "./advisories.js";
import { tidy } from "./boxes.js";
import { KINDS, isKept, kindLabel, stateLabel } from "./kinds.js";

/** The selected part: decide, rename, place by numbers. Without a selection it says how to begin. */
export function currentPart(layer, editable) {
  const part = layer.store.current.value;
  if (!part) {
    return html`<p class="part-hint soft small">${gettext("Choose a part in the photo or in the list.")}
      ${editable ? html`<span class="keys-hint"><br><kbd>J</kbd> <kbd>K</kbd> ${gettext("next, previous")} · <kbd>Y</kbd> ${gettext("accept")} · <kbd>N</kbd> ${gettext("reject")} · <kbd>?</kbd> ${gettext("all keys")}</span>` : nothing}</p>`;
  }
  return html`<div class="part-card" role="group" aria-label=${gettext("The selected part")}>
    <div class="row part-title">
      ${editable
        ? html`<select class="input grow part-kind" aria-label=${gettext("Kind")} .value=${live(part.kind)} @change=${(event) => rename(layer, part, event)}>
            ${KINDS.map((kind) => html`<option value=${kind} ?selected=${kind === part.kind}>${kindLabel(kind)}</option>`)}</select>`
        : html`<strong class="grow">${kindLabel(part.kind)}</strong>`}
      ${provenance(part)}
    </div>
    ${part.advisories.map((code) => html`<p class="part-note">${icon("triangle-alert", "icon-warn")}<span>${advisoryText(code)}</span></p>`)}
    ${found(part)}
    ${editable ? decisions(layer, part) : nothing}
    <details class="part-place">
      <summary>${icon("move")}${gettext("Position and size")}</summary>
      ${place(layer, part, editable)}
    </details>
  </div>`;
}

function rename(layer, part, event) {
  layer.store.change(part.id, { kind: event.target.value });
  layer.renamed();
}

function provenance({ state, provenance: from }) {
  if (state === "rejected") return html`<span class="badge">${icon("x")}${stateLabel(state)}</span>`;
  if (state === "added") return html`<span class="badge badge-accent">${icon("plus")}${stateLabel(state)}</span>`;
  if (from === "confirmed") return html`<span class="badge badge-ok">${icon("check-check")}${gettext("Confirmed")}</span>`;
  if (from === "typed") return html`<span class="badge badge-accent">${icon("pencil")}${gettext("Corrected")}</span>`;
  return html`<span class="badge badge-outline">${icon("sparkles")}${gettext("Estimated")}</span>`;
}

function found(part) {
  if (!part.found || part.found.kind === part.kind) return nothing;
  const words = interpolate(gettext("The analysis called it %(kind)s (%(percent)s %)."), {
    kind: kindLabel(part.found.kind),
    percent: Math.round(part.found.confidence * 100),
  });
  return html`<p class="soft small">${words}</p>`;
}

function decisions(layer, part) {
  return html`<div class="part-decisions">
    <button type="button" class="button" aria-pressed=${String(isKept(part.state))} @click=${() => layer.decide("accept")}>${icon("check")}${gettext("Accept")} <kbd>Y</kbd></button>
    <button type="button" class="button" aria-pressed=${String(part.state === "rejected")} @click=${() => layer.decide("reject")}>${icon("x")}${gettext("Reject")} <kbd>N</kbd></button>
    <button type="button" class="button button-quiet button-icon" ?disabled=${part.state === "open"} aria-label=${gettext("Take the last decision back")}
      title=${gettext("Take the last decision back")} @click=${() => layer.takeBack()}>${icon("undo-2")}</button>
    <button type="button" class="button button-quiet button-icon" aria-label=${gettext("Zoom to the part")} title=${gettext("Zoom to the part")} @click=${() => layer.show()}>${icon("zoom-in")}</button>
  </div>`;
}

/** The way to place a box without dragging (WCAG 2.5.7), in pixels of the photo. */
function place(layer, part, editable) {
  const [x1, y1, x2, y2] = layer.store.boxOf(part);
  const values = { x: x1, y: y1, width: x2 - x1, height: y2 - y1 };
  const names = { x: gettext("Left"), y: gettext("Top"), width: gettext("Width"), height: gettext("Height") };
  const set = (name, event) => {
    const value = event.target.valueAsNumber;
    if (!Number.isFinite(value)) return;
    const { x, y, width, height } = { ...values, [name]: value };
    layer.store.change(part.id, { box: tidy([x, y, x + width, y + height], layer.photo()) });
  };
  return html`<div class="part-numbers">
    ${Object.keys(values).map(
      (name) => html`<label class="field"><span class="label">${names[name]}</span>
        <input type="number" step="1" min="0" inputmode="numeric" ?readonly=${!editable} .value=${live(String(Math.round(values[name])))} @change=${(event) => set(name, event)}></label>`,
    )}
    <span class="soft small">${gettext("px of the photo")}</span>
  </div>`;
}
