/**
 * <side-tabs> around role=tablist and its role=tabpanel: one panel at a time, arrow keys between the tabs, the
 * choice kept in the address (#parts). Dispatches `side-tab` {name} whenever another panel is shown, and once at
 * the start.
 */
class SideTabs extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => {
      const tab = event.target.closest("[role=tab]");
      if (tab) this.show(tab.dataset.tab);
    });
    this.addEventListener("keydown", (event) => this.#keyDown(event));
    addEventListener("hashchange", this.#fromAddress);
    customElements.whenDefined("flat-canvas").then(() => this.#fromAddress());
  }

  disconnectedCallback() {
    removeEventListener("hashchange", this.#fromAddress);
  }

  get #tabs() {
    return [...this.querySelectorAll("[role=tab]")];
  }

  /** The name of the panel in sight. */
  get shown() {
    return this.#tabs.find((tab) => tab.getAttribute("aria-selected") === "true").dataset.tab;
  }

  show(name) {
    for (const tab of this.#tabs) {
      const isShown = tab.dataset.tab === name;
      tab.setAttribute("aria-selected", String(isShown));
      tab.tabIndex = isShown ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !isShown;
    }
    document.body.dataset.side = name;
    const isFirst = name === this.#tabs[0].dataset.tab;
    history.replaceState(history.state, "", isFirst ? location.pathname + location.search : `#${name}`);
    this.dispatchEvent(new CustomEvent("side-tab", { bubbles: true, detail: { name } }));
  }

  #fromAddress = () => {
    const names = this.#tabs.map((tab) => tab.dataset.tab);
    const asked = location.hash.slice(1);
    this.show(names.includes(asked) ? asked : names[0]);
  };

  #keyDown(event) {
    const tabs = this.#tabs;
    const at = tabs.indexOf(event.target);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const tab = tabs[(to + tabs.length) % tabs.length];
    tab.focus();
    this.show(tab.dataset.tab);
  }
}

customElements.define("side-tabs", SideTabs);
