/** How an activity keeps groups apart. */
export const groupModes = { none: 0, separate: 1, visible: 2 } as const;
