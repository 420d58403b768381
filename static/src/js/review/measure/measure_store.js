import { computed, signal } from "@preact/signals-core";
import { DecisionHistory } from "../decision_history.js";
import { orderly } from "../orderly.js";
import { LANDMARKS } from "./landmark_names.js";

const OUTDATED = new Set([404, 409]);

/**
 * The landmarks of one photo and the measurements of its style. Every change of a point or a value is answered
 * with measurements, because one of them moves all estimated others. `tell(text, level)` and `words` come from
 * the page.
 */
export class MeasureStore {
  points = signal([]);
  scale = signal(null);
  rows = signal([]);
  /** "none" (no photo), "loading", "ready" or "failed". */
  status = signal("none");
  problem = signal("");
  /** Codes of POMs whose value is on its way. */
  saving = signal(new Set());
  /** The POM whose row is pointed at or in work, and the chosen landmark. */
  active = signal(null);
  selected = signal(null);
  hovered = signal(null);
  /** {name, x, y} while a point is being moved. */
  draft = signal(null);
  history = new DecisionHistory();

  visible = computed(() => this.points.value.filter(({ hidden }) => !hidden));
  chosen = computed(() => this.visible.value.find(({ name }) => name === this.selected.value) ?? null);
  activeRow = computed(() => this.rows.value.find(({ pom }) => pom === this.active.value) ?? null);

  #api;
  #tell;
  #words;
  #photo = null;
  #style = null;
  #orderly = orderly();
  #loads = 0;

  constructor(api, tell, words) {
    this.#api = api;
    this.#tell = tell;
    this.#words = words;
  }

  get photo() {
    return this.#photo;
  }

  open(photo, style) {
    if (photo !== this.#photo || style !== this.#style) {
      this.points.value = [];
      this.rows.value = [];
      this.history.clear();
      this.selected.value = null;
      this.active.value = null;
    }
    this.#photo = photo;
    this.#style = style;
    this.draft.value = null;
    if (!photo) {
      this.status.value = "none";
      return Promise.resolve();
    }
    return this.load();
  }

  async load() {
    const load = (this.#loads += 1);
    const isFirst = this.status.value !== "ready";
    if (isFirst) this.status.value = "loading";
    try {
      const [{ landmarks }, measured] = await Promise.all([this.#api.landmarks(this.#photo), this.#api.measurements(this.#style)]);
      if (load !== this.#loads) return;
      this.points.value = inOrder(landmarks);
      this.#take(measured);
      this.status.value = "ready";
    } catch (error) {
      if (load !== this.#loads) return;
      this.problem.value = error.message;
      if (isFirst) this.status.value = "failed";
      else this.#tell(error.message, "error");
    }
  }

  pointOf(point) {
    const draft = this.draft.value;
    return draft?.name === point.name ? [draft.x, draft.y] : [point.x, point.y];
  }

  /** The points nobody sees: not found, or hidden by a person. */
  missing = computed(() => {
    const shown = new Set(this.visible.value.map(({ name }) => name));
    return LANDMARKS.filter((name) => !shown.has(name));
  });

  step(step) {
    const names = this.visible.value.map(({ name }) => name);
    if (!names.length) return null;
    const at = names.indexOf(this.selected.value);
    const next = names[(at < 0 ? (step > 0 ? 0 : names.length - 1) : at + step + names.length) % names.length];
    this.selected.value = next;
    return next;
  }

  movePoint(name, [x, y]) {
    return this.#changePoint(name, { x: round(x), y: round(y) });
  }

  hidePoint(name) {
    if (this.selected.value === name) this.selected.value = null;
    return this.#changePoint(name, { hidden: true });
  }

  resetPoint(name) {
    return this.#changePoint(name, null);
  }

  type(pom, value) {
    return this.#decide(pom, () => this.#api.type(this.#style, pom, value));
  }

  confirm(pom) {
    const seen = this.rows.value.find((row) => row.pom === pom)?.value;
    return this.#decide(pom, () => this.#api.confirm(this.#style, pom, seen));
  }

  takeBack(pom) {
    return this.#decide(pom, () => this.#api.takeBack(this.#style, pom));
  }

  undo() {
    return this.#run(() => this.history.undo());
  }

  redo() {
    return this.#run(() => this.history.redo());
  }

  /** `body` is {x, y}, {hidden: true}, or null for what the analysis found. */
  #changePoint(name, body) {
    const before = this.points.value.find((point) => point.name === name);
    const [photo, style] = [this.#photo, this.#style];
    const send = (what) => async () => {
      const { landmarks } = await (what === null ? this.#api.resetLandmark(photo, name) : this.#api.setLandmark(photo, name, what));
      this.points.value = inOrder(landmarks);
      this.#take(await this.#api.measurements(style));
    };
    if (body && !body.hidden) this.#show({ ...(before ?? { name, confidence: null }), ...body, hidden: false, provenance: "typed" });
    return this.#run(async () => {
      try {
        await send(body)();
      } catch (error) {
        if (before) this.#show(before);
        else this.points.value = this.points.value.filter((point) => point.name !== name);
        throw error;
      }
      this.history.add({ undo: send(bodyOf(before)), redo: send(body) });
    });
  }

  #show(point) {
    const others = this.points.value.filter(({ name }) => name !== point.name);
    this.points.value = inOrder([...others, point]);
  }

  #decide(pom, call) {
    const before = this.rows.value.find((row) => row.pom === pom);
    if (!before) return Promise.resolve(false);
    const send = (what) => async () => this.#take(await what());
    this.saving.value = new Set([...this.saving.value, pom]);
    return this.#run(async () => {
      try {
        await send(call)();
      } finally {
        this.saving.value = new Set([...this.saving.value].filter((code) => code !== pom));
      }
      this.history.add({ undo: send(this.#backTo(before)), redo: send(call) });
    });
  }

  /** What brings a row back to how it was: typed, confirmed or estimated. */
  #backTo({ pom, provenance, value }) {
    const style = this.#style;
    if (provenance === "typed") return () => this.#api.type(style, pom, value);
    if (provenance !== "confirmed") return () => this.#api.takeBack(style, pom);
    return async () => {
      await this.#api.takeBack(style, pom);
      return this.#api.confirm(style, pom);
    };
  }

  #take({ scale, rows }) {
    this.scale.value = scale;
    this.rows.value = rows;
  }

  #run(job) {
    return this.#orderly(async () => {
      try {
        return (await job()) !== false;
      } catch (error) {
        const isOutdated = OUTDATED.has(error.status);
        if (isOutdated) await this.load();
        this.#tell(isOutdated ? this.#words.stale() : error.message, isOutdated ? "warning" : "error");
        return false;
      }
    });
  }
}

function bodyOf(point) {
  if (!point || point.provenance === "estimated") return null;
  return point.hidden ? { hidden: true } : { x: point.x, y: point.y };
}

function inOrder(points) {
  return [...points].sort((a, b) => LANDMARKS.indexOf(a.name) - LANDMARKS.indexOf(b.name));
}

function round(value) {
  return Math.round(value * 10) / 10;
}
