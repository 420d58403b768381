import { csrfToken, problemOf } from "../api.js";

/**
 * Sends one photo as multipart/form-data. fetch cannot report how much has left, so XMLHttpRequest does it.
 * Resolves to the server's JSON; rejects with ProblemError. onProgress gets 0–1; signal aborts.
 */
export function sendPhoto({ url, file, view, onProgress, signal }) {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    form.append("photo", file, file.name);
    form.append("view", view);
    const call = new XMLHttpRequest();
    call.open("POST", url);
    call.setRequestHeader("X-CSRFToken", csrfToken());
    call.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    call.setRequestHeader("Accept", "application/json");
    call.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    call.onload = () => {
      if (call.status >= 200 && call.status < 300) resolve(JSON.parse(call.responseText));
      else reject(problemOf(call.status, call.responseText));
    };
    call.onerror = () => reject(problemOf(0, ""));
    call.onabort = () => reject(new DOMException("aborted", "AbortError"));
    signal.addEventListener("abort", () => call.abort(), { once: true });
    call.send(form);
  });
}
