import { effect, signal } from "@preact/signals-core";
import { LitElement, html, nothing } from "lit";
import { ref } from "lit/directives/ref.js";
import { gettext, interpolate } from "../i18n.js";
import { isComposing, meansRedo, meansUndo } from "../keys.js";
import { CanvasState } from "./canvas_state.js";
import { canvasToolbar, helpDialog } from "./canvas_toolbar.js";
import "./flat_sheet.js";
import { attachGestures } from "./gestures.js";
import { glide } from "./glide.js";
import { PhotoFrame } from "./photo_frame.js";
import { attachTool, drawMarks } from "./photo_tool.js";
import { shortcutFor, shortcutsOf } from "./shortcuts.js";
import { boxAround, cameraOf, cssTransform, pan, zoomAt } from "./viewport.js";

const BLINK_MS = 700;
/** Below this width two panes are too small to work in. */
const NARROW = 640;
const PX_PER_MM = 96 / 25.4;

/**
 * <flat-canvas> – photo and flat in one world of millimetres: side by side, overlaid, or one alone.
 * What there is to show comes from a <canvas-source>, which the server may exchange at any time; one layer at a
 * time (photo_tool.js) may draw and work over the photo.
 */
class FlatCanvas extends LitElement {
  state = new CanvasState();
  #blinking = signal(false);
  #blinkOn = signal(false);
  #blinkTimer = 0;
  #panes = new Map();
  #sizes = signal(0);
  #stops = [];
  #observer = new ResizeObserver(() => { this.#sizes.value += 1; });
  #shortcuts = shortcutsOf(this);
  #layer = signal(null);
  #isPanning = false;
  #closeUp = null;
  #modeBefore = null;
  #said = "";

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    this.replaceChildren();
    super.connectedCallback();
    const { state } = this;
    this.#stops = [
      effect(() => {
        for (const part of [state.source, state.mode, state.share, state.outline, state.other, this.#blinking, this.#layer]) void part.value;
        void state.camera.value?.k;
        this.requestUpdate();
      }),
      effect(() => this.#place()),
    ];
    this.addEventListener("flat-loaded", this.#loaded);
    this.addEventListener("flat-failed", this.#failed);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stops.forEach((stop) => stop());
    clearInterval(this.#blinkTimer);
    this.#observer.disconnect();
  }

  /** Called by <canvas-source> whenever the server has something new. */
  open(source) {
    this.state.open(source);
  }

  /** Shows another revision where the photo was; null brings the photo back. */
  compare(other) {
    this.state.other.value = other;
    if (other && this.state.wished.value !== "overlay") this.state.wished.value = "side";
  }

  /** Works with this layer over the photo from now on; null: with none. A photo must be in sight for it. */
  use(layer) {
    if (this.#layer.value !== layer) this.showBefore();
    this.#layer.value = layer;
    const mode = this.state.mode.value;
    const isHidden = mode === "flat" || (mode === "side" && this.clientWidth < NARROW);
    if (!isHidden || !this.state.source.value.photo) return;
    this.#modeBefore ??= this.state.wished.value;
    this.setMode("photo");
  }

  /** Takes the layer away again, unless another has taken its place. */
  leave(layer) {
    if (this.#layer.value !== layer) return;
    this.showBefore();
    this.#layer.value = null;
    if (this.#modeBefore && this.state.wished.value === "photo") this.setMode(this.#modeBefore);
    this.#modeBefore = null;
  }

  /** Where photo points lie in the pane that shows the photo; null while none does. */
  frame() {
    const pane = this.#panes.get("left");
    return pane && this.state.showsPhoto.value ? this.#frameOf(pane) : null;
  }

  paneSize() {
    return this.#anyPane();
  }

  /** Brings a box of the photo [x1, y1, x2, y2] into sight, with some of what lies around it. */
  showBox([x1, y1, x2, y2]) {
    const pane = this.#anyPane();
    if (!pane) return;
    const frame = new PhotoFrame(this.state.matrix.value, { x: 0, y: 0, k: 1 });
    const box = boxAround([[x1, y1], [x2, y1], [x2, y2], [x1, y2]].map((point) => frame.toPane(point)));
    const camera = cameraOf(this.state.close(box, pane), pane);
    const before = this.state.camera.value;
    if (before === null || before !== this.#closeUp?.camera) this.#closeUp = { before };
    this.#closeUp.camera = camera;
    glide(before ?? cameraOf(this.state.look(pane), pane), camera, (step) => { this.state.camera.value = step; });
  }

  /** Back to what was in sight before showBox, unless somebody has moved on since. */
  showBefore() {
    const { before, camera } = this.#closeUp ?? {};
    if (camera && this.state.camera.value === camera) this.state.camera.value = before;
    this.#closeUp = null;
  }

  /** Tells screen readers. */
  say(text) {
    this.#said = text;
    this.requestUpdate();
  }

  setMode(mode) {
    this.#stopBlink();
    this.state.wished.value = mode;
    this.#say();
  }

  setShare(percent) {
    this.#stopBlink();
    this.state.share.value = percent;
  }

  toggleOutline() {
    this.state.outline.value = !this.state.outline.value;
  }

  toggleBlink() {
    if (this.#blinking.value) {
      this.#stopBlink();
      return;
    }
    if (!this.state.left.value || !this.state.source.value.flat) return;
    this.state.wished.value = "overlay";
    this.#blinking.value = true;
    this.#blinkTimer = setInterval(() => { this.#blinkOn.value = !this.#blinkOn.value; }, BLINK_MS);
  }

  #stopBlink() {
    clearInterval(this.#blinkTimer);
    this.#blinking.value = false;
  }

  zoom(factor) {
    const pane = this.#anyPane();
    if (!pane) return;
    this.state.move(zoomAt(this.state.look(pane), factor, { x: pane.width / 2, y: pane.height / 2 }), pane);
    this.#say();
  }

  nudge(dx, dy) {
    const pane = this.#anyPane();
    if (pane) this.state.move(pan(this.state.look(pane), dx, dy), pane);
  }

  fit() {
    this.state.fit();
    this.#say();
  }

  help() {
    this.querySelector("dialog.help").showModal();
  }

  #anyPane() {
    const element = [...this.#panes.values()].at(0);
    return element ? { width: element.clientWidth, height: element.clientHeight } : null;
  }

  #percent() {
    const pane = this.#anyPane();
    return pane ? Math.round((this.state.look(pane).k / PX_PER_MM) * 100) : 100;
  }

  #say() {
    this.say(interpolate(gettext("Zoom %(percent)s percent"), { percent: this.#percent() }));
  }

  #frameOf(element) {
    const view = this.state.look({ width: element.clientWidth, height: element.clientHeight });
    return new PhotoFrame(this.state.matrix.value, view);
  }

  #loaded = (event) => {
    event.target.closest(".pane").classList.remove("pane-failed");
    const { source } = this.state;
    if (event.target.getAttribute("src") === source.value.flat?.src) this.state.drawn.value = event.detail.drawn;
  };

  #failed = (event) => {
    event.target.closest(".pane").classList.add("pane-failed");
  };

  /** Moves what is in the panes without rendering anew: this runs at every step of a gesture. */
  #place() {
    const { state } = this;
    // Read before there is any pane, so that the effect follows them from the start.
    void [this.#sizes.value, state.camera.value, state.box.value];
    const matrix = state.matrix.value;
    const share = this.#blinking.value ? (this.#blinkOn.value ? 100 : 0) : state.share.value;
    const overlaid = state.mode.value === "overlay";
    for (const element of this.#panes.values()) {
      const pane = { width: element.clientWidth, height: element.clientHeight };
      const view = state.look(pane);
      element.querySelector(".world").style.transform = cssTransform(view);
      const photo = element.querySelector(".photo");
      if (photo) photo.style.transform = `matrix(${matrix.join(", ")})`;
      const frame = new PhotoFrame(matrix, view);
      element.querySelector(".found g")?.setAttribute("transform", `matrix(${frame.matrix.join(" ")})`);
      drawMarks(element, state.showsPhoto.value ? this.#layer.value : null, frame);
      const flat = element.querySelector(".pane-over");
      if (flat) flat.style.opacity = overlaid ? String(share / 100) : "";
    }
    const percent = this.querySelector(".zoom-percent");
    if (percent) percent.textContent = `${this.#percent()} %`;
  }

  #keep = (name) => (element) => {
    const before = this.#panes.get(name);
    if (before === element) return;
    if (before) this.#observer.unobserve(before);
    if (!element) {
      this.#panes.delete(name);
      return;
    }
    this.#panes.set(name, element);
    this.#observer.observe(element);
    const size = () => ({ width: element.clientWidth, height: element.clientHeight });
    if (name === "left") {
      attachTool(element, {
        layer: () => (this.state.showsPhoto.value ? this.#layer.value : null),
        frame: () => this.#frameOf(element),
        passing: () => this.#isPanning,
      });
    }
    attachGestures(element, {
      look: () => this.state.look(size()),
      move: (view) => this.state.move(view, size()),
    });
  };
  #keepers = { left: this.#keep("left"), right: this.#keep("right") };

  #keyDown(event) {
    if (isComposing(event) || event.target.closest("dialog, input, textarea")) return;
    if (event.key === " ") this.#isPanning = true;
    if (event.key !== " " && !this.press(event)) return;
    event.preventDefault();
  }

  /** Runs what a key means for the layer, else for the canvas; false when it means nothing. */
  press(event) {
    const layer = this.#layer.value;
    const run = layer && meansUndo(event) ? () => layer.undo() : layer && meansRedo(event) ? () => layer.redo() : null;
    const found = run ?? shortcutFor(event, [...(layer?.shortcuts ?? []), ...this.#shortcuts])?.run;
    found?.();
    return Boolean(found);
  }

  #keyUp(event) {
    if (event.key === " ") this.#isPanning = false;
  }

  updated() {
    this.#place();
  }

  #photo(photo) {
    return html`<img class="photo" src=${photo.src} width=${photo.width} height=${photo.height} alt=${photo.label} draggable="false">`;
  }

  #flat({ src, label }, over = false) {
    return html`<flat-sheet class="sheet ${over ? "pane-over" : ""}" role="img" aria-label=${label} src=${src}></flat-sheet>`;
  }

  #found(source) {
    if (!source.outline || !this.state.outline.value) return nothing;
    return html`<svg class="found" aria-hidden="true"><g><polygon points=${source.outline}></polygon></g></svg>`;
  }

  #pane(name, label, content) {
    return html`<div class="pane" data-pane=${name} ${ref(this.#keepers[name])}>
      <div class="world">${content.world}</div>
      ${content.found ?? nothing}
      ${name === "left" ? html`<svg class="marks" aria-hidden="true"></svg>` : nothing}
      <span class="pane-label">${label}</span>
      <p class="pane-problem">${gettext("The flat could not be loaded. Reload the page.")}</p>
    </div>`;
  }

  #panesOf(mode, source) {
    const other = this.state.other.value;
    const left = other
      ? { world: this.#flat(other) }
      : { world: source.photo ? this.#photo(source.photo) : nothing, found: this.#found(source) };
    const leftLabel = other?.label ?? gettext("Photo");
    const flatLabel = source.flat?.label ?? gettext("Flat");
    if (mode === "overlay") {
      const world = html`${left.world}${this.#flat(source.flat, true)}`;
      return this.#pane("left", `${leftLabel} + ${flatLabel}`, { world, found: left.found });
    }
    return html`
      ${mode === "flat" ? nothing : this.#pane("left", leftLabel, left)}
      ${mode === "photo" ? nothing : this.#pane("right", flatLabel, { world: this.#flat(source.flat) })}`;
  }

  render() {
    const { state } = this;
    const source = state.source.value;
    const mode = state.mode.value;
    const both = Boolean(state.left.value && source.flat);
    const usable = both ? ["side", "overlay", "photo", "flat"] : [mode];
    const shows = mode === "photo" ? state.left.value : mode === "flat" ? source.flat : true;
    return html`
      ${canvasToolbar(this, {
        mode,
        usable,
        share: state.share.value,
        outline: state.outline.value,
        hasOutline: Boolean(source.outline) && mode !== "flat",
        blinking: this.#blinking.value,
      })}
      <div class="panes panes-${mode}" tabindex="0" role="application" aria-label=${gettext("Photo and flat. Press ? for the keys.")}
        @keydown=${(event) => this.#keyDown(event)} @keyup=${(event) => this.#keyUp(event)} @blur=${() => { this.#isPanning = false; }}>
        ${shows ? this.#panesOf(mode, source) : html`<p class="pane-empty">${gettext("There is no photo yet.")}</p>`}
      </div>
      <p class="unseen" role="status">${this.#said}</p>
      ${helpDialog([...(this.#layer.value?.shortcuts ?? []), ...this.#shortcuts])}`;
  }
}

customElements.define("flat-canvas", FlatCanvas);
