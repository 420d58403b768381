import { html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { gettext, interpolate } from "../../i18n.js";
import { icon } from "../../icon.js";
import { isComposing } from "../../keys.js";
import { readCentimetres, writeCentimetres, writeUncertainty } from "./centimetres.js";

const JAPANESE = globalThis.document?.documentElement.lang === "ja";

/** One POM of the table: value, how sure, where from, why not; `store` is a MeasureStore. */
export function measureRow(store, row, { editable, showLine, leaveLine }) {
  const name = JAPANESE ? row.name_ja : row.name_en;
  const isActive = store.active.value === row.pom;
  const isSaving = store.saving.value.has(row.pom);
  return html`<li class="measure-row" ?data-current=${isActive} data-pom=${row.pom} aria-busy=${isSaving ? "true" : nothing}
    @pointerenter=${() => showLine(row.pom)} @pointerleave=${leaveLine} @focusin=${() => showLine(row.pom)} @focusout=${leaveLine}>
    <span class="code measure-code">${row.pom}</span>
    <div class="measure-name">
      <label for="pom-${row.pom}">${name}</label>
      <div class="measure-meta">${meta(row)}</div>
    </div>
    <div class="measure-value">
      <input class="input numbers" id="pom-${row.pom}" inputmode="decimal" autocomplete="off" placeholder="–" maxlength="12" ?readonly=${!editable}
        aria-describedby="how-${row.pom}" data-provenance=${row.value === null ? "none" : row.provenance} .value=${live(row.value === null ? "" : writeCentimetres(row.value))}
        @change=${(event) => typed(store, row, event)} @input=${(event) => event.target.setCustomValidity("")} @keydown=${(event) => walk(event, row)}>
      <span class="soft small">cm</span>
    </div>
    ${editable ? action(store, row, name) : nothing}
    <p class="measure-how soft small" id="how-${row.pom}">${JAPANESE ? row.how_ja : row.how_en} <span class="numbers">(${tolerance(row)})</span>${doubt(row)}</p>
  </li>`;
}

function tolerance({ tolerance_minus: minus, tolerance_plus: plus }) {
  const words = minus === plus ? `± ${plus.toFixed(1)}` : `− ${minus.toFixed(1)} / + ${plus.toFixed(1)}`;
  return interpolate(gettext("tolerance %(range)s cm"), { range: words });
}

/** Why a value that could be computed is not shown. */
function doubt({ reason, uncertainty }) {
  if (reason !== "too_uncertain" || uncertainty === null) return nothing;
  const values = { uncertainty: writeUncertainty(uncertainty) };
  return html`<br>${interpolate(gettext("It could only be estimated to %(uncertainty)s cm, which is more than the tolerance. Measure it and type it."), values)}`;
}

function meta(row) {
  if (row.value !== null) {
    const sure = row.uncertainty === null ? nothing : html`<span class="numbers" title=${gettext("In 95 of 100 cases the true value lies within this.")}>${writeUncertainty(row.uncertainty)}</span>`;
    return html`${sure}${origin(row.provenance)}`;
  }
  switch (row.reason) {
    case "too_uncertain":
      return html`<span class="measure-doubt">${icon("triangle-alert")}${gettext("Not reliable")}</span>
        ${row.uncertainty === null ? nothing : html`<span class="numbers">${writeUncertainty(row.uncertainty)}</span>`}`;
    case "not_visible":
      return html`<span>${icon("eye-off")}${gettext("Not visible")}</span>`;
    default:
      return row.line ? html`<span>${icon("ruler")}${gettext("Waits for a scale")}</span>` : html`<span>${icon("eye-off")}${gettext("Not visible")}</span>`;
  }
}

function origin(provenance) {
  switch (provenance) {
    case "typed": return html`<span class="measure-typed">${icon("pencil")}${gettext("Typed")}</span>`;
    case "confirmed": return html`<span class="icon-ok">${icon("check-check")}${gettext("Confirmed")}</span>`;
    default: return html`<span>${icon("sparkles")}${gettext("Estimated")}</span>`;
  }
}

function action(store, row, name) {
  const say = (text) => interpolate(text, { name });
  if (row.provenance === "typed" || row.provenance === "confirmed") {
    return html`<button type="button" class="button button-quiet button-small button-icon" aria-label=${say(gettext("Take %(name)s back"))} title=${gettext("Take back")}
      @click=${() => store.takeBack(row.pom)}>${icon("undo-2")}</button>`;
  }
  if (row.value === null) return html`<span></span>`;
  return html`<button type="button" class="button button-quiet button-small button-icon" aria-label=${say(gettext("Confirm %(name)s"))} title=${gettext("Confirm")}
    @click=${() => store.confirm(row.pom)}>${icon("check")}</button>`;
}

function typed(store, row, event) {
  const field = event.target;
  const shown = row.value === null ? "" : writeCentimetres(row.value);
  if (!field.value.trim()) {
    if (row.provenance === "typed") store.takeBack(row.pom);
    else field.value = shown;
    return;
  }
  const value = readCentimetres(field.value);
  if (value === null) {
    field.setCustomValidity(gettext("Give centimetres, for instance 68.5."));
    field.reportValidity();
    return;
  }
  field.value = writeCentimetres(value);
  if (field.value !== shown || row.provenance !== "typed") store.type(row.pom, value);
}

/** As in a table: Enter and the arrows go up and down, Escape gives the old value back. */
function walk(event, row) {
  if (isComposing(event)) return;
  const field = event.target;
  if (event.key === "Escape") {
    field.value = row.value === null ? "" : writeCentimetres(row.value);
    field.setCustomValidity("");
    return;
  }
  const step = { Enter: event.shiftKey ? -1 : 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const fields = [...field.closest("ol").querySelectorAll("input")];
  const next = fields[fields.indexOf(field) + step];
  if (next) next.focus();
  else field.blur();
  if (document.activeElement === next) next.select();
}
