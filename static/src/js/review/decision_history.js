import { computed, signal } from "@preact/signals-core";

/**
 * What this page's person did, so that it can be undone and done again, in order. An entry is {undo(), redo()},
 * both async; one gesture is one entry.
 */
export class DecisionHistory {
  #done = signal([]);
  #undone = signal([]);

  canUndo = computed(() => this.#done.value.length > 0);
  canRedo = computed(() => this.#undone.value.length > 0);

  add(entry) {
    this.#done.value = [...this.#done.value, entry];
    this.#undone.value = [];
  }

  /** Undoes the last entry; false when there is none. An entry whose undoing fails is given up. */
  async undo() {
    const entry = this.#done.value.at(-1);
    if (!entry) return false;
    this.#done.value = this.#done.value.slice(0, -1);
    await entry.undo();
    this.#undone.value = [...this.#undone.value, entry];
    return true;
  }

  async redo() {
    const entry = this.#undone.value.at(-1);
    if (!entry) return false;
    this.#undone.value = this.#undone.value.slice(0, -1);
    await entry.redo();
    this.#done.value = [...this.#done.value, entry];
    return true;
  }

  clear() {
    this.#done.value = [];
    this.#undone.value = [];
  }
}
