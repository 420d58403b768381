/** Translations of Django's JavaScript catalogue, loaded by the page before this bundle. */
const catalogue = globalThis.django ?? {};

export const gettext = catalogue.gettext ?? ((text) => text);
export const ngettext = catalogue.ngettext ?? ((one, many, count) => (count === 1 ? one : many));
export const pgettext = catalogue.pgettext ?? ((_context, text) => text);

/** Fills named places: interpolate("%(name)s is too large", { name }). */
export function interpolate(text, values) {
  return text.replace(/%\((\w+)\)s/g, (_place, name) => String(values[name]));
}
