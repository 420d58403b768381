/** The state of one agent task as it changes: by WebSocket, and by polling where no socket stays open. */
import { request } from "../api.js";

export const ENDED = new Set(["succeeded", "failed", "cancelled", "timed_out"]);
const REFUSED = new Set([4401, 4404]);
const POLL_MS = 1500;
const POLL_MAX_MS = 15000;

export class TaskFeed {
  #id;
  #onState;
  #onConnection;
  #socket = null;
  #timer = 0;
  #stopped = false;

  /** onState(payload) for each state; onConnection(boolean) when the server is lost or found again. */
  constructor(id, { onState, onConnection }) {
    this.#id = id;
    this.#onState = onState;
    this.#onConnection = onConnection;
  }

  start() {
    this.#stopped = false;
    let ended = false;
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    this.#socket = new WebSocket(`${scheme}//${location.host}/ws/tasks/${this.#id}`);
    this.#socket.onmessage = (message) => {
      const payload = JSON.parse(message.data);
      ended = ENDED.has(payload.status);
      this.#onConnection(true);
      this.#onState(payload);
    };
    this.#socket.onclose = (event) => {
      if (this.#stopped || ended || REFUSED.has(event.code)) return;
      this.#poll(POLL_MS);
    };
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
  }

  async #poll(wait) {
    let next = POLL_MS;
    try {
      const payload = await request(`/api/v1/ai/tasks/${this.#id}`);
      if (this.#stopped) return;
      this.#onConnection(true);
      this.#onState(payload);
      if (ENDED.has(payload.status)) return;
    } catch (problem) {
      if (this.#stopped || [401, 403, 404].includes(problem.status)) return;
      this.#onConnection(false);
      next = Math.min(wait * 2, POLL_MAX_MS);
    }
    this.#timer = setTimeout(() => this.#poll(next), next);
  }
}
