/** Runs jobs one after the other: keys come faster than the server answers. A failed job does not stop the next. */
export function orderly() {
  let last = Promise.resolve();
  return (job) => {
    const next = last.then(job);
    last = next.catch(() => undefined);
    return next;
  };
}
