import { html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { gettext, interpolate } from "../../i18n.js";
import { icon } from "../../icon.js";
import { toast } from "../../toasts.js";
import { PhotoPanel } from "../photo_panel.js";
import { advisoryText } from "./advisories.js";
import { KINDS, STATE_ICONS, isKept, kindLabel, stateLabel } from "./kinds.js";
import { currentPart } from "./current_part.js";
import { partsApi } from "./parts_api.js";
import { PartsLayer, partName } from "./parts_layer.js";
import { PartsStore } from "./parts_store.js";

const FOLLOWING = "review:following";

/** <parts-panel for="canvas" editable> – the parts of the photo, to be accepted, corrected, rejected and added. */
class PartsPanel extends PhotoPanel {
  tab = "parts";
  store = new PartsStore(partsApi, toast, {
    stale: () => gettext("Somebody changed this in the meantime. It has been loaded again."),
  });

  layer = new PartsLayer(this.store, {
    canvas: { frame: () => this.canvas.frame(), paneSize: () => this.canvas.paneSize(), showBox: (box) => this.canvas.showBox(box), showBefore: () => this.canvas.showBefore(), say: (text) => this.canvas.say(text) },
    editable: () => this.editable,
    photo: () => this.source.photo,
    chooseKind: () => this.#chooseKind(),
    renamed: () => this.#renamed(),
  });

  #cameFrom = null;

  constructor() {
    super();
    this.store.following.value = stored(FOLLOWING) !== "off";
  }

  opened(photo) {
    this.store.open(photo);
  }

  watched() {
    const { store } = this;
    for (const part of [store.status, store.problem, store.groups, store.current, store.hovered, store.adding, store.draft, store.following]) void part.value;
    void [store.history.canUndo.value, store.history.canRedo.value];
    const { looked, all } = store.progress.value;
    const count = document.getElementById("parts-count");
    if (count) count.textContent = all ? `${looked}/${all}` : "";
  }

  /** To the kind's list, opened where the browser lets us. */
  #chooseKind() {
    const select = this.querySelector(".part-kind");
    this.#cameFrom = document.activeElement;
    select?.focus();
    select?.addEventListener("blur", () => { this.#cameFrom = null; }, { once: true });
    try {
      select?.showPicker();
    } catch {
      // the focus must do
    }
  }

  /** Who came by key goes back to where the keys work. */
  #renamed() {
    this.#cameFrom?.focus();
    this.#cameFrom = null;
  }

  #pick(part) {
    const { store } = this;
    store.select(part.id);
    if (store.following.value) this.layer.show();
    this.layer.say();
  }

  updated() {
    const { store } = this;
    const id = store.selected.value;
    if (id === this.shownId) return;
    this.shownId = id;
    this.querySelector("[data-current]")?.scrollIntoView({ block: "nearest" });
  }

  #row(part) {
    const { store } = this;
    const isSelected = part.id === store.selected.value;
    const name = partName(part);
    const say = (text) => interpolate(text, { name });
    return html`<li class="part-row state-${part.state}" ?data-current=${isSelected} ?data-hovered=${part.id === store.hovered.value}
      @pointerenter=${() => { store.hovered.value = part.id; }} @pointerleave=${() => { store.hovered.value = null; }}>
      <button type="button" class="part-name" aria-current=${isSelected ? "true" : nothing} @click=${() => this.#pick(part)}>
        <span class="state-mark" title=${stateLabel(part.state)}>${icon(STATE_ICONS[part.state])}<span class="unseen">${stateLabel(part.state)}</span></span>
        <span class="part-words">${name}</span>
        ${part.advisories.length ? html`<span class="icon-warn" title=${part.advisories.map(advisoryText).join("\n")}>${icon("triangle-alert")}<span class="unseen">${gettext("has a note")}</span></span>` : nothing}
        ${part.confidence === null ? nothing : html`<span class="soft numbers" title=${gettext("How sure the analysis is")}>${Math.round(part.confidence * 100)} %</span>`}
      </button>
      ${this.editable
        ? html`<button type="button" class="button button-quiet button-small button-icon" aria-label=${say(gettext("Accept %(name)s"))} title=${say(gettext("Accept %(name)s"))}
              aria-pressed=${String(isKept(part.state))} @click=${() => store.accept(part.id)}>${icon("check")}</button>
            <button type="button" class="button button-quiet button-small button-icon" aria-label=${say(gettext("Reject %(name)s"))} title=${say(gettext("Reject %(name)s"))}
              aria-pressed=${String(part.state === "rejected")} @click=${() => store.reject(part.id)}>${icon("x")}</button>`
        : nothing}
    </li>`;
  }

  #group({ kind, parts }) {
    const open = parts.filter(({ state }) => state === "open").length;
    return html`<section class="part-group" aria-label=${kindLabel(kind)}>
      <h3>${kindLabel(kind)} <span class="numbers">${parts.length}</span>${open ? nothing : html`<span class="icon-ok" title=${gettext("All looked at")}>${icon("check-check")}</span>`}</h3>
      <ul>${parts.map((part) => this.#row(part))}</ul>
    </section>`;
  }

  #adding() {
    const { store } = this;
    return html`<div class="part-card" role="group" aria-label=${gettext("New part")}>
      <p class="row">${icon("square-dashed-mouse-pointer")}<strong>${gettext("Drag a box over the part")}</strong></p>
      <label class="field"><span class="label">${gettext("Kind")}</span>
        <select class="input part-kind" @change=${(event) => { store.adding.value = event.target.value; }}>
          ${KINDS.map((kind) => html`<option value=${kind} ?selected=${kind === store.adding.value}>${kindLabel(kind)}</option>`)}
        </select></label>
      <div class="row">
        <button type="button" class="button button-small" @click=${() => this.layer.addInMiddle()}>${icon("crosshair")}${gettext("Place in the middle")}</button>
        <button type="button" class="button button-quiet button-small" @click=${() => this.layer.escape()}>${gettext("Stop adding")}</button>
      </div>
    </div>`;
  }

  #tool(picture, label, run, { disabled = false, pressed = null } = {}) {
    return html`<button type="button" class="button button-quiet button-small button-icon" aria-label=${label} title=${label} ?disabled=${disabled}
      aria-pressed=${pressed === null ? nothing : String(pressed)} @click=${run}>${icon(picture)}</button>`;
  }

  #head() {
    const { store } = this;
    const { looked, all } = store.progress.value;
    const rest = all - looked;
    const following = store.following.value;
    return html`<div class="side-section parts-head">
      <div class="progress-line">
        <h2>${interpolate(gettext("%(looked)s of %(all)s looked at"), { looked, all })}</h2>
        ${rest ? nothing : html`<span class="badge badge-ok">${icon("check-check")}${gettext("Done")}</span>`}
        <span class="grow"></span>
        ${this.editable
          ? html`${this.#tool("undo-2", gettext("Undo (Ctrl+Z)"), () => this.layer.undo(), { disabled: !store.history.canUndo.value })}
            ${this.#tool("redo-2", gettext("Redo (Ctrl+Shift+Z)"), () => this.layer.redo(), { disabled: !store.history.canRedo.value })}`
          : nothing}
        ${this.#tool("focus", gettext("Zoom to each part"), () => this.#follow(!following), { pressed: following })}
      </div>
      <progress max=${all} .value=${live(looked)} aria-label=${gettext("Parts looked at")}></progress>
      ${this.editable
        ? html`<div class="row">
            <button type="button" class="button button-small grow" aria-pressed=${String(store.adding.value !== null)} @click=${() => (store.adding.value ? this.layer.escape() : this.layer.startAdding())}>${icon("plus")}${gettext("Add")} <kbd>A</kbd></button>
            ${rest ? html`<button type="button" class="button button-small grow" @click=${() => store.acceptRest()}>${icon("check-check")}${gettext("Accept the rest")} <span class="numbers">${rest}</span></button>` : nothing}
          </div>`
        : nothing}
    </div>`;
  }

  #follow(on) {
    this.store.following.value = on;
    store(FOLLOWING, on ? "on" : "off");
    if (on) this.layer.show();
  }

  #body() {
    const { store } = this;
    if (!store.parts.value.length && !store.adding.value) {
      return html`${this.emptyNotice({
        later: gettext("Its parts stand here once it has been read."),
        before: gettext("Parts were not looked for then. Read it again to find buttons, zips, pockets and more."),
        none: gettext("No parts were found in this photo."),
        hint: gettext("Plain garments have few. What is missing you can add yourself."),
      })}
      ${this.editable && this.source.photo ? html`<div class="side-section"><button type="button" class="button button-small button-wide" @click=${() => this.layer.startAdding()}>${icon("plus")}${gettext("Add a part")} <kbd>A</kbd></button></div>` : nothing}`;
    }
    return html`${this.#head()}
      <div class="parts-now">${store.adding.value ? this.#adding() : currentPart(this.layer, this.editable)}</div>
      ${this.source.analysis.doubts.map((code) => html`<p class="part-note side-note">${icon("triangle-alert", "icon-warn")}<span>${advisoryText(code)}</span></p>`)}
      <div class="part-groups">${store.groups.value.map((group) => this.#group(group))}</div>`;
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

function stored(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function store(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // without storage the choice lasts for this page
  }
}

customElements.define("parts-panel", PartsPanel);
