import { LitElement, html, nothing } from "lit";
import { request } from "../api.js";
import { gettext, interpolate } from "../i18n.js";
import { icon } from "../icon.js";
import { refreshParts, selectorList } from "../refresh.js";
import { ENDED, TaskFeed } from "./task_feed.js";

/**
 * <task-progress task-id="…" label="Reading the photo" refresh="#photos, #findings">
 *
 * Shows one agent task live, with cancel and retry. When it ends it dispatches `task-ended`
 * (detail: the task) and exchanges the parts of the page named by `refresh`.
 */
class TaskProgress extends LitElement {
  static properties = {
    taskId: { attribute: "task-id" },
    label: {},
    refresh: {},
    task: { state: true },
    offline: { state: true },
    problem: { state: true },
    busy: { state: true },
  };

  #feed = null;

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#listen();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#feed?.stop();
  }

  #listen() {
    this.#feed?.stop();
    this.#feed = new TaskFeed(this.taskId, {
      onState: (task) => this.#show(task),
      onConnection: (found) => { this.offline = !found; },
    });
    this.#feed.start();
  }

  #show(task) {
    const first = this.task === undefined;
    const wasEnded = ENDED.has(this.task?.status);
    this.task = task;
    if (!ENDED.has(task.status) || wasEnded) return;
    this.dispatchEvent(new CustomEvent("task-ended", { bubbles: true, detail: { task, first } }));
    if (task.status === "succeeded" && this.refresh) refreshParts(selectorList(this.refresh));
  }

  async #ask(action) {
    this.busy = true;
    this.problem = "";
    try {
      this.#show(await request(`/api/v1/ai/tasks/${this.taskId}/${action}`, { method: "POST" }));
      if (action === "retry") this.#listen();
    } catch (problem) {
      this.problem = problem.message;
    } finally {
      this.busy = false;
    }
  }

  #line(task) {
    if (this.offline) return [icon("wifi-off"), gettext("Connection lost – trying again…")];
    switch (task?.status) {
      case "running":
        return [icon("loader-circle", "spin"), task.step_label || gettext("At work…")];
      case "succeeded":
        return [icon("circle-check"), gettext("Done")];
      case "failed":
        return [icon("circle-x"), task.error?.text ?? gettext("This did not work.")];
      case "cancelled":
        return [icon("ban"), gettext("Cancelled")];
      case "timed_out":
        return [icon("clock"), task.error?.text ?? gettext("This took too long and was stopped.")];
      default:
        return [icon("clock"), gettext("Waiting for its turn…")];
    }
  }

  #actions(task) {
    if (!task) return nothing;
    const ended = ENDED.has(task.status);
    if (task.status === "succeeded") return nothing;
    return html`<button type="button" class="button button-small button-quiet" ?disabled=${this.busy}
      @click=${() => this.#ask(ended ? "retry" : "cancel")}>
      ${ended ? [icon("rotate-ccw"), gettext("Try again")] : [icon("x"), gettext("Cancel")]}
    </button>`;
  }

  render() {
    const task = this.task;
    const [picture, words] = this.#line(task);
    const running = !task || !ENDED.has(task.status);
    const progress = task?.progress ?? 0;
    const title = task?.title ?? this.label ?? gettext("Work in the background");
    return html`<div class="task task-${task?.status ?? "queued"}" data-task-status=${task?.status ?? "queued"}>
      <div class="task-line">
        ${picture}<strong>${title}</strong>
        ${running ? html`<span class="soft numbers task-percent" aria-hidden="true">${progress} %</span>` : nothing}
        ${this.#actions(task)}
      </div>
      ${running
        ? html`<progress max="100" .value=${progress} aria-label=${interpolate(gettext("Progress of: %(task)s"), { task: title })}></progress>`
        : nothing}
      <p class="task-words" role="status">${words}</p>
      ${this.problem ? html`<p class="field-errors" role="alert">${this.problem}</p>` : nothing}
    </div>`;
  }
}

customElements.define("task-progress", TaskProgress);
