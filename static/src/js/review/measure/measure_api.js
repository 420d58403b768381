import { request } from "../../api.js";

/** Landmarks and measurements of the REST API (/api/v1/docs). Each call gives the answer or raises ProblemError. */
const API = "/api/v1";

export const measureApi = {
  landmarks: (photo) => request(`${API}/photos/${photo}/landmarks`),
  setLandmark: (photo, name, body) => request(`${API}/photos/${photo}/landmarks/${name}`, { method: "PUT", body }),
  resetLandmark: (photo, name) => request(`${API}/photos/${photo}/landmarks/${name}`, { method: "DELETE" }),
  measurements: (style) => request(`${API}/styles/${style}/measurements`),
  type: (style, pom, value) => request(`${API}/styles/${style}/measurements/${pom}`, { method: "PUT", body: { value } }),
  confirm: (style, pom, seen) => request(`${API}/styles/${style}/measurements/${pom}/confirm`, { method: "POST", body: { seen } }),
  takeBack: (style, pom) => request(`${API}/styles/${style}/measurements/${pom}`, { method: "DELETE" }),
};
