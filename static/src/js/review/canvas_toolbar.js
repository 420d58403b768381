import { html, nothing } from "lit";
import { gettext } from "../i18n.js";
import { icon } from "../icon.js";
import { helpLines } from "./shortcuts.js";

const MODE_ICONS = { side: "columns-2", overlay: "blend", photo: "image", flat: "pen-line" };

function modeLabel(mode) {
  switch (mode) {
    case "side":
      return gettext("Side by side");
    case "overlay":
      return gettext("Overlay");
    case "photo":
      return gettext("Photo only");
    default:
      return gettext("Flat only");
  }
}

function modeButton(canvas, mode, current, usable) {
  return html`<button type="button" class="button" aria-pressed=${String(mode === current)} ?disabled=${!usable}
    title=${modeLabel(mode)} @click=${() => canvas.setMode(mode)}>
    ${icon(MODE_ICONS[mode])}<span class="tool-words">${modeLabel(mode)}</span>
  </button>`;
}

function tool(picture, label, run, pressed = null) {
  return html`<button type="button" class="button button-quiet button-icon tool-${picture}" aria-label=${label} title=${label}
    aria-pressed=${pressed === null ? nothing : String(pressed)} @click=${run}>${icon(picture)}</button>`;
}

/** The row above the panes. values: what the canvas shows now, as plain values. */
export function canvasToolbar(canvas, { mode, usable, share, outline, hasOutline, blinking }) {
  return html`<div class="canvas-tools" role="toolbar" aria-label=${gettext("View")}>
    <div class="choice" role="group" aria-label=${gettext("What to show")}>
      ${["side", "overlay", "photo", "flat"].map((name) => modeButton(canvas, name, mode, usable.includes(name)))}
    </div>
    ${mode === "overlay"
      ? html`<label class="share">
          <span>${gettext("Photo")}</span>
          <input type="range" min="0" max="100" step="1" .value=${String(share)} aria-label=${gettext("Opacity of the flat")}
            aria-valuetext=${`${share} %`} @input=${(event) => canvas.setShare(event.target.valueAsNumber)}>
          <span>${gettext("Flat")}</span>
        </label>`
      : nothing}
    ${usable.includes("overlay")
      ? tool("eye", gettext("Blink between photo and flat"), () => canvas.toggleBlink(), blinking)
      : nothing}
    ${hasOutline
      ? tool("square-dashed", gettext("Outline of the found garment"), () => canvas.toggleOutline(), outline)
      : nothing}
    <span class="grow"></span>
    <div class="row zoom-tools" role="group" aria-label=${gettext("Zoom")}>
      ${tool("zoom-out", gettext("Zoom out"), () => canvas.zoom(0.8))}
      <output class="numbers zoom-percent" aria-label=${gettext("Zoom")}></output>
      ${tool("zoom-in", gettext("Zoom in"), () => canvas.zoom(1.25))}
      ${tool("maximize", gettext("Show all"), () => canvas.fit())}
      ${tool("keyboard", gettext("Keys and gestures"), () => canvas.help())}
    </div>
  </div>`;
}

/** The dialog that "?" opens. */
export function helpDialog(shortcuts) {
  return html`<dialog class="help" aria-labelledby="help-title">
    <div class="dialog-head">
      <h2 id="help-title">${gettext("Keys and gestures")}</h2>
      <button type="button" class="button button-quiet button-icon" data-dialog-close aria-label=${gettext("Close")}>${icon("x")}</button>
    </div>
    <div class="dialog-body">
      <p class="soft small">${gettext("The keys work while the canvas has the focus: click it, or reach it with Tab.")}</p>
      <dl class="keys">
        ${helpLines(shortcuts).map(
          ({ label, shown }) => html`<dt>${shown.map((key) => html`<kbd>${key.toUpperCase()}</kbd> `)}</dt><dd>${label}</dd>`,
        )}
        <dt>${gettext("Wheel, pinch")}</dt><dd>${gettext("Zoom at the pointer")}</dd>
        <dt>${gettext("Drag, two fingers on a trackpad")}</dt><dd>${gettext("Move the view")}</dd>
        <dt>${gettext("Double click")}</dt><dd>${gettext("Zoom in; with Shift zoom out")}</dd>
      </dl>
    </div>
  </dialog>`;
}
