import { svg, nothing } from "lit";
import { gettext, interpolate } from "../../i18n.js";
import { placed } from "../label_places.js";
import { undoLines } from "../shortcuts.js";
import { TAG_HEIGHT, points, tag, tagWidth } from "../marks.js";
import { contains, corners, grown, handleAt, handlePlaces, moved, resized, sizeOf, tidy, under } from "./boxes.js";
import { STATE_ICONS, kindLabel, stateLabel } from "./kinds.js";
import { inOrder } from "./part_order.js";

const CURSORS = { nw: "nwse-resize", se: "nwse-resize", ne: "nesw-resize", sw: "nesw-resize", n: "ns-resize", s: "ns-resize", e: "ew-resize", w: "ew-resize" };
/** Steps of the arrow keys in pane pixels, and how long a pause ends one correction. */
const STEP_PX = 2;
const PAUSE_MS = 600;
/** The box that the keyboard places: this share of what is in sight. */
const NEW_SHARE = 0.12;

/** "Button 3, accepted, 3 of 24" – what a screen reader says when the selection moves. */
export function spoken(part, parts) {
  const at = inOrder(parts).findIndex(({ id }) => id === part.id) + 1;
  return interpolate(gettext("%(name)s, %(state)s, %(at)s of %(all)s"), {
    name: partName(part),
    state: stateLabel(part.state),
    at,
    all: parts.length,
  });
}

export function partName({ kind, number }) {
  return number ? `${kindLabel(kind)} ${number}` : kindLabel(kind);
}

/** Only what somebody decided has a sign: the fewer signs, the more of the garment is seen. */
function tagIcon({ state }) {
  return state === "open" ? "" : STATE_ICONS[state];
}

/** The photo layer of the found parts; see photo_tool.js for what a layer is. */
export class PartsLayer {
  #pause = 0;
  #lastKind = "button";

  constructor(store, { canvas, editable, photo, chooseKind, renamed }) {
    this.store = store;
    this.canvas = canvas;
    this.editable = editable;
    /** () → {width, height} of the upright photo. */
    this.photo = photo;
    this.renamed = renamed;
    this.shortcuts = this.#shortcutsWith(chooseKind);
  }

  undo() {
    this.#settle();
    this.store.undo();
  }

  redo() {
    this.store.redo();
  }

  marks(frame, pane) {
    const { store } = this;
    const [selected, hovered, draft] = [store.selected.value, store.hovered.value, store.draft.value];
    const parts = inOrder(store.parts.value).map((part) => ({ ...part, box: store.boxOf(part) }));
    const labels = this.#labels(parts, frame, pane, selected, hovered);
    const above = ({ id }) => (id === selected ? 2 : id === hovered ? 1 : 0);
    const stacked = [...parts].sort((a, b) => above(a) - above(b));
    const chosen = parts.find(({ id }) => id === selected);
    return svg`
      ${stacked.map((part) => this.#box(part.box, frame, `part-${part.state} ${part.id === selected ? "is-selected" : ""} ${part.id === hovered ? "is-hovered" : ""}`))}
      ${parts.map((part) => (labels.has(part.id) ? tag(labels.get(part.id), partName(part), { icon: tagIcon(part), className: `part-${part.state}` }) : nothing))}
      ${draft && draft.id === null ? this.#box(draft.box, frame, "part-added is-selected") : nothing}
      ${chosen && this.editable() ? this.#handles(chosen.box, frame) : nothing}`;
  }

  #box(box, frame, className) {
    const outline = points(corners(box).map((corner) => frame.toPane(corner)));
    return svg`<g class="part ${className}"><polygon class="halo" points=${outline}></polygon><polygon class="line" points=${outline}></polygon></g>`;
  }

  #handles(box, frame) {
    return handlePlaces(box, frame).map(
      ([, [x, y]]) => svg`<rect class="handle" x=${Math.round(x) - 4} y=${Math.round(y) - 4} width="8" height="8"></rect>`,
    );
  }

  #labels(parts, frame, pane, selected, hovered) {
    const named = parts.filter(({ id, state }) => state !== "rejected" || id === selected || id === hovered);
    const wishes = named.map((part) => {
      const shown = corners(part.box).map((corner) => frame.toPane(corner));
      const x = Math.min(...shown.map(([value]) => value));
      const y = Math.min(...shown.map(([, value]) => value));
      const now = part.id === selected || part.id === hovered;
      return {
        key: part.id,
        x,
        y: y - TAG_HEIGHT - 2,
        width: tagWidth(partName(part), tagIcon(part)),
        height: TAG_HEIGHT,
        weight: (part.id === selected ? 2e6 : now ? 1e6 : 0) - y + sizeOf(part.box).width * frame.scale * 4,
        always: now,
      };
    });
    return placed(wishes, pane);
  }

  press(at, frame, reach) {
    if (!this.editable()) return null;
    const { store } = this;
    if (store.adding.value) return this.#drawing(at, frame);
    const part = store.current.value;
    if (!part) return null;
    const handle = handleAt(part.box, at, frame, reach);
    if (!handle && !contains(part.box, frame.toPhoto(at), 2 / frame.scale)) return null;
    const from = frame.toPhoto(at);
    return this.#dragging(part, (to) =>
      handle
        ? resized(part.box, handle, frame.toPhoto(to), this.photo())
        : moved(part.box, frame.toPhoto(to)[0] - from[0], frame.toPhoto(to)[1] - from[1], this.photo()),
    );
  }

  #dragging(part, boxAt) {
    const { store } = this;
    this.#settle();
    return {
      move: (to) => { store.draft.value = { id: part.id, box: boxAt(to) }; },
      drop: () => this.#commit(),
      cancel: () => { store.draft.value = null; },
    };
  }

  #drawing(at, frame) {
    const { store } = this;
    const [x, y] = frame.toPhoto(at);
    const boxAt = (to) => tidy([x, y, ...frame.toPhoto(to)], this.photo());
    return {
      move: (to) => { store.draft.value = { id: null, box: boxAt(to) }; },
      drop: () => {
        const { box } = store.draft.value;
        store.draft.value = null;
        this.addBox(box);
      },
      cancel: () => { store.draft.value = null; },
    };
  }

  /** Sends what was dragged or nudged; the draft stays until the answer, so that nothing jumps back. */
  async #commit() {
    clearTimeout(this.#pause);
    const { store } = this;
    const draft = store.draft.value;
    if (!draft) return;
    const sent = store.change(draft.id, { box: draft.box });
    store.draft.value = null;
    await sent;
  }

  #settle() {
    if (this.store.draft.value?.id) this.#commit();
  }

  async addBox(box) {
    const { store } = this;
    const kind = store.adding.value;
    this.#lastKind = kind;
    if (await store.add(kind, box)) this.say();
  }

  /** A new box in the middle of what is in sight: the way to add a part without dragging. */
  addInMiddle() {
    const frame = this.canvas.frame();
    const pane = this.canvas.paneSize();
    if (!frame || !this.store.adding.value) return;
    const [x, y] = frame.toPhoto([pane.width / 2, pane.height / 2]);
    const half = (Math.min(pane.width, pane.height) * NEW_SHARE) / 2 / frame.scale;
    this.addBox(tidy([x - half, y - half, x + half, y + half], this.photo()));
  }

  click(at, frame, event) {
    const { store } = this;
    if (store.adding.value) return;
    const hits = under(this.store.parts.value, at, frame);
    const now = hits.findIndex(({ id }) => id === store.selected.value);
    const hit = event.altKey || hits[now]?.id === hits[0]?.id ? hits[(now + 1) % (hits.length || 1)] : hits[0];
    this.#settle();
    store.select(hit?.id ?? null);
    this.say();
  }

  hover(at, frame) {
    const { store } = this;
    if (store.adding.value) return "crosshair";
    const hit = under(store.parts.value, at, frame)[0];
    if (store.hovered.value !== (hit?.id ?? null)) store.hovered.value = hit?.id ?? null;
    const part = store.current.value;
    if (part && this.editable()) {
      const handle = handleAt(part.box, at, frame, 8);
      if (handle) return CURSORS[handle];
      if (contains(part.box, frame.toPhoto(at))) return "move";
    }
    return hit ? "pointer" : "";
  }

  leave() {
    this.store.hovered.value = null;
  }

  open(at, frame) {
    const hit = under(this.store.parts.value, at, frame)[0];
    if (!hit) return false;
    this.store.select(hit.id);
    this.show();
    return true;
  }

  /** Zooms to the selected part. */
  show() {
    const part = this.store.current.value;
    if (part) this.canvas.showBox(this.store.boxOf(part));
  }

  say() {
    const part = this.store.current.value;
    if (part) this.canvas.say(spoken(part, this.store.parts.value));
  }

  #go(step, options) {
    this.#settle();
    if (!this.store.step(step, options)) {
      this.canvas.say(gettext("Every part has been looked at."));
      return;
    }
    if (this.store.following.value) this.show();
    this.say();
  }

  /** Decides about the selected part and goes on to the next that nobody has looked at. */
  decide(verb) {
    const { store } = this;
    const part = store.current.value;
    if (!part) return;
    this.#settle();
    store[verb](part.id);
    this.#go(1, { open: true });
  }

  #nudge(dx, dy, change) {
    const { store } = this;
    const part = store.current.value;
    const frame = this.canvas.frame();
    if (!part || !frame) return;
    const step = Math.max(1, STEP_PX / frame.scale);
    store.draft.value = { id: part.id, box: change(store.boxOf(part), dx * step, dy * step, this.photo()) };
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#commit(), PAUSE_MS);
  }

  #shortcutsWith(chooseKind) {
    const { store } = this;
    const mayEdit = () => this.editable();
    const chosen = () => this.editable() && store.current.value !== null;
    const arrows = (change, shift, label) =>
      [["ArrowLeft", "←", -1, 0], ["ArrowRight", "→", 1, 0], ["ArrowUp", "↑", 0, -1], ["ArrowDown", "↓", 0, 1]].map(
        ([key, shown, dx, dy]) => ({
          keys: [key], shown: [shift ? `⇧${shown}` : shown], shift, label, when: chosen, run: () => this.#nudge(dx, dy, change),
        }),
      );
    return [
      { keys: ["j"], shift: false, label: gettext("Next part"), run: () => this.#go(1) },
      { keys: ["k"], shift: false, label: gettext("Previous part"), run: () => this.#go(-1) },
      { keys: ["j"], shown: ["⇧J"], shift: true, label: gettext("Next part to be looked at"), run: () => this.#go(1, { open: true }) },
      { keys: ["k"], shown: ["⇧K"], shift: true, label: gettext("Previous part to be looked at"), run: () => this.#go(-1, { open: true }) },
      { keys: ["y"], label: gettext("Accept, and go on"), when: chosen, run: () => this.decide("accept") },
      { keys: ["n", "Delete", "Backspace"], shown: ["N", "Del"], label: gettext("Reject, and go on"), when: chosen, run: () => this.decide("reject") },
      { keys: ["e", "Enter"], shown: ["E", "↵"], label: gettext("Change the kind"), when: chosen, run: chooseKind },
      { keys: ["a"], label: gettext("Add a part: drag a box"), when: mayEdit, run: () => this.startAdding() },
      { keys: ["Enter"], shown: [], label: gettext("Add a part: drag a box"), when: () => mayEdit() && store.adding.value !== null, run: () => this.addInMiddle() },
      { keys: ["u"], label: gettext("Take the last decision about the part back"), when: chosen, run: () => this.takeBack() },
      { keys: ["f"], label: gettext("Zoom to the part"), run: () => this.show() },
      ...arrows(moved, false, gettext("Move the box")),
      ...arrows(grown, true, gettext("Make the box larger or smaller")),
      ...undoLines(),
      { keys: ["Escape"], shown: ["Esc"], label: gettext("Leave the part, or stop adding"), run: () => this.escape() },
    ];
  }

  startAdding() {
    const { store } = this;
    const kind = store.current.value?.kind ?? store.adding.value ?? this.#lastKind;
    this.#settle();
    store.select(null);
    store.adding.value = kind;
    this.canvas.say(gettext("Drag a box over the part. Enter places one in the middle, Escape stops."));
  }

  takeBack() {
    const part = this.store.current.value;
    if (part && part.state !== "open") this.store.takeBack(part.id);
  }

  escape() {
    const { store } = this;
    clearTimeout(this.#pause);
    if (store.draft.value) store.draft.value = null;
    else if (store.adding.value) store.adding.value = null;
    else {
      store.select(null);
      this.canvas.showBefore();
    }
  }
}
