import { gettext } from "./i18n.js";
import { toast } from "./toasts.js";

/** A button with data-copy="id" copies the text of that element. */
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    toast(gettext("Copied."), "success");
  } catch {
    // The clipboard may be refused (no HTTPS); then the text stands selected for Ctrl+C.
    getSelection().selectAllChildren(source);
    toast(gettext("The text is selected; copy it with the keyboard."), "info");
  }
});
