/** Begins to measure a step of the run. @returns how long it has taken so far, such as `3.2 s` */
export function stopwatch(): () => string {
  const start = performance.now();
  return () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
