import { LitElement, html, nothing } from "lit";
import { gettext, interpolate } from "../i18n.js";
import { icon } from "../icon.js";
import { refreshParts, selectorList } from "../refresh.js";
import { fileSize, photoFault } from "./photo_check.js";
import { sendPhoto } from "./send_photo.js";

const ACCEPT = "image/jpeg,image/png,image/webp,image/heic,image/heif,.heic,.heif";

function faultText(fault, file) {
  const size = fileSize(file.size, document.documentElement.lang);
  switch (fault) {
    case "empty":
      return gettext("This file is empty.");
    case "size":
      return interpolate(gettext("This file has %(size)s; a photo may have up to 20 MB."), { size });
    default:
      return gettext("This is not a photo that can be read. Use JPEG, PNG, WebP or HEIC.");
  }
}

/**
 * <photo-drop url="/styles/…/photos/" refresh="#photos">
 *
 * Three places to drop photos on – front, back, detail – or to pick them; each file shows its way to the
 * server and the server's answer. Files go one after the other: phones on slow lines finish the first sooner.
 */
class PhotoDrop extends LitElement {
  static properties = {
    url: {},
    refresh: {},
    uploads: { state: true },
    over: { state: true },
  };

  #chain = Promise.resolve();

  constructor() {
    super();
    this.uploads = [];
    this.over = "";
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    // A photo dropped beside the zone must not replace the page.
    for (const kind of ["dragover", "drop"]) document.addEventListener(kind, this.#swallow);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    for (const kind of ["dragover", "drop"]) document.removeEventListener(kind, this.#swallow);
  }

  #swallow = (event) => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  };

  add(files, view) {
    for (const file of files) {
      const fault = photoFault(file);
      const upload = { file, view, share: 0, state: fault ? "refused" : "waiting", text: fault ? faultText(fault, file) : "" };
      upload.abort = new AbortController();
      this.uploads = [...this.uploads, upload];
      if (!fault) this.#chain = this.#chain.then(() => this.#send(upload));
    }
  }

  #change(upload, values) {
    Object.assign(upload, values);
    this.requestUpdate();
  }

  async #send(upload) {
    if (upload.state !== "waiting") return;
    this.#change(upload, { state: "sending", text: "" });
    try {
      await sendPhoto({
        url: this.url,
        file: upload.file,
        view: upload.view,
        signal: upload.abort.signal,
        onProgress: (share) => this.#change(upload, { share }),
      });
      this.#drop(upload);
      await refreshParts(selectorList(this.refresh));
    } catch (problem) {
      if (problem.name === "AbortError") this.#drop(upload);
      else this.#change(upload, { state: "failed", text: problem.message });
    }
  }

  #drop(upload) {
    upload.state = "gone";
    this.uploads = this.uploads.filter((other) => other !== upload);
  }

  #stop(upload) {
    upload.abort.abort();
    this.#drop(upload);
  }

  #again(upload) {
    this.#change(upload, { state: "waiting", share: 0 });
    this.#chain = this.#chain.then(() => this.#send(upload));
  }

  #picked(event, view) {
    this.add(event.target.files, view);
    event.target.value = "";
  }

  #place(view, label, hint, picture) {
    return html`<label class="drop-place ${this.over === view ? "drop-over" : ""}"
      @dragover=${(event) => { event.preventDefault(); this.over = view; }}
      @dragleave=${() => { this.over = ""; }}
      @drop=${(event) => { event.preventDefault(); this.over = ""; this.add(event.dataTransfer.files, view); }}>
      <input class="unseen-input" type="file" multiple accept=${ACCEPT} name="photo-${view}"
        @change=${(event) => this.#picked(event, view)}>
      ${icon(picture, "icon-large")}
      <strong>${label}</strong>
      <span class="soft small">${hint}</span>
    </label>`;
  }

  #row(upload) {
    const { file, state, share, text } = upload;
    const percent = Math.round(share * 100);
    const bad = state === "refused" || state === "failed";
    return html`<li class="upload ${bad ? "upload-bad" : ""}">
      ${bad ? icon("circle-alert") : icon(share >= 1 ? "loader-circle" : "upload", share >= 1 ? "spin" : "")}
      <div class="grow">
        <div class="row row-between"><span class="upload-name">${file.name}</span>
          <span class="soft numbers small">${fileSize(file.size, document.documentElement.lang)}</span></div>
        ${bad
          ? html`<p class="small" role="alert">${text}</p>`
          : html`<progress max="100" .value=${percent} aria-label=${interpolate(gettext("Upload of %(name)s"), { name: file.name })}></progress>`}
      </div>
      ${state === "failed"
        ? html`<button type="button" class="button button-small" @click=${() => this.#again(upload)}>${gettext("Try again")}</button>`
        : nothing}
      <button type="button" class="button button-quiet button-small button-icon" @click=${() => this.#stop(upload)}
        aria-label=${interpolate(bad ? gettext("Dismiss %(name)s") : gettext("Cancel %(name)s"), { name: file.name })}>${icon("x")}</button>
    </li>`;
  }

  render() {
    return html`
      <div class="drop-places" role="group" aria-label=${gettext("Add photos")}>
        ${this.#place("front", gettext("Front"), gettext("Drop photos here or choose them"), "shirt")}
        ${this.#place("back", gettext("Back"), gettext("Optional"), "flip-horizontal-2")}
        ${this.#place("detail", gettext("Details"), gettext("Optional"), "scan-search")}
      </div>
      <div class="drop-foot">
        <label class="button drop-camera">${icon("camera")}${gettext("Take a photo")}
          <input class="unseen-input" type="file" accept="image/*" capture="environment" @change=${(event) => this.#picked(event, "front")}></label>
        <p class="soft small">${gettext("JPEG, PNG, WebP or HEIC, up to 20 MB. Lay the garment flat, photograph it from straight above, whole and alone.")}</p>
      </div>
      ${this.uploads.length ? html`<ul class="uploads" aria-label=${gettext("Uploads")}>${this.uploads.map((upload) => this.#row(upload))}</ul>` : nothing}
    `;
  }
}

customElements.define("photo-drop", PhotoDrop);
