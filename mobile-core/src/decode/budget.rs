//! How much work one picture may cost, counted so that every machine gives the same answer.

/// The work that decoding one frame may take. One unit is 1.4 to 2 nanoseconds on the
/// machine that it was calibrated on (a 2 GHz server core, otherwise idle), whatever runs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    work: u64,
    /// More for each pixel of the frame, since finer planes cost more to search.
    per_pixel: u64,
    reserve: u64,
    dear: bool,
}

/// No frame gets more for its pixels: some 130 ms.
const MOST_FOR_PIXELS: u64 = 70_000_000;

impl Budget {
    /// For a live preview: at most some 8 ms, so that no frame is late.
    pub const fn preview() -> Budget {
        Budget { work: 4_200_000, per_pixel: 0, reserve: 0, dear: true }
    }

    /// For a still picture: some 10 ms at most at 1280 x 720, 15 ms at 1920 x 1080 and 150 ms for
    /// anything larger, and a little more where a code certainly is. Twice as much would read two codes
    /// in a hundred more, and take four times as long as others take for the slowest twentieth; the
    /// largest codes of all may need it.
    pub const fn thorough() -> Budget {
        Budget { work: 4_000_000, per_pixel: 3, reserve: 1_000_000, dear: true }
    }

    /// The cheap stages alone, whatever they cost: for measuring.
    pub const fn cheap() -> Budget {
        Budget { work: 200_000_000, per_pixel: 0, reserve: 0, dear: false }
    }

    /// A budget of so many units.
    pub const fn of(work: u64) -> Budget {
        Budget { work, per_pixel: 0, reserve: 0, dear: true }
    }

    fn work_on(self, pixels: usize) -> u64 {
        self.work + (self.per_pixel * pixels as u64).min(MOST_FOR_PIXELS)
    }

    pub(super) fn has_dear_stages(self) -> bool {
        self.dear
    }
}

/// What is left of a budget.
pub(super) struct Purse<'s> {
    left: u64,
    spent: u64,
    reserve: u64,
    stop: Option<&'s dyn Fn() -> bool>,
}

impl<'s> Purse<'s> {
    /// What a budget allows for a frame of so many pixels.
    pub fn new(budget: Budget, pixels: usize, stop: Option<&'s dyn Fn() -> bool>) -> Self {
        Purse { left: budget.work_on(pixels), spent: 0, reserve: budget.reserve, stop }
    }

    /// Whether so much may be begun; takes it. An empty purse stays empty.
    pub fn spend(&mut self, work: usize) -> bool {
        let work = work as u64;
        if self.left < work || self.stop.is_some_and(|stop| stop()) {
            self.left = 0;
            return false;
        }
        self.left -= work;
        self.spent += work;
        true
    }

    /// Adds what is meant for frames that certainly hold a code.
    pub fn open_reserve(&mut self) {
        self.left += std::mem::take(&mut self.reserve);
    }

    /// Units taken so far.
    pub fn spent(&self) -> u64 {
        self.spent
    }

    /// Takes what was already done.
    pub fn charge(&mut self, work: usize) {
        self.left = self.left.saturating_sub(work as u64);
        self.spent += work as u64;
    }
}
