/** What every page needs. */
import "./menus.js";
import "./theme_switch.js";
import "./toasts.js";
import "./dialogs.js";
