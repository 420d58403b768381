import { computed, effect, signal } from "@preact/signals-core";
import { K_MAX, K_MIN, boxOf, cameraOf, fit, keepInSight, viewOf } from "./viewport.js";

/**
 * How a single part is shown: with this much of its surroundings, no nearer than this beyond the whole sheet – but
 * a tiny one this many pixels large, as far as the photo's pixels carry.
 */
const SURROUNDINGS = 1.2;
const NEAREST = 4;
const TINY_PX = 44;
const UTMOST = 10;

export const MODES = ["side", "overlay", "photo", "flat"];
const SHORT_SIDE_MM = 210;

/** The world without a drawing: the photo as wide as a sheet of A4. */
function matrixOf(source) {
  if (source.matrix) return source.matrix;
  const scale = SHORT_SIDE_MM / (source.photo?.width || SHORT_SIDE_MM);
  return [scale, 0, 0, scale, 0, 0];
}

/** localStorage, or nothing where the browser refuses even to name it. */
function deviceStorage() {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}

/** What a person is looking at and how. Kept per style on this device, so that coming back shows the same. */
export class CanvasState {
  source = signal({ style: "", photo: null, flat: null, outline: "", matrix: null });
  drawn = signal({ x: 0, y: 0, width: 210, height: 297 });
  other = signal(null);
  wished = signal("side");
  share = signal(55);
  outline = signal(false);
  camera = signal(null);

  matrix = computed(() => matrixOf(this.source.value));
  left = computed(() => (this.other.value ? "other" : this.source.value.photo ? "photo" : null));

  /** The mode that there is something to show for. */
  mode = computed(() => {
    const hasLeft = this.left.value !== null;
    const hasFlat = this.source.value.flat !== null;
    if (!hasFlat) return "photo";
    return hasLeft ? this.wished.value : "flat";
  });

  showsPhoto = computed(() => this.left.value === "photo" && this.mode.value !== "flat");

  /** The world box that "fit" shows: the drawing, or the photo while there is none. */
  box = computed(() => {
    const { photo, flat } = this.source.value;
    if (flat || !photo) return this.drawn.value;
    return boxOf(this.matrix.value, photo.width, photo.height);
  });

  #key = "";
  #storage;

  constructor(storage = deviceStorage()) {
    this.#storage = storage;
    effect(() => this.#remember());
  }

  /** Takes what the server says is there; the first time also what was kept for this style. */
  open(source) {
    if (this.#key !== `review:${source.style}`) {
      this.#key = `review:${source.style}`;
      this.#recall();
    }
    this.source.value = source;
  }

  look(pane) {
    return viewOf(this.camera.value ?? cameraOf(fit(this.box.value, pane), pane), pane);
  }

  move(view, pane) {
    this.camera.value = cameraOf(keepInSight(view, this.box.value, pane), pane);
  }

  /** The viewport that shows a box of the world close, but not so close that nobody knows where it is. */
  close(box, pane) {
    const margin = SURROUNDINGS * Math.max(box.width, box.height);
    const roomy = { x: box.x - margin, y: box.y - margin, width: box.width + 2 * margin, height: box.height + 2 * margin };
    const wanted = fit(roomy, pane, 0);
    const whole = fit(this.box.value, pane).k;
    const tiny = Math.min(TINY_PX / Math.max(box.width, box.height), whole * UTMOST);
    const k = Math.min(wanted.k, Math.max(whole * NEAREST, tiny));
    return viewOf({ cx: box.x + box.width / 2, cy: box.y + box.height / 2, k }, pane);
  }

  /** Back to the whole sheet, in whatever size the pane has. */
  fit() {
    this.camera.value = null;
  }

  #recall() {
    let kept = null;
    try {
      kept = JSON.parse(this.#storage.getItem(this.#key));
    } catch {
      kept = null; // no storage, or not written by us
    }
    if (!kept) return;
    if (MODES.includes(kept.mode)) this.wished.value = kept.mode;
    if (kept.share >= 0 && kept.share <= 100) this.share.value = kept.share;
    this.outline.value = kept.outline === true;
    const { cx, cy, k } = kept.camera ?? {};
    if (Number.isFinite(cx) && Number.isFinite(cy) && k >= K_MIN && k <= K_MAX) this.camera.value = { cx, cy, k };
  }

  #remember() {
    const kept = {
      mode: this.wished.value,
      share: this.share.value,
      outline: this.outline.value,
      camera: this.camera.value,
    };
    if (!this.#key) return;
    try {
      this.#storage.setItem(this.#key, JSON.stringify(kept));
    } catch {
      // without storage the view lasts for this page
    }
  }
}
