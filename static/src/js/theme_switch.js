import { chooseTheme, storedTheme } from "./theme_choice.js";

function show() {
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === storedTheme()));
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-choice]");
  if (!button) return;
  chooseTheme(button.dataset.themeChoice);
  show();
});
show();
