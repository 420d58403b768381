import { svg, nothing } from "lit";
import { gettext, interpolate } from "../../i18n.js";
import { placed } from "../label_places.js";
import { undoLines } from "../shortcuts.js";
import { TAG_HEIGHT, points, tag, tagWidth } from "../marks.js";
import { writeCentimetres } from "./centimetres.js";
import { landmarkLabel } from "./landmark_names.js";

const POINT_PX = 5;
const TICK_PX = 7;
const STEP_PX = 1;
const PAUSE_MS = 600;

/** The photo layer of landmarks and measuring lines; see photo_tool.js for what a layer is. */
export class MeasureLayer {
  #pause = 0;

  constructor(store, { canvas, editable, photo }) {
    this.store = store;
    this.canvas = canvas;
    this.editable = editable;
    /** () → {width, height} of the upright photo. */
    this.photo = photo;
    this.shortcuts = this.#shortcuts();
  }

  marks(frame, pane) {
    const { store } = this;
    const shown = store.visible.value.map((point) => ({ ...point, at: frame.toPane(store.pointOf(point)) }));
    const now = [store.selected.value, store.hovered.value];
    const rows = store.rows.value.filter(({ line, photo_id: photo }) => line && photo === store.photo);
    const active = store.activeRow.value;
    const labels = this.#labels(shown, now, pane);
    return svg`
      ${rows.filter(({ pom }) => pom !== active?.pom).map((row) => this.#line(row.line, frame, "measure-quiet"))}
      ${rows.includes(active) ? this.#line(active.line, frame, "measure-now") : nothing}
      ${shown.map((point) => this.#point(point, now))}
      ${shown.map(({ name }) => (labels.has(name) ? tag(labels.get(name), landmarkLabel(name), { className: "tag-point" }) : nothing))}
      ${rows.includes(active) ? this.#value(active, frame, pane) : nothing}`;
  }

  /** A measuring line with a tick across each end, as on a flat. */
  #line(line, frame, className) {
    const shown = line.map((point) => frame.toPane(point));
    const ticks = [[shown[0], shown[1]], [shown.at(-1), shown.at(-2)]].map(([[x, y], [toX, toY]]) => {
      const length = Math.hypot(toX - x, toY - y) || 1;
      const [dx, dy] = [((toY - y) / length) * TICK_PX, (-(toX - x) / length) * TICK_PX];
      return [[x - dx, y - dy], [x + dx, y + dy]];
    });
    return svg`<g class="measure ${className}">${["halo", "line"].map(
      (stroke) => svg`<polyline class=${stroke} points=${points(shown)}></polyline>${ticks.map((tick) => svg`<polyline class=${stroke} points=${points(tick)}></polyline>`)}`,
    )}</g>`;
  }

  #point({ name, at: [x, y], provenance }, now) {
    const isNow = now.includes(name);
    const size = isNow ? POINT_PX + 2 : POINT_PX;
    const shape = provenance === "estimated"
      ? svg`<circle class="halo" cx=${x} cy=${y} r=${size}></circle><circle class="line" cx=${x} cy=${y} r=${size}></circle>`
      : svg`<rect class="halo" x=${x - size} y=${y - size} width=${2 * size} height=${2 * size}></rect><rect class="line" x=${x - size} y=${y - size} width=${2 * size} height=${2 * size}></rect>`;
    return svg`<g class="landmark ${isNow ? "is-selected" : ""}">${shape}<circle class="dot" cx=${x} cy=${y} r="1.5"></circle></g>`;
  }

  /** The name of the point in hand; names of all of them would hide the garment. */
  #labels(shown, now, pane) {
    const wishes = shown
      .filter(({ name }) => now.includes(name))
      .map(({ name, at: [x, y] }) => ({
        key: name, x: x + POINT_PX + 6, y: y - TAG_HEIGHT / 2, width: tagWidth(landmarkLabel(name)), height: TAG_HEIGHT, weight: name === now[0] ? 2 : 1, always: true,
      }));
    return placed(wishes, pane);
  }

  #value(row, frame, pane) {
    const shown = row.line.map((point) => frame.toPane(point));
    const [x, y] = middleOf(shown);
    const name = document.documentElement.lang === "ja" ? row.name_ja : row.name_en;
    const text = row.value === null ? `${row.pom} ${name}` : `${row.pom} ${name} ${writeCentimetres(row.value)} ${row.unit}`;
    const width = tagWidth(text);
    const wish = { key: row.pom, x: x - width / 2, y: y - TAG_HEIGHT / 2, width, height: TAG_HEIGHT, weight: 1, always: true };
    const at = placed([wish], pane).get(row.pom);
    return at ? tag(at, text, { className: "tag-measure" }) : nothing;
  }

  #pointAt(at, frame, reach) {
    const { store } = this;
    const near = store.visible.value
      .map((point) => {
        const [x, y] = frame.toPane(store.pointOf(point));
        return { point, distance: Math.hypot(x - at[0], y - at[1]) };
      })
      .filter(({ distance }) => distance <= reach)
      .sort((a, b) => a.distance - b.distance);
    return near[0]?.point ?? null;
  }

  press(at, frame, reach) {
    const { store } = this;
    const point = this.editable() ? this.#pointAt(at, frame, Math.max(reach, 12)) : null;
    if (!point) return null;
    this.#settle();
    const [fromX, fromY] = frame.toPhoto(at);
    return {
      move: (to) => {
        const [x, y] = frame.toPhoto(to);
        store.selected.value = point.name;
        this.#draftAt(point, point.x + x - fromX, point.y + y - fromY);
      },
      drop: () => this.#commit(),
      cancel: () => { store.draft.value = null; },
    };
  }

  #draftAt({ name }, x, y) {
    const { width, height } = this.photo();
    this.store.draft.value = { name, x: Math.min(Math.max(x, 0), width), y: Math.min(Math.max(y, 0), height) };
  }

  #commit() {
    clearTimeout(this.#pause);
    const { store } = this;
    const draft = store.draft.value;
    if (!draft) return;
    store.movePoint(draft.name, [draft.x, draft.y]);
    store.draft.value = null;
  }

  #settle() {
    if (this.store.draft.value) this.#commit();
  }

  click(at, frame) {
    this.#settle();
    this.store.selected.value = this.#pointAt(at, frame, 12)?.name ?? null;
    this.say();
  }

  hover(at, frame) {
    const point = this.#pointAt(at, frame, 12);
    if (this.store.hovered.value !== (point?.name ?? null)) this.store.hovered.value = point?.name ?? null;
    return point ? (this.editable() ? "move" : "pointer") : "";
  }

  leave() {
    this.store.hovered.value = null;
  }

  open(at, frame) {
    return this.#pointAt(at, frame, 12) !== null;
  }

  undo() {
    this.#settle();
    this.store.undo();
  }

  redo() {
    this.store.redo();
  }

  say() {
    const { store } = this;
    const point = store.chosen.value;
    if (!point) return;
    const at = store.visible.value.indexOf(point) + 1;
    this.canvas.say(interpolate(gettext("%(name)s, point %(at)s of %(all)s"), { name: landmarkLabel(point.name), at, all: store.visible.value.length }));
  }

  /** Shows where a point is. */
  show() {
    const point = this.store.chosen.value;
    if (!point) return;
    const [x, y] = this.store.pointOf(point);
    const around = Math.max(this.photo().width, this.photo().height) * 0.04;
    this.canvas.showBox([x - around, y - around, x + around, y + around]);
  }

  /** A point that was not found, in the middle of what is in sight; from there it is dragged or moved by keys. */
  place(name) {
    const frame = this.canvas.frame();
    const pane = this.canvas.paneSize();
    if (!frame || !pane) return;
    this.store.selected.value = name;
    this.store.movePoint(name, frame.toPhoto([pane.width / 2, pane.height / 2]));
  }

  #go(step) {
    this.#settle();
    if (this.store.step(step)) this.say();
  }

  #nudge(dx, dy) {
    const { store } = this;
    const point = store.chosen.value;
    const frame = this.canvas.frame();
    if (!point || !frame) return;
    const [x, y] = store.pointOf(point);
    const step = Math.max(0.5, STEP_PX / frame.scale);
    this.#draftAt(point, x + dx * step, y + dy * step);
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#commit(), PAUSE_MS);
  }

  #shortcuts() {
    const { store } = this;
    const chosen = () => this.editable() && store.chosen.value !== null;
    const arrows = (far, shift) =>
      [["ArrowLeft", "←", -1, 0], ["ArrowRight", "→", 1, 0], ["ArrowUp", "↑", 0, -1], ["ArrowDown", "↓", 0, 1]].map(([key, shown, dx, dy]) => ({
        keys: [key],
        shown: [shift ? `⇧${shown}` : shown],
        shift,
        label: shift ? gettext("Move the point further") : gettext("Move the point"),
        when: chosen,
        run: () => this.#nudge(dx * far, dy * far),
      }));
    return [
      { keys: ["j"], label: gettext("Next point"), run: () => this.#go(1) },
      { keys: ["k"], label: gettext("Previous point"), run: () => this.#go(-1) },
      { keys: ["f"], label: gettext("Zoom to the point"), run: () => this.show() },
      ...arrows(1, false),
      ...arrows(10, true),
      { keys: ["Delete", "Backspace"], shown: ["Del"], label: gettext("The point is not there"), when: chosen, run: () => store.hidePoint(store.selected.value) },
      { keys: ["u"], label: gettext("Put the point back to where it was found"), when: chosen, run: () => store.resetPoint(store.selected.value) },
      ...undoLines(),
      { keys: ["Escape"], shown: ["Esc"], label: gettext("Leave the point"), run: () => this.#leavePoint() },
    ];
  }

  #leavePoint() {
    clearTimeout(this.#pause);
    if (this.store.draft.value) this.store.draft.value = null;
    else {
      this.store.selected.value = null;
      this.canvas.showBefore();
    }
  }
}

/** Half way along a line. */
export function middleOf(line) {
  const lengths = line.slice(1).map(([x, y], index) => Math.hypot(x - line[index][0], y - line[index][1]));
  let left = lengths.reduce((sum, length) => sum + length, 0) / 2;
  for (const [index, length] of lengths.entries()) {
    if (left <= length) {
      const share = length ? left / length : 0;
      const [[x1, y1], [x2, y2]] = [line[index], line[index + 1]];
      return [x1 + (x2 - x1) * share, y1 + (y2 - y1) * share];
    }
    left -= length;
  }
  return line.at(-1);
}
