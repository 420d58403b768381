import assert from "node:assert/strict";
import { test } from "node:test";
import { PartsStore } from "../../static/src/js/review/parts/parts_store.js";

/** A server in memory that keeps versions and history as the API says it does. */
class Server {
  parts = new Map();
  history = new Map();
  calls = [];
  down = false;

  constructor(...parts) {
    for (const part of parts) this.#keep({ version: 0, state: "open", found: { kind: part.kind, box: part.box, confidence: 0.8 }, ...part });
  }

  #keep(part) {
    this.parts.set(part.id, part);
    if (!this.history.has(part.id)) this.history.set(part.id, []);
  }

  #open(id, seen) {
    if (this.down) throw Object.assign(new Error("There is no connection."), { status: 0 });
    const part = this.parts.get(id);
    if (!part) throw Object.assign(new Error("gone"), { status: 404 });
    if (seen !== undefined && seen !== part.version) throw Object.assign(new Error("stale"), { status: 409 });
    return part;
  }

  #decide(id, seen, changes) {
    const part = this.#open(id, seen);
    this.history.get(id).push(part);
    const next = { ...part, ...changes, version: part.version + 1 };
    this.#keep(next);
    return { ...next };
  }

  list = async () => { if (this.down) throw new Error("The server could not do this."); return [...this.parts.values()]; };
  get = async (id) => this.#open(id);
  add = async (_photo, { kind, box }) => { const part = { id: `new${this.parts.size}`, kind, box, state: "added", found: null, version: 1 }; this.#keep(part); return part; };
  change = async (id, seen, changes) => this.#decide(id, seen, { ...changes, state: "corrected" });
  accept = async (id, seen) => { this.calls.push(`accept ${id}`); return this.#decide(id, seen, { state: "accepted" }); };
  reject = async (id, seen) => { this.calls.push(`reject ${id}`); return this.#decide(id, seen, { state: "rejected" }); };
  acceptRest = async () => { for (const { id, state } of this.parts.values()) if (state === "open") this.#decide(id, undefined, { state: "accepted" }); };

  undo = async (id, seen) => {
    const part = this.#open(id, seen);
    const before = this.history.get(id).pop();
    if (!before) { this.parts.delete(id); return null; }
    this.#keep({ ...before, version: part.version + 1 });
    return this.parts.get(id);
  };
}

const part = (id, kind = "button", y = 0) => ({ id, kind, box: [0, y, 10, y + 10] });

async function opened(...parts) {
  const server = new Server(...parts);
  const told = [];
  const store = new PartsStore(server, (text, level) => told.push([level, text]), { stale: () => "stale words" });
  await store.open("photo");
  const state = (id) => store.parts.value.find((other) => other.id === id)?.state;
  return { server, store, told, state };
}

test("a decision shows at once, before the server has answered", async () => {
  const { store, state } = await opened(part("a"));
  const sent = store.accept("a");
  assert.equal(state("a"), "accepted");
  assert.equal(await sent, true);
  assert.deepEqual(store.progress.value, { looked: 1, all: 1 });
});

test("keys faster than the network arrive in their order, each on the version before", async () => {
  const { server, store, told } = await opened(part("a"), part("b", "button", 50));
  await Promise.all([store.accept("a"), store.reject("a"), store.reject("b"), store.accept("a")]);
  assert.deepEqual(server.calls, ["accept a", "reject a", "reject b", "accept a"]);
  assert.deepEqual(told, []);
  assert.equal(server.parts.get("a").version, 3);
});

test("undo and redo bring back kind, box and state", async () => {
  const { store, state } = await opened(part("a"));
  await store.change("a", { kind: "logo", box: [1, 1, 9, 9] });
  assert.equal(state("a"), "corrected");
  await store.undo();
  assert.deepEqual([state("a"), store.parts.value[0].kind], ["open", "button"]);
  await store.redo();
  assert.deepEqual([store.parts.value[0].kind, store.parts.value[0].box], ["logo", [1, 1, 9, 9]]);
});

test("undoing an added part removes it, and it can be added again", async () => {
  const { store } = await opened(part("a"));
  await store.add("pocket", [20, 20, 40, 40]);
  assert.equal(store.current.value.kind, "pocket");
  await store.undo();
  assert.deepEqual([store.parts.value.length, store.selected.value], [1, null]);
  await store.redo();
  assert.equal(store.parts.value.length, 2);
  await store.undo();
  assert.equal(store.parts.value.length, 1);
});

test("accepting the rest is one step to undo, and leaves what was decided alone", async () => {
  const { store, state } = await opened(part("a"), part("b", "button", 50), part("c", "button", 100));
  await store.reject("a");
  await store.acceptRest();
  assert.deepEqual(["a", "b", "c"].map(state), ["rejected", "accepted", "accepted"]);
  await store.undo();
  assert.deepEqual(["a", "b", "c"].map(state), ["rejected", "open", "open"]);
});

test("what somebody else decided meanwhile is loaded again and said, not overwritten", async () => {
  const { server, store, told, state } = await opened(part("a"));
  await server.accept("a", 0);
  assert.equal(await store.reject("a"), false);
  assert.equal(state("a"), "accepted");
  assert.equal(server.parts.get("a").state, "accepted");
  assert.deepEqual(told, [["warning", "stale words"]]);
});

test("a part that is gone disappears", async () => {
  const { server, store, told } = await opened(part("a"), part("b", "button", 50));
  server.parts.delete("a");
  await store.accept("a");
  assert.deepEqual(store.parts.value.map(({ id }) => id), ["b"]);
  assert.equal(told.length, 1);
});

test("without a connection the part is what it was, and can be decided afterwards", async () => {
  const { server, store, told, state } = await opened(part("a"));
  server.down = true;
  await store.accept("a");
  assert.equal(state("a"), "open");
  assert.deepEqual(told, [["error", "There is no connection."]]);
  server.down = false;
  await store.accept("a");
  assert.equal(server.parts.get("a").state, "accepted");
});

test("saying the same again is no decision", async () => {
  const { server, store } = await opened(part("a"));
  await store.accept("a");
  assert.equal(await store.accept("a"), false);
  assert.equal(await store.change("a", { kind: "button", box: [0, 0, 10, 10] }), false);
  assert.equal(server.parts.get("a").version, 1);
});

test("accepting a corrected part leaves it corrected", async () => {
  const { store, state, server } = await opened(part("a"));
  await store.change("a", { kind: "logo" });
  assert.equal(await store.accept("a"), false);
  assert.equal(state("a"), "corrected");
  assert.deepEqual(server.calls, []);
});

test("a list that cannot be loaded says so and can be tried again", async () => {
  const server = new Server(part("a"));
  const store = new PartsStore(server, () => undefined, {});
  server.down = true;
  await store.open("photo");
  assert.deepEqual([store.status.value, store.problem.value], ["failed", "The server could not do this."]);
  server.down = false;
  await store.load();
  assert.equal(store.status.value, "ready");
});

test("another photo starts anew", async () => {
  const { store } = await opened(part("a"));
  await store.accept("a");
  store.select("a");
  const opening = store.open("other");
  assert.deepEqual([store.selected.value, store.history.canUndo.value, store.status.value], [null, false, "loading"]);
  await opening;
});
