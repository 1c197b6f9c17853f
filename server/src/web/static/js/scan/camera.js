// The camera: opens, chooses, closes and reopens it, and puts every way in which that fails into one word:
// "denied", "dismissed", "none", "busy", "blocked", "insecure" or "failed".

const WISH = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };

/** Why there can be no live camera at all, or null. */
export function hindrance() {
  if (!window.isSecureContext || !navigator.mediaDevices?.getUserMedia) return "insecure";
  const policy = document.permissionsPolicy ?? document.featurePolicy;
  return policy && !policy.allowsFeature("camera") ? "blocked" : null;
}

/** "granted", "denied" or "prompt"; "prompt" too where the browser does not say. */
export async function permission() {
  try {
    return (await navigator.permissions.query({ name: "camera" })).state;
  } catch {
    return "prompt";
  }
}

async function reasonOf(error) {
  switch (error.name) {
    case "NotAllowedError":
      return (await permission()) === "prompt" && /dismiss/i.test(error.message) ? "dismissed" : "denied";
    case "NotFoundError":
    case "OverconstrainedError":
      return "none";
    case "NotReadableError":
    case "AbortError":
      return "busy";
    case "SecurityError":
      return "blocked";
    default:
      return "failed";
  }
}

export class Camera {
  /** @param video where it is shown; `ended` is called when the system takes it away */
  constructor(video, ended) {
    this.video = video;
    this.ended = ended;
  }

  /** Opens it; answers null, or the word for what hinders it. `id` is a device that was chosen before. */
  async open(id) {
    const hindered = hindrance();
    if (hindered) return hindered;
    this.close();
    const opening = {};
    this.opening = opening;
    try {
      const which = id ? { deviceId: { exact: id } } : { facingMode: { ideal: "environment" } };
      const stream = await navigator.mediaDevices.getUserMedia({ video: { ...WISH, ...which }, audio: false });
      if (this.opening !== opening) {
        stream.getTracks().forEach((track) => track.stop());
        return null;
      }
      this.stream = stream;
      [this.track] = stream.getVideoTracks();
      this.track.addEventListener("ended", () => this.ended());
      this.video.srcObject = stream;
      await this.video.play();
      return null;
    } catch (error) {
      this.close();
      // A chosen camera may have been unplugged: any other one will do.
      return id && error.name === "OverconstrainedError" ? this.open(null) : reasonOf(error);
    }
  }

  close() {
    this.opening = null;
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    this.track = null;
    this.video.srcObject = null;
  }

  get isOpen() {
    return this.track?.readyState === "live";
  }

  /** What it can do: {torch, zoom: {min, max} | null}. */
  abilities() {
    const able = this.track?.getCapabilities?.() ?? {};
    return { torch: Boolean(able.torch), zoom: able.zoom?.max > able.zoom?.min ? able.zoom : null };
  }

  async setTorch(on) {
    await this.track?.applyConstraints({ advanced: [{ torch: on }] });
  }

  async setZoom(zoom) {
    await this.track?.applyConstraints({ advanced: [{ zoom }] });
  }

  /** The cameras that there are; their labels are known once one is open. */
  async all() {
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices.filter(({ kind }) => kind === "videoinput");
  }

  get id() {
    return this.track?.getSettings().deviceId ?? null;
  }

  /** Waits for the next frame and gives it as a picture, or null when there is none. */
  async frame() {
    const { video } = this;
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, 250); // a covered or sleeping page gets no frames
      const next = () => { clearTimeout(timer); resolve(); };
      if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(next);
      else requestAnimationFrame(next);
    });
    if (!this.isOpen || video.readyState < 2 || video.videoWidth === 0) return null;
    return createImageBitmap(video);
  }
}
