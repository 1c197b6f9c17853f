// What an organiser should look at now, most urgent first.

import { t } from "./words.js";

const SILENT_MS = 5 * 60_000;
const LONG_SILENT_MS = 30 * 60_000;
const DAY_MS = 24 * 3600_000;
const DRIFT_MS = 60_000;
/** So many of a kind are told one by one; more are one line, so that none of the kinds crowds out another. */
const EACH = 3;

/** ` and 5 more`, of which three are named. */
const andMore = (all) => (all.length > EACH ? ` ${t("js-monitor-and-more", { count: all.length - EACH })}` : "");

/** @returns {{kind: string, icon: string, text: string, note: string}[]} */
export function attention(stats, exhibitors, devices, { ago, drift, reasons }) {
  const names = new Map(exhibitors.map((item) => [item.exhibitor_id, item.name]));
  const owner = (device) => names.get(device.exhibitor_id) ?? t("js-monitor-organiser");
  const items = [];
  const holding = devices.filter((device) => device.not_yet_sent > 0).sort((a, b) => b.not_yet_sent - a.not_yet_sent);
  const isSilent = (device) => !device.last_seen_at || Date.now() - Date.parse(device.last_seen_at) > SILENT_MS;
  if (holding.length > EACH) {
    const count = holding.reduce((sum, device) => sum + device.not_yet_sent, 0);
    const some = holding.slice(0, EACH).map((device) => `${device.name}, ${owner(device)}: ${device.not_yet_sent}`).join("; ");
    items.push({ kind: holding.some(isSilent) ? "warn" : "", icon: "phone", text: t("js-monitor-holding", { count, phones: holding.length }), note: some + andMore(holding) });
  }
  for (const device of holding.length > EACH ? [] : holding) {
    items.push({ kind: isSilent(device) ? "warn" : "", icon: "phone", text: t("js-monitor-not-yet-sent", { count: device.not_yet_sent, phone: device.name, owner: owner(device) }), note: t("js-monitor-last-seen", { time: ago(device.last_seen_at) }) });
  }
  // A phone that scanned today and says nothing any more is switched off, out of power or out of reach.
  const silent = devices.filter((device) => !device.is_revoked && device.not_yet_sent === 0 && device.last_seen_at
    && Date.now() - Date.parse(device.last_seen_at) > LONG_SILENT_MS && Date.now() - Date.parse(device.last_seen_at) < DAY_MS);
  if (silent.length > 0) {
    const some = silent.slice(0, EACH).map((device) => `${device.name}, ${owner(device)}`).join("; ");
    items.push({ kind: "", icon: "phone", text: t("js-monitor-silent", { count: silent.length }), note: some + andMore(silent) });
  }
  const off = devices.filter((device) => !device.is_revoked && Math.abs(device.clock_offset_ms ?? 0) >= DRIFT_MS);
  if (off.length > EACH) {
    const some = off.slice(0, EACH).map((device) => `${device.name}, ${owner(device)}`).join("; ");
    items.push({ kind: "warn", icon: "alert", text: t("js-monitor-clocks", { count: off.length }), note: some + andMore(off) });
  }
  for (const device of off.length > EACH ? [] : off) {
    items.push({ kind: "warn", icon: "alert", text: t("js-monitor-clock", { drift: drift(device.clock_offset_ms), phone: device.name, owner: owner(device) }), note: t("js-monitor-clock-about") });
  }
  if (stats.revoked_seen > 0) items.push({ kind: "warn", icon: "shield", text: t("js-monitor-revoked", { count: stats.revoked_seen }), note: t("js-monitor-revoked-about") });
  if (stats.unmatched > 0) items.push({ kind: "", icon: "scan", text: t("js-monitor-unmatched", { count: stats.unmatched }), note: t("js-monitor-unmatched-about") });
  const refused = stats.refused ?? [];
  if (refused.length > 0) {
    const count = refused.reduce((sum, one) => sum + one.count, 0);
    const some = refused.slice(0, EACH).map((one) => `${reasons[one.reason] ?? one.reason}: ${one.count}`).join("; ");
    items.push({ kind: "warn", icon: "alert", text: t("js-monitor-refused", { count }), note: some + andMore(refused) });
  }
  const quiet = exhibitors.filter((item) => item.scans === 0);
  if (quiet.length > 0) {
    const some = quiet.slice(0, EACH).map((item) => item.name).join(", ");
    items.push({ kind: "", icon: "people", text: t("js-monitor-quiet", { count: quiet.length }), note: some + andMore(quiet) });
  }
  if (items.length === 0) return [{ kind: "fine", icon: "check", text: t("js-monitor-all-is-well"), note: t("js-monitor-every-phone-has-sent") }];
  return items;
}
