// What the exhibitors of each hall add up to; `monitor/halls.rs` has the same rules for the first view.

/** The hall of a booth's label: all but its number, the last word. */
export const hallOf = (booth) => (booth ?? "").split(" ").slice(0, -1).join(" ");

/** @returns {{name: string, exhibitors: number, scanning: number, scans: number, waiting: number}[]} */
export function byHall(items) {
  const halls = new Map();
  for (const item of items) {
    const name = item.hall ?? hallOf(item.booth);
    const hall = halls.get(name) ?? { name, exhibitors: 0, scanning: 0, scans: 0, waiting: 0 };
    hall.exhibitors += 1;
    hall.scanning += item.scans > 0 ? 1 : 0;
    hall.scans += item.scans;
    hall.waiting += item.not_yet_sent ?? 0;
    halls.set(name, hall);
  }
  return [...halls.values()].sort((a, b) => (!a.name - !b.name) || a.name.localeCompare(b.name, undefined, { numeric: true }));
}
