//! The server's clock, set back for a while: what people did before the demo starts is done by the same
//! functions that serve them, at the time at which they did it.

use crate::app::App;

/// As long as this lives, the server's clock began at a moment of the past. Several may lie within each
/// other; each gives back what it found.
#[derive(Debug)]
pub struct Past<'a> {
    app: &'a App,
    moved: i64,
}

impl<'a> Past<'a> {
    /// Sets the clock to a moment, microseconds since 1970 UTC. Nothing happens ahead of its time: a
    /// later moment leaves the clock alone.
    pub fn at(app: &'a App, moment: i64) -> Self {
        let moved = (moment - app.now().as_micros()).min(0);
        app.clock.advance(moved);
        Self { app, moved }
    }
}

impl Drop for Past<'_> {
    fn drop(&mut self) {
        self.app.clock.advance(-self.moved);
    }
}
