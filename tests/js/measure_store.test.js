import assert from "node:assert/strict";
import { test } from "node:test";
import { MeasureStore } from "../../static/src/js/review/measure/measure_store.js";

/** Landmarks and measurements in memory: one typed POM scales the other. */
class Server {
  typed = {};
  confirmed = new Set();
  placed = {};
  calls = [];
  #found = { hem_left: [10, 200], hps_left: [12, 20] };

  landmarks = async () => {
    const names = new Set([...Object.keys(this.#found), ...Object.keys(this.placed)]);
    return {
      landmarks: [...names].map((name) => {
        const place = this.placed[name];
        const [x, y] = place && !place.hidden ? [place.x, place.y] : (this.#found[name] ?? [null, null]);
        return { name, x, y, confidence: 0.9, provenance: place ? "typed" : "estimated", hidden: place?.hidden === true };
      }),
    };
  };
  setLandmark = async (_photo, name, body) => { this.placed[name] = body; return this.landmarks(); };
  resetLandmark = async (_photo, name) => { delete this.placed[name]; return this.landmarks(); };

  measurements = async () => {
    const scale = this.typed.T01 ? { source: "typed", cm_per_px: this.typed.T01 / 180, uncertainty: 0.01 } : null;
    const row = (pom, px) => {
      const typed = this.typed[pom];
      const value = typed ?? (scale ? px * scale.cm_per_px : null);
      return { pom, value, provenance: typed ? "typed" : this.confirmed.has(pom) ? "confirmed" : "estimated", reason: value === null ? "no_scale" : null };
    };
    return { scale, rows: [row("T01", 180), row("T03", 130)] };
  };
  type = async (_style, pom, value) => { this.calls.push(`type ${pom} ${value}`); this.typed[pom] = value; return this.measurements(); };
  confirm = async (_style, pom, seen) => {
    const { rows } = await this.measurements();
    if (rows.find((row) => row.pom === pom).value !== seen) throw Object.assign(new Error("stale"), { status: 409 });
    this.confirmed.add(pom);
    return this.measurements();
  };
  takeBack = async (_style, pom) => { delete this.typed[pom]; this.confirmed.delete(pom); return this.measurements(); };
}

async function opened() {
  const server = new Server();
  const told = [];
  const store = new MeasureStore(server, (text, level) => told.push([level, text]), { stale: () => "stale words" });
  await store.open("photo", "style");
  const row = (pom) => store.rows.value.find((other) => other.pom === pom);
  const point = (name) => store.points.value.find((other) => other.name === name);
  return { server, store, told, row, point };
}

test("one typed dimension gives all others their value", async () => {
  const { store, row } = await opened();
  assert.deepEqual([store.scale.value, row("T03").reason], [null, "no_scale"]);
  await store.type("T01", 72);
  assert.equal(row("T03").value, 52);
  assert.equal(row("T01").provenance, "typed");
  assert.equal(store.saving.value.size, 0);
});

test("undo goes back to what was typed before, and to nothing typed", async () => {
  const { store, row } = await opened();
  await store.type("T01", 72);
  await store.type("T01", 90);
  await store.undo();
  assert.equal(row("T01").value, 72);
  await store.undo();
  assert.equal(row("T01").value, null);
  await store.redo();
  assert.equal(row("T03").value, 52);
});

test("a value that changed before it was confirmed is shown again, not confirmed", async () => {
  const { server, store, told, row } = await opened();
  await store.type("T01", 72);
  server.typed.T01 = 90;
  assert.equal(await store.confirm("T03"), false);
  assert.deepEqual([row("T03").value, row("T03").provenance, told], [65, "estimated", [["warning", "stale words"]]]);
});

test("a moved point is where it was put, and back where it was found", async () => {
  const { store, point } = await opened();
  const sent = store.movePoint("hem_left", [14.26, 203.1]);
  assert.equal(point("hem_left").x, 14.3);
  await sent;
  assert.equal(point("hem_left").provenance, "typed");
  await store.undo();
  assert.deepEqual([point("hem_left").x, point("hem_left").provenance], [10, "estimated"]);
});

test("undoing a second move goes to the first, not to what was found", async () => {
  const { store, point } = await opened();
  await store.movePoint("hem_left", [30, 200]);
  await store.movePoint("hem_left", [40, 200]);
  await store.undo();
  assert.equal(point("hem_left").x, 30);
});

test("a hidden point is missing until it is placed or put back", async () => {
  const { store } = await opened();
  store.selected.value = "hem_left";
  await store.hidePoint("hem_left");
  assert.deepEqual([store.visible.value.map(({ name }) => name), store.selected.value], [["hps_left"], null]);
  assert.ok(store.missing.value.includes("hem_left"));
  await store.undo();
  assert.equal(store.visible.value.length, 2);
});

test("a point that was not found can be placed, and undone away", async () => {
  const { store, point } = await opened();
  await store.movePoint("crotch", [50, 60]);
  assert.equal(point("crotch").x, 50);
  await store.undo();
  assert.equal(point("crotch"), undefined);
});

test("points are walked through from head to foot, around the end", async () => {
  const { store } = await opened();
  assert.deepEqual([store.step(1), store.step(1), store.step(1), store.step(-1)], ["hps_left", "hem_left", "hps_left", "hem_left"]);
});

test("without a connection the point goes back and the reason is said", async () => {
  const { server, store, told, point } = await opened();
  server.setLandmark = async () => { throw Object.assign(new Error("There is no connection."), { status: 0 }); };
  await store.movePoint("hem_left", [99, 99]);
  assert.equal(point("hem_left").x, 10);
  assert.deepEqual(told, [["error", "There is no connection."]]);
});
