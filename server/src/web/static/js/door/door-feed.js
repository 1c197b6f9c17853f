// What a door asks the server for: its sessions with how many are inside, and the badge filter. All of it
// may fail: checking goes on.

import { Feed } from "../scan/feed.js";

const EVERY_MS = 10_000;

export class DoorFeed extends Feed {
  async refresh() {
    await this.filter(`events/${this.place.eventId}/badge-filter`).catch(() => {});
    this.refreshedAt = performance.now();
  }

  async follow() {
    const { items } = await this.json(`events/${this.place.eventId}/door-sessions?limit=500`);
    this.told.sessions(items);
    await this.sleep(EVERY_MS);
  }
}
