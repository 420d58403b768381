import { LitElement, html, nothing } from "lit";
import { gettext, interpolate } from "../i18n.js";
import { icon } from "../icon.js";
import { faultOf, MOST, moved, readHex, withHex, withName, withNew, without } from "./colour_rows.js";

/**
 * <colour-list action="…" refresh="#colours" editable> around the server's swatches: lets a person replace, name,
 * order, add and remove colours, and sends the whole list as one decision. data-editing keeps live refreshes
 * away while it is open.
 */
class ColourList extends LitElement {
  static properties = {
    action: {},
    refresh: {},
    editable: { type: Boolean },
    rows: { state: true },
    busy: { state: true },
  };

  #swatches = null;

  createRenderRoot() {
    return this.appendChild(document.createElement("div"));
  }

  connectedCallback() {
    this.#swatches = this.querySelector(".swatches");
    super.connectedCallback();
  }

  get #language() {
    return document.documentElement.lang === "ja" ? "ja" : "en";
  }

  #open() {
    this.rows = [...this.#swatches.querySelectorAll("[data-hex]")].map(({ dataset }) => ({
      hex: dataset.hex.toLowerCase(),
      share: Number(dataset.share),
      name_en: dataset.nameEn,
      name_ja: dataset.nameJa,
    }));
    if (!this.rows.length) this.rows = withNew([]);
    this.#swatches.hidden = true;
    this.dataset.editing = "";
  }

  #close() {
    this.rows = undefined;
    this.#swatches.hidden = false;
    delete this.dataset.editing;
  }

  async #save(event) {
    event.preventDefault();
    this.busy = true;
    await globalThis.htmx.ajax("POST", this.action, {
      source: this,
      target: this.refresh,
      select: this.refresh,
      swap: "outerHTML",
      selectOOB: "#toasts:beforeend",
      values: { field: "colours", value: JSON.stringify(this.rows), next: location.pathname + location.search },
    });
    this.busy = false;
  }

  #typedHex(event, index) {
    const hex = readHex(event.target.value);
    event.target.setCustomValidity(hex ? "" : gettext("A colour is written like #1F2A44."));
    event.target.reportValidity();
    if (hex) this.rows = withHex(this.rows, index, hex);
  }

  #button(picture, label, run, disabled = false) {
    return html`<button type="button" class="button button-quiet button-small button-icon" aria-label=${label} title=${label}
      ?disabled=${disabled} @click=${run}>${icon(picture)}</button>`;
  }

  #row(row, index) {
    const language = this.#language;
    const name = row[`name_${language}`];
    const number = String(index + 1);
    const say = (text) => interpolate(text, { number });
    return html`<li class="colour-row">
      <input type="color" .value=${row.hex} aria-label=${say(gettext("Tone of colour %(number)s"))}
        @input=${(event) => { this.rows = withHex(this.rows, index, event.target.value); }}>
      <div class="stack stack-tight">
        <input class="input" .value=${name} maxlength="60" aria-label=${say(gettext("Name of colour %(number)s"))}
          placeholder=${gettext("Named by its tone")} @change=${(event) => { this.rows = withName(this.rows, index, language, event.target.value.trim()); }}>
        <input class="input code" .value=${row.hex.toUpperCase()} maxlength="9" aria-label=${say(gettext("Code of colour %(number)s"))}
          @change=${(event) => this.#typedHex(event, index)}>
      </div>
      <div class="row-buttons">
        ${this.#button("chevron-up", say(gettext("Move colour %(number)s up")), () => { this.rows = moved(this.rows, index, -1); }, index === 0)}
        ${this.#button("chevron-down", say(gettext("Move colour %(number)s down")), () => { this.rows = moved(this.rows, index, 1); }, index === this.rows.length - 1)}
        ${this.#button("trash-2", say(gettext("Remove colour %(number)s")), () => { this.rows = without(this.rows, index); })}
      </div>
    </li>`;
  }

  render() {
    if (!this.editable) return nothing;
    if (!this.rows) {
      return html`<button type="button" class="button button-quiet button-small" @click=${() => this.#open()}>
        ${icon("palette")}${gettext("Correct the colours")}</button>`;
    }
    const fault = faultOf(this.rows);
    return html`<form class="colour-edit" @submit=${(event) => this.#save(event)}>
      <ol class="stack stack-tight">${this.rows.map((row, index) => this.#row(row, index))}</ol>
      <button type="button" class="button button-small" ?disabled=${this.rows.length >= MOST}
        @click=${() => { this.rows = withNew(this.rows); }}>${icon("plus")}${gettext("Add a colour")}</button>
      ${fault === "none" ? html`<p class="field-errors" role="alert">${gettext("Keep at least one colour.")}</p>` : nothing}
      ${fault === "twice" ? html`<p class="field-errors" role="alert">${gettext("The same tone is there twice.")}</p>` : nothing}
      <div class="row">
        <button class="button button-primary button-small" ?disabled=${this.busy || fault !== null}>${gettext("Save colours")}</button>
        <button type="button" class="button button-quiet button-small" @click=${() => this.#close()}>${gettext("Cancel")}</button>
      </div>
    </form>`;
  }
}

customElements.define("colour-list", ColourList);
