/** htmx as this site uses it: our CSRF token on every request, every failure said to the person. */
import { csrfToken, problemOf } from "./api.js";
import { toast } from "./toasts.js";

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = csrfToken();
});
/** A part is changed by one request at a time: its answer replaces the buttons that a second press would use. */
document.addEventListener("htmx:beforeRequest", (event) => {
  const { target, requestConfig } = event.detail;
  if (requestConfig.verb === "get") return;
  if (target.hasAttribute("aria-busy")) event.preventDefault();
  else target.setAttribute("aria-busy", "true");
});
document.addEventListener("htmx:afterRequest", (event) => {
  event.detail.target.removeAttribute("aria-busy");
});
document.addEventListener("htmx:responseError", (event) => {
  const { status, responseText } = event.detail.xhr;
  toast(problemOf(status, responseText).message, "error");
});
/** A part that held the focus and was exchanged hands it to its successor, else a keyboard would start at the top. */
let focused = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target } = event.detail;
  focused = target.id && target.contains(document.activeElement) ? target.id : null;
});
document.addEventListener("htmx:afterSettle", () => {
  const part = focused && document.getElementById(focused);
  focused = null;
  if (!part || document.activeElement !== document.body) return;
  part.setAttribute("tabindex", "-1");
  part.focus({ preventScroll: true });
});
document.addEventListener("htmx:sendError", () => {
  toast(problemOf(0, "").message, "error");
});
