import { computed, signal } from "@preact/signals-core";
import { DecisionHistory } from "../decision_history.js";
import { orderly } from "../orderly.js";
import { same } from "./boxes.js";
import { grouped, inOrder, neighbour, progress } from "./part_order.js";

const CONFLICT = 409;
const GONE = 404;

/** What a part becomes that a person says is there: as the server names it. */
function whenThere(part) {
  if (!part?.found) return "added";
  return part.kind === part.found.kind && same(part.box, part.found.box) ? "accepted" : "corrected";
}

/**
 * The parts of one photo: what the server says, what is selected, and every decision as a command. A command
 * shows its effect at once, and the server's answer replaces it; when the server refuses, the part is what it was
 * and `tell` says why. `tell(text, level)` and `words` come from the page.
 */
export class PartsStore {
  parts = signal([]);
  /** "none" (no photo), "loading", "ready" or "failed". */
  status = signal("none");
  problem = signal("");
  selected = signal(null);
  hovered = signal(null);
  /** The kind the next drawn box gets while adding, else null. */
  adding = signal(null);
  /** {id, box} while a box is being changed; id null for one being drawn. */
  draft = signal(null);
  /** Whether the view goes along with the selection. */
  following = signal(true);
  history = new DecisionHistory();

  groups = computed(() => grouped(this.parts.value));
  progress = computed(() => progress(this.parts.value));
  current = computed(() => inOrder(this.parts.value).find(({ id }) => id === this.selected.value) ?? null);

  #api;
  #tell;
  #words;
  #photo = null;
  #orderly = orderly();
  #loads = 0;

  constructor(api, tell, words) {
    this.#api = api;
    this.#tell = tell;
    this.#words = words;
  }

  /** Shows the parts of another photo, or of the same one after a new analysis. */
  open(photo) {
    if (photo !== this.#photo) {
      this.parts.value = [];
      this.history.clear();
      this.select(null);
    }
    this.#photo = photo;
    this.adding.value = null;
    this.draft.value = null;
    if (!photo) {
      this.status.value = "none";
      return Promise.resolve();
    }
    return this.load();
  }

  async load() {
    const load = (this.#loads += 1);
    if (!this.parts.value.length) this.status.value = "loading";
    try {
      const parts = await this.#api.list(this.#photo);
      if (load !== this.#loads) return;
      this.parts.value = parts;
      this.status.value = "ready";
      if (!parts.some(({ id }) => id === this.selected.value)) this.select(null);
    } catch (error) {
      if (load !== this.#loads) return;
      if (!this.parts.value.length) this.status.value = "failed";
      this.problem.value = error.message;
      if (this.parts.value.length) this.#tell(error.message, "error");
    }
  }

  select(id) {
    this.selected.value = id;
    if (id) this.adding.value = null;
  }

  step(step, options) {
    const next = neighbour(this.parts.value, this.selected.value, step, options);
    if (next) this.select(next);
    return next;
  }

  /** The box as shown: what is being dragged counts before what was saved. */
  boxOf(part) {
    return this.draft.value?.id === part.id ? this.draft.value.box : part.box;
  }

  accept(id) {
    return this.#decide(id, { state: whenThere(this.#find(id)) }, (seen) => this.#api.accept(id, seen));
  }

  reject(id) {
    return this.#decide(id, { state: "rejected" }, (seen) => this.#api.reject(id, seen));
  }

  /** Another kind, another box, or both; what is the same already is no decision. */
  change(id, { kind, box }) {
    const part = this.#find(id);
    if (!part) return Promise.resolve(false);
    const changes = {};
    if (kind && kind !== part.kind) changes.kind = kind;
    if (box && !same(box, part.box)) changes.box = box;
    if (!Object.keys(changes).length) return Promise.resolve(false);
    return this.#decide(id, { ...changes, state: part.found ? "corrected" : "added" }, (seen) => this.#api.change(id, seen, changes));
  }

  add(kind, box) {
    const photo = this.#photo;
    let id = null;
    const add = async () => {
      const part = await this.#api.add(photo, { kind, box });
      id = part.id;
      this.parts.value = [...this.parts.value, part];
      this.select(id);
    };
    return this.#run(null, async () => {
      await add();
      this.history.add({ undo: () => this.#undoOne(id), redo: add });
    });
  }

  acceptRest() {
    const ids = this.parts.value.filter(({ state }) => state === "open").map(({ id }) => id);
    if (!ids.length) return Promise.resolve(false);
    const photo = this.#photo;
    const accept = async () => {
      await this.#api.acceptRest(photo);
      await this.load();
    };
    return this.#run(null, async () => {
      await accept();
      const undo = async () => {
        for (const id of ids) await this.#undoOne(id);
      };
      this.history.add({ undo, redo: accept });
    });
  }

  /** Takes back the last decision about one part, whoever made it. */
  takeBack(id) {
    return this.#run(id, () => this.#undoOne(id));
  }

  undo() {
    return this.#run(null, () => this.history.undo());
  }

  redo() {
    return this.#run(null, () => this.history.redo());
  }

  #find(id) {
    return this.parts.value.find((part) => part.id === id);
  }

  #put(part) {
    this.parts.value = this.parts.value.map((other) => (other.id === part.id ? part : other));
  }

  #decide(id, effect, call) {
    const before = this.#find(id);
    if (!before || (effect.state === before.state && !effect.kind && !effect.box)) return Promise.resolve(false);
    this.#put({ ...before, ...effect });
    const again = async () => this.#put(await call(this.#find(id)?.version));
    return this.#run(id, async () => {
      try {
        await again();
      } catch (error) {
        this.#put({ ...before, version: this.#find(id)?.version });
        throw error;
      }
      // The server keeps no trace of saying the same again, so there is nothing to undo either.
      if (this.#find(id)?.version !== before.version) this.history.add({ undo: () => this.#undoOne(id), redo: again });
    });
  }

  async #undoOne(id) {
    const part = await this.#api.undo(id, this.#find(id)?.version);
    if (part) {
      this.#put(part);
      return;
    }
    this.parts.value = this.parts.value.filter((other) => other.id !== id);
    if (this.selected.value === id) this.select(null);
  }

  /** true when it went well; what went wrong is said, and what is out of date is loaded again. */
  #run(id, job) {
    return this.#orderly(async () => {
      try {
        return (await job()) !== false;
      } catch (error) {
        const isOutdated = error.status === CONFLICT || error.status === GONE;
        if (error.status === CONFLICT && id) await this.#reload(id);
        else if (isOutdated) await this.load();
        this.#tell(isOutdated ? this.#words.stale() : error.message, isOutdated ? "warning" : "error");
        return false;
      }
    });
  }

  async #reload(id) {
    try {
      this.#put(await this.#api.get(id));
    } catch {
      await this.load();
    }
  }
}
