/** Requests of our own pages to our own site. */
import { gettext } from "./i18n.js";

export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]').content;
}

/** What went wrong, in words for a person; code and status for the program. */
export class ProblemError extends Error {
  constructor(text, code = "", status = 0) {
    super(text);
    this.name = "ProblemError";
    this.code = code;
    this.status = status;
  }
}

/** The text and code of a problem+json answer (RFC 9457); status 0 is a request that never arrived. */
export function problemOf(status, body) {
  let data = null;
  try {
    data = JSON.parse(body);
  } catch {
    data = null; // an error page, not one of our answers
  }
  if (data?.detail || data?.title) return new ProblemError(data.detail || data.title, data.code ?? "", status);
  if (status === 0) return new ProblemError(gettext("There is no connection. Check the network and try again."), "offline");
  if (status === 401) return new ProblemError(gettext("You are no longer signed in. Reload the page and sign in."), "", status);
  if (status === 403) return new ProblemError(gettext("You may not do this, or the page is too old. Reload it and try again."), "", status);
  if (status === 404) return new ProblemError(gettext("This is no longer there."), "", status);
  if (status === 413) return new ProblemError(gettext("The file is too large."), "", status);
  return new ProblemError(gettext("The server could not do this. Try again in a moment."), "", status);
}

/** Sends a request, with `body` as JSON, and gives the parsed answer, null when it is empty; raises ProblemError. */
export async function request(url, { method = "GET", body: sent } = {}) {
  let response;
  try {
    response = await fetch(url, {
      method,
      credentials: "same-origin",
      headers: {
        Accept: "application/json",
        ...(method === "GET" ? {} : { "X-CSRFToken": csrfToken() }),
        ...(sent === undefined ? {} : { "Content-Type": "application/json" }),
      },
      body: sent === undefined ? undefined : JSON.stringify(sent),
    });
  } catch {
    throw problemOf(0, "");
  }
  const body = await response.text();
  if (!response.ok) throw problemOf(response.status, body);
  return body ? JSON.parse(body) : null;
}
