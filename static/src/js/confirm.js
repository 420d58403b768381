import { html, render } from "lit";
import { gettext } from "./i18n.js";

/**
 * <form data-confirm="What will be lost." data-confirm-title="Delete the photo?" data-confirm-action="Delete">
 * asks before it is sent, whether the browser or htmx sends it.
 */
const agreed = new WeakSet();

function ask(form, submitter) {
  const { confirm, confirmTitle, confirmAction } = form.dataset;
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", "confirm-title");
  dialog.setAttribute("aria-describedby", "confirm-text");
  render(
    html`<div class="dialog-head"><h2 id="confirm-title">${confirmTitle}</h2></div>
      <div class="dialog-body"><p id="confirm-text">${confirm}</p></div>
      <div class="dialog-foot">
        <button type="button" class="button" autofocus @click=${() => dialog.close()}>${gettext("Cancel")}</button>
        <button type="button" class="button button-danger button-primary" @click=${() => dialog.close("yes")}>${confirmAction}</button>
      </div>`,
    dialog,
  );
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (dialog.returnValue !== "yes") return;
    agreed.add(form);
    form.requestSubmit(submitter);
  });
  document.body.append(dialog);
  dialog.showModal();
}

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (!form.dataset.confirm || agreed.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(form, event.submitter);
  },
  { capture: true },
);
