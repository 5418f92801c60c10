/** One that wants a unique key of Moodle (an e-mail address, a short name), and what is known of it. */
export type Claimant = { idnumber: string; wants: string };

/**
 * Who cannot get what it wants because another one has it: because that one wants it too, wants nothing any more
 * (deleted, archived beyond change, invalid), or cannot get its own wish either, as two who swap.
 *
 * @param holders who has which key in Moodle now, in lower case
 */
export function contested(claimants: Claimant[], holders: ReadonlyMap<string, string>): Set<string> {
  const wishes = new Map(claimants.map(({ idnumber, wants }) => [idnumber, wants.toLowerCase()]));
  const excused = new Set<string>();
  for (const [idnumber, wish] of wishes) {
    const holder = holders.get(wish);
    if (holder !== undefined && holder !== idnumber) excused.add(idnumber);
  }
  // Whose key is held by one who is free to move on has no excuse.
  for (let isChanged = true; isChanged; ) {
    isChanged = false;
    for (const idnumber of excused) {
      const wish = wishes.get(idnumber)!;
      const holder = holders.get(wish)!;
      const holderWish = wishes.get(holder);
      if (holderWish === undefined || holderWish === wish || excused.has(holder)) continue;
      excused.delete(idnumber);
      isChanged = true;
    }
  }
  return excused;
}
