/** htmx as this site uses it: our CSRF token on every request, every failure said to the person. */
import { csrfToken, problemOf } from "./api.js";
import { toast } from "./toasts.js";

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = csrfToken();
});
document.addEventListener("htmx:responseError", (event) => {
  const { status, responseText } = event.detail.xhr;
  toast(problemOf(status, responseText).message, "error");
});
document.addEventListener("htmx:sendError", () => {
  toast(problemOf(0, "").message, "error");
});
