import { html } from "lit";

const sprite = document.querySelector('meta[name="icons"]')?.content ?? "";

/** A lit template of one icon of the sprite (icons.json); decoration only, the text beside it speaks. */
export function icon(name, className = "") {
  return html`<svg class="icon ${className}" aria-hidden="true"><use href="${sprite}#${name}"></use></svg>`;
}
