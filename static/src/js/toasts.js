import { html, render } from "lit";
import { gettext } from "./i18n.js";
import { icon } from "./icon.js";

const ICONS = { success: "circle-check", error: "circle-x", warning: "triangle-alert", info: "info" };
/** Good news goes by itself; what went wrong stays until it is dismissed. */
const SECONDS = { success: 6, info: 8 };

function dismissLater(toast) {
  const level = Object.keys(SECONDS).find((name) => toast.classList.contains(`toast-${name}`));
  if (!level) return;
  const timer = setTimeout(() => toast.remove(), SECONDS[level] * 1000);
  toast.addEventListener("pointerenter", () => clearTimeout(timer), { once: true });
  toast.addEventListener("focusin", () => clearTimeout(timer), { once: true });
}

/** Says something at the corner of the page and to screen readers. level: success, info, warning, error. */
export function toast(text, level = "info") {
  const element = document.createElement("div");
  element.className = `toast toast-${level}`;
  render(
    html`${icon(ICONS[level])}
      <p>${text}</p>
      <button type="button" class="button button-quiet button-small button-icon" data-toast-close aria-label=${gettext("Dismiss")}>
        ${icon("x")}
      </button>`,
    element,
  );
  document.getElementById("toasts").append(element);
}

document.addEventListener("click", (event) => {
  event.target.closest("[data-toast-close]")?.closest(".toast").remove();
});
document.querySelectorAll(".toast").forEach(dismissLater);
new MutationObserver((changes) => {
  for (const { addedNodes } of changes) {
    [...addedNodes].filter((node) => node.classList?.contains("toast")).forEach(dismissLater);
  }
}).observe(document.getElementById("toasts"), { childList: true });
