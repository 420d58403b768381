/** What every page needs. */
import "./menus.js";
import "./theme_switch.js";
import "./toasts.js";
import "./dialogs.js";
import "./confirm.js";
import "./copy.js";
import "./htmx_setup.js";
import "./tasks/task_progress.js";
import "./upload/photo_drop.js";
