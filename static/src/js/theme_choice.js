/** The theme a person chose on this device: "system", "light" or "dark". */
export const THEMES = ["system", "light", "dark"];
const KEY = "theme";

export function storedTheme() {
  try {
    const theme = localStorage.getItem(KEY);
    return THEMES.includes(theme) ? theme : "system";
  } catch {
    return "system"; // storage is refused in some private windows
  }
}

export function chooseTheme(theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // without storage the choice lasts for this page
  }
}
