// What an organiser should look at now, most urgent first.

const SILENT_MS = 5 * 60_000;
const LONG_SILENT_MS = 30 * 60_000;
const DAY_MS = 24 * 3600_000;
const DRIFT_MS = 60_000;
const MOST = 12;

/** @returns {{kind: string, icon: string, text: string, note: string}[]} */
export function attention(stats, exhibitors, devices, { ago, drift }) {
  const names = new Map(exhibitors.map((item) => [item.exhibitor_id, item.name]));
  const owner = (device) => names.get(device.exhibitor_id) ?? "Organiser";
  const items = [];
  const holding = devices.filter((device) => device.not_yet_sent > 0).sort((a, b) => b.not_yet_sent - a.not_yet_sent);
  for (const device of holding) {
    const scans = device.not_yet_sent === 1 ? "1 scan" : `${device.not_yet_sent} scans`;
    const isSilent = !device.last_seen_at || Date.now() - Date.parse(device.last_seen_at) > SILENT_MS;
    items.push({ kind: isSilent ? "warn" : "", icon: "phone", text: `${scans} not yet sent: ${device.name}, ${owner(device)}`, note: `Last seen ${ago(device.last_seen_at)}` });
  }
  // A phone that scanned today and says nothing any more is switched off, out of power or out of reach.
  const silent = devices.filter((device) => !device.is_revoked && device.not_yet_sent === 0 && device.last_seen_at
    && Date.now() - Date.parse(device.last_seen_at) > LONG_SILENT_MS && Date.now() - Date.parse(device.last_seen_at) < DAY_MS);
  if (silent.length > 0) {
    const some = silent.slice(0, 3).map((device) => `${device.name}, ${owner(device)}`).join("; ");
    items.push({ kind: "", icon: "phone", text: silent.length === 1 ? "1 phone is silent for half an hour" : `${silent.length} phones are silent for half an hour`, note: silent.length > 3 ? `${some} and ${silent.length - 3} more` : some });
  }
  for (const device of devices) {
    if (device.is_revoked || Math.abs(device.clock_offset_ms ?? 0) < DRIFT_MS) continue;
    items.push({ kind: "warn", icon: "alert", text: `Clock ${drift(device.clock_offset_ms)}: ${device.name}, ${owner(device)}`, note: "Its scans are put at the right time when they arrive." });
  }
  if (stats.revoked_seen > 0) items.push({ kind: "warn", icon: "shield", text: stats.revoked_seen === 1 ? "1 scan of a revoked badge" : `${stats.revoked_seen} scans of revoked badges`, note: "Lost, cancelled or misused. No details were shown." });
  if (stats.unmatched > 0) items.push({ kind: "", icon: "scan", text: stats.unmatched === 1 ? "1 scan of an unknown code" : `${stats.unmatched} scans of unknown codes`, note: "They are kept; the details follow with the registration." });
  const quiet = exhibitors.filter((item) => item.scans === 0);
  if (quiet.length > 0) {
    const some = quiet.slice(0, 3).map((item) => item.name).join(", ");
    items.push({ kind: "", icon: "people", text: quiet.length === 1 ? "1 exhibitor has not scanned yet" : `${quiet.length} exhibitors have not scanned yet`, note: quiet.length > 3 ? `${some} and ${quiet.length - 3} more` : some });
  }
  if (items.length === 0) return [{ kind: "fine", icon: "check", text: "All is well", note: "Every phone has sent its scans." }];
  return items.slice(0, MOST);
}
