import { html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { gettext, interpolate } from "../../i18n.js";
import { icon } from "../../icon.js";
import { landmarkLabel } from "./landmark_names.js";

/** The landmarks as a list: choose, place by numbers, hide, put back, add. `layer` is a MeasureLayer. */
export function pointList(layer, editable) {
  const { store } = layer;
  const [shown, missing] = [store.visible.value, store.missing.value];
  return html`<details class="point-list">
    <summary>${icon("crosshair")}${gettext("Points on the garment")} <span class="soft numbers">${shown.length}</span></summary>
    <p class="soft small">${gettext("The measurements are taken between these points. Drag one where it should lie; left and right are those of the picture.")}</p>
    <ul>${shown.map((point) => row(layer, point, editable))}</ul>
    ${editable && missing.length ? adding(layer, missing) : nothing}
  </details>`;
}

function row(layer, point, editable) {
  const { store } = layer;
  const [x, y] = store.pointOf(point);
  const name = landmarkLabel(point.name);
  const isSelected = store.selected.value === point.name;
  const say = (text) => interpolate(text, { name });
  const place = (axis, event) => {
    const value = event.target.valueAsNumber;
    if (Number.isFinite(value)) store.movePoint(point.name, axis === "x" ? [value, y] : [x, value]);
  };
  const field = (axis, value, label) => html`<input class="input numbers" type="number" step="1" aria-label=${label} ?readonly=${!editable}
    .value=${live(String(Math.round(value)))} @change=${(event) => place(axis, event)}>`;
  return html`<li class="point-row" ?data-current=${isSelected} ?data-hovered=${store.hovered.value === point.name}
    @pointerenter=${() => { store.hovered.value = point.name; }} @pointerleave=${() => { store.hovered.value = null; }}>
    <button type="button" class="part-name" aria-current=${isSelected ? "true" : nothing} @click=${() => choose(layer, point)}>
      <span class="state-mark">${icon(point.provenance === "estimated" ? "circle-dashed" : "pencil")}<span class="unseen">${point.provenance === "estimated" ? gettext("Estimated") : gettext("Corrected")}</span></span>
      <span class="part-words">${name}</span>
      ${point.confidence === null || point.provenance !== "estimated" ? nothing : html`<span class="soft numbers">${Math.round(point.confidence * 100)} %</span>`}
    </button>
    ${isSelected
      ? html`<div class="point-place">${field("x", x, say(gettext("%(name)s, from the left, px")))}${field("y", y, say(gettext("%(name)s, from the top, px")))}
          ${editable
            ? html`<button type="button" class="button button-quiet button-small" @click=${() => store.hidePoint(point.name)}>${icon("eye-off")}${gettext("Not there")}</button>
                ${point.provenance === "estimated" ? nothing : html`<button type="button" class="button button-quiet button-small" @click=${() => store.resetPoint(point.name)}>${icon("undo-2")}${gettext("As found")}</button>`}`
            : nothing}</div>`
      : nothing}
  </li>`;
}

function choose(layer, point) {
  layer.store.selected.value = point.name;
  layer.show();
  layer.say();
}

function adding(layer, missing) {
  const add = (event) => {
    event.preventDefault();
    layer.place(event.target.elements.name.value);
  };
  return html`<form class="row point-add" @submit=${add}>
    <select class="input grow" name="name" aria-label=${gettext("Point that is missing")}>${missing.map((name) => html`<option value=${name}>${landmarkLabel(name)}</option>`)}</select>
    <button class="button button-small">${icon("plus")}${gettext("Place")}</button>
  </form>`;
}
