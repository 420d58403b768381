import { html, nothing } from "lit";
import { gettext, interpolate } from "../../i18n.js";
import { icon } from "../../icon.js";
import { toast } from "../../toasts.js";
import { PhotoPanel } from "../photo_panel.js";
import { measureApi } from "./measure_api.js";
import { MeasureLayer } from "./measure_layer.js";
import { measureRow } from "./measure_row.js";
import { MeasureStore } from "./measure_store.js";
import { pointList } from "./point_list.js";
import { scaleStrip } from "./scale_strip.js";

/** <measure-panel for="canvas" editable> – scale, points of measure and landmarks of the style and its photo. */
class MeasurePanel extends PhotoPanel {
  tab = "measure";
  store = new MeasureStore(measureApi, toast, {
    stale: () => gettext("Somebody changed this in the meantime. It has been loaded again."),
  });

  layer = new MeasureLayer(this.store, {
    canvas: { frame: () => this.canvas.frame(), paneSize: () => this.canvas.paneSize(), showBox: (box) => this.canvas.showBox(box), showBefore: () => this.canvas.showBefore(), say: (text) => this.canvas.say(text) },
    editable: () => this.editable,
    photo: () => this.source.photo,
  });

  connectedCallback() {
    super.connectedCallback();
    // Another garment type has other points of measure, which the server lists.
    document.addEventListener("htmx:afterSwap", this.#typeChanged);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener("htmx:afterSwap", this.#typeChanged);
  }

  #typeChanged = (event) => {
    if (event.target.id === "type" && this.store.photo) this.store.load();
  };

  opened(photo, style) {
    this.store.open(photo, style);
  }

  watched() {
    const { store } = this;
    for (const part of [store.status, store.problem, store.scale, store.rows, store.saving, store.active, store.visible, store.selected, store.hovered, store.draft]) void part.value;
    void [store.history.canUndo.value, store.history.canRedo.value];
  }

  /** The row pointed at, else the one being typed in. */
  #leaveLine = () => {
    const typed = document.activeElement?.closest?.(".measure-row")?.dataset.pom;
    this.store.active.value = (this.contains(document.activeElement) && typed) || null;
  };

  #showLine = (pom) => {
    this.store.active.value = pom;
  };

  #begin() {
    const rows = this.store.rows.value;
    const best = rows.find(({ line, value }) => line && value === null) ?? rows[0];
    if (best) this.querySelector(`#pom-${best.pom}`).focus();
  }

  #tool(picture, label, run, disabled) {
    return html`<button type="button" class="button button-quiet button-small button-icon" aria-label=${label} title=${label} ?disabled=${disabled} @click=${run}>${icon(picture)}</button>`;
  }

  #head() {
    const { store } = this;
    const rows = store.rows.value;
    const known = rows.filter(({ value }) => value !== null).length;
    return html`<div class="side-section measure-head">
      <div class="progress-line"><h2>${interpolate(gettext("%(known)s of %(all)s have a value"), { known, all: rows.length })}</h2><span class="grow"></span>
        ${this.editable
          ? html`${this.#tool("undo-2", gettext("Undo (Ctrl+Z)"), () => this.layer.undo(), !store.history.canUndo.value)}
              ${this.#tool("redo-2", gettext("Redo (Ctrl+Shift+Z)"), () => this.layer.redo(), !store.history.canRedo.value)}`
          : nothing}</div>
      ${store.scale.value || store.visible.value.length ? scaleStrip(store.scale.value, { editable: this.editable, begin: () => this.#begin() }) : nothing}
    </div>`;
  }

  #body() {
    const { store } = this;
    const rows = store.rows.value;
    if (!this.source.photo || this.source.analysis.state === "no") return this.emptyNotice({ later: gettext("It can be measured once it has been read.") });
    return html`${this.#head()}
      ${store.visible.value.length
        ? nothing
        : this.emptyNotice({
            before: gettext("Measuring points were not looked for then. Read it again, and the dimensions are estimated; what you know you can type now."),
            none: gettext("No measuring points were found in this photo."),
            hint: gettext("Place them yourself below, or type the dimensions you know."),
          })}
      ${rows.length
        ? html`<ol class="measure-rows">${rows.map((row) => measureRow(store, row, { editable: this.editable, showLine: this.#showLine, leaveLine: this.#leaveLine }))}</ol>`
        : html`<div class="side-section panel-empty">${icon("ruler", "icon-large")}<strong>${gettext("The garment type is not known yet.")}</strong><p class="soft small">${gettext("Choose it under Garment; it decides which dimensions there are.")}</p></div>`}
      <div class="side-section">${pointList(this.layer, this.editable)}</div>`;
  }

  render() {
    const { store } = this;
    switch (store.status.value) {
      case "loading":
        return this.loadingNotice();
      case "failed":
        return this.failedNotice(store.problem.value, () => store.load());
      default:
        return this.#body();
    }
  }
}

customElements.define("measure-panel", MeasurePanel);
