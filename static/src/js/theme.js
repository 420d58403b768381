/** Runs before the first paint, so that a page never flashes in the other theme. */
import { storedTheme } from "./theme_choice.js";

const theme = storedTheme();
if (theme !== "system") document.documentElement.dataset.theme = theme;
document.documentElement.classList.add("js");
