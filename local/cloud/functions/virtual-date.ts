/**
 * Puts in the place of Date one that is ahead, so that code that stays unchanged finds the virtual time: a tier of 24
 * hours, a cache's age or a breaker's next probe then agree with the clock that a test has moved.
 *
 * @param offset milliseconds ahead of the real time, asked at each look at the time
 */
export function installVirtualDate(offset: () => number): void {
  const RealDate = Date;
  const now = () => RealDate.now() + offset();
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new RealDate(now()).toString(),
    get: (target, property, receiver) => (property === 'now' ? now : Reflect.get(target, property, receiver)),
  });
  RealDate.prototype.constructor = globalThis.Date;
}
