// Where a browser keeps its captures: a file of the origin-private file system, written in place and
// flushed before a scan counts as taken. For workers: only they may write it without waiting.
//
// Two files take turns. Each begins with a generation and an end mark that is written last, so that
// replacing happens wholly or not at all. The handles are exclusive: a second tab is told so.

const HEAD_BYTES = 8;

export class QueueStorage {
  /** Opens the queue of a name. Throws `NoModificationAllowedError` while another tab has it open. */
  static async open(name = "queue") {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle(name, { create: true });
    const opened = [];
    try {
      for (const file of ["a.log", "b.log", "damaged.log"]) {
        const handle = await folder.getFileHandle(file, { create: true });
        opened.push(await handle.createSyncAccessHandle());
      }
      return new QueueStorage(opened);
    } catch (error) {
      for (const handle of opened) handle.close();
      throw error;
    }
  }

  constructor([a, b, damaged]) {
    this.files = [a, b];
    this.damaged = damaged;
    const [generationA, generationB] = this.files.map(generationOf);
    this.generation = Math.max(generationA, generationB);
    this.current = generationB > generationA ? 1 : 0;
    if (this.generation === 0) this.replace(new Uint8Array());
  }

  load() {
    const file = this.files[this.current];
    const bytes = new Uint8Array(file.getSize() - HEAD_BYTES);
    file.read(bytes, { at: HEAD_BYTES });
    return bytes;
  }

  append(bytes) {
    const file = this.files[this.current];
    write(file, bytes, file.getSize());
    file.flush();
  }

  replace(bytes) {
    const next = 1 - this.current;
    const file = this.files[next];
    file.truncate(0);
    write(file, bytes, HEAD_BYTES);
    file.flush();
    // From here on this file counts, with everything in it.
    write(file, new Uint8Array(new BigUint64Array([BigInt(this.generation + 1)]).buffer), 0);
    file.flush();
    this.generation += 1;
    this.current = next;
  }

  setAside(bytes) {
    write(this.damaged, bytes, this.damaged.getSize());
    this.damaged.flush();
  }

  close() {
    for (const file of [...this.files, this.damaged]) file.close();
  }
}

function generationOf(file) {
  if (file.getSize() < HEAD_BYTES) return 0;
  const head = new BigUint64Array(1);
  file.read(new Uint8Array(head.buffer), { at: 0 });
  return Number(head[0]);
}

function write(file, bytes, at) {
  const written = file.write(bytes, { at });
  if (written !== bytes.length) throw new DOMException("the disk is full", "QuotaExceededError");
}
