import { request } from "../../api.js";

/**
 * The parts of the REST API (/api/v1/docs). Each call gives the answer or raises ProblemError; `seen` is the
 * version of the part that the decision is about: a newer one is a 409.
 */
const API = "/api/v1";

export const partsApi = {
  list: (photo) => request(`${API}/photos/${photo}/parts`).then(({ parts }) => parts),
  get: (id) => request(`${API}/parts/${id}`),
  add: (photo, { kind, box }) => request(`${API}/photos/${photo}/parts`, { method: "POST", body: { kind, box } }),
  change: (id, seen, changes) => request(`${API}/parts/${id}`, { method: "PATCH", body: { ...changes, seen } }),
  accept: (id, seen) => request(`${API}/parts/${id}/accept`, { method: "POST", body: { seen } }),
  reject: (id, seen) => request(`${API}/parts/${id}/reject`, { method: "POST", body: { seen } }),
  undo: (id, seen) => request(`${API}/parts/${id}/undo`, { method: "POST", body: { seen } }),
  acceptRest: (photo) => request(`${API}/photos/${photo}/parts/accept-rest`, { method: "POST" }),
};
