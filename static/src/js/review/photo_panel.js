import { effect } from "@preact/signals-core";
import { LitElement, html } from "lit";
import { gettext } from "../i18n.js";
import { icon } from "../icon.js";

/**
 * What the panels beside the photo have in common: each is for one photo of a <flat-canvas for>, loads anew when
 * the photo or its analysis changes, and has its layer on the canvas while its tab `tab` is shown.
 */
export class PhotoPanel extends LitElement {
  static properties = { editable: { type: Boolean } };

  #stops = [];
  #opened = "";

  createRenderRoot() {
    return this;
  }

  /** Name of the tab; overridden. */
  tab = "";
  /** The layer of photo_tool.js; overridden. */
  layer = null;

  get canvas() {
    return document.getElementById(this.getAttribute("for"));
  }

  get source() {
    return this.canvas.state.source.value;
  }

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener("side-tab", this.#shown);
    this.addEventListener("keydown", this.#keyDown);
    customElements.whenDefined("flat-canvas").then(() => {
      this.#stops.push(
        effect(() => {
          const { photo, analysis, style } = this.source;
          const opened = [style, photo?.id, analysis?.id].join();
          if (opened === this.#opened || !style) return;
          this.#opened = opened;
          queueMicrotask(() => this.opened(photo?.id || null, style));
        }),
        effect(() => {
          this.watched();
          void this.canvas.state.source.value;
          this.requestUpdate();
        }),
      );
    });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener("side-tab", this.#shown);
    this.#stops.forEach((stop) => stop());
    this.#stops = [];
    this.#opened = "";
  }

  /** Called with another photo or another analysis of it; overridden. */
  opened(_photo, _style) {}

  /** Reads every signal the panel shows; overridden. */
  watched() {}

  #shown = ({ detail }) => {
    const { canvas } = this;
    if (detail.name === this.tab) canvas.use(this.layer);
    else canvas.leave(this.layer);
  };

  /** The keys of the canvas count in the panel too, except where a control needs them itself. */
  #keyDown = (event) => {
    const isText = event.target.closest("input, textarea, select, dialog");
    const isOwnKey = [" ", "Enter", "Tab"].includes(event.key) || event.key.startsWith("Arrow");
    if (isText || event.defaultPrevented || (isOwnKey && event.target.closest("button, summary, a"))) return;
    if (this.canvas.press(event)) event.preventDefault();
  };

  loadingNotice() {
    return html`<p class="side-section panel-wait soft small" role="status">${icon("loader-circle", "spin")}${gettext("Loading …")}</p>`;
  }

  failedNotice(text, again) {
    return html`<div class="side-section"><div class="notice notice-bad" role="alert">${icon("circle-alert")}
      <div><strong>${gettext("This could not be loaded")}</strong>${text}
        <button type="button" class="button button-small" @click=${again}>${icon("rotate-ccw")}${gettext("Try again")}</button></div></div></div>`;
  }

  /** Nothing was found, or nothing was looked for: says which, and offers the analysis where that helps. */
  emptyNotice(words) {
    const { photo, analysis } = this.source;
    if (!photo) return this.#empty("image-off", gettext("There is no photo yet."), gettext("Add one on the page of the style."));
    if (analysis.state === "no") return this.#empty("scan-search", gettext("The photo has not been read yet."), words.later, this.#askButton());
    if (analysis.state === "before") {
      return this.#empty("history", gettext("The photo was read by an earlier version."), words.before, this.#askButton());
    }
    return this.#empty("scan-search", words.none, words.hint);
  }

  #empty(picture, title, text, action = null) {
    return html`<div class="side-section panel-empty">${icon(picture, "icon-large")}<strong>${title}</strong><p class="soft small">${text}</p>${action}</div>`;
  }

  #askButton() {
    const { ask } = this.source.analysis;
    if (!this.editable || !ask) return null;
    return html`<button type="button" class="button button-small" @click=${() => this.#ask(ask)}>${icon("scan-search")}${gettext("Read the photo again")}</button>`;
  }

  #ask(url) {
    globalThis.htmx.ajax("POST", url, {
      source: this,
      target: "#tasks",
      select: "#tasks",
      swap: "outerHTML",
      selectOOB: "#toasts:beforeend",
      values: { next: location.pathname + location.search },
    });
  }
}
